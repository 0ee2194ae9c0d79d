"""Rows of several tables written by one statement, or by a few.

A flush costs a statement a table, each put together anew and answered before the next; these are put together once for
each shape (which tables, which columns, how many rows) and sent as one: data-modifying parts of one `with`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, inspect, literal, literal_column, update
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.orm import InstanceState
from sqlalchemy.sql.dml import UpdateBase

_DIALETO = psycopg.dialect()  # type: ignore[no-untyped-call]
Processador = Callable[[Any], Any]
_NO_TEXTO = {"literal_binds": True}
LIMITE_PARAMETROS = 60
"""Values in one statement. psycopg keeps the reading of one with at most 50 different ones; some are the same."""


class _Parte(NamedTuple):
    """Rows of one table with the same columns: new ones, or one that changed."""

    modelo: type[Any]
    nova: bool
    colunas: tuple[str, ...]
    quantas: int = 1


Nova = tuple[type[Any], dict[str, Any]]
"""A new row: its model, and the values of its columns."""
_Cheia = tuple[_Parte, list[dict[str, Any]]]
"""A part and the values of its rows."""


def escrever(conexao: Connection, novas: Iterable[Nova], mudadas: Iterable[Any] = ()) -> None:
    """Insert the new rows and update the changed ones, by as few statements as can be.

    Columns alone are written: a relationship set is not followed. A row without a change is left out. Raises KeyError:
    a value for what is no column.
    """
    partes: list[_Cheia] = []
    for linha in mudadas:
        if valores := _mudadas(inspect(linha)):
            partes.append((_Parte(type(linha), False, tuple(valores)), [valores]))
    por_modelo: dict[type[Any], list[dict[str, Any]]] = {}
    for modelo, valores in novas:
        por_modelo.setdefault(modelo, []).append(_novas(modelo, valores))
    for modelo, lista in por_modelo.items():
        colunas = tuple(lista[0]) if len(lista) == 1 else tuple(sorted(set().union(*lista)))
        partes.append((_Parte(modelo, True, colunas, len(lista)), lista))
    for juntas in _que_cabem(partes):
        nomes, parametros = _parametros(juntas)
        comando, processadores = _pronto(tuple(parte for parte, _ in juntas), nomes)
        for nome, processar in processadores.items():
            if parametros[nome] is not None:
                parametros[nome] = processar(parametros[nome])
        conexao.exec_driver_sql(comando, parametros)


def nova(linha: Any) -> Nova:
    """A new row out of a mapped object: what it says of itself."""
    estado: InstanceState[Any] = inspect(linha)
    colunas = _molde(type(linha)).colunas
    return type(linha), {nome: valor for nome, valor in estado.dict.items() if nome in colunas}


def _que_cabem(partes: list[_Cheia]) -> Iterator[list[_Cheia]]:
    """The parts in as few statements as psycopg keeps ready: it reads one with more parameters anew each time."""
    juntas: list[_Cheia] = []
    cabem = LIMITE_PARAMETROS
    for cheia in partes:
        custo = len(cheia[0].colunas) * cheia[0].quantas
        if juntas and custo > cabem:
            yield juntas
            juntas, cabem = [], LIMITE_PARAMETROS
        juntas.append(cheia)
        cabem -= custo
    if juntas:
        yield juntas


def _parametros(partes: list[_Cheia]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The parameter's name of each value, in the order of the statement, and the values.

    The same moment, and the same key under the same name, are sent once: the rows of one act share them.
    """
    nomes: list[str] = []
    parametros: dict[str, Any] = {}
    vistos: dict[Any, str] = {}
    for p, (parte, lista) in enumerate(partes):
        for n, valores in enumerate(lista):
            for coluna in parte.colunas:
                valor, nome = valores.get(coluna), f"p{p}_{n}_{coluna}"
                if type(valor) is datetime:
                    nome = vistos.setdefault(id(valor), nome)
                elif type(valor) is int and coluna.endswith("_id"):
                    nome = vistos.setdefault((coluna, valor), nome)
                parametros[nome] = valor
                nomes.append(nome)
    return tuple(nomes), parametros


def _novas(modelo: type[Any], ditos: dict[str, Any]) -> dict[str, Any]:
    """What is said of a new row, and the defaults that are made anew for each."""
    molde = _molde(modelo)
    valores = {nome: valor for nome, valor in ditos.items() if valor is not None}
    if not molde.colunas.issuperset(valores):
        raise KeyError(f"{modelo.__name__} has no column {', '.join(set(valores) - molde.colunas)}")
    for nome, fazer in molde.feitos:
        if nome not in valores:
            valores[nome] = fazer(None)
    return valores


def _mudadas(estado: InstanceState[Any]) -> dict[str, Any]:
    """What changed, and the row's key, which is written over itself."""
    colunas = _molde(estado.class_).colunas
    mudadas = {nome: estado.dict[nome] for nome in estado.committed_state if nome in colunas}
    return {**mudadas, "id": estado.dict["id"]} if mudadas else {}


class _Molde(NamedTuple):
    """A model's columns, and what the program puts where a new row says nothing: constants, and what is made anew."""

    colunas: frozenset[str]
    constantes: dict[str, Any]
    feitos: list[tuple[str, Callable[[Any], Any]]]


_moldes: dict[type[Any], _Molde] = {}


def _molde(modelo: type[Any]) -> _Molde:
    if modelo not in _moldes:
        _moldes[modelo] = _ler_molde(modelo)
    return _moldes[modelo]


def _ler_molde(modelo: type[Any]) -> _Molde:
    mapa = inspect(modelo)
    padroes: list[tuple[str, Any]] = [(c.name, c.default) for c in mapa.local_table.columns if c.default is not None]
    constantes: dict[str, Any] = {nome: padrao.arg for nome, padrao in padroes if padrao.is_scalar}
    feitos = [(nome, padrao.arg) for nome, padrao in padroes if padrao.is_callable]
    return _Molde(frozenset(mapa.column_attrs.keys()), constantes, feitos)


@lru_cache(maxsize=512)
def _pronto(forma: tuple[_Parte, ...], nomes: tuple[str, ...]) -> tuple[str, dict[str, Processador]]:
    """The SQL of a shape, and what its parameters must go through."""
    processadores: dict[str, Processador] = {}
    restam = iter(nomes)
    *antes, ultima = [_comando(parte, restam, processadores) for parte in forma]
    inteiro = ultima.add_cte(*(comando.cte(f"parte_{p}") for p, comando in enumerate(antes)))
    return str(inteiro.compile(dialect=_DIALETO)), processadores


def _comando(parte: _Parte, nomes: Iterator[str], processadores: dict[str, Processador]) -> Any:
    tabela = inspect(parte.modelo).local_table

    def parametro(coluna: str) -> Any:
        tipo, nome = tabela.c[coluna].type, next(nomes)
        if (processar := tipo.dialect_impl(_DIALETO).bind_processor(_DIALETO)) is not None:
            processadores[nome] = processar
        return bindparam(nome, type_=tipo)

    linhas = [{coluna: parametro(coluna) for coluna in parte.colunas} for _ in range(parte.quantas)]
    if not parte.nova:
        chave = linhas[0].pop("id")
        comando: UpdateBase = update(tabela).where(tabela.c.id == chave).values(linhas[0])
        return comando
    # Constants go into the text of the statement: fewer values to send.
    constantes: dict[str, Any] = {
        nome: literal_column(
            str(literal(valor, tabela.c[nome].type).compile(dialect=_DIALETO, compile_kwargs=_NO_TEXTO))
        )
        for nome, valor in _molde(parte.modelo).constantes.items()
        if nome not in parte.colunas
    }
    linhas = [{**constantes, **linha} for linha in linhas]
    return insert(tabela).inline().values(linhas[0] if parte.quantas == 1 else linhas)
