"""A SEI of make-believe: a SOAP server from SEI's own WSDL, on this machine, which can also go wrong in every way.

It answers `POST /sei/ws/SeiWS.php`, gives the WSDL at `?wsdl`, lists what it holds at `/`, and takes orders at
`POST /defeitos` (JSON: `operacao`, `defeito`, and `vezes`, `texto` if wanted). Nothing leaves the machine.
"""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from peticionamento.servidores import portas
from peticionamento.servidores.sei_acervo import Acervo, Recusa
from peticionamento.servidores.sei_soap import WSDL, Contrato, MensagemRuim, falhar

CAMINHO = "/sei/ws/SeiWS.php"
_TRAVA_S = 120
_LIMITE_BYTES = 64 * 1024 * 1024


class Defeito(StrEnum):
    """How a call goes wrong."""

    RECUSAR = "recusar"
    """Answers a fault; nothing is done."""
    ERRO = "erro"
    """HTTP 503 from something in front of SEI; nothing is done."""
    TRAVAR = "travar"
    """Never answers; nothing is done."""
    CORTAR = "cortar"
    """Does it, and closes the connection in the middle of the answer."""
    PERDER = "perder"
    """Does it, and never answers."""
    DOBRAR = "dobrar"
    """Does it once and sends the answer twice."""
    REPETIR = "repetir"
    """Does it twice, as behind a proxy that repeats what took long, and loses both answers."""


@dataclass
class Sei:
    """The server: `acervo` for what it holds, `chamadas` for what it was asked, `estragar` to make it fail."""

    acervo: Acervo = field(default_factory=Acervo)
    porta: int = 0
    chamadas: list[str] = field(default_factory=list)
    defeitos: dict[str, list[tuple[Defeito, str]]] = field(default_factory=dict)
    contrato: Contrato = field(default_factory=Contrato)

    def __post_init__(self) -> None:
        self.trava = threading.RLock()
        self.soltar = threading.Event()
        """Set when whoever hangs may go."""
        self._http = ThreadingHTTPServer((portas.LOCAL, self.porta), _atendente(self))
        self._http.daemon_threads = True
        self.porta = self._http.server_address[1]
        self.acervo.endereco = f"http://{portas.LOCAL}:{self.porta}"

    @property
    def url(self) -> str:
        """What goes into SEI_URL."""
        return f"{self.acervo.endereco}{CAMINHO}"

    def estragar(self, operacao: str, defeito: Defeito, *, vezes: int = 1, texto: str = "Erro simulado.") -> None:
        """Make the next `vezes` calls of an operation go wrong; `texto` is a fault's sentence."""
        self.defeitos.setdefault(operacao, []).extend([(defeito, texto)] * vezes)

    def servir(self) -> None:
        """Serve until `desligar`."""
        self._http.serve_forever(poll_interval=0.05)

    def desligar(self) -> None:
        """Stop what another thread serves; let nobody hang."""
        self.soltar.set()
        self._http.shutdown()
        self.fechar()

    def fechar(self) -> None:
        """Give the port back."""
        self._http.server_close()

    def atender(self, corpo: bytes) -> tuple[int, bytes, Defeito | None]:
        """Do what an envelope asks: the HTTP status, the answer, and how it is to go wrong on its way."""
        try:
            operacao, partes = self.contrato.ler(corpo)
        except MensagemRuim as erro:
            return 500, falhar(f"Mensagem inválida: {erro}."), None
        with self.trava:
            self.chamadas.append(operacao)
            fila = self.defeitos.get(operacao)
            defeito, texto = fila.pop(0) if fila else (None, "")
            if defeito is Defeito.RECUSAR:
                return 500, falhar(texto), None
            if defeito in (Defeito.ERRO, Defeito.TRAVAR):
                return 503, b"Service Unavailable", defeito
            try:
                valor = self.acervo.chamar(operacao, partes)
                if defeito is Defeito.REPETIR:
                    self.acervo.chamar(operacao, partes)
            except Recusa as recusa:
                return 500, falhar(str(recusa)), defeito
            return 200, self.contrato.responder(operacao, valor), defeito


@contextmanager
def ligado(acervo: Acervo | None = None, porta: int = 0) -> Iterator[Sei]:
    """Run the server while the block lasts."""
    servidor = Sei(acervo or Acervo(), porta)
    fio = threading.Thread(target=servidor.servir, daemon=True)
    fio.start()
    try:
        yield servidor
    finally:
        servidor.desligar()
        fio.join()


def _atendente(sei: Sei) -> type[BaseHTTPRequestHandler]:
    class Atendente(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "SEI-de-mentira"

        def do_GET(self) -> None:
            if self.path.lower() == f"{CAMINHO.lower()}?wsdl":
                wsdl = WSDL.read_text(encoding="utf-8").replace("[servidor]/ws/SeiWS.php", sei.url)
                self._dar(200, wsdl.encode(), "text/xml")
            else:
                self._dar(200, _pagina(sei).encode(), "text/html")

        def do_POST(self) -> None:
            tamanho_bytes = int(self.headers.get("Content-Length") or 0)
            if tamanho_bytes > _LIMITE_BYTES:
                self._dar(413, b"", "text/plain")
                return
            corpo = self.rfile.read(tamanho_bytes)
            if self.path == "/defeitos":
                self._dar(*_ordem(sei, corpo), "text/plain")
                return
            codigo, resposta, defeito = sei.atender(corpo)
            if defeito in (Defeito.TRAVAR, Defeito.PERDER, Defeito.REPETIR):
                sei.soltar.wait(_TRAVA_S)
                self.close_connection = True
            elif defeito is Defeito.CORTAR:
                self._cabecalho(codigo, len(resposta), "text/xml")
                self.wfile.write(resposta[: len(resposta) // 2])
                self.close_connection = True
            elif defeito is Defeito.ERRO:
                self._dar(codigo, resposta, "text/plain")
            else:
                for _ in range(2 if defeito is Defeito.DOBRAR else 1):
                    self._dar(codigo, resposta, "text/xml")

        def _cabecalho(self, codigo: int, tamanho_bytes: int, tipo: str) -> None:
            self.send_response(codigo)
            self.send_header("Content-Type", f"{tipo}; charset=utf-8")
            self.send_header("Content-Length", str(tamanho_bytes))
            self.end_headers()

        def _dar(self, codigo: int, corpo: bytes, tipo: str) -> None:
            self._cabecalho(codigo, len(corpo), tipo)
            self.wfile.write(corpo)

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (BrokenPipeError, ConnectionResetError):  # who asked went away, as they do when we hang
                self.close_connection = True

        def log_message(self, *_partes: Any) -> None:
            """The list at `/` says more."""

    return Atendente


def _ordem(sei: Sei, corpo: bytes) -> tuple[int, bytes]:
    try:
        ordem = json.loads(corpo)
        sei.estragar(
            ordem["operacao"],
            Defeito(ordem["defeito"]),
            vezes=int(ordem.get("vezes", 1)),
            texto=str(ordem.get("texto", "Erro simulado.")),
        )
    except (ValueError, KeyError, TypeError) as erro:
        return 400, f"{type(erro).__name__}: {erro}\n".encode()
    return 200, b"ok\n"


def _pagina(sei: Sei) -> str:
    """What it holds, to look at."""
    linhas = []
    with sei.trava:
        for processo in sei.acervo.processos.values():
            itens = "".join(
                f"<li>{html.escape(d.numero)} {html.escape(d.dados['NomeArvore'] or '')} ({len(d.conteudo)} bytes)</li>"
                for d in processo.documentos
            )
            abertas = ", ".join(sei.acervo.unidades[u] for u in processo.abertas) or "nenhuma unidade"
            assunto = html.escape(processo.dados["Especificacao"] or "")
            linhas.append(f"<h2>{processo.numero}</h2><p>{assunto}. Aberto em: {abertas}.</p><ul>{itens}</ul>")
    return (
        '<!doctype html><html lang="pt-BR"><meta charset="utf-8"><title>SEI de mentira</title>'
        f"<h1>SEI de mentira: simulação local</h1>{''.join(linhas) or '<p>Nenhum processo.</p>'}</html>"
    )
