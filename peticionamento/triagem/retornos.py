"""What the author does about a demand that triage had let go: documents added, reopened, or left to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import select

from peticionamento.cadastros.models import Orgao
from peticionamento.cadastros.queries import SIGLA_SEGOV, calendario_local
from peticionamento.comum.avisos import avisar, avisar_depois
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import SISTEMA
from peticionamento.comum.prazos import Calendario
from peticionamento.comum.tempo import BRASILIA, data_por_extenso, dia_por_extenso, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services as peticoes
from peticionamento.peticoes.models import Acompanhamento, Peticao
from peticionamento.triagem.models import DECIDIDAS, AcaoDemanda, Demanda, EstadoEncaminhamento
from peticionamento.triagem.services import recomecar_prazo, situar, travar_da_peticao

S = EstadoEncaminhamento
COM_O_ORGAO = (S.ENTREGUE, S.RECEBIDO, S.EM_AJUSTE)
"""States in which an agency is told of new documents."""
LOTE = 200
"""Demands that the routine looks at in one go; each ends in a transaction of its own."""


def anotar_juntada(peticao: Peticao, *, agora: datetime) -> None:
    """The author added documents: the desk and the inboxes mark it, and the agencies that have it are told by e-mail.

    Called in the signing's transaction; `peticao` brought the documents, its origin has them.
    """
    demanda = travar_da_peticao(peticao.origem_id or peticao.id)
    demanda.juntada_em = agora
    for encaminhamento in demanda.vivos:
        if encaminhamento.estado in COM_O_ORGAO and encaminhamento.orgao.email:
            avisar_depois(
                encaminhamento.orgao.email,
                "triagem/juntada",
                peticao_id=demanda.peticao_id,
                id=encaminhamento.id,
                orgao=encaminhamento.orgao.sigla,
                assunto=demanda.peticao.assunto,
                municipio=demanda.peticao.municipio.nome if demanda.peticao.municipio else "",
                numero=demanda.peticao.numero,
                vence=dia_por_extenso(encaminhamento.vence_dia),
            )


def reabrir(peticao: Peticao, *, motivo: str, por: Pessoa, agora: datetime) -> Demanda:
    """The author was not content: a new round begins in the queue. Called in that transaction."""
    demanda = travar_da_peticao(peticao.id)
    mover(demanda, AcaoDemanda.REABRIR, por=por, detalhe=f"“{motivo}”")
    demanda.rodada += 1
    recomecar_prazo(demanda, agora)
    situar(demanda)
    segov = db.session().execute(select(Orgao.email).where(Orgao.sigla == SIGLA_SEGOV)).scalar_one_or_none()
    if segov:
        avisar(segov, "triagem/reaberta", peticao_id=peticao.id, peticao=peticao, demanda=demanda, motivo=motivo)
    return demanda


def concluir(*, agora: datetime) -> int:
    """End the answered demands whose term to reopen is over; how many. Safe to run at any moment and twice."""
    return sum(_concluir_uma(id_, agora) for id_ in list(_vencidas(agora)))


def _vencidas(agora: datetime) -> Iterator[int]:
    dias = current_app.config["PETICIONAMENTO"].dias_uteis_reabrir
    ultimo = ultimo_dia_vencido(calendario_local(), hoje(agora), dias)
    fim_do_dia = datetime.combine(ultimo + timedelta(days=1), time.min, tzinfo=BRASILIA)
    consulta = (
        select(Demanda.id)
        .join(Acompanhamento, Acompanhamento.peticao_id == Demanda.peticao_id)
        .where(Demanda.estado.in_(DECIDIDAS), Acompanhamento.respondida_em < fim_do_dia)
        .limit(LOTE)
    )
    yield from db.session().execute(consulta).scalars()


def ultimo_dia_vencido(calendario: Calendario, dia: date, dias_uteis: int) -> date:
    """The latest day of an answer whose term of `dias_uteis` was over before `dia`."""
    resposta = dia - timedelta(days=1)
    while calendario.somar(resposta, dias_uteis) >= dia:
        resposta -= timedelta(days=1)
    return resposta


def _concluir_uma(demanda_id: int, agora: datetime) -> bool:
    with transaction():
        demanda = travar(Demanda, demanda_id)
        if demanda.estado not in DECIDIDAS:
            return False
        fim = peticoes.concluir(demanda.peticao_id, agora=agora)
        if fim is None:
            return False
        mover(demanda, AcaoDemanda.CONCLUIR, por=SISTEMA, detalhe=data_por_extenso(fim))
        return True
