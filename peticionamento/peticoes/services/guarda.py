"""How long drafts and their versions are kept: what nobody touches ends, after its people were told."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.permissoes import visiveis
from peticionamento.comum.tempo import hoje
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import EstadoPeticao, Peticao, VersaoRascunho

logger = logging.getLogger(__name__)

AVISO = timedelta(days=3)
"""How long before the end its people are told: also when the sweep itself comes late."""

_POR_VEZ = 100
_usada_em = func.greatest(Peticao.alterada_em, Peticao.aberta_em)
_UM_DIA = timedelta(days=1)
_E_RASCUNHO: ColumnElement[bool] = Peticao.estado == EstadoPeticao.RASCUNHO


def prazo() -> timedelta:
    """How long a draft is kept after it was last changed or opened, by the settings."""
    return timedelta(days=current_app.config["PETICIONAMENTO"].dias_rascunho)


def guardado_ate(usada_em: datetime) -> datetime:
    """Until when a draft is kept that was last used at `usada_em`."""
    return usada_em + prazo()


def abrir(peticao: Peticao, *, por: Pessoa, agora: datetime) -> None:
    """Note that somebody opened a draft to go on with it: its days count anew. Writes at most once a day."""
    if peticao.estado is not EstadoPeticao.RASCUNHO or agora - peticao.usada_em < _UM_DIA:
        return
    with transaction() as session:
        session.execute(
            update(Peticao)
            .where(Peticao.id == peticao.id, visiveis(por, "peticoes.escrever"), _E_RASCUNHO)
            .values(aberta_em=agora)
        )


def varrer(agora: datetime) -> int:
    """Tell of drafts that will end, delete those that ended and the versions of what was filed; how many it did.

    Safe to run at any moment and twice at once; at most some of each a time.
    """
    return _avisar_do_fim(agora) + _apagar_rascunhos(agora) + _apagar_versoes(agora)


def _avisar_do_fim(agora: datetime) -> int:
    limite = agora - prazo() + AVISO
    por_avisar = or_(Peticao.fim_avisado_em.is_(None), Peticao.fim_avisado_em < _usada_em)
    with transaction() as session:
        consulta = (
            select(Peticao)
            .where(_E_RASCUNHO, _usada_em < limite, por_avisar)
            .limit(_POR_VEZ)
            .with_for_update(of=Peticao, skip_locked=True)
        )
        rascunhos = list(session.execute(consulta).scalars())
        for peticao in rascunhos:
            peticao.fim_avisado_em = agora
            ate = max(guardado_ate(peticao.usada_em), agora + AVISO)
            for pessoa in _pessoas(peticao):
                # Not bound to the petition: it may be gone before the notice is.
                avisar(
                    pessoa.email,
                    "peticoes/rascunho_acaba",
                    vence_dia=hoje(ate),
                    peticao=peticao,
                    pessoa=pessoa,
                    dias=prazo().days,
                    ate=ate,
                )
        return len(rascunhos)


def _pessoas(peticao: Peticao) -> list[Pessoa]:
    """The author, and who drafts for them."""
    quem = {peticao.autor_id, peticao.escrita_por_id or peticao.autor_id}
    return list(db.session().execute(select(Pessoa).where(Pessoa.id.in_(quem)).order_by(Pessoa.id)).scalars())


def _apagar_rascunhos(agora: datetime) -> int:
    avisado = (Peticao.fim_avisado_em >= _usada_em, Peticao.fim_avisado_em <= agora - AVISO)
    vencido = (_E_RASCUNHO, _usada_em < agora - prazo(), *avisado)
    ids = list(db.session().execute(select(Peticao.id).where(*vencido).limit(_POR_VEZ)).scalars())
    apagados = 0
    for id_ in ids:
        try:
            with transaction() as session:
                consulta = select(Peticao).where(Peticao.id == id_, *vencido).with_for_update(of=Peticao)
                peticao = session.execute(consulta).scalar_one_or_none()
                if peticao is not None:
                    session.delete(peticao)
                    apagados += 1
        except IntegrityError:
            # Something filed points at it: it stays, and must not keep the others from going.
            logger.exception("draft %d is past its days and cannot be deleted", id_)
    return apagados


def _apagar_versoes(agora: datetime) -> int:
    limite = agora - prazo()
    velhas = (
        select(VersaoRascunho.id)
        .join(Peticao, Peticao.id == VersaoRascunho.peticao_id)
        .where(VersaoRascunho.salva_em < limite, Peticao.estado != EstadoPeticao.RASCUNHO)
        .where(Peticao.protocolada_em < limite)
        .limit(_POR_VEZ * 10)
    )
    with transaction() as session:
        apagadas = session.execute(
            delete(VersaoRascunho).where(VersaoRascunho.id.in_(velhas)).returning(VersaoRascunho.id)
        )
        return len(apagadas.all())
