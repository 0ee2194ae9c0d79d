"""Who acts for whom: made and ended by the administration, and what the office's people see by it."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from peticionamento.comum.db import db
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import Papel, obter
from peticionamento.comum.tempo import agora
from peticionamento.contas import services
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import gabinete_de
from peticionamento.peticoes.models import Peticao
from tests.factories import contas, peticoes

Como = Callable[[Pessoa], FlaskClient]


@pytest.fixture
def marina(app: Flask) -> Pessoa:
    return contas.pessoa(Papel.ASSESSOR, nome="Marina Couto")


@pytest.fixture
def helena(app: Flask) -> Pessoa:
    return contas.deputada("Helena Prates")


def test_an_assistant_works_for_whom_they_represent_until_it_ends(marina: Pessoa, helena: Pessoa) -> None:
    assert gabinete_de(marina.id).autores == (marina.id,)
    services.representar(marina, helena)
    gabinete = gabinete_de(marina.id)
    assert gabinete.autores == (marina.id, helena.id)
    assert gabinete.nome == "Gabinete da dep. Helena Prates"
    services.encerrar_representacao(marina, helena, agora=agora())
    assert gabinete_de(marina.id).autores == (marina.id,)
    services.representar(marina, helena)  # and again, later


def test_what_cannot_be_represented_is_said(marina: Pessoa, helena: Pessoa) -> None:
    with pytest.raises(Recusa, match="Helena Prates não tem o papel assessor"):
        services.representar(helena, helena)
    with pytest.raises(Recusa, match="Marina Couto não tem o papel deputado"):
        services.representar(marina, marina)
    with pytest.raises(Recusa, match="Marina Couto não representa Helena Prates"):
        services.encerrar_representacao(marina, helena, agora=agora())
    services.representar(marina, helena)
    with pytest.raises(Recusa, match="Marina Couto já representa Helena Prates"):
        services.representar(marina, helena)


def test_the_command_makes_and_ends_it(terminal: FlaskCliRunner, marina: Pessoa, helena: Pessoa) -> None:
    def rodar(*argumentos: str) -> tuple[int, str]:
        db.session.commit()
        resultado = terminal.invoke(args=["usuarios", "representar", *argumentos])
        db.session.expire_all()
        return resultado.exit_code, resultado.output

    assert rodar(marina.email, helena.cpf) == (0, "Marina Couto agora age por Helena Prates.\n")
    assert gabinete_de(marina.id).autores == (marina.id, helena.id)
    codigo, dito = rodar(marina.email, helena.email)
    assert (codigo, "Erro: Marina Couto já representa Helena Prates." in dito) == (1, True)
    assert rodar(marina.email, helena.email, "--encerrar") == (0, "Marina Couto não age mais por Helena Prates.\n")
    codigo, dito = rodar("ninguem@teste.invalid", helena.email)
    assert (codigo, "Não há conta com o CPF ou e-mail “ninguem@teste.invalid”." in dito) == (1, True)


def test_an_assistant_sees_all_of_both_deputies_and_nothing_of_a_third(
    como: Como, marina: Pessoa, helena: Pessoa
) -> None:
    joao, outra = contas.deputada("João Lima"), contas.deputada("Outra Pessoa")
    for deputado in (helena, joao):
        services.representar(marina, deputado)
    de_helena = peticoes.protocolada(helena, assunto="Ponte de Turmalina")
    peticoes.protocolada(joao, assunto="Escola de Berilo")
    alheia = peticoes.protocolada(outra, assunto="Segredo alheio")
    peticoes.rascunho(joao, assunto="Rascunho do João")
    peticoes.rascunho(outra, assunto="Rascunho alheio")
    cliente = como(marina)
    for caminho in ("/peticoes", "/peticoes/busca", "/peticoes/prazos"):
        vista = html.unescape(cliente.get(caminho).text)
        assert "Ponte de Turmalina" in vista, caminho
        assert "Escola de Berilo" in vista, caminho
        assert "alhei" not in vista, caminho
        assert "Gabinete da dep. Helena Prates e da dep. João Lima" in vista
        assert "Marina Couto, por delegação" in vista
    assert "Rascunho do João" in html.unescape(cliente.get("/peticoes/rascunhos").text)
    assert "Ponte de Turmalina" in cliente.get("/peticoes/exportar.csv").text
    assert cliente.get(f"/peticoes/{de_helena.id}").status_code == 200
    assert cliente.get(f"/peticoes/{alheia.id}").status_code == 404
    so_joao = html.unescape(cliente.get(f"/peticoes/busca?deputado={joao.id}").text)
    assert "Escola de Berilo" in so_joao
    assert "Ponte de Turmalina" not in so_joao
    assert "Nenhuma petição encontrada" in html.unescape(cliente.get(f"/peticoes/busca?deputado={outra.id}").text)


def test_what_an_assistant_saw_is_gone_when_it_ended(como: Como, marina: Pessoa, helena: Pessoa) -> None:
    services.representar(marina, helena)
    peticao = peticoes.protocolada(helena, assunto="Ponte de Turmalina")
    cliente = como(marina)
    assert cliente.get(f"/peticoes/{peticao.id}").status_code == 200
    services.encerrar_representacao(marina, helena, agora=agora())
    assert cliente.get(f"/peticoes/{peticao.id}").status_code == 404
    assert "Ponte de Turmalina" not in html.unescape(cliente.get("/peticoes/busca").text)
    with pytest.raises(NaoEncontrado):
        obter(Peticao, peticao.id, marina, "peticoes.ler")


def test_a_deputy_sees_their_own_alone(como: Como, marina: Pessoa, helena: Pessoa) -> None:
    services.representar(marina, helena)
    peticoes.protocolada(contas.deputada(), assunto="Segredo alheio")
    peticoes.protocolada(helena, assunto="Ponte de Turmalina")
    vista = html.unescape(como(helena).get("/peticoes").text)
    assert "Ponte de Turmalina" in vista
    assert "Segredo alheio" not in vista
    assert "por delegação" not in vista
