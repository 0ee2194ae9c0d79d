"""Keyset pages: the next page begins after the last row's key, so page one thousand costs what page one does.

No OFFSET, no COUNT. The cursor in the URL is the key of the last row, as text.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from peticionamento.comum.db import db

T = TypeVar("T")

TAMANHO = 25
_LIMITE_CURSOR = 200


@dataclass(frozen=True)
class Pagina(Generic[T]):
    """One page of rows, and the cursor of the next (None on the last)."""

    itens: Sequence[T]
    proximo: str | None
    continua: bool = False

    @property
    def proxima_url(self) -> str | None:
        """This page's address with the next cursor."""
        return _url(depois=self.proximo) if self.proximo else None

    @property
    def anterior_url(self) -> str | None:
        """Back to the first page, when this is not it."""
        return _url(depois=None) if self.continua else None


def _url(**mudancas: str | None) -> str:
    argumentos = {**request.args.to_dict(), **(request.view_args or {}), **mudancas}
    return url_for(request.endpoint or "", **{k: v for k, v in argumentos.items() if v})


def _ler_cursor(cursor: str | None, tipos: Sequence[type]) -> list[Any] | None:
    """The key of the last row seen; None, which shows the first page, when the address was mangled."""
    if not cursor or len(cursor) > _LIMITE_CURSOR:
        return None
    try:
        partes = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
        return [_ler_chave(tipo, parte) for tipo, parte in zip(tipos, partes, strict=True)]
    except (ValueError, TypeError):
        return None


def _ler_chave(tipo: type, parte: Any) -> Any:
    """One key column's value. Raises ValueError or TypeError when the database would not take it."""
    if tipo in (date, datetime):
        return tipo.fromisoformat(parte)
    if isinstance(parte, int) and abs(parte) >= 2**63:
        raise ValueError(parte)
    if type(parte) is not tipo:
        raise TypeError(parte)
    return parte


def _escrever_cursor(chaves: Sequence[Any]) -> str:
    partes = [c.isoformat() if isinstance(c, date) else c for c in chaves]
    return base64.urlsafe_b64encode(json.dumps(partes).encode()).decode().rstrip("=")


def paginar(
    consulta: Select[*tuple[Any, ...]],
    chaves: Sequence[tuple[InstrumentedAttribute[Any], type]],
    cursor: str | None,
    *,
    decrescente: bool = False,
    tamanho: int = TAMANHO,
) -> Pagina[Any]:
    """Read one page of `consulta` in the order of `chaves` (column and its Python type), all in the same direction.

    The key columns must also be the last columns the query selects; the rows come back without them being special.
    An index on them keeps the page fast.
    """
    colunas = [coluna for coluna, _ in chaves]
    depois = _ler_cursor(cursor, [tipo for _, tipo in chaves])
    if depois is not None:
        limite = tuple_(*colunas)
        consulta = consulta.where(limite < tuple(depois) if decrescente else limite > tuple(depois))
    consulta = consulta.order_by(*(c.desc() if decrescente else c.asc() for c in colunas)).limit(tamanho + 1)
    linhas = db.session().execute(consulta).all()
    proximo = None
    if len(linhas) > tamanho:
        proximo = _escrever_cursor(tuple(linhas[tamanho - 1])[-len(colunas) :])
    return Pagina(linhas[:tamanho], proximo, depois is not None)
