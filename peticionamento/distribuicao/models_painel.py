"""What holds deliveries back, and what the plots are drawn from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models import Orgao
from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao.models import Canal


class Pausa(Model):
    """Somebody stopped a channel, an agency, or one agency's channel, with a reason. What waits stays on the queue."""

    __tablename__ = "distribuicao_pausa"
    __table_args__ = (
        CheckConstraint("canal is not null or orgao_id is not null", name="pausa_de_algo"),
        Index(
            "uq_distribuicao_pausa_viva",
            "canal",
            "orgao_id",
            unique=True,
            postgresql_where="encerrada_em is null",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    canal: Mapped[Canal | None] = coluna_de_estado(Canal)
    orgao_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_orgao.id"))
    motivo: Mapped[str] = mapped_column(Text)
    por_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    desde_em: Mapped[datetime] = mapped_column(default=agora)
    fim_em: Mapped[datetime | None]
    """When it ends by itself; None: when a person ends it."""
    encerrada_em: Mapped[datetime | None]
    """When it ended, by a person or by itself."""

    orgao: Mapped[Orgao | None] = relationship(lazy="joined")
    por: Mapped[Pessoa] = relationship(lazy="joined")


class Circuito(Rotulado):
    """Where a breaker stands. Never stored: it follows from its failures and from the time."""

    FECHADO = "fechado", "Fechado: entrega normalmente", "bom"
    ABERTO = "aberto", "Aberto: espera antes de tentar de novo", "mau"
    MEIO_ABERTO = "meio_aberto", "Meio aberto: uma entrega experimenta", "alerta"


class Disjuntor(Model):
    """The breaker of one agency's channel: opens after failures in a row, so that it takes nobody's time."""

    __tablename__ = "distribuicao_disjuntor"
    __table_args__ = (UniqueConstraint("orgao_id", "canal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    orgao_id: Mapped[int] = mapped_column(ForeignKey("cadastros_orgao.id"))
    canal: Mapped[Canal] = coluna_de_estado(Canal)
    falhas: Mapped[int] = mapped_column(Integer, default=0)
    """Failures in a row, of the kind that another try may mend."""
    aberturas: Mapped[int] = mapped_column(Integer, default=0)
    """How often it opened since it last delivered: each pause is longer than the one before."""
    aberto_em: Mapped[datetime | None]
    """Since when the channel does not deliver."""
    aberto_ate: Mapped[datetime | None]
    """Until when nothing is tried; after that, one delivery at a time."""
    erro: Mapped[str | None] = mapped_column(Text)
    """The last cause."""
    versao: Mapped[int] = mapped_column(Integer, default=1)

    orgao: Mapped[Orgao] = relationship(lazy="joined")

    @property
    def circuito(self) -> Circuito:
        """Where it stands now."""
        if self.aberto_ate is None:
            return Circuito.FECHADO
        return Circuito.ABERTO if self.aberto_ate > agora() else Circuito.MEIO_ABERTO


class Hora(Model):
    """An hour's deliveries: of one agency's channel, or, where both are None, of all. Times in seconds."""

    __tablename__ = "distribuicao_hora"
    __table_args__ = (
        UniqueConstraint("orgao_id", "canal", "inicio_em", postgresql_nulls_not_distinct=True),
        CheckConstraint("(orgao_id is null) = (canal is null)", name="de_um_ou_de_todos"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inicio_em: Mapped[datetime]
    orgao_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_orgao.id"))
    canal: Mapped[Canal | None] = coluna_de_estado(Canal)
    entregues: Mapped[int] = mapped_column(Integer, default=0)
    falhas: Mapped[int] = mapped_column(Integer, default=0)
    """Tries that failed, whatever became of their deliveries."""
    mediana_s: Mapped[float | None]
    p95_s: Mapped[float | None]
