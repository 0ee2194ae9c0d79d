/* Says how many characters are left or too many; cuts nothing. */

const numero = new Intl.NumberFormat("pt-BR");
const PERTO = 0.8;

/** Keep the note under a field with `data-maximo` true to what is typed. */
export function iniciar(campo) {
  const nota = document.getElementById(`${campo.dataset.idOriginal ?? campo.id}-limite`);
  if (!nota) return;
  const maximo = Number(campo.dataset.maximo);
  const dizer = () => {
    const letrasAgora = Number(campo.dataset.letras ?? campo.value.length);
    const restam = maximo - letrasAgora;
    nota.classList.toggle("passou", restam < 0);
    const letras = (n) => `${numero.format(n)} ${n === 1 ? "caractere" : "caracteres"}`;
    if (restam < 0) nota.textContent = `${letras(-restam)} além do limite de ${numero.format(maximo)}`;
    else if (letrasAgora >= maximo * PERTO) nota.textContent = `${restam === 1 ? "Resta" : "Restam"} ${letras(restam)}`;
    else nota.textContent = `Até ${letras(maximo)}`;
  };
  campo.addEventListener("input", dizer);
  dizer();
}
