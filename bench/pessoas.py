"""Deputies who sign in over HTTP, their drafts by the thousand, and the requests they make."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
from argon2 import PasswordHasher
from sqlalchemy import insert, select, update

from bench.carga import Pedido, Tarefa, pedido
from bench.casa import Casa, Servidor
from peticionamento.cadastros.models import Municipio, TipoProcesso
from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.texto import html_de_texto
from peticionamento.contas.cpf import verificadores
from peticionamento.contas.models import Pessoa
from peticionamento.contas.services import criar, resumir_senha
from peticionamento.peticoes.models import Documento, EstadoPeticao, PapelDocumento, Peticao
from peticionamento.servidores import portas

SENHA = "senha-do-bench-1"
QUANTAS = 32
TIPO = "outra"
_BARATA = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The same check at next to no cost: what a filing costs with the password's hash set aside."""

TEXTO = html_de_texto(
    "O hospital da cidade atende a microrregião inteira e tem seis leitos de terapia intensiva, todos ocupados. " * 10
)
"""About 1 kB."""
PARTE_BYTES = 4 * 1024 * 1024
"""What the pages' own client sends at a time."""


@dataclass(frozen=True)
class Sessao:
    """A person's browser: cookie and token."""

    cookie: str
    csrf: str


@dataclass(frozen=True)
class Rascunho:
    """A draft ready to be signed, and whose it is: the place of the person among all."""

    id: int
    pessoa: int


def registrar(casa: Casa) -> None:
    """Make the people."""
    with casa.dentro():
        for n in range(QUANTAS):
            nove = f"{700_000_000 + n:09d}"
            criar(nove + verificadores(nove), f"Deputada {n}", f"d{n}@bench.invalid", SENHA,
                  cargo="Deputada Estadual", papel=Papel.DEPUTADO)  # fmt: skip


def por_senha(casa: Casa, *, barata: bool) -> None:
    """Give everybody's password a hash that costs next to nothing, or what it should."""
    with casa.dentro():
        resumo = _BARATA.hash(SENHA) if barata else resumir_senha(SENHA)
        db.session().execute(update(Pessoa).values(senha_hash=resumo))


def rascunhar(casa: Casa, quantos: int, arquivo_id: int | None = None) -> list[Rascunho]:
    """Make drafts, in turns of all people, each with the stored file if one is given."""
    with casa.dentro():
        session = db.session()
        pessoas = list(session.execute(select(Pessoa.id).order_by(Pessoa.id)).scalars())
        municipio = session.execute(select(Municipio).where(Municipio.nome == "Teófilo Otoni")).scalar_one()
        tipo = session.execute(select(TipoProcesso.id).where(TipoProcesso.slug == TIPO)).scalar_one()
        linhas = [
            {
                "autor_id": pessoas[n % QUANTAS], "chave": secrets.token_hex(12), "tipo_id": tipo,
                "municipio_id": municipio.id, "municipio_digitado": municipio.nome, "assunto": "Leitos de UTI",
                "texto_html": TEXTO, "estado": EstadoPeticao.RASCUNHO, "versao": 1,
            }
            for n in range(quantos)
        ]  # fmt: skip
        feitos = session.execute(insert(Peticao).returning(Peticao.id, sort_by_parameter_order=True), linhas)
        rascunhos = [Rascunho(chave, n % QUANTAS) for n, chave in enumerate(feitos.scalars())]
        if arquivo_id is not None:
            um = {"papel": PapelDocumento.ANEXO, "nome": "a.pdf", "arquivo_id": arquivo_id}
            session.execute(insert(Documento), [{"peticao_id": r.id, **um} for r in rascunhos])
        return rascunhos


def maior_arquivo(casa: Casa) -> int:
    """The row of the largest stored file."""
    with casa.dentro():
        return db.session().execute(select(Arquivo.id).order_by(Arquivo.tamanho_bytes.desc()).limit(1)).scalar_one()


def entrar(servidor: Servidor) -> list[Sessao]:
    """Sign everybody in through the door."""
    sessoes = []
    for n in range(QUANTAS):
        with httpx.Client(base_url=_endereco(servidor), timeout=60) as navegador:
            csrf = _campo(navegador.get("/entrar").text, "csrf_token")
            dados = {"csrf_token": csrf, "identificacao": f"d{n}@bench.invalid", "senha": SENHA}
            if (codigo := navegador.post("/entrar", data=dados).status_code) != 303:
                raise RuntimeError(f"the door answered {codigo}")
            pagina = navegador.get("/peticoes/nova").text
            sessoes.append(Sessao(f"session={navegador.cookies['session']}", _campo(pagina, "csrf_token")))
    return sessoes


def _endereco(servidor: Servidor) -> str:
    return f"http://{portas.LOCAL}:{servidor.porta}"


def _campo(pagina: str, nome: str) -> str:
    achado = re.search(rf'name="{nome}"[^>]*value="([^"]*)"', pagina)
    if achado is None:
        raise RuntimeError(f"the page has no field {nome}")
    return achado[1]


def conferir(servidor: Servidor, sessao: Sessao, rascunho: Rascunho) -> dict[str, str]:
    """What the review page of a draft would sign: the hidden fields of its form. Drafts alike have it alike."""
    url = f"{_endereco(servidor)}/peticoes/{rascunho.id}/conferir"
    pagina = httpx.get(url, headers={"Cookie": sessao.cookie}, timeout=60).text
    return {nome: _campo(pagina, nome) for nome in ("versao", "retrato")}


def protocolar(sessao: Sessao, rascunho: Rascunho, conferido: dict[str, str]) -> Pedido:
    """The request that signs and files a draft."""
    corpo = urlencode({"csrf_token": sessao.csrf, "senha": SENHA, **conferido}).encode()
    return pedido(
        "POST", f"/peticoes/{rascunho.id}/protocolar", corpo, espera=303, Cookie=sessao.cookie,
        Content_Type="application/x-www-form-urlencoded", Accept="text/html",
    )  # fmt: skip


def revisar(sessao: Sessao, rascunho: Rascunho) -> Pedido:
    """The request for the review page of a draft."""
    return pedido("GET", f"/peticoes/{rascunho.id}/conferir", Cookie=sessao.cookie, Accept="text/html")


def assinar_o_visto(sessao: Sessao, rascunho: Rascunho, pagina: bytes) -> Pedido:
    """The request that signs a draft as the review page, the answer before, has shown it."""
    visto = pagina.decode()
    return protocolar(sessao, rascunho, {nome: _campo(visto, nome) for nome in ("versao", "retrato")})


def enviar(sessao: Sessao, rascunho: Rascunho, arquivo: Sequence[bytes]) -> Tarefa:
    """An upload in parts (tus), as the page makes it: opened, then one request for each part."""
    tamanho, endereco = sum(map(len, arquivo)), ""
    comuns = {"Cookie": sessao.cookie, "X_CSRFToken": sessao.csrf, "Tus_Resumable": "1.0.0",
              "Accept": "application/json"}  # fmt: skip

    def abrir(_antes: bytes) -> Pedido:
        nome = base64.b64encode(f"{secrets.token_hex(4)}.pdf".encode()).decode()
        return pedido(
            "POST", f"/peticoes/{rascunho.id}/envios", b"", espera=201, Upload_Length=str(tamanho),
            Upload_Metadata=f"filename {nome}", **comuns,
        )  # fmt: skip

    def continuar(inicio: int, parte: bytes, antes: bytes) -> Pedido:
        nonlocal endereco
        if achado := re.search(rb"(?im)^location: (\S+)", antes):
            endereco = achado[1].decode()
        return pedido(
            "PATCH", endereco, parte, espera=204, Upload_Offset=str(inicio),
            Content_Type="application/offset+octet-stream", **comuns,
        )  # fmt: skip

    partes = [lambda antes, i=i, p=p: continuar(i, p, antes) for i, p in _com_inicio(arquivo)]
    return [abrir, *partes]


def _com_inicio(partes: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    inicio = 0
    for parte in partes:
        yield inicio, parte
        inicio += len(parte)


class Modelo:
    """A PDF of one page and of a given weight, of which any number of others can be made that share its bytes."""

    def __init__(self, bytes_: int) -> None:
        peso = bytearray(secrets.token_bytes(max(bytes_ - 700, 64)))
        objetos = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(peso), peso),
        ]
        saida, lugares = bytearray(b"%PDF-1.4\n"), []
        for n, objeto in enumerate(objetos, 1):
            lugares.append(len(saida))
            saida += b"%d 0 obj\n%s\nendobj\n" % (n, objeto)
        tabela = len(saida)
        saida += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objetos) + 1)
        saida += b"".join(b"%010d 00000 n \n" % lugar for lugar in lugares)
        saida += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objetos) + 1, tabela)
        self._inteiro = bytes(saida)
        self._livre = self._inteiro.index(b"stream\n") + len(b"stream\n")
        self._partes = [self._inteiro[i : i + PARTE_BYTES] for i in range(0, len(self._inteiro), PARTE_BYTES)]

    def outro(self) -> list[bytes]:
        """A file like it and unlike every other, in parts; all but the first are shared."""
        primeira = bytearray(self._partes[0])
        primeira[self._livre : self._livre + 32] = secrets.token_hex(16).encode()
        return [bytes(primeira), *self._partes[1:]]
