"""RQ's way into triage."""

from __future__ import annotations

from peticionamento.comum.tempo import agora
from peticionamento.triagem import prioridade, retornos
from peticionamento.triagem.coordenacao import services as coordenacao


def concluir() -> int:
    """End the answered demands whose term to reopen is over; how many."""
    return retornos.concluir(agora=agora())


def resumir() -> int:
    """Mail the coordinators the morning digest, once a business day; how many letters."""
    return coordenacao.resumir(agora=agora())


def repontuar() -> int:
    """Recount the points of all that is on the desk: days go by, and similar demands come and go; how many changed."""
    return prioridade.repontuar_mesa(agora=agora())
