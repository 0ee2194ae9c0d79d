"""Pages of the door, in the browser of somebody who may or may not be who they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peticionamento import create_app
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.contas import services
from peticionamento.contas.cpf import formatar
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import sessoes_abertas
from peticionamento.servidores import portas
from tests.factories import contas

NOVA = "outra-senha-bem-longa"
Como = Callable[[Pessoa], FlaskClient]


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.deputada("Ana Souza")


def entrar(cliente: FlaskClient, identificacao: str, senha: str = contas.SENHA, **outros: str) -> TestResponse:
    return cliente.post("/entrar", data={"identificacao": identificacao, "senha": senha, **outros})


def dentro(cliente: FlaskClient) -> bool:
    return cliente.get("/conta").status_code == 200


def test_signing_in_opens_the_house(cliente: FlaskClient, ana: Pessoa) -> None:
    assert not dentro(cliente)
    resposta = entrar(cliente, formatar(ana.cpf))
    assert (resposta.status_code, resposta.location) == (303, "/")
    assert dentro(cliente)
    assert cliente.get("/entrar").location == "/"  # the door is behind us


@pytest.mark.parametrize("quem", ["email", "cpf"])
def test_by_email_or_by_cpf_without_dots(cliente: FlaskClient, ana: Pessoa, quem: str) -> None:
    entrar(cliente, getattr(ana, quem))
    assert dentro(cliente)


def test_any_wrong_pair_gets_one_and_the_same_page(cliente: FlaskClient, ana: Pessoa) -> None:
    bloqueada = contas.deputada()
    services.bloquear(bloqueada, agora=agora())
    paginas = []
    for identificacao, senha in [(ana.cpf, "errada"), (contas.cpf(), contas.SENHA), (bloqueada.email, contas.SENHA)]:
        resposta = entrar(cliente, identificacao, senha)
        assert resposta.status_code == 422
        assert services.PAR_ERRADO in resposta.text
        assert f'value="{identificacao}"' in resposta.text  # what was typed is kept
        assert senha not in resposta.text  # but never the password
        paginas.append(_sem_o_que_muda(resposta.text.replace(identificacao, "")))
    assert len(set(paginas)) == 1
    assert not dentro(cliente)


def _sem_o_que_muda(pagina: str) -> str:
    """The page without what is new in each: its nonce and its token."""
    return re.sub(r'(content|value)="[^"]{16,}"', "", pagina)


@pytest.mark.parametrize(
    ("dados", "frase"),
    [
        ({}, "Informe o CPF ou o e-mail."),
        ({"identificacao": "123.456.789-09"}, "Informe a senha."),
        ({"identificacao": "x" * 100_000, "senha": "x"}, "100.000 caracteres; o máximo é 254."),
        ({"identificacao": "a", "senha": "x" * 100_000}, "100.000 caracteres; o máximo é 200."),
        ({"identificacao": "\x00<script>alert(1)</script>", "senha": "x"}, "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_bad_input_at_the_door(cliente: FlaskClient, dados: dict[str, str], frase: str) -> None:
    resposta = cliente.post("/entrar", data=dados)
    assert resposta.status_code == 422
    assert frase in resposta.text
    assert "<script>alert" not in resposta.text


@pytest.mark.config(limite_entrada="3 per minute")
def test_only_refused_tries_count_against_the_limit(cliente: FlaskClient, ana: Pessoa) -> None:
    for _ in range(5):
        assert entrar(cliente, ana.cpf).status_code == 303
        cliente.post("/sair")
    for _ in range(3):
        assert entrar(cliente, ana.cpf, "errada").status_code == 422
    resposta = entrar(cliente, ana.cpf)
    assert resposta.status_code == 429
    assert "Muitas tentativas seguidas. Espere um minuto e tente de novo." in resposta.text
    assert f'value="{ana.cpf}"' in resposta.text  # what was typed is kept
    assert contas.SENHA not in resposta.text
    assert not dentro(cliente)


@pytest.mark.config(limite_entrada="2 per minute")
def test_the_tries_of_one_account_stop_no_other(como: Como, cliente: FlaskClient, ana: Pessoa) -> None:
    dela, dados = como(ana), {"senha_atual": "errada", "senha_nova": NOVA}
    assert [dela.post("/conta/senha", data=dados).status_code for _ in range(3)] == [422, 422, 429]
    assert [entrar(cliente, ana.cpf, "errada").status_code for _ in range(3)] == [422, 422, 429]
    assert entrar(cliente, contas.deputada().cpf).status_code == 303


@pytest.mark.config(limite_entrada="50 per minute", limite_endereco="3 per minute")
def test_guesses_at_many_accounts_from_one_address_are_stopped(cliente: FlaskClient) -> None:
    vistas = [entrar(cliente, contas.deputada().cpf, "errada").status_code for _ in range(4)]
    assert vistas == [422, 422, 422, 429]


@pytest.mark.comprometido
def test_the_door_opens_and_still_counts_while_the_queue_is_down(app: Flask, ana: Pessoa) -> None:
    porta = portas.livre()
    sem_fila = create_app(
        replace(
            app.config["PETICIONAMENTO"],
            redis_url=f"redis://127.0.0.1:{porta}/0",
            limite_entrada="2 per minute",
        )
    )
    cliente = sem_fila.test_client()
    assert entrar(cliente, ana.cpf).status_code == 303
    for _ in range(2):
        assert entrar(cliente, ana.cpf, "errada").status_code == 422
    assert entrar(cliente, ana.cpf).status_code == 429
    with sem_fila.app_context():
        db.engine.dispose()


def test_one_is_taken_where_one_was_going(cliente: FlaskClient, ana: Pessoa) -> None:
    resposta = cliente.get("/peticoes?aba=respondidas")
    assert resposta.status_code == 302
    endereco = urlsplit(resposta.location)
    (proximo,) = parse_qs(endereco.query)["proximo"]
    assert (endereco.path, proximo) == ("/entrar", "/peticoes?aba=respondidas")
    pagina = cliente.get(resposta.location).text
    assert "Entre para continuar." in pagina
    assert 'name="proximo" value="/peticoes?aba=respondidas"' in pagina
    assert entrar(cliente, ana.cpf, proximo=proximo).location == proximo


@pytest.mark.parametrize(
    "proximo",
    [
        "https://outro.invalid/",
        "//outro.invalid/",
        "///outro.invalid/",
        "/\\outro.invalid/",
        "\\\\outro.invalid/",
        "/\t/outro.invalid/",
        "/\n/outro.invalid",
        "/\r\nSet-Cookie: a=b",
        "//[",
        " //outro.invalid",
        "javascript:alert(1)",
        "peticoes",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(cliente: FlaskClient, ana: Pessoa, proximo: str) -> None:
    resposta = entrar(cliente, ana.cpf, proximo=proximo)
    assert (resposta.status_code, resposta.location) == (303, "/")
    assert "a=b" not in str(resposta.headers)


def test_a_wrong_try_keeps_where_one_was_going(cliente: FlaskClient, ana: Pessoa) -> None:
    resposta = entrar(cliente, ana.cpf, "errada", proximo='/conta"><script>')
    assert 'name="proximo" value="/conta&#34;&gt;&lt;script&gt;"' in resposta.text


def test_signing_out_closes_this_device_alone(app: Flask, ana: Pessoa) -> None:
    mesa, celular = app.test_client(), app.test_client()
    for cliente in (mesa, celular):
        entrar(cliente, ana.cpf)
    resposta = mesa.post("/sair")
    assert (resposta.status_code, resposta.location) == (303, "/entrar")
    assert "Você saiu." in mesa.get("/entrar").text
    assert (dentro(mesa), dentro(celular)) == (False, True)


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(app: Flask, cliente: FlaskClient, ana: Pessoa) -> None:
    entrar(cliente, ana.cpf)
    cookie = cliente.get_cookie("session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    cliente.post("/sair")
    ladrao = app.test_client()
    ladrao.set_cookie("session", cookie.value)
    assert not dentro(ladrao)


def test_signing_out_everywhere_closes_every_device(app: Flask, ana: Pessoa) -> None:
    mesa, celular = app.test_client(), app.test_client()
    for cliente in (mesa, celular):
        entrar(cliente, ana.cpf)
    assert mesa.post("/sair-de-todos").location == "/entrar"
    assert "Você saiu de todos os dispositivos." in mesa.get("/entrar").text
    assert (dentro(mesa), dentro(celular)) == (False, False)


def test_changing_the_password_keeps_this_device_and_cuts_the_others(app: Flask, ana: Pessoa) -> None:
    mesa, celular = app.test_client(), app.test_client()
    for cliente in (mesa, celular):
        entrar(cliente, ana.cpf)
    resposta = mesa.post("/conta/senha", data={"senha_atual": contas.SENHA, "senha_nova": NOVA})
    assert (resposta.status_code, resposta.location) == (303, "/conta")
    assert "Senha trocada. Os outros dispositivos saíram." in mesa.get("/conta").text
    assert (dentro(mesa), dentro(celular)) == (True, False)
    assert entrar(celular, ana.cpf).status_code == 422
    assert entrar(celular, ana.cpf, NOVA).status_code == 303


@pytest.mark.parametrize(
    ("atual", "nova", "frase"),
    [
        ("errada", NOVA, "A senha atual não confere."),
        (contas.SENHA, "curta", "A senha precisa de pelo menos 10 caracteres."),
        ("", NOVA, "Informe a senha atual."),
        (contas.SENHA, "", "Informe a senha nova."),
        (contas.SENHA, "x" * 100_000, "100.000 caracteres; o máximo é 200."),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(como: Como, ana: Pessoa, atual: str, nova: str, frase: str) -> None:
    cliente = como(ana)
    resposta = cliente.post("/conta/senha", data={"senha_atual": atual, "senha_nova": nova})
    assert resposta.status_code == 422
    assert frase in resposta.text
    assert services.senha_confere(ana, contas.SENHA)
    assert dentro(cliente)


def test_a_blocked_person_is_out_at_the_next_click(cliente: FlaskClient, ana: Pessoa) -> None:
    entrar(cliente, ana.cpf)
    services.bloquear(ana, agora=agora())
    resposta = cliente.get("/conta")
    assert resposta.status_code == 302
    assert resposta.location.startswith("/entrar?proximo=")


def test_ones_account_shows_ones_devices_and_no_markup_from_them(cliente: FlaskClient, ana: Pessoa) -> None:
    dados = {"identificacao": ana.cpf, "senha": contas.SENHA}
    cliente.post("/entrar", data=dados, headers={"User-Agent": "<script>alert(1)</script>" + "x" * 500})
    pagina = cliente.get("/conta").text
    assert "Sua conta está aberta em 1 dispositivo." in pagina
    assert "este aparelho" in pagina
    assert "<script>alert" not in pagina
    assert ana.email in pagina
    (sessao,) = sessoes_abertas(ana.id)
    assert len(sessao.aparelho) == 200


@pytest.mark.config(sem_csrf=False)
def test_without_its_token_a_form_is_refused_on_a_designed_page(cliente: FlaskClient, ana: Pessoa) -> None:
    resposta = entrar(cliente, ana.cpf)
    assert resposta.status_code == 400
    assert "Este formulário não vale mais." in resposta.text
    assert "Recarregue-a e tente de novo." in resposta.text
    assert 'class="topo"' in resposta.text
    assert not dentro(cliente)
    assert entrar(cliente, ana.cpf, csrf_token="inventado").status_code == 400


@pytest.mark.config(sem_csrf=False)
def test_with_its_token_it_goes_through_and_scripts_send_it_as_a_header(cliente: FlaskClient, ana: Pessoa) -> None:
    token = _token(cliente.get("/entrar").text)
    assert entrar(cliente, ana.cpf, csrf_token=token).status_code == 303
    token = _token(cliente.get("/conta").text)
    resposta = cliente.post("/sair", headers={"Accept": "application/json"})
    assert (resposta.status_code, resposta.json["titulo"]) == (400, "Este formulário não vale mais.")
    assert cliente.post("/sair", headers={"X-CSRFToken": token}).status_code == 303


def _token(pagina: str) -> str:
    achado = re.search(r'name="csrf-token" content="([^"]+)"', pagina)
    assert achado is not None
    return achado[1]


def test_the_door_is_at_slash_for_who_is_outside(cliente: FlaskClient) -> None:
    resposta = cliente.get("/")
    assert (resposta.status_code, resposta.location) == (302, "/entrar")
    assert "Entre para continuar." not in cliente.get("/entrar").text


@pytest.mark.parametrize(
    ("papel", "porta"),
    [
        ("deputado", "/peticoes"),
        ("triador", "/triagem"),
        ("coordenador", "/triagem"),
        ("agente", "/atendimento"),
        ("administrador", "/distribuicao"),
    ],
)
def test_each_role_is_shown_to_its_room(como: Como, app: Flask, papel: str, porta: str) -> None:
    assert como(contas.pessoa(Papel(papel))).get("/").location == porta


def test_somebody_without_a_role_still_has_an_account(como: Como, app: Flask) -> None:
    sem_papel = services.criar(contas.cpf(), "Sem Papel", "sem@teste.invalid", NOVA)
    cliente = como(sem_papel)
    assert cliente.get("/").location == "/conta"
    assert cliente.get("/conta").status_code == 200
    assert cliente.get("/peticoes").status_code == 403
    assert cliente.post("/sair").status_code == 303
