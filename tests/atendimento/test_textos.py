"""Texts that an agency's unit inserts into its answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peticionamento.atendimento import queries, services
from peticionamento.comum.erros import Recusa
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import Encaminhamento
from tests.factories import cadastros, contas, triagem

Como = Callable[[Pessoa], FlaskClient]

TEXTO = "<p>Sobre {{numero}}, de {{municipio}}: {{proposicao}}</p>"


@pytest.fixture
def ses(app: Flask) -> Pessoa:
    return contas.agente("SES")


@pytest.fixture
def recebido(ses: Pessoa) -> Encaminhamento:
    return triagem.receber(triagem.entregue(["SES"]), por=ses)


def test_the_units_text_comes_with_the_demands_values(como: Como, ses: Pessoa, recebido: Encaminhamento) -> None:
    texto = cadastros.texto_padrao(TEXTO, unidade_id=recebido.unidade_id)
    cliente = como(ses)
    assert f'<option value="{texto.id}">Fecho</option>' in cliente.get(f"/atendimento/{recebido.id}").text
    resposta = cliente.post(
        f"/atendimento/{recebido.id}/textos", data={"texto_padrao": texto.id}, headers={"Accept": "application/json"}
    )
    numero = recebido.demanda.peticao.numero
    assert resposta.json == {"html": f"<p>Sobre {numero}, de Teófilo Otoni: [proposição]</p>"}


def test_without_the_script_it_goes_after_the_draft(como: Como, ses: Pessoa, recebido: Encaminhamento) -> None:
    texto = cadastros.texto_padrao("<p>Atenciosamente.</p>", unidade_id=recebido.unidade_id)
    rascunho = queries.rascunho_de(recebido.id)
    assert rascunho is not None
    dados = {
        "texto_padrao": texto.id, "texto": "Estamos vendo.", "formato": "texto", "versao": recebido.versao,
        "versao_rascunho": rascunho.versao,
    }  # fmt: skip
    resposta = como(ses).post(f"/atendimento/{recebido.id}/textos", data=dados)
    assert resposta.location == f"/atendimento/{recebido.id}#resposta"
    salvo = queries.rascunho_de(recebido.id)
    assert salvo is not None
    assert salvo.texto_html == "<p>Estamos vendo.</p><p>Atenciosamente.</p>"


def test_those_of_authors_and_of_other_units_are_not_offered(como: Como, ses: Pessoa, recebido: Encaminhamento) -> None:
    outros = (
        cadastros.texto_padrao(),
        cadastros.texto_padrao(unidade_id=cadastros.unidade("SEE").id),
        cadastros.texto_padrao(unidade_id=recebido.unidade_id, tipo_processo_id=cadastros.tipo("escola").id),
    )
    cliente = como(ses)
    assert "Texto padrão" not in cliente.get(f"/atendimento/{recebido.id}").text
    for outro in outros:
        assert cliente.post(f"/atendimento/{recebido.id}/textos", data={"texto_padrao": outro.id}).status_code == 404


def test_an_answer_does_not_go_with_a_mark_left_open(ses: Pessoa, recebido: Encaminhamento) -> None:
    with pytest.raises(Recusa) as recusa:
        services.responder(
            recebido.id, "<p>Sobre a [proposição] citada, informamos que sim.</p>", por=ses, versao=recebido.versao,
            agora=agora(),
        )  # fmt: skip
    assert recusa.value.mensagem == "Complete no texto o que o modelo deixou em aberto: [proposição]."
    assert recusa.value.campo == "texto"
