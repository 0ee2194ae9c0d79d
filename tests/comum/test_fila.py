"""The queue: one job an id while it is alive, and no dead one in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from rq import Queue, SimpleWorker
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from peticionamento.comum import fila
from peticionamento.comum.db import transaction
from peticionamento.comum.fila import Fila
from peticionamento.comum.tempo import agora

TAREFA = "tests.comum.test_fila.trabalhar"
ID = "entrega-1-0-1"
feitos: list[int] = []


def trabalhar(chave: int) -> None:
    """What the jobs here run."""
    if chave < 0:
        raise ZeroDivisionError
    feitos.append(chave)


@pytest.fixture
def entregas(app: Flask) -> Queue:
    feitos.clear()
    return fila.fila(Fila.ENTREGAS)


def por(chave: int = 7, **opcoes: object) -> bool:
    return fila.enfileirar(Fila.ENTREGAS, TAREFA, chave, job_id=ID, **opcoes)  # type: ignore[arg-type]


def trabalhar_tudo(entregas: Queue) -> None:
    SimpleWorker([entregas], connection=entregas.connection, serializer=JSONSerializer).work(
        burst=True, logging_level="CRITICAL"
    )


def test_a_job_carries_a_name_and_an_id_as_json(entregas: Queue) -> None:
    assert por(7)
    job = entregas.fetch_job(ID)
    assert job is not None
    assert job.data == b'["tests.comum.test_fila.trabalhar", null, [7], {}]'
    trabalhar_tudo(entregas)
    assert feitos == [7]
    assert entregas.fetch_job(ID) is None, "nothing is kept of a job done"


def test_one_job_an_id(entregas: Queue) -> None:
    assert por()
    assert not por()
    assert entregas.job_ids == [ID]


def test_waits_for_its_instant(entregas: Queue) -> None:
    assert por(em=agora() + timedelta(minutes=5))
    assert not por(), "the one that waits is alive"
    assert entregas.job_ids == []
    assert entregas.scheduled_job_registry.get_job_ids() == [ID]


def test_an_instant_gone_by_is_now(entregas: Queue) -> None:
    assert por(em=agora() - timedelta(seconds=1))
    assert entregas.job_ids == [ID]


def test_one_that_failed_makes_way(entregas: Queue) -> None:
    por(-1)
    trabalhar_tudo(entregas)
    job = entregas.fetch_job(ID)
    assert job is not None
    assert job.get_status() is JobStatus.FAILED

    assert por()

    assert entregas.job_ids == [ID]
    assert entregas.failed_job_registry.get_job_ids() == []


def test_one_whose_worker_died_before_it_began_makes_way(entregas: Queue) -> None:
    por()
    entregas.connection.delete(entregas.key)  # a worker took it off the queue, and was killed
    assert por()
    assert entregas.job_ids == [ID]


@pytest.mark.parametrize(("ha_s", "morto"), [(1, False), (61, True)])
def test_one_that_runs_for_longer_than_it_may_hold_its_row_is_dead(entregas: Queue, ha_s: int, morto: bool) -> None:
    por()
    job = entregas.fetch_job(ID)
    assert job is not None
    entregas.connection.delete(entregas.key)
    job.set_status(JobStatus.STARTED)
    job.started_at = agora() - timedelta(seconds=ha_s)
    job.save()
    assert por() is morto


def test_one_that_lost_its_scheduler_makes_way(entregas: Queue) -> None:
    por(em=agora() + timedelta(minutes=5))
    entregas.connection.zadd(entregas.scheduled_job_registry.key, {ID: agora().timestamp() - 10})
    assert por()
    assert entregas.job_ids == [ID]
    assert entregas.scheduled_job_registry.get_job_ids() == []


def test_a_record_that_is_no_job_makes_way(entregas: Queue) -> None:
    entregas.connection.hset(f"rq:job:{ID}", "last_heartbeat", "x")  # a heartbeat that came after the job was done
    assert por()
    assert entregas.job_ids == [ID]


def test_nothing_is_queued_before_the_commit_nor_after_a_rollback(entregas: Queue) -> None:
    with transaction():
        fila.enfileirar_depois(Fila.ENTREGAS, TAREFA, 1, job_id=ID)
        assert entregas.job_ids == []
    assert entregas.job_ids == [ID]

    with pytest.raises(ZeroDivisionError), transaction():
        fila.enfileirar_depois(Fila.ENTREGAS, TAREFA, 2, job_id="entrega-2-0-1")
        raise ZeroDivisionError
    assert entregas.job_ids == [ID]


def test_a_queue_that_is_down_undoes_nothing(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.extensions["redis"] = fila.ligar("redis://127.0.0.1:1/0")
    with transaction():
        fila.enfileirar_depois(Fila.ENTREGAS, TAREFA, 1, job_id=ID)
    assert "left for the sweep" in caplog.text
