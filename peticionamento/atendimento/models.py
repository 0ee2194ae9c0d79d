"""Answers, one row for each round between an agency and SEGOV's review; and the links by which focal points decide."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.db import Model
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import Encaminhamento


class Resposta(Model):
    """An agency's answer. A draft while `enviada_em` is empty; sent, it never changes: mending it makes a new row."""

    __tablename__ = "atendimento_resposta"
    __table_args__ = (
        Index(
            "uq_atendimento_resposta_rascunho", "encaminhamento_id", unique=True, postgresql_where="enviada_em is null"
        ),
        Index(None, "encaminhamento_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    encaminhamento_id: Mapped[int] = mapped_column(ForeignKey("triagem_encaminhamento.id"))
    texto_html: Mapped[str] = mapped_column(Text, default="")
    versao: Mapped[int] = mapped_column(Integer, default=1)
    alterada_em: Mapped[datetime] = mapped_column(default=agora)
    enviada_em: Mapped[datetime | None]
    enviada_por_id: Mapped[int | None] = mapped_column(ForeignKey("contas_pessoa.id"))
    ajuste: Mapped[str | None] = mapped_column(Text)
    """What SEGOV asked to be mended in this very answer."""

    encaminhamento: Mapped[Encaminhamento] = relationship(lazy="joined")
    enviada_por: Mapped[Pessoa | None] = relationship(lazy="joined")
    anexos: Mapped[list[AnexoResposta]] = relationship(
        back_populates="resposta", order_by="AnexoResposta.id", lazy="selectin", cascade="all, delete-orphan"
    )


class AnexoResposta(Model):
    """A file of an answer."""

    __tablename__ = "atendimento_anexo_resposta"
    __table_args__ = (Index(None, "resposta_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resposta_id: Mapped[int] = mapped_column(ForeignKey("atendimento_resposta.id"))
    nome: Mapped[str] = mapped_column(String(160))
    arquivo_id: Mapped[int] = mapped_column(ForeignKey("comum_arquivo.id"))

    resposta: Mapped[Resposta] = relationship(back_populates="anexos")
    arquivo: Mapped[Arquivo] = relationship(lazy="joined")


class Convite(Model):
    """A link to receive or decline one routing without signing in: the message's own, and one more for each reminder.

    Any of them is good until the last day, which is the same for all; used once, all are used. Of its token only a hash
    is kept (`comum.links`).
    """

    __tablename__ = "atendimento_convite"
    __table_args__ = (
        UniqueConstraint("encaminhamento_id", "ordem"),
        Index("ix_atendimento_convite_primeiros", "vence_dia", postgresql_where="ordem = 0"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    encaminhamento_id: Mapped[int] = mapped_column(ForeignKey("triagem_encaminhamento.id"))
    ordem: Mapped[int] = mapped_column(SmallInteger, default=0)
    """0: the message's; 1 and 2: the reminders', by their business day."""
    resumo: Mapped[str] = mapped_column(String(64), unique=True)
    para: Mapped[str] = mapped_column(String(254))
    criado_em: Mapped[datetime] = mapped_column(default=agora)
    vence_dia: Mapped[date] = mapped_column(Date)
    """The last day on which it is good."""
    usado_em: Mapped[datetime | None]

    encaminhamento: Mapped[Encaminhamento] = relationship(lazy="joined")
