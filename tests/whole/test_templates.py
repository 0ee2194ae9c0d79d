"""Every template: it compiles, what it names exists, it is used, and it breaks no rule of the house."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes

from config import RAIZ
from peticionamento import ROOMS, inicio, navegacao
from peticionamento.comum.permissoes import REGISTRO

TEMPLATES = RAIZ / "templates"
NOMES = sorted(str(arquivo.relative_to(TEMPLATES)) for arquivo in TEMPLATES.rglob("*.*") if arquivo.suffix != ".md")
PAGINAS = [nome for nome in NOMES if nome.endswith(".html") and not nome.startswith("emails/")]
NOME_DE_SALA = re.compile(rf"({'|'.join(sala.bp.name for sala in ROOMS)})\.[a-z_]+")
CARTA = (".assunto.txt", ".txt", ".html")


def ler(app: Flask, nome: str) -> nodes.Template:
    return app.jinja_env.parse((TEMPLATES / nome).read_text(encoding="utf-8"), nome)


def chamadas(arvore: nodes.Template, nome: str) -> Iterator[nodes.Call]:
    for chamada in arvore.find_all(nodes.Call):
        if isinstance(chamada.node, nodes.Name) and chamada.node.name == nome:
            yield chamada


def fontes() -> Iterator[tuple[Path, ast.Module]]:
    """The program's own modules."""
    for arquivo in (RAIZ / "peticionamento").rglob("*.py"):
        yield arquivo, ast.parse(arquivo.read_text(encoding="utf-8"))


def primeiro_argumento(nome: str) -> Iterator[tuple[Path, str]]:
    """The literal first argument of each call of a function in the program."""
    for arquivo, arvore in fontes():
        for no in ast.walk(arvore):
            if isinstance(no, ast.Call) and no.args and isinstance(no.args[0], ast.Constant):
                chamada = no.func.id if isinstance(no.func, ast.Name) else getattr(no.func, "attr", "")
                if chamada == nome and isinstance(no.args[0].value, str):
                    yield arquivo, no.args[0].value


@pytest.mark.parametrize("nome", NOMES)
def test_it_compiles_and_what_it_builds_on_exists(app: Flask, nome: str) -> None:
    app.jinja_env.get_template(nome)
    for outro in meta.find_referenced_templates(ler(app, nome)):
        assert outro is None or outro in NOMES


def test_the_addresses_it_names_are_routes_with_those_arguments(app: Flask) -> None:
    for nome in NOMES:
        for chamada in chamadas(ler(app, nome), "url_for"):
            if chamada.args and isinstance(chamada.args[0], nodes.Const):
                endpoint = chamada.args[0].value
                assert endpoint in app.view_functions, f"{nome}: {endpoint}"
                dados = {argumento.key for argumento in chamada.kwargs}
                if chamada.dyn_kwargs is None:
                    pedidos = [regra.arguments for regra in app.url_map.iter_rules(endpoint)]
                    assert any(pedido <= dados for pedido in pedidos), f"{nome}: {endpoint}"


def test_whatever_looks_like_a_route_or_a_permission_is_one(app: Flask) -> None:
    for nome in NOMES:
        for constante in ler(app, nome).find_all(nodes.Const):
            if isinstance(constante.value, str) and NOME_DE_SALA.fullmatch(constante.value):
                assert constante.value in app.view_functions or constante.value in REGISTRO, (
                    f"{nome}: {constante.value}"
                )


def test_the_permissions_it_asks_are_declared(app: Flask) -> None:
    for nome in NOMES:
        for chamada in chamadas(ler(app, nome), "pode"):
            assert isinstance(chamada.args[0], nodes.Const)
            assert chamada.args[0].value in REGISTRO, nome


def test_the_files_it_loads_are_there(app: Flask) -> None:
    for nome in NOMES:
        for chamada in chamadas(ler(app, nome), "url_for"):
            for argumento in chamada.kwargs:
                if argumento.key == "filename" and isinstance(argumento.value, nodes.Const):
                    assert (RAIZ / "static" / argumento.value.value).is_file(), f"{nome}: {argumento.value.value}"


def test_the_program_sends_people_to_routes_and_draws_templates_that_exist(app: Flask) -> None:
    for arquivo, endpoint in primeiro_argumento("url_for"):
        assert endpoint in app.view_functions, arquivo
    for arquivo, nome in primeiro_argumento("render_template"):
        assert nome in NOMES, arquivo
    for permissao, endpoint in inicio.PORTAS:
        assert (permissao in REGISTRO, endpoint in app.view_functions) == (True, True)
    for _, endpoint, permissao in navegacao.LINKS:
        assert (permissao in REGISTRO, endpoint in app.view_functions) == (True, True)


def test_every_letter_has_its_three_texts() -> None:
    modelos = {nome for _, nome in primeiro_argumento("redigir")} | {
        no.args[1].value
        for _, arvore in fontes()
        for no in ast.walk(arvore)
        if isinstance(no, ast.Call)
        and getattr(no.func, "id", "") in ("avisar", "avisar_depois")
        and isinstance(no.args[1], ast.Constant)
    }
    escritas = {nome for nome in NOMES if nome.startswith("emails/") and nome != "emails/base.html"}
    assert escritas == {f"emails/{modelo}{fim}" for modelo in modelos for fim in CARTA}


def test_every_template_is_used(app: Flask) -> None:
    usados = {no.value for _, arvore in fontes() for no in ast.walk(arvore) if isinstance(no, ast.Constant)}
    for nome in NOMES:
        usados |= {outro for outro in meta.find_referenced_templates(ler(app, nome)) if outro is not None}
    assert [nome for nome in PAGINAS if nome not in usados] == []


@pytest.mark.parametrize("nome", PAGINAS)
def test_nothing_in_it_runs_or_dresses_inline(nome: str) -> None:
    fonte = (TEMPLATES / nome).read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:", fonte)
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//", fonte)


@pytest.mark.parametrize("nome", NOMES)
def test_only_cleaned_html_is_put_in_as_it_is(app: Flask, nome: str) -> None:
    for filtro in ler(app, nome).find_all(nodes.Filter):
        if filtro.name == "safe":
            limpo = filtro.node
            origem = limpo.node if isinstance(limpo, nodes.Call) else limpo
            rotulo = origem.attr if isinstance(origem, nodes.Getattr) else getattr(origem, "name", "")
            assert rotulo in ("texto_html", "para_o_editor", "previa", "principal", "marcado"), f"{nome}: {rotulo}"
