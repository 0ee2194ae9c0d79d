/* The source of a model document takes a picture where the cursor is, as text inside the text. */

const lerComoTexto = (arquivo) =>
  new Promise((resolver, recusar) => {
    const leitor = new FileReader();
    leitor.addEventListener("load", () => resolver(leitor.result));
    leitor.addEventListener("error", () => recusar(leitor.error));
    leitor.readAsDataURL(arquivo);
  });

/** Wake the block with the file field; `data-fonte` names its textarea, `data-limite` how many bytes a picture may have. */
export function iniciar(bloco) {
  const fonte = document.getElementById(bloco.dataset.fonte);
  const campo = bloco.querySelector("input");
  const estado = bloco.querySelector("[role=status]");
  bloco.hidden = false;
  campo.addEventListener("change", async () => {
    const [arquivo] = campo.files;
    if (!arquivo) return;
    campo.value = "";
    if (arquivo.size > Number(bloco.dataset.limite)) {
      estado.textContent = `“${arquivo.name}” tem ${Math.ceil(arquivo.size / 1024)} kB; o máximo é ${bloco.dataset.limite / 1024} kB.`;
      return;
    }
    const uri = await lerComoTexto(arquivo);
    fonte.setRangeText(`<img src="${uri}" alt="Descreva aqui a imagem">`, fonte.selectionStart, fonte.selectionEnd, "end");
    fonte.dispatchEvent(new Event("input", { bubbles: true }));
    estado.textContent = `“${arquivo.name}” está no texto, onde estava o cursor. Descreva a imagem no alt, para quem não a vê.`;
    fonte.focus();
  });
}
