"""The history of a petition (andamentos): who, when, what, in words.

One row for each thing that happened, written in the transaction in which it happened. `texto` is for those who
work on the petition; `texto_autor` is what its author reads, and a row without it does not exist for the author.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model, db, inserir
from peticionamento.comum.permissoes import Ator
from peticionamento.comum.tempo import agora

ENTIDADE_AVISO = "aviso"


class Andamento(Model):
    """One line of history. Append-only: a trigger in the database refuses to change or delete it."""

    __tablename__ = "comum_andamento"
    __table_args__ = (
        Index(None, "peticao_id", "id"),
        Index(None, "entidade", "entidade_id", "id"),
        Index("ix_comum_andamento_em", "em", postgresql_using="brin"),  # rows come in the order of time
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Everything that happens here happens to a petition; the key by name keeps `comum` free of the room's code.
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    entidade: Mapped[str] = mapped_column(String(40))
    entidade_id: Mapped[int]
    acao: Mapped[str] = mapped_column(String(40))
    para: Mapped[str | None] = mapped_column(String(40))
    texto: Mapped[str] = mapped_column(Text)
    texto_autor: Mapped[str | None] = mapped_column(Text)
    pessoa_id: Mapped[int | None]
    quem: Mapped[str] = mapped_column(String(200))
    onde: Mapped[str | None] = mapped_column(String(40))
    em: Mapped[datetime] = mapped_column(default=agora)


NOVO_PRIMEIRO = (Andamento.em.desc(), Andamento.id.desc())


@dataclass(frozen=True)
class Linha:
    """A line of history as one audience reads it."""

    em: datetime
    quem: str
    onde: str | None
    texto: str


def registrar(
    peticao_id: int,
    entidade: str,
    entidade_id: int,
    acao: str,
    texto: str,
    *,
    por: Ator,
    para: str | None = None,
    texto_autor: str | None = None,
    em: datetime | None = None,
) -> None:
    """Write one line of history in the current transaction. `em` is the instant it counts from (now by default)."""
    inserir(
        Andamento,
        peticao_id=peticao_id,
        entidade=entidade,
        entidade_id=entidade_id,
        acao=acao,
        para=para,
        texto=texto,
        texto_autor=texto_autor,
        pessoa_id=por.pessoa_id,
        quem=por.nome,
        onde=por.onde,
        em=em or agora(),
    )


def ultimo(entidade: str, entidade_id: int) -> Andamento | None:
    """The latest line about one row: who did what meanwhile."""
    consulta = (
        select(Andamento)
        .where(Andamento.entidade == entidade, Andamento.entidade_id == entidade_id)
        .order_by(Andamento.id.desc())
        .limit(1)
    )
    return db.session().execute(consulta).scalar_one_or_none()


def de_quem_trabalha(peticao_id: int) -> list[Linha]:
    """The whole history, newest first, for those who work on the petition."""
    consulta = select(Andamento).where(Andamento.peticao_id == peticao_id).order_by(*NOVO_PRIMEIRO)
    return [Linha(a.em, a.quem, a.onde, a.texto) for a in db.session().execute(consulta).scalars()]


def do_orgao(peticao_id: int) -> list[Linha]:
    """The history for an agency: the acts, newest first, without the notices to people (their addresses are theirs)."""
    consulta = (
        select(Andamento)
        .where(Andamento.peticao_id == peticao_id, Andamento.entidade != ENTIDADE_AVISO)
        .order_by(*NOVO_PRIMEIRO)
    )
    return [Linha(a.em, a.quem, a.onde, a.texto) for a in db.session().execute(consulta).scalars()]


def de_uma_linha(entidade: str, entidade_id: int) -> list[Linha]:
    """What happened to one row alone, newest first: what an agency may still read of a demand it declined."""
    consulta = (
        select(Andamento)
        .where(Andamento.entidade == entidade, Andamento.entidade_id == entidade_id)
        .order_by(*NOVO_PRIMEIRO)
    )
    return [Linha(a.em, a.quem, a.onde, a.texto) for a in db.session().execute(consulta).scalars()]


def do_autor(peticao_id: int, autor_id: int) -> list[Linha]:
    """The history as the author may read it: the author's own name, and offices instead of servants' names."""
    consulta = (
        select(Andamento)
        .where(Andamento.peticao_id == peticao_id, Andamento.texto_autor.is_not(None))
        .order_by(*NOVO_PRIMEIRO)
    )
    return [
        Linha(a.em, a.quem if a.pessoa_id == autor_id else (a.onde or "Sistema"), None, a.texto_autor or "")
        for a in db.session().execute(consulta).scalars()
    ]
