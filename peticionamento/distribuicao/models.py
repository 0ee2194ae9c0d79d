"""Deliveries: one for each channel of a routing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models import Orgao
from peticionamento.comum import saida
from peticionamento.comum.db import Model, db
from peticionamento.comum.estados import Regra, Rotulado, coluna_de_estado
from peticionamento.comum.fila import Fila
from peticionamento.comum.texto import ao_orgao
from peticionamento.triagem.models import Encaminhamento

LIMITE_DESTINO = 254


class Canal(Rotulado):
    """The ways a demand reaches an agency."""

    INTERNO = "interno", "Caixa interna"
    CORREIO = "correio", "E-mail"
    SEI = "sei", "SEI"
    WEBHOOK = "webhook", "Sistema do órgão"


class Entrega(saida.Saida, Model):
    """A routing's way over one channel: an outbox row."""

    __tablename__ = "distribuicao_entrega"
    __table_args__ = (
        UniqueConstraint("encaminhamento_id", "canal"),
        saida.indice_de_pendentes("distribuicao_entrega"),
        # Whose turn it is: for each agency and channel the urgent first, then those due first (`vez`).
        Index(
            "ix_distribuicao_entrega_vez",
            "orgao_id",
            "canal",
            db.text("urgente desc"),
            "proxima_em",
            postgresql_where="estado in ('na_fila', 'falhou')",
        ),
        # The panel's list, whole and of one agency. The states' names happen to sort as it shows them.
        Index(
            "ix_distribuicao_entrega_lista",
            "estado",
            "criada_em",
            "id",
            postgresql_where="estado in ('na_fila', 'falhou', 'aguarda_pessoa')",
        ),
        Index(
            "ix_distribuicao_entrega_lista_orgao",
            "orgao_id",
            "estado",
            "criada_em",
            "id",
            postgresql_where="estado in ('na_fila', 'falhou', 'aguarda_pessoa')",
        ),
        Index("ix_distribuicao_entrega_entregue_em", "entregue_em", postgresql_where="entregue_em is not null"),
        Index("ix_distribuicao_entrega_externas", "externo_em", postgresql_where="externo_numero is not null"),
    )
    ENTIDADE = "entrega"
    TAREFA = "peticionamento.distribuicao.jobs.entregar"
    FILA = Fila.ENTREGAS
    PRAZO_S = 1800  # a large petition goes to SEI in hundreds of parts
    TRANSICOES = {
        **saida.transicoes("distribuicao.reentregar", "Demanda"),
        (saida.EstadoSaida.ENTREGUE, saida.AcaoSaida.VOLTAR): Regra(
            saida.EstadoSaida.AGUARDA_PESSOA, None, "", "Demanda voltou sem chegar {detalhe}; agora espera uma pessoa."
        ),
    }

    encaminhamento_id: Mapped[int] = mapped_column(ForeignKey("triagem_encaminhamento.id"))
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    orgao_id: Mapped[int] = mapped_column(ForeignKey("cadastros_orgao.id"))
    """The routing's, kept here for the turns and the panel."""
    canal: Mapped[Canal] = coluna_de_estado(Canal)
    urgente: Mapped[bool] = mapped_column(default=False)
    """Whether it overtakes: the demand's urgency when it was routed."""
    avisada_em: Mapped[datetime | None]
    """When coordination was told that it waits for a person: once, however often that happens."""
    destino: Mapped[str] = mapped_column(String(LIMITE_DESTINO))
    """The unit's sigla or the address, as it was when the demand was routed."""
    progresso: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What is already done of a delivery of several steps (`canais.sei`), written as each step is done."""
    externo_numero: Mapped[str | None] = mapped_column(String(50))
    """What the other side calls it: SEI's process number."""
    externo_link: Mapped[str | None] = mapped_column(String(500))
    externo_situacao: Mapped[str | None] = mapped_column(String(300))
    """The last progress read back from the other side, in its own words."""
    externo_em: Mapped[datetime | None]
    """When that was read."""

    encaminhamento: Mapped[Encaminhamento] = relationship(lazy="joined")

    def detalhe(self) -> str:
        """How and to whom, for the history: `à SES pela caixa interna`."""
        return f"{ao_orgao(self.encaminhamento.orgao.sigla)} {self.como()}"

    def como(self) -> str:
        """The way it goes: `por e-mail (ana@orgao.mg.gov.br)`."""
        match self.canal:
            case Canal.INTERNO:
                return "pela caixa interna"
            case Canal.CORREIO:
                return f"por e-mail ({self.destino})"
            case Canal.SEI:
                return "pelo SEI" + (f" (processo {self.externo_numero})" if self.externo_numero else "")
            case Canal.WEBHOOK:
                return "pelo sistema do órgão"


class EnderecoDeEntrega(Model):
    """Where an agency takes deliveries on one channel, beside its inbox and the e-mail of its register."""

    __tablename__ = "distribuicao_endereco"
    __table_args__ = (UniqueConstraint("orgao_id", "canal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    orgao_id: Mapped[int] = mapped_column(ForeignKey("cadastros_orgao.id"))
    canal: Mapped[Canal] = coluna_de_estado(Canal)
    endereco: Mapped[str] = mapped_column(String(500))
    """As people read it: the SEI unit's sigla, the webhook's URL."""
    dados: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What only the channel reads: for SEI `unidade`, its id there, and what differs from the channel's settings."""
    ativo: Mapped[bool] = mapped_column(default=True)
    versao: Mapped[int] = mapped_column(Integer, default=1)

    orgao: Mapped[Orgao] = relationship(lazy="joined")


class AjustesDoCanal(Model):
    """How a channel is set up for the whole house. Keys and passwords are not here: they are settings (`config.py`)."""

    __tablename__ = "distribuicao_canal"

    canal: Mapped[Canal] = coluna_de_estado(Canal, primary_key=True)
    ligado: Mapped[bool] = mapped_column(default=False)
    """Whether new deliveries are made for it. Those already made still go."""
    dados: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    versao: Mapped[int] = mapped_column(Integer, default=1)
