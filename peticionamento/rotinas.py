"""What is done every few seconds: the list, and the small process that puts each on the queue."""

from __future__ import annotations

import logging
import os
import time
from types import FrameType

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq.cron import CronJob, CronScheduler
from rq.exceptions import StopRequested

from peticionamento.comum import fila
from peticionamento.comum.fila import Fila

logger = logging.getLogger(__name__)

ROTINAS = {
    "peticionamento.comum.jobs.varrer_avisos": 1,
    "peticionamento.distribuicao.jobs.varrer_entregas": 1,
    "peticionamento.distribuicao.jobs.somar_horas": 6,
    "peticionamento.distribuicao.jobs.acompanhar_sei": 30,
    "peticionamento.peticoes.jobs.varrer_pacotes": 1,
    "peticionamento.comum.jobs.varrer_quarentena": 6,
    "peticionamento.comum.jobs.varrer_envios": 60,
    "peticionamento.peticoes.jobs.varrer_rascunhos": 60,
    "peticionamento.triagem.jobs.varrer_sugestoes": 1,
    "peticionamento.triagem.jobs.recontar": 2,
    "peticionamento.triagem.jobs.alertar": 12,
    "peticionamento.triagem.jobs.concluir": 60,
    "peticionamento.triagem.jobs.repontuar": 60,
    "peticionamento.triagem.jobs.resumir": 60,
    "peticionamento.contas.jobs.enviar_resumos": 60,
    "peticionamento.atendimento.jobs.lembrar": 60,
    "peticionamento.distribuicao.jobs.ler_devolucoes": 12,
}
"""Functions without arguments, each safe to run at any moment and twice. The number: how often `VARREDURA_S` passes
from one run to the next; what people wait for comes often, what counts days seldom."""

_PAUSA_S = 2.0


class Rotina(CronJob):
    """A routine on the queue: as JSON like every other job (RQ's cron writes pickle), and never two at a time."""

    def enqueue(self, connection: Redis) -> None:  # type: ignore[override]
        """Put it on the queue unless the last one still waits or runs."""
        fila.enfileirar(Fila.ROTINAS, self.func_name, job_id="rotina-" + self.func_name.rsplit(".", 1)[-1])


class Agenda(CronScheduler):
    """RQ's cron for `ROTINAS`. It ends with its parent, and remembers that it was asked to stop."""

    def __init__(self, connection: Redis, cada_s: int) -> None:
        super().__init__(connection=connection, logging_level=logging.WARNING)
        self._cron_jobs = [
            Rotina(Fila.ROTINAS.value, func_name=nome, interval=cada_s * vezes) for nome, vezes in ROTINAS.items()
        ]
        self.pai = os.getppid()
        self.parada = False

    def heartbeat(self) -> None:
        """Say that it lives; stop when the worker that started it was killed."""
        if os.getppid() != self.pai:
            self.parada = True
            raise StopRequested
        super().heartbeat()

    def _request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.parada = True
        super()._request_stop(signum, frame)


def cumprir(app: Flask) -> None:
    """Put every routine on the queue at its time, until asked to stop; wait for Redis whenever it is away.

    Every worker runs one of these. Two agendas do not make two sweeps: a routine's job has one id.
    """
    config = app.config["PETICIONAMENTO"]
    agenda = Agenda(fila.ligar(config.redis_url), config.varredura_s)
    with app.app_context():
        while not agenda.parada and os.getppid() == agenda.pai:
            try:
                agenda.start()
            except RedisError as erro:
                logger.warning("the queue is away, the routines wait: %s", erro)
                _dormir()


def _dormir() -> None:
    try:
        time.sleep(_PAUSA_S)
    except StopRequested:
        return
