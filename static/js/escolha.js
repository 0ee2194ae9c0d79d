/* A long list of checkboxes: a field that filters it, and a button that says what was chosen. */

const MUITOS = 3;

const dobrar = (texto) => texto.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
const enumerar = (itens) => (itens.length < 2 ? itens.join("") : `${itens.slice(0, -1).join(", ")} e ${itens.at(-1)}`);

class Escolha {
  constructor(lista) {
    const lugar = lista.querySelector("[data-escolha-busca]");
    this.busca = lugar.querySelector("input");
    this.estado = lista.querySelector("[data-escolha-estado]");
    this.botao = lista.form.querySelector("[data-escolha-botao]");
    this.linhas = [...lista.querySelectorAll("[data-escolha-lista] label")].map((label) => ({
      label,
      caixa: label.querySelector("input"),
      sigla: dobrar(label.querySelector("b").textContent),
      texto: dobrar(label.textContent),
    }));
    lugar.hidden = false;
    this.busca.addEventListener("input", () => this.filtrar());
    this.busca.addEventListener("keydown", (evento) => this.aoTeclar(evento));
    for (const nome of ["change", "input"]) lista.addEventListener(nome, () => this.nomear());
    this.nomear();
  }

  get achadas() {
    return this.linhas.filter(({ label }) => !label.hidden);
  }

  /** What was chosen is never hidden: it must be seen before it is sent. */
  filtrar() {
    const procurado = dobrar(this.busca.value);
    for (const linha of this.linhas) linha.label.hidden = !linha.caixa.checked && !linha.texto.includes(procurado);
    const quantas = this.linhas.filter(({ texto }) => texto.includes(procurado)).length;
    if (!procurado) this.estado.textContent = "";
    else if (quantas === 0) this.estado.textContent = "Nenhum órgão com esse nome ou sigla.";
    else this.estado.textContent = quantas === 1 ? "1 órgão" : `${quantas} órgãos`;
  }

  /** The return key takes the agency typed whole, or the only one left; it never sends the form from here. A number
      takes a suggestion, as it does outside the field: no agency's name begins with one. */
  aoTeclar(evento) {
    const sugerida = this.busca.value ? null : this.linhas.find(({ caixa }) => caixa.dataset.sugestao === evento.key);
    if (sugerida && !evento.ctrlKey && !evento.altKey && !evento.metaKey) {
      evento.preventDefault();
      sugerida.caixa.click();
      return;
    }
    if (evento.key !== "Enter") return;
    evento.preventDefault();
    const procurado = dobrar(this.busca.value);
    const livres = this.achadas.filter(({ caixa }) => !caixa.checked);
    const alvo = livres.find(({ sigla }) => sigla === procurado) ?? (livres.length === 1 ? livres[0] : null);
    if (!alvo || !procurado) return;
    alvo.caixa.click();
    this.busca.value = "";
    this.filtrar();
    this.estado.textContent = `Marcado: ${alvo.label.querySelector("b").textContent}.`;
  }

  nomear() {
    if (!this.botao) return; // a form whose button says something else
    const escolhidos = this.linhas.filter(({ caixa }) => caixa.checked).map(({ label }) => label.dataset.ao);
    const destino = escolhidos.length > MUITOS ? `a ${escolhidos.length} órgãos` : enumerar(escolhidos);
    this.botao.textContent = `${this.botao.dataset.escolhaBotao} ${destino}`.trim();
  }
}

/** Bring one list (a fieldset) to life. */
export function iniciar(lista) {
  new Escolha(lista);
}
