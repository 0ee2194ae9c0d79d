"""Who was helped by the suggestions of agencies: one statement over the period's decided ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Interval, Row, Select, Subquery, extract, func, literal, or_, select, tuple_

from peticionamento.comum.db import db
from peticionamento.comum.historico import Andamento
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import AcaoDemanda, Demanda
from peticionamento.triagem.models.sugestoes import Desfecho, SugestaoDeOrgaos

NAS_MAOS = (AcaoDemanda.ASSUMIR, AcaoDemanda.RETOMAR, AcaoDemanda.DESAPENSAR)
"""Acts by which a person puts a demand in their own hands: the time until the decision counts from the last one."""
NO_MESMO_ATO = timedelta(seconds=1)
"""A demand taken in hand in the moment of the decision, or in the minute after it that a bulk may last, was decided in
bulk: nobody opened it and no suggestion was shown."""
DURA_O_LOTE = timedelta(minutes=1)
MINIMO_DE_TEMPOS = 5
"""Decisions below which their median says nothing."""

D = Desfecho


@dataclass(frozen=True)
class Tempo:
    """How long from the claim to the decision: the median of `medidas` decisions, in seconds."""

    mediana_s: float | None
    medidas: int

    @property
    def se_diz(self) -> bool:
        """Whether there are enough of them."""
        return self.mediana_s is not None and self.medidas >= MINIMO_DE_TEMPOS


@dataclass(frozen=True)
class Ajuda:
    """What a person, or the whole team, did with the suggestions they were shown. `outras`: suggestion not shown."""

    nome: str
    aceitas: int = 0
    mudadas: int = 0
    ignoradas: int = 0
    outras: int = 0
    com: Tempo = Tempo(None, 0)
    sem: Tempo = Tempo(None, 0)
    """Without a suggestion accepted: changed, ignored, or none to give."""

    @property
    def vistas(self) -> int:
        """Decisions that had a suggestion shown."""
        return self.aceitas + self.mudadas + self.ignoradas

    @property
    def parte(self) -> float | None:
        """The share accepted, 0 to 1; None when nothing was shown."""
        return self.aceitas / self.vistas if self.vistas else None


@dataclass(frozen=True)
class Ajudas:
    """What was done with the suggestions, by person and by all."""

    pessoas: list[Ajuda]
    equipe: Ajuda

    @property
    def se_compara(self) -> bool:
        """Whether the team's times can be set side by side."""
        return self.equipe.com.se_diz and self.equipe.sem.se_diz


def ajudas(desde: datetime, ate: datetime, equipe: Sequence[tuple[int, str]]) -> Ajudas:
    """What was done with the suggestions from `desde` on and before `ate`, by person and by all.

    `equipe`: (id, name) of those who have a line even without a decision. Somebody who decided and is no longer of the
    team has one too. Routings taken back are not decisions: undoing opens the suggestion again.
    """
    linhas = db.session().execute(por_pessoa(desde, ate)).all()
    deles = {linha.pessoa_id: _ajuda(linha.nome, linha) for linha in linhas if linha.pessoa_id is not None}
    todos = next(linha for linha in linhas if linha.pessoa_id is None)
    da_equipe = [deles.pop(id_, Ajuda(nome)) for id_, nome in equipe]
    return Ajudas(da_equipe + sorted(deles.values(), key=lambda a: a.nome), _ajuda("Toda a equipe", todos))


def _ajuda(nome: str, linha: Row[*tuple[object, ...]]) -> Ajuda:
    return Ajuda(
        nome, linha.aceitas, linha.mudadas, linha.ignoradas, linha.outras,
        com=Tempo(linha.mediana_com, linha.medidas_com), sem=Tempo(linha.mediana_sem, linha.medidas_sem),
    )  # fmt: skip


def por_pessoa(desde: datetime, ate: datetime) -> Select[*tuple[object, ...]]:
    """A row for each person who decided, and one without a person for all."""
    decididas = _decididas(desde, ate)
    c = decididas.c
    vista = or_(c.pegou.is_(None), c.pegou < c.decidida_em - literal(NO_MESMO_ATO, Interval()))
    tempo = extract("epoch", c.decidida_em - c.pegou)
    aceita, nao = vista & (c.desfecho == D.ACEITA), vista & (c.desfecho != D.ACEITA)

    def quantas(condicao: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condicao)

    def mediana(condicao: ColumnElement[bool]) -> ColumnElement[float]:
        return func.percentile_cont(0.5).within_group(tempo).filter(condicao)

    return (
        select(
            c.pessoa_id,
            Pessoa.nome,
            quantas(aceita).label("aceitas"),
            quantas(vista & (c.desfecho == D.MUDADA)).label("mudadas"),
            quantas(vista & (c.desfecho == D.IGNORADA)).label("ignoradas"),
            quantas(~vista | (c.desfecho == D.SEM_SUGESTAO)).label("outras"),
            mediana(aceita).label("mediana_com"),
            quantas(aceita & c.pegou.is_not(None)).label("medidas_com"),
            mediana(nao).label("mediana_sem"),
            quantas(nao & c.pegou.is_not(None)).label("medidas_sem"),
        )
        .join(Pessoa, Pessoa.id == c.pessoa_id)
        .group_by(func.rollup(tuple_(c.pessoa_id, Pessoa.nome)))
    )


def _decididas(desde: datetime, ate: datetime) -> Subquery:
    """The suggestions decided in the period, found by their index, each with when the decider last took it in hand."""
    s = SugestaoDeOrgaos
    pegou = (
        select(func.max(Andamento.em))
        .where(
            Andamento.entidade == Demanda.ENTIDADE,
            Andamento.entidade_id == s.demanda_id,
            Andamento.pessoa_id == s.pessoa_id,
            Andamento.acao.in_(NAS_MAOS),
            Andamento.em < s.decidida_em + literal(DURA_O_LOTE, Interval()),
        )
        .scalar_subquery()
    )
    return (
        select(s.pessoa_id, s.desfecho, s.decidida_em, pegou.label("pegou"))
        .where(s.decidida_em >= desde, s.decidida_em < ate, s.desfecho.is_not(None))
        .subquery()
    )
