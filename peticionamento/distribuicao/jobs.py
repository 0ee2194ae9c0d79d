"""RQ entry points of distribution."""

from __future__ import annotations

from peticionamento.comum import saida
from peticionamento.distribuicao import services
from peticionamento.distribuicao.models import Entrega


def entregar(entrega_id: int) -> None:
    """Carry one delivery."""
    services.entregar(entrega_id)


def varrer_entregas() -> int:
    """Put deliveries that lost their job back on the queue."""
    return saida.varrer(Entrega)
