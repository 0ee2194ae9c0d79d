"""The day's digest: what people wanted held, in one mail each, early on business days."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import avisos
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import BRASILIA, hoje
from peticionamento.contas.preferencias import HORA_DO_RESUMO

logger = logging.getLogger(__name__)


def enviar_resumos(*, agora: datetime) -> int:
    """Write each person's digest of what is held until now; how many. Safe to run at any moment and twice at once.

    Each person's is a transaction of its own, and one that breaks is left for the next run: it stops no other.
    """
    if agora.astimezone(BRASILIA).hour < HORA_DO_RESUMO or not calendario_local().e_util(hoje(agora)):
        return 0
    de_quem = select(Aviso.para).where(_e_hora(agora)).distinct().order_by(Aviso.para)
    return sum(_resumir(para, agora) for para in db.session().execute(de_quem).scalars().all())


def _e_hora(agora: datetime) -> ColumnElement[bool]:
    return and_(Aviso.estado == EstadoSaida.GUARDADO, Aviso.proxima_em <= agora)


def _resumir(para: str, agora: datetime) -> bool:
    try:
        with transaction() as session:
            # What another worker holds is going into its digest, so it is not waited for.
            consulta = (
                select(Aviso)
                .where(_e_hora(agora), Aviso.para == para)
                .order_by(Aviso.criada_em, Aviso.id)
                .with_for_update(skip_locked=True, of=Aviso)
                .execution_options(populate_existing=True)
            )
            guardados = list(session.execute(consulta).scalars())
            if guardados:
                avisos.resumir(guardados)
            return bool(guardados)
    except Exception:
        logger.exception("the digest of %s could not be written", para)
        return False
