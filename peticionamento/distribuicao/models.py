"""Deliveries: one for each channel of a routing."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.comum import saida
from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.fila import Fila
from peticionamento.comum.texto import ao_orgao
from peticionamento.triagem.models import Encaminhamento


class Canal(Rotulado):
    """The ways a demand reaches an agency."""

    INTERNO = "interno", "Caixa interna"
    CORREIO = "correio", "E-mail"


class Entrega(saida.Saida, Model):
    """A routing's way over one channel: an outbox row."""

    __tablename__ = "distribuicao_entrega"
    __table_args__ = (
        UniqueConstraint("encaminhamento_id", "canal"),
        saida.indice_de_pendentes("distribuicao_entrega"),
        Index("ix_distribuicao_entrega_entregue_em", "entregue_em", postgresql_where="entregue_em is not null"),
    )
    ENTIDADE = "entrega"
    TAREFA = "peticionamento.distribuicao.jobs.entregar"
    FILA = Fila.ENTREGAS
    TRANSICOES = saida.transicoes("distribuicao.reentregar", "Demanda")

    encaminhamento_id: Mapped[int] = mapped_column(ForeignKey("triagem_encaminhamento.id"))
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    canal: Mapped[Canal] = coluna_de_estado(Canal)
    destino: Mapped[str] = mapped_column(String(254))
    """The unit's sigla or the e-mail address, as it was when the demand was routed."""

    encaminhamento: Mapped[Encaminhamento] = relationship(lazy="joined")

    def detalhe(self) -> str:
        """How and to whom, for the history: `à SES pela caixa interna`."""
        como = "pela caixa interna" if self.canal is Canal.INTERNO else f"por e-mail ({self.destino})"
        return f"{ao_orgao(self.encaminhamento.orgao.sigla)} {como}"
