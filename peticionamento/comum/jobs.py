"""RQ entry points of the common room."""

from __future__ import annotations

from peticionamento.comum import avisos, saida


def enviar_aviso(aviso_id: int) -> None:
    """Send one notice."""
    avisos.enviar(aviso_id)


def varrer_avisos() -> int:
    """Put notices that lost their job back on the queue."""
    return saida.varrer(avisos.Aviso)
