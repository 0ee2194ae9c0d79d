/* Who is on what, in the queue and on the desk: asked every few seconds while the page is seen. */

const A_CADA_MS = 3000;
const NO_MAXIMO_MS = 60_000;

const sit = (tom, texto) => Object.assign(document.createElement("span"), { className: `sit ${tom}`, textContent: texto });

class Presencas {
  constructor(fila, rede) {
    this.fila = fila;
    this.rede = rede;
    this.url = new URL(fila.dataset.presencas, location.href);
    this.espera = A_CADA_MS;
    document.addEventListener("visibilitychange", () => this.marcar(0));
    addEventListener("pagehide", () => clearTimeout(this.relogio));
    addEventListener("pageshow", () => this.marcar(0));
    this.marcar(0);
  }

  marcar(daqui_a) {
    clearTimeout(this.relogio);
    if (document.visibilityState === "visible" && this.fila.isConnected) this.relogio = setTimeout(() => this.perguntar(), daqui_a);
  }

  async perguntar() {
    const versao = document.querySelector("#decisao input[name=versao]")?.value;
    if (versao) this.url.searchParams.set("versao", versao);
    const headers = { Accept: "application/json" };
    if (this.etiqueta) headers["If-None-Match"] = this.etiqueta;
    let resposta;
    try {
      resposta = await fetch(this.url, { headers, cache: "no-store" });
    } catch {
      // No connection: the queue stays as it was, and is asked for less and less often.
      this.espera = Math.min(this.espera * 2, NO_MAXIMO_MS);
      return this.marcar(this.espera);
    }
    if (resposta.status === 401) return this.rede.avisarSessaoTerminada();
    if (resposta.ok) {
      this.etiqueta = resposta.headers.get("ETag");
      this.mostrar(await resposta.json());
    }
    this.espera = resposta.status < 400 ? A_CADA_MS : Math.min(this.espera * 2, NO_MAXIMO_MS);
    this.marcar(this.espera);
  }

  mostrar({ presencas, mudou }) {
    for (const linha of this.fila.querySelectorAll("[data-demanda]")) {
      const quem = presencas[linha.dataset.demanda];
      const texto = quem ? (quem.minha ? "Com você" : `Lendo: ${quem.nome}`) : "";
      const lugar = linha.querySelector("[data-lendo]");
      if (lugar && lugar.textContent !== texto) lugar.replaceChildren(...(texto ? [sit("anda", texto)] : []));
    }
    for (const lugar of this.fila.querySelectorAll("[data-lendo-dobradas]")) {
      const lidas = [...lugar.closest("details").querySelectorAll("[data-lendo]")].map((lendo) => lendo.textContent).filter(Boolean);
      const texto = lidas.length ? ` · ${lidas.join("; ")}` : "";
      if (lugar.textContent !== texto) lugar.textContent = texto;
    }
    if (mudou) this.avisar(mudou);
    else this.rede.retirarAviso("mudou");
  }

  /** Before anything is sent from a page that is old; what is written on it stays. */
  avisar(mudou) {
    if (this.dito === mudou && document.querySelector('[data-aviso="mudou"]')) return;
    this.dito = mudou;
    const aviso = this.rede.avisar("mudou", "alerta", `${mudou} O que você escreveu aqui não foi perdido.`);
    const linha = Object.assign(document.createElement("div"), { className: "acoes" });
    linha.append(Object.assign(document.createElement("a"), { href: location.href.split("#")[0], className: "botao pequeno", textContent: "Ver como está agora" }));
    aviso.append(linha);
  }
}

/** Keep one queue's rows true. */
export function iniciar(fila, rede) {
  new Presencas(fila, rede);
}
