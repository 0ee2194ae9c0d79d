"""`GET /saude`: what the house stands on, for load balancers, monitors and `make run`. It answers within seconds.

It asks the database on a connection of its own, so that it tells the truth when the pool is worn out, and it is quick
to give up where a page would be patient.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, jsonify
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Worker
from rq.worker import WorkerStatus
from sqlalchemy import Engine, NullPool, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from peticionamento.comum import arquivos
from peticionamento.comum.permissoes import aberta
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models import Entrega

logger = logging.getLogger(__name__)

OK, FORA = "ok", "fora"
SEM_SINAL_S = 90
"""A worker not heard of for this long is dead: an idle one speaks every 15 s, a busy one every 10 s."""

_ESPERA_S = 1


@dataclass(frozen=True)
class _Sondas:
    """The connections health is asked over, apart from those that work."""

    banco: Engine
    redis: Redis


def init_app(app: Flask) -> None:
    """Register the page."""
    config = app.config["PETICIONAMENTO"]
    app.extensions["saude"] = _Sondas(
        banco=create_engine(
            config.database_url,
            poolclass=NullPool,
            # libpq takes less than two seconds for two
            connect_args={"connect_timeout": 2, "options": f"-c statement_timeout={_ESPERA_S * 1000}"},
        ),
        redis=Redis.from_url(
            config.redis_url,
            socket_connect_timeout=_ESPERA_S,
            socket_timeout=_ESPERA_S,
            retry=Retry(NoBackoff(), 0),
        ),
    )
    app.add_url_rule("/saude", "saude", saude)


@aberta("monitors ask without signing in; it tells no one's business")
def saude() -> tuple[Response, int]:
    """Say how everything is: 503 when the database is down, 200 when only something else is."""
    sondas: _Sondas = current_app.extensions["saude"]
    banco, mais_antiga_s = _banco(sondas.banco)
    fila, trabalhadores = _fila(sondas.redis)
    corpo = {
        "banco": banco,
        "fila": fila,
        "trabalhadores": trabalhadores,
        "arquivos": _arquivos(),
        "entrega_mais_antiga_s": mais_antiga_s,
    }
    return jsonify(corpo), HTTPStatus.OK if banco == OK else HTTPStatus.SERVICE_UNAVAILABLE


def _banco(motor: Engine) -> tuple[str, float | None]:
    """The database, and the age in seconds of the oldest delivery not delivered."""
    consulta = select(func.min(Entrega.criada_em)).where(
        Entrega.estado.in_([EstadoSaida.NA_FILA, EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA])
    )
    try:
        with motor.connect() as conexao:
            mais_antiga: datetime | None = conexao.execute(consulta).scalar_one()
    except SQLAlchemyError as erro:
        logger.warning("the database does not answer: %s", erro)
        return FORA, None
    return OK, round((agora() - mais_antiga).total_seconds(), 1) if mais_antiga else None


def _fila(redis: Redis) -> tuple[str, dict[str, int] | None]:
    """The queue, and how many workers live and are busy."""
    try:
        registros = [_registro(redis, chave) for chave in Worker.all_keys(connection=redis)]
    except RedisError as erro:
        logger.warning("the queue does not answer: %s", erro)
        return FORA, None
    limite = (agora() - timedelta(seconds=SEM_SINAL_S)).timestamp()
    vivos = [estado for estado, sinal in registros if sinal is not None and sinal.timestamp() > limite]
    return OK, {"vivos": len(vivos), "ocupados": vivos.count(WorkerStatus.BUSY)}


def _registro(redis: Redis, chave: str) -> tuple[str, datetime | None]:
    """A worker's state and its last sign of life."""
    valores: list[Any] = redis.hmget(chave, "state", "last_heartbeat")
    estado, sinal = (valor.decode() if valor else "" for valor in valores)
    return estado, datetime.fromisoformat(sinal) if sinal else None


def _arquivos() -> str:
    try:
        arquivos.conferir_deposito()
    except OSError as erro:
        logger.warning("the file store does not answer: %s", erro)
        return FORA
    return OK
