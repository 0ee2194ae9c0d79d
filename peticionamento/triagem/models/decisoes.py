"""What decisions lean on: combinations of agencies, grounds for not accepting, letters to others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model
from peticionamento.comum.tempo import agora


class Combinacao(Model):
    """A routing kept under a name ("obras em hospital: SES e DER-MG"), offered first where its conditions hold."""

    __tablename__ = "triagem_combinacao"

    id: Mapped[int] = mapped_column(primary_key=True)
    nome: Mapped[str] = mapped_column(String(80), unique=True)
    destinos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{orgao_id, instrucao, dias_uteis, acesso}]"""
    tipo_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tipo_processo.id"))
    tema_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tema.id"))
    palavras: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)
    """Offered for texts that have one of these words; none: for every text."""
    ativa: Mapped[bool] = mapped_column(default=True)
    versao: Mapped[int] = mapped_column(Integer, default=1)


class Fundamento(Model):
    """A ground for not accepting a demand. Taken out of use rather than deleted."""

    __tablename__ = "triagem_fundamento"

    id: Mapped[int] = mapped_column(primary_key=True)
    nome: Mapped[str] = mapped_column(String(100), unique=True)
    texto: Mapped[str] = mapped_column(Text)
    """What the author reads, before what the person adds."""
    ordem: Mapped[int] = mapped_column(Integer, default=0)
    ativo: Mapped[bool] = mapped_column(default=True)


class NaoAcolhimento(Model):
    """A demand not accepted, and why."""

    __tablename__ = "triagem_nao_acolhimento"

    demanda_id: Mapped[int] = mapped_column(ForeignKey("triagem_demanda.id"), primary_key=True, autoincrement=False)
    fundamento_id: Mapped[int] = mapped_column(ForeignKey("triagem_fundamento.id"))
    explicacao: Mapped[str] = mapped_column(Text)
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    em: Mapped[datetime] = mapped_column(default=agora)


class Oficio(Model):
    """A letter that forwards a demand to another power or to a federal or municipal body."""

    __tablename__ = "triagem_oficio"
    __table_args__ = (Index(None, "demanda_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    demanda_id: Mapped[int] = mapped_column(ForeignKey("triagem_demanda.id"))
    documento_id: Mapped[int] = mapped_column(ForeignKey("peticoes_documento.id"))
    destinatario: Mapped[str] = mapped_column(String(200))
    cargo: Mapped[str] = mapped_column(String(200), default="")
    entidade: Mapped[str] = mapped_column(String(200))
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    em: Mapped[datetime] = mapped_column(default=agora)
