/* The sign-in's end: said five minutes before, put off by one key, and all open tabs know. */

const AVISO_MS = 5 * 60_000;
const TECLA = "F9";
const DESPEDIDA_MS = 10_000;
const EDITAVEL = "input, textarea, select, trix-editor, [contenteditable]";

const horaDe = (instante) =>
  new Date(instante).toLocaleTimeString("pt-BR", { timeZone: "America/Sao_Paulo", hour: "numeric", minute: "2-digit" }).replace(":", "h").replace(/^0(?=\d)/, "");

class Sessao {
  constructor(quem, rede) {
    this.rede = rede;
    this.dados = quem.dataset;
    this.canal = new BroadcastChannel("sessao");
    this.canal.addEventListener("message", ({ data }) => this.aoOuvir(data));
    // Seconds left, not an instant: this device's clock may be wrong.
    this.por(Number(this.dados.sessaoRestam));
    this.contar();
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.marcar());
    document.addEventListener("keydown", (evento) => {
      if (evento.key !== TECLA || !this.avisada) return;
      evento.preventDefault();
      this.renovar();
    });
  }

  por(restam) {
    this.fim = Date.now() + restam * 1000;
    this.marcar();
  }

  contar() {
    this.canal.postMessage({ pessoa: this.dados.pessoa, fim: this.fim });
  }

  /** Another tab signed in, or went on. */
  aoOuvir({ pessoa, fim }) {
    if (pessoa !== this.dados.pessoa) {
      this.rede.avisar("sessao", "erro", "Outra pessoa entrou neste navegador. O que você escreveu aqui fica guardado neste aparelho até você entrar de novo.");
      return;
    }
    const voltou = this.terminada || document.querySelector('[data-aviso="sessao"]');
    this.terminada = false;
    this.fim = Math.max(fim, this.fim);
    if (this.fim - Date.now() > AVISO_MS) this.retirar();
    this.rede.retirarAviso("sessao");
    this.marcar();
    if (voltou) document.dispatchEvent(new CustomEvent("sessao:voltou"));
  }

  marcar() {
    clearTimeout(this.relogio);
    const ate = this.avisada ? this.fim : this.fim - AVISO_MS;
    this.relogio = setTimeout(() => this.conferir(), Math.max(0, ate - Date.now()));
  }

  /** The server knows better: saving a draft goes on with the sign-in, here or in another tab. */
  async conferir() {
    if (this.terminada) return;
    let resposta;
    try {
      resposta = await fetch(this.dados.sessao, { headers: { Accept: "application/json" } });
    } catch {
      // No connection: whoever saves says so. Look again in a minute.
      this.relogio = setTimeout(() => this.conferir(), 60_000);
      return;
    }
    if (resposta.status === 401) return this.terminar();
    if (!resposta.ok) return;
    const { restam } = await resposta.json();
    this.fim = Date.now() + restam * 1000;
    if (restam * 1000 > AVISO_MS) this.retirar();
    else this.avisar();
    this.marcar();
  }

  terminar() {
    this.terminada = true;
    this.retirar();
    this.rede.avisarSessaoTerminada();
  }

  avisar() {
    if (this.avisada) return;
    this.avisada = true;
    const aviso = this.rede.avisar("sessao-fim", "alerta", `Sua sessão termina às ${horaDe(this.fim)}. Para continuar, pressione a tecla ${TECLA} ou o botão abaixo.`);
    const botao = Object.assign(document.createElement("button"), { type: "button", className: "botao pequeno", textContent: "Continuar conectado" });
    botao.setAttribute("aria-keyshortcuts", TECLA);
    botao.addEventListener("click", () => this.renovar());
    const linha = document.createElement("div");
    linha.className = "acoes";
    linha.append(botao);
    aviso.append(linha);
    // Enter is enough; but never take the keyboard from somebody who types.
    if (document.activeElement?.matches(EDITAVEL)) return;
    this.antes = document.activeElement;
    botao.focus();
  }

  retirar() {
    if (!this.avisada) return;
    this.avisada = false;
    const comFoco = document.querySelector('[data-aviso="sessao-fim"]')?.contains(document.activeElement);
    this.rede.retirarAviso("sessao-fim");
    if (comFoco) this.antes?.focus();
  }

  async renovar() {
    let resposta;
    try {
      resposta = await this.rede.postar(this.dados.sessaoRenovar, "", { headers: { Accept: "application/json" } });
    } catch {
      this.rede.avisar("sessao-fica", "alerta", "Sem conexão. Confira a rede e tente de novo.");
      return;
    }
    if (!resposta.ok) return;
    this.retirar();
    this.por((await resposta.json()).restam);
    this.contar();
    this.rede.avisar("sessao-fica", "sucesso", `Você continua conectado até ${horaDe(this.fim)}.`);
    setTimeout(() => this.rede.retirarAviso("sessao-fica"), DESPEDIDA_MS);
  }
}

/** Watch the sign-in of the person whose name is at the top of the page. */
export function iniciar(quem, rede) {
  new Sessao(quem, rede);
}
