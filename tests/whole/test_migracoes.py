"""Migrations: one line of them, which makes exactly what the models say, and can be walked back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, text

from config import RAIZ
from peticionamento import create_app
from peticionamento.comum.db import db
from tests.fixtures.banco import config_de_teste
from tests.fixtures.servidores import Servidores

VERSOES = RAIZ / "migrations" / "versions"

CATALOGO = {
    "columns": """
        select table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
        from information_schema.columns where table_schema = 'public'""",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace""",
    "indexes": "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'",
    "sequences": "select sequencename, start_value, increment_by from pg_sequences where schemaname = 'public'",
    "functions": "select '', proname from pg_proc where pronamespace = 'public'::regnamespace",
    "triggers": "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal",
}
SO_DA_MIGRACAO = {"comum_andamento_so_cresce"}
"""What no model can say: the history's guard."""


def catalogo(motor: Engine) -> dict[str, list[tuple[object, ...]]]:
    """What is in a database, as PostgreSQL itself tells it."""
    with motor.connect() as conexao:
        return {
            que: sorted(
                (tuple(linha) for linha in conexao.execute(text(consulta)) if "alembic_version" not in str(linha[0])),
                key=str,
            )
            for que, consulta in CATALOGO.items()
        }


@pytest.fixture
def vazio(servidores: Servidores, numero: int, tmp_path: Path) -> Iterator[Flask]:
    """The application over a database with nothing in it."""
    nome = f"vazio_{numero}"
    with servidores.conectar() as conexao:
        conexao.execute(f"drop database if exists {nome} with (force)".encode())
        conexao.execute(f"create database {nome}".encode())
    app = create_app(config_de_teste(servidores.url(nome), servidores.redis_url(0), tmp_path))
    with app.app_context():
        yield app
        db.engine.dispose()
    with servidores.conectar() as conexao:
        conexao.execute(f"drop database if exists {nome} with (force)".encode())


def test_there_is_one_head_and_one_line() -> None:
    roteiros = ScriptDirectory(str(RAIZ / "migrations"))
    assert len(roteiros.get_heads()) == 1
    assert all(not isinstance(revisao.down_revision, tuple) for revisao in roteiros.walk_revisions())


def test_files_say_when_and_what() -> None:
    for arquivo in VERSOES.glob("*.py"):
        assert re.fullmatch(r"20\d{6}_\d{4}(_[a-z0-9]+)+\.py", arquivo.name), arquivo.name
        assert f'revision = "{arquivo.name[:13]}"' in arquivo.read_text(encoding="utf-8")


def test_from_nothing_to_the_models_and_back(vazio: Flask) -> None:
    flask_migrate.upgrade()
    migrado = catalogo(db.engine)
    assert all(migrado.values())
    flask_migrate.check()  # Alembic's own comparison raises when it would write another migration
    flask_migrate.downgrade(revision="base")
    assert {que: [linha for linha in linhas if linha] for que, linhas in catalogo(db.engine).items()} == {
        que: [] for que in CATALOGO
    }
    db.create_all()
    dos_modelos = catalogo(db.engine)
    for que in ("functions", "triggers"):
        assert {linha[1] for linha in migrado.pop(que)} - {linha[1] for linha in dos_modelos.pop(que)} == SO_DA_MIGRACAO
    assert migrado == dos_modelos


def test_going_up_twice_and_up_again_after_going_down_changes_nothing(vazio: Flask) -> None:
    flask_migrate.upgrade()
    primeiro = catalogo(db.engine)
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    assert catalogo(db.engine) == primeiro


def test_they_can_be_written_as_sql_for_those_who_apply_it_by_hand(
    vazio: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    flask_migrate.upgrade(sql=True)
    sql = capsys.readouterr().out
    assert "CREATE TABLE comum_andamento" in sql
    assert "create trigger comum_andamento_so_cresce" in sql
    with db.engine.connect() as conexao:
        assert conexao.execute(text("select count(*) from pg_tables where schemaname = 'public'")).scalar_one() == 0
