"""What happens after a delivery went to SEI: its progress read back, and a person's word where an answer was lost."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida
from peticionamento.comum.permissoes import obter
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora as instante
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import services
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.triagem.models import Encaminhamento, EstadoEncaminhamento

logger = logging.getLogger(__name__)

CADA = timedelta(hours=1)
"""How old what was read of a process may be."""
DE_CADA_VEZ = 40
"""Processes read by one run: with SEI at its slowest they fit its time."""

_E = EstadoEncaminhamento
EM_CURSO = (_E.A_ENTREGAR, _E.ENTREGUE, _E.RECEBIDO, _E.RESPONDIDO, _E.EM_AJUSTE)
"""Routings of which the agency still does something."""


def acompanhar() -> int:
    """Read back how processes stand in SEI, those read longest ago first; returns how many were read.

    Stops at the first that SEI does not answer: the next run goes on. What is at its end here is not asked any more.
    """
    from peticionamento.distribuicao.canais import sei  # heavy; see `canais`

    lidos = 0
    for entrega_id, numero in db.session().execute(_a_ler()).all():
        try:
            achado = sei.consultar(str(numero))
        except sei.Recusado as recusado:
            logger.warning("SEI would not tell of %s: %s", numero, recusado)
            _guardar(entrega_id, None)
            continue
        except (sei.SemResposta, sei.Impedimento) as erro:
            logger.warning("progress in SEI not read: %s", erro)
            break
        onde = ", ".join(achado.siglas_abertas)
        _guardar(
            entrega_id, f"{achado.ultimo} ({f'aberto em {onde}' if onde else 'não está aberto em nenhuma unidade'})"
        )
        lidos += 1
    return lidos


def _a_ler() -> Select[int, str | None]:
    return (
        select(Entrega.id, Entrega.externo_numero)
        .join(Encaminhamento, Encaminhamento.id == Entrega.encaminhamento_id)
        .where(
            Entrega.canal == Canal.SEI,
            Entrega.externo_numero.is_not(None),
            Entrega.estado == EstadoSaida.ENTREGUE,
            Encaminhamento.estado.in_(EM_CURSO),
            or_(Entrega.externo_em.is_(None), Entrega.externo_em < instante() - CADA),
        )
        .order_by(Entrega.externo_em.nulls_first(), Entrega.id)
        .limit(DE_CADA_VEZ)
    )


def _guardar(entrega_id: int, situacao: str | None) -> None:
    """Keep what was read; None: nothing, and what was known before stays."""
    with transaction() as session:
        entrega = session.get_one(Entrega, entrega_id, with_for_update={"of": Entrega}, populate_existing=True)
        entrega.externo_em = instante()
        if situacao is not None:
            entrega.externo_situacao = situacao[:300]


def espera_numero(entrega: Entrega) -> bool:
    """Whether nobody knows if SEI opened its process, so that a person must look there."""
    pedido = (entrega.progresso or {}).get("pedido")
    return (
        entrega.canal is Canal.SEI
        and entrega.estado in (EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA)
        and pedido is not None
        and not pedido["nosso"]
        and "processo" not in (entrega.progresso or {})
    )


def informar(entrega_id: int, numero: str | None, *, por: Pessoa, versao: int, agora: datetime) -> Entrega:
    """Tell what a person found in SEI after an answer was lost: the process's number, or None when there is none.

    The delivery goes back on the queue: over that process, which must carry our key, or opening one. Raises Conflito,
    AcaoIndevida when nothing is in doubt.
    """
    with transaction():
        entrega = obter(Entrega, entrega_id, por, "distribuicao.reentregar", travada=True)
        if not espera_numero(entrega):
            raise AcaoIndevida("Não há dúvida sobre o processo desta entrega no SEI.")
        services.reentregar(entrega_id, por=por, versao=versao, agora=agora)
        entrega.progresso = {"pedido": {"numero": numero, "nosso": False}} if numero else None
        return entrega
