"""The gate: what comes from people, proved to be what its name says before it is stored.

A file is looked at on the disk, by path; nothing reads one whole into memory, and one at a time is looked at in each
process, so that many large ones at once cost no more than one. PDFs have a rule of their own (`exame_pdf`).
"""

from __future__ import annotations

import codecs
import os
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from flask import current_app
from PIL import Image

from peticionamento.comum import antivirus, arquivos, deposito, exame_pdf
from peticionamento.comum.arquivos import ArquivoRecusado, Guardado
from peticionamento.comum.texto import tamanho, tamanho_limite

Conteudo = IO[bytes] | Path
"""Bytes as they came: a seekable stream, or a file of this machine."""

TIPOS = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "txt": "text/plain",
    "csv": "text/csv",
}
"""Every extension that an administrator may allow, with its type."""

EXTENSOES = ("pdf", "jpg", "jpeg", "png")
"""What is taken where nobody says otherwise."""

_PARTES_DO_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_LIMITE_PIXELS = 80_000_000
_RASCUNHO_PX = (600, 600)
"""A JPEG is decoded to about this size: enough to meet every block, an eighth of the memory."""
_LIMITE_INDICE_ZIP_BYTES = 1024 * 1024
_UM_POR_VEZ = threading.Lock()


def em_palavras(extensoes: Iterable[str]) -> str:
    """`PDF, JPG ou PNG`."""
    nomes = [extensao.upper() for extensao in extensoes if extensao != "jpeg" or "jpg" not in extensoes]
    return ", ".join(nomes[:-1]) + " ou " + nomes[-1] if len(nomes) > 1 else "".join(nomes)


def extensao_de(nome: str) -> str:
    """The extension a file's name ends in, in lower case and without its dot."""
    return os.path.splitext(nome)[1].lower().removeprefix(".")  # noqa: PTH122 - typed by a person, not a path


def limite_geral() -> int:
    """The setting's limit for any one file, in bytes."""
    return int(current_app.config["PETICIONAMENTO"].limite_arquivo_bytes)


def conferir(nome: str, tamanho_bytes: int, extensoes: Sequence[str] = EXTENSOES, limite_bytes: int = 0) -> None:
    """Raise ArquivoRecusado for what name and size alone already tell, before a byte is sent.

    `limite_bytes` is that of the file's own slot; the setting's limit holds besides (0: alone).
    """
    limite_bytes = min(limite_bytes or limite_geral(), limite_geral())
    if extensao_de(nome) not in TIPOS or extensao_de(nome) not in extensoes:
        raise _recusado(nome, f"não é {em_palavras(extensoes)}. Converta o arquivo e anexe de novo.")
    if tamanho_bytes == 0:
        raise _recusado(nome, "está vazio. Confira o arquivo e anexe de novo.")
    if tamanho_bytes > limite_bytes:
        raise _recusado(nome, f"tem {tamanho(tamanho_bytes)}; o limite é {tamanho_limite(limite_bytes)} por arquivo.")


def guardar(conteudo: Conteudo, nome: str, extensoes: Sequence[str] = EXTENSOES, limite_bytes: int = 0) -> Guardado:
    """Check a file and put it in the store, outside any transaction.

    `nome` tells the expected type. Raises ArquivoRecusado (wrong type, broken, empty, over the limit). A file that no
    row comes to name stays harmless under its hash.
    """
    with _no_disco(conteudo) as caminho, tempfile.TemporaryDirectory(prefix="peticionamento-") as pasta:
        conferir(nome, caminho.stat().st_size, extensoes, limite_bytes)
        limpo = Path(pasta) / "limpo"
        with _UM_POR_VEZ:
            paginas, observacao = _provar(caminho, nome, limpo)
        caminho = limpo if observacao else caminho
        laudo = antivirus.examinar(caminho)
        with caminho.open("rb") as aberto:
            guardado = arquivos.depositar(aberto, TIPOS[extensao_de(nome)], paginas)
    return replace(guardado, varredura=laudo.varredura, ameaca=laudo.ameaca, observacao=observacao)


@contextmanager
def _no_disco(conteudo: Conteudo) -> Iterator[Path]:
    if isinstance(conteudo, Path):
        yield conteudo
        return
    conteudo.seek(0)
    with deposito.copiado(deposito.blocos(conteudo)) as caminho:
        yield caminho


def _recusado(nome: str, resto: str) -> ArquivoRecusado:
    return ArquivoRecusado(f"“{nome}” {resto}", "arquivos")


def _mentira(nome: str, que: str) -> ArquivoRecusado:
    frase = f"não abre como {que}: o conteúdo está estragado ou é de outro tipo. Gere o arquivo de novo."
    return _recusado(nome, frase)


def _provar(caminho: Path, nome: str, limpo: Path) -> tuple[int | None, str]:
    """Open the content as the type the name promises: the pages of a PDF, and what was taken out of it."""
    extensao = extensao_de(nome)
    if extensao == "pdf":
        return _provar_pdf(caminho, nome, limpo)
    _PROVAS[extensao](caminho, nome)
    return None, ""


def _provar_pdf(caminho: Path, nome: str, limpo: Path) -> tuple[int, str]:
    try:
        retirado, paginas = exame_pdf.examinar(caminho, limpo, arquivos.contar_paginas)
        return paginas, retirado
    except exame_pdf.PdfRecusado as erro:
        raise _recusado(nome, str(erro)) from erro
    except exame_pdf.PdfEstragado as erro:
        raise (_recusado(nome, exame_pdf.COM_SENHA) if "password" in str(erro) else _mentira(nome, "PDF")) from erro


def _provar_imagem(caminho: Path, nome: str) -> None:
    formato = TIPOS[extensao_de(nome)].removeprefix("image/").upper()
    try:
        with Image.open(caminho, formats=[formato]) as imagem:
            if imagem.width * imagem.height > _LIMITE_PIXELS:
                raise _recusado(nome, "tem pontos demais. Reduza a imagem e anexe de novo.")
            imagem.verify()
        with Image.open(caminho, formats=[formato]) as imagem:
            imagem.draft("RGB", _RASCUNHO_PX)
            imagem.load()  # `verify` does not look at a JPEG's points, and a file cut short would pass
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as erro:
        raise _mentira(nome, "imagem") from erro


def _provar_office(caminho: Path, nome: str) -> None:
    extensao = extensao_de(nome)
    with _zip(caminho, nome) as pacote:
        if not {"[Content_Types].xml", _PARTES_DO_OFFICE[extensao]} <= set(pacote.namelist()):
            raise _mentira(nome, extensao.upper())


def _provar_opendocument(caminho: Path, nome: str) -> None:
    extensao = extensao_de(nome)
    with _zip(caminho, nome) as pacote:
        esperado = TIPOS[extensao].encode()
        with pacote.open("mimetype") as dito:
            if dito.read(len(esperado) + 1) != esperado or "content.xml" not in pacote.namelist():
                raise _mentira(nome, extensao.upper())


@contextmanager
def _zip(caminho: Path, nome: str) -> Iterator[zipfile.ZipFile]:
    """An office file's package: neither locked nor with macros. Its list of parts is read whole, so it has a limit."""
    que = extensao_de(nome).upper()
    try:
        if _indice_do_zip(caminho) > _LIMITE_INDICE_ZIP_BYTES:
            raise _mentira(nome, que)
        with zipfile.ZipFile(caminho) as pacote:
            if any(parte.flag_bits & 1 for parte in pacote.infolist()):
                raise _recusado(nome, exame_pdf.COM_SENHA)
            if any(p.endswith("vbaProject.bin") or p.startswith(("Basic/", "Scripts/")) for p in pacote.namelist()):
                raise _recusado(nome, "traz macros. Salve-o sem elas e anexe de novo.")
            yield pacote
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, KeyError) as erro:
        raise _mentira(nome, que) from erro


def _indice_do_zip(caminho: Path) -> int:
    """The size in bytes of a ZIP's list of parts, as its last record tells."""
    with caminho.open("rb") as conteudo:
        conteudo.seek(max(0, caminho.stat().st_size - 65_557))
        fim = conteudo.read()
    onde = fim.rfind(b"PK\x05\x06")
    return int.from_bytes(fim[onde + 12 : onde + 16], "little") if onde >= 0 else 0


def _provar_texto(caminho: Path, nome: str) -> None:
    decodificar = codecs.getincrementaldecoder("utf-8")().decode
    try:
        with caminho.open("rb") as conteudo:
            for bloco in deposito.blocos(conteudo):
                if "\x00" in decodificar(bloco):
                    raise _mentira(nome, "texto")
            decodificar(b"", True)
    except UnicodeDecodeError as erro:
        raise _recusado(nome, "não está em UTF-8. Salve-o como texto (ou CSV) UTF-8 e anexe de novo.") from erro


_PROVAS: dict[str, Callable[[Path, str], None]] = {
    **dict.fromkeys(("jpg", "jpeg", "png"), _provar_imagem),
    **dict.fromkeys(("docx", "xlsx"), _provar_office),
    **dict.fromkeys(("odt", "ods"), _provar_opendocument),
    **dict.fromkeys(("txt", "csv"), _provar_texto),
}
