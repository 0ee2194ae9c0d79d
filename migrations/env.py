"""How Alembic reaches the database: through the application's own engine, one migration at a time on any machine."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from logging.config import fileConfig

import click
from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext, MigrationInfo
from flask import current_app
from sqlalchemy import text

from peticionamento.comum.db import db
from peticionamento.comum.tempo import BRASILIA

TRAVA = 7_045_328
"""The advisory lock's number, any will do: two machines deploying at once must not migrate at once."""

if context.config.config_file_name is not None and not logging.getLogger().handlers:
    # Whoever set up logging before (tests, a server) keeps it.
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)


def nomear(_contexto: MigrationContext, _revisao: object, diretivas: Iterable[MigrationScript]) -> None:
    """Name a new revision by its day and minute, and make none when the models and the tables agree."""
    (roteiro,) = diretivas
    if context.config.cmd_opts is not None and getattr(context.config.cmd_opts, "autogenerate", False):
        operacoes = roteiro.upgrade_ops
        if operacoes is not None and operacoes.is_empty():
            diretivas.clear()  # type: ignore[attr-defined]
            return
    roteiro.rev_id = datetime.now(BRASILIA).strftime("%Y%m%d_%H%M")


def dizer(
    *, ctx: MigrationContext, step: MigrationInfo, heads: Collection[object], run_args: Mapping[str, object]
) -> None:
    """Say each migration as it is made."""
    click.echo(
        f"Migração {'feita' if step.is_upgrade else 'desfeita'}: {step.up_revision_id or step.down_revision_ids}"
    )


def migrar() -> None:
    """Run the migrations in one transaction: all of them or none."""
    opcoes = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as conexao:
        context.configure(
            connection=conexao,
            target_metadata=db.metadata,
            process_revision_directives=nomear,
            on_version_apply=dizer,
            **opcoes,
        )
        with context.begin_transaction():
            conexao.execute(text("select pg_advisory_xact_lock(:numero)"), {"numero": TRAVA})
            context.run_migrations()


def escrever_sql() -> None:
    """Print the migrations as SQL (`flask db upgrade --sql`), for those who apply it by hand."""
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    escrever_sql()
else:
    migrar()
