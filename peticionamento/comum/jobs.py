"""RQ entry points of the common room."""

from __future__ import annotations

from peticionamento.comum import antivirus, avisos, envios, saida
from peticionamento.comum.tempo import agora


def enviar_aviso(aviso_id: int) -> None:
    """Send one notice."""
    avisos.enviar(aviso_id)


def varrer_avisos() -> int:
    """Put notices that have no job on the queue."""
    return saida.varrer(avisos.Aviso)


def varrer_envios() -> int:
    """Delete uploads that nobody went on with."""
    return envios.varrer(agora())


def varrer_quarentena() -> int:
    """Have the antivirus look again at what it could not pass."""
    return antivirus.reexaminar()
