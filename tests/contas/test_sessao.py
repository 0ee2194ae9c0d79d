"""The sign-in's end: put off by one press, or by writing; its token lives as long as it does."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import select, update

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.tempo import agora
from peticionamento.contas import services
from peticionamento.contas.models import Pessoa, Sessao
from tests.factories import contas, peticoes

Como = Callable[[Pessoa], FlaskClient]
MINUTO = timedelta(minutes=1)


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.deputada("Ana Souza")


def sessao_de(pessoa: Pessoa) -> Sessao:
    db.session().expire_all()
    return db.session().execute(select(Sessao).where(Sessao.pessoa_id == pessoa.id)).scalar_one()


def acaba_em(pessoa: Pessoa, quanto: timedelta) -> None:
    with transaction() as session:
        session.execute(update(Sessao).where(Sessao.pessoa_id == pessoa.id).values(vale_ate=agora() + quanto))


def restam(cliente: FlaskClient) -> int:
    resposta = cliente.get("/conta/sessao", headers={"Accept": "application/json"})
    assert resposta.status_code == 200
    return int(resposta.json["restam"])  # type: ignore[index]


def test_every_page_of_somebody_signed_in_carries_the_seconds_left(como: Como, ana: Pessoa) -> None:
    cliente = como(ana)
    acaba_em(ana, 4 * MINUTO)
    achado = re.search(r'data-sessao-restam="(\d+)"', cliente.get("/conta").text)
    assert achado is not None
    assert 230 <= int(achado[1]) <= 240
    assert 230 <= restam(cliente) <= 240


def test_one_press_extends_it_by_its_whole_time(como: Como, ana: Pessoa) -> None:
    cliente = como(ana)
    acaba_em(ana, 4 * MINUTO)
    resposta = cliente.post("/conta/sessao/renovar")
    assert 12 * 3600 - 10 <= resposta.json["restam"] <= 12 * 3600  # type: ignore[index]
    assert restam(cliente) > 11 * 3600


def test_what_has_ended_is_not_extended(como: Como, ana: Pessoa) -> None:
    cliente = como(ana)
    acaba_em(ana, -MINUTO)
    assert cliente.post("/conta/sessao/renovar", headers={"Accept": "application/json"}).status_code == 401
    with pytest.raises(NaoEncontrado):
        services.renovar(sessao_de(ana).id, agora=agora())
    assert sessao_de(ana).vale_ate < agora()


def test_one_device_is_extended_and_no_other(como: Como, ana: Pessoa) -> None:
    um, outro = como(ana), como(ana)
    acaba_em(ana, 4 * MINUTO)
    um.post("/conta/sessao/renovar")
    assert (restam(um) > 3600, restam(outro) > 3600) == (True, False)


def rascunhar(cliente: FlaskClient, versao: int, peticao_id: int, tipo_id: int, assunto: str) -> int:
    dados = {"versao": str(versao), "tipo": str(tipo_id), "assunto": assunto, "municipio": "", "texto": "Peço."}
    return cliente.post(
        f"/peticoes/{peticao_id}/redigir", data=dados, headers={"Accept": "application/json"}
    ).status_code


def test_writing_keeps_the_sign_in_alive_at_most_once_a_minute(como: Como, ana: Pessoa) -> None:
    peticao = peticoes.rascunho(ana)
    cliente = como(ana)
    acaba_em(ana, 4 * MINUTO)
    assert rascunhar(cliente, peticao.versao, peticao.id, peticao.tipo_id, "Um") == 200
    primeira = sessao_de(ana).vale_ate
    assert primeira - agora() > timedelta(hours=11)
    for passaram, renova in ((timedelta(seconds=30), False), (timedelta(seconds=90), True)):
        acaba_em(ana, 12 * 60 * MINUTO - passaram)
        antes = sessao_de(ana).vale_ate
        assert rascunhar(cliente, peticao.versao, peticao.id, peticao.tipo_id, f"Depois de {passaram}") == 200
        assert (sessao_de(ana).vale_ate > antes) is renova


def test_looking_at_pages_does_not(como: Como, ana: Pessoa) -> None:
    peticao = peticoes.rascunho(ana)
    cliente = como(ana)
    acaba_em(ana, 4 * MINUTO)
    cliente.get(f"/peticoes/{peticao.id}/redigir")
    cliente.get(f"/peticoes/{peticao.id}/presenca?aba=aaaaaaaa&versao=1")
    assert restam(cliente) <= 240


@pytest.mark.config(sem_csrf=False)
def test_a_token_outlives_the_slowest_upload_and_an_extension(
    app: Flask, ana: Pessoa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WTForms' own limit would be an hour; the token of a page opened eleven hours ago still posts, renewed or not."""
    cliente = app.test_client()
    porta = cliente.get("/entrar").text
    entrada = {"identificacao": ana.email, "senha": contas.SENHA, "csrf_token": token(porta)}
    assert cliente.post("/entrar", data=entrada).status_code == 303
    peticao = peticoes.rascunho(ana)
    antigo = token(cliente.get(f"/peticoes/{peticao.id}/redigir").text)
    cabecalhos = {"X-CSRFToken": antigo, "Accept": "application/json"}
    depois = int(agora().timestamp()) + 11 * 3600
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: depois)
    enviado = {"arquivos": (io.BytesIO(peticoes.pdf_pequeno()), "oficio.pdf")}
    assert cliente.post(f"/peticoes/{peticao.id}/anexos", data=enviado, headers=cabecalhos).status_code == 200
    assert cliente.post("/conta/sessao/renovar", headers=cabecalhos).status_code == 200
    assert cliente.post("/conta/sessao/renovar", headers=cabecalhos).status_code == 200
    sem_token = {"Accept": "application/json"}
    assert cliente.post("/conta/sessao/renovar", headers=sem_token).status_code == 400  # the guard is on


def token(pagina: str) -> str:
    achado = re.search(r'name="csrf-token" content="([^"]+)"', pagina)
    assert achado is not None
    return achado[1]
