"""A demand sent to one agency."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, ForeignKey, Index, Integer, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models import NivelAcesso, Orgao, Unidade
from peticionamento.comum.db import Model
from peticionamento.comum.estados import ComEstado, Regra, Rotulado, coluna_de_estado
from peticionamento.comum.prazos import ColunaDePrazo, Prazo
from peticionamento.comum.tempo import agora

if TYPE_CHECKING:
    from peticionamento.triagem.models.demanda import Demanda


class EstadoEncaminhamento(Rotulado):
    """Where a routing to one agency stands."""

    A_ENTREGAR = "a_entregar", "A entregar", "neutro"
    ENTREGUE = "entregue", "Entregue; a receber", "alerta"
    RECEBIDO = "recebido", "Recebido; a responder", "anda"
    RECUSADO = "recusado", "Recusado pelo órgão", "mau"
    RESPONDIDO = "respondido", "Respondido; a homologar", "anda"
    EM_AJUSTE = "em_ajuste", "Devolvido para ajuste", "alerta"
    HOMOLOGADO = "homologado", "Homologado", "bom"
    DESFEITO = "desfeito", "Desfeito antes da entrega", "neutro"


class AcaoEncaminhamento(Rotulado):
    """What can be done to a routing."""

    ENTREGAR = "entregar", "entregar"
    RECEBER = "receber", "receber"
    RECUSAR = "recusar", "recusar"
    RESPONDER = "responder", "responder"
    HOMOLOGAR = "homologar", "homologar"
    DEVOLVER = "devolver", "devolver para ajuste"
    DESFAZER = "desfazer", "desfazer"


S, C = EstadoEncaminhamento, AcaoEncaminhamento

MORTOS = (S.RECUSADO, S.DESFEITO)
"""The ends in which an agency has nothing to do with the demand any more."""


class Encaminhamento(ComEstado, Model):
    """A demand sent to one agency, with an instruction and a due day. "Overdue" is computed, never stored."""

    __tablename__ = "triagem_encaminhamento"
    __table_args__ = (
        Index(
            "uq_triagem_encaminhamento_vivo",
            "demanda_id",
            "orgao_id",
            "rodada",
            unique=True,
            postgresql_where="estado not in ('recusado', 'desfeito')",
        ),
        Index(
            "ix_triagem_encaminhamento_caixa",
            "unidade_id",
            "vence_dia",
            "id",
            postgresql_where="estado in ('entregue', 'recebido', 'em_ajuste', 'respondido')",
        ),
        Index(
            "ix_triagem_encaminhamento_alertas",
            "alerta_dia",
            "id",
            postgresql_where="alerta_dia is not null and estado in ('entregue', 'recebido', 'em_ajuste')",
        ),
        Index("ix_triagem_encaminhamento_unidade", "unidade_id", "id"),
        Index("ix_triagem_encaminhamento_homologar", "respondido_em", "id", postgresql_where="estado = 'respondido'"),
        Index(None, "peticao_id"),
        Index(None, "demanda_id"),  # the unique one leaves declined ones out
    )
    ENTIDADE = "encaminhamento"
    TRANSICOES = {
        (S.A_ENTREGAR, C.ENTREGAR): Regra(S.ENTREGUE, None, "", "Chegou {detalhe}.", "Chegou {detalhe}."),
        (S.A_ENTREGAR, C.DESFAZER): Regra(
            S.DESFEITO, "triagem.distribuir", "Desfazer", "Desfez o encaminhamento {detalhe}, antes da entrega."
        ),
        (S.ENTREGUE, C.RECEBER): Regra(
            S.RECEBIDO, "atendimento.receber", "Receber", "Recebeu a demanda.", "Recebida {detalhe}."
        ),
        **{
            (de, C.RECUSAR): Regra(
                S.RECUSADO,
                "atendimento.recusar",
                "Recusar",
                "Recusou a demanda: {detalhe}",
                "{detalhe} A Secretaria de Governo decidirá o novo destino.",
            )
            for de in (S.ENTREGUE, S.RECEBIDO)
        },
        **{
            (de, C.RESPONDER): Regra(
                S.RESPONDIDO,
                "atendimento.responder",
                "Enviar a resposta",
                "Respondeu; a resposta aguarda homologação.",
                "Resposta dada {detalhe}; está em conferência na Secretaria de Governo.",
            )
            for de in (S.RECEBIDO, S.EM_AJUSTE)
        },
        (S.RESPONDIDO, C.HOMOLOGAR): Regra(
            S.HOMOLOGADO, "atendimento.homologar", "Homologar", "Homologou a resposta {detalhe}."
        ),
        (S.RESPONDIDO, C.DEVOLVER): Regra(
            S.EM_AJUSTE, "atendimento.homologar", "Devolver para ajuste", "Devolveu a resposta para ajuste: {detalhe}"
        ),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    demanda_id: Mapped[int] = mapped_column(ForeignKey("triagem_demanda.id"))
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    orgao_id: Mapped[int] = mapped_column(ForeignKey("cadastros_orgao.id"))
    unidade_id: Mapped[int] = mapped_column(ForeignKey("cadastros_unidade.id"))
    instrucao: Mapped[str] = mapped_column(Text)
    vence_dia: Mapped[date] = mapped_column(Date)
    prazo: Mapped[Prazo | None] = mapped_column(ColunaDePrazo)
    """What `vence_dia` was worked out from; None: business days from the routing on (`prazos.prazo_do_orgao`)."""
    alertas: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Which alerts of its term were given, a bit each (`alertas.Marco`)."""
    alerta_dia: Mapped[date | None] = mapped_column(Date, server_default="1970-01-01")
    """The day its next alert is due; long gone: to be worked out; None: all were given."""
    acesso: Mapped[NivelAcesso] = coluna_de_estado(NivelAcesso, default=NivelAcesso.PUBLICO)
    """How the agency is to treat it; never more open than the petition itself."""
    estado: Mapped[EstadoEncaminhamento] = coluna_de_estado(EstadoEncaminhamento)
    motivo: Mapped[str | None] = mapped_column(Text)
    """Why it was declined, or what SEGOV asked to be mended."""
    rodada: Mapped[int] = mapped_column(Integer, default=1)
    """The demand's round that it belongs to."""
    criado_em: Mapped[datetime] = mapped_column(default=agora)
    lembretes: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How often its agency was reminded, by e-mail, that it is still to be received."""
    lembrado_em: Mapped[datetime | None]
    recebido_em: Mapped[datetime | None]
    respondido_em: Mapped[datetime | None]
    homologado_em: Mapped[datetime | None]

    demanda: Mapped[Demanda] = relationship(back_populates="encaminhamentos")
    orgao: Mapped[Orgao] = relationship(lazy="joined")
    unidade: Mapped[Unidade] = relationship(lazy="joined")
