"""RQ's way into triage."""

from __future__ import annotations

from peticionamento.comum.tempo import agora
from peticionamento.triagem import retornos


def concluir() -> int:
    """End the answered demands whose term to reopen is over; how many."""
    return retornos.concluir(agora=agora())
