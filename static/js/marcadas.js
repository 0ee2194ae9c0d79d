/* The selection: rows marked on any page of the queue, kept in this tab until they are decided. */

const CAIXAS = "input[type=checkbox][name=demandas]";

class Marcadas {
  constructor(barra) {
    this.barra = barra;
    this.chave = `marcadas:${barra.dataset.marcadas}`;
    this.quantas = barra.querySelector("[data-marcadas-quantas]");
    this.nenhuma = barra.querySelector("[data-marcadas-nenhuma]");
    this.nenhuma.hidden = false;
    this.ids = new Set(JSON.parse(sessionStorage.getItem(this.chave) ?? "[]"));
    for (const caixa of this.caixas) {
      caixa.checked = this.ids.has(caixa.value);
      caixa.addEventListener("change", () => this.mudar(caixa));
    }
    this.nenhuma.addEventListener("click", () => this.esquecer());
    barra.addEventListener("formdata", ({ formData }) => this.juntar(formData));
    this.mostrar();
  }

  get caixas() {
    return [...this.barra.elements].filter((campo) => campo.matches(CAIXAS));
  }

  /** The box of a campaign's highest row goes for all of it that is on the page. */
  mudar(caixa) {
    for (const uma of this.dobra(caixa)) {
      uma.checked = caixa.checked;
      if (caixa.checked) this.ids.add(uma.value);
      else this.ids.delete(uma.value);
    }
    this.guardar();
  }

  /** The boxes that a box goes for, itself the first. */
  dobra(caixa) {
    return "marcaTodas" in caixa.dataset ? [...caixa.closest("li").querySelectorAll(CAIXAS)] : [caixa];
  }

  esquecer() {
    this.ids.clear();
    for (const caixa of this.caixas) caixa.checked = false;
    this.guardar();
  }

  guardar() {
    sessionStorage.setItem(this.chave, JSON.stringify([...this.ids]));
    this.mostrar();
  }

  mostrar() {
    const n = this.ids.size;
    this.barra.classList.toggle("ha", n > 0);
    for (const caixa of this.caixas) caixa.indeterminate = this.dobra(caixa).some((uma) => uma.checked !== caixa.checked);
    this.quantas.textContent = n === 1 ? "1 marcada" : `${n} marcadas`;
  }

  /** Those of other pages go too. */
  juntar(dados) {
    dados.delete("demandas");
    for (const id of this.ids) dados.append("demandas", id);
  }
}

/** Bring the bar to life; on the page that says what was decided (`data-marcadas-decididas`), forget the selection. */
export function iniciar(elemento) {
  if ("marcadasDecididas" in elemento.dataset) sessionStorage.removeItem(`marcadas:${elemento.dataset.marcadasDecididas}`);
  else new Marcadas(elemento);
}
