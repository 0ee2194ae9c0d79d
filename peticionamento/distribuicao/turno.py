"""What one job does: the internal deliveries of this turn in one transaction, or one over another channel."""

from __future__ import annotations

import logging
import time

from redis.exceptions import RedisError
from rq import get_current_job
from sqlalchemy.exc import SQLAlchemyError

from peticionamento.comum import saida
from peticionamento.comum.db import db, transaction
from peticionamento.distribuicao import disjuntor, services, vez
from peticionamento.distribuicao.models import Canal, Entrega

logger = logging.getLogger(__name__)


LIMITE_INTERNAS_S = 20.0
"""How long a job may go on with internal deliveries, while they come in full batches."""


def atender(entrega_id: int) -> None:
    """Carry those whose turn it is, and in the end the job's own delivery if nobody has. Safe to run twice.

    What takes milliseconds goes before what may take long: a worker waits for a slow channel when no internal delivery
    is left. An urgent one over another channel is not left for its own job to come.
    """
    comecou = time.monotonic()
    feitas = _internas(entrega_id)
    while entrega_id not in feitas and len(feitas) >= vez.LOTE and time.monotonic() - comecou < LIMITE_INTERNAS_S:
        vez.dispensar(feitas.values())
        feitas = _internas(entrega_id)
    vez.dispensar(job_id for id_, job_id in feitas.items() if id_ != entrega_id)
    if entrega_id in feitas:
        if (urgente := vez.externa(so_urgente=True)) is not None:
            _levar(urgente)
        return
    da_vez = vez.externa()
    if da_vez is not None and da_vez != entrega_id:
        _levar(da_vez)
    _levar(entrega_id)


def _internas(entrega_id: int) -> dict[int, str]:
    """Make a batch of internal deliveries; their ids, and the ids of the jobs that are not needed any more.

    One that cannot be written takes the others back with it: then each goes by its own job.
    """
    try:
        return services.entregar_internas(lambda: vez.internas(entrega_id))
    except SQLAlchemyError:
        logger.exception("a batch of internal deliveries broke; each goes alone")
        db.session().rollback()
        return {}


def _levar(entrega_id: int) -> None:
    """Carry one by itself, if its way is free and nobody has it; then call the next of that way."""
    reservada = _reservar(entrega_id)
    if reservada is None:
        return
    entrega, reserva = reservada
    _dizer(entrega_id)
    orgao_id, canal = entrega.orgao_id, entrega.canal
    services.carregar(entrega, reserva)
    if canal is not Canal.INTERNO:
        vez.chamar(orgao_id, canal)


def _reservar(entrega_id: int) -> tuple[Entrega, str] | None:
    """Reserve a delivery, none other of its channel being carried, and the way neither paused nor closed."""
    with transaction() as session:
        entrega = session.get(Entrega, entrega_id)
        if entrega is None or entrega.estado not in vez.VIVAS:
            return None
        if entrega.canal is not Canal.INTERNO:
            disjuntor.travado(entrega.orgao_id, entrega.canal)
        if not vez.livre(entrega):
            return None
        return saida.reservar(Entrega, entrega_id)


def _dizer(entrega_id: int) -> None:
    """Tell the panel what this worker has in hands, which need not be what its job is named after."""
    job = get_current_job()
    if job is None:
        return
    try:
        job.meta["entrega"] = entrega_id
        job.save_meta()  # type: ignore[no-untyped-call]
    except RedisError:
        logger.warning("the panel will not know what this worker carries")
