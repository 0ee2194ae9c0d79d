"""The worker of `bench.entregas`: the program's own, with a job that does nothing and an e-mail channel made of time.

The channel takes a message in `ENVIO_S`; one agency's, told by `BENCH_MORTO` (`12:recusa`, `12:mudo`), is dead.
"""

from __future__ import annotations

import os
import time

from peticionamento import create_app
from peticionamento.comum import jobs
from peticionamento.comum.saida import Falha
from peticionamento.distribuicao.canais import CARTEIROS
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.trabalhador import _trabalhar

ENVIO_S = 0.02


class Correio:
    """Takes time, and fails where it is told to."""

    def __init__(self, morto: str, espera_s: int) -> None:
        orgao, _, self.como = morto.partition(":")
        self.orgao_id = int(orgao or 0)
        self.espera_s = espera_s

    def entregar(self, entrega: Entrega) -> Falha | None:
        """As a channel does."""
        if entrega.orgao_id != self.orgao_id:
            time.sleep(ENVIO_S)
            return None
        if self.como == "mudo":
            time.sleep(self.espera_s)
        return Falha("o servidor de e-mail não respondeu", "bench")


def nada() -> None:
    """The empty job."""


def main() -> None:
    """Work until stopped."""
    app = create_app()
    jobs.nada = nada  # type: ignore[attr-defined]
    CARTEIROS[Canal.CORREIO] = Correio(os.environ.get("BENCH_MORTO", ""), app.config["PETICIONAMENTO"].espera_rede_s)
    with app.app_context():
        while not _trabalhar(app):
            time.sleep(1)


if __name__ == "__main__":
    main()
