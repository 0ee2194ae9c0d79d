"""The demand triage works on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.comum.db import Model
from peticionamento.comum.estados import ComEstado, Regra, Rotulado, coluna_de_estado
from peticionamento.comum.prazos import ColunaDePrazo, Prazo
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import ACAO_REABRIR, Peticao
from peticionamento.triagem.models.encaminhamento import MORTOS, Encaminhamento


class EstadoDemanda(Rotulado):
    """Where a demand stands."""

    AGUARDANDO = "aguardando", "Aguarda triagem", "neutro"
    EM_TRIAGEM = "em_triagem", "Em triagem", "anda"
    EM_DILIGENCIA = "em_diligencia", "Em diligência; espera o autor", "alerta"
    DISTRIBUIDA = "distribuida", "Distribuída", "anda"
    RESPONDIDA = "respondida", "Respondida", "bom"
    REABERTA = "reaberta", "Reaberta pelo autor", "alerta"
    CONCLUIDA = "concluida", "Concluída", "bom"
    APENSADA = "apensada", "Apensada a outra demanda", "neutro"
    NAO_ACOLHIDA = "nao_acolhida", "Não acolhida", "mau"
    REMETIDA = "remetida", "Remetida a outro Poder ou ente", "bom"


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
    DESFAZER = "desfazer", "desfazer o encaminhamento"
    APENSAR = "apensar", "apensar"
    DESAPENSAR = "desapensar", "desapensar"
    DESMEMBRAR = "desmembrar", "desmembrar"
    REUNIR = "reunir", "reunir de novo"
    NAO_ACOLHER = "nao_acolher", "não acolher"
    REMETER = "remeter", "remeter a outro Poder"
    ATRIBUIR = "atribuir", "entregar a outra pessoa"
    RECOLHER = "recolher", "recolher"


class Urgencia(Rotulado):
    """How soon it matters, as triage judges it."""

    NORMAL = "normal", "Normal", "neutro"
    ALTA = "alta", "Alta", "alerta"
    URGENTE = "urgente", "Urgente", "mau"


E, A = EstadoDemanda, AcaoDemanda

DECIDIDAS = (E.RESPONDIDA, E.NAO_ACOLHIDA, E.REMETIDA)
"""The author has been told; within the term they may reopen it."""


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
        Index(
            "ix_triagem_demanda_alertas",
            "alerta_dia",
            "id",
            postgresql_where="alerta_dia is not null and estado in ('aguardando', 'em_triagem', 'reaberta')",
        ),
        Index("ix_triagem_demanda_em_diligencia", "peticao_id", postgresql_where="estado = 'em_diligencia'"),
        Index(
            "ix_triagem_demanda_decididas",
            "peticao_id",
            postgresql_where="estado in ('respondida', 'nao_acolhida', 'remetida')",
        ),
        Index(
            "ix_triagem_demanda_prioridade",
            "prioridade",
            "vence_dia",
            "id",
            postgresql_where="estado in ('aguardando', 'em_triagem', 'reaberta')",
        ),
        Index(
            "ix_triagem_demanda_devolvidas",
            "prioridade",
            "vence_dia",
            "id",
            postgresql_where="devolvida_em is not null and estado in ('aguardando', 'em_triagem', 'reaberta')",
        ),
        Index(
            "ix_triagem_demanda_reabertas",
            "prioridade",
            "vence_dia",
            "id",
            postgresql_where="estado = 'reaberta'",
        ),
        Index("ix_triagem_demanda_impressao", "impressao", postgresql_where="impressao <> ''"),
        Index("ix_triagem_demanda_apensadas", "apensada_a_id", postgresql_where="apensada_a_id is not null"),
        Index("ix_triagem_demanda_criada_em", "criada_em", postgresql_using="brin"),  # rows come in the order of time
        Index(None, "autor_id", "id"),
        Index(None, "municipio_id", "id"),
        Index(None, "tema_id", "id"),
        CheckConstraint("(estado = 'apensada') <= (apensada_a_id is not null)", name="apensada_tem_a_que"),
        CheckConstraint("ods between 1 and 17", name="ods_de_1_a_17"),
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
        **{
            (de, A.ATRIBUIR): Regra(
                E.EM_TRIAGEM,
                "triagem.coordenar",
                "Entregar a alguém",
                "Entregou a demanda a {detalhe}.",
                "Em análise na Secretaria de Governo.",
            )
            for de in (E.AGUARDANDO, E.REABERTA)
        },
        (E.EM_TRIAGEM, A.ATRIBUIR): Regra(
            E.EM_TRIAGEM, "triagem.coordenar", "Entregar a outra pessoa", "Entregou a demanda a {detalhe}."
        ),
        (E.EM_TRIAGEM, A.RECOLHER): Regra(
            E.AGUARDANDO, "triagem.coordenar", "Recolher", "Recolheu a demanda de {detalhe}, que volta à fila."
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
        (E.DISTRIBUIDA, A.DESFAZER): Regra(
            E.EM_TRIAGEM,
            "triagem.distribuir",
            "Desfazer",
            "Desfez o encaminhamento {detalhe}, antes da entrega.",
            "A Secretaria de Governo desfez o encaminhamento {detalhe} e decide de novo.",
        ),
        (E.EM_TRIAGEM, A.APENSAR): Regra(
            E.APENSADA,
            "triagem.apensar",
            "Apensar",
            "Apensou à demanda {detalhe}.",
            "Reunida a outra demanda sobre o mesmo assunto; a resposta dada a ela valerá para esta.",
        ),
        (E.APENSADA, A.DESAPENSAR): Regra(
            E.EM_TRIAGEM,
            "triagem.apensar",
            "Desapensar",
            "Desapensou da demanda {detalhe}.",
            "Volta a ser tratada separadamente.",
        ),
        (E.EM_TRIAGEM, A.DESMEMBRAR): Regra(
            E.EM_TRIAGEM,
            "triagem.desmembrar",
            "Desmembrar",
            "Desmembrou em {detalhe}.",
            "A Secretaria de Governo separou o pedido em {detalhe}.",
        ),
        (E.EM_TRIAGEM, A.REUNIR): Regra(
            E.EM_TRIAGEM,
            "triagem.desmembrar",
            "Reunir de novo",
            "Reuniu de novo o que tinha desmembrado: {detalhe}.",
            "A Secretaria de Governo reuniu de novo o que tinha separado ({detalhe}): uma resposta vale para todas.",
        ),
        (E.APENSADA, A.RESPONDER): Regra(
            E.RESPONDIDA,
            "atendimento.homologar",
            "Responder ao autor",
            "Respondida com a demanda {detalhe}.",
            "Resposta disponível.",
        ),
        # What ends the demand that others are joined to ends them too.
        (E.APENSADA, A.NAO_ACOLHER): Regra(
            E.NAO_ACOLHIDA,
            "triagem.nao_acolher",
            "Não acolher",
            "Não acolhida com a demanda {detalhe}.",
            "A demanda não foi acolhida: {detalhe}",
        ),
        (E.APENSADA, A.REMETER): Regra(
            E.REMETIDA,
            "triagem.remeter",
            "Remeter",
            "Remetida por ofício com a demanda {detalhe}.",
            "Remetida por ofício {detalhe}.",
        ),
        (E.EM_TRIAGEM, A.NAO_ACOLHER): Regra(
            E.NAO_ACOLHIDA,
            "triagem.nao_acolher",
            "Não acolher",
            "Não acolheu a demanda: {detalhe}",
            "A demanda não foi acolhida: {detalhe}",
        ),
        (E.EM_TRIAGEM, A.REMETER): Regra(
            E.REMETIDA,
            "triagem.remeter",
            "Remeter",
            "Remeteu por ofício {detalhe}.",
            "Remetida por ofício {detalhe}.",
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
        **{
            (de, A.REABRIR): Regra(
                E.REABERTA,
                "peticoes.reabrir",
                "Reabrir",
                "O autor reabriu a demanda: {detalhe}",
                "Demanda reaberta: {detalhe}",
            )
            for de in DECIDIDAS
        },
        **{
            (de, A.CONCLUIR): Regra(
                E.CONCLUIDA,
                None,
                "",
                "Concluída: o prazo para o autor reabrir terminou em {detalhe}.",
                "Demanda concluída: o prazo para reabrir terminou em {detalhe}.",
            )
            for de in DECIDIDAS
        },
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"), unique=True)
    estado: Mapped[EstadoDemanda] = coluna_de_estado(EstadoDemanda, default=EstadoDemanda.AGUARDANDO)
    vence_dia: Mapped[date] = mapped_column(Date)
    """The last day of triage's own term."""
    prazo: Mapped[Prazo | None] = mapped_column(ColunaDePrazo)
    """What `vence_dia` was worked out from, once it began anew, stopped or was counted again; None: triage's usual term
    from the filing on, which writes no more than it must (`prazos.prazo_da_triagem`)."""
    alertas: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Which alerts of its term were given, a bit each (`alertas.Marco`)."""
    alerta_dia: Mapped[date | None] = mapped_column(Date, server_default="1970-01-01")
    """The day its next alert is due; long gone: to be worked out; None: all were given."""
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

    # What it is about, as triage sees it: the petition's at first, then as classified. Filtered by, so kept here.
    autor_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    tipo_id: Mapped[int] = mapped_column(ForeignKey("cadastros_tipo_processo.id"))
    municipio_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_municipio.id"))
    tema_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tema.id"))
    ods: Mapped[int | None] = mapped_column(SmallInteger)
    """The Sustainable Development Goal it serves, 1 to 17."""
    urgencia: Mapped[Urgencia] = coluna_de_estado(Urgencia, default=Urgencia.NORMAL)
    prioridade: Mapped[int] = mapped_column(Integer, default=0)
    """Minus its points, so that one ascending index gives the queue: most points first, then the nearest due day."""
    razoes: Mapped[list[list[Any]]] = mapped_column(JSONB, default=list)
    """Where the points come from: [criterion, value, points], most points first."""
    classificacoes_antes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """What it was about before each of a day's classifications, the last at the end, with who made it and when."""
    impressao: Mapped[str] = mapped_column(String(32), default="")
    """Fingerprint of the text, names and numbers aside: equal ones are one campaign."""
    apensada_a_id: Mapped[int | None] = mapped_column(ForeignKey("triagem_demanda.id"))
    """The demand whose answer will be this one's too."""
    apensada_em: Mapped[datetime | None]

    peticao: Mapped[Peticao] = relationship(lazy="joined")
    triador: Mapped[Pessoa | None] = relationship(lazy="joined", foreign_keys=[triador_id])
    encaminhamentos: Mapped[list[Encaminhamento]] = relationship(
        back_populates="demanda", order_by="Encaminhamento.id", lazy="selectin"
    )

    @property
    def vivos(self) -> list[Encaminhamento]:
        """The routings that still count: those of the present round, neither declined nor undone."""
        return [e for e in self.encaminhamentos if e.rodada == self.rodada and e.estado not in MORTOS]


DA_MESA = (E.AGUARDANDO, E.EM_TRIAGEM, E.REABERTA)
"""States in which the demand is the desk's to decide."""
NA_MESA = Demanda.estado.in_(DA_MESA)
