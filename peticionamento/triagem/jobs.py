"""RQ's way into triage."""

from __future__ import annotations

from peticionamento.comum import memoria
from peticionamento.comum.tempo import agora
from peticionamento.triagem import alertas, prioridade, recontagem, retornos
from peticionamento.triagem.coordenacao import services as coordenacao
from peticionamento.triagem.sugestoes import services as sugestoes


def concluir() -> int:
    """End the answered demands whose term to reopen is over; how many."""
    return retornos.concluir(agora=agora())


def resumir() -> int:
    """Mail the coordinators the morning digest, once a business day; how many letters."""
    return coordenacao.resumir(agora=agora())


def repontuar() -> int:
    """Recount the points of all that is on the desk: days go by, and similar demands come and go; how many changed.

    Also after the table of points was changed, which this process may remember as it was.
    """
    memoria.esquecer()
    return prioridade.repontuar_mesa(agora=agora())


def recontar() -> int:
    """Count the open terms again after the calendar changed; how many moved."""
    return recontagem.recontar(agora=agora())


def alertar() -> int:
    """Tell agencies and the desk that a term is half over, nearly over, over; how many letters."""
    return alertas.alertar(agora=agora())


def treinar_sugestoes(modelo_id: int) -> None:
    """Make one version of what suggests agencies."""
    sugestoes.treinar(modelo_id)


def varrer_sugestoes() -> int:
    """Suggest agencies for what came to the desk; begin again trainings that lost their job."""
    return sugestoes.varrer()
