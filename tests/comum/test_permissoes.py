"""Permissions: grants, row filters, and no route without a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, select

from peticionamento.cadastros.models import TipoProcesso
from peticionamento.comum import permissoes
from peticionamento.comum.db import db
from peticionamento.comum.erros import NaoEncontrado, SemPermissao
from peticionamento.comum.permissoes import (
    SISTEMA,
    Ator,
    Papel,
    aberta,
    conceder,
    conferir_rotas,
    declarar,
    exigir,
    liberar,
    obter,
    perm,
    pode,
    visiveis,
)
from tests.factories import cadastros, contas


@dataclass(frozen=True)
class Alguem:
    """Somebody with roles and nothing else."""

    papeis: frozenset[Papel]
    pessoa_id: int | None = None
    nome: str = "Alguém"
    onde: str | None = None
    unidades_ids: frozenset[int] = frozenset()


def com(*papeis: Papel) -> Ator:
    return Alguem(frozenset(papeis))


def _so(slug: str) -> permissoes.Linhas:
    def linhas(_ator: Ator) -> ColumnElement[bool]:
        return TipoProcesso.slug == slug

    return linhas


@pytest.fixture
def acao() -> Iterator[str]:
    """A declared action: deputies do it to one row, triagers to another; forgotten after the test."""
    declarar("teste.ler", Papel.DEPUTADO, linhas=_so("obra"))
    conceder("teste.ler", Papel.TRIADOR, linhas=_so("emenda"))
    yield "teste.ler"
    del permissoes.REGISTRO["teste.ler"]


def slugs(ator: Ator, acao: str) -> list[str]:
    consulta = select(TipoProcesso.slug).where(visiveis(ator, acao)).order_by(TipoProcesso.slug)
    return list(db.session().execute(consulta).scalars())


def test_roles_that_were_granted_may_and_the_others_may_not(acao: str) -> None:
    assert pode(com(Papel.DEPUTADO), acao)
    assert pode(com(Papel.TRIADOR), acao)
    exigir(com(Papel.AGENTE, Papel.TRIADOR), acao)
    for ator in (com(Papel.AGENTE), com(Papel.ADMINISTRADOR), com()):
        assert not pode(ator, acao)
        with pytest.raises(SemPermissao, match="peça o acesso ao administrador"):
            exigir(ator, acao)


def test_each_grant_brings_its_own_rows_and_two_roles_both(app: Flask, acao: str) -> None:
    for slug in ("obra", "emenda", "outra"):
        cadastros.tipo(slug)
    assert slugs(com(Papel.DEPUTADO), acao) == ["obra"]
    assert slugs(com(Papel.TRIADOR), acao) == ["emenda"]
    assert slugs(com(Papel.DEPUTADO, Papel.TRIADOR), acao) == ["emenda", "obra"]
    assert slugs(com(Papel.AGENTE), acao) == []
    assert slugs(com(), acao) == []


def test_the_machine_may_everything(app: Flask, acao: str) -> None:
    cadastros.tipo("outra")
    assert pode(SISTEMA, acao)
    assert slugs(SISTEMA, acao) == ["outra"]


@pytest.mark.parametrize("travada", [False, True])
def test_what_one_may_not_see_does_not_exist(app: Flask, acao: str, travada: bool) -> None:
    obra, outra = cadastros.tipo("obra"), cadastros.tipo("outra")
    deputado = com(Papel.DEPUTADO)
    assert obter(TipoProcesso, obra.id, deputado, acao, travada=travada) is obra
    for chave in (outra.id, 999_999):
        with pytest.raises(NaoEncontrado):
            obter(TipoProcesso, chave, deputado, acao, travada=travada)


def test_an_action_of_everybody_needs_no_role() -> None:
    liberar("teste.todos")
    try:
        assert pode(com(), "teste.todos")
        assert pode(com(Papel.AGENTE), "teste.todos")
    finally:
        del permissoes.REGISTRO["teste.todos"]


def test_an_action_is_declared_once(acao: str) -> None:
    for declarar_de_novo in (lambda: declarar(acao, Papel.DEPUTADO), lambda: liberar(acao)):
        with pytest.raises(ValueError, match=r"permission declared twice: teste\.ler"):
            declarar_de_novo()


def test_asking_for_an_undeclared_action_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        pode(com(Papel.DEPUTADO), "teste.nunca_declarada")


def ver() -> str:
    return "visto"


def test_a_route_without_a_rule_stops_the_program() -> None:
    app = Flask("teste")
    app.add_url_rule("/teste", "teste", ver)
    with pytest.raises(RuntimeError, match="teste declares neither @perm nor @aberta"):
        conferir_rotas(app)


def test_a_route_that_asks_for_an_undeclared_permission_stops_the_program() -> None:
    app = Flask("teste")
    app.add_url_rule("/teste", "teste", perm("teste.nunca_declarada")(ver))
    with pytest.raises(RuntimeError, match=r"undeclared permission: teste\.nunca_declarada"):
        conferir_rotas(app)


def test_routes_with_a_rule_pass(acao: str) -> None:
    app = Flask("teste")
    app.add_url_rule("/fechada", "fechada", perm(acao)(ver))
    app.add_url_rule("/aberta", "aberta", aberta("a test")(lambda: "visto"))
    conferir_rotas(app)


def test_people_are_actors(app: Flask) -> None:
    agente = contas.agente("SES")
    assert agente.papeis == {Papel.AGENTE}
    assert agente.unidades_ids == {cadastros.unidade("SES").id}
    assert agente.onde == "SES"
    assert contas.deputada().onde is None
    assert (SISTEMA.pessoa_id, SISTEMA.nome, SISTEMA.papeis) == (None, "Sistema", frozenset())
