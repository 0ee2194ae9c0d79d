"""RQ's way to the door."""

from __future__ import annotations

from peticionamento.comum.tempo import agora
from peticionamento.contas import resumo


def enviar_resumos() -> int:
    """Write the day's digests; how many."""
    return resumo.enviar_resumos(agora=agora())
