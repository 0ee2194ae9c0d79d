/* The panel that draws itself anew: what is open stays open, and it waits while it is paused, unseen or being copied. */

class Painel {
  constructor(painel) {
    this.painel = painel;
    this.novidade = document.querySelector("[data-painel-novidade]");
    this.pausado = false;
    painel.addEventListener("htmx:beforeRequest", (evento) => evento.target === painel && this.espera && evento.preventDefault());
    painel.addEventListener("htmx:beforeSwap", (evento) => this.receber(evento));
    painel.addEventListener("htmx:afterSwap", () => this.repor());
    painel.addEventListener("click", (evento) => evento.target.closest("[data-painel-pausa]") && this.pausar());
    this.lembrar();
  }

  get espera() {
    const selecao = getSelection();
    const copiando = !selecao.isCollapsed && this.painel.contains(selecao.anchorNode);
    const escolhendo = this.painel.querySelector("select:focus, input:focus, textarea:focus") !== null;
    return this.pausado || document.hidden || copiando || escolhendo;
  }

  pausar() {
    this.pausado = !this.pausado;
    this.desenharPausa();
  }

  desenharPausa() {
    const botao = this.painel.querySelector("[data-painel-pausa]");
    botao.textContent = this.pausado ? "Retomar a atualização" : "Pausar a atualização";
  }

  /** What came is what is there already: nothing is drawn anew, only the time is told. */
  receber(evento) {
    if (evento.target !== this.painel) return;
    const novo = evento.detail.xhr.responseText;
    if (novo === this.ultimo) {
      evento.detail.shouldSwap = false;
      this.dizerHora();
      return;
    }
    this.ultimo = novo;
    this.lembrar();
  }

  dizerHora() {
    const hora = this.painel.querySelector("[data-painel-hora]");
    if (hora) hora.textContent = new Date().toLocaleTimeString("pt-BR", { timeZone: "America/Sao_Paulo" });
  }

  get manchete() {
    return this.painel.querySelector("h1").textContent.trim();
  }

  lembrar() {
    this.abertos = [...this.painel.querySelectorAll("details[open]")].map((detalhe) => detalhe.id);
    this.antes = this.manchete;
  }

  repor() {
    for (const id of this.abertos) document.getElementById(id)?.setAttribute("open", "");
    this.desenharPausa();
    this.dizerHora();
    if (this.manchete !== this.antes) this.novidade.textContent = this.manchete;
  }
}

/** Keep one panel fresh. */
export function iniciar(painel) {
  new Painel(painel);
}
