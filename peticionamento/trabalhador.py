"""`flask --app wsgi trabalhador`: the RQ worker, with RQ's scheduler for what waits and the agenda of routines.

Three small processes: the worker (which forks one for each job), the scheduler, and the agenda. Any of them may be
killed at any moment, and Redis may go and come back empty; what was lost is put back by the sweep.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sys
import time
from importlib import import_module
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import NoReturn

import click
from flask import Flask, current_app
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, Worker, worker_registration
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from peticionamento import rotinas
from peticionamento.comum import fila
from peticionamento.comum.db import db, transaction
from peticionamento.comum.fila import Fila, Tarefa
from peticionamento.distribuicao import vez

logger = logging.getLogger(__name__)

VIDA_S = 30
"""How often, at most, an idle worker says that it lives."""
_MANUTENCAO_S = 10
_PAUSA_S = 2.0


class Trabalhador(Worker):
    """A worker whose jobs run inside the application, and which outlives Redis."""

    max_connection_wait_time = 5.0

    app: Flask
    agenda: BaseProcess | None = None
    parada = False

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        """Run the job in an application context of its own, in the forked process."""
        with self.app.app_context():
            db.engine.dispose(close=False)  # connections made before the fork are the parent's to use and to close
            return super().perform_job(job, queue, execution)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that it lives, and who it is when Redis came back empty."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None and not self.connection.sismember(self.redis_workers_keys, self.key):
            self.connection.hset(self.key, mapping={**self.serialize(), "state": self.get_state()})
            worker_registration.register(self)

    def run_maintenance_tasks(self) -> None:
        """RQ's, and another agenda if ours has died."""
        super().run_maintenance_tasks()
        if self.agenda is None or not self.agenda.is_alive():
            self.agenda = multiprocessing.get_context("fork").Process(
                target=rotinas.cumprir, args=(self.app,), name="agenda", daemon=True
            )
            self.agenda.start()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Remember that a person asked, then do as RQ does: finish the job at hand."""
        self.parada = True
        super().request_stop(signum, frame)

    def teardown(self) -> None:
        """Say goodbye, if there is anyone to say it to; and take the agenda along."""
        if self.is_horse:
            return
        if self.agenda is not None:
            self.agenda.terminate()
        try:
            super().teardown()
        except RedisError:
            if self.pubsub_thread is not None:
                self.pubsub_thread.stop()  # type: ignore[unreachable]  # rq declares it as None alone


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(trabalhador)


@click.command("trabalhador")
def trabalhador() -> None:
    """Entrega o que está na fila, até Ctrl-C."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    for sinal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sinal, _sair)
    while not _trabalhar(app):
        time.sleep(_PAUSA_S)


def _sair(_sinal: int, _quadro: FrameType | None) -> NoReturn:
    sys.exit(0)


def _aquecer() -> None:
    """Ask once, before any fork, what every delivery asks.

    SQLAlchemy puts a statement together once for a process and those forked from it, and each job is one of those.
    """
    import_module("peticionamento.distribuicao.canais.sei")  # web processes go without it
    try:
        with transaction():
            vez.internas(0)
        vez.externa()
        vez.externa(so_urgente=True)
    except SQLAlchemyError as erro:
        logger.warning("the database is away, the worker begins all the same: %s", erro)
    finally:
        db.session.remove()
        db.engine.dispose()


def _trabalhar(app: Flask) -> bool:
    """Work until a person stops it (True) or Redis goes away at a moment RQ does not stand (False)."""
    redis = fila.ligar(app.config["PETICIONAMENTO"].redis_url)  # RQ lengthens its timeouts, so it has one of its own
    try:
        operario = Trabalhador(
            [fila.fila(nome, redis) for nome in Fila],
            connection=redis,
            serializer=JSONSerializer,
            job_class=Tarefa,
            worker_ttl=VIDA_S,
            job_monitoring_interval=10,
            maintenance_interval=_MANUTENCAO_S,
        )
        operario.app = app
        _aquecer()
        click.echo(f"Pronto; filas: {', '.join(operario.queue_names())}.")
        # Each delivery has its line in the history; RQ's five for each job would bury what matters.
        operario.work(with_scheduler=True, logging_level="WARNING")
    except StopRequested:
        return True
    except RedisError as erro:
        logger.warning("the queue is away, the worker waits: %s", erro)
        return False
    return operario.parada
