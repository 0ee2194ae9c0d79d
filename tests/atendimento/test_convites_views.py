"""The page behind a focal point's link: looking changes nothing, one form answers once, the address stays secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peticionamento.atendimento.models import Convite
from peticionamento.comum import links
from peticionamento.comum.db import db, transaction
from peticionamento.comum.tempo import agora, dia_por_extenso
from peticionamento.triagem.models import Encaminhamento, EstadoEncaminhamento
from tests.atendimento.test_convites import FRASE, com_correio, corpo, link_em, mandar
from tests.factories import contas
from tests.fixtures.correio import ServidorSMTP


@pytest.fixture
def smtp(app: Flask, servidor_smtp: ServidorSMTP) -> Iterator[ServidorSMTP]:
    with com_correio(app, servidor_smtp):
        yield servidor_smtp


@pytest.fixture
def encaminhamento(smtp: ServidorSMTP) -> Encaminhamento:
    return mandar()


@pytest.fixture
def onde(encaminhamento: Encaminhamento, smtp: ServidorSMTP) -> str:
    return f"/convites/{link_em(corpo(smtp))}"


def test_it_shows_what_it_is_and_how_it_ends(cliente: FlaskClient, encaminhamento: Encaminhamento, onde: str) -> None:
    resposta = cliente.get(onde)
    peticao = encaminhamento.demanda.peticao
    assert resposta.status_code == 200
    for que in (peticao.numero, peticao.assunto, peticao.autor.nome, encaminhamento.instrucao):
        assert que in resposta.text
    assert f"Responder até <b>{dia_por_extenso(encaminhamento.vence_dia)}</b>" in resposta.text
    vence = db.session().execute(select(Convite.vence_dia)).scalar_one()
    assert f"serve uma vez e vale até {dia_por_extenso(vence)}, às 23h59" in resposta.text
    assert "Não é da sua conta" not in resposta.text


def test_looking_changes_nothing_however_often_and_gives_no_cookie(
    cliente: FlaskClient, encaminhamento: Encaminhamento, onde: str
) -> None:
    antes = (encaminhamento.versao, encaminhamento.estado)
    for pedir in (cliente.get, cliente.get, cliente.head, cliente.options):
        assert "Set-Cookie" not in pedir(onde).headers
    assert (encaminhamento.versao, encaminhamento.estado) == antes
    assert db.session().execute(select(Convite.usado_em)).scalar_one() is None


def test_the_address_is_told_to_nobody(cliente: FlaskClient, onde: str) -> None:
    resposta = cliente.get(onde)
    assert resposta.headers["Referrer-Policy"] == "no-referrer"
    assert resposta.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert resposta.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in resposta.text
    fora = re.findall(r'(?:href|src|action)="(https?:)?//[^"]*"', resposta.text)
    assert fora == []


@pytest.mark.config(sem_csrf=False)
def test_receiving_needs_no_session_and_no_form_token(
    cliente: FlaskClient, encaminhamento: Encaminhamento, onde: str
) -> None:
    resposta = cliente.post(onde, data={"decisao": "receber"})
    assert (resposta.status_code, resposta.location) == (303, onde)
    assert "Set-Cookie" not in resposta.headers
    assert encaminhamento.estado is EstadoEncaminhamento.RECEBIDO
    depois = cliente.get(onde)
    assert depois.status_code == 200
    assert "Demanda recebida" in depois.text
    assert "O link desta demanda foi usado em" in depois.text
    assert "<form" not in depois.text


def test_declining_says_what_comes_next(cliente: FlaskClient, encaminhamento: Encaminhamento, onde: str) -> None:
    dados = {"decisao": "recusar", "motivo": "outro_ente", "frase": FRASE}
    assert cliente.post(onde, data=dados).status_code == 303
    assert encaminhamento.estado is EstadoEncaminhamento.RECUSADO
    depois = cliente.get(onde).text
    assert "Demanda recusada" in depois
    assert "Não é preciso fazer mais nada." in depois
    assert encaminhamento.instrucao not in depois  # it is the agency's no more


@pytest.mark.parametrize(
    ("dados", "frase"),
    [
        ({}, "Escolha receber ou recusar."),
        ({"decisao": "apagar"}, "Escolha receber ou recusar."),
        ({"decisao": "recusar", "frase": FRASE}, "Escolha um motivo da lista."),
        ({"decisao": "recusar", "motivo": "inventado", "frase": FRASE}, "Escolha um motivo da lista."),
        (
            {"decisao": "recusar", "motivo": "outro", "frase": "não"},
            "Diga em uma frase por que o órgão recusa e, se souber, quem pode responder.",
        ),
        (
            {"decisao": "recusar", "motivo": "outro", "frase": "x" * 700},
            "Explique em uma frase: 700 caracteres; o máximo é 600.",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_done(
    cliente: FlaskClient, encaminhamento: Encaminhamento, onde: str, dados: dict[str, str], frase: str
) -> None:
    resposta = cliente.post(onde, data=dados)
    assert resposta.status_code == 422
    assert frase in resposta.text
    assert dados.get("frase", "") in resposta.text
    assert encaminhamento.estado is EstadoEncaminhamento.ENTREGUE
    assert db.session().execute(select(Convite.usado_em)).scalar_one() is None


def test_pressing_twice_does_it_once_and_shows_how_it_stands(cliente: FlaskClient, onde: str) -> None:
    assert cliente.post(onde, data={"decisao": "receber"}).status_code == 303
    segunda = cliente.post(onde, data={"decisao": "receber"})
    assert segunda.status_code == 409
    assert "Demanda recebida" in segunda.text


def test_one_that_ended_says_when_and_where_to_go(
    cliente: FlaskClient, encaminhamento: Encaminhamento, onde: str
) -> None:
    vence = db.session().execute(select(Convite.vence_dia)).scalar_one()
    with transaction():
        db.session().execute(select(Convite)).scalar_one().vence_dia = vence - timedelta(days=30)
    resposta = cliente.get(onde)
    assert resposta.status_code == 410
    assert f"Este link valeu até {dia_por_extenso(vence - timedelta(days=30))}." in resposta.text
    assert f"/atendimento/{encaminhamento.id}" in resposta.text
    assert cliente.post(onde, data={"decisao": "receber"}).status_code == 409
    assert encaminhamento.estado is EstadoEncaminhamento.ENTREGUE


def test_one_that_was_never_given_is_a_plain_page(cliente: FlaskClient) -> None:
    for pedir in (cliente.get, cliente.post):
        resposta = pedir(f"/convites/{links.token('inventado')}")
        assert resposta.status_code == 404
        assert "Este link não existe." in resposta.text
        assert "alguns programas cortam endereços longos" in resposta.text


@pytest.mark.config(limite_entrada="10 per minute", limite_endereco="3 per minute")
def test_who_asks_too_often_is_put_off(cliente: FlaskClient, onde: str) -> None:
    assert [cliente.get(onde).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert cliente.post(onde, data={"decisao": "receber"}).status_code == 429


def test_the_agency_and_triage_read_how_often_it_was_reminded(
    app: Flask, como: object, encaminhamento: Encaminhamento, smtp: ServidorSMTP
) -> None:
    with transaction():
        encaminhamento.lembretes, encaminhamento.lembrado_em = 2, agora()
    demanda_id, encaminhamento_id = encaminhamento.demanda_id, encaminhamento.id
    frase = "2 lembretes, o último em"
    assert frase in como(contas.agente("SES")).get(f"/atendimento/{encaminhamento_id}").text  # type: ignore[operator]
    assert frase in como(contas.triador()).get(f"/triagem/{demanda_id}").text  # type: ignore[operator]
