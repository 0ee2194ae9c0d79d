"""Files under their own hash: written whole, flushed, hashed, and only then named by a row.

A file is kept once however often it is attached. What comes from people goes through `recebidos` first.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import threading
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import pypdfium2
from flask import current_app
from sqlalchemy import Index, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum import deposito
from peticionamento.comum.db import Model, db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import tamanho, tamanho_limite

LIMITE_NOME = 120
LIMITE_ANEXOS = 50
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
    __table_args__ = (
        Index("ix_comum_arquivo_quarentena", "id", postgresql_where="varredura in ('em_quarentena', 'sem_antivirus')"),
    )

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
    """What is in the store and waits for a row: its address, size in bytes, type, pages (PDF only), and its checks."""

    sha256: str
    tamanho_bytes: int
    tipo: str
    paginas: int | None
    varredura: Varredura = Varredura.SEM_ANTIVIRUS
    ameaca: str | None = None
    observacao: str = ""
    """What the gate did to it, for the document that it becomes."""


class ArquivoRecusado(Recusa):
    """The file is not what it says, is empty, or is too large."""

    titulo = "Este arquivo não pode ser anexado."


class EmQuarentena(Recusa):
    """A file that the antivirus has not passed: nobody opens it, neither as a file nor as pictures."""

    status = 423
    titulo = "Este arquivo está em quarentena."

    def __init__(self, arquivo: Arquivo) -> None:
        if arquivo.varredura is Varredura.INFECTADO:
            super().__init__(f"O antivírus encontrou nele a ameaça {arquivo.ameaca}. Ninguém pode abri-lo.")
        else:
            super().__init__("O antivírus ainda não o verificou. Ele poderá ser aberto assim que for verificado.")


class FolhaNaoDesenhada(Recusa):
    """A page of a PDF that cannot be shown as a picture; the file itself can still be opened."""

    titulo = "Esta página não pode ser desenhada."

    def __init__(self) -> None:
        super().__init__("Abra o arquivo para lê-la.")


def _endereco(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


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


def conferir_total(existentes_bytes: Iterable[int], novo_bytes: int, nome: str) -> None:
    """Raise ArquivoRecusado when one more file would be too many, or too much in all (limits of the settings)."""
    lista = list(existentes_bytes)
    if len(lista) >= LIMITE_ANEXOS:
        raise ArquivoRecusado(f"Já há {LIMITE_ANEXOS} anexos, que é o máximo. Junte páginas em um só PDF.", "arquivos")
    limite = current_app.config["PETICIONAMENTO"].limite_peticao_bytes
    total = novo_bytes + sum(lista)
    if total > limite:
        raise ArquivoRecusado(
            f"Com “{nome}”, os anexos somariam {tamanho(total)}; o limite é {tamanho_limite(limite)} ao todo.",
            "arquivos",
        )


def contar_paginas(pdf: bytes | Path) -> int:
    """The pages of a PDF, read piece by piece when it is a path. Raises PdfiumError when it cannot be opened."""
    with _PDFIUM, pypdfium2.PdfDocument(pdf) as documento:
        return len(documento)


def guardar_gerado(pdf: bytes) -> Guardado:
    """Put a PDF that the program itself made in the store."""
    return depositar(io.BytesIO(pdf), "application/pdf", contar_paginas(pdf))


def depositar(conteudo: IO[bytes], tipo: str, paginas: int | None = None) -> Guardado:
    """Put a checked or self-made file in the store, read piece by piece; what breaks half-way has no name."""
    provisorio = f"{deposito.PROVISORIO}/{uuid.uuid4().hex}"
    resumo = hashlib.sha256()

    def somados() -> Iterator[bytes]:
        for bloco in deposito.blocos(conteudo):
            resumo.update(bloco)
            yield bloco

    conteudo.seek(0)
    bytes_ = deposito.escrever(provisorio, somados())
    sha256 = resumo.hexdigest()
    deposito.mover(provisorio, _endereco(sha256))
    return Guardado(sha256, bytes_, tipo, paginas)


def apagar(arquivo_id: int) -> bool:
    """Delete a file for good: its row, unless another row still names it, then its content. Returns whether it went."""
    try:
        with transaction() as session:
            arquivo = session.get_one(Arquivo, arquivo_id)
            session.delete(arquivo)
    except IntegrityError:
        return False
    deposito.apagar(_endereco(arquivo.sha256))
    return True


def nomear(guardado: Guardado) -> Arquivo:
    """The row of a stored file, made if this is the first time it is seen. Call inside a transaction.

    What the antivirus says today stands over what was known; that it is away today takes nothing back.
    """
    session = db.session()
    session.execute(
        insert(Arquivo)
        .values(
            sha256=guardado.sha256,
            tamanho_bytes=guardado.tamanho_bytes,
            tipo=guardado.tipo,
            paginas=guardado.paginas,
            guardado_em=agora(),
            varredura=guardado.varredura,
            ameaca=guardado.ameaca,
        )
        .on_conflict_do_nothing()
    )
    arquivo = session.execute(select(Arquivo).where(Arquivo.sha256 == guardado.sha256)).scalar_one()
    so_agora_retido = (arquivo.varredura, guardado.varredura) == (Varredura.SEM_ANTIVIRUS, Varredura.EM_QUARENTENA)
    if so_agora_retido or guardado.varredura in (Varredura.LIMPO, Varredura.INFECTADO):
        arquivo.varredura, arquivo.ameaca = guardado.varredura, guardado.ameaca
    return arquivo


def abrir(arquivo: Arquivo) -> IO[bytes]:
    """Open a stored file for reading. Raises EmQuarentena."""
    if not arquivo.pode_abrir:
        raise EmQuarentena(arquivo)
    return deposito.abrir(_endereco(arquivo.sha256))


def ler(arquivo: Arquivo) -> bytes:
    """The whole content of a stored file. Raises EmQuarentena."""
    with abrir(arquivo) as conteudo:
        return conteudo.read()


def no_disco(arquivo: Arquivo, *, examinar: bool = False) -> AbstractContextManager[Path]:
    """A stored file as a path, for what opens files by path. Raises EmQuarentena, but not for `examinar`ing it."""
    if not (examinar or arquivo.pode_abrir):
        raise EmQuarentena(arquivo)
    return deposito.no_disco(_endereco(arquivo.sha256))


def pagina_em_png(arquivo: Arquivo, pagina: int, largura_px: int = 1100) -> bytes:
    """Draw one page (from 1) of a stored PDF, `largura_px` wide: read on any screen, with no plug-in.

    A page of an absurd shape is drawn narrower, within a fixed number of points. Raises IndexError when the page does
    not exist, FolhaNaoDesenhada when it cannot be drawn, EmQuarentena.
    """
    saida = io.BytesIO()
    try:
        with no_disco(arquivo) as caminho, _PDFIUM, pypdfium2.PdfDocument(caminho) as documento:
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
    """Raise OSError when the store cannot be written to."""
    nome = f"{deposito.PROVISORIO}/saude-{uuid.uuid4().hex}"
    deposito.escrever(nome, [b"ok"])
    deposito.apagar(nome)
