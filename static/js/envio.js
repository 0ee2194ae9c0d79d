/* One file on its way: sent in parts by tus, from where it stopped, as often as the network makes it stop. */

import "../vendor/tus-js-client-4.3.1/tus.min.js";

const PARTE_BYTES = 4 * 1024 * 1024;
const ESPERAS_S = [1, 2, 5, 15, 30];
// A connection that says nothing for so long is dead, whatever the browser believes.
const SILENCIO_MS = 60_000;

const numero = new Intl.NumberFormat("pt-BR", { maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** `214 kB`, `18,2 MB`, as the server says it. */
export const tamanho = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} kB` : `${numero.format(bytes / 1048576)} MB`);

export class Envio {
  /**
   * `lugar`: what the server is told of the file beside its bytes. `casa` is told what becomes of it: `aoGanharUrl`,
   * `aoTerminar` (arrived, or refused as a whole), `aoDesistir`.
   */
  constructor(arquivo, lugar, vaga, casa, url = null) {
    Object.assign(this, { arquivo, lugar, vaga, casa, url, falhas: 0, terminado: false });
    this.rede = casa.rede;
    this.desenhar();
  }

  desenhar() {
    this.linha = document.createElement("li");
    this.linha.className = "arquivo vaga";
    this.linha.dataset.vaga = this.vaga.chave;
    this.linha.innerHTML = `<span class="fraco" aria-hidden="true">↑</span>
      <div><b></b> <small class="fraco"></small><p class="linha-de-baixo num"><span></span> <span class="fraco"></span></p>
      <progress class="barra"></progress></div><div class="acoes"></div>`;
    const [nome, texto] = this.linha.querySelectorAll("p span");
    this.linha.querySelector("b").textContent = this.vaga.nome;
    this.linha.querySelector("small").textContent = this.vaga.papel;
    nome.textContent = this.arquivo.name;
    this.texto = texto;
    this.barra = this.linha.querySelector("progress");
    this.barra.max = this.arquivo.size || 1;
    this.barra.value = 0;
    this.barra.setAttribute("aria-label", `Envio de ${this.arquivo.name}`);
    this.dizer(`${tamanho(this.arquivo.size)} · na fila`);
    this.botoes([["Cancelar", () => this.cancelar()]]);
  }

  dizer(texto) {
    this.texto.textContent = `· ${texto}`;
  }

  botoes(lista) {
    this.linha.querySelector(".acoes").replaceChildren(
      ...lista.map(([rotulo, faz]) => {
        const botao = document.createElement("button");
        botao.type = "button";
        botao.className = "botao leve pequeno";
        botao.textContent = rotulo;
        botao.setAttribute("aria-label", `${rotulo}: ${this.arquivo.name}`);
        botao.addEventListener("click", faz);
        return botao;
      }),
    );
  }

  comecar() {
    this.upload ??= new window.tus.Upload(this.arquivo, {
      endpoint: this.url ? null : this.casa.abrir,
      uploadUrl: this.url,
      chunkSize: PARTE_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      metadata: { ...this.lugar, filename: this.arquivo.name, modificado: String(this.arquivo.lastModified) },
      onBeforeRequest: (pedido) => {
        pedido.setHeader("X-CSRFToken", this.rede.token());
        pedido.setHeader("Accept", "application/json");
      },
      onUploadUrlAvailable: () => this.aoGanharUrl(),
      onProgress: (enviados, total) => this.andar(enviados, total),
      onSuccess: () => this.terminar(true),
      onError: (erro) => this.aoFalhar(erro),
    });
    this.esperando = false;
    this.vigiar();
    this.upload.start();
  }

  aoGanharUrl() {
    if (this.url) return;
    this.url = new URL(this.upload.url, location.href).pathname;
    // From now on it goes on there or not at all: the client must not begin another by itself.
    this.upload.options.endpoint = null;
    if (this.cancelado) this.cancelar();
    else this.casa.aoGanharUrl(this);
  }

  vigiar() {
    clearTimeout(this.silencio);
    this.silencio = setTimeout(() => this.pausar() || this.esperar(), SILENCIO_MS);
  }

  andar(enviados, total) {
    this.vigiar();
    this.barra.value = enviados;
    if (enviados < total) this.falhas = enviados > (this.ponto ?? 0) ? 0 : this.falhas;
    this.ponto = enviados;
    this.dizer(enviados < total ? `${tamanho(enviados)} de ${tamanho(total)}` : "enviado; o servidor está conferindo");
    this.botoes([["Cancelar", () => this.cancelar()]]);
  }

  /** The network went, or came back: stop at once, go on at once. */
  pausar() {
    clearTimeout(this.silencio);
    this.upload?.abort();
  }

  aoFalhar(erro) {
    clearTimeout(this.silencio);
    if (this.terminado) return undefined;
    if (this.cancelado) return this.desistir();
    const status = erro.originalResponse?.getStatus() ?? 0;
    const corpo = erro.originalResponse?.getBody() ?? "";
    if (status === 0 && !erro.originalRequest) return this.parar("O arquivo não pôde ser lido. Escolha-o de novo.");
    if (status === 401 || status === 400) return this.renovar(status, corpo);
    if (status === 422 && this.url) return this.terminar(false);
    if ((status === 404 || status === 410) && this.url) return this.recomecar();
    if (status === 0 || status >= 500 || status === 429 || status === 423 || status === 460 || (status === 409 && this.url)) return this.esperar();
    return this.parar(this.rede.frase(status, corpo));
  }

  /** The sign-in may be a new one, made in another tab; if it is not, wait for it. */
  async renovar(status, corpo) {
    if (await this.rede.renovarToken().catch(() => false)) return this.comecar();
    if (status === 400) return this.parar(this.rede.frase(status, corpo));
    this.rede.avisarSessaoTerminada();
    this.esperando = true;
    this.dizer("sua sessão terminou: o envio continua quando você entrar de novo");
    return this.botoes([["Tentar agora", () => this.retomar()], ["Cancelar", () => this.cancelar()]]);
  }

  esperar() {
    this.esperando = true;
    const segundos = ESPERAS_S[Math.min(this.falhas++, ESPERAS_S.length - 1)];
    const onde = this.ponto ? `, parou em ${tamanho(this.ponto)} de ${tamanho(this.arquivo.size)}` : "";
    this.dizer(navigator.onLine ? `sem resposta${onde}; nova tentativa em ${segundos} s` : `sem conexão${onde}; continua quando ela voltar`);
    this.botoes([["Tentar agora", () => this.retomar()], ["Cancelar", () => this.cancelar()]]);
    clearTimeout(this.espera);
    this.espera = setTimeout(() => this.retomar(), segundos * 1000);
  }

  retomar() {
    clearTimeout(this.espera);
    if (this.esperando && !this.terminado) this.comecar();
  }

  /** The server does not know this upload any more: once again, from the beginning. */
  recomecar() {
    this.casa.aoPerderUrl(this);
    this.url = null;
    this.upload = null;
    this.ponto = 0;
    return this.comecar();
  }

  terminar(chegou) {
    this.fechar();
    this.casa.aoTerminar(this, chegou);
  }

  /** What cannot be mended by trying again. */
  parar(frase) {
    this.fechar();
    this.barra.remove();
    const sinal = this.linha.firstElementChild;
    sinal.textContent = "!";
    sinal.className = "falhou";
    const erro = document.createElement("p");
    erro.className = "erro";
    erro.textContent = frase;
    this.texto.textContent = "";
    this.linha.children[1].append(erro);
    this.botoes([["Tirar da lista", () => this.casa.aoDesistir(this)]]);
    this.casa.aoParar(this, frase);
  }

  cancelar() {
    this.cancelado = true;
    // Being begun on the server: only when it has an address can the server be told to forget it.
    if (this.upload && !this.url && !this.esperando) return this.dizer("cancelando");
    this.fechar();
    const avisado = this.upload ? this.upload.abort(true) : Promise.resolve();
    // If the server cannot be told now, the page lists it as stopped.
    return avisado.catch(() => {}).then(() => this.casa.aoDesistir(this, true));
  }

  desistir() {
    this.fechar();
    this.casa.aoDesistir(this, true);
  }

  fechar() {
    this.terminado = true;
    clearTimeout(this.espera);
    clearTimeout(this.silencio);
  }
}
