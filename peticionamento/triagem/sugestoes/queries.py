"""Reads of the suggestions: agencies and their competences, history to learn from, demands without a suggestion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, select, tuple_
from sqlalchemy.orm import joinedload

from peticionamento.cadastros.models import Orgao, Unidade
from peticionamento.cadastros.queries import orgaos_que_recebem
from peticionamento.comum.db import db
from peticionamento.comum.tempo import BRASILIA
from peticionamento.comum.texto import texto_de_html
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import MORTOS, NA_MESA, Demanda, Encaminhamento
from peticionamento.triagem.models.sugestoes import (
    Desfecho,
    EstadoModelo,
    FonteModelo,
    ModeloSugestoes,
    SugestaoDeOrgaos,
)
from peticionamento.triagem.sugestoes.modelo import Competencia
from peticionamento.triagem.sugestoes.treino import Amostra

MAXIMO_DO_HISTORICO = 100_000
"""Routed demands that are learned from: the latest."""
PARECIDAS = 11
BASTANTES = 50
"""Routings after which the program learns from them by itself, once."""
_TELAS_DE_VERSOES = 12


@dataclass(frozen=True)
class OrgaoSugerivel:
    """An agency as what suggests knows it. `recebe`: whether it may be suggested, being active and having a desk."""

    id: int
    competencia: Competencia
    recebe: bool


def orgaos() -> list[OrgaoSugerivel]:
    """Every agency, with what it says it does."""
    recebe = exists().where(Unidade.orgao_id == Orgao.id, Unidade.recebe, Unidade.ativa)
    consulta = select(
        Orgao.id, Orgao.sigla, Orgao.nome, Orgao.competencias, Orgao.palavras_chave, and_(Orgao.ativo, recebe)
    ).order_by(Orgao.sigla)
    return [
        OrgaoSugerivel(id_, Competencia(sigla, nome, competencias, tuple(palavras)), bool(pode))
        for id_, sigla, nome, competencias, palavras, pode in db.session().execute(consulta)
    ]


def que_recebem() -> dict[str, int]:
    """The id of each agency that may be suggested on the desk, by sigla: those that it can route to.

    SEGOV is not one of them, though every petition is addressed to it, and so names it.
    """
    return {sigla: id_ for id_, sigla, _ in orgaos_que_recebem()}


def com_mesa() -> set[str]:
    """The siglas of every agency with a desk, SEGOV too: a file may hold texts that are its own business."""
    consulta = (
        select(Orgao.sigla)
        .join(Unidade, and_(Unidade.orgao_id == Orgao.id, Unidade.recebe, Unidade.ativa))
        .where(Orgao.ativo)
    )
    return set(db.session().execute(consulta).scalars())


def texto_de(peticao: Peticao) -> str:
    """What is read of a petition: its subject and its words."""
    return juntar(peticao.assunto, peticao.texto_html)


def juntar(assunto: str, texto_html: str) -> str:
    """Subject and words as one text."""
    return f"{assunto}.\n{texto_de_html(texto_html)}"


def historico() -> list[Amostra]:
    """The routed demands, oldest first, each with the agencies of its first round that did not decline."""
    siglas = func.array_agg(Orgao.sigla.distinct()).label("siglas")
    decididas = (
        select(Encaminhamento.peticao_id, func.min(Encaminhamento.criado_em).label("em"), siglas)
        .join(Orgao, Orgao.id == Encaminhamento.orgao_id)
        .where(Encaminhamento.rodada == 1, Encaminhamento.estado.not_in(MORTOS))
        .group_by(Encaminhamento.peticao_id)
        .order_by(func.min(Encaminhamento.criado_em).desc())
        .limit(MAXIMO_DO_HISTORICO)
        .subquery()
    )
    consulta = (
        select(Peticao.assunto, Peticao.texto_html, decididas.c.siglas, decididas.c.em)
        .join(decididas, decididas.c.peticao_id == Peticao.id)
        .order_by(decididas.c.em, Peticao.id)
        .execution_options(yield_per=1000)
    )
    return [
        Amostra(juntar(assunto, texto_html), tuple(das), em)
        for assunto, texto_html, das, em in db.session().execute(consulta)
    ]


def e_demonstracao() -> bool:
    """Whether this database is the demonstration's: somebody's mail is at `.invalid`, which exists nowhere."""
    consulta = select(exists().where(Pessoa.email.like("%@demonstracao.invalid")))
    return bool(db.session().execute(consulta).scalar_one())


def pode_aprender() -> bool:
    """Whether there is history enough for a first version of it, and nobody has had one made."""
    algum = exists().where(ModeloSugestoes.fonte == FonteModelo.HISTORICO)
    decididas = select(Encaminhamento.id).limit(BASTANTES).subquery()
    consulta = select(~algum, select(func.count()).select_from(decididas).scalar_subquery())
    nenhum, quantas = db.session().execute(consulta).one()
    return bool(nenhum) and quantas >= BASTANTES


def sem_sugestao(limite: int) -> Sequence[Demanda]:
    """Demands on the desk that nothing was suggested for in this round, the most urgent first."""
    ha = exists().where(SugestaoDeOrgaos.demanda_id == Demanda.id, SugestaoDeOrgaos.rodada == Demanda.rodada)
    consulta = select(Demanda).where(NA_MESA, ~ha).order_by(Demanda.vence_dia, Demanda.id).limit(limite)
    return db.session().execute(consulta).scalars().all()


def parecidas(palavras: Sequence[str], menos: int) -> list[list[str]]:
    """The agencies of each of the routed demands likest to these words: that share at least two of them."""
    if len(palavras) < 2:
        return []
    pares = [f"({a} & {b})" for i, a in enumerate(palavras) for b in palavras[i + 1 :]]
    busca = func.to_tsquery("comum_portugues", " | ".join(pares))
    achadas = (
        select(Peticao.id, func.ts_rank(Peticao.busca, busca).label("nota"))
        .where(
            Peticao.busca.op("@@")(busca),
            Peticao.id != menos,
            exists().where(Encaminhamento.peticao_id == Peticao.id, Encaminhamento.estado.not_in(MORTOS)),
        )
        .order_by(func.ts_rank(Peticao.busca, busca).desc(), Peticao.id.desc())
        .limit(PARECIDAS)
        .subquery()
    )
    consulta = (
        select(func.array_agg(Orgao.sigla.distinct()))
        .select_from(achadas)
        .join(Encaminhamento, Encaminhamento.peticao_id == achadas.c.id)
        .join(Orgao, Orgao.id == Encaminhamento.orgao_id)
        .where(Encaminhamento.estado.not_in(MORTOS))
        .group_by(achadas.c.id)
    )
    return [list(siglas) for siglas in db.session().execute(consulta).scalars()]


def sugestao_de(demanda_id: int, rodada: int) -> SugestaoDeOrgaos | None:
    """What was suggested for one round of a demand."""
    consulta = select(SugestaoDeOrgaos).where(
        SugestaoDeOrgaos.demanda_id == demanda_id, SugestaoDeOrgaos.rodada == rodada
    )
    return db.session().execute(consulta).scalar_one_or_none()


def sugestoes_de(demandas: Sequence[Demanda]) -> dict[int, SugestaoDeOrgaos]:
    """The same for the present round of several demands, by their ids; those without one are left out."""
    rodadas = tuple_(SugestaoDeOrgaos.demanda_id, SugestaoDeOrgaos.rodada).in_([(d.id, d.rodada) for d in demandas])
    return {s.demanda_id: s for s in db.session().execute(select(SugestaoDeOrgaos).where(rodadas)).scalars()}


def em_uso() -> ModeloSugestoes | None:
    """The version that suggests now."""
    return db.session().execute(select(ModeloSugestoes).where(ModeloSugestoes.em_uso)).scalar_one_or_none()


def versoes() -> list[ModeloSugestoes]:
    """The latest versions, newest first."""
    consulta = (
        select(ModeloSugestoes)
        .options(joinedload(ModeloSugestoes.pessoa))
        .order_by(ModeloSugestoes.id.desc())
        .limit(_TELAS_DE_VERSOES)
    )
    return list(db.session().execute(consulta).scalars())


def pendente() -> ModeloSugestoes | None:
    """A version that is being made."""
    fazendo = ModeloSugestoes.estado.in_([EstadoModelo.NA_FILA, EstadoModelo.TREINANDO])
    return db.session().execute(select(ModeloSugestoes).where(fazendo).order_by(ModeloSugestoes.id)).scalars().first()


@dataclass(frozen=True)
class Mes:
    """What people did with the suggestions in a month."""

    comeco: datetime
    aceitas: int
    mudadas: int
    ignoradas: int
    sem_sugestao: int

    @property
    def total(self) -> int:
        """Routings that had a suggestion."""
        return self.aceitas + self.mudadas + self.ignoradas


def por_mes(meses: int = 12) -> list[Mes]:
    """The latest months in which demands were routed, newest first."""
    mes = func.date_trunc("month", func.timezone(str(BRASILIA), SugestaoDeOrgaos.decidida_em)).label("mes")
    quantas: list[Any] = [func.count().filter(SugestaoDeOrgaos.desfecho == desfecho) for desfecho in Desfecho]
    consulta = (
        select(mes, *quantas)
        .where(SugestaoDeOrgaos.decidida_em.is_not(None))
        .group_by(mes)
        .order_by(mes.desc())
        .limit(meses)
    )
    return [Mes(*linha) for linha in db.session().execute(consulta)]
