/*
 * Files on their way, kept in this browser (IndexedDB) until they have arrived: after a reload the page goes on by itself.
 * Where the browser keeps nothing (private window, full disk) every call quietly does nothing, and the page asks for the
 * file again.
 */

const BANCO = "envios";
const LOJA = "arquivos";
const VALIDADE_MS = 7 * 24 * 3600 * 1000;

function abrir() {
  return new Promise((resolve, reject) => {
    const pedido = indexedDB.open(BANCO, 1);
    pedido.onupgradeneeded = () => pedido.result.createObjectStore(LOJA, { keyPath: "url" });
    pedido.onsuccess = () => resolve(pedido.result);
    pedido.onerror = () => reject(pedido.error);
  });
}

/** Run one request on the store; undefined where the browser has none. */
async function fazer(modo, acao) {
  try {
    const banco = await abrir();
    try {
      return await new Promise((resolve, reject) => {
        const pedido = acao(banco.transaction(LOJA, modo).objectStore(LOJA));
        pedido.onsuccess = () => resolve(pedido.result);
        pedido.onerror = () => reject(pedido.error);
      });
    } finally {
      banco.close();
    }
  } catch {
    return undefined;
  }
}

/** Keep a file under the address of its upload. */
export const guardar = (url, pessoa, arquivo) => fazer("readwrite", (loja) => loja.put({ url, pessoa, arquivo, em: Date.now() }));

/** The file of an upload, if this person began it in this browser. */
export async function pegar(url, pessoa) {
  const guardado = await fazer("readonly", (loja) => loja.get(url));
  return guardado?.pessoa === pessoa ? guardado.arquivo : undefined;
}

/** Forget the file of an upload. */
export const esquecer = (url) => fazer("readwrite", (loja) => loja.delete(url));

/** Forget what is over, and what somebody else left on this device. */
export async function varrer(pessoa) {
  for (const { url, em, pessoa: dono } of (await fazer("readonly", (loja) => loja.getAll())) ?? []) {
    if (dono !== pessoa || Date.now() - em > VALIDADE_MS) await esquecer(url);
  }
}
