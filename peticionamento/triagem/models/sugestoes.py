"""Versions of what suggests agencies, and what it suggested for each demand, with what people then decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models.demanda import Demanda


class FonteModelo(Rotulado):
    """What a version learned from."""

    COMPETENCIAS = "competencias", "Só as competências dos órgãos"
    HISTORICO = "historico", "Demandas já encaminhadas"
    CSV = "csv", "Arquivo CSV"


class EstadoModelo(Rotulado):
    """Where a version stands."""

    NA_FILA = "na_fila", "Na fila", "neutro"
    TREINANDO = "treinando", "Aprendendo", "anda"
    PRONTO = "pronto", "Pronta", "bom"
    FALHOU = "falhou", "Falhou", "mau"


class ModeloSugestoes(Model):
    """One version. `parametros` is a NumPy archive without pickled objects."""

    __tablename__ = "triagem_modelo"
    __table_args__ = (
        Index("uq_triagem_modelo_em_uso", "em_uso", unique=True, postgresql_where="em_uso"),
        Index("ix_triagem_modelo_pendentes", "pedido_em", postgresql_where="estado in ('na_fila', 'treinando')"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    estado: Mapped[EstadoModelo] = coluna_de_estado(EstadoModelo, default=EstadoModelo.NA_FILA)
    fonte: Mapped[FonteModelo] = coluna_de_estado(FonteModelo, default=FonteModelo.HISTORICO)
    em_uso: Mapped[bool] = mapped_column(default=False)
    amostras: Mapped[int] = mapped_column(Integer, default=0)
    """How many demands it learned from."""
    demonstracao: Mapped[bool] = mapped_column(default=False)
    """Whether those were the demonstration's written texts: its measures say nothing of real demands."""
    medidas: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    parametros: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    erro: Mapped[str] = mapped_column(String(300), default="")
    pessoa_id: Mapped[int | None] = mapped_column(ForeignKey("contas_pessoa.id"))
    """Who asked for it; None for the program itself and its commands."""
    pedido_em: Mapped[datetime] = mapped_column(default=agora)
    reservado_ate: Mapped[datetime | None]
    treinado_em: Mapped[datetime | None]

    pessoa: Mapped[Pessoa | None] = relationship()


class Desfecho(Rotulado):
    """What the person who routed did with the suggestion."""

    ACEITA = "aceita", "Aceita", "bom"
    """Only agencies that were suggested."""
    MUDADA = "mudada", "Mudada", "anda"
    """Some that were, some that were not."""
    IGNORADA = "ignorada", "Ignorada", "alerta"
    """None that was."""
    SEM_SUGESTAO = "sem_sugestao", "Sem sugestão", "neutro"


class SugestaoDeOrgaos(Model):
    """What was suggested for one round of a demand, and the routing that followed."""

    __tablename__ = "triagem_sugestao"
    __table_args__ = (
        UniqueConstraint("demanda_id", "rodada"),
        Index("ix_triagem_sugestao_decididas", "decidida_em", postgresql_where="decidida_em is not null"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demanda_id: Mapped[int] = mapped_column(ForeignKey("triagem_demanda.id"))
    rodada: Mapped[int] = mapped_column(Integer)
    modelo_id: Mapped[int] = mapped_column(ForeignKey("triagem_modelo.id"))
    sugeridas: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """Best first: agency's id and sigla, probability, words, whether the text names it, (similar there, similar)."""
    feita_em: Mapped[datetime] = mapped_column(default=agora)
    escolhidos: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    """The agencies it was routed to, by sigla."""
    desfecho: Mapped[Desfecho | None] = coluna_de_estado(Desfecho)
    pessoa_id: Mapped[int | None] = mapped_column(ForeignKey("contas_pessoa.id"))
    """Who decided."""
    decidida_em: Mapped[datetime | None]

    demanda: Mapped[Demanda] = relationship()
