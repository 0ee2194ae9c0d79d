/* The one script that a page names: wakes the others where their attribute is, and what all pages share. */

// Static files are kept for ever by the browser; every script is asked for with this page's version in its address.
const versao = new URL(import.meta.url).search;
const carregar = (nome) => import(`./${nome}.js${versao}`);
const rede = await carregar("rede");

const acordados = {};

/** Run the script `nome` once for each element under `raiz` that matches; one element may be woken by several scripts. */
async function acordar(raiz, seletor, nome) {
  const ja = (acordados[nome] ??= new WeakSet());
  const achados = [...raiz.querySelectorAll(seletor)].filter((e) => !ja.has(e));
  if (raiz instanceof Element && raiz.matches(seletor) && !ja.has(raiz)) achados.unshift(raiz);
  if (achados.length === 0) return;
  for (const elemento of achados) ja.add(elemento);
  const modulo = await carregar(nome);
  for (const elemento of achados) await modulo.iniciar(elemento, rede);
}

async function iniciar(raiz) {
  await acordar(raiz, "[data-sessao]", "sessao");
  await acordar(raiz, "textarea[data-editor]", "editor");
  await acordar(raiz, "[data-maximo]", "contador");
  // After the editor: what it makes of the text is the text that was there, and not a change.
  await acordar(raiz, "form[data-rascunho]", "rascunho");
  await acordar(raiz, "[data-anexos]", "anexos");
  await acordar(raiz, "[data-envios]", "envios");
  await acordar(raiz, "[data-escolha]", "escolha");
  await acordar(raiz, "[data-textos]", "textos");
  await acordar(raiz, "[data-fonte]", "fonte");
  await acordar(raiz, "form[data-guarda]", "guarda");
  await acordar(raiz, "[data-mesa]", "mesa");
  await acordar(raiz, "[data-presencas]", "presencas");
  await acordar(raiz, "[data-posse]", "posse");
  await acordar(raiz, "[data-marcadas], [data-marcadas-decididas]", "marcadas");
  await acordar(raiz, "form[data-desfazer]", "desfazer");
  await acordar(raiz, "[data-painel]", "painel");
  raiz.querySelector("[data-resumo-erros]")?.focus();
}

// A second press does nothing; the button is alive again when the page comes back, or when no page came.
const ESPERA_MS = 15_000;
document.addEventListener("submit", (evento) => {
  const form = evento.target;
  if (evento.defaultPrevented || form.method !== "post" || form.dataset.umaVez === "nao") return;
  const botao = evento.submitter ?? form.querySelector("button:not([type=button])");
  if (!botao) return;
  // Not at once: a disabled button's own name and value would not be sent.
  setTimeout(() => (botao.disabled = true));
  const soltar = () => (botao.disabled = false);
  setTimeout(soltar, ESPERA_MS);
  addEventListener("pageshow", soltar, { once: true });
});

document.addEventListener("htmx:configRequest", (evento) => (evento.detail.headers["X-CSRFToken"] = rede.token()));
document.addEventListener("htmx:afterSettle", (evento) => iniciar(evento.detail.elt));
document.addEventListener("htmx:responseError", (evento) => {
  const { status, responseText } = evento.detail.xhr;
  if (status === 401) rede.avisarSessaoTerminada();
  else rede.avisar("pedido", "erro", rede.frase(status, responseText));
});
document.addEventListener("htmx:sendError", () =>
  rede.avisar("pedido", "alerta", "Sem conexão. Confira a rede e tente de novo."),
);
document.addEventListener("htmx:afterOnLoad", (evento) => {
  if (evento.detail.successful) rede.retirarAviso("pedido");
});

await iniciar(document);
document.documentElement.dataset.pronto = "";
