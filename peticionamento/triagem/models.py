"""The demand triage works on, and its routings, one for each agency."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models import Orgao, Unidade
from peticionamento.comum.db import Model
from peticionamento.comum.estados import ComEstado, Regra, Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import ACAO_REABRIR, Peticao


class EstadoDemanda(Rotulado):
    """Where a demand stands."""

    AGUARDANDO = "aguardando", "Aguarda triagem", "neutro"
    EM_TRIAGEM = "em_triagem", "Em triagem", "anda"
    EM_DILIGENCIA = "em_diligencia", "Em diligência; espera o autor", "alerta"
    DISTRIBUIDA = "distribuida", "Distribuída", "anda"
    RESPONDIDA = "respondida", "Respondida", "bom"
    REABERTA = "reaberta", "Reaberta pelo autor", "alerta"
    CONCLUIDA = "concluida", "Concluída", "bom"


class AcaoDemanda(Rotulado):
    """What can be done to a demand."""

    ASSUMIR = "assumir", "assumir"
    SOLTAR = "soltar", "soltar"
    PEDIR = "pedir", "pedir esclarecimento"
    RETOMAR = "retomar", "retomar"
    ESCLARECER = "esclarecer", "esclarecer"
    DISTRIBUIR = "distribuir", "encaminhar"
    PROSSEGUIR = "prosseguir", "prosseguir sem o órgão"
    DEVOLVER = "devolver", "devolver à triagem"
    RESPONDER = "responder", "responder ao autor"
    REABRIR = ACAO_REABRIR, "reabrir"
    CONCLUIR = "concluir", "concluir"


E, A = EstadoDemanda, AcaoDemanda


class Demanda(ComEstado, Model):
    """What triage works on: one for each petition."""

    __tablename__ = "triagem_demanda"
    __table_args__ = (
        Index(
            "ix_triagem_demanda_fila",
            "vence_dia",
            "id",
            postgresql_where="estado in ('aguardando', 'em_triagem', 'reaberta')",
        ),
        Index("ix_triagem_demanda_em_diligencia", "peticao_id", postgresql_where="estado = 'em_diligencia'"),
        Index("ix_triagem_demanda_respondidas", "peticao_id", postgresql_where="estado = 'respondida'"),
        Index("ix_triagem_demanda_minhas", "triador_id", postgresql_where="estado = 'em_triagem'"),
        CheckConstraint("(estado = 'em_triagem') = (triador_id is not null)", name="em_triagem_tem_triador"),
    )
    ENTIDADE = "demanda"
    TRANSICOES = {
        **{
            (de, A.ASSUMIR): Regra(
                E.EM_TRIAGEM,
                "triagem.assumir",
                "Assumir",
                "Assumiu a triagem.",
                "Em análise na Secretaria de Governo.",
            )
            for de in (E.AGUARDANDO, E.REABERTA)
        },
        (E.EM_TRIAGEM, A.ASSUMIR): Regra(
            E.EM_TRIAGEM, "triagem.assumir", "Assumir o lugar", "Assumiu a triagem no lugar de {detalhe}."
        ),
        (E.EM_TRIAGEM, A.SOLTAR): Regra(
            E.AGUARDANDO, "triagem.assumir", "Soltar", "Soltou a demanda, que volta à fila."
        ),
        (E.EM_TRIAGEM, A.PEDIR): Regra(
            E.EM_DILIGENCIA,
            "triagem.pedir",
            "Pedir esclarecimento",
            "Pediu esclarecimento ao autor: {detalhe}",
            "A Secretaria de Governo pede um esclarecimento: {detalhe}",
        ),
        (E.EM_DILIGENCIA, A.RETOMAR): Regra(
            E.EM_TRIAGEM,
            "triagem.pedir",
            "Retomar sem a resposta",
            "Retomou a demanda sem a resposta do autor.",
            "A Secretaria de Governo retomou a análise sem o esclarecimento pedido.",
        ),
        (E.EM_DILIGENCIA, A.ESCLARECER): Regra(
            E.AGUARDANDO,
            "peticoes.protocolar",
            "Responder",
            "O autor respondeu à diligência: {detalhe}.",
            "Esclarecimento juntado ao processo: {detalhe}.",
        ),
        (E.EM_TRIAGEM, A.DISTRIBUIR): Regra(
            E.DISTRIBUIDA, "triagem.distribuir", "Encaminhar", "Encaminhou {detalhe}.", "Encaminhada {detalhe}."
        ),
        (E.EM_TRIAGEM, A.PROSSEGUIR): Regra(
            E.DISTRIBUIDA,
            "triagem.distribuir",
            "Prosseguir sem o órgão",
            "Decidiu prosseguir apenas com {detalhe}.",
            "A demanda prossegue com {detalhe}.",
        ),
        (E.DISTRIBUIDA, A.DEVOLVER): Regra(
            E.AGUARDANDO, "atendimento.recusar", "Devolver à triagem", "A demanda voltou à triagem: {detalhe}."
        ),
        (E.DISTRIBUIDA, A.RESPONDER): Regra(
            E.RESPONDIDA,
            "atendimento.homologar",
            "Responder ao autor",
            "Resposta consolidada enviada ao autor.",
            "Resposta disponível.",
        ),
        (E.RESPONDIDA, A.REABRIR): Regra(
            E.REABERTA,
            "peticoes.reabrir",
            "Reabrir",
            "O autor reabriu a demanda: {detalhe}",
            "Demanda reaberta: {detalhe}",
        ),
        (E.RESPONDIDA, A.CONCLUIR): Regra(
            E.CONCLUIDA,
            None,
            "",
            "Concluída: o prazo para o autor reabrir terminou em {detalhe}.",
            "Demanda concluída: o prazo para reabrir terminou em {detalhe}.",
        ),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"), unique=True)
    estado: Mapped[EstadoDemanda] = coluna_de_estado(EstadoDemanda, default=EstadoDemanda.AGUARDANDO)
    vence_dia: Mapped[date] = mapped_column(Date)
    """The last day of triage's own term."""
    triador_id: Mapped[int | None] = mapped_column(ForeignKey("contas_pessoa.id"))
    reservada_ate: Mapped[datetime | None]
    devolvida_em: Mapped[datetime | None]
    """When an agency last sent it back; None once triage has decided again."""
    voltou_em: Mapped[datetime | None]
    """When it last came back to the desk: from an agency, from the author, reopened. Triage's term counts from then."""
    juntada_em: Mapped[datetime | None]
    """When the author last added documents."""
    rodada: Mapped[int] = mapped_column(Integer, default=1)
    """1, and one more for each reopening: a round has its own routings and its own answer."""
    criada_em: Mapped[datetime] = mapped_column(default=agora)

    peticao: Mapped[Peticao] = relationship(lazy="joined")
    triador: Mapped[Pessoa | None] = relationship(lazy="joined")
    encaminhamentos: Mapped[list[Encaminhamento]] = relationship(
        back_populates="demanda", order_by="Encaminhamento.id", lazy="selectin"
    )

    @property
    def vivos(self) -> list[Encaminhamento]:
        """The routings that still count: those of the present round, not declined."""
        return [
            e for e in self.encaminhamentos if e.rodada == self.rodada and e.estado is not EstadoEncaminhamento.RECUSADO
        ]


class EstadoEncaminhamento(Rotulado):
    """Where a routing to one agency stands."""

    A_ENTREGAR = "a_entregar", "A entregar", "neutro"
    ENTREGUE = "entregue", "Entregue; a receber", "alerta"
    RECEBIDO = "recebido", "Recebido; a responder", "anda"
    RECUSADO = "recusado", "Recusado pelo órgão", "mau"
    RESPONDIDO = "respondido", "Respondido; a homologar", "anda"
    EM_AJUSTE = "em_ajuste", "Devolvido para ajuste", "alerta"
    HOMOLOGADO = "homologado", "Homologado", "bom"


class AcaoEncaminhamento(Rotulado):
    """What can be done to a routing."""

    ENTREGAR = "entregar", "entregar"
    RECEBER = "receber", "receber"
    RECUSAR = "recusar", "recusar"
    RESPONDER = "responder", "responder"
    HOMOLOGAR = "homologar", "homologar"
    DEVOLVER = "devolver", "devolver para ajuste"


S, C = EstadoEncaminhamento, AcaoEncaminhamento


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
            postgresql_where="estado <> 'recusado'",
        ),
        Index(
            "ix_triagem_encaminhamento_caixa",
            "unidade_id",
            "vence_dia",
            "id",
            postgresql_where="estado in ('entregue', 'recebido', 'em_ajuste', 'respondido')",
        ),
        Index("ix_triagem_encaminhamento_unidade", "unidade_id", "id"),
        Index("ix_triagem_encaminhamento_homologar", "respondido_em", "id", postgresql_where="estado = 'respondido'"),
        Index(None, "peticao_id"),
    )
    ENTIDADE = "encaminhamento"
    TRANSICOES = {
        (S.A_ENTREGAR, C.ENTREGAR): Regra(S.ENTREGUE, None, "", "Chegou {detalhe}.", "Chegou {detalhe}."),
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
    estado: Mapped[EstadoEncaminhamento] = coluna_de_estado(EstadoEncaminhamento)
    motivo: Mapped[str | None] = mapped_column(Text)
    """Why it was declined, or what SEGOV asked to be mended."""
    rodada: Mapped[int] = mapped_column(Integer, default=1)
    """The demand's round that it belongs to."""
    criado_em: Mapped[datetime] = mapped_column(default=agora)
    recebido_em: Mapped[datetime | None]
    respondido_em: Mapped[datetime | None]
    homologado_em: Mapped[datetime | None]

    demanda: Mapped[Demanda] = relationship(back_populates="encaminhamentos")
    orgao: Mapped[Orgao] = relationship(lazy="joined")
    unidade: Mapped[Unidade] = relationship(lazy="joined")
