/*
 * The documents section of a draft: files dropped or chosen go to their slots, two at a time, each with its progress;
 * after a reload, a dropped connection or a server's restart they go on from where they stopped. What the section shows
 * is the server's own fragment, asked for anew after every change; lines of files on their way are put back into it.
 */

const AO_MESMO_TEMPO = 2;
const SEM_REDE = "Sem conexão. Confira a rede e tente de novo.";

class Envios {
  constructor(bloco, rede, { Envio, tamanho }, guardados) {
    Object.assign(this, { bloco, rede, Envio, tamanho, guardados });
    this.abrir = bloco.dataset.abrir;
    this.estado = bloco.querySelector("[data-envios-estado]");
    this.envios = [];
    this.fila = [];
    this.trocando = Promise.resolve();
    bloco.classList.add("pronto");
    this.ouvir();
    this.preparar();
    this.continuar();
  }

  get lista() {
    return this.bloco.querySelector("[data-vagas-lista]");
  }

  ouvir() {
    this.bloco.addEventListener("change", (evento) => this.aoEscolher(evento));
    this.bloco.addEventListener("submit", (evento) => this.aoEnviarForm(evento));
    for (const nome of ["dragenter", "dragover"]) this.bloco.addEventListener(nome, (evento) => this.sobre(evento));
    for (const nome of ["dragleave", "drop"]) this.bloco.addEventListener(nome, () => this.sobre());
    this.bloco.addEventListener("drop", (evento) => this.aoSoltar(evento));
    // A file dropped beside the section would open in place of the page.
    for (const nome of ["dragover", "drop"]) document.addEventListener(nome, (evento) => evento.preventDefault());
    addEventListener("online", () => this.envios.forEach((envio) => envio.retomar()));
    addEventListener("offline", () => this.emCurso().forEach((envio) => (envio.pausar(), envio.esperar())));
    document.addEventListener("sessao:voltou", () => this.envios.forEach((envio) => envio.retomar()));
    document.addEventListener("rascunho:salvo", () => this.seguirTipo());
    // Another device changed the draft, perhaps its files.
    document.addEventListener("rascunho:novo", () => this.atualizar());
  }

  preparar() {
    this.lista.querySelector(".solta").classList.add("pronta");
    this.mostrar();
  }

  emCurso() {
    return this.envios.filter((envio) => envio.upload && !envio.terminado && !envio.esperando);
  }

  /* Choosing and dropping */

  aoEscolher({ target: campo }) {
    if (campo.type !== "file") return;
    const arquivos = [...campo.files];
    campo.value = "";
    const linha = campo.closest("[data-vaga]");
    if ("continua" in campo.dataset) this.continuarCom(linha, arquivos[0]);
    else if (campo.dataset.troca) this.receber(arquivos.slice(0, 1), linha, { troca: campo.dataset.troca });
    else this.receber(arquivos, linha, this.lugar(linha));
  }

  aoSoltar(evento) {
    evento.preventDefault();
    const linha = evento.target.closest("[data-vaga]") ?? this.lista.querySelector(".solta");
    const arquivos = [...evento.dataTransfer.files];
    this.receber(linha.dataset.vaga === "principal" ? arquivos.slice(0, 1) : arquivos, linha, this.lugar(linha));
  }

  sobre(evento) {
    evento?.preventDefault();
    const alvo = evento?.target.closest("[data-vaga]");
    for (const vaga of this.bloco.querySelectorAll("[data-vaga]")) vaga.classList.toggle("sobre", vaga === alvo);
  }

  /** What the server is told of a file that goes to this line. */
  lugar({ dataset: { vaga } }) {
    if (vaga === "outros") return {};
    return vaga === "principal" ? { papel: "principal" } : { tipo_documento: vaga };
  }

  receber(arquivos, linha, lugar) {
    const vaga = {
      chave: linha.dataset.vaga,
      nome: linha.querySelector("b")?.textContent ?? "Outro documento",
      papel: linha.querySelector("b + small")?.textContent.split(" · ")[0] ?? "complementar",
      depoisDe: lugar.troca && linha.dataset.linha,
    };
    for (const arquivo of arquivos) {
      const recusa = this.conferir(arquivo, linha.dataset, lugar.troca);
      const envio = this.novo(arquivo, lugar, vaga);
      if (recusa) envio.parar(recusa);
      else this.fila.push(envio);
    }
    this.mostrar();
    this.proximos();
  }

  novo(arquivo, lugar, vaga, url = null) {
    const envio = new this.Envio(arquivo, lugar, vaga, this, url);
    this.envios.push(envio);
    return envio;
  }

  /** What can be known before sending; the server asks again. */
  conferir({ size, name }, { aceita, aceitaTexto, limiteBytes }, troca) {
    if (!aceita.split(",").some((fim) => name.toLowerCase().endsWith(fim))) return `Aqui entra ${aceitaTexto}. Converta o arquivo e anexe de novo.`;
    if (size === 0) return "O arquivo está vazio. Confira-o e anexe de novo.";
    if (size > Number(limiteBytes)) return `O arquivo tem ${this.tamanho(size)}; aqui entra ${aceitaTexto}.`;
    const { totalBytes, limiteTotalBytes } = this.lista.dataset;
    const aCaminho = this.envios.reduce((soma, envio) => soma + (envio.terminado ? 0 : envio.arquivo.size), 0);
    if (!troca && Number(totalBytes) + aCaminho + size > Number(limiteTotalBytes)) {
      return `Com este arquivo os documentos passariam de ${Math.floor(limiteTotalBytes / 2 ** 20)} MB ao todo.`;
    }
    return null;
  }

  proximos() {
    while (this.fila.length && this.envios.filter((e) => e.upload && !e.terminado).length < AO_MESMO_TEMPO) this.soltar(this.fila.shift());
  }

  /** One tab at a time sends a file: the other would only get in its way. */
  soltar(envio) {
    if (!envio.url || !navigator.locks) return envio.comecar();
    navigator.locks.request(`envio:${envio.url}`, { ifAvailable: true }, (tranca) => {
      if (!tranca) return this.deixar(envio);
      envio.comecar();
      return new Promise((resolve) => (envio.destrancar = resolve));
    });
  }

  deixar(envio) {
    this.tirar(envio);
    const texto = this.lista.querySelector(`[data-envio="${envio.url}"] [data-envio-texto]`);
    if (texto) texto.textContent = "· está sendo enviado em outra aba";
    this.proximos();
  }

  /* What becomes of each */

  aoGanharUrl(envio) {
    this.guardados.guardar(envio.url, this.rede.pessoa(), envio.arquivo);
    navigator.locks?.request(`envio:${envio.url}`, () => new Promise((resolve) => (envio.destrancar = resolve)));
  }

  aoPerderUrl(envio) {
    this.guardados.esquecer(envio.url);
    envio.destrancar?.();
  }

  aoTerminar(envio, chegou) {
    this.esquecer(envio);
    this.rede.retirarAviso("sessao");
    this.atualizar(chegou ? `${envio.arquivo.name} anexado.` : `${envio.arquivo.name} não foi aceito.`, () => this.tirar(envio));
    this.proximos();
  }

  aoParar(envio, frase) {
    if (envio.url) this.aoPerderUrl(envio);
    this.anunciar(`${envio.arquivo.name}: ${frase}`);
    this.fila = this.fila.filter((outro) => outro !== envio);
    this.proximos();
  }

  aoDesistir(envio, cancelado = false) {
    this.fila = this.fila.filter((outro) => outro !== envio);
    this.esquecer(envio);
    this.tirar(envio);
    if (cancelado) this.atualizar(`Envio de ${envio.arquivo.name} cancelado.`);
    this.lista.focus();
    this.proximos();
  }

  esquecer(envio) {
    if (envio.url) this.guardados.esquecer(envio.url);
    envio.destrancar?.();
  }

  tirar(envio) {
    this.envios = this.envios.filter((outro) => outro !== envio);
    envio.linha.remove();
    this.mostrar();
  }

  /* After a reload */

  async continuar() {
    await this.guardados.varrer(this.rede.pessoa());
    for (const linha of this.paradas()) {
      const { envio: url, tamanhoBytes, recebidosBytes } = linha.dataset;
      if (tamanhoBytes === recebidosBytes) this.pedirEntrega(url);
      else {
        const arquivo = await this.guardados.pegar(url, this.rede.pessoa());
        if (arquivo && linha.isConnected) this.continuarCom(linha, arquivo);
      }
    }
  }

  /** The server's lines of uploads that nobody goes on with here. */
  paradas() {
    const minhas = new Set(this.envios.map((envio) => envio.url));
    return [...this.lista.querySelectorAll("[data-envio]:not([data-recusado])")].filter((linha) => !minhas.has(linha.dataset.envio));
  }

  continuarCom(linha, arquivo) {
    const { envio: url, nome, tamanhoBytes, modificado } = linha.dataset;
    const outro = arquivo.size !== Number(tamanhoBytes) || (modificado && String(arquivo.lastModified) !== modificado);
    if (outro) {
      const frase = `${arquivo.name} não é o mesmo arquivo, ou mudou desde então. Escolha ${nome} como estava, ou cancele e envie de novo.`;
      linha.querySelector("[data-envio-texto]").textContent = `· ${frase}`;
      return this.anunciar(frase);
    }
    const vaga = { chave: linha.dataset.vaga, nome: linha.querySelector("b").textContent, papel: linha.querySelector("small").textContent };
    this.fila.push(this.novo(arquivo, {}, vaga, url));
    this.mostrar();
    return this.proximos();
  }

  /** All was sent, and the server died before it took the file in: asking where it stands is enough. */
  async pedirEntrega(url) {
    const headers = { "Tus-Resumable": "1.0.0" };
    if (await fetch(url, { method: "HEAD", credentials: "same-origin", headers }).catch(() => null)) this.atualizar();
  }

  /* The section as the server has it */

  /** Ask for the section again and say what happened; `antes` runs as the new one comes in. */
  atualizar(frase = "", antes = () => {}) {
    this.trocando = this.trocando.then(async () => {
      const resposta = await fetch(this.bloco.dataset.secao, { credentials: "same-origin" }).catch(() => null);
      antes();
      if (resposta?.ok) this.trocar(await resposta.text());
      if (frase) this.anunciar(frase);
    });
    return this.trocando;
  }

  /** Put a new section in, and keep in it what is being typed and where the focus is. */
  trocar(html, menos = null) {
    const nova = new DOMParser().parseFromString(html, "text/html").querySelector("[data-vagas-lista]");
    if (!nova) return;
    const ativo = this.bloco.contains(document.activeElement) ? document.activeElement : null;
    for (const aberto of this.lista.querySelectorAll("details[open]")) {
      const linha = aberto.closest("[data-linha]")?.dataset.linha;
      if (linha && linha !== menos) nova.querySelector(`[data-linha="${linha}"] details`)?.replaceWith(aberto);
    }
    this.lista.replaceWith(document.adoptNode(nova));
    this.preparar();
    if (ativo) (ativo.isConnected ? ativo : (ativo.id && document.getElementById(ativo.id)) || this.lista).focus();
    document.body.dispatchEvent(new CustomEvent("documentos:mudaram", { bubbles: true }));
  }

  /** Put the lines of what is on its way where they belong. */
  mostrar() {
    const ul = this.lista.querySelector("ul");
    for (const linha of ul.children) linha.hidden = false;
    for (const envio of this.envios) {
      const linhas = [...ul.children];
      const doServidor = envio.url && linhas.find((linha) => linha.dataset.envio === envio.url);
      const daVaga = linhas.filter((linha) => linha !== envio.linha && linha.dataset.vaga === envio.vaga.chave);
      const depois = doServidor || linhas.find((linha) => linha.dataset.linha === envio.vaga.depoisDe) || daVaga.at(-1);
      if (depois) depois.after(envio.linha);
      else ul.append(envio.linha);
      if (doServidor) doServidor.hidden = true;
      const vazia = daVaga.find((linha) => linha.dataset.linha === `vaga-${envio.vaga.chave}`);
      if (vazia && !envio.terminado) vazia.hidden = true;
    }
  }

  /** Another type asks for other documents. */
  seguirTipo() {
    const tipo = document.querySelector("#redigir [name=tipo]");
    if (tipo && tipo.value !== this.lista.dataset.tipo) this.atualizar();
  }

  /** Removing, classifying, giving up: without leaving the page, so that what is being typed and sent goes on. */
  async aoEnviarForm(evento) {
    const form = evento.target;
    if (!form.matches("[data-vagas-form]")) return;
    evento.preventDefault();
    const linha = form.closest("[data-linha]");
    const dados = new FormData(form);
    dados.delete("csrf_token");
    const headers = { "HX-Request": "true", Accept: "text/html, application/json;q=0.9" };
    const resposta = await this.rede.postar(form.action, dados, { headers }).catch(() => null);
    const texto = (await resposta?.text()) ?? "";
    if (!resposta || (!resposta.ok && ![409, 422].includes(resposta.status)) || !texto.includes("data-vagas-lista")) {
      return this.rede.avisar("anexos", "erro", resposta ? this.rede.frase(resposta.status, texto) : SEM_REDE);
    }
    if (linha.dataset.envio) this.guardados.esquecer(linha.dataset.envio);
    this.rede.retirarAviso("anexos");
    this.trocar(texto, linha.dataset.linha);
    if (resposta.ok) return this.anunciar(form.dataset.feito);
    return this.bloco.querySelector("[aria-invalid]")?.focus();
  }

  anunciar(frase) {
    this.estado.textContent = frase;
  }
}

/** Bring the documents section of a draft to life. */
export async function iniciar(bloco, rede) {
  const versao = new URL(import.meta.url).search;
  const [envio, guardados] = await Promise.all([import(`./envio.js${versao}`), import(`./guardados.js${versao}`)]);
  new Envios(bloco, rede, envio, guardados);
}
