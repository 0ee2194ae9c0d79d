"""Reads of the coordinator's page: a fixed number of statements, over small indexes and the last days of history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select

from peticionamento.cadastros.models import Municipio
from peticionamento.comum.db import db
from peticionamento.comum.estados import Rotulado
from peticionamento.comum.historico import Andamento
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.prazos import Calendario
from peticionamento.comum.tempo import BRASILIA, hoje
from peticionamento.contas.models import Lotacao, Pessoa
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.coordenacao.ajuda import Ajudas, ajudas
from peticionamento.triagem.models import NA_MESA, AcaoDemanda, Demanda, EstadoDemanda

DIAS_DE_RITMO = 10
"""Business days that the rhythm and the forecast look back on."""
DIAS_DO_GRAFICO = 30
LIMITE_DAS_ATRASADAS = 50

DECISOES = (
    AcaoDemanda.DISTRIBUIR,
    AcaoDemanda.PEDIR,
    AcaoDemanda.PROSSEGUIR,
    AcaoDemanda.APENSAR,
    AcaoDemanda.NAO_ACOLHER,
    AcaoDemanda.REMETER,
)
"""What takes a demand off the desk by a person's decision."""
VOLTAS = (AcaoDemanda.DEVOLVER, AcaoDemanda.ESCLARECER, AcaoDemanda.RETOMAR, AcaoDemanda.REABRIR, AcaoDemanda.DESFAZER)
"""What brings it back."""

_AQUI: ColumnElement[str] = literal_column(f"'{BRASILIA.key}'")


@dataclass(frozen=True)
class Carga:
    """One person's part of the desk. `por_hora`: decisions of today by the hour they were taken in, Brasília time."""

    pessoa_id: int
    nome: str
    na_mao: int = 0
    atrasadas: int = 0
    por_hora: Mapping[int, int] = field(default_factory=dict)
    ultimos_dias: int = 0
    dias_uteis: int = DIAS_DE_RITMO

    @property
    def hoje(self) -> int:
        """Decisions of today."""
        return sum(self.por_hora.values())

    @property
    def por_dia(self) -> float:
        """Decisions a business day, over the days before today that the rhythm looks at."""
        return self.ultimos_dias / self.dias_uteis


@dataclass(frozen=True)
class Dia:
    """A day of the desk: what came, what was decided, what was left at its end."""

    dia: date
    chegaram: int
    decididas: int
    ficaram: int


@dataclass(frozen=True)
class Previsao:
    """Where the backlog goes if the last days go on. Rates a business day."""

    na_mesa: int
    chegam: float
    saem: float
    zera_em: date | None
    """The business day on which the desk would be empty; None when it does not shrink."""

    @property
    def saldo(self) -> float:
        """By how much the desk grows (or, below zero, shrinks) a business day."""
        return self.chegam - self.saem


class PorQue(Rotulado):
    """Why a demand is late, the first that holds."""

    REABERTA = "reaberta", "Reaberta pelo autor"
    DEVOLVIDA = "devolvida", "Devolvida por um órgão e ainda sem novo destino"
    NA_MAO = "na_mao", "Parada na mão de alguém"
    VOLTOU = "voltou", "Voltou do autor e ninguém a retomou"
    NUNCA_ASSUMIDA = "nunca_assumida", "Ninguém a assumiu ainda"


@dataclass(frozen=True)
class Atrasada:
    """A demand past triage's term, and why."""

    id: int
    assunto: str
    autor: str
    municipio: str
    vence_dia: date
    triador: str | None
    por_que: PorQue


@dataclass(frozen=True)
class Mesa:
    """Everything that the coordinator's page shows."""

    cargas: list[Carga]
    dias: list[Dia]
    previsao: Previsao
    atrasadas: list[Atrasada]
    ajudas: Ajudas

    @property
    def por_que_atrasam(self) -> list[tuple[PorQue, int]]:
        """Reasons of the late ones, the commonest first."""
        return Counter(a.por_que for a in self.atrasadas).most_common()

    @property
    def horas(self) -> range:
        """The hours of the rhythm's table: the working day, longer where somebody decided outside it."""
        todas = [hora for carga in self.cargas for hora in carga.por_hora]
        return range(min([8, *todas]), max([18, *todas]) + 1)


def mesa(calendario: Calendario, dia: date) -> Mesa:
    """The desk as the coordinator sees it on `dia`."""
    uteis = _dias_uteis_antes(calendario, dia, DIAS_DE_RITMO)
    desde = min(uteis[0], dia - timedelta(days=DIAS_DO_GRAFICO - 1))
    na_mesa = _na_mesa()
    todos, cargas = _dias(desde, dia, na_mesa), _cargas(dia, uteis)
    dias = todos[-DIAS_DO_GRAFICO:]
    return Mesa(
        cargas,
        dias,
        _previsao(todos, uteis, na_mesa, calendario, dia),
        _atrasadas(dia),
        ajudas(_inicio(dias[0].dia), _inicio(dia + timedelta(days=1)), [(c.pessoa_id, c.nome) for c in cargas]),
    )


def _dias_uteis_antes(calendario: Calendario, dia: date, quantos: int) -> list[date]:
    """The last business days before a day, in order."""
    achados: list[date] = []
    while len(achados) < quantos:
        dia -= timedelta(days=1)
        if calendario.e_util(dia):
            achados.append(dia)
    return achados[::-1]


def _inicio(dia: date) -> datetime:
    return datetime.combine(dia, time(), tzinfo=BRASILIA)


def _na_mesa() -> int:
    return db.session().execute(select(func.count()).select_from(Demanda).where(NA_MESA)).scalar_one()


def _cargas(dia: date, uteis: list[date]) -> list[Carga]:
    session = db.session()
    equipe = (
        select(Pessoa.id, Pessoa.nome)
        .join(Lotacao, Lotacao.pessoa_id == Pessoa.id)
        .where(Lotacao.papel.in_([Papel.TRIADOR, Papel.COORDENADOR]), Pessoa.bloqueada_em.is_(None))
        .distinct()
        .order_by(Pessoa.nome)
    )
    maos = (
        select(
            Demanda.triador_id, func.count(), func.count().filter(Demanda.vence_dia < dia)
        )
        .where(Demanda.estado == EstadoDemanda.EM_TRIAGEM)
        .group_by(Demanda.triador_id)
    )  # fmt: skip
    local = func.timezone(_AQUI, Andamento.em)
    atos = (
        select(Andamento.pessoa_id, func.date(local), func.extract("hour", local), func.count())
        .where(
            Andamento.em >= _inicio(uteis[0]),
            Andamento.entidade == Demanda.ENTIDADE,
            Andamento.acao.in_(DECISOES),
            Andamento.pessoa_id.is_not(None),
        )
        .group_by(Andamento.pessoa_id, func.date(local), func.extract("hour", local))
    )
    na_mao = {id_: (quantas, atrasadas) for id_, quantas, atrasadas in session.execute(maos)}
    feitas = [(id_, quando, int(hora), n) for id_, quando, hora, n in session.execute(atos)]
    return [
        Carga(
            id_, nome, *na_mao.get(id_, (0, 0)),
            por_hora={hora: n for de, quando, hora, n in feitas if de == id_ and quando == dia},
            ultimos_dias=sum(n for de, quando, _, n in feitas if de == id_ and quando in uteis), dias_uteis=len(uteis),
        )
        for id_, nome in session.execute(equipe)
    ]  # fmt: skip


def _dias(desde: date, ate: date, na_mesa: int) -> list[Dia]:
    """Each day's arrivals and decisions; the backlog at its end, reckoned backwards from what is on the desk now."""
    local = func.date(func.timezone(_AQUI, Andamento.em))
    historia = (
        select(
            local,
            func.count().filter(Andamento.acao.in_(DECISOES)),
            func.count().filter(Andamento.acao.in_(VOLTAS)),
        )
        .where(Andamento.em >= _inicio(desde), Andamento.entidade == Demanda.ENTIDADE)
        .group_by(local)
    )
    criada = func.date(func.timezone(_AQUI, Demanda.criada_em))
    novas = select(criada, func.count()).where(Demanda.criada_em >= _inicio(desde)).group_by(criada)
    session = db.session()
    decididas: Counter[date] = Counter()
    chegaram: Counter[date] = Counter()
    for quando, sairam, voltaram in session.execute(historia):
        decididas[quando] += sairam
        chegaram[quando] += voltaram
    for quando, quantas in session.execute(novas):
        chegaram[quando] += quantas
    dias, ficaram = [], na_mesa
    for n in range((ate - desde).days + 1):
        dia = ate - timedelta(days=n)
        dias.append(Dia(dia, chegaram[dia], decididas[dia], max(ficaram, 0)))
        ficaram += decididas[dia] - chegaram[dia]
    return dias[::-1]


def _previsao(dias: list[Dia], uteis: list[date], na_mesa: int, calendario: Calendario, hoje_: date) -> Previsao:
    antes = [dia for dia in dias if uteis[0] <= dia.dia < hoje_]
    chegam, saem = (
        sum(valores) / len(uteis) for valores in ([d.chegaram for d in antes], [d.decididas for d in antes])
    )
    if not na_mesa or saem <= chegam:
        return Previsao(na_mesa, chegam, saem, hoje_ if not na_mesa else None)
    faltam = -(-na_mesa // (saem - chegam))
    return Previsao(na_mesa, chegam, saem, calendario.somar(hoje_, int(faltam)) if faltam <= 365 else None)


def _atrasadas(dia: date) -> list[Atrasada]:
    triador = select(Pessoa.nome).where(Pessoa.id == Demanda.triador_id).correlate(Demanda).scalar_subquery()
    consulta: Select[*tuple[Any, ...]] = (
        select(
            Demanda.id, Peticao.assunto, Pessoa.nome, Municipio.nome, Demanda.vence_dia, triador, Demanda.rodada,
            Demanda.devolvida_em, Demanda.voltou_em,
        )
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .join(Pessoa, Pessoa.id == Demanda.autor_id)
        .outerjoin(Municipio, Municipio.id == Demanda.municipio_id)
        .where(NA_MESA, Demanda.vence_dia < dia)
        .order_by(Demanda.vence_dia, Demanda.id)
        .limit(LIMITE_DAS_ATRASADAS)
    )  # fmt: skip
    return [
        Atrasada(id_, assunto, autor, municipio or "", vence, de_quem, _por_que(de_quem, rodada, devolvida, voltou))
        for id_, assunto, autor, municipio, vence, de_quem, rodada, devolvida, voltou in db.session().execute(consulta)
    ]


def _por_que(triador: str | None, rodada: int, devolvida: datetime | None, voltou: datetime | None) -> PorQue:
    if triador is not None:
        return PorQue.NA_MAO
    if devolvida is not None:
        return PorQue.DEVOLVIDA
    if rodada > 1:
        return PorQue.REABERTA
    return PorQue.VOLTOU if voltou is not None else PorQue.NUNCA_ASSUMIDA


def livres(quantas: int) -> list[int]:
    """The demands that nobody holds, in the queue's order."""
    consulta = (
        select(Demanda.id)
        .where(Demanda.estado.in_([EstadoDemanda.AGUARDANDO, EstadoDemanda.REABERTA]))
        .order_by(Demanda.prioridade, Demanda.vence_dia, Demanda.id)
        .limit(quantas)
    )
    return list(db.session().execute(consulta).scalars())


def na_mao_de(pessoa_id: int) -> list[int]:
    """The demands that a person holds."""
    consulta = (
        select(Demanda.id)
        .where(Demanda.estado == EstadoDemanda.EM_TRIAGEM, Demanda.triador_id == pessoa_id)
        .order_by(Demanda.id)
    )
    return list(db.session().execute(consulta).scalars())


def coordenadores() -> list[tuple[str, str]]:
    """(name, e-mail) of those who coordinate the desk."""
    consulta = (
        select(Pessoa.nome, Pessoa.email)
        .join(Lotacao, and_(Lotacao.pessoa_id == Pessoa.id, Lotacao.papel == Papel.COORDENADOR))
        .where(Pessoa.bloqueada_em.is_(None))
        .distinct()
        .order_by(Pessoa.email)
    )
    return [(nome, email) for nome, email in db.session().execute(consulta)]


def da_equipe(pessoa_id: int) -> Pessoa | None:
    """Somebody of the desk, who may sign in."""
    consulta = select(Pessoa).where(
        Pessoa.id == pessoa_id,
        Pessoa.bloqueada_em.is_(None),
        Pessoa.lotacoes.any(or_(Lotacao.papel == Papel.TRIADOR, Lotacao.papel == Papel.COORDENADOR)),
    )
    return db.session().execute(consulta).scalar_one_or_none()


def vencem_hoje() -> int:
    """Demands on the desk whose term ends today."""
    consulta = select(func.count()).select_from(Demanda).where(NA_MESA, Demanda.vence_dia == hoje())
    return db.session().execute(consulta).scalar_one()
