"""Ctrl-C: asked for at any moment, obeyed between steps.

An exception raised wherever the signal finds the program could fall between starting a server and noting it down, and
leave it running. On the way down a second Ctrl-C changes nothing: that way is bounded in time.
"""

from __future__ import annotations

import signal
import threading

_pedida = threading.Event()


class Parada(Exception):
    """Somebody asked for the end."""


def instalar() -> None:
    """Take SIGINT, SIGTERM and, unless `nohup` said otherwise, SIGHUP as a request to stop."""
    for sinal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if sinal is not signal.SIGHUP or signal.getsignal(sinal) is not signal.SIG_IGN:
            signal.signal(sinal, lambda _sinal, _quadro: _pedida.set())


def conferir() -> None:
    """Raise Parada if the end was asked for."""
    esperar(0)


def esperar(segundos: float) -> None:
    """Wait, unless the end is asked for before: then raise Parada."""
    if _pedida.wait(segundos):
        raise Parada
