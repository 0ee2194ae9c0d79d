"""The queue: RQ with JSON job data, fed only after a commit.

RQ carries a function's name and a row's id, never data. Redis may be lost at any moment: every job here has a row
that asks for it, and the sweep (`rotinas.py`) finds rows without a live job.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as SemConexao
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from peticionamento.comum.db import depois_do_commit
from peticionamento.comum.tempo import agora

_TAREFA = re.compile(r"peticionamento\.[a-z]+\.jobs\.[a-z][a-z_]*")
_ATRASO_DO_AGENDADOR_S = 3
"""RQ's scheduler looks every second; a job overdue by more than this has lost it."""

_DESCANSO_S = 5.0
_FORA_ATE = "fila_fora_ate"


class Fila(StrEnum):
    """The queues, in the order a worker serves them."""

    ENTREGAS = "entregas"
    AVISOS = "avisos"
    ROTINAS = "rotinas"
    PACOTES = "pacotes"


class TarefaEstranha(Exception):
    """Somebody put on the queue what is no job of ours."""


class Tarefa(Job):
    """A job of ours, whatever Redis says: a function of some room's `jobs.py`, and no callback.

    JSON keeps pickle's tricks out, but RQ would still call any function that the queue names.
    """

    success_callback = failure_callback = stopped_callback = None

    @property
    def func(self) -> Callable[..., Any] | None:
        """The function to call. Raises TarefaEstranha."""
        if self.instance is not None or not _TAREFA.fullmatch(self.func_name or ""):
            raise TarefaEstranha(self.func_name)
        func: Callable[..., Any] | None = super().func
        return func


def conexao() -> Redis:
    """The app's connection to Redis. Short timeouts: a page must not wait for a queue that is down."""
    return current_app.extensions["redis"]  # type: ignore[no-any-return]


def ligar(url: str) -> Redis:
    """Make the connection pool the app keeps. It retries once, for a connection gone stale, and never a timeout."""
    retry = Retry(NoBackoff(), 1, supported_errors=(SemConexao,))
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2, health_check_interval=30, retry=retry)


def fila(nome: Fila, redis: Redis | None = None) -> Queue:
    """One of the queues."""
    return Queue(nome.value, connection=redis or conexao(), serializer=JSONSerializer, job_class=Tarefa)


def enfileirar(
    nome: Fila, tarefa: str, *chaves: int, job_id: str, em: datetime | None = None, prazo_s: int | None = None
) -> bool:
    """Put a job on a queue: `tarefa` is a dotted function name, `chaves` the row's id, `em` an instant to wait for.

    `prazo_s`: how long it may run, when RQ's three minutes are too few.

    Returns False when a job of that id already waits or runs. Raises RedisError when the queue is down.
    """
    destino = fila(nome)
    opcoes: dict[str, Any] = {"job_id": job_id, "result_ttl": 0, "failure_ttl": 7 * 86400, "unique": True}
    if prazo_s is not None:
        opcoes["job_timeout"] = prazo_s
    for _ in range(2):
        try:
            if em is not None and em > agora():
                destino.enqueue_at(em, tarefa, *chaves, **opcoes)
            else:
                destino.enqueue(tarefa, *chaves, **opcoes)
        except DuplicateJobError:
            if _viva(destino, job_id):
                return False
            # RQ refuses an id for as long as its job's record exists, and the record of a job that failed or whose
            # worker was killed stays for days. The row still asks for it, so the dead one makes way.
            _apagar(destino, job_id)
        else:
            return True
    return False


def _viva(destino: Queue, job_id: str) -> bool:
    """Whether the job of that id will still run, or runs.

    RQ's word for it is not enough: a job "queued" may have been taken by a worker that was killed before it began, one
    "started" may have died half way, one "scheduled" may have lost its scheduler. A live one taken for dead does no
    harm: whoever comes second finds the row reserved or done.
    """
    job = destino.fetch_job(job_id)
    if job is None:
        return False
    match job.get_status(refresh=False):
        case JobStatus.QUEUED:
            return destino.get_job_position(job_id) is not None
        case JobStatus.SCHEDULED:
            marcada = destino.connection.zscore(destino.scheduled_job_registry.key, job_id)
            return marcada is not None and float(marcada) > agora().timestamp() - _ATRASO_DO_AGENDADOR_S
        case JobStatus.STARTED:
            # A job holds its row for `reserva_s` and no longer, so an older one has nothing left to report.
            limite = agora() - timedelta(seconds=current_app.config["PETICIONAMENTO"].reserva_s)
            return job.started_at is not None and job.started_at > limite
        case _:
            return False


def _apagar(destino: Queue, job_id: str) -> None:
    job = destino.fetch_job(job_id)
    if job is not None:
        job.delete()
    destino.connection.delete(Job.key_for(job_id))  # a heartbeat may have left a record that is no job


def enfileirar_depois(
    nome: Fila, tarefa: str, *chaves: int, job_id: str, em: datetime | None = None, prazo_s: int | None = None
) -> None:
    """The same, once the current transaction is on disk; if Redis is down then, the sweep does it later."""
    depois_do_commit(
        lambda: _sem_redis_fora(lambda: enfileirar(nome, tarefa, *chaves, job_id=job_id, em=em, prazo_s=prazo_s))
    )


def dispensar(nome: Fila, job_ids: list[str]) -> None:
    """Take jobs off a queue that another has done the work of; one that a worker has in hand is left alone."""
    if not job_ids:
        return
    destino = fila(nome)
    with destino.connection.pipeline(transaction=False) as linha:
        for job_id in job_ids:
            linha.lrem(destino.key, 1, job_id)
        esperavam = linha.execute()
    if tirados := [Job.key_for(job_id) for job_id, tirado in zip(job_ids, esperavam, strict=True) if tirado]:
        destino.connection.delete(*tirados)


def _sem_redis_fora(tarefa: Callable[[], object]) -> None:
    """Ask something of Redis, unless it failed a moment ago: one that hangs costs a page one timeout in all."""
    if time.monotonic() < current_app.extensions.get(_FORA_ATE, 0.0):
        return
    try:
        tarefa()
    except RedisError:
        current_app.extensions[_FORA_ATE] = time.monotonic() + _DESCANSO_S
        raise
