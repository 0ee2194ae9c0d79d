/* What every script that talks to the server shares: the CSRF token, the ended session, and the notices in the page. */

const SESSAO_TERMINADA = "Sua sessão terminou. Entre de novo em outra aba e continue aqui.";

const ESPERA_MS = 30_000;

const meta = () => document.querySelector('meta[name="csrf-token"]');

/** The CSRF token of the present sign-in. */
export const token = () => meta()?.content ?? "";

/** Whose page this is: keeps what one person typed from another on the same device. */
export const pessoa = () => document.querySelector("[data-pessoa]")?.dataset.pessoa ?? "";

/**
 * Fetch the page again for its token: after signing in anew in another tab the old one is no longer good.
 * Resolves to whether it changed.
 */
export async function renovarToken() {
  const resposta = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  const pagina = new DOMParser().parseFromString(await resposta.text(), "text/html");
  const novo = pagina.querySelector('meta[name="csrf-token"]')?.content;
  // Somebody else signed in: what this page's person typed does not go under another's name.
  if ((pagina.querySelector("[data-pessoa]")?.dataset.pessoa ?? "") !== pessoa()) return false;
  if (!novo || novo === token()) return false;
  meta().content = novo;
  for (const campo of document.querySelectorAll('input[name="csrf_token"]')) campo.value = novo;
  return true;
}

/** POST with the token; once more with a fresh one if the server no longer knows it. Rejects only when the network does. */
export async function postar(url, corpo, { headers = {}, keepalive = false } = {}) {
  const enviar = () =>
    fetch(url, {
      method: "POST",
      body: corpo,
      credentials: "same-origin",
      keepalive,
      signal: AbortSignal.timeout(ESPERA_MS),
      headers: { ...headers, "X-CSRFToken": token() },
    });
  let resposta = await enviar();
  if ((resposta.status === 400 || resposta.status === 401) && (await renovarToken())) resposta = await enviar();
  if (resposta.status === 401) avisarSessaoTerminada();
  else if (resposta.ok) retirarAviso("sessao");
  return resposta;
}

/** The server's own sentence, or one that fits the status. `corpo` is the answer's text. */
export function frase(status, corpo) {
  try {
    const { mensagem } = JSON.parse(corpo);
    if (mensagem) return mensagem;
  } catch {
    // A page or a proxy's text: the sentences below say it better.
  }
  if (status === 401) return SESSAO_TERMINADA;
  if (status === 413) return "O arquivo é maior que o limite.";
  if (status === 429) return "Muitos pedidos seguidos. Espere um minuto e tente de novo.";
  return "O servidor não conseguiu atender agora. Tente de novo em instantes.";
}

/** Show a notice at the top of the page; one with the same key is replaced. Returns its element. */
export function avisar(chave, tom, texto) {
  retirarAviso(chave);
  const aviso = document.createElement("div");
  aviso.className = `mensagem ${tom}`;
  aviso.setAttribute("role", tom === "erro" ? "alert" : "status");
  aviso.dataset.aviso = chave;
  document.querySelector("[data-avisos]")?.append(aviso);
  const paragrafo = document.createElement("p");
  paragrafo.textContent = texto;
  aviso.append(paragrafo);
  return aviso;
}

/** Take a notice away. */
export function retirarAviso(chave) {
  document.querySelector(`[data-aviso="${chave}"]`)?.remove();
}

/** Say that the sign-in ended, and that nothing typed here is lost by it. */
export function avisarSessaoTerminada() {
  if (document.querySelector('[data-aviso="sessao"]')) return;
  retirarAviso("sessao-fim");
  const aviso = avisar("sessao", "erro", SESSAO_TERMINADA);
  const porta = document.querySelector("[data-entrar]")?.dataset.entrar;
  if (!porta) return;
  const linha = document.createElement("div");
  linha.className = "acoes";
  linha.append(Object.assign(document.createElement("a"), { href: porta, target: "_blank", rel: "noopener", className: "botao pequeno", textContent: "Entrar de novo" }));
  aviso.append(linha);
}
