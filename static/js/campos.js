/* The fields of a form as a value: what a person can change in them, read and put back; and errors beside them. */

const FORA = new Set(["hidden", "file", "password", "submit", "button", "reset", "fieldset", "output"]);

// What is marked `data-a-parte` asks for something of its own (a number to look up): it is not the form's text.
const visiveis = (form) => [...form.elements].filter((e) => e.name && !FORA.has(e.type) && !("aParte" in e.dataset));

/** What the person can see and change, as [name, value] pairs: hidden keys and versions are not part of it. */
export function ler(form) {
  return visiveis(form).flatMap((campo) => {
    if ((campo.type === "checkbox" || campo.type === "radio") && !campo.checked) return [];
    if (campo.type === "select-multiple") return [...campo.selectedOptions].map((o) => [campo.name, o.value]);
    return [[campo.name, campo.value]];
  });
}

/** Whether two readings say the same, spaces aside (the server trims and folds them). */
export function iguais(uma, outra) {
  const chapa = (pares) => JSON.stringify(pares.map(([n, v]) => [n, v.replace(/&nbsp;|\s+/g, " ").trim()]));
  return chapa(uma) === chapa(outra);
}

/** Put a reading back in the form: whole, or the fields of `nomes` alone. */
export function por(form, pares, nomes = null) {
  for (const campo of visiveis(form)) {
    if (nomes && !nomes.has(campo.name)) continue;
    const valores = pares.filter(([nome]) => nome === campo.name).map(([, valor]) => valor);
    if (campo.type === "checkbox" || campo.type === "radio") campo.checked = valores.includes(campo.value);
    else if (campo.type === "select-multiple") for (const o of campo.options) o.selected = valores.includes(o.value);
    else if (valores.length) campo.value = valores[0];
    // An editor shows a text of its own: tell it. Others hear it as typing.
    campo.dispatchEvent(new Event(campo.matches("[data-editor]") ? "recarregar" : "input", { bubbles: true }));
  }
}

/** The value of one field in a reading, as a reading of its own. */
export const so = (pares, nome) => pares.filter(([n]) => n === nome);

/** What a field is called on the page. */
export function rotulo(form, nome) {
  const bloco = [...form.querySelectorAll("[data-campo]")].find((b) => b.dataset.campo === nome);
  return bloco?.querySelector("label, legend")?.firstChild?.textContent.trim() || nome;
}

/** Show the server's errors beside their fields: `{field: [sentence]}`; those of before go. */
export function mostrarErros(form, erros = {}) {
  for (const bloco of form.querySelectorAll("[data-campo]")) {
    const controle = bloco.querySelector("trix-editor, input, select, textarea");
    const frases = erros[bloco.dataset.campo];
    const erro = bloco.querySelector(".erro");
    if (!frases?.length) {
      erro?.remove();
      controle?.removeAttribute("aria-invalid");
      continue;
    }
    const linha = erro ?? document.createElement("p");
    linha.className = "erro";
    linha.id ||= `${controle.id}-erro`;
    linha.textContent = frases.join(" ");
    if (!erro) bloco.querySelector("label, legend").after(linha);
    controle.setAttribute("aria-invalid", "true");
    const ids = new Set((controle.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)).add(linha.id);
    controle.setAttribute("aria-describedby", [...ids].join(" "));
  }
}
