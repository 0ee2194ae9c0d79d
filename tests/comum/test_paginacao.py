"""Keyset pages: every row once, whatever happens meanwhile, and no address that breaks a page."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, select

from peticionamento.cadastros.models import Feriado, TipoProcesso
from peticionamento.comum.db import transaction
from peticionamento.comum.paginacao import Pagina, _ler_cursor, paginar

HOJE = date(2026, 11, 26)


def tipos(quantos: int, comeco: int = 0) -> None:
    """Kinds of demand, three for each `prazo_dias_uteis`: the key has ties."""
    with transaction() as session:
        session.add_all(
            TipoProcesso(slug=f"t{n}", nome=f"Tipo {n}", orientacao="x", prazo_dias_uteis=n // 3, ordem=n, ativo=True)
            for n in range(comeco, comeco + quantos)
        )


def pagina(cursor: str | None, *, decrescente: bool = False, tamanho: int = 10) -> Pagina[Any]:
    consulta: Select[*tuple[Any, ...]] = select(TipoProcesso.slug, TipoProcesso.prazo_dias_uteis, TipoProcesso.id)
    chaves = [(TipoProcesso.prazo_dias_uteis, int), (TipoProcesso.id, int)]
    return paginar(consulta, chaves, cursor, decrescente=decrescente, tamanho=tamanho)


def andar(**opcoes: Any) -> list[list[str]]:
    """The slugs of each page, to the last."""
    paginas, cursor = [], None
    while True:
        atual = pagina(cursor, **opcoes)
        paginas.append([linha[0] for linha in atual.itens])
        if (cursor := atual.proximo) is None:
            return paginas


@pytest.mark.parametrize("decrescente", [False, True])
@pytest.mark.parametrize("tamanho", [1, 7, 10, 31, 32])
def test_it_walks_every_row_once_in_order(app: Flask, decrescente: bool, tamanho: int) -> None:
    tipos(31)
    paginas = andar(decrescente=decrescente, tamanho=tamanho)
    esperados = [f"t{n}" for n in range(31)]
    assert [slug for uma in paginas for slug in uma] == (esperados[::-1] if decrescente else esperados)
    assert [len(uma) for uma in paginas[:-1]] == [tamanho] * (len(paginas) - 1)


def test_rows_that_come_meanwhile_shift_nothing(app: Flask) -> None:
    tipos(20, comeco=100)
    primeira = pagina(None)
    tipos(5)  # before what was seen
    segunda = pagina(primeira.proximo)
    assert [linha[0] for linha in segunda.itens] == [f"t{n}" for n in range(110, 120)]
    assert segunda.proximo is None
    assert (primeira.continua, segunda.continua) == (False, True)


def test_an_empty_list_is_one_empty_page(app: Flask) -> None:
    vazia = pagina(None)
    assert (list(vazia.itens), vazia.proximo, vazia.proxima_url, vazia.anterior_url) == ([], None, None, None)


def test_days_and_instants_can_be_keys(app: Flask) -> None:
    with transaction() as session:
        session.add_all(Feriado(dia=HOJE + timedelta(days=n), nome=str(n)) for n in range(5))
    consulta: Select[*tuple[Any, ...]] = select(Feriado.nome, Feriado.dia)
    primeira = paginar(consulta, [(Feriado.dia, date)], None, tamanho=3)
    segunda = paginar(consulta, [(Feriado.dia, date)], primeira.proximo, tamanho=3)
    assert [linha.nome for linha in [*primeira.itens, *segunda.itens]] == list("01234")
    instante = datetime(2026, 11, 26, 12, 0, 0, 123_456, tzinfo=UTC)
    assert _ler_cursor(escrever(instante.isoformat(), 7), (datetime, int)) == [instante, 7]


def escrever(*partes: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(partes).encode()).decode().rstrip("=")


MUTILADOS = (
    "x",
    "%00",
    "çãé",
    "e30",
    "bnVsbA",
    "W10",
    escrever(1),
    escrever(1, 2, 3),
    escrever("1", 2),
    escrever(1.5, 2),
    escrever(True, 2),
    escrever(None, 2),
    escrever([1], 2),
    escrever(10**30, 2),
    escrever(float("inf"), 2),
    "W" * 5000,
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
)


@pytest.mark.parametrize("cursor", MUTILADOS)
def test_a_mangled_address_shows_the_first_page(app: Flask, cursor: str) -> None:
    tipos(12)
    mutilada = pagina(cursor)
    assert [linha[0] for linha in mutilada.itens] == [f"t{n}" for n in range(10)]
    assert not mutilada.continua


partes = st.integers() | st.text(max_size=5) | st.floats() | st.booleans() | st.dates().map(str) | st.none()
cursores = st.text(max_size=60) | st.lists(partes, max_size=3).map(lambda lista: escrever(*lista))


@given(cursor=cursores | st.tuples(st.dates().map(str), st.integers()).map(lambda par: escrever(*par)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_breaks_a_list(app: Flask, cursor: str) -> None:
    consulta: Select[*tuple[Any, ...]] = select(Feriado.dia, Feriado.id)
    paginar(consulta, [(Feriado.dia, date), (Feriado.id, int)], cursor)


def test_its_links_keep_the_rest_of_the_address(app: Flask) -> None:
    tipos(21)
    with app.test_request_context("/triagem?aba=atrasadas"):
        primeira = pagina(None)
        assert primeira.proxima_url == f"/triagem?aba=atrasadas&depois={primeira.proximo}"
        assert primeira.anterior_url is None
    with app.test_request_context(f"/triagem?aba=atrasadas&depois={primeira.proximo}"):
        segunda = pagina(primeira.proximo)
        assert segunda.proxima_url == f"/triagem?aba=atrasadas&depois={segunda.proximo}"
        assert segunda.anterior_url == "/triagem?aba=atrasadas"
