"""The database session and `transaction()`, the only place that commits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from select import POLLIN, poll
from typing import TYPE_CHECKING, Any, TypeVar, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DDL, BigInteger, Connection, DateTime, MetaData, event, select
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import Pool

from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.escrita import Nova, escrever, nova

logger = logging.getLogger(__name__)


class Base(DeclarativeBase):
    """Declarative base: aware timestamps, 64-bit keys, constraint names that migrations can repeat."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: DateTime(timezone=True), int: BigInteger},
    )


# A connection for each thread of a web process (eight): more than the pool keeps are opened and closed at each request.
db = SQLAlchemy(model_class=Base, engine_options={"connect_args": {"connect_timeout": 5}, "pool_size": 10})


@event.listens_for(Pool, "checkout")
def _conferir_conexao(conexao: Any, _registro: object, _emprestada: object) -> None:
    """Do not hand out a connection that the server has closed: the pool makes another.

    A server that ends says so on the socket, where an idle connection has nothing to read; looking costs microseconds,
    SQLAlchemy's own ping a statement for each page.
    """
    if conexao.closed:
        raise DisconnectionError()
    olhar = poll()
    olhar.register(conexao.fileno(), POLLIN)
    if olhar.poll(0):
        raise DisconnectionError()


if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

M = TypeVar("M", bound=Base)

PORTUGUES_SEM_ACENTOS = """
create extension if not exists unaccent;
create extension if not exists pg_trgm;
do $$ begin
  if not exists (select from pg_ts_config where cfgname = 'comum_portugues') then
    create text search configuration comum_portugues (copy = portuguese);
    alter text search configuration comum_portugues
      alter mapping for asciiword, asciihword, hword_asciipart, hword, hword_part, word with unaccent, portuguese_stem;
  end if;
end $$;
"""
"""The text search configuration of every search: Portuguese stems, accents aside. Generated columns name it.

`pg_trgm` says how alike two subjects are."""

event.listen(Base.metadata, "before_create", DDL(PORTUGUES_SEM_ACENTOS))  # type: ignore[no-untyped-call]

_ABERTA = "transacao_aberta"
_DEPOIS = "depois_do_commit"
_JUNTAS = "escritas_juntas"
_ULTIMAS = "ultimas_escritas"


@contextmanager
def transaction() -> Iterator[Session]:
    """Run one use case as one transaction.

    The outermost call commits, a nested one joins, any exception rolls everything back. What was handed to
    `depois_do_commit` runs after the commit; a failure there is logged and mended by the sweep, because the row
    that asks for it is already safe.

    Not `with db.session.begin()`: Flask-Login's read has already begun a transaction, and that would raise.
    """
    session: Session = db.session()
    if session.info.get(_ABERTA):
        session.info[_ABERTA] += 1
        try:
            yield session
        finally:
            session.info[_ABERTA] -= 1
        return
    session.info[_ABERTA] = 1
    session.info[_DEPOIS] = []
    try:
        yield session
        _confirmar(session)
    except BaseException:
        session.rollback()
        session.info[_DEPOIS] = []
        session.info.pop(_ULTIMAS, None)
        raise
    finally:
        session.info[_ABERTA] = 0
        tarefas = session.info.pop(_DEPOIS, [])
    for tarefa in tarefas:
        _tentar(tarefa)


def _confirmar(session: Session) -> None:
    """Commit; where a last statement waits, both go in one message, and no lock is held while it is answered."""
    ultimas: tuple[list[Nova], tuple[Base, ...]] | None = session.info.pop(_ULTIMAS, None)
    if ultimas is not None:
        novas, mudadas = ultimas
        conexao = session.connection()
        if conexao.in_nested_transaction():  # somebody outside commits, or rolls back: a test
            escrever(conexao, novas, mudadas)
        else:
            _escrever_e_confirmar(conexao, novas, mudadas)
        _escritas(session, mudadas)
    session.commit()


def _escritas(session: Session, mudadas: Iterable[Base]) -> None:
    for linha in mudadas:
        session.expire(linha)  # nothing is left for the flush to look at


def _escrever_e_confirmar(conexao: Connection, novas: list[Nova], mudadas: Iterable[Base]) -> None:
    """The session's own commit, later, finds nothing left to do."""
    driver = cast(psycopg.Connection[Any], conexao.connection.driver_connection)
    try:
        with driver.pipeline():
            escrever(conexao, novas, mudadas)
            driver.commit()
    except psycopg.Error as erro:
        raise DBAPIError.instance(None, None, erro, psycopg.Error) from erro


def _tentar(tarefa: Callable[[], object]) -> None:
    try:
        tarefa()
    except Exception:
        logger.warning("after the commit: left for the sweep", exc_info=True)


def depois_do_commit(tarefa: Callable[[], object]) -> None:
    """Run `tarefa` once the current transaction is on disk; never if it is rolled back."""
    db.session().info[_DEPOIS].append(tarefa)


def esquecer_depois() -> None:
    """Drop what would run after the commit: the demonstration's outbox is carried while it is written."""
    db.session().info[_DEPOIS].clear()


@contextmanager
def lembrando() -> Iterator[None]:
    """Keep what was read from one transaction of the block to the next: registers, and who is acting.

    For many small transactions in a row. What each of them acts on is locked, and read anew there.
    """
    session: Session = db.session()
    session.expire_on_commit = False
    try:
        yield
    finally:
        session.expire_on_commit = True
        session.expire_all()


def soltar_conexao() -> None:
    """End the read that is open, before waiting for the network: a slow server must not hold a connection.

    Raises RuntimeError inside a use case: nothing outside the database happens in a transaction.
    """
    session = db.session()
    if session.info.get(_ABERTA):
        raise RuntimeError("the network waits for the commit, never the other way round")
    session.rollback()


def travar(modelo: type[M], chave: int | str) -> M:
    """Fetch one row with a row lock and its current values.

    `populate_existing` matters: the row may already be in the session from an earlier, unlocked read. The table's
    key is `id`. Raises NaoEncontrado.
    """
    consulta = (
        select(modelo)
        .where(modelo.id == chave)  # type: ignore[attr-defined]
        .with_for_update(of=modelo)
        .execution_options(populate_existing=True)
    )
    linha = db.session().execute(consulta).scalar_one_or_none()
    if linha is None:
        raise NaoEncontrado()
    return linha


def inserir(modelo: type[Base], /, **valores: Any) -> None:
    """Insert a new row past the session's bookkeeping, at a fifth of its cost: at once, or with the others of a block.

    For what this transaction writes and does not look at again: a line of history, a notice. No object is made of it,
    the row does not get its key, and relationships are not followed. Raises KeyError: a value for what is no column.
    """
    _inserir((modelo, valores))


def inserir_objeto(linha: Base) -> None:
    """The same for a row that was passed around as an object."""
    _inserir(nova(linha))


def _inserir(linha: Nova) -> None:
    session = db.session()
    juntas: list[Nova] | None = session.info.get(_JUNTAS)
    if juntas is None:
        escrever(session.connection(), [linha])
    else:
        juntas.append(linha)


@contextmanager
def escritas_juntas(*mudadas: Base, e_confirmar: bool = False) -> Iterator[None]:
    """Write what `inserir` is handed inside the block at its end, and the rows that changed, all by one statement.

    Nothing inside may read what is not written yet. Where the session has other changes, the changed rows are left to
    its flush, which writes the same again: expiring them could take those changes along. With `e_confirmar` nothing
    comes after: the statement is sent together with the commit.
    """
    session = db.session()
    juntas: list[Nova] = []
    session.info[_JUNTAS] = juntas
    try:
        yield
    finally:
        del session.info[_JUNTAS]
    sem_outras = set(session.dirty) <= set(mudadas) and not session.new
    if e_confirmar and sem_outras and session.info[_ABERTA] == 1:
        session.info[_ULTIMAS] = (juntas, mudadas)
        return
    escrever(session.connection(), juntas, mudadas)
    if sem_outras:
        _escritas(session, mudadas)
