"""One's own notices, in the browser: what to choose, and what was sent."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peticionamento.comum.avisos import Aviso, avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.grupos_de_aviso import Quando
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas import services
from peticionamento.contas.models import Pessoa
from peticionamento.contas.preferencias import escolhas
from tests.factories import contas
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
TUDO = {"respostas": "na_hora", "andamento": "na_hora", "rascunhos": "na_hora"}


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.deputada("Ana Souza")


def escrever(para: str, numero: str = "1490.01.1/2026-20") -> Aviso:
    with transaction():
        return avisar(
            para, "peticoes/protocolada", pessoa="Ana", id=7, assunto="Ponte <i>", municipio="Ubá", numero=numero,
            em="hoje",
        )  # fmt: skip


def marcadas(pagina: str) -> set[tuple[str, str]]:
    """(group, choice) of each radio that is on."""
    ligados = re.findall(r"<input[^>]*\bchecked\b[^>]*>", pagina)
    return {(re.search(r'name="(\w+)"', r)[1], re.search(r'value="(\w+)"', r)[1]) for r in ligados}  # type: ignore[index]


def test_the_account_leads_there_and_what_was_chosen_is_there_again(como: Como, ana: Pessoa) -> None:
    navegador = como(ana)
    assert 'href="/conta/avisos"' in navegador.get("/conta").text
    assert marcadas(navegador.get("/conta/avisos").text) == set(TUDO.items())
    volta = navegador.post("/conta/avisos", data={**TUDO, "andamento": "nenhum", "respostas": "resumo_diario"})
    assert (volta.status_code, volta.location) == (303, "/conta/avisos")
    pagina = navegador.get("/conta/avisos").text
    assert "Suas escolhas valem a partir do próximo aviso." in pagina
    assert {("andamento", "nenhum"), ("respostas", "resumo_diario"), ("rascunhos", "na_hora")} == marcadas(pagina)


@pytest.mark.parametrize(
    "errado", [{"respostas": "nenhum"}, {"andamento": "sempre"}, {"andamento": ""}, {"rascunhos": "x" * 10_000}]
)
def test_what_cannot_be_chosen_is_said_beside_its_field(como: Como, ana: Pessoa, errado: dict[str, str]) -> None:
    resposta = como(ana).post("/conta/avisos", data={**TUDO, "rascunhos": "nenhum", **errado})
    assert resposta.status_code == 422
    (campo,) = errado
    assert f'<p class="erro" id="{campo}-erro">Escolha uma das opções.</p>' in resposta.text
    assert escolhas(ana)["rascunhos"] is Quando.NA_HORA


def test_nothing_sent_is_refused_and_changes_nothing(como: Como, ana: Pessoa) -> None:
    resposta = como(ana).post("/conta/avisos", data={})
    assert (resposta.status_code, resposta.text.count('class="erro"')) == (422, 3)


def test_what_comes_always_is_told_with_its_reason_and_without_a_choice(como: Como, ana: Pessoa) -> None:
    pagina = html.unescape(como(ana).get("/conta/avisos").text)
    assert "Vêm sempre: o aviso é a comunicação oficial do prazo." in pagina
    assert 'name="esclarecimentos"' not in pagina
    assert 'name="conta"' not in pagina


@pytest.mark.parametrize(
    ("papel", "grupos"),
    [
        (Papel.DEPUTADO, {"respostas", "andamento", "rascunhos"}),
        (Papel.COORDENADOR, {"coordenacao", "entregas"}),
        (Papel.AGENTE, set()),
    ],
)
def test_a_role_is_asked_of_what_comes_to_it_alone(app: Flask, como: Como, papel: Papel, grupos: set[str]) -> None:
    navegador = como(contas.pessoa(papel))
    assert {grupo for grupo, _ in marcadas(navegador.get("/conta/avisos").text)} == grupos
    assert navegador.post("/conta/avisos", data=dict.fromkeys(grupos, "na_hora")).status_code == 303


def test_everybody_sees_their_own_of_the_last_thirty_days(como: Como, ana: Pessoa) -> None:
    with no_instante(agora() - timedelta(days=32)):
        escrever(ana.email, "1490.01.9/2026-11")
    escrever(ana.email)
    escrever(contas.deputada().email, "1490.01.2/2026-85")
    pagina = como(ana).get("/conta/avisos").text
    assert "Petição protocolada: 1490.01.1/2026-20" in pagina
    assert "na fila" in pagina
    assert "“Ponte &lt;i&gt;”" in pagina
    assert "2026-11" not in pagina
    assert "2026-85" not in pagina


def test_the_page_costs_the_same_however_many_there_are(
    como: Como, ana: Pessoa, contar_consultas: Callable[[], AbstractContextManager[Contagem]]
) -> None:
    navegador, medidas = como(ana), []
    for quantos in (1, 20):
        for _ in range(quantos):
            escrever(ana.email)
        with contar_consultas() as vistas:
            assert navegador.get("/conta/avisos").status_code == 200
        medidas.append(len(vistas))
    assert medidas[0] == medidas[1] <= 5, medidas


def test_more_than_a_page_goes_on(como: Como, ana: Pessoa) -> None:
    for _ in range(27):
        escrever(ana.email)
    navegador = como(ana)
    primeira = navegador.get("/conta/avisos").text
    proxima = html.unescape(re.search(r'rel="next" href="([^"]+)"', primeira)[1])  # type: ignore[index]
    assert (primeira.count("<details"), navegador.get(proxima).text.count("<details")) == (25, 2)


def test_a_new_password_is_told_and_neither_the_old_nor_the_new_is_in_it(ana: Pessoa) -> None:
    services.trocar_senha(ana.id, contas.SENHA, "outra-senha-bem-longa", agora=agora(), sessao_id=None)
    services.redefinir_senha(ana, "terceira-senha-longa", agora=agora())
    um, outro = db.session().execute(select(Aviso).where(Aviso.para == ana.email).order_by(Aviso.id)).scalars()
    assert "foi trocada por você" in um.carta().texto
    assert "foi trocada pela administração do sistema" in outro.carta().texto
    for escrito in (um, outro):
        assert escrito.grupo.obrigatorio
        assert not re.search("senha-bem-longa|senha-longa|senha-de-teste", str(escrito.dados) + escrito.carta().html)
