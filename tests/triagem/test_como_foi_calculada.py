"""Every due day that is shown has, folded beside it, how it was worked out: the same steps for whoever reads it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import db
from peticionamento.comum.prazos import Prazo, Unidade, contar
from peticionamento.comum.tempo import BRASILIA, hoje, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import diligencias
from peticionamento.triagem.models import Demanda, Encaminhamento
from tests.factories import contas, depois, peticoes, triagem

Como = Callable[[Pessoa], FlaskClient]
SEGUNDA = datetime(2026, 11, 16, 10, tzinfo=BRASILIA)
"""The Monday before Consciência Negra, a Friday."""
PULADO = "sexta-feira, 20 de novembro de 2026 não conta: Dia Nacional de Zumbi e da Consciência Negra."


def passos(cliente: FlaskClient, caminho: str) -> list[list[str]]:
    """The steps of each due day on a page."""
    resposta = cliente.get(caminho)
    assert resposta.status_code == 200
    blocos = re.findall(r'<details class="por-que">(.*?)</details>', html.unescape(resposta.text), re.DOTALL)
    assert all("Como esta data foi calculada" in bloco for bloco in blocos)
    return [re.findall(r"<li>(.*?)</li>", bloco) for bloco in blocos]


def test_the_author_the_desk_and_the_agency_read_the_same_steps(app: Flask, como: Como) -> None:
    autora = contas.pessoa()
    with no_instante(SEGUNDA):
        demanda = triagem.entregue(["SES"], peticao=peticoes.protocolada(autora))
    do_orgao = [
        "Conta a partir do dia seguinte a segunda-feira, 16 de novembro de 2026.",
        "Sábados e domingos não contam.",
        PULADO,
        "Prazo de 10 dias úteis: vence em terça-feira, 1º de dezembro de 2026, às 23h59.",
    ]
    assert do_orgao in passos(como(contas.triador()), f"/triagem/{demanda.id}")
    assert passos(como(contas.agente("SES")), f"/atendimento/{demanda.vivos[0].id}") == [do_orgao]
    (do_autor,) = passos(como(autora), f"/peticoes/{demanda.peticao_id}")
    assert do_autor[1:] == do_orgao
    assert "A SEGOV fixou o prazo" in do_autor[0]


def test_before_anything_was_kept_the_steps_are_those_of_triages_usual_term(app: Flask, como: Como) -> None:
    autora = contas.pessoa()
    with no_instante(SEGUNDA):
        demanda = triagem.demanda(peticoes.protocolada(autora))
    fim = "Prazo de 5 dias úteis: vence em terça-feira, 24 de novembro de 2026, às 23h59."
    assert passos(como(contas.triador()), f"/triagem/{demanda.id}")[0][-2:] == [PULADO, fim]
    assert passos(como(autora), f"/peticoes/{demanda.peticao_id}")[0][-2:] == [PULADO, fim]


def test_a_question_and_the_stop_it_made_are_told(app: Flask, como: Como) -> None:
    autora, triador = contas.pessoa(), contas.triador()
    with no_instante(SEGUNDA):
        demanda = depois.em_diligencia(peticoes.protocolada(autora), dias_uteis=5)
    (da_pergunta,) = passos(como(autora), f"/peticoes/{demanda.peticao_id}")
    assert da_pergunta[-1].startswith("Prazo de 5 dias úteis: vence em terça-feira, 24 de novembro de 2026")
    assert da_pergunta in passos(como(triador), f"/triagem/{demanda.id}")
    sexta = SEGUNDA + timedelta(days=11)
    with no_instante(sexta):
        diligencias.retomar(demanda.id, por=triador, versao=demanda.versao, agora=sexta)
    parado = (
        "Parado de terça-feira, 17 de novembro de 2026 a sexta-feira, 27 de novembro de 2026: "
        "a demanda esperava o autor."
    )
    assert parado in passos(como(triador), f"/triagem/{demanda.id}")[0]
    assert parado in passos(como(autora), f"/peticoes/{demanda.peticao_id}")[0]
    assert demanda.vence_dia == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("digitado", "quantidade", "unidade"),
    [
        ("10", 10, Unidade.DIAS_UTEIS),
        ("1 dia útil", 1, Unidade.DIAS_UTEIS),
        ("30 dias corridos", 30, Unidade.DIAS_CORRIDOS),
        ("2 meses", 2, Unidade.MESES),
        ("1 mês", 1, Unidade.MESES),
    ],
)
def test_a_term_is_kept_as_it_was_given(
    app: Flask, como: Como, digitado: str, quantidade: int, unidade: Unidade
) -> None:
    novo = distribuida(como, digitado)
    assert novo.prazo == Prazo(hoje(), quantidade, unidade)
    assert novo.vence_dia == contar(novo.prazo, calendario_local()).vence


def test_a_day_that_was_named_is_kept_as_such(app: Flask, como: Como) -> None:
    dia = triagem.daqui_a(9)
    novo = distribuida(como, f"{dia:%d/%m/%Y}")
    assert (novo.prazo, novo.vence_dia) == (Prazo.ate_o_dia(hoje(), dia), dia)


def distribuida(como: Como, prazo: str) -> Encaminhamento:
    """A demand routed by the page, with this term."""
    ana, ses = contas.triador(), triagem.destino("SES")
    demanda = triagem.em_triagem(ana)
    dados = {"versao": demanda.versao, "orgaos": [ses.orgao_id], "instrucao": "Informar.", "prazo": prazo}
    assert como(ana).post(f"/triagem/{demanda.id}/distribuir", data=dados).status_code == 303
    (novo,) = db.session().get_one(Demanda, demanda.id, populate_existing=True).vivos
    return novo


@pytest.mark.parametrize(
    ("digitado", "frase"),
    [
        ("0 dias corridos", "O prazo precisa ser de 1 a 365 dias corridos."),
        ("13 meses", "O prazo precisa ser de 1 a 12 meses."),
    ],
)
def test_a_term_out_of_bounds_is_refused(app: Flask, como: Como, digitado: str, frase: str) -> None:
    pagina = como(contas.triador()).get("/triagem/vencimento", query_string={"prazo": digitado})
    assert frase in html.unescape(pagina.text)


def test_the_end_of_a_term_as_typed_is_told_before_it_is_given(app: Flask, como: Como) -> None:
    fragmento = html.unescape(como(contas.triador()).get("/triagem/vencimento?prazo=2+meses").text)
    assert "Conta de data a data." in fragmento
    assert "Prazo de 2 meses: vence em " in fragmento
