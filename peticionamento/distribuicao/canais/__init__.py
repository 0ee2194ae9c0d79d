"""The channels, one module each behind one small protocol."""

from __future__ import annotations

from typing import Protocol

from peticionamento.comum.saida import Falha
from peticionamento.distribuicao.canais import correio, interno, sei, webhook
from peticionamento.distribuicao.models import Canal, Entrega


class Carteiro(Protocol):
    """Carries one delivery with no transaction open; safe to be called twice for the same delivery."""

    def entregar(self, entrega: Entrega) -> Falha | None:
        """Return None when it was taken, else why not."""


CARTEIROS: dict[Canal, Carteiro] = {
    Canal.INTERNO: interno,
    Canal.CORREIO: correio,
    Canal.SEI: sei,
    Canal.WEBHOOK: webhook,
}
