"""`/saude` tells the truth about each thing the house stands on, and tells it quickly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from peticionamento import create_app
from peticionamento.comum import fila
from peticionamento.comum.db import db, transaction
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models import Entrega
from peticionamento.saude import SEM_SINAL_S
from tests.factories import triagem
from tests.fixtures.banco import config_de_teste

pytestmark = pytest.mark.comprometido  # health has connections of its own


@pytest.fixture
def manca(app: Flask, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FlaskClient]:
    """The application with one leg broken: `request.param` changes its settings."""
    config = app.config["PETICIONAMENTO"]
    urls = {"database_url": config.database_url, "redis_url": config.redis_url, "arquivos": tmp_path / "arquivos"}
    outra = create_app(config_de_teste(**{**urls, **request.param}))
    yield outra.test_client()
    with outra.app_context():
        db.engine.dispose()


def test_all_is_well(cliente: FlaskClient) -> None:
    resposta = cliente.get("/saude")
    assert resposta.status_code == 200
    assert resposta.json == {
        "banco": "ok",
        "fila": "ok",
        "trabalhadores": {"vivos": 0, "ocupados": 0},
        "arquivos": "ok",
        "entrega_mais_antiga_s": None,
    }


def test_a_stranger_gets_no_cookie(cliente: FlaskClient) -> None:
    assert "Set-Cookie" not in cliente.get("/saude").headers


SEM_BANCO = {"database_url": "postgresql+psycopg://postgres@127.0.0.1:1/nada"}


@pytest.mark.parametrize("manca", [SEM_BANCO], indirect=True)
def test_without_the_database_it_is_unwell(manca: FlaskClient) -> None:
    resposta = manca.get("/saude")
    assert resposta.status_code == 503
    assert resposta.json is not None
    assert (resposta.json["banco"], resposta.json["fila"]) == ("fora", "ok")


SEM_FILA = {"redis_url": "redis://127.0.0.1:1/0"}


@pytest.mark.parametrize("manca", [SEM_FILA], indirect=True)
def test_without_the_queue_people_still_work(manca: FlaskClient) -> None:
    comeco = time.monotonic()
    resposta = manca.get("/saude")
    assert resposta.status_code == 200
    assert resposta.json is not None
    assert (resposta.json["banco"], resposta.json["fila"], resposta.json["trabalhadores"]) == ("ok", "fora", None)
    assert time.monotonic() - comeco < 2


@pytest.mark.parametrize("manca", [{"arquivos": Path("/proc/nada")}], indirect=True)
def test_without_the_file_store_it_says_so(manca: FlaskClient) -> None:
    resposta = manca.get("/saude")
    assert resposta.json is not None
    assert (resposta.status_code, resposta.json["arquivos"]) == (200, "fora")


def test_counts_the_workers_alive_and_busy(app: Flask, cliente: FlaskClient) -> None:
    redis = fila.conexao()
    _trabalhador(redis, "um", "busy", 1)
    _trabalhador(redis, "dois", "idle", 1)
    _trabalhador(redis, "morto", "busy", SEM_SINAL_S + 5)
    resposta = cliente.get("/saude")
    assert resposta.json is not None
    assert resposta.json["trabalhadores"] == {"vivos": 2, "ocupados": 1}


def _trabalhador(redis: Redis, nome: str, estado: str, calado_s: int) -> None:
    sinal = (agora() - timedelta(seconds=calado_s)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    redis.sadd("rq:workers", f"rq:worker:{nome}")
    redis.hset(f"rq:worker:{nome}", mapping={"state": estado, "last_heartbeat": sinal})


def test_says_how_old_the_oldest_delivery_is(app: Flask, cliente: FlaskClient) -> None:
    triagem.distribuida(["SES", "SEE"])
    with transaction() as session:
        nova, velha = session.query(Entrega).order_by(Entrega.id)
        nova.criada_em -= timedelta(seconds=30)
        velha.criada_em -= timedelta(hours=2)
    resposta = cliente.get("/saude")
    assert resposta.json is not None
    assert resposta.json["entrega_mais_antiga_s"] == pytest.approx(7200, abs=5)

    with transaction() as session:
        session.get_one(Entrega, velha.id).estado = EstadoSaida.ENTREGUE
    resposta = cliente.get("/saude")
    assert resposta.json is not None
    assert resposta.json["entrega_mais_antiga_s"] == pytest.approx(30, abs=5)
