"""Every form of the desk, sent from a page that is old: refused with who did what meanwhile, what was typed kept."""

from __future__ import annotations

import html
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import fundamentos, services
from tests.factories import cadastros, contas, triagem
from tests.whole.casa import metodo, rotas

Como = Callable[[Pessoa], FlaskClient]
SEM_VERSAO = {"triagem.renovar", "triagem.destinos", "triagem.reunir", "triagem.marcar"}
"""What decides nothing of the demand in its address: a claim kept, a form filled in further, others joined to it,
a marker put or taken."""
ESCRITO = {
    "triagem.distribuir": ["instrucao"],
    "triagem.pedir": ["pergunta"],
    "triagem.desmembrar": ["partes-0-assunto", "partes-0-texto"],
    "triagem.nao_acolher": ["explicacao"],
    "triagem.remeter": ["destinatario", "cargo", "entidade", "carta"],
}
"""What is written in each form."""


def preenchido() -> dict[str, object]:
    """Every field of every form of the desk, each with something good."""
    return {
        "orgaos": [cadastros.orgao("SES").id],
        "prazo": "10",
        "instrucao": "Instrução que levou meia hora.",
        "pergunta": "Pergunta que levou meia hora.",
        "partes-0-assunto": "Assunto que levou meia hora",
        "partes-0-texto": "Texto que levou meia hora.",
        "urgencia": "normal",
        "principal": triagem.demanda().peticao.numero or "",
        "fundamento": fundamentos.em_uso()[0][0],
        "explicacao": "Explicação que levou meia hora.",
        "destinatario": "A quem o ofício vai",
        "cargo": "Superintendente de algum lugar",
        "entidade": "Órgão federal de alguma coisa",
        "carta": "Ofício que levou meia hora, com tudo o que o destinatário precisa saber.",
    }


def enderecos(app: Flask) -> list[tuple[str, str]]:
    """(endpoint, rule) of all that is sent about one demand of the desk."""
    return [
        (regra.endpoint, regra.rule)
        for regra in rotas(app)
        if regra.rule.startswith("/triagem/<int:demanda_id>") and metodo(regra) == "POST"
    ]


def test_no_form_of_the_desk_decides_from_an_old_page(app: Flask, como: Como) -> None:
    ana, carla, dora = contas.triador("Ana"), contas.coordenadora("Carla Reis"), contas.coordenadora("Dora")
    cliente, dados = como(dora), preenchido()
    enviadas = 0
    for endpoint, regra in enderecos(app):
        if endpoint in SEM_VERSAO:
            continue
        demanda = triagem.em_triagem(ana)
        vista = demanda.versao
        services.assumir(demanda.id, por=carla, versao=vista, agora=agora())
        depois = demanda.versao
        onde = regra.replace("<int:demanda_id>", str(demanda.id))
        resposta = cliente.post(onde, data={**dados, "versao": str(vista)})
        pagina = html.unescape(resposta.text)
        assert resposta.status_code == 409, (endpoint, resposta.status)
        assert "Carla Reis, " in pagina, endpoint
        assert "Assumiu a triagem no lugar de Ana." in pagina, endpoint
        assert "Confira e decida de novo." in pagina, endpoint
        for campo in ESCRITO.get(endpoint, []):
            assert str(dados[campo]) in pagina, (endpoint, campo)
        db.session().refresh(demanda)
        assert (demanda.versao, demanda.triador_id) == (depois, carla.id), endpoint
        enviadas += 1
    assert enviadas >= 10
