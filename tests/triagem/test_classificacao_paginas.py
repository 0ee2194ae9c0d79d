"""The desk says what a demand is about and why it stands where it stands, and lets it be mended."""

from __future__ import annotations

import html
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peticionamento.cadastros.carga_temas import carregar_temas
from peticionamento.cadastros.queries import temas_ativos
from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Especie
from peticionamento.triagem import classificacao
from peticionamento.triagem.classificacao import Classificacao
from peticionamento.triagem.models import Demanda
from tests.factories import contas, depois, triagem

Como = Callable[[Pessoa], FlaskClient]


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def dados(demanda: Demanda, **mudancas: object) -> dict[str, object]:
    municipio = demanda.peticao.municipio.nome if demanda.peticao.municipio else ""
    return {"versao": demanda.versao, "tema": "", "municipio": municipio, "ods": "", "urgencia": "normal", **mudancas}


def test_the_queue_and_the_desk_say_why_a_demand_stands_where_it_stands(app: Flask, como: Como) -> None:
    demanda = triagem.demanda()
    depois.assinar(depois.continuacao(demanda.peticao, Especie.REITERACAO))
    frase = "Pontos por: reiterada 1 vez, 0 dias de espera, vence em 5 dias úteis"
    cliente = como(contas.triador())
    fila = texto(cliente.get("/triagem"))
    assert f'<small class="porque">{frase}</small>' in fila
    assert "3 pts" in fila
    mesa = texto(cliente.get(f"/triagem/{demanda.id}"))
    assert f'{frase} <b class="num">3 pontos</b>' in mesa
    assert "tabela de pontos" not in mesa
    assert "tabela de pontos" in texto(como(contas.coordenadora()).get(f"/triagem/{demanda.id}"))


def test_the_form_opens_on_the_desk_with_what_the_demand_has(app: Flask, como: Como) -> None:
    carregar_temas()
    demanda, cliente = triagem.demanda(), como(contas.triador())
    assert 'name="urgencia"' not in texto(cliente.get(f"/triagem/{demanda.id}"))
    aberta = texto(cliente.get(f"/triagem/{demanda.id}/classificar?aba=minhas"))
    assert demanda.peticao.municipio is not None
    assert f'value="{demanda.peticao.municipio.nome}"' in aberta
    assert "ODS 17, Parcerias e meios de implementação" in aberta
    subtema = next(tema for tema in temas_ativos() if tema.pai_id)
    assert f">   {subtema.nome}</option>" in aberta.replace("\N{NO-BREAK SPACE}", " ")
    assert f"/triagem/{demanda.id}/classificar?aba=minhas" in aberta


def test_classifying_shows_it_and_offers_to_undo(app: Flask, como: Como) -> None:
    carregar_temas()
    tema = next(tema for tema in temas_ativos() if tema.pai_id)
    demanda, cliente = triagem.demanda(), como(contas.triador("Ana Lima"))
    onde = f"/triagem/{demanda.id}/classificar"
    resposta = cliente.post(onde, data=dados(demanda, tema=tema.id, ods="3", urgencia="urgente"), follow_redirects=True)
    pagina = texto(resposta)
    assert "Classificação salva." in pagina
    assert tema.caminho in pagina
    assert "ODS 3, Saúde e bem-estar" in pagina
    assert "No alto porque: urgente, vence em 5 dias úteis" in pagina
    assert "Classificada hoje por Ana Lima, às " in pagina
    db.session().expire_all()
    desfeita = cliente.post(
        f"/triagem/{demanda.id}/desclassificar", data={"versao": demanda.versao}, follow_redirects=True
    )
    assert "Classificação desfeita." in texto(desfeita)
    assert "Classificada hoje" not in texto(desfeita)


def test_what_is_refused_comes_back_open_with_what_was_typed(app: Flask, como: Como) -> None:
    demanda, cliente = triagem.demanda(), como(contas.triador())
    resposta = cliente.post(f"/triagem/{demanda.id}/classificar", data=dados(demanda, municipio="Atlântida", ods="4"))
    pagina = texto(resposta)
    assert resposta.status_code == 422
    assert "“Atlântida” não é um município de Minas Gerais." in pagina.split('id="classificar-municipio-erro"')[1][:200]
    assert 'value="Atlântida"' in pagina
    assert '<option selected value="4">' in pagina


def test_a_stale_form_says_who_classified_and_keeps_what_was_typed(app: Flask, como: Como) -> None:
    demanda, cliente = triagem.demanda(), como(contas.triador())
    velha = dados(demanda, urgencia="alta", ods="5")
    nova = Classificacao(None, "", None, "normal")
    classificacao.classificar(demanda.id, nova, por=contas.triador("Bruna"), versao=demanda.versao, agora=agora())
    resposta = cliente.post(f"/triagem/{demanda.id}/classificar", data=velha)
    pagina = texto(resposta)
    assert resposta.status_code == 409
    assert "Bruna, " in pagina
    assert "Classificou: o Estado todo" in pagina
    assert '<option selected value="5">' in pagina
    assert '<option selected value="alta">' in pagina


def test_an_answered_demand_offers_no_form(app: Flask, como: Como) -> None:
    demanda, cliente = triagem.respondida(), como(contas.triador())
    pagina = texto(cliente.get(f"/triagem/{demanda.id}/classificar"))
    assert 'name="urgencia"' not in pagina
    assert "/classificar" not in pagina
    assert cliente.post(f"/triagem/{demanda.id}/classificar", data=dados(demanda, ods="3")).status_code == 409
