/* A textarea becomes a rich-text editor (Trix) whose HTML goes back in the same textarea. */

import Trix from "../vendor/trix-2.1.19/trix.esm.min.js";

// The tags that the server keeps (comum/texto.py), so that what is seen here is what is filed.
const { blockAttributes, textAttributes, toolbar } = Trix.config;
blockAttributes.default.tagName = "p";
blockAttributes.heading1.tagName = "h3";
textAttributes.strike.tagName = "s";
delete blockAttributes.code;
delete textAttributes.href;
// Two paragraphs stay two: Trix would make them one with a line break between.
Trix.Block.prototype.canBeConsolidatedWith = () => false;

const NOMES = {
  bold: "Negrito",
  italic: "Itálico",
  strike: "Riscado",
  heading1: "Título",
  quote: "Citação",
  bullet: "Lista com marcadores",
  number: "Lista numerada",
  undo: "Desfazer",
  redo: "Refazer",
};

const DESENHOS = {
  bold: '<path d="M6 4h5.5a3 3 0 0 1 0 6H6zM6 10h6.5a3 3 0 0 1 0 6H6z"/>',
  italic: '<path d="M8 4h6M6 16h6M11.5 4l-3 12"/>',
  strike: '<path d="M3 10h14M13.5 6.5C13 4.8 11.6 4 10 4 8 4 6.5 5 6.5 6.8c0 1.4 1 2.2 2.5 2.7M6.3 13.5C6.8 15.2 8.3 16 10 16c2 0 3.6-1 3.6-2.9 0-.6-.1-1-.4-1.5"/>',
  heading1: '<path d="M4 4h12M10 4v12"/>',
  quote: '<path d="M4 15c2-.7 3-2 3-4H4V6h4v5c0 3-1.5 5-4 6zM12 15c2-.7 3-2 3-4h-3V6h4v5c0 3-1.5 5-4 6z"/>',
  bullet: '<path d="M8 5h9M8 10h9M8 15h9M3.5 5h.01M3.5 10h.01M3.5 15h.01"/>',
  number: '<path d="M9 5h8M9 10h8M9 15h8M3 4l1.5-1v4M3 13.2c.3-.8 2.4-.9 2.4.4 0 1-2.4 1.8-2.4 3.4h2.6"/>',
  undo: '<path d="M4 8h8a4 4 0 0 1 0 8H8M4 8l3.5-3.5M4 8l3.5 3.5"/>',
  redo: '<path d="M16 8H8a4 4 0 0 0 0 8h4M16 8l-3.5-3.5M16 8l-3.5 3.5"/>',
};

const TECLAS = { bold: "b", italic: "i", undo: "z", redo: "shift+z" };

function botao(nome) {
  const papel = nome === "undo" || nome === "redo" ? "action" : "attribute";
  const tecla = TECLAS[nome] ? ` data-trix-key="${TECLAS[nome]}"` : "";
  const estado = papel === "attribute" ? ' aria-pressed="false"' : "";
  return `<button type="button" data-trix-${papel}="${nome}"${tecla}${estado} tabindex="-1" title="${NOMES[nome]}" aria-label="${NOMES[nome]}">
    <svg viewBox="0 0 20 20" aria-hidden="true">${DESENHOS[nome]}</svg></button>`;
}

const grupo = (nomes) => nomes.map(botao).join("");

toolbar.getDefaultHTML = () => `<div class="ferramentas" role="toolbar" aria-label="Formatação do texto">
  ${grupo(["bold", "italic", "strike"])}<span class="divisa"></span>
  ${grupo(["heading1", "quote", "bullet", "number"])}<span class="divisa empurra"></span>
  ${grupo(["undo", "redo"])}</div>`;

/** A toolbar is one stop of the Tab key; arrows walk inside it (WAI-ARIA's pattern). */
function andarComSetas(barra) {
  const botoes = [...barra.querySelectorAll("button")];
  botoes[0].tabIndex = 0;
  barra.addEventListener("keydown", (evento) => {
    const passo = { ArrowRight: 1, ArrowLeft: -1 }[evento.key];
    const vivos = botoes.filter((b) => !b.disabled);
    const aqui = vivos.indexOf(document.activeElement);
    if (!passo || aqui < 0) return;
    evento.preventDefault();
    const alvo = vivos[(aqui + passo + vivos.length) % vivos.length];
    for (const b of botoes) b.tabIndex = b === alvo ? 0 : -1;
    alvo.focus();
  });
}

/** Trix shows what is on by a class; say it to those who do not see it. */
function dizerEstado(editor, barra) {
  const dizer = () => {
    for (const b of barra.querySelectorAll("[aria-pressed]")) {
      b.setAttribute("aria-pressed", String(b.classList.contains("trix-active")));
    }
  };
  for (const nome of ["trix-selection-change", "trix-change", "trix-attributes-change", "trix-focus"]) {
    editor.addEventListener(nome, () => requestAnimationFrame(dizer));
  }
}

/**
 * The return key makes a paragraph, as in any text processor; with Shift, a line break. Done at once and not at the
 * next frame, as Trix does, or a letter typed within that frame would land on the wrong line.
 */
function quebrar(evento) {
  const editor = evento.currentTarget.editor;
  if (evento.isComposing || !["insertParagraph", "insertLineBreak"].includes(evento.inputType)) return;
  evento.preventDefault();
  evento.stopImmediatePropagation();
  editor.recordUndoEntry("Typing", { context: Date.now() });
  const { composition } = editor;
  if (evento.inputType === "insertLineBreak") editor.insertString("\n");
  else if (composition.getBlock().hasAttributes()) editor.insertLineBreak();
  else composition.insertBlockBreak();
}

const escapar = (texto) => new Option(texto).innerHTML;

/** Typed plain text as paragraphs: blank lines part them, single ones break. */
const htmlDeTexto = (texto) =>
  texto
    .split(/\n\s*\n/)
    .filter((p) => p.trim())
    .map((p) => `<p>${escapar(p.trim()).replaceAll("\n", "<br>")}</p>`)
    .join("");

const TRADUZ = {
  P: "p", BR: "br", STRONG: "strong", B: "strong", EM: "em", I: "em", S: "s", DEL: "s", STRIKE: "s",
  UL: "ul", OL: "ol", LI: "li", BLOCKQUOTE: "blockquote",
  H1: "h3", H2: "h3", H3: "h3", H4: "h3", H5: "h3", H6: "h3", DIV: "p", TR: "p", PRE: "p",
};

const BLOCO = /<(p|ul|ol|li|blockquote|h3)>/;

const SOMEM = new Set(["SCRIPT", "STYLE", "TEMPLATE", "HEAD", "TITLE"]);

function limparNo(no) {
  if (no.nodeType === Node.TEXT_NODE) return escapar(no.data);
  if (no.nodeType !== Node.ELEMENT_NODE || SOMEM.has(no.tagName)) return "";
  const dentro = [...no.childNodes].map(limparNo).join("");
  const tag = TRADUZ[no.tagName];
  if (tag === "br") return "<br>";
  // Cells of a table's row stand side by side.
  if (!tag) return /^T[DH]$/.test(no.tagName) ? `${dentro} ` : dentro;
  // A box around blocks is no paragraph, and Google Docs wraps all it copies in a bold that is not.
  if ((tag === "p" && BLOCO.test(dentro)) || no.id.startsWith("docs-internal")) return dentro;
  return `<${tag}>${dentro}</${tag}>`;
}

/** HTML with the few tags we keep and no attribute: what the server would drop should not be seen here. */
function limpar(html) {
  // Even a document that is never shown makes the browser report styles and handlers: out with them first.
  const sem = html.replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, "");
  const nu = sem.replace(/<[^>]*>/g, (tag) => tag.replace(/\s(?:style|on\w+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, ""));
  const documento = new DOMParser().parseFromString(nu, "text/html");
  return [...documento.body.childNodes].map(limparNo).join("");
}

/**
 * Paste from Word or a web page, cleaned before it touches the page: the browser would first put it in as it came,
 * and our policy would complain of each style in it.
 */
function colar(evento) {
  const html = evento.clipboardData.getData("text/html");
  const texto = evento.clipboardData.getData("text/plain");
  evento.preventDefault();
  evento.stopImmediatePropagation();
  // Nothing but files: they are attached elsewhere.
  if (!html && !texto) return;
  const { editor } = evento.currentTarget;
  editor.recordUndoEntry("Paste");
  editor.insertHTML(html ? limpar(html) : htmlDeTexto(texto));
}

/** Without the paragraphs that only made room, and the spaces that only kept a word's end. */
const enxugar = (html) => html.replaceAll("&nbsp;", " ").replace(/<p>(\s|<br>)*<\/p>/g, "");

function recusarArquivos(editor) {
  editor.addEventListener("trix-file-accept", (evento) => evento.preventDefault());
  editor.addEventListener("trix-attachment-add", (evento) => evento.attachment.remove());
}

/** Turn one textarea into an editor. Resolves when its text is in it. */
export async function iniciar(textarea) {
  await customElements.whenDefined("trix-editor");
  const { id, form } = textarea;
  const rotulo = document.querySelector(`label[for="${CSS.escape(id)}"]`);
  textarea.dataset.idOriginal = id;
  textarea.id = `${id}-fonte`;
  const html = textarea.dataset.html ?? htmlDeTexto(textarea.value);
  // A hidden field that is required would stop the form without showing why.
  textarea.required = false;
  textarea.hidden = true;

  const editor = document.createElement("trix-editor");
  editor.id = id;
  editor.className = "prosa";
  editor.setAttribute("aria-multiline", "true");
  for (const nome of ["aria-describedby", "aria-invalid"]) {
    if (textarea.hasAttribute(nome)) editor.setAttribute(nome, textarea.getAttribute(nome));
  }
  recusarArquivos(editor);
  editor.addEventListener("paste", colar, { capture: true });
  editor.addEventListener("beforeinput", quebrar, { capture: true });
  const pronto = new Promise((resolver) => editor.addEventListener("trix-initialize", resolver, { once: true }));
  // Trix keeps its own HTML here, nameless: what is sent is the textarea.
  const fonte = Object.assign(document.createElement("input"), { type: "hidden", id: `${id}-trix`, value: limpar(html) });
  editor.setAttribute("input", fonte.id);
  textarea.after(fonte, editor);
  await pronto;
  if (rotulo) editor.setAttribute("aria-label", rotulo.textContent.trim());
  andarComSetas(editor.toolbarElement);
  dizerEstado(editor, editor.toolbarElement);

  const formato = form?.elements.namedItem("formato");
  if (formato) formato.value = "html";
  const mudou = () => {
    textarea.value = enxugar(editor.value);
    // Limits are of what a person reads, not of the tags.
    textarea.dataset.letras = editor.editor.getDocument().toString().trim().length;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  };
  mudou();
  editor.addEventListener("trix-change", mudou);
  // Another script put a text in the field: show it.
  textarea.addEventListener("recarregar", () => editor.editor.loadHTML(limpar(textarea.value)));
}
