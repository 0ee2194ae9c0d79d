"""What is already done of a delivery of several steps, written while it is carried.

Each result is on disk before the next step begins, in a transaction of its own: the other side may not tell it twice.
Each writing renews the lease; one that was lost means that somebody else carries the delivery now.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from flask import current_app

from peticionamento.comum import saida
from peticionamento.comum.db import transaction
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models import Entrega


class ReservaPerdida(Exception):
    """Another worker has the delivery: whoever meets this stops at once, and what it reports is refused."""


class Caderno:
    """The notes of one delivery in our hands: read freely, written through `anotar`."""

    def __init__(self, entrega: Entrega) -> None:
        self._entrega_id = entrega.id
        self._reserva = entrega.reserva or ""
        self._notas: dict[str, Any] = dict(entrega.progresso or {})
        self._renovada = time.monotonic()

    def __getitem__(self, nome: str) -> Any:
        return self._notas.get(nome)

    @property
    def em_branco(self) -> bool:
        """Whether nothing was done yet, by anybody."""
        return not self._notas

    def anotar(self, *, numero: str | None = None, link: str | None = None, **notas: Any) -> None:
        """Write results down; `numero` and `link` are what the other side calls it. Raises ReservaPerdida."""
        novas = {nome: valor for nome, valor in {**self._notas, **notas}.items() if valor is not None}
        with transaction():
            entrega = self._travada()
            entrega.progresso = novas
            if numero is not None:
                entrega.externo_numero = numero[:50]
                entrega.externo_link = link if link and link.startswith(("https://", "http://")) else None
        self._notas = novas

    def renovar(self) -> None:
        """Keep the lease through a long step: written down only now and then. Raises ReservaPerdida."""
        if time.monotonic() - self._renovada > current_app.config["PETICIONAMENTO"].reserva_s / 4:
            with transaction():
                self._travada()

    def _travada(self) -> Entrega:
        entrega = saida.travar_reservada(Entrega, self._entrega_id, self._reserva)
        if entrega is None:
            raise ReservaPerdida()
        entrega.reservada_ate = agora() + timedelta(seconds=current_app.config["PETICIONAMENTO"].reserva_s)
        self._renovada = time.monotonic()
        return entrega
