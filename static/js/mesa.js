/* The triage desk's keys. One letter each, so they can be switched off (WCAG 2.1.4), and none is heard while typing. */

const GUARDADO = "mesa:sem-teclas";
const LUGAR = "mesa:lugar";

const CAMPOS = "input:not([type=checkbox], [type=radio]), textarea, select, trix-editor, [contenteditable], dialog[open]";
const digitando = (alvo) => alvo.closest(CAMPOS) !== null;
const FORMULARIOS = ".mesa-papel form, .mesa-decisao form";
const CAIXA = "input[type=checkbox][form]";
/** A row of the queue; what is folded under it walks and is marked with it. */
const LINHA = "[data-fila] > li";
const PARA_ESCREVER = "input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea";

/** Where the hands go in a form: to what is looked up or written, not to what is ticked. */
const primeiroCampo = (lugar) => [...(lugar?.querySelectorAll(PARA_ESCREVER) ?? [])].find((campo) => campo.checkVisibility());

/** Press what a key stands for; of what unfolds, go to the first field. */
function usar(alvo) {
  alvo.click();
  const dobra = alvo.closest("summary")?.parentElement;
  if (dobra?.open) primeiroCampo(dobra)?.focus();
}

class Mesa {
  constructor(mesa) {
    this.mesa = mesa;
    this.ligada = localStorage.getItem(GUARDADO) === null;
    this.ajuda = this.desenharAjuda();
    for (const rodape of document.querySelectorAll("[data-teclas]")) rodape.hidden = false;
    document.addEventListener("keydown", (evento) => this.ouvir(evento));
    this.guardarLugar();
  }

  /** The queue keeps its place from one demand to the next, and the demand on the desk is seen in it. */
  guardarLugar() {
    const fila = this.mesa.querySelector("[data-fila]");
    if (!fila) return;
    fila.scrollTop = Number(sessionStorage.getItem(LUGAR));
    fila.querySelector("[aria-current]")?.closest("li").scrollIntoView({ block: "nearest" });
    addEventListener("pagehide", () => sessionStorage.setItem(LUGAR, fila.scrollTop));
  }

  /** What each key does here; a key without its place on the page is not offered. */
  get teclas() {
    const fila = this.mesa.querySelector("[data-fila]");
    const encaminhar = primeiroCampo(document.querySelector("[data-encaminhar]"));
    const busca = this.mesa.querySelector("input[type=search]") ?? document.querySelector("[data-busca], input[type=search]");
    const teclas = new Map();
    if (fila) {
      teclas.set("j", ["próxima da fila", () => this.andar(1)]);
      teclas.set("k", ["anterior da fila", () => this.andar(-1)]);
      if (fila.querySelector(CAIXA)) teclas.set("x", ["marcar para decidir em lote", () => this.marcar()]);
    }
    if (encaminhar) teclas.set("e", ["encaminhar", () => encaminhar.focus()]);
    for (const sugerido of document.querySelectorAll("[data-encaminhar] [data-sugestao]")) {
      teclas.set(sugerido.dataset.sugestao, [`${sugerido.dataset.sugestao}º órgão sugerido`, () => sugerido.click()]);
    }
    if (busca) teclas.set("/", ["buscar", () => busca.focus()]);
    for (const alvo of document.querySelectorAll("[data-tecla]")) {
      teclas.set(alvo.dataset.tecla, [alvo.dataset.teclaRotulo ?? alvo.textContent.trim().toLowerCase(), () => usar(alvo)]);
    }
    return teclas;
  }

  ouvir(evento) {
    if (!this.mesa.isConnected) return;
    if (evento.key === "Enter" && (evento.ctrlKey || evento.metaKey)) return this.decidir(evento);
    if (evento.ctrlKey || evento.metaKey || evento.altKey || evento.isComposing) return;
    if (digitando(evento.target)) {
      if (evento.key === "Escape" && !evento.target.closest("dialog")) evento.target.blur(); // the keys are heard again
      return;
    }
    if (evento.key === "?") {
      evento.preventDefault();
      this.abrirAjuda();
      return;
    }
    const acao = this.ligada && this.teclas.get(evento.key);
    if (!acao) return;
    evento.preventDefault();
    acao[1]();
  }

  /** Ctrl+Enter sends what is being written, also from inside a field; from anywhere else, the routing. */
  decidir(evento) {
    if (evento.repeat || evento.isComposing || evento.target.closest("dialog[open]")) return;
    const perto = evento.target.closest(FORMULARIOS);
    if (!perto && digitando(evento.target)) return;
    const form = perto?.querySelector(PARA_ESCREVER) ? perto : document.querySelector("[data-encaminhar]");
    const botao = form?.querySelector("button.principal") ?? form?.querySelector("button:not([type=button])");
    if (!botao || botao.disabled) return;
    evento.preventDefault();
    form.requestSubmit(botao);
  }

  /** The row under the focus, or that of the demand on the desk. */
  get linha() {
    return document.activeElement.closest(LINHA) ?? this.mesa.querySelector("[data-fila] [aria-current]")?.closest(LINHA);
  }

  /** It goes in or out of the selection, whole. */
  marcar() {
    this.linha?.querySelector(CAIXA)?.click();
  }

  andar(passo) {
    const links = [...this.mesa.querySelectorAll(`${LINHA} > p > a`)];
    const { linha } = this;
    const aqui = links.findIndex((link) => linha?.contains(link));
    // From nowhere, the first step lands on the first line.
    const alvo = links[Math.min(links.length - 1, Math.max(0, aqui + passo))];
    alvo?.focus();
    alvo?.scrollIntoView({ block: "nearest" });
  }

  desenharAjuda() {
    const ajuda = document.createElement("dialog");
    ajuda.className = "ajuda";
    ajuda.setAttribute("aria-labelledby", "ajuda-titulo");
    ajuda.innerHTML = `<h2 id="ajuda-titulo">Teclas da mesa</h2><dl></dl>
      <label class="marca-linha"><input type="checkbox"> <span>Usar teclas de uma letra</span></label>
      <form method="dialog"><button class="botao">Fechar</button></form>`;
    const caixa = ajuda.querySelector("input");
    caixa.checked = this.ligada;
    caixa.addEventListener("change", () => {
      this.ligada = caixa.checked;
      if (this.ligada) localStorage.removeItem(GUARDADO);
      else localStorage.setItem(GUARDADO, "1");
    });
    // The keys are the page's again, and not of a button no longer seen.
    ajuda.addEventListener("close", () => ajuda.contains(document.activeElement) && document.activeElement.blur());
    document.body.append(ajuda);
    return ajuda;
  }

  abrirAjuda() {
    const lista = this.ajuda.querySelector("dl");
    lista.replaceChildren();
    for (const [tecla, faz] of [...[...this.teclas].map(([t, [rotulo]]) => [t, rotulo]), ["Enter", "abrir"], ["Ctrl Enter", "enviar o que está escrito"], ["Esc", "sair do campo"], ["?", "esta ajuda"]]) {
      const termo = lista.appendChild(document.createElement("dt"));
      for (const uma of tecla.split(" ")) {
        if (termo.hasChildNodes()) termo.append(" ");
        termo.appendChild(document.createElement("kbd")).textContent = uma;
      }
      lista.appendChild(document.createElement("dd")).textContent = faz;
    }
    this.ajuda.showModal();
  }
}

/** Give one desk its keys. */
export function iniciar(mesa) {
  new Mesa(mesa);
}
