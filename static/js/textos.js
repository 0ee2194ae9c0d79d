/* A model text goes into the editor where the cursor is; the page without this script puts it after the text. */

const SEM_CONEXAO = "Sem conexão: o texto não foi inserido. Tente de novo.";

/** Whether the cursor stands after the last word of a paragraph: what comes then is a paragraph of its own. */
function noFimDeParagrafo(editor) {
  const [de, ate] = editor.getSelectedRange();
  const texto = editor.getDocument().toString();
  return de === ate && texto[de] === "\n" && de > 0 && texto[de - 1] !== "\n";
}

/** Wake the block that offers the texts: its select says which, its address gives it filled in. */
export function iniciar(bloco, rede) {
  const escolha = bloco.querySelector("select");
  const botao = bloco.querySelector("[data-textos-inserir]");
  const estado = bloco.querySelector("[data-textos-estado]");
  const dizer = (texto) => (estado.textContent = texto);

  const inserir = async () => {
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
    editor.editor.recordUndoEntry("Texto padrão");
    if (noFimDeParagrafo(editor.editor)) editor.editor.composition.insertBlockBreak();
    editor.editor.insertHTML(JSON.parse(dito).html);
    editor.focus();
    dizer(`“${escolha.selectedOptions[0].textContent.trim()}” está no texto; Ctrl+Z desfaz.`);
  };
  botao.hidden = false;
  botao.addEventListener("click", inserir);
}
