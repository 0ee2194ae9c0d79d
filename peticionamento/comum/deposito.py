"""The file store: any `fsspec` URL. What is written is flushed to the disk before anybody may name it.

Names are relative to the store (`ab/cd/abcd…`, `provisorio/…`). A folder is the store of one machine; a bucket is
that of several.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO

import fsspec
from flask import current_app

BLOCO = 256 * 1024
"""Bytes read and written at a time: what one upload costs in memory, however large it is."""

PROVISORIO = "provisorio"
"""The folder of what no row names yet."""


@lru_cache(maxsize=8)
def _sistema(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    sistema, raiz = fsspec.core.url_to_fs(url, **({"auto_mkdir": True} if url.startswith("file:") else {}))
    return sistema, raiz.rstrip("/")


def _aqui(nome: str) -> tuple[fsspec.AbstractFileSystem, str]:
    sistema, raiz = _sistema(current_app.config["PETICIONAMENTO"].arquivos_url)
    return sistema, f"{raiz}/{nome}"


def _local(sistema: fsspec.AbstractFileSystem) -> bool:
    return "file" in sistema.protocol


def blocos(conteudo: IO[bytes]) -> Iterator[bytes]:
    """The rest of a stream, at most `BLOCO` bytes at a time."""
    while bloco := conteudo.read(BLOCO):
        yield bloco


def escrever(nome: str, conteudo: Iterable[bytes]) -> int:
    """Write one object and flush it, its name too; returns its size in bytes.

    What raises half-way leaves an object that nobody names, for the sweep.
    """
    sistema, caminho = _aqui(nome)
    bytes_ = 0
    with sistema.open(caminho, "wb") as destino:
        for bloco in conteudo:
            destino.write(bloco)
            bytes_ += len(bloco)
        destino.flush()
        if _local(sistema):
            os.fsync(destino.fileno())
    _firmar(sistema, caminho)
    return bytes_


def _firmar(sistema: fsspec.AbstractFileSystem, caminho: str) -> None:
    """Flush the folders too: a power cut must not take away a name that a row already knows."""
    if not _local(sistema):
        return
    for pasta in (Path(caminho).parent, Path(caminho).parent.parent):
        descritor = os.open(pasta, os.O_RDONLY)
        try:
            os.fsync(descritor)
        finally:
            os.close(descritor)


def mover(de: str, para: str) -> None:
    """Give an object its final name; when that name is taken, by the same bytes, the object just goes."""
    sistema, origem = _aqui(de)
    _, destino = _aqui(para)
    if sistema.exists(destino):
        sistema.rm(origem)
    else:
        sistema.mv(origem, destino)
        _firmar(sistema, destino)


def abrir(nome: str) -> IO[bytes]:
    """Open an object for reading."""
    sistema, caminho = _aqui(nome)
    return sistema.open(caminho, "rb")  # type: ignore[no-any-return]


def apagar(nome: str) -> None:
    """Delete an object, or a folder with all in it; what is not there is no error."""
    sistema, caminho = _aqui(nome)
    with suppress(FileNotFoundError):
        sistema.rm(caminho, recursive=True)


@contextmanager
def no_disco(nome: str) -> Iterator[Path]:
    """An object as a file of this machine, for what opens files by path: itself, or a copy while the block lasts."""
    sistema, caminho = _aqui(nome)
    if _local(sistema):
        yield Path(caminho)
        return
    with abrir(nome) as conteudo, copiado(blocos(conteudo)) as copia:
        yield copia


@contextmanager
def copiado(conteudo: Iterable[bytes]) -> Iterator[Path]:
    """A temporary file with this content, gone after the block."""
    with tempfile.NamedTemporaryFile(prefix="peticionamento-") as copia:
        for bloco in conteudo:
            copia.write(bloco)
        copia.flush()
        yield Path(copia.name)


def abandonados(antes_de: datetime) -> list[str]:
    """Names directly under `provisorio` last touched before `antes_de`: what a broken upload left there."""
    sistema, pasta = _aqui(PROVISORIO)
    try:
        achados = sistema.ls(pasta, detail=True)
    except FileNotFoundError:
        return []
    return [f"{PROVISORIO}/{Path(a['name']).name}" for a in achados if _tocado(a, antes_de) < antes_de]


def _tocado(achado: dict[str, object], se_nao_diz: datetime) -> datetime:
    """When an entry changed, as the store tells it; a folder of a bucket tells nothing, and is not old."""
    quando = achado.get("mtime") or achado.get("LastModified")
    if isinstance(quando, datetime):
        return quando
    return datetime.fromtimestamp(quando, se_nao_diz.tzinfo) if isinstance(quando, int | float) else se_nao_diz
