"""Permissions, each declared once: which roles, and which rows.

A room's `permissions.py` declares its own; views, services and templates ask the functions here. A view that
carries neither `@perm` nor `@aberta` stops the program at start (`conferir_rotas`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from flask import Flask, current_app
from flask_login import current_user
from sqlalchemy import ColumnElement, false, or_, select, true

from peticionamento.comum.db import Base, db
from peticionamento.comum.erros import NaoEncontrado, SemPermissao

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Base)


class Papel(StrEnum):
    """The roles a person can hold."""

    DEPUTADO = "deputado"
    ASSESSOR = "assessor"
    TRIADOR = "triador"
    COORDENADOR = "coordenador"
    AGENTE = "agente"
    ADMINISTRADOR = "administrador"


EXTERNOS = frozenset({Papel.DEPUTADO, Papel.ASSESSOR})
"""Roles of people outside the administration: they work in no unit."""


class Ator(Protocol):
    """Who acts: a person signed in, or the machine (`SISTEMA`)."""

    @property
    def pessoa_id(self) -> int | None: ...
    @property
    def nome(self) -> str: ...
    @property
    def onde(self) -> str | None: ...
    @property
    def papeis(self) -> frozenset[Papel]: ...
    @property
    def unidades_ids(self) -> frozenset[int]: ...


@dataclass(frozen=True)
class _Sistema:
    """The program itself: workers and routines. It may do what no person is asked for."""

    pessoa_id: None = None
    nome: str = "Sistema"
    onde: str | None = None
    papeis: frozenset[Papel] = frozenset()
    unidades_ids: frozenset[int] = frozenset()


SISTEMA: Ator = _Sistema()

Linhas = Callable[[Ator], ColumnElement[bool]]


def todas(_ator: Ator) -> ColumnElement[bool]:
    """Row filter of those who see everything."""
    return true()


@dataclass
class Permissao:
    """One action: its name (`sala.acao`) and its grants, each of roles and the rows they may do it to."""

    nome: str
    concessoes: list[tuple[frozenset[Papel], Linhas]]
    de_todos: bool = False
    """Whether everybody signed in may, also who has no role yet."""

    def do_ator(self, ator: Ator) -> list[Linhas]:
        """The row filters of the grants that the actor's roles hold."""
        if self.de_todos:
            return [todas]
        return [linhas for papeis, linhas in self.concessoes if papeis & ator.papeis]


REGISTRO: dict[str, Permissao] = {}


def declarar(nome: str, *papeis: Papel, linhas: Linhas = todas) -> None:
    """Declare an action once, in the room that owns it. Raises ValueError when it is declared twice."""
    _registrar(Permissao(nome, [(frozenset(papeis), linhas)]))


def liberar(nome: str) -> None:
    """Declare an action of everybody signed in, whatever their roles: one's own account. Raises ValueError as above."""
    _registrar(Permissao(nome, [], de_todos=True))


def _registrar(permissao: Permissao) -> None:
    if permissao.nome in REGISTRO:
        raise ValueError(f"permission declared twice: {permissao.nome}")
    REGISTRO[permissao.nome] = permissao


def conceder(nome: str, *papeis: Papel, linhas: Linhas = todas) -> None:
    """Widen an earlier room's action to more roles: a petition is also read by those it was sent to."""
    REGISTRO[nome].concessoes.append((frozenset(papeis), linhas))


def pode(ator: Ator, nome: str) -> bool:
    """Whether the actor's roles allow the action at all; rows are `visiveis`' business."""
    return ator is SISTEMA or bool(REGISTRO[nome].do_ator(ator))


def exigir(ator: Ator, nome: str) -> None:
    """Raise SemPermissao unless the actor may."""
    if not pode(ator, nome):
        raise SemPermissao()


def visiveis(ator: Ator, nome: str) -> ColumnElement[bool]:
    """The SQL condition on the rows this actor may do the action to; false when the role may not."""
    if ator is SISTEMA:
        return true()
    return or_(false(), *(linhas(ator) for linhas in REGISTRO[nome].do_ator(ator)))


def obter(modelo: type[M], chave: int, ator: Ator, nome: str, *, travada: bool = False) -> M:
    """Fetch one row through the permission's filter, locked if asked.

    What the actor may not see does not exist: raises NaoEncontrado.
    """
    consulta = select(modelo).where(modelo.id == chave, visiveis(ator, nome))  # type: ignore[attr-defined]
    if travada:
        consulta = consulta.with_for_update(of=modelo).execution_options(populate_existing=True)
    linha = db.session().execute(consulta).scalar_one_or_none()
    if linha is None:
        raise NaoEncontrado()
    return linha


def perm(nome: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a view: signed in and with a role that may. Row filters are applied where the row is fetched."""

    def decorar(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guardada(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined,no-any-return]
            exigir(current_user, nome)
            return view(*args, **kwargs)

        guardada.permissao = nome  # type: ignore[attr-defined]
        return guardada

    return decorar


def aberta(motivo: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view as open to anyone, with the reason why."""

    def decorar(view: Callable[P, R]) -> Callable[P, R]:
        view.aberta = motivo  # type: ignore[attr-defined]
        return view

    return decorar


def conferir_rotas(app: Flask) -> None:
    """Stop the program when a route has no declared rule or names an unknown one."""
    for endpoint, view in app.view_functions.items():
        if endpoint.split(".")[-1] == "static":
            continue
        permissao = getattr(view, "permissao", None)
        if permissao is None and not getattr(view, "aberta", None):
            raise RuntimeError(f"{endpoint} declares neither @perm nor @aberta")
        if permissao is not None and permissao not in REGISTRO:
            raise RuntimeError(f"{endpoint} asks for an undeclared permission: {permissao}")
