"""Agencies and their units, municipalities."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.comum.db import Model


class Orgao(Model):
    """An agency of the state's Executive. `codigo_uo` is its budget unit code."""

    __tablename__ = "cadastros_orgao"

    id: Mapped[int] = mapped_column(primary_key=True)
    sigla: Mapped[str] = mapped_column(String(40), unique=True)
    nome: Mapped[str] = mapped_column(String(200))
    tipo: Mapped[str] = mapped_column(String(40))
    codigo_uo: Mapped[str | None] = mapped_column(String(4))
    vinculado_a_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_orgao.id"))
    email: Mapped[str | None] = mapped_column(String(254))
    ativo: Mapped[bool] = mapped_column(default=True)
    competencias: Mapped[str] = mapped_column(Text, default="")
    """What it does, in the words in which it is asked: read by whoever routes, and by what suggests agencies."""
    palavras_chave: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)
    """Words and short expressions that tell its matters."""


class Municipio(Model):
    """One of the 853 municipalities; `id` is the IBGE code."""

    __tablename__ = "cadastros_municipio"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    nome: Mapped[str] = mapped_column(String(80), index=True)
    nome_busca: Mapped[str] = mapped_column(String(80), index=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    capital: Mapped[bool] = mapped_column(default=False)
    regiao: Mapped[str] = mapped_column(String(60), default="")
    """The IBGE's intermediate region (2017) it belongs to; "" where it is not known."""


class Unidade(Model):
    """A desk of an agency. The one marked `recebe` is where routed demands arrive."""

    __tablename__ = "cadastros_unidade"
    __table_args__ = (
        UniqueConstraint("sigla"),
        Index(None, "orgao_id"),
        Index("uq_cadastros_unidade_recebe", "orgao_id", unique=True, postgresql_where="recebe"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    orgao_id: Mapped[int] = mapped_column(ForeignKey("cadastros_orgao.id"))
    sigla: Mapped[str] = mapped_column(String(60))
    nome: Mapped[str] = mapped_column(String(200))
    municipio_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_municipio.id"))
    """The city where it is; None for what serves the whole state from the capital."""
    recebe: Mapped[bool] = mapped_column(default=False)
    ativa: Mapped[bool] = mapped_column(default=True)

    orgao: Mapped[Orgao] = relationship(lazy="joined")
    municipio: Mapped[Municipio | None] = relationship()
