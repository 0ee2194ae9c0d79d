"""Free TCP ports of this machine."""

from __future__ import annotations

import socket

from peticionamento.servidores.erros import ServidorNaoSubiu

LOCAL = "127.0.0.1"
PADRAO = 8000
_TENTATIVAS = 50


def livre() -> int:
    """A port that nobody uses now."""
    with socket.socket() as tomada:
        tomada.bind((LOCAL, 0))
        porta: int = tomada.getsockname()[1]
        return porta


def ocupada(porta: int) -> bool:
    """Whether somebody listens on the port, on this address or on all of them."""
    with socket.socket() as tomada:
        # The web server asks for the same: a port in TIME_WAIT is free.
        tomada.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tomada.bind((LOCAL, porta))
        except OSError:
            return True
    return False


def escolher(pedida: int | None) -> int:
    """The port to serve on: the one asked for, or the first free one from 8000 on.

    Raises ServidorNaoSubiu when the one asked for is taken.
    """
    if pedida is not None:
        if ocupada(pedida):
            raise ServidorNaoSubiu(f"A porta {pedida} já está em uso. Escolha outra: make run PORT={pedida + 1}")
        return pedida
    for porta in range(PADRAO, PADRAO + _TENTATIVAS):
        if not ocupada(porta):
            return porta
    raise ServidorNaoSubiu(f"Não há porta livre entre {PADRAO} e {PADRAO + _TENTATIVAS - 1}. Escolha uma com PORT=…")
