"""A simulated Assembly on a free port: its open data over real HTTP, with invented people, served well or badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROTA = "/api/v2/proposicoes/pesquisa/direcionada"
EMENTA = (
    "Requer seja encaminhado à Secretaria de Estado de Saúde – SES – pedido\nde providências para a habilitação de  "
    "dez\nleitos de UTI no Hospital Machado de Assis, no Município de Teófilo\nOtoni."
)


class Modo(Enum):
    """How it serves."""

    NORMAL = "answers what is asked"
    SEM_NUM = "does not know `num`: answers the whole list, page by page"
    LENTA = "answers after a while"
    PINGA = "answers a byte at a time"
    CAIDA = "500"
    OCUPADA = "429"
    RECUSA = "403"
    HTML = "a page in place of data, with 200"
    JSON_QUEBRADO = "half an answer"
    ENORME = "far too much"
    FUNDO = "JSON too deep to read"
    OUTRA_FORMA = "JSON of another shape"
    REDIRECIONA = "sends elsewhere"


class Assembleia:
    """The server: `itens` to serve, `modo` to switch, `pedidos` for what it was asked and when."""

    def __init__(self) -> None:
        self.itens: list[dict[str, Any]] = []
        self.modo = Modo.NORMAL
        self.raiz = "resultado"
        self.pedidos: list[tuple[float, dict[str, str], dict[str, str]]] = []
        self._servidor = ThreadingHTTPServer(("127.0.0.1", 0), self._tratador())
        self._servidor.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that lost patience

    @property
    def url(self) -> str:
        """What goes into ALMG_URL."""
        return f"http://127.0.0.1:{self._servidor.server_port}/api/v2/"

    def ter(self, referencia: str, **mudancas: Any) -> dict[str, Any]:
        """Add a proposition; `referencia` in its normal form."""
        sigla, _, resto = referencia.partition(" ")
        numero, _, ano = resto.partition("/")
        item = {
            "tipoProjeto": "REQUERIMENTO",
            "siglaTipoProjeto": sigla,
            "numero": numero,
            "ano": ano,
            "autor": "Deputada Marina Vasques Prado                 PXY",
            "matricula": "99001",
            "assunto": EMENTA,
            "indexacao": "/Tema/Municípios e Desenvolvimento Regional/Política Urbana/Região de Planejamento/Mucuri\n"
            "/Tema/Saúde Pública/Assistência Hospitalar/Leito",
            "situacao": "Aprovado",
            "regime": "Votado nas comissões",
            "local": "Comissão de Saúde",
            "dataPublicacao": "2024-11-20",
            "dataUltimaAcao": {"@class": "sql-timestamp", "$": "2024-12-03"},
            "listaHistoricoTramitacoes": [
                {"passo": 1, "data": "2024-11-20", "local": "Plenário", "historico": "Lido."}
            ],
            **mudancas,
        }
        self.itens.append({nome: valor for nome, valor in item.items() if valor is not None})
        return item

    def _responder(self, parametros: dict[str, str]) -> Any:
        achados = [
            item for item in self.itens
            if item["siglaTipoProjeto"] == parametros["tipo"] and item["ano"] == parametros["ano"]
            and (self.modo is Modo.SEM_NUM or item["numero"] == parametros["num"])
        ]  # fmt: skip
        tamanho, pagina = int(parametros["tp"]), int(parametros["p"])
        lista = achados[(pagina - 1) * tamanho : pagina * tamanho]
        resultado = {"noOcorrencias": len(achados), "noDocumentos": len(lista), "listaItem": lista}
        if len(lista) == 1:
            resultado["listaItem"] = lista[0]  # as XML turned to JSON does
        if not lista:
            del resultado["listaItem"]
        return {self.raiz: resultado}

    def _tratador(assembleia) -> type[BaseHTTPRequestHandler]:
        class Tratador(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                partes = urlsplit(self.path)
                parametros = {nome: valores[0] for nome, valores in parse_qs(partes.query).items()}
                assembleia.pedidos.append((time.monotonic(), parametros, dict(self.headers)))
                if partes.path != ROTA or parametros.get("formato") != "json":
                    return self._mandar(404, b"", "text/plain")
                return self._servir(assembleia.modo, parametros)

            def _servir(self, modo: Modo, parametros: dict[str, str]) -> None:
                bom = json.dumps(assembleia._responder(parametros), ensure_ascii=False).encode()
                match modo:
                    case Modo.CAIDA | Modo.OCUPADA | Modo.RECUSA:
                        codigo = {Modo.CAIDA: 500, Modo.OCUPADA: 429, Modo.RECUSA: 403}[modo]
                        self._mandar(codigo, b"<h1>Erro</h1>", "text/html")
                    case Modo.HTML:
                        self._mandar(200, "<h1>Em manutenção</h1>".encode(), "text/html")
                    case Modo.JSON_QUEBRADO:
                        self._mandar(200, bom[: len(bom) // 2])
                    case Modo.ENORME:
                        self._mandar(200, b'{"resultado": "' + b"x" * (6 * 1024 * 1024) + b'"}')
                    case Modo.FUNDO:
                        self._mandar(200, b"[" * 200_000)
                    case Modo.OUTRA_FORMA:
                        self._mandar(200, b'{"resultado": {"listaItem": ["RQN 8788/2024"]}}')
                    case Modo.REDIRECIONA:
                        self.send_response(302)
                        self.send_header("Location", "/api/v2/outra")
                        self.send_header("Content-Length", "0")
                        self.end_headers()
                    case _:
                        if modo is Modo.LENTA:
                            time.sleep(1)
                        self._mandar(200, bom, gota_s=0.05 if modo is Modo.PINGA else 0)

            def _mandar(
                self, codigo: int, corpo: bytes, tipo: str = "application/json;charset=UTF-8", *, gota_s: float = 0
            ) -> None:
                self.send_response(codigo)
                self.send_header("Content-Type", tipo)
                self.send_header("Content-Length", str(len(corpo)))
                self.end_headers()
                passo = 1 if gota_s else len(corpo)
                for inicio in range(0, len(corpo), passo or 1):
                    self.wfile.write(corpo[inicio : inicio + passo])
                    time.sleep(gota_s)

            def log_message(self, *_: Any) -> None:
                pass

        return Tratador

    @contextmanager
    def no_ar(self) -> Iterator[Assembleia]:
        """Serve while the block lasts."""
        linha = threading.Thread(target=self._servidor.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        linha.start()
        try:
            yield self
        finally:
            self.desligar()
            linha.join()

    def desligar(self) -> None:
        """Stop: from now on nobody answers there."""
        self._servidor.shutdown()
        self._servidor.server_close()
