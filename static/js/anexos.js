/* Attachments: dropped or chosen, several, one after the other; each with its progress, its cancel and its own error. */

const ESPERAS_S = [2, 5, 15, 30];

const numero = new Intl.NumberFormat("pt-BR", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const tamanho = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} kB` : `${numero.format(bytes / 1048576)} MB`);

/** A key used once: an upload repeated after a lost answer is known for the same file. */
function chaveNova() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

class Envio {
  /** One file on its line. */
  constructor(arquivo, lista) {
    this.arquivo = arquivo;
    this.chave = chaveNova();
    this.falhas = 0;
    this.linha = document.createElement("li");
    this.linha.className = "arquivo";
    this.linha.innerHTML = `<span aria-hidden="true">↑</span>
      <div><b></b> <small class="fraco"></small><progress class="barra" max="100" value="0" hidden></progress></div>
      <div class="acoes"></div>`;
    this.nome = this.linha.querySelector("b");
    this.nome.textContent = arquivo.name;
    this.texto = this.linha.querySelector("small");
    this.barra = this.linha.querySelector("progress");
    this.barra.setAttribute("aria-label", `Envio de ${arquivo.name}`);
    lista.append(this.linha);
  }

  dizer(texto, marca = "↑") {
    this.texto.textContent = texto;
    this.texto.className = marca === "!" ? "erro" : "fraco";
    const sinal = this.linha.firstElementChild;
    sinal.textContent = marca;
    sinal.className = marca === "!" ? "falhou" : "";
  }

  andar(enviados, total) {
    this.barra.hidden = false;
    this.barra.value = total ? (100 * enviados) / total : 0;
    this.dizer(enviados < total ? `${tamanho(enviados)} de ${tamanho(total)}` : "Enviado; o servidor está conferindo");
  }

  acoes(lista) {
    const lugar = this.linha.querySelector(".acoes");
    lugar.replaceChildren(
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

  retirar() {
    clearTimeout(this.espera);
    this.linha.remove();
  }
}

class Anexos {
  constructor(bloco, rede) {
    this.bloco = bloco;
    this.rede = rede;
    this.campo = bloco.querySelector("input[type=file]");
    this.solta = bloco.querySelector("[data-anexos-solta]");
    this.envios = bloco.querySelector("[data-anexos-envios]");
    this.estado = bloco.querySelector("[data-anexos-estado]");
    this.fila = [];
    this.ouvir();
  }

  get lista() {
    return this.bloco.querySelector("[data-anexos-lista]");
  }

  ouvir() {
    this.solta.classList.add("pronta");
    this.solta.querySelector("button").hidden = true;
    this.campo.addEventListener("change", () => {
      this.receber([...this.campo.files]);
      this.campo.value = "";
    });
    for (const nome of ["dragenter", "dragover"]) this.solta.addEventListener(nome, (e) => this.sobre(e, true));
    for (const nome of ["dragleave", "drop"]) this.solta.addEventListener(nome, (e) => this.sobre(e, false));
    this.solta.addEventListener("drop", (evento) => this.receber([...evento.dataTransfer.files]));
    // A file dropped beside the zone would open in place of the page.
    for (const nome of ["dragover", "drop"]) document.addEventListener(nome, (evento) => evento.preventDefault());
    addEventListener("online", () => this.retomar());
    this.bloco.addEventListener("submit", (evento) => this.remover(evento));
  }

  sobre(evento, dentro) {
    evento.preventDefault();
    this.solta.classList.toggle("sobre", dentro);
  }

  receber(arquivos) {
    this.envios.hidden = false;
    for (const arquivo of arquivos) {
      const envio = new Envio(arquivo, this.envios);
      const recusa = this.conferir(arquivo);
      if (recusa) {
        this.falhar(envio, recusa, false);
      } else {
        envio.dizer(`${tamanho(arquivo.size)} · na fila`);
        envio.acoes([["Cancelar", () => this.cancelar(envio)]]);
        this.fila.push(envio);
      }
    }
    this.proximo();
  }

  /** What can be known before sending; the server asks again. */
  conferir({ size, name }) {
    const { limiteBytes, limiteTotalBytes } = this.campo.dataset;
    const tipos = this.campo.accept.split(",");
    if (!tipos.some((tipo) => name.toLowerCase().endsWith(tipo))) return "Não é PDF, JPG ou PNG. Converta o arquivo e anexe de novo.";
    if (size === 0) return "O arquivo está vazio.";
    if (size > Number(limiteBytes)) return `O arquivo tem ${tamanho(size)}; o limite é ${Math.floor(limiteBytes / 2 ** 20)} MB por arquivo.`;
    const naFila = [...this.fila, this.atual].reduce((soma, envio) => soma + (envio?.arquivo.size ?? 0), 0);
    if (Number(this.lista.dataset.totalBytes) + naFila + size > Number(limiteTotalBytes)) {
      return `Com este arquivo os anexos passariam de ${Math.floor(limiteTotalBytes / 2 ** 20)} MB ao todo.`;
    }
    return null;
  }

  proximo() {
    if (this.atual) return;
    this.atual = this.fila.shift();
    if (this.atual) this.enviar(this.atual);
    else if (!this.envios.children.length) this.envios.hidden = true;
  }

  enviar(envio) {
    const xhr = new XMLHttpRequest();
    envio.xhr = xhr;
    xhr.open("POST", this.campo.dataset.url);
    xhr.setRequestHeader("X-CSRFToken", this.rede.token());
    xhr.setRequestHeader("HX-Request", "true");
    xhr.setRequestHeader("Accept", "application/json, text/html;q=0.9");
    xhr.upload.addEventListener("progress", (evento) => envio.andar(evento.loaded, evento.total));
    xhr.addEventListener("load", () => this.ouvirResposta(envio, xhr));
    xhr.addEventListener("error", () => this.esperarRede(envio));
    envio.andar(0, envio.arquivo.size);
    envio.acoes([["Cancelar", () => this.cancelar(envio)]]);
    const dados = new FormData();
    dados.append("chave", envio.chave);
    dados.append(this.campo.name, envio.arquivo);
    xhr.send(dados);
  }

  async ouvirResposta(envio, xhr) {
    if (xhr.status === 200) {
      envio.retirar();
      this.rede.retirarAviso("sessao");
      this.trocarLista(xhr.responseText);
      this.anunciar(`${envio.arquivo.name} anexado.`);
      return this.soltar(envio);
    }
    if ((xhr.status === 400 || xhr.status === 401) && !envio.renovado) {
      envio.renovado = true;
      // The sign-in may be a new one, made in another tab.
      const novo = await this.rede.renovarToken().catch(() => false);
      if (novo) return this.enviar(envio);
    }
    if (xhr.status === 401) this.rede.avisarSessaoTerminada();
    envio.renovado = false;
    // What the server found wrong in the file stays wrong; the rest may be tried again.
    this.falhar(envio, this.rede.frase(xhr.status, xhr.responseText), ![413, 422].includes(xhr.status));
    return this.soltar(envio);
  }

  esperarRede(envio) {
    if (envio.cancelado) return;
    const segundos = ESPERAS_S[Math.min(envio.falhas++, ESPERAS_S.length - 1)];
    envio.dizer(`Sem conexão; nova tentativa em ${segundos} s`);
    envio.acoes([
      ["Tentar agora", () => this.retomar()],
      ["Cancelar", () => this.cancelar(envio)],
    ]);
    envio.espera = setTimeout(() => this.retomar(), segundos * 1000);
  }

  /** The one that waits for the network goes again, from its beginning. */
  retomar() {
    const envio = this.atual;
    if (!envio?.espera) return;
    clearTimeout(envio.espera);
    envio.espera = null;
    this.enviar(envio);
  }

  cancelar(envio) {
    envio.cancelado = true;
    envio.xhr?.abort();
    envio.retirar();
    this.fila = this.fila.filter((outro) => outro !== envio);
    this.anunciar(`Envio de ${envio.arquivo.name} cancelado.`);
    this.campo.focus();
    this.soltar(envio);
  }

  falhar(envio, frase, adianta) {
    envio.barra.hidden = true;
    envio.dizer(frase, "!");
    const acoes = [["Tirar da lista", () => (envio.retirar(), this.campo.focus(), this.proximo())]];
    if (adianta) acoes.unshift(["Tentar de novo", () => (this.fila.push(envio), this.proximo())]);
    envio.acoes(acoes);
    this.anunciar(`${envio.arquivo.name}: ${frase}`);
  }

  soltar(envio) {
    if (this.atual === envio) this.atual = null;
    this.proximo();
  }

  trocarLista(html) {
    const nova = new DOMParser().parseFromString(html, "text/html").querySelector("[data-anexos-lista]");
    if (!nova) return;
    this.lista.replaceWith(document.adoptNode(nova));
  }

  /** Removing without leaving the page: what is being typed and sent goes on. */
  async remover(evento) {
    const form = evento.target;
    if (!form.matches("[data-anexos-remover]")) return;
    evento.preventDefault();
    const dados = new FormData(form);
    dados.delete("csrf_token");
    const nome = form.closest(".arquivo").querySelector("b").textContent;
    const headers = { "HX-Request": "true", Accept: "application/json, text/html;q=0.9" };
    let frase = "Sem conexão. Confira a rede e tente de novo.";
    try {
      const resposta = await this.rede.postar(form.action, dados, { headers });
      const texto = await resposta.text();
      if (resposta.ok) {
        this.trocarLista(texto);
        this.lista.focus();
        this.rede.retirarAviso("anexos");
        return this.anunciar(`${nome} removido.`);
      }
      frase = this.rede.frase(resposta.status, texto);
    } catch {
      // No answer came: the sentence above says so.
    }
    this.rede.avisar("anexos", "erro", frase);
  }

  anunciar(frase) {
    this.estado.textContent = frase;
  }
}

/** Bring one attachments block to life. */
export function iniciar(bloco, rede) {
  new Anexos(bloco, rede);
}
