"""SEGOV's pages: what is refused is said where it was typed, and the typed text stays."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peticionamento.comum.tempo import agora, hoje, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import Demanda, Encaminhamento
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def pedido(demanda: Demanda, *siglas: str, **mudancas: str) -> dict[str, object]:
    return {
        "versao": str(demanda.versao),
        "orgaos": [cadastros.orgao(sigla).id for sigla in siglas],
        "instrucao": "Informar a situação.",
        "prazo": "10 dias úteis",
        **mudancas,
    }


def test_the_queue_shows_the_oldest_deadline_first_and_pages_through_all(app: Flask, como: Como) -> None:
    assuntos = []
    for n in range(30):
        with no_instante(agora() - timedelta(days=40 - n)):
            peticoes.protocolada(assunto=f"Pedido {n:02d}")
        assuntos.append(f"Pedido {n:02d}")
    cliente = como(contas.triador())
    vistos, url = [], "/triagem"
    while url:
        pagina = texto(cliente.get(url))
        vistos += [a for a in assuntos if f">{a}<" in pagina]
        proxima = [parte for parte in pagina.split('href="') if "Próxima página" in parte[:300]]
        url = proxima[0].split('"')[0] if proxima else ""
    assert vistos == assuntos
    assert "venceu" in texto(cliente.get("/triagem?aba=atrasadas")).lower()


def test_who_is_reading_is_shown_to_the_others(app: Flask, como: Como) -> None:
    triagem.em_triagem(contas.triador("Bruna Sales"))
    assert "Lendo: Bruna Sales" in texto(como(contas.triador()).get("/triagem"))


@pytest.mark.parametrize(
    ("mudancas", "frase"),
    [
        ({"prazo": "0"}, "O prazo precisa ser de 1 a 365 dias úteis."),
        ({"prazo": "-3"}, "O prazo precisa ser de 1 a 365 dias úteis."),
        ({"prazo": "amanhã"}, "Escreva os dias úteis (10) ou o dia (09/12/2026)."),
        ({"prazo": "09/12/2020"}, "O prazo já teria vencido: quarta-feira, 9 de dezembro de 2020."),
        ({"prazo": "31/02/2027"}, "Escreva os dias úteis (10) ou o dia (09/12/2026)."),
        ({"instrucao": ""}, "Diga ao órgão o que se espera dele."),
        ({"instrucao": "x" * 100_000}, "100.000 caracteres; o máximo é 4.000."),
        ({"orgaos": ""}, "Escolha pelo menos um órgão."),
        ({"orgaos": "999999"}, "Um dos órgãos escolhidos não recebe demandas."),
    ],
)
def test_a_bad_routing_keeps_what_was_typed(app: Flask, como: Como, mudancas: dict[str, str], frase: str) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    enviado = {**pedido(demanda, "SES", instrucao="O que eu <b>digitei</b>."), **mudancas}
    if enviado["orgaos"] == "":
        del enviado["orgaos"]
    resposta = como(ana).post(f"/triagem/{demanda.id}/distribuir", data=enviado)
    pagina = texto(resposta)
    assert resposta.status_code == 422
    assert frase in pagina
    assert str(enviado["instrucao"]) in pagina
    assert str(enviado["prazo"]) in pagina
    assert cadastros.quantos(Encaminhamento) == 0


def test_who_decides_second_is_told_who_and_what_and_keeps_the_text(app: Flask, como: Como) -> None:
    ana, carla = contas.triador("Ana Dias"), contas.coordenadora("Carla Reis")
    demanda = triagem.em_triagem(ana)
    visto = pedido(demanda, "SES")
    assert como(ana).post(f"/triagem/{demanda.id}/distribuir", data=visto).status_code == 303
    segunda = como(carla).post(
        f"/triagem/{demanda.id}/distribuir", data={**visto, "instrucao": "Texto da Carla que não se perde."}
    )
    pagina = texto(segunda)
    assert segunda.status_code == 409
    assert "Ana Dias" in pagina
    assert "Encaminhou à SES." in pagina
    assert "Texto da Carla que não se perde." in pagina


def test_routing_goes_on_to_the_next_demand(app: Flask, como: Como) -> None:
    ana = contas.triador()
    proxima, demanda = triagem.demanda(), triagem.em_triagem(ana)
    resposta = como(ana).post(f"/triagem/{demanda.id}/distribuir", data=pedido(demanda, "SES"))
    assert resposta.location.startswith(f"/triagem/{proxima.id}")


def test_the_due_day_is_worked_out_while_typing(app: Flask, como: Como) -> None:
    cliente = como(contas.triador())
    visto = texto(cliente.get("/triagem/vencimento?prazo=10"))
    assert str(triagem.daqui_a(10).day) in visto
    assert "Sábados e domingos não contam." in visto
    assert "Escreva os dias úteis" in texto(cliente.get("/triagem/vencimento?prazo=logo"))
    passado = (hoje() - timedelta(days=3)).strftime("%d/%m/%Y")
    assert "já teria vencido" in texto(cliente.get(f"/triagem/vencimento?prazo={passado}"))


def test_the_desk_costs_the_same_however_long_the_queue(app: Flask, como: Como, contar_consultas: Contar) -> None:
    demanda = triagem.demanda()
    cliente = como(contas.triador())
    assert cliente.get(f"/triagem/{demanda.id}").status_code == 200  # its paper is written when first read
    medidas = []
    for _ in range(2):
        linha = []
        for caminho in ("/triagem", f"/triagem/{demanda.id}"):
            with contar_consultas() as vistas:
                assert cliente.get(caminho).status_code == 200
            linha.append(len(vistas))
        medidas.append(linha)
        for _ in range(4):
            triagem.demanda()
    assert medidas[0] == medidas[1]
    assert medidas[0][0] <= 8
    assert medidas[0][1] <= 19
