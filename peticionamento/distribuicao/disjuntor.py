"""The breaker of each agency's channel: after failures in a row it opens, and nothing is tried for a while.

Then one delivery at a time tries (`vez` never lets two of an agency's channel travel together): it closes the breaker,
or opens it again for longer. A channel that is silent takes a worker's time with every try, so one such failure opens.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.comum.db import db, depois_do_commit, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito
from peticionamento.comum.permissoes import Ator, obter
from peticionamento.comum.saida import JITTER, Falha
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao import vez
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.models_painel import Circuito, Disjuntor

FALHAS_QUE_ABREM = 3
SILENCIO_S = 5.0
"""A failure that took this long opens at once."""
MAIOR_PAUSA = 2
"""Which of the deliveries' pauses (`pausas_s`) the breaker's grow up to: 1 minute, then 5."""


def travado(orgao_id: int, canal: Canal) -> Disjuntor:
    """The breaker of an agency's channel, locked, made when there was none. Who holds it gives out the channel."""
    session = db.session()
    consulta = (
        select(Disjuntor)
        .where(Disjuntor.orgao_id == orgao_id, Disjuntor.canal == canal)
        .with_for_update(of=Disjuntor)
        .execution_options(populate_existing=True)
    )
    achado = session.execute(consulta).scalar_one_or_none()
    if achado is None:
        novo = insert(Disjuntor).values(orgao_id=orgao_id, canal=canal, falhas=0, aberturas=0, versao=1)
        session.execute(novo.on_conflict_do_nothing())
        achado = session.execute(consulta).scalar_one()
    return achado


def anotar(entrega: Entrega, falha: Falha | None, durou_s: float) -> datetime | None:
    """Count how a try went, in the transaction of its report; until when the channel is closed now, if it is.

    A refusal for good is an answer: the channel works.
    """
    if entrega.canal is Canal.INTERNO:
        return None
    disjuntor = travado(entrega.orgao_id, entrega.canal)
    if falha is None or not falha.adianta_tentar:
        if disjuntor.falhas:
            _fechar(disjuntor)
        return None
    disjuntor.falhas += FALHAS_QUE_ABREM if durou_s >= SILENCIO_S else 1
    disjuntor.erro = falha.causa
    if disjuntor.falhas >= FALHAS_QUE_ABREM:
        _abrir(disjuntor)
    return disjuntor.aberto_ate


def _abrir(disjuntor: Disjuntor) -> None:
    disjuntor.aberturas += 1
    disjuntor.versao += 1
    disjuntor.aberto_em = disjuntor.aberto_em or agora()
    disjuntor.aberto_ate = agora() + timedelta(seconds=_pausa_s(disjuntor.aberturas))


def _pausa_s(aberturas: int) -> float:
    pausas = current_app.config["PETICIONAMENTO"].pausas_s
    pausa: int = pausas[min(aberturas, MAIOR_PAUSA, len(pausas) - 1)]
    return pausa * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - jitter, not a secret


def _fechar(disjuntor: Disjuntor) -> None:
    estava_aberto = disjuntor.aberto_ate is not None
    disjuntor.falhas = disjuntor.aberturas = 0
    disjuntor.aberto_em = disjuntor.aberto_ate = disjuntor.erro = None
    disjuntor.versao += 1
    if estava_aberto:
        orgao_id, canal = disjuntor.orgao_id, disjuntor.canal
        depois_do_commit(lambda: vez.chamar(orgao_id=orgao_id, canal=canal))


def fechar(disjuntor_id: int, *, por: Ator, versao: int) -> Disjuntor:
    """A person says that the channel works again: what waits is tried now. Raises Conflito, AcaoIndevida."""
    with transaction():
        disjuntor = obter(Disjuntor, disjuntor_id, por, "distribuicao.pausar", travada=True)
        if disjuntor.circuito is Circuito.FECHADO:
            raise AcaoIndevida("O circuito já está fechado: o canal entrega normalmente.")
        if disjuntor.versao != versao:
            raise Conflito("O canal foi experimentado depois que você abriu a página. Confira e decida de novo.")
        _fechar(disjuntor)
        vez.adiantar(disjuntor.orgao_id, disjuntor.canal)
        return disjuntor


def abertos() -> list[Disjuntor]:
    """Those that do not deliver normally, the longest so first."""
    consulta = select(Disjuntor).where(Disjuntor.aberto_ate.is_not(None)).order_by(Disjuntor.aberto_em)
    return list(db.session().execute(consulta).scalars())


def aberto_de(orgao_id: int, canal: Canal) -> Disjuntor | None:
    """That of an agency's channel, when it does not deliver normally."""
    consulta = select(Disjuntor).where(
        Disjuntor.orgao_id == orgao_id, Disjuntor.canal == canal, Disjuntor.aberto_ate.is_not(None)
    )
    return db.session().execute(consulta).scalar_one_or_none()
