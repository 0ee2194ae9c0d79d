"""Asking the author for more: the demand waits for them, and triage's own term stops meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import obter
from peticionamento.comum.prazos import Prazo, em_dias_uteis
from peticionamento.comum.tempo import dia_curto, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Diligencia
from peticionamento.peticoes.services import abrir_diligencia, encerrar_diligencia
from peticionamento.triagem.models import AcaoDemanda, Demanda
from peticionamento.triagem.prazos import prazo_da_triagem
from peticionamento.triagem.services import (
    conferir_vencimento,
    minha,
    recomecar_prazo,
    reservar,
    situar,
    travar_da_peticao,
)

MINIMO_PERGUNTA = 10
LIMITE_PERGUNTA = 4000


def pedir(
    demanda_id: int,
    pergunta: str,
    vence_dia: date,
    *,
    por: Pessoa,
    versao: int,
    agora: datetime,
    prazo: Prazo | None = None,
) -> Demanda:
    """Ask the author for more, with the last day of their term; nobody holds the demand while it waits.

    `pergunta` has 10 to 4,000 characters; `prazo`, what the day was worked out from, is business days when not given.
    Raises Recusa (field), Conflito, AcaoIndevida.
    """
    pergunta = pergunta.strip()
    conferir(pergunta, vence_dia, agora=agora)
    with transaction():
        demanda = minha(demanda_id, por, "triagem.pedir", versao)
        detalhe = f"“{pergunta}” Responder até {dia_curto(vence_dia)}."
        mover(demanda, AcaoDemanda.PEDIR, por=por, versao=versao, detalhe=detalhe)
        demanda.triador = demanda.reservada_ate = None
        calendario = calendario_local()
        # From now on the calendar may change while triage's own term stands still.
        demanda.prazo = prazo_da_triagem(demanda, calendario)
        prazo = prazo or em_dias_uteis(hoje(agora), vence_dia, calendario)
        abrir_diligencia(demanda.peticao, pergunta, vence_dia, agora=agora, prazo=prazo)
        situar(demanda)
        return demanda


def conferir(pergunta: str, vence_dia: date, *, agora: datetime) -> None:
    """Raise Recusa, with its field, when it is no question or no term for one."""
    if len(pergunta.strip()) < MINIMO_PERGUNTA:
        raise Recusa("Diga ao autor o que falta.", "pergunta")
    if len(pergunta) > LIMITE_PERGUNTA:
        raise Recusa(f"A pergunta pode ter no máximo {LIMITE_PERGUNTA} caracteres.", "pergunta")
    conferir_vencimento(vence_dia, hoje(agora), calendario_local())


def retomar(demanda_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Go on without the author's answer: the demand is in the person's hands. Raises Conflito, AcaoIndevida."""
    with transaction():
        demanda = obter(Demanda, demanda_id, por, "triagem.pedir", travada=True)
        mover(demanda, AcaoDemanda.RETOMAR, por=por, versao=versao)
        reservar(demanda, por, agora)
        _retomar_prazo(demanda, encerrar_diligencia(demanda.peticao_id, agora=agora), agora)
        situar(demanda)
        return demanda


def esclarecer(diligencia: Diligencia, *, detalhe: str, por: Pessoa, agora: datetime) -> None:
    """The author answered: the demand is back in the queue. Called in the signing's transaction, demand locked."""
    demanda = travar_da_peticao(diligencia.peticao_id)
    mover(demanda, AcaoDemanda.ESCLARECER, por=por, detalhe=detalhe)
    _retomar_prazo(demanda, diligencia, agora)
    situar(demanda)


def _retomar_prazo(demanda: Demanda, diligencia: Diligencia, agora: datetime) -> None:
    """Triage's term goes on where it stopped: with the business days it had left when it asked, and at least one."""
    de, ate = hoje(diligencia.pedida_em), hoje(agora)
    prazo = prazo_da_triagem(demanda, calendario_local()).parado(de, ate, "a demanda esperava o autor")
    recomecar_prazo(demanda, agora, prazo)
