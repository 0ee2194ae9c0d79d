"""The channels, one module each behind one small protocol."""

from __future__ import annotations

from typing import Protocol

from peticionamento.comum.saida import Falha
from peticionamento.distribuicao.canais import correio, interno, webhook
from peticionamento.distribuicao.models import Canal, Entrega


class Carteiro(Protocol):
    """Carries one delivery with no transaction open; safe to be called twice for the same delivery."""

    def entregar(self, entrega: Entrega) -> Falha | None:
        """Return None when it was taken, else why not."""


class _Sei:
    """SEI's channel, read by whoever carries over it: a web process would hold ten megabytes of SOAP for nothing."""

    def entregar(self, entrega: Entrega) -> Falha | None:
        """Carry one delivery."""
        from peticionamento.distribuicao.canais import sei

        return sei.entregar(entrega)


CARTEIROS: dict[Canal, Carteiro] = {
    Canal.INTERNO: interno,
    Canal.CORREIO: correio,
    Canal.SEI: _Sei(),
    Canal.WEBHOOK: webhook,
}
