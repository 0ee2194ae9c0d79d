"""RQ entry points of the agency's room."""

from __future__ import annotations

from peticionamento.atendimento import convites
from peticionamento.comum.tempo import agora


def lembrar() -> int:
    """Remind agencies of what they have neither received nor declined."""
    return convites.lembrar(agora=agora())
