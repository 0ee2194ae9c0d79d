/* The claim on the desk's demand begins again while its holder reads: a key, the hand, the wheel are signs of it. */

const A_CADA_MS = 60_000;
const SINAIS = ["keydown", "pointermove", "pointerdown", "wheel"];

let onde = null;

/** Browsers also say "moved" when the page moves under a pointer that lies still: that is nobody's sign. */
function deGente(sinal) {
  if (sinal.type !== "pointermove") return true;
  const antes = onde;
  onde = { x: sinal.screenX, y: sinal.screenY };
  return antes !== null && (antes.x !== onde.x || antes.y !== onde.y);
}

class Posse {
  constructor(lugar, rede) {
    this.lugar = lugar;
    this.rede = rede;
    this.leu = true; // it was opened just now
    for (const sinal of SINAIS) document.addEventListener(sinal, (evento) => (this.leu = deGente(evento) || this.leu), { passive: true, capture: true });
    this.renovar();
    this.relogio = setInterval(() => this.renovar(), A_CADA_MS);
  }

  async renovar() {
    if (!this.lugar.isConnected) return clearInterval(this.relogio);
    if (!this.leu || document.visibilityState !== "visible") return;
    this.leu = false;
    let resposta;
    try {
      resposta = await this.rede.postar(this.lugar.dataset.posse, "", { headers: { Accept: "application/json" } });
    } catch {
      // No connection: the claim is half an hour's, and is asked for again in a minute.
      this.leu = true;
      return;
    }
    if (resposta.ok) this.mostrar((await resposta.json()).ate);
    else if (resposta.status === 409) clearInterval(this.relogio); // whose it is now, `presencas.js` says
  }

  mostrar(ate) {
    const texto = `Com você até ${ate}`;
    const antes = this.lugar.querySelector("[data-posse-ate]");
    if (antes.textContent !== texto) antes.replaceChildren(Object.assign(document.createElement("span"), { className: "sit anda", textContent: texto }));
    const rodape = document.querySelector("[data-teclas] .direita");
    if (rodape) rodape.textContent = `Reservada para você até ${ate}`;
  }
}

/** Keep one claim. */
export function iniciar(lugar, rede) {
  new Posse(lugar, rede);
}
