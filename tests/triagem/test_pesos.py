"""The coordinator's table of points, and its page."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peticionamento.comum.db import db
from peticionamento.comum.erros import Conflito, Recusa, SemPermissao
from peticionamento.comum.fila import Fila, fila
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import jobs, pesos
from peticionamento.triagem.models import Criterio, Demanda
from peticionamento.triagem.pesos import Digitada
from peticionamento.triagem.prioridade import tabela
from tests.factories import contas, triagem

Como = Callable[[Pessoa], FlaskClient]
C = Criterio


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def digitada(**mudancas: list[tuple[int | None, int | None]]) -> dict[Criterio, list[Digitada]]:
    agora = {criterio: [Digitada(*linha) for linha in linhas] for criterio, linhas in tabela().items()}
    return agora | {C(nome): [Digitada(*linha) for linha in linhas] for nome, linhas in mudancas.items()}


def salvar(por: Pessoa, **mudancas: list[tuple[int | None, int | None]]) -> None:
    pesos.salvar(digitada(**mudancas), visto=pesos.retrato(tabela()), por=por)


def enviada(cliente: FlaskClient) -> dict[str, str]:
    """The form as the page gives it."""
    pagina = texto(cliente.get("/triagem/pesos"))
    campos = {}
    for parte in pagina.split("<input ")[1:]:
        atributos = dict(p.split("=", 1) for p in parte.split(">")[0].replace('" ', '"\n').split("\n") if "=" in p)
        campos[atributos["name"].strip('"')] = atributos.get("value", '""').strip('"')
    return campos


def test_a_new_table_recounts_the_desk(app: Flask) -> None:
    demanda = triagem.demanda()
    salvar(contas.coordenadora(), dias_uteis=[(0, 9), (30, 7)])
    assert fila(Fila.ROTINAS).job_ids == ["rotina-repontuar"]
    assert jobs.repontuar() == 1
    db.session().expire_all()
    assert db.session().get_one(Demanda, demanda.id).razoes == [["dias_uteis", 5, 7]]
    assert triagem.demanda().prioridade == -7


def test_a_criterion_without_lines_counts_for_nothing(app: Flask) -> None:
    salvar(contas.coordenadora(), dias_uteis=[])
    assert C.DIAS_UTEIS not in tabela()
    assert triagem.demanda().razoes == []


@pytest.mark.parametrize(
    ("mudancas", "frase"),
    [
        (
            {"dias_uteis": [(None, 3)]},
            "Dias úteis até o vencimento: escreva um número de −365 a 365 na primeira coluna.",
        ),
        ({"urgencia": [(3, 3)]}, "Urgência: escreva um número de 1 a 2 na primeira coluna."),
        ({"idade": [(10, None)]}, "Dias corridos desde o protocolo: os pontos vão de 1 a 99."),
        ({"idade": [(10, 0)]}, "os pontos vão de 1 a 99. Para tirar uma linha, apague as duas colunas."),
        ({"reiteracoes": [(1, 2), (1, 3)]}, "Reiterações: o número 1 está em duas linhas."),
        ({"idade": [(n, 1) for n in range(1, 22)]}, "Dias corridos desde o protocolo: no máximo 20 linhas."),
    ],
)
def test_a_line_that_says_nothing_is_refused_beside_its_criterion(
    app: Flask, mudancas: dict[str, list[tuple[int | None, int | None]]], frase: str
) -> None:
    antes = tabela()
    with pytest.raises(Recusa) as recusa:
        salvar(contas.coordenadora(), **mudancas)
    assert frase in recusa.value.mensagem
    assert recusa.value.campo in mudancas
    assert tabela() == antes


def test_the_table_is_the_coordinators(app: Flask, como: Como) -> None:
    with pytest.raises(SemPermissao):
        salvar(contas.triador())
    assert como(contas.triador()).get("/triagem/pesos").status_code == 403


def test_whoever_saves_over_anothers_table_hears_it_first(app: Flask) -> None:
    visto, carla = pesos.retrato(tabela()), contas.coordenadora("Carla")
    salvar(contas.coordenadora(), idade=[(5, 5)])
    with pytest.raises(Conflito, match="Outra pessoa mudou a tabela"):
        pesos.salvar(digitada(idade=[]), visto=visto, por=carla)
    assert tabela()[C.IDADE] == ((5, 5),)


def test_the_page_shows_the_table_and_saves_what_was_typed(app: Flask, como: Como) -> None:
    cliente = como(contas.coordenadora())
    campos = enviada(cliente)
    assert campos["dias_uteis-0-limiar"] == "−1"
    assert "Uma demanda ganha até 17 pontos." in texto(cliente.get("/triagem/pesos"))
    campos |= {"idade-0-limiar": "", "idade-0-pontos": "", "idade-2-limiar": "60", "idade-2-pontos": "6"}
    resposta = cliente.post("/triagem/pesos", data=campos, follow_redirects=True)
    assert "Tabela de pontos salva." in texto(resposta)
    assert tabela()[C.IDADE] == ((30, 2), (60, 6))
    assert tabela()[C.DIAS_UTEIS][0] == (-1, 5)


def test_what_is_wrong_comes_back_as_typed_beside_its_criterion(app: Flask, como: Como) -> None:
    cliente = como(contas.coordenadora())
    campos = enviada(cliente) | {"idade-0-pontos": "muitos", "urgencia-0-pontos": "7"}
    resposta = cliente.post("/triagem/pesos", data=campos)
    pagina = texto(resposta)
    assert resposta.status_code == 422
    assert "os pontos vão de 1 a 99" in pagina.split('id="idade-erro"')[1][:200]
    errado = next(parte for parte in pagina.split("<input ") if 'value="muitos"' in parte)
    assert 'aria-invalid="true"' in errado.split(">")[0]
    assert pagina.count('aria-invalid="true"') == 1
    assert 'value="7"' in pagina


def test_a_conflict_keeps_what_was_typed_and_lets_it_be_saved_again(app: Flask, como: Como) -> None:
    cliente = como(contas.coordenadora())
    campos = enviada(cliente) | {"idade-0-pontos": "8"}
    salvar(contas.coordenadora(), idade=[(5, 5)])
    resposta = cliente.post("/triagem/pesos", data=campos)
    pagina = texto(resposta)
    assert resposta.status_code == 409
    assert "Outra pessoa mudou a tabela" in pagina
    assert 'value="8"' in pagina
    campos["visto"] = pagina.split('name="visto"')[1].split('value="')[1].split('"')[0]
    assert cliente.post("/triagem/pesos", data=campos).status_code == 303
    assert tabela()[C.IDADE] == ((15, 8), (30, 2))
