"""Days on which nothing is due: holidays, optional points, recess; and what was changed in the calendar, by whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models.orgaos import Municipio
from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora


class TipoDeDia(Rotulado):
    """What a registered day is."""

    FERIADO = "feriado", "Feriado", "mau"
    PONTO_FACULTATIVO = "ponto_facultativo", "Ponto facultativo", "alerta"
    RECESSO = "recesso", "Recesso", "neutro"


class Feriado(Model):
    """A registered day, beside the national and state holidays that the law itself gives."""

    __tablename__ = "cadastros_feriado"
    __table_args__ = (
        Index("uq_cadastros_feriado_estado", "dia", unique=True, postgresql_where="municipio_id is null"),
        Index(
            "uq_cadastros_feriado_municipio",
            "municipio_id",
            "dia",
            unique=True,
            postgresql_where="municipio_id is not null",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dia: Mapped[date] = mapped_column(Date)
    nome: Mapped[str] = mapped_column(String(120))
    tipo: Mapped[TipoDeDia] = coluna_de_estado(TipoDeDia, default=TipoDeDia.FERIADO)
    ato: Mapped[str] = mapped_column(String(200), default="")
    """The law or decree that says so."""
    municipio_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_municipio.id"))
    """Where, when not in the whole state."""

    municipio: Mapped[Municipio | None] = relationship(lazy="joined")

    @property
    def suspende(self) -> bool:
        """Whether it is no business day."""
        return suspende(self.tipo, municipal=self.municipio_id is not None)


def suspende(tipo: TipoDeDia, *, municipal: bool) -> bool:
    """Whether a day is no business day for those who answer here.

    A term does not end on a day without office hours (Lei estadual 14.184/2002, art. 59, § 1º). A municipal holiday
    closes everything in the city (Lei federal 9.093/1995); the mayor's optional point or recess closes the city's own
    offices, and not the state's.
    """
    return tipo is TipoDeDia.FERIADO or not municipal


class AcaoNoCalendario(Rotulado):
    """What was done to a day or to an outage."""

    INCLUIR = "incluir", "Incluiu", "bom"
    ALTERAR = "alterar", "Alterou", "anda"
    REMOVER = "remover", "Retirou", "mau"


class MudancaCalendario(Model):
    """One change of the calendar: its history, and what open terms are still to be counted again for."""

    __tablename__ = "cadastros_mudanca_calendario"
    __table_args__ = (
        Index("ix_cadastros_mudanca_calendario_pendentes", "id", postgresql_where="recontada_em is null"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    acao: Mapped[AcaoNoCalendario] = coluna_de_estado(AcaoNoCalendario)
    texto: Mapped[str] = mapped_column(Text)
    """What it was done to, in words."""
    antes: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    depois: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """`{"dia", "municipio_id", "motivo"}` of a day that is no business day; `{"dias": {day: why}}` of an outage."""
    pessoa_id: Mapped[int | None] = mapped_column(ForeignKey("contas_pessoa.id"))
    quem: Mapped[str] = mapped_column(String(200))
    em: Mapped[datetime] = mapped_column(default=agora)
    recontada_em: Mapped[datetime | None]
    """When all open terms had been counted again."""
