"""Files under their own hash: written whole, flushed, hashed, and only then named by a row.

Any `fsspec` URL serves as the store. A file is kept once however often it is attached.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import re
import threading
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import IO

import fsspec
import pypdfium2
from flask import current_app
from PIL import Image
from sqlalchemy import Index, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model, db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import tamanho

TIPOS = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
TIPOS_EM_PALAVRAS = "PDF, JPG ou PNG"
LIMITE_NOME = 120
LIMITE_ANEXOS = 50
_BLOCO = 1024 * 1024
_LIMITE_PIXELS = 80_000_000
_LIMITE_PONTOS_FOLHA = 12_000_000
_PDFIUM = threading.Lock()
"""PDFium is not made for threads: two at once in one process give errors, or end it. Held for milliseconds."""


class Varredura(Rotulado):
    """What the antivirus said of a file. In quarantine nobody can open it."""

    SEM_ANTIVIRUS = "sem_antivirus", "Sem antivírus", "neutro"
    EM_QUARENTENA = "em_quarentena", "Em quarentena, à espera do antivírus", "alerta"
    LIMPO = "limpo", "Verificado", "bom"
    INFECTADO = "infectado", "Em quarentena: ameaça encontrada", "mau"


class Arquivo(Model):
    """A stored file. Immutable: the hash is its address in the store."""

    __tablename__ = "comum_arquivo"
    __table_args__ = (Index("ix_comum_arquivo_quarentena", "id", postgresql_where="varredura = 'em_quarentena'"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    tamanho_bytes: Mapped[int]
    tipo: Mapped[str] = mapped_column(String(100))
    paginas: Mapped[int | None]
    guardado_em: Mapped[datetime] = mapped_column(default=agora)
    varredura: Mapped[Varredura] = coluna_de_estado(Varredura, default=Varredura.SEM_ANTIVIRUS)
    ameaca: Mapped[str | None] = mapped_column(String(200))
    """The signature that the antivirus matched."""

    @property
    def pode_abrir(self) -> bool:
        """Whether anybody may open it: not while it is in quarantine."""
        return self.varredura not in (Varredura.EM_QUARENTENA, Varredura.INFECTADO)


@dataclass(frozen=True)
class Guardado:
    """What is in the store and waits for a row: its address, size in bytes, type and pages (PDF only)."""

    sha256: str
    tamanho_bytes: int
    tipo: str
    paginas: int | None


class ArquivoRecusado(Recusa):
    """The file is not what it says, is empty, or is too large."""

    titulo = "Este arquivo não pode ser anexado."


class FolhaNaoDesenhada(Recusa):
    """A page of a PDF that cannot be shown as a picture; the file itself can still be opened."""

    titulo = "Esta página não pode ser desenhada."

    def __init__(self) -> None:
        super().__init__("Abra o arquivo para lê-la.")


@lru_cache(maxsize=8)
def _deposito(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    sistema, raiz = fsspec.core.url_to_fs(url, **({"auto_mkdir": True} if url.startswith("file:") else {}))
    return sistema, raiz.rstrip("/")


def _caminho(raiz: str, sha256: str) -> str:
    return f"{raiz}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def nome_seguro(nome: str) -> str:
    """A file name fit to show and to give back: no path, no control or direction characters, at most 120 letters."""
    nome = unicodedata.normalize("NFC", nome).replace("\\", "/").rsplit("/", 1)[-1]
    nome = "".join(c for c in nome if unicodedata.category(c)[0] != "C")
    nome = re.sub(r"\s+", " ", nome).strip(" .") or "arquivo"
    if len(nome) <= LIMITE_NOME:
        return nome
    tronco, ponto, extensao = nome.rpartition(".")
    if not ponto or len(extensao) > 10:
        return nome[:LIMITE_NOME]
    return tronco[: LIMITE_NOME - len(extensao) - 1].rstrip() + "." + extensao


def _tipo_conferido(conteudo: IO[bytes], nome: str) -> tuple[str, int | None]:
    """The type the name promises, proved by opening the content as that type; and the pages of a PDF."""
    extensao = os.path.splitext(nome)[1].lower()  # noqa: PTH122 - a name typed by a person, not a path
    tipo = TIPOS.get(extensao)
    if tipo is None:
        raise ArquivoRecusado(f"“{nome}” não é {TIPOS_EM_PALAVRAS}. Converta o arquivo e anexe de novo.", "arquivos")
    conteudo.seek(0)
    try:
        if tipo == "application/pdf":
            with _PDFIUM, pypdfium2.PdfDocument(conteudo.read()) as pdf:
                return tipo, len(pdf)
        with Image.open(conteudo, formats=[tipo.removeprefix("image/").upper()]) as imagem:
            if imagem.width * imagem.height > _LIMITE_PIXELS:
                raise ArquivoRecusado(f"“{nome}” tem pontos demais. Reduza a imagem e anexe de novo.", "arquivos")
            imagem.verify()
            return tipo, None
    except pypdfium2.PdfiumError as erro:
        if "password" in str(erro).lower():
            raise ArquivoRecusado(
                f"“{nome}” pede senha para abrir. Tire a senha e anexe de novo.", "arquivos"
            ) from erro
        raise ArquivoRecusado(_mentira(nome, "PDF"), "arquivos") from erro
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as erro:
        raise ArquivoRecusado(_mentira(nome, "imagem"), "arquivos") from erro


def _mentira(nome: str, que: str) -> str:
    return f"“{nome}” não abre como {que}: o conteúdo está estragado ou é de outro tipo. Gere o arquivo de novo."


def guardar(conteudo: IO[bytes], nome: str) -> Guardado:
    """Check a file and put it in the store, outside any transaction.

    `nome` tells the expected type. Raises ArquivoRecusado (wrong type, broken, empty, over the size limit of the
    settings). A file that no row comes to name stays harmless under its hash.
    """
    limite_bytes = current_app.config["PETICIONAMENTO"].limite_arquivo_bytes
    conteudo.seek(0, os.SEEK_END)
    bytes_ = conteudo.tell()
    if bytes_ == 0:
        raise ArquivoRecusado(f"“{nome}” está vazio. Confira o arquivo e anexe de novo.", "arquivos")
    if bytes_ > limite_bytes:
        raise ArquivoRecusado(
            f"“{nome}” tem {tamanho(bytes_)}; o limite é {tamanho(limite_bytes)} por arquivo.", "arquivos"
        )
    tipo, paginas = _tipo_conferido(conteudo, nome)
    return _depositar(conteudo, bytes_, tipo, paginas)


def conferir_total(existentes: Iterable[Arquivo], novo: Arquivo, nome: str) -> None:
    """Raise ArquivoRecusado when one more file would be too many, or too much in all (limits of the settings)."""
    lista = list(existentes)
    if len(lista) >= LIMITE_ANEXOS:
        raise ArquivoRecusado(f"Já há {LIMITE_ANEXOS} anexos, que é o máximo. Junte páginas em um só PDF.", "arquivos")
    limite = current_app.config["PETICIONAMENTO"].limite_peticao_bytes
    total = novo.tamanho_bytes + sum(a.tamanho_bytes for a in lista)
    if total > limite:
        raise ArquivoRecusado(
            f"Com “{nome}”, os anexos somariam {tamanho(total)}; o limite é {tamanho(limite)} ao todo.", "arquivos"
        )


def guardar_gerado(pdf: bytes) -> Guardado:
    """Put a PDF that the program itself made in the store."""
    with _PDFIUM, pypdfium2.PdfDocument(pdf) as documento:
        paginas = len(documento)
    return _depositar(io.BytesIO(pdf), len(pdf), "application/pdf", paginas)


def depositar(conteudo: IO[bytes], tipo: str) -> Guardado:
    """Put a file that the program itself made in the store, read piece by piece; its pages are not counted."""
    conteudo.seek(0, os.SEEK_END)
    return _depositar(conteudo, conteudo.tell(), tipo, None)


def apagar(arquivo_id: int) -> bool:
    """Delete a file for good: its row, unless another row still names it, then its content. Returns whether it went."""
    try:
        with transaction() as session:
            arquivo = session.get_one(Arquivo, arquivo_id)
            session.delete(arquivo)
    except IntegrityError:
        return False
    sistema, raiz = _deposito(current_app.config["PETICIONAMENTO"].arquivos_url)
    sistema.rm(_caminho(raiz, arquivo.sha256))
    return True


def _depositar(conteudo: IO[bytes], bytes_: int, tipo: str, paginas: int | None) -> Guardado:
    sistema, raiz = _deposito(current_app.config["PETICIONAMENTO"].arquivos_url)
    provisorio = f"{raiz}/provisorio/{uuid.uuid4().hex}"
    resumo = hashlib.sha256()
    conteudo.seek(0)
    with sistema.open(provisorio, "wb") as destino:
        while bloco := conteudo.read(_BLOCO):
            resumo.update(bloco)
            destino.write(bloco)
        destino.flush()
        if hasattr(destino, "fileno"):
            os.fsync(destino.fileno())
    sha256 = resumo.hexdigest()
    final = _caminho(raiz, sha256)
    if sistema.exists(final):
        sistema.rm(provisorio)
    else:
        sistema.mv(provisorio, final)
        _firmar(sistema, final)
    return Guardado(sha256, bytes_, tipo, paginas)


def _firmar(sistema: fsspec.AbstractFileSystem, caminho: str) -> None:
    """Flush the folder too: a power cut must not take away a name that a row already knows."""
    if "file" not in sistema.protocol:
        return
    pasta = os.open(os.path.dirname(caminho), os.O_RDONLY)  # noqa: PTH120 - the store's own path, as text
    try:
        os.fsync(pasta)
    finally:
        os.close(pasta)


def nomear(guardado: Guardado) -> Arquivo:
    """The row of a stored file, made if this is the first time it is seen. Call inside a transaction."""
    session = db.session()
    session.execute(
        insert(Arquivo)
        .values(
            sha256=guardado.sha256,
            tamanho_bytes=guardado.tamanho_bytes,
            tipo=guardado.tipo,
            paginas=guardado.paginas,
            guardado_em=agora(),
        )
        .on_conflict_do_nothing()
    )
    return session.execute(select(Arquivo).where(Arquivo.sha256 == guardado.sha256)).scalar_one()


def abrir(arquivo: Arquivo) -> IO[bytes]:
    """Open a stored file for reading."""
    sistema, raiz = _deposito(current_app.config["PETICIONAMENTO"].arquivos_url)
    return sistema.open(_caminho(raiz, arquivo.sha256), "rb")  # type: ignore[no-any-return]


def ler(arquivo: Arquivo) -> bytes:
    """The whole content of a stored file."""
    with abrir(arquivo) as conteudo:
        return conteudo.read()


def pagina_em_png(arquivo: Arquivo, pagina: int, largura_px: int = 1100) -> bytes:
    """Draw one page (from 1) of a stored PDF, `largura_px` wide: read on any screen, with no plug-in.

    A page of an absurd shape is drawn narrower, within a fixed number of points. Raises IndexError when the page does
    not exist, FolhaNaoDesenhada when it cannot be drawn.
    """
    conteudo, saida = ler(arquivo), io.BytesIO()
    try:
        with _PDFIUM, pypdfium2.PdfDocument(conteudo) as documento:
            if not 1 <= pagina <= len(documento):
                raise IndexError(pagina)
            folha = documento[pagina - 1]
            largura, altura = folha.get_size()
            escala = min(largura_px / largura, math.sqrt(_LIMITE_PONTOS_FOLHA / (largura * altura)))
            imagem = folha.render(scale=escala).to_pil()
        imagem.save(saida, "PNG", optimize=False, compress_level=3)
    except (pypdfium2.PdfiumError, ZeroDivisionError, ValueError, MemoryError) as erro:
        raise FolhaNaoDesenhada() from erro
    return saida.getvalue()


def conferir_deposito() -> None:
    """Raise OSError when the store cannot be written to and read back."""
    sistema, raiz = _deposito(current_app.config["PETICIONAMENTO"].arquivos_url)
    nome = f"{raiz}/provisorio/saude-{uuid.uuid4().hex}"
    with sistema.open(nome, "wb") as destino:
        destino.write(b"ok")
    sistema.rm(nome)
