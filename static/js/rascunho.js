/*
 * A draft that saves itself, and keeps a copy on this device until the server says that it has it. What another device
 * saves meanwhile comes to the page field by field; where both changed the same field, both texts are versions on the
 * server, and the page asks which one goes on.
 */

const PAUSA_MS = 1200;
const TETO_MS = 10_000;
const PACIENCIA_MS = 5000;
const ESPERAS_S = [2, 5, 15, 30, 60];
// Browsers let at most 64 KiB outlive the page.
const LIMITE_KEEPALIVE = 60_000;
const OLHAR_MS = 10_000;
const RECADO_MS = 20_000;

const SEM_CONEXAO = "Sem conexão: o texto está guardado neste aparelho e será salvo quando a conexão voltar";
const SEM_SERVIDOR = "O servidor não respondeu: o texto está guardado neste aparelho e será salvo assim que ele voltar";
const SEM_SESSAO = "Sua sessão terminou: o texto está guardado neste aparelho e será salvo quando você entrar de novo";

/** `24 de novembro, 10h42`, Brasília time, as on the rest of the page. */
function quando(instante) {
  const dizer = (opcoes) => new Date(instante).toLocaleString("pt-BR", { timeZone: "America/Sao_Paulo", ...opcoes });
  return `${dizer({ day: "numeric", month: "long" })}, ${dizer({ hour: "numeric", minute: "2-digit" }).replace(":", "h").replace(/^0(?=\d)/, "")}`;
}

/** The same for as long as the tab lives: a page loaded again is not somebody else. */
function nomeDaAba() {
  const nome = sessionStorage.getItem("aba") ?? Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("aba", nome);
  return nome;
}

class Rascunho {
  constructor(form, rede, campos) {
    this.form = form;
    this.rede = rede;
    this.campos = campos;
    this.url = form.dataset.rascunho;
    this.versao = form.dataset.rascunhoVersao ?? "versao";
    this.chave = `rascunho:${rede.pessoa()}:${this.url}`;
    // A page that came back with errors shows what was typed, and that is not yet on the server.
    this.devolvida = document.querySelector("[data-resumo-erros]") !== null;
    this.salvo = this.devolvida ? [] : campos.ler(form);
    this.falhas = 0;
    this.ouvir();
    this.oferecerCopia();
    this.olharOsOutros();
  }

  ouvir() {
    this.form.addEventListener("input", () => this.agendar());
    this.form.addEventListener("change", () => this.agendar());
    this.form.addEventListener("submit", (evento) => this.aoEnviar(evento));
    addEventListener("online", () => this.salvar());
    // Signed in again, in this tab or another: what waited goes now.
    document.addEventListener("sessao:voltou", () => this.salvar());
    addEventListener("pagehide", () => this.salvar());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.salvar());
    // A page taken back from the browser's memory carries the version it left with: ask for it anew.
    addEventListener("pageshow", (evento) => evento.persisted && location.reload());
  }

  get mudou() {
    return !this.campos.iguais(this.salvo, this.campos.ler(this.form));
  }

  /** After a pause in the typing, and at least every ten seconds of it. */
  agendar() {
    if (this.parado) this.guardarCopia();
    if (this.indo || this.parado) return;
    clearTimeout(this.pausa);
    this.pausa = setTimeout(() => this.salvar(), PAUSA_MS);
    this.teto ??= setTimeout(() => this.salvar(), TETO_MS);
  }

  desmarcar() {
    clearTimeout(this.pausa);
    clearTimeout(this.teto);
    clearTimeout(this.outraVez);
    this.teto = null;
  }

  /** Save what changed; never two at once: what changes meanwhile goes next. */
  salvar() {
    if (this.emVoo) return this.emVoo;
    this.desmarcar();
    if (this.indo || this.parado || !(this.mudou || this.emDuvida)) return Promise.resolve();
    this.guardarCopia();
    this.emVoo = this.mandar().finally(() => {
      this.emVoo = null;
      if (!this.falhas && this.mudou && !this.recusado()) this.agendar();
    });
    return this.emVoo;
  }

  /**
   * When an answer was lost, the server may have saved: the very same text goes again first, so that it is known
   * for what it is, and only then what was typed since.
   */
  async mandar() {
    const envio = this.emDuvida ?? { pares: this.campos.ler(this.form), corpo: this.corpo() };
    if (this.tentado && this.campos.iguais(this.tentado, envio.pares)) return;
    let resposta;
    try {
      const keepalive = envio.corpo.length < LIMITE_KEEPALIVE;
      const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
      resposta = await this.rede.postar(this.url, envio.corpo, { headers, keepalive });
    } catch {
      // fetch rejects for one reason: no answer came.
      this.emDuvida = envio;
      this.tentarDepois(navigator.onLine ? SEM_SERVIDOR : SEM_CONEXAO);
      return;
    }
    this.emDuvida = null;
    await this.ouvirResposta(resposta, envio.pares);
  }

  corpo() {
    const dados = new URLSearchParams();
    for (const [nome, valor] of new FormData(this.form)) if (typeof valor === "string") dados.append(nome, valor);
    // It goes in the header, where it can be renewed; the server would believe this one first.
    dados.delete("csrf_token");
    return dados.toString();
  }

  async ouvirResposta(resposta, pares) {
    const texto = await resposta.text();
    if (resposta.ok) return this.aoSalvar(JSON.parse(texto), pares);
    if (resposta.status === 404) return this.aoConflitar("Este rascunho não existe mais: foi descartado em outra aba ou outro aparelho.");
    if (resposta.status === 409) return this.aoConflitar(this.rede.frase(409, texto), JSON.parse(texto), pares);
    if (resposta.status === 422) return this.aoRecusar(texto, pares);
    return this.tentarDepois(resposta.status === 401 || resposta.status === 400 ? SEM_SESSAO : SEM_SERVIDOR);
  }

  aoSalvar({ mensagem, versao, campos, novo }, pares) {
    this.salvo = pares;
    this.falhas = 0;
    this.tentado = null;
    this.rede.retirarAviso("rascunho");
    this.receber(versao, campos);
    if (novo) this.form.dispatchEvent(new CustomEvent("rascunho:novo", { bubbles: true }));
    this.campos.mostrarErros(this.form);
    document.querySelector("[data-resumo-erros]")?.remove();
    this.dizer(mensagem);
    this.form.dispatchEvent(new CustomEvent("rascunho:salvo", { bubbles: true }));
    if (this.mudou) this.guardarCopia();
    else localStorage.removeItem(this.chave);
  }

  /**
   * Bring to the page what others saved, `campos` by name. A field the person has typed in since the last save is left
   * to them; then the version stays the old one too, so that the server sees that both changed it.
   */
  receber(versao, campos = {}) {
    const { ler, so, iguais, por, rotulo } = this.campos;
    const aqui = ler(this.form);
    const nomes = Object.keys(campos).filter((nome) => so(aqui, nome).length && !iguais(so(this.salvo, nome), [[nome, campos[nome]]]));
    const trazidos = new Set(nomes.filter((nome) => iguais(so(aqui, nome), so(this.salvo, nome))));
    if (trazidos.size) {
      por(this.form, Object.entries(campos), trazidos);
      const depois = ler(this.form);
      this.salvo = this.salvo.filter(([nome]) => !trazidos.has(nome)).concat(depois.filter(([nome]) => trazidos.has(nome)));
      const quais = new Intl.ListFormat("pt-BR").format([...trazidos].map((nome) => rotulo(this.form, nome)));
      this.rede.avisar("trazido", "", `Trazido do que foi salvo em outra aba ou outro aparelho: ${quais}.`);
      setTimeout(() => this.rede.retirarAviso("trazido"), RECADO_MS);
    }
    if (trazidos.size < nomes.length) return;
    // Other forms of the page may speak of the same row (review, discard): all of them follow.
    for (const campo of document.querySelectorAll(`input[name="${this.versao}"]`)) campo.value = versao;
  }

  get versaoVista() {
    return Number(this.form.elements[this.versao]?.value);
  }

  /** Every few seconds, while somebody looks: who else has this draft open, and what they saved. */
  olharOsOutros() {
    const url = this.form.dataset.presenca;
    if (!url) return;
    const aba = nomeDaAba();
    const olhar = async () => {
      if (document.visibilityState !== "visible" || this.emVoo || this.indo || this.parado || !navigator.onLine) return;
      const vista = this.versaoVista;
      const resposta = await fetch(`${url}?aba=${aba}&versao=${vista}`, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(OLHAR_MS),
      });
      // Saved meanwhile: the answer speaks of a page that is no more.
      if (resposta.ok && !this.emVoo && vista === this.versaoVista) this.aoOlhar(await resposta.json());
    };
    // A lost connection is said by what saves; here the next turn asks again.
    const tentar = () => olhar().catch(() => null);
    tentar();
    setInterval(tentar, OLHAR_MS);
    document.addEventListener("visibilitychange", tentar);
  }

  aoOlhar({ fim, versao, mensagem, presenca, campos }) {
    if (fim) return this.parar(fim);
    const lugar = document.querySelector("[data-presenca-estado]");
    if (lugar && lugar.textContent !== presenca) {
      lugar.textContent = presenca;
      lugar.hidden = !presenca;
    }
    if (versao <= this.versaoVista || versao === this.contada) return;
    this.contada = versao;
    this.receber(versao, campos);
    this.form.dispatchEvent(new CustomEvent("rascunho:novo", { bubbles: true }));
    if (versao !== this.versaoVista || this.mudou) return;
    this.dizer(mensagem);
    this.form.dispatchEvent(new CustomEvent("rascunho:salvo", { bubbles: true }));
  }

  /**
   * Somebody saved the same field after this page was opened. Where the server kept this page's text beside theirs,
   * the person chooses; what they type meanwhile is kept there too. Elsewhere nothing more is sent from this page.
   */
  aoConflitar(mensagem, conflito, pares) {
    if (!conflito.recusada) return this.parar(mensagem);
    this.conflito = conflito;
    this.tentado = pares;
    this.falhas = 0;
    this.dizer("Há dois textos deste rascunho: escolha um deles no aviso acima", true);
    const aviso = this.rede.avisar("rascunho", "erro", mensagem);
    this.botoes(aviso, [
      ["Ver as diferenças", () => location.assign(conflito.comparar), true],
      ["Usar a minha", () => this.usarAMinha()],
      ["Usar a outra", () => this.recomecar()],
    ]);
  }

  parar(mensagem) {
    this.parado = true;
    this.dizer(mensagem, true);
    const aviso = this.rede.avisar("rascunho", "erro", `${mensagem} O que você escreveu aqui está guardado neste aparelho.`);
    this.botoes(aviso, [["Abrir a versão atual", () => location.reload()]]);
  }

  /** What is typed here becomes the draft; the other text stays among the versions. */
  async usarAMinha() {
    await this.salvar();
    const { usar, versao } = this.conflito;
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    try {
      const resposta = await this.rede.postar(usar, new URLSearchParams({ versao }).toString(), { headers });
      if (resposta.ok) return this.recomecar();
      this.aoConflitar(this.rede.frase(resposta.status, await resposta.text()), this.conflito, this.tentado);
    } catch {
      this.aoConflitar(SEM_SERVIDOR, this.conflito, this.tentado);
    }
  }

  /** Show the draft as it is on the server, which has this page's text too. */
  recomecar() {
    this.parado = true;
    localStorage.removeItem(this.chave);
    location.reload();
  }

  aoRecusar(texto, pares) {
    // The same text would be refused again: wait for a change.
    this.tentado = pares;
    this.falhas = 0;
    this.dizer(this.rede.frase(422, texto), true);
    this.campos.mostrarErros(this.form, JSON.parse(texto).erros);
  }

  recusado() {
    return this.tentado && this.campos.iguais(this.tentado, this.campos.ler(this.form));
  }

  tentarDepois(mensagem) {
    this.dizer(mensagem, true);
    const espera = ESPERAS_S[Math.min(this.falhas++, ESPERAS_S.length - 1)];
    this.outraVez = setTimeout(() => this.salvar(), espera * 1000);
  }

  /** The page's own submit waits for the draft, so that both do not speak of the same version at once. */
  async aoEnviar(evento) {
    if (this.indo) return;
    evento.preventDefault();
    if (this.aguardando) return;
    this.aguardando = true;
    const salva = Promise.resolve(this.emVoo).then(() => this.salvar());
    await Promise.race([salva, new Promise((resolver) => setTimeout(resolver, PACIENCIA_MS))]);
    // Not within this event: a submit asked for while another is being announced is ignored without a word.
    await new Promise((resolver) => setTimeout(resolver));
    this.desmarcar();
    this.aguardando = false;
    this.indo = true;
    this.form.requestSubmit(evento.submitter);
    // No page came (the network, a download): the draft goes on.
    setTimeout(() => (this.indo = false), 15_000);
  }

  dizer(mensagem, ruim = false) {
    const lugar = document.querySelector("[data-rascunho-estado]");
    if (!lugar || lugar.textContent === mensagem) return;
    lugar.textContent = mensagem;
    lugar.classList.toggle("ruim", ruim);
  }

  guardarCopia() {
    const copia = { pares: this.campos.ler(this.form), em: Date.now(), versao: this.form.elements[this.versao]?.value };
    try {
      localStorage.setItem(this.chave, JSON.stringify(copia));
    } catch {
      // A full or forbidden storage: saving on the server is still tried, and says so if it fails.
    }
  }

  oferecerCopia() {
    const copia = JSON.parse(localStorage.getItem(this.chave));
    if (!copia || this.devolvida) return;
    if (this.campos.iguais(copia.pares, this.salvo)) return localStorage.removeItem(this.chave);
    const depois = Number(copia.versao) < Number(this.form.elements[this.versao]?.value) ? " Depois disso ele foi salvo de novo, em outra aba ou outro aparelho." : "";
    const aviso = this.rede.avisar("copia", "alerta", `Este aparelho guarda um texto de ${quando(copia.em)} que não chegou a ser salvo.${depois}`);
    this.botoes(aviso, [
      ["Recuperar o texto", () => this.recuperar(copia)],
      ["Descartar", () => localStorage.removeItem(this.chave)],
    ]);
  }

  /** The copy is of what was typed over an older version: the server puts it together with what came since. */
  recuperar(copia) {
    const campo = this.form.elements[this.versao];
    if (campo && Number(copia.versao) < Number(campo.value)) campo.value = copia.versao;
    this.campos.por(this.form, copia.pares);
    this.salvar();
  }

  botoes(aviso, lista) {
    const linha = document.createElement("div");
    linha.className = "acoes";
    for (const [rotulo, faz, fica] of lista) {
      const botao = document.createElement("button");
      botao.type = "button";
      botao.className = "botao pequeno";
      botao.textContent = rotulo;
      botao.addEventListener("click", () => {
        if (!fica) aviso.remove();
        faz();
      });
      linha.append(botao);
    }
    aviso.append(linha);
  }
}

/** Make a form save itself at its `data-rascunho` address. */
export async function iniciar(form, rede) {
  const campos = await import(`./campos.js${new URL(import.meta.url).search}`);
  new Rascunho(form, rede, campos);
}
