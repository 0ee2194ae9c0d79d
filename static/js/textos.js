/* A model text goes into the editor where the cursor is; the page without this script puts it after the text. */

const SEM_CONEXAO = "Sem conexão: o texto não foi inserido. Tente de novo.";

/** The letters at both sides of the cursor; "" at an end of the text. */
function vizinhas(editor) {
  const [de, ate] = editor.getSelectedRange();
  const texto = editor.getDocument().toString();
  return [texto[de - 1] ?? "", texto[ate] ?? ""];
}

/** Put the text at the cursor: a paragraph of its own after a last word, else parted from its neighbours by spaces. */
function inserir(editor, html) {
  const [antes, depois] = vizinhas(editor);
  const emPalavra = antes !== "" && !/\s/.test(antes);
  editor.recordUndoEntry("Texto padrão");
  if (emPalavra && depois === "\n") editor.composition.insertBlockBreak();
  else if (emPalavra) editor.insertString(" ");
  editor.insertHTML(html);
  if (/[\p{L}\p{N}]/u.test(vizinhas(editor)[1])) editor.insertString(" ");
}

/** Wake the block that offers the texts: its select says which, its address gives it filled in. */
export function iniciar(bloco, rede) {
  const escolha = bloco.querySelector("select");
  const botao = bloco.querySelector("[data-textos-inserir]");
  const estado = bloco.querySelector("[data-textos-estado]");
  const dizer = (texto) => (estado.textContent = texto);

  const buscar = async () => {
    if (!escolha.value) return dizer("Escolha antes um texto da lista.");
    let resposta;
    try {
      const corpo = new URLSearchParams({ texto_padrao: escolha.value });
      resposta = await rede.postar(bloco.dataset.textos, corpo, { headers: { Accept: "application/json" } });
    } catch {
      // fetch rejects for one reason: no answer came.
      return dizer(SEM_CONEXAO);
    }
    const dito = await resposta.text();
    if (!resposta.ok) return dizer(rede.frase(resposta.status, dito));
    const editor = escolha.form.querySelector("trix-editor");
    inserir(editor.editor, JSON.parse(dito).html);
    editor.focus();
    dizer(`“${escolha.selectedOptions[0].textContent.trim()}” está no texto; Ctrl+Z desfaz.`);
  };
  botao.hidden = false;
  botao.addEventListener("click", buscar);
}
