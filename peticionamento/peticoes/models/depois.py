"""What happens to a petition after it is filed: requests for more, ratings, packages to take away, calendars."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.prazos import ColunaDePrazo, Prazo
from peticionamento.comum.tempo import agora
from peticionamento.peticoes.models.peticao import Peticao


class AtoDoAutor(StrEnum):
    """What the author does about a filed petition, as its history names it: its own state stays filed."""

    JUNTAR = "juntar"
    RELACIONAR = "relacionar"
    REITERAR = "reiterar"
    AVALIAR = "avaliar"


ACAO_REABRIR = "reabrir"
"""The word under which the history keeps a reopening, which triage writes and the author's ledger reads."""


class Diligencia(Model):
    """A request for more that SEGOV made to the author, with its term."""

    __tablename__ = "peticoes_diligencia"
    __table_args__ = (
        Index(None, "peticao_id"),
        Index("uq_peticoes_diligencia_aberta", "peticao_id", unique=True, postgresql_where="encerrada_em is null"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    pergunta: Mapped[str] = mapped_column(Text)
    vence_dia: Mapped[date] = mapped_column(Date)
    prazo: Mapped[Prazo | None] = mapped_column(ColunaDePrazo)
    """What `vence_dia` was worked out from; None: business days from the question on."""
    pedida_em: Mapped[datetime] = mapped_column(default=agora)
    encerrada_em: Mapped[datetime | None]
    """Answered, or taken back."""
    resposta_id: Mapped[int | None] = mapped_column(ForeignKey("peticoes_peticao.id"))
    """The petition that answered it."""

    peticao: Mapped[Peticao] = relationship(foreign_keys=[peticao_id])


class Avaliacao(Model):
    """What the author thought of an answer. One for each answer; the last word counts."""

    __tablename__ = "peticoes_avaliacao"
    __table_args__ = (
        Index(None, "peticao_id"),
        CheckConstraint("nota between 1 and 5", name="nota_de_1_a_5"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    resposta_id: Mapped[int] = mapped_column(ForeignKey("peticoes_documento.id"), unique=True)
    nota: Mapped[int] = mapped_column(Integer)
    comentario: Mapped[str] = mapped_column(String(1000), default="")
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    dada_em: Mapped[datetime] = mapped_column(default=agora)


class FormatoPacote(Rotulado):
    """How a whole process is taken away."""

    PDF = "pdf", "Um PDF com marcadores"
    ZIP = "zip", "Um ZIP com todos os arquivos"


class EstadoPacote(Rotulado):
    """Where the making of a package is."""

    NA_FILA = "na_fila", "Na fila", "neutro"
    FAZENDO = "fazendo", "Em preparo", "anda"
    PRONTO = "pronto", "Pronto", "bom"
    FALHOU = "falhou", "Não pôde ser feito", "mau"


class Pacote(Model):
    """A whole process as one file, made by a job."""

    __tablename__ = "peticoes_pacote"
    __table_args__ = (
        Index(None, "peticao_id"),
        Index("ix_peticoes_pacote_pendentes", "pedido_em", postgresql_where="estado in ('na_fila', 'fazendo')"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    formato: Mapped[FormatoPacote] = coluna_de_estado(FormatoPacote)
    estado: Mapped[EstadoPacote] = coluna_de_estado(EstadoPacote, default=EstadoPacote.NA_FILA)
    feitos: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    erro: Mapped[str] = mapped_column(String(300), default="")
    arquivo_id: Mapped[int | None] = mapped_column(ForeignKey("comum_arquivo.id"))
    pedido_em: Mapped[datetime] = mapped_column(default=agora)
    reservado_ate: Mapped[datetime | None]
    pronto_em: Mapped[datetime | None]

    peticao: Mapped[Peticao] = relationship()
    arquivo: Mapped[Arquivo | None] = relationship()


class Agenda(Model):
    """A calendar feed that a person gave to their calendar program: a secret address, revocable."""

    __tablename__ = "peticoes_agenda"

    id: Mapped[int] = mapped_column(primary_key=True)
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"), index=True)
    resumo_token: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, which itself is shown once."""
    criada_em: Mapped[datetime] = mapped_column(default=agora)
    lida_em: Mapped[datetime | None]
    revogada_em: Mapped[datetime | None]
