"""What changes a few times a year, kept by each process for a while: holidays, numbering, what a type asks for.

Forgotten at once in the process that changes a register, after `VALE_S` seconds in the others. A job that follows a
change of a register forgets first.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from cachetools import TTLCache
from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from peticionamento.comum.db import db

P = ParamSpec("P")
R = TypeVar("R")

VALE_S = 20
_NOME = "memoria"
_MUDARAM = "registros_mudaram"
_REGISTROS = "cadastros_"
"""How the names of the registers' tables begin."""
_vez = Lock()


def lembrada(ler: Callable[P, R]) -> Callable[P, R]:
    """Keep what a read gives, by its arguments, for a while. Only for what nobody changes after it is returned."""

    @wraps(ler)
    def lembrando(*args: P.args, **kwargs: P.kwargs) -> R:
        if db.session().info.get(_MUDARAM):  # not committed yet: for this transaction's eyes alone
            return ler(*args, **kwargs)
        chave = (ler.__module__, ler.__qualname__, args, tuple(kwargs.items()))
        memoria = _memoria()
        with _vez:
            if chave in memoria:
                guardado: R = memoria[chave]
                return guardado
        lido = ler(*args, **kwargs)
        with _vez:
            memoria[chave] = lido
        return lido

    return lembrando


def esquecer() -> None:
    """Read the registers anew from now on, in this process."""
    with _vez:
        _memoria().clear()


@event.listens_for(Session, "after_flush")
def _ver_o_que_mudou(session: Session, _contexto: object) -> None:
    if any(
        type(linha).__tablename__.startswith(_REGISTROS) for linha in (*session.new, *session.dirty, *session.deleted)
    ):
        session.info[_MUDARAM] = True


@event.listens_for(Session, "after_commit")
def _guardado(session: Session) -> None:
    if session.info.pop(_MUDARAM, False):
        esquecer()


@event.listens_for(Session, "after_rollback")
def _desfeito(session: Session) -> None:
    session.info.pop(_MUDARAM, None)


def _memoria() -> TTLCache[Any, Any]:
    memoria: TTLCache[Any, Any] | None = current_app.extensions.get(_NOME)
    if memoria is None:
        memoria = current_app.extensions.setdefault(_NOME, TTLCache(maxsize=512, ttl=VALE_S))
    return memoria
