"""What the e-mail channel keeps: messages that came back, links to whole processes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models import Entrega


class TipoDevolucao(Rotulado):
    """What a message that came back means."""

    DEFINITIVA = "definitiva", "Não chegou", "mau"
    PASSAGEIRA = "passageira", "Atrasada", "alerta"
    OUTRA = "outra", "Resposta ou aviso", "neutro"


class Devolucao(Model):
    """A message that came to the mailbox of returns, as it was read."""

    __tablename__ = "distribuicao_devolucao"
    __table_args__ = (Index(None, "entrega_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resumo: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the whole: read twice, it is kept once."""
    entrega_id: Mapped[int | None] = mapped_column(ForeignKey("distribuicao_entrega.id"))
    """None: it belongs to none that we know."""
    tipo: Mapped[TipoDevolucao] = coluna_de_estado(TipoDevolucao)
    para: Mapped[str] = mapped_column(String(254))
    codigo: Mapped[str] = mapped_column(String(12))
    texto: Mapped[str] = mapped_column(Text)
    recebida_em: Mapped[datetime] = mapped_column(default=agora)


class LinkDoProcesso(Model):
    """A link to a whole process in PDF, in the message of one delivery; of its token only a hash is kept."""

    __tablename__ = "distribuicao_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    entrega_id: Mapped[int] = mapped_column(ForeignKey("distribuicao_entrega.id"), unique=True)
    resumo: Mapped[str] = mapped_column(String(64), unique=True)
    vence_dia: Mapped[date] = mapped_column(Date)
    """The last day on which it opens."""

    entrega: Mapped[Entrega] = relationship(lazy="joined")
