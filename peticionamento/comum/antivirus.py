"""The antivirus: ClamAV's `clamd`, spoken to over its socket (setting CLAMD), and what is kept until it answers.

Its `StreamMaxLength` must not be under LIMITE_ARQUIVO_MB: what it refuses to read stays in quarantine.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import func, select

from peticionamento.comum import arquivos, deposito
from peticionamento.comum.arquivos import Arquivo, Varredura
from peticionamento.comum.db import db, soltar_conexao, transaction, travar

logger = logging.getLogger(__name__)

PORTA = 3310
ESPERA_LIGACAO_S = 2.0
ESPERA_RESPOSTA_S = 60.0
"""For each read or write: clamd says nothing while it looks through a file."""
_POR_VEZ = 20


@dataclass(frozen=True)
class Laudo:
    """What the antivirus says of a file."""

    varredura: Varredura
    ameaca: str | None = None


@dataclass(frozen=True)
class Situacao:
    """The antivirus as its administrator sees it."""

    configurado: bool
    versao: str | None
    """As clamd tells it, with its signatures' date; None when it does not answer."""
    a_espera: int
    infectados: int
    sem_antivirus: int
    """Files received while there was none."""
    ultimo_em: datetime | None
    """When the newest file that it passed or held came in."""

    @property
    def responde(self) -> bool:
        """Whether clamd answers now."""
        return self.versao is not None


@contextmanager
def _ligado() -> Iterator[socket.socket]:
    endereco = urlsplit(str(current_app.config["PETICIONAMENTO"].clamd))
    em_rede = endereco.scheme == "tcp"
    with socket.socket(socket.AF_INET if em_rede else socket.AF_UNIX) as ligacao:
        ligacao.settimeout(ESPERA_LIGACAO_S)
        ligacao.connect((endereco.hostname, endereco.port or PORTA) if em_rede else endereco.path)
        ligacao.settimeout(ESPERA_RESPOSTA_S)
        yield ligacao


def _perguntar(comando: bytes, conteudo: IO[bytes] | None = None) -> str:
    """One command in the z form (ended by NUL), with the file in sized chunks behind INSTREAM. Raises OSError."""
    with _ligado() as ligacao:
        ligacao.sendall(b"z" + comando + b"\0")
        if conteudo is not None:
            for bloco in deposito.blocos(conteudo):
                ligacao.sendall(struct.pack("!I", len(bloco)) + bloco)
            ligacao.sendall(struct.pack("!I", 0))
        resposta = b""
        while not resposta.endswith(b"\0") and (pedaco := ligacao.recv(4096)):
            resposta += pedaco
    return resposta.rstrip(b"\0\n").decode("utf-8", "replace")


def examinar(caminho: Path) -> Laudo:
    """Have a file looked through. Without an antivirus it is said so; when it is away the file goes into quarantine."""
    if not current_app.config["PETICIONAMENTO"].clamd:
        return Laudo(Varredura.SEM_ANTIVIRUS)
    try:
        with caminho.open("rb") as conteudo:
            resposta = _perguntar(b"INSTREAM", conteudo)
    except OSError as erro:
        logger.warning("the antivirus is away, the file waits in quarantine: %s", erro)
        return Laudo(Varredura.EM_QUARENTENA)
    que = resposta.removeprefix("stream: ")
    if que.endswith(" FOUND"):
        return Laudo(Varredura.INFECTADO, que.removesuffix(" FOUND")[:200])
    if que == "OK":
        return Laudo(Varredura.LIMPO)
    logger.warning("the antivirus could not read a file, which waits in quarantine: %s", resposta)
    return Laudo(Varredura.EM_QUARENTENA)


def reexaminar() -> int:
    """Have the files looked through that were not: those in quarantine, and those from before there was an antivirus.

    Some at a time. Returns how many got their answer.
    """
    if not current_app.config["PETICIONAMENTO"].clamd:
        return 0
    por_ver = Arquivo.varredura.in_([Varredura.EM_QUARENTENA, Varredura.SEM_ANTIVIRUS])
    # What nobody can open comes first.
    consulta = select(Arquivo).where(por_ver).order_by(Arquivo.varredura, func.random())
    a_espera = db.session().execute(consulta.limit(_POR_VEZ)).scalars().all()
    respondidos = 0
    for arquivo in a_espera:
        with arquivos.no_disco(arquivo, examinar=True) as caminho:
            arquivo_id = arquivo.id
            soltar_conexao()
            laudo = examinar(caminho)
        if laudo.varredura in (Varredura.LIMPO, Varredura.INFECTADO):
            _anotar(arquivo_id, laudo)
            respondidos += 1
    return respondidos


def _anotar(arquivo_id: int, laudo: Laudo) -> None:
    with transaction():
        arquivo = travar(Arquivo, arquivo_id)
        arquivo.varredura, arquivo.ameaca = laudo.varredura, laudo.ameaca


def situacao() -> Situacao:
    """Whether there is an antivirus, whether it answers, and what is in quarantine."""
    consulta = select(Arquivo.varredura, func.count(), func.max(Arquivo.guardado_em)).group_by(Arquivo.varredura)
    linhas = {varredura: (quantos, ultimo) for varredura, quantos, ultimo in db.session().execute(consulta)}
    quantos = {varredura: linhas[varredura][0] if varredura in linhas else 0 for varredura in Varredura}
    vistos = [linhas[v][1] for v in (Varredura.LIMPO, Varredura.INFECTADO) if v in linhas]
    configurado = bool(current_app.config["PETICIONAMENTO"].clamd)
    return Situacao(
        configurado=configurado,
        versao=_versao() if configurado else None,
        a_espera=quantos[Varredura.EM_QUARENTENA],
        infectados=quantos[Varredura.INFECTADO],
        sem_antivirus=quantos[Varredura.SEM_ANTIVIRUS],
        ultimo_em=max(vistos, default=None),
    )


def _versao() -> str | None:
    try:
        return _perguntar(b"VERSION") or None
    except OSError as erro:
        logger.warning("the antivirus does not answer: %s", erro)
        return None
