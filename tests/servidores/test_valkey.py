"""Valkey in a folder: found again, its queue kept over a restart, closed to who has no password."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError
from redis.retry import Retry

from peticionamento.servidores import processos, valkey
from peticionamento.servidores.valkey import Valkey

Ligar = Callable[..., Valkey]


@pytest.fixture
def ligar(tmp_path: Path) -> Iterator[Ligar]:
    """Start the server of one folder, again and again; all are stopped after the test."""
    ligados: list[Valkey] = []

    def _ligar(como: Valkey | None = None) -> Valkey:
        ligados.append(valkey.ligar(tmp_path / "valkey", duravel=True, como=como))
        return ligados[-1]

    yield _ligar
    for servidor in ligados:
        servidor.parar()


@pytest.fixture
def servidor(ligar: Ligar) -> Valkey:
    return ligar()


def test_keeps_its_queue_over_a_restart(servidor: Valkey, ligar: Ligar) -> None:
    Redis.from_url(servidor.url()).rpush("fila", "um", "dois")
    servidor.parar()
    assert not processos.vivo(servidor.processo)

    outro = ligar()

    assert Redis.from_url(outro.url()).lrange("fila", 0, -1) == [b"um", b"dois"]


def test_keeps_its_queue_when_killed(servidor: Valkey, ligar: Ligar) -> None:
    Redis.from_url(servidor.url()).rpush("fila", "um")
    time.sleep(1.2)  # it flushes every second
    servidor.processo.kill()
    processos.esperar_fim(servidor.processo, 5)

    outro = ligar()

    assert Redis.from_url(outro.url()).llen("fila") == 1


def test_finds_the_server_of_a_killed_run(servidor: Valkey, ligar: Ligar) -> None:
    achado = ligar()
    assert (achado.processo.pid, achado.url()) == (servidor.processo.pid, servidor.url())


def test_one_that_hangs_is_replaced(servidor: Valkey, ligar: Ligar) -> None:
    servidor.processo.suspend()
    outro = ligar()
    assert outro.processo.pid != servidor.processo.pid
    assert Redis.from_url(outro.url()).ping()


def test_never_drops_a_job_for_lack_of_memory(servidor: Valkey) -> None:
    redis = Redis.from_url(servidor.url())
    assert redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert redis.config_get("appendonly") == {"appendonly": "yes"}


def test_asks_for_the_password_and_keeps_it_to_itself(servidor: Valkey, tmp_path: Path) -> None:
    with pytest.raises(AuthenticationError):
        Redis(host="127.0.0.1", port=servidor.porta, retry=Retry(NoBackoff(), 0)).ping()
    assert (tmp_path / "valkey" / "valkey.conf").stat().st_mode & 0o777 == 0o600
    assert servidor.senha not in " ".join(servidor.processo.cmdline())


def test_takes_over_the_place_of_one_that_stopped(servidor: Valkey, ligar: Ligar) -> None:
    servidor.parar()
    assert ligar(como=servidor).url() == servidor.url()
