/* A routing can be taken back for some seconds: they are counted, and the button goes when they are over. */

const emPalavras = (s) => (s === 1 ? "1 segundo" : `${s} segundos`);

/** Count one button's seconds. */
export function iniciar(form) {
  const fim = Date.now() + Number(form.dataset.desfazer) * 1000;
  const restam = form.querySelector("[data-desfazer-restam]");
  const contar = () => {
    const segundos = Math.ceil((fim - Date.now()) / 1000);
    if (segundos > 0) {
      restam.textContent = emPalavras(segundos);
      return;
    }
    clearInterval(relogio);
    const frase = document.createElement("small");
    frase.textContent = "A entrega começou.";
    form.replaceWith(frase);
  };
  const relogio = setInterval(contar, 1000);
}
