"""Whose turn it is: urgent deliveries first, then the agencies by turns, each its oldest first.

A job is no more than a call: it carries whoever's turn it is, and the delivery it is named after. So a thousand
deliveries of one agency do not stand before the only one of another, and an urgent one waits for no queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import aliased, contains_eager, lazyload

from peticionamento.cadastros.models import Orgao
from peticionamento.comum import fila
from peticionamento.comum.db import db
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.models_painel import Disjuntor, Pausa
from peticionamento.triagem.models import Encaminhamento

EXTERNOS = tuple(canal for canal in Canal if canal is not Canal.INTERNO)
LOTE = 25
"""Internal deliveries that one job makes, in one transaction."""
DE_CADA_ORGAO = 2 * LOTE
"""How many of an agency a batch chooses from: two workers at once find enough where one agency has all."""
VARRIDAS = 500
ADIANTADO = timedelta(seconds=1)
"""RQ's scheduler counts whole seconds: a job may come this much before its delivery is due."""

_ORGAO_ID: ColumnElement[int] = Orgao.__table__.c.id

VIVAS = (EstadoSaida.NA_FILA, EstadoSaida.FALHOU)


def em_estado(*estados: EstadoSaida) -> ColumnElement[bool]:
    """The condition with the states in the statement's text, where the planner sees that a partial index has them."""
    return or_(*(Entrega.estado == literal(estado, Entrega.estado.type, literal_execute=True) for estado in estados))


def pausa_viva(instante: datetime) -> ColumnElement[bool]:
    """Whether a pause holds at that moment."""
    return and_(Pausa.encerrada_em.is_(None), or_(Pausa.fim_em.is_(None), Pausa.fim_em > instante))


def _correm(orgao_id: ColumnElement[int], canal: ColumnElement[Canal], instante: datetime) -> ColumnElement[bool]:
    """Whether an agency's channel is neither paused nor closed by its breaker."""
    pausada = exists().where(
        pausa_viva(instante),
        or_(Pausa.canal.is_(None), Pausa.canal == canal),
        or_(Pausa.orgao_id.is_(None), Pausa.orgao_id == orgao_id),
    )
    aberto = exists().where(Disjuntor.orgao_id == orgao_id, Disjuntor.canal == canal, Disjuntor.aberto_ate > instante)
    return ~pausada & ~aberto


def _desocupado(orgao_id: ColumnElement[int], canal: ColumnElement[Canal], instante: datetime) -> ColumnElement[bool]:
    """Whether nobody carries anything over an agency's channel: a slow one has one worker's time, never all."""
    outra = aliased(Entrega)
    levada = (outra.orgao_id == orgao_id) & (outra.canal == canal) & (outra.reservada_ate > instante)
    viva = or_(*(outra.estado == literal(estado, Entrega.estado.type, literal_execute=True) for estado in VIVAS))
    return ~exists().where(levada, viva)


def _devida(instante: datetime) -> ColumnElement[bool]:
    return and_(
        em_estado(*VIVAS),
        Entrega.proxima_em <= instante + ADIANTADO,
        or_(Entrega.reservada_ate.is_(None), Entrega.reservada_ate <= instante),
    )


def _de_cada_orgao(canal: ColumnElement[Canal], instante: datetime, quantas: int) -> Select[tuple[int, bool, int]]:
    """The first of each agency on a channel, with its place (1 is the agency's first)."""
    ordem = (Entrega.urgente.desc(), Entrega.proxima_em)
    dela = (
        select(Entrega.id, Entrega.urgente, func.row_number().over(order_by=ordem).label("n"))
        .where(Entrega.orgao_id == Orgao.id, Entrega.canal == canal, _devida(instante))
        .order_by(*ordem)
        .limit(quantas)
        .lateral()
    )
    return (
        select(dela.c.id, dela.c.urgente, dela.c.n)
        .select_from(Orgao)
        .join(dela, true())
        .where(_correm(_ORGAO_ID, canal, instante))
    )


def _fixo(canal: Canal) -> ColumnElement[Canal]:
    return literal(canal, Entrega.canal.type, literal_execute=True)


def internas(entrega_id: int, *, so_ela: bool = False) -> Sequence[Entrega]:
    """Lock the internal deliveries of this turn, with their routings: the job's own, and those whose turn it is.

    What another holds is left out, never waited for. `so_ela`: not the others, whatever is paused.
    """
    instante = agora()
    propria = select(Entrega.id, Entrega.urgente, literal(0).label("n")).where(
        Entrega.id == entrega_id, Entrega.canal == _fixo(Canal.INTERNO), _devida(instante)
    )
    if so_ela:
        escolhidas = propria.subquery()
    else:
        das_outras = _de_cada_orgao(_fixo(Canal.INTERNO), instante, DE_CADA_ORGAO)
        propria = propria.where(_correm(Entrega.__table__.c.orgao_id, _fixo(Canal.INTERNO), instante))
        todas = union_all(propria, das_outras).subquery()
        escolhidas = (
            select(todas.c.id, func.bool_or(todas.c.urgente).label("urgente"), func.min(todas.c.n).label("n"))
            .group_by(todas.c.id)
            .subquery()
        )
    consulta = (
        select(Entrega)
        .join(escolhidas, escolhidas.c.id == Entrega.id)
        .join(Entrega.encaminhamento)
        .options(contains_eager(Entrega.encaminhamento))
        .where(_devida(instante))
        .order_by(escolhidas.c.urgente.desc(), escolhidas.c.n, func.random())
        .limit(LOTE)
        .with_for_update(of=[Entrega, Encaminhamento], skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return db.session().execute(consulta).scalars().unique().all()


def externa(*, so_urgente: bool = False) -> int | None:
    """The delivery over another channel whose turn it is: urgent first, else of any agency whose way is free."""
    instante = agora()
    primeiras = _primeiras(instante).subquery()
    consulta = select(primeiras.c.id).order_by(primeiras.c.urgente.desc(), func.random()).limit(1)
    if so_urgente:
        consulta = consulta.where(primeiras.c.urgente)
    return db.session().execute(consulta).scalar_one_or_none()


def _primeiras(instante: datetime) -> CompoundSelect[tuple[int, bool, int]]:
    """The first of each agency on each other channel, where nothing is on the way."""
    return union_all(
        *(
            _de_cada_orgao(_fixo(canal), instante, 1).where(_desocupado(_ORGAO_ID, _fixo(canal), instante))
            for canal in EXTERNOS
        )
    )


def livre(entrega: Entrega) -> bool:
    """Whether a delivery over another channel may begin. The caller holds the channel's breaker."""
    instante = agora()
    canal, orgao_id = _fixo(entrega.canal), literal(entrega.orgao_id)
    condicoes = and_(_correm(orgao_id, canal, instante), _desocupado(orgao_id, canal, instante))
    return bool(db.session().execute(select(condicoes)).scalar_one())


def perdidas(orgao_id: int | None = None, canal: Canal | None = None) -> list[tuple[int, str]]:
    """Those whose time has come and that nobody carries, with the ids of their jobs: what must be called again.

    Of a channel where one at a time goes, one; nothing of what is paused or closed.
    """
    instante = agora()
    turnos = union_all(
        _de_cada_orgao(_fixo(Canal.INTERNO), instante, VARRIDAS), *_primeiras(instante).selects
    ).subquery()
    consulta = select(Entrega).join(turnos, turnos.c.id == Entrega.id).options(lazyload("*"))
    if orgao_id is not None:
        consulta = consulta.where(Entrega.orgao_id == orgao_id)
    if canal is not None:
        consulta = consulta.where(Entrega.canal == canal)
    consulta = consulta.order_by(Entrega.urgente.desc(), turnos.c.n, Entrega.proxima_em).limit(VARRIDAS)
    return [(entrega.id, entrega.job_id) for entrega in db.session().execute(consulta).scalars()]


def chamar(orgao_id: int | None = None, canal: Canal | None = None) -> int:
    """Put on the queue what lost its job, of an agency, of a channel, or all; returns how many jobs were made."""
    return sum(
        fila.enfileirar(Entrega.FILA, Entrega.TAREFA, id_, job_id=job_id) for id_, job_id in perdidas(orgao_id, canal)
    )


def dispensar(job_ids: Iterable[str]) -> None:
    """Take off the queue the jobs of deliveries that another job has made."""
    fila.dispensar(Entrega.FILA, list(job_ids))


def adiantar(orgao_id: int, canal: Canal) -> None:
    """What failed on a channel need not wait any longer. Called in a transaction."""
    falhadas = update(Entrega).where(Entrega.orgao_id == orgao_id, Entrega.canal == canal)
    db.session().execute(falhadas.where(em_estado(EstadoSaida.FALHOU)).values(proxima_em=agora()))
