"""What this room does when triage or distribution announces something."""

from __future__ import annotations

from datetime import date, datetime

from peticionamento.atendimento import convites, homologacao
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao.models import Entrega
from peticionamento.distribuicao.signals import convidando
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.signals import prosseguida


@prosseguida.connect
def responder_se_pronta(demanda: Demanda, *, por: Pessoa, agora: datetime) -> None:
    """Going on without an agency may leave only approved answers: then the author gets theirs."""
    homologacao.responder_se_pronta(demanda, por=por, agora=agora)


@convidando.connect
def preparar_convite(entrega: Entrega, *, resumo: str, vence_dia: date, agora: datetime) -> None:
    """A message's link is written down before the message goes."""
    convites.preparar(entrega.encaminhamento, entrega.destino, resumo=resumo, vence_dia=vence_dia, agora=agora)
