"""Tables and queues: names that say what they are, and every outbox row has somebody to carry it."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import pytest
from rq.utils import import_attribute
from sqlalchemy import BigInteger, Date, DateTime, Table

from peticionamento import ROOMS
from peticionamento.comum.db import db
from peticionamento.comum.fila import Fila
from peticionamento.comum.saida import Saida
from peticionamento.rotinas import ROTINAS

SALAS = ("comum", "cadastros", *(sala.bp.name for sala in ROOMS))
TABELAS = sorted(db.metadata.tables.values(), key=lambda tabela: tabela.name)
# Sorted, because SQLAlchemy keeps them as a set and the tests' workers must agree on the order.
SAIDAS = sorted(
    (cast(type[Saida], mapa.class_) for mapa in db.Model.registry.mappers if issubclass(mapa.class_, Saida)),
    key=lambda entidade: entidade.__name__,
)


@pytest.mark.parametrize("tabela", TABELAS, ids=lambda tabela: tabela.name)
def test_a_table_carries_its_room_and_its_columns_say_what_they_hold(tabela: Table) -> None:
    sala = tabela.name.partition("_")[0]
    assert sala in SALAS
    for coluna in tabela.columns:
        if isinstance(coluna.type, DateTime):
            assert coluna.type.timezone, coluna
            assert coluna.name.endswith(("em", "_ate")), coluna
        elif isinstance(coluna.type, Date):
            assert coluna.name.endswith("dia"), coluna
        if coluna.foreign_keys:
            assert coluna.name.endswith("_id"), coluna
            assert isinstance(coluna.type, BigInteger), coluna


@pytest.mark.parametrize("tabela", TABELAS, ids=lambda tabela: tabela.name)
def test_a_table_is_declared_in_the_room_it_names(tabela: Table) -> None:
    (mapa,) = (mapa for mapa in db.Model.registry.mappers if mapa.local_table is tabela)
    assert mapa.class_.__module__.split(".")[1] == tabela.name.partition("_")[0]


@pytest.mark.parametrize("entidade", SAIDAS, ids=lambda entidade: entidade.__name__)
def test_an_outbox_row_has_a_queue_a_carrier_and_a_sweep(entidade: type[Saida]) -> None:
    assert entidade.FILA in Fila
    assert callable(import_attribute(entidade.TAREFA))
    modulo = entidade.TAREFA.rpartition(".")[0]
    assert any(rotina.startswith(modulo) for rotina in ROTINAS)
    assert f"ix_{entidade.__tablename__}_pendentes" in {indice.name for indice in entidade.__table__.indexes}


def test_jobs_are_thin_and_live_in_jobs() -> None:
    for nome in (*ROTINAS, *(entidade.TAREFA for entidade in SAIDAS)):
        modulo, _, funcao = nome.rpartition(".")
        assert modulo.endswith(".jobs")
        assert getattr(import_module(modulo), funcao).__module__ == modulo


def test_every_queue_is_used() -> None:
    assert {entidade.FILA for entidade in SAIDAS} | {Fila.ROTINAS, Fila.PACOTES} == set(Fila)
