/* What was typed in a form and not yet sent stays while the tab is open: another page may be looked at meanwhile. */

/** Keep one form's fields in this tab until it is sent. */
export async function iniciar(form, rede) {
  const campos = await import(`./campos.js${new URL(import.meta.url).search}`);
  const chave = `guarda:${rede.pessoa()}:${new URL(form.action).pathname}`;
  const deAntes = JSON.stringify(campos.ler(form));
  const guardado = sessionStorage.getItem(chave);
  // A form that came back refused already carries what was typed.
  if (guardado && form.dataset.guarda !== "devolvido") campos.por(form, JSON.parse(guardado));
  form.addEventListener("input", () => {
    const agora = JSON.stringify(campos.ler(form));
    if (agora === deAntes) sessionStorage.removeItem(chave);
    else sessionStorage.setItem(chave, agora);
  });
  form.addEventListener("submit", () => sessionStorage.removeItem(chave));
}
