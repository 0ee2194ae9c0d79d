"""What this room does when an earlier one announces something."""

from __future__ import annotations

from datetime import datetime

from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Acompanhamento, Diligencia, Peticao
from peticionamento.peticoes.signals import juntada, mudando, protocolada, reaberta, reiterada, respondida_diligencia
from peticionamento.triagem import diligencias, prioridade, retornos, services


@protocolada.connect
def abrir_demanda(peticao: Peticao, *, agora: datetime, acompanhamento: Acompanhamento) -> None:
    """A filed petition becomes a demand in the queue."""
    services.abrir(peticao, acompanhamento, agora=agora)


@mudando.connect
def travar_demanda(peticao: Peticao) -> None:
    """What the author is about to do waits for whoever is deciding the demand, and they for the author."""
    services.travar_da_peticao(peticao.id)


@juntada.connect
def anotar_juntada(peticao: Peticao, *, agora: datetime) -> None:
    """Documents that the author added are marked on the desk and in the inboxes."""
    retornos.anotar_juntada(peticao, agora=agora)


@respondida_diligencia.connect
def esclarecer(diligencia: Diligencia, *, detalhe: str, por: Pessoa, agora: datetime) -> None:
    """A demand that waited for its author comes back to the queue."""
    diligencias.esclarecer(diligencia, detalhe=detalhe, por=por, agora=agora)


@reaberta.connect
def reabrir(peticao: Peticao, *, motivo: str, por: Pessoa, agora: datetime) -> None:
    """A reopened demand is in the queue again."""
    retornos.reabrir(peticao, motivo=motivo, por=por, agora=agora)


@reiterada.connect
def repontuar_reiterada(peticao: Peticao, *, vezes: int, agora: datetime) -> None:
    """A demand that its author repeats comes nearer to the top."""
    prioridade.repontuar(services.travar_da_peticao(peticao.id), agora=agora, reiteracoes=vezes)
