"""Uploads in parts: kept part by part in the store, so that they outlive a connection, a page and a server.

A part is an object of its own, flushed before the row counts it, and the row counts it only if nobody counted other
bytes there before: two connections at once, or a process killed anywhere, leave what the row says and nothing else.
When all is there, the parts become one file on the disk, which goes through the receiver that a room registered for
`alvo`: first its gate, with no transaction open, then its row and the upload's end in one transaction.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, bindparam, cast, delete, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum import deposito
from peticionamento.comum.arquivos import ArquivoRecusado, Guardado, nome_seguro
from peticionamento.comum.db import Model, db, soltar_conexao, transaction, travar
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa
from peticionamento.comum.tempo import agora as agora_mesmo

VALIDADE = timedelta(days=7)
"""How long an upload waits for its next byte."""
PARTE_BYTES = 8 * 1024 * 1024
"""The most that one part holds: what a killed process loses of one long request."""
_ABANDONO = timedelta(days=1)
_POR_VEZ = 200


class Envio(Model):
    """One upload under way, or done and kept a while for whoever asks again."""

    __tablename__ = "comum_envio"
    __table_args__ = (
        Index(None, "alvo", "alvo_id"),
        Index("ix_comum_envio_vencidos", "vale_ate"),
    )

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    """Random: who knows it, and may write what it is sent for, may go on with it."""
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    """Who began it."""
    alvo: Mapped[str] = mapped_column(String(40))
    """What it is sent for: the name under which a room registered its receiver (`peticao`, `resposta`)."""
    alvo_id: Mapped[int]
    nome: Mapped[str] = mapped_column(String(160))
    dados: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What the receiver needs beside the bytes: the slot, the format."""
    tamanho_bytes: Mapped[int]
    recebidos_bytes: Mapped[int] = mapped_column(default=0)
    partes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """The parts in the store, in order: `{nome, bytes}`."""
    recusa: Mapped[str | None] = mapped_column(String(400))
    """Why the whole file was refused at the end, for a page that lost the answer."""
    entregue_em: Mapped[datetime | None]
    criado_em: Mapped[datetime] = mapped_column(default=agora_mesmo)
    vale_ate: Mapped[datetime]

    @property
    def completo(self) -> bool:
        """Whether every byte is here."""
        return self.recebidos_bytes == self.tamanho_bytes


class ForaDeLugar(Conflito):
    """The bytes do not begin where the upload stopped; ask where that is."""

    titulo = "O envio está em outro ponto."

    def __init__(self) -> None:
        super().__init__("O envio está em outro ponto; pergunte onde e continue de lá.")


class Vencido(Recusa):
    """The upload waited too long."""

    status = 410
    titulo = "Este envio não vale mais."

    def __init__(self) -> None:
        super().__init__("O envio ficou parado por mais de 7 dias. Envie o arquivo de novo.")


class SomaNaoConfere(Recusa):
    """The bytes changed on their way (tus: 460)."""

    status = 460
    titulo = "Parte do arquivo chegou alterada."

    def __init__(self) -> None:
        super().__init__("Parte do arquivo chegou alterada; envie-a de novo.")


@dataclass(frozen=True)
class Receptor:
    """What a room does with the files sent to one kind of thing of its own. `por` is the person who sends."""

    acessar: Callable[[int, Any], object]
    """(alvo_id, por): may they send files there? Raises NaoEncontrado, SemPermissao."""
    conferir: Callable[[Envio, Any], object]
    """(envio, por): would this file do, as far as name and size tell? Raises Recusa."""
    guardar: Callable[[Envio, Path, Any], Guardado]
    """(envio, file, por): the gate, outside any transaction. Raises Recusa."""
    juntar: Callable[[Envio, Guardado, Any, datetime], object]
    """(envio, guardado, por, agora): the row, in the transaction that ends the upload. Raises Recusa."""


RECEPTORES: dict[str, Receptor] = {}


def registrar(alvo: str, receptor: Receptor) -> None:
    """Say what becomes of the files sent for `alvo`."""
    RECEPTORES[alvo] = receptor


class Leitor(Protocol):
    """Something that gives bytes, and fewer than asked, or none, when the connection is over."""

    def read(self, quantos: int, /) -> bytes: ...


@dataclass(frozen=True)
class Soma:
    """A checksum that the sender made of the bytes of one request."""

    algoritmo: str
    valor: bytes


def abrir(
    alvo: str, alvo_id: int, nome: str, tamanho_bytes: int, dados: dict[str, Any], *, por: Any, agora: datetime
) -> Envio:
    """Begin an upload of `tamanho_bytes`. Raises NaoEncontrado, SemPermissao, and what the receiver refuses."""
    receptor = RECEPTORES[alvo]
    receptor.acessar(alvo_id, por)
    envio = Envio(
        id=secrets.token_urlsafe(32),
        pessoa_id=por.id,
        alvo=alvo,
        alvo_id=alvo_id,
        nome=nome_seguro(nome),
        dados=dados,
        tamanho_bytes=tamanho_bytes,
        criado_em=agora,
        vale_ate=agora + VALIDADE,
    )
    with transaction() as session:
        receptor.conferir(envio, por)
        session.add(envio)
    return envio


def acessar(envio_id: str, *, por: Any, agora: datetime) -> Envio:
    """An upload as it stands, for who may go on with it. Raises NaoEncontrado, Vencido."""
    envio = db.session().get(Envio, envio_id, populate_existing=True)
    if envio is None:
        raise NaoEncontrado()
    RECEPTORES[envio.alvo].acessar(envio.alvo_id, por)
    if envio.vale_ate < agora:
        raise Vencido()
    return envio


def pendentes(alvo: str, alvo_id: int, *, agora: datetime) -> list[Envio]:
    """The uploads for something that are not done: under way, stopped, or refused at the end; oldest first."""
    consulta = (
        select(Envio)
        .where(Envio.alvo == alvo, Envio.alvo_id == alvo_id, Envio.entregue_em.is_(None), Envio.vale_ate >= agora)
        .order_by(Envio.criado_em, Envio.id)
    )
    return list(db.session().execute(consulta).scalars())


A_CAMINHO = (
    select(Envio.nome)
    .where(
        Envio.alvo == bindparam("alvo"),
        Envio.alvo_id == bindparam("alvo_id", type_=BigInteger),
        Envio.entregue_em.is_(None),
        Envio.recusa.is_(None),
        Envio.vale_ate >= bindparam("agora", type_=DateTime(timezone=True)),
    )
    .order_by(Envio.criado_em, Envio.id)
)
"""The names of the files whose upload for something has not ended, for better or worse: a part of a reader's query."""


def a_caminho(alvo: str, alvo_id: int, *, agora: datetime) -> list[str]:
    """The names of the files whose upload for something has not ended, for better or worse; oldest first."""
    return list(
        db.session().connection().execute(A_CAMINHO, {"alvo": alvo, "alvo_id": alvo_id, "agora": agora}).scalars()
    )


def receber_parte(
    envio_id: str, inicio: int, conteudo: Leitor, *, por: Any, agora: datetime, soma: Soma | None = None
) -> Envio:
    """Take the bytes of one request, which begin at `inicio`, and keep what arrives of them even if it breaks off.

    With the last byte the file is delivered. Raises ForaDeLugar, SomaNaoConfere, Vencido, NaoEncontrado, and
    ArquivoRecusado when the whole file is refused, now or before.
    """
    envio = acessar(envio_id, por=por, agora=agora)
    if inicio != envio.recebidos_bytes:
        raise ForaDeLugar()
    total = envio.tamanho_bytes
    soltar_conexao()  # a slow sender must not hold a connection
    while inicio < total:
        pedidos = total - inicio if soma else min(PARTE_BYTES, total - inicio)
        bytes_ = _receber(envio_id, inicio, conteudo, pedidos, agora, soma)
        inicio += bytes_
        if bytes_ < pedidos:
            break
    return entregar(envio_id, por=por, agora=agora)


def _receber(envio_id: str, inicio: int, conteudo: Leitor, pedidos: int, agora: datetime, soma: Soma | None) -> int:
    """One part: in the store first, then in the row. Returns its size in bytes."""
    nome = f"{_pasta(envio_id)}/{inicio:012d}-{secrets.token_hex(8)}"
    resumo = hashlib.new(soma.algoritmo, usedforsecurity=False) if soma else None
    bytes_ = deposito.escrever(nome, _ler(conteudo, pedidos, resumo))
    if soma and resumo and resumo.digest() != soma.valor:
        deposito.apagar(nome)
        raise SomaNaoConfere()
    if bytes_ == 0:
        deposito.apagar(nome)
    elif not _contar(envio_id, inicio, {"nome": nome, "bytes": bytes_}, agora):
        deposito.apagar(nome)
        raise ForaDeLugar()
    return bytes_


def _ler(conteudo: Leitor, quantos: int, resumo: Any) -> Iterator[bytes]:
    while quantos and (bloco := conteudo.read(min(deposito.BLOCO, quantos))):
        quantos -= len(bloco)
        if resumo:
            resumo.update(bloco)
        yield bloco


def _contar(envio_id: str, inicio: int, parte: dict[str, Any], agora: datetime) -> bool:
    """Count a part, unless other bytes were counted there meanwhile."""
    with transaction() as session:
        contado = session.execute(
            update(Envio)
            .where(Envio.id == envio_id, Envio.recebidos_bytes == inicio)
            .values(
                recebidos_bytes=inicio + parte["bytes"],
                partes=Envio.partes.op("||")(cast([parte], JSONB)),
                vale_ate=agora + VALIDADE,
            )
            .returning(Envio.id)
            .execution_options(synchronize_session=False)
        )
        return contado.scalar_one_or_none() is not None


def entregar(envio_id: str, *, por: Any, agora: datetime) -> Envio:
    """Hand a complete upload over, once: again, or by two at once, changes nothing; one not complete stays as it is.

    Raises ArquivoRecusado, with the same sentence each time, when the receiver refuses the file.
    """
    envio = acessar(envio_id, por=por, agora=agora)
    if envio.recusa:
        raise ArquivoRecusado(envio.recusa)
    if not envio.completo or envio.entregue_em is not None:
        return envio
    receptor = RECEPTORES[envio.alvo]
    try:
        guardado = _guardar(receptor, envio, por)
        if guardado is not None:
            _juntar(receptor, envio_id, guardado, por, agora)
    except Recusa as recusa:
        if recusa.status not in (409, 422):
            raise
        if _anotar_recusa(envio_id, recusa.mensagem):
            deposito.apagar(_pasta(envio_id))
            raise ArquivoRecusado(recusa.mensagem) from recusa
    deposito.apagar(_pasta(envio_id))
    return acessar(envio_id, por=por, agora=agora)


def _guardar(receptor: Receptor, envio: Envio, por: Any) -> Guardado | None:
    """The parts as one file, through the gate; None when another request delivered them meanwhile."""
    try:
        with deposito.copiado(_juntos([parte["nome"] for parte in envio.partes])) as caminho:
            return receptor.guardar(envio, caminho, por)
    except FileNotFoundError:
        db.session().refresh(envio)
        if envio.entregue_em is None:
            raise
        return None


def _juntos(nomes: list[str]) -> Iterator[bytes]:
    for nome in nomes:
        with deposito.abrir(nome) as parte:
            yield from deposito.blocos(parte)


def _juntar(receptor: Receptor, envio_id: str, guardado: Guardado, por: Any, agora: datetime) -> None:
    with transaction():
        envio = travar(Envio, envio_id)
        if envio.entregue_em is None:
            receptor.juntar(envio, guardado, por, agora)
            envio.entregue_em = agora


def _anotar_recusa(envio_id: str, mensagem: str) -> bool:
    """Remember a refusal; returns False when another request had delivered the file."""
    with transaction():
        envio = travar(Envio, envio_id)
        if envio.entregue_em is None:
            envio.recusa = mensagem[:400]
        return envio.entregue_em is None


def apagar(envio_id: str, *, por: Any, agora: datetime) -> Envio:
    """Give an upload up; what was delivered stays. Returns it as it was. Raises NaoEncontrado, Vencido."""
    envio = acessar(envio_id, por=por, agora=agora)
    _esquecer(envio)
    return envio


def _esquecer(envio: Envio) -> None:
    """The row first: parts that no row names are harmless, a row whose parts are gone is not."""
    envio_id = envio.id
    with transaction() as session:
        session.execute(delete(Envio).where(Envio.id == envio_id))
    deposito.apagar(_pasta(envio_id))


def _pasta(envio_id: str) -> str:
    return f"{deposito.PROVISORIO}/{envio_id}"


def varrer(agora: datetime) -> int:
    """Delete uploads whose time is over, and what broken ones left in the store. Returns how many of both."""
    session = db.session()
    vencidos = session.execute(select(Envio).where(Envio.vale_ate < agora).limit(_POR_VEZ)).scalars().all()
    for envio in vencidos:
        _esquecer(envio)
    sobras = deposito.abandonados(agora - _ABANDONO)
    ids = {nome.rpartition("/")[2] for nome in sobras}
    vivos = set(session.execute(select(Envio.id).where(Envio.id.in_(ids))).scalars()) if ids else set()
    mortas = [nome for nome in sobras if nome.rpartition("/")[2] not in vivos]
    for nome in mortas:
        deposito.apagar(nome)
    return len(vencidos) + len(mortas)
