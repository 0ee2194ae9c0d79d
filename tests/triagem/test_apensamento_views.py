"""Pages of what goes together: those alike, joining, and campaigns."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import apensamento
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem
from tests.triagem.test_semelhantes import CAMPANHA, LEITOS, sobre

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]
PARTE = {"HX-Request": "true"}


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def estado(demanda: Demanda) -> EstadoDemanda:
    db.session().refresh(demanda)
    return demanda.estado


def test_the_desk_reads_those_alike_after_the_rest_and_leads_to_them_without_javascript(app: Flask, como: Como) -> None:
    demanda = triagem.em_triagem(ana := contas.triador(), sobre("Leitos de UTI", LEITOS).peticao)
    sobre("Leitos de UTI neonatal", LEITOS, "Almenara")
    endereco = f"/triagem/{demanda.id}/parecidas"
    cliente = como(ana)
    mesa = texto(cliente.get(f"/triagem/{demanda.id}"))
    assert f'hx-get="{endereco}' in mesa
    assert f'<a href="{endereco}' in mesa
    assert "neonatal" not in mesa.split('id="parecidas"')[1]
    parte = texto(cliente.get(endereco, headers=PARTE))
    assert "<html" not in parte
    assert "Leitos de UTI neonatal" in parte
    assert "Aguarda triagem" in parte
    pagina = texto(cliente.get(endereco))
    assert "1 demanda parecida." in pagina
    assert "Leitos de UTI neonatal" in pagina


def test_joining_to_one_alike_is_one_press_and_the_next_demand_opens(app: Flask, como: Como) -> None:
    demanda = triagem.em_triagem(ana := contas.triador(), sobre("Leitos de UTI", LEITOS).peticao)
    outra = sobre("Leitos de UTI neonatal", LEITOS)
    cliente = como(ana)
    numero = outra.peticao.numero
    assert f'name="principal" value="{numero}"' in texto(cliente.get(f"/triagem/{demanda.id}/parecidas", headers=PARTE))
    pedido = {"versao": str(demanda.versao), "principal": numero}
    resposta = cliente.post(f"/triagem/{demanda.id}/apensar", data=pedido)
    assert (resposta.status_code, resposta.location) == (303, f"/triagem/{outra.id}?aba=aguardando")
    assert estado(demanda) is EstadoDemanda.APENSADA
    na_outra = texto(cliente.get(f"/triagem/{outra.id}"))
    assert "1 demanda apensada a esta" in na_outra
    na_apensada = texto(cliente.get(f"/triagem/{demanda.id}"))
    assert "Apensada a outra demanda" in na_apensada
    assert "Desapensar" in na_apensada


def test_one_that_is_not_in_ones_hands_is_offered_no_joining(app: Flask, como: Como) -> None:
    demanda = sobre("Leitos de UTI", LEITOS)
    sobre("Leitos de UTI neonatal", LEITOS)
    cliente = como(contas.triador())
    assert 'name="principal"' not in texto(cliente.get(f"/triagem/{demanda.id}/parecidas", headers=PARTE))
    assert "/apensar" not in texto(cliente.get(f"/triagem/{demanda.id}"))


def test_a_wrong_number_comes_back_beside_its_field_with_what_was_typed(app: Flask, como: Como) -> None:
    demanda = triagem.em_triagem(ana := contas.triador())
    cliente = como(ana)
    for digitado, dito in (
        ("999/2026", "Nenhuma demanda tem esse número."),
        ("", "Escreva o número do processo da outra demanda."),
        ("9" * 50, "50 caracteres; o máximo é 40."),
    ):
        pedido = {"versao": str(demanda.versao), "principal": digitado}
        resposta = cliente.post(f"/triagem/{demanda.id}/apensar", data=pedido)
        assert resposta.status_code == 422
        pagina = texto(resposta)
        assert dito in pagina.split('id="apensar-principal-erro"')[1][:120]
        assert not digitado or f'value="{digitado}"' in pagina


def test_a_page_older_than_the_joining_is_told_who_did_it(app: Flask, como: Como) -> None:
    ana, bruno = contas.triador("Ana"), contas.triador("Bruno")
    demanda, outra = triagem.em_triagem(ana), triagem.demanda(peticoes.protocolada())
    vista = demanda.versao
    apensamento.apensar(demanda.id, outra.id, por=ana, versao=vista, agora=agora())
    pedido = {"versao": str(vista), "principal": outra.peticao.numero}
    resposta = como(bruno).post(f"/triagem/{demanda.id}/apensar", data=pedido)
    assert resposta.status_code == 409
    assert "Ana" in (pagina := texto(resposta))
    assert "Apensou à demanda" in pagina


def test_who_reviews_the_answer_is_told_that_it_goes_to_others_too(app: Flask, como: Como) -> None:
    ana, principal = contas.triador(), triagem.entregue()
    resposta = triagem.responder(principal)
    cliente = como(contas.coordenadora())
    assert "apensada" not in texto(cliente.get(f"/respostas/{resposta.id}"))
    outra = triagem.em_triagem(ana, peticoes.protocolada())
    apensamento.apensar(outra.id, principal.id, por=ana, versao=outra.versao, agora=agora())
    pagina = texto(cliente.get(f"/respostas/{resposta.id}"))
    assert "A mesma resposta vai a 2 autores, em 2 processos:" in pagina
    assert f"Dep. {principal.peticao.autor.nome} e Dep. {outra.peticao.autor.nome}" in pagina


def test_undoing_puts_it_back_in_the_hands_of_who_undoes(app: Flask, como: Como) -> None:
    ana = contas.triador("Ana")
    demanda, outra = triagem.em_triagem(ana), triagem.demanda(peticoes.protocolada())
    apensamento.apensar(demanda.id, outra.id, por=ana, versao=demanda.versao, agora=agora())
    cliente = como(ana)
    resposta = cliente.post(f"/triagem/{demanda.id}/desapensar", data={"versao": str(demanda.versao)})
    assert (resposta.status_code, estado(demanda)) == (303, EstadoDemanda.EM_TRIAGEM)
    resposta = cliente.post(f"/triagem/{demanda.id}/desapensar", data={"versao": str(demanda.versao)})
    assert resposta.status_code == 409


def test_a_campaign_is_one_row_and_one_statement_for_the_page(app: Flask, como: Como, contar_consultas: Contar) -> None:
    cliente = como(contas.triador())
    sobre("Leitos de UTI", LEITOS)
    with contar_consultas() as sem:
        cliente.get("/triagem")
    for _ in range(3):
        sobre("Recapeamento da MG-114", CAMPANHA)
    with contar_consultas() as com:
        pagina = texto(cliente.get("/triagem"))
    assert pagina.count("Campanha: 3 deputados, 3 demandas") == 1
    # The row of a filed demand has a fingerprint or not; either way the page asks once at most.
    assert len(com) - len(sem) <= 1


def test_a_campaign_is_joined_in_one_act_with_a_result_for_each(app: Flask, como: Como) -> None:
    ana = contas.triador("Ana")
    primeira = sobre("MG-114, da Helena", CAMPANHA)
    livre = sobre("MG-114, do Otávio", CAMPANHA)
    de_bruno = triagem.em_triagem(contas.triador("Bruno"), sobre("MG-114, da Rita", CAMPANHA).peticao)
    cliente = como(ana)
    pagina = texto(cliente.get(f"/triagem/{primeira.id}/campanha"))
    assert "3 deputados enviaram este texto, em 3 demandas." in pagina
    assert f'value="{livre.id}-{livre.versao}" checked' in pagina
    assert f'value="{de_bruno.id}-{de_bruno.versao}" autocomplete' in pagina, "whose it is keeps it by default"
    marcadas = [f"{d.id}-{d.versao}" for d in (livre, de_bruno)]
    resposta = cliente.post(f"/triagem/{primeira.id}/reunir", data={"demandas": marcadas})
    assert resposta.status_code == 200
    assert "1 demanda apensada; 1 ficou como estava." in (pagina := texto(resposta))
    assert "Bruno está com ela." in pagina
    assert (estado(livre), estado(de_bruno)) == (EstadoDemanda.APENSADA, EstadoDemanda.EM_TRIAGEM)


def test_joining_none_or_nonsense_is_refused(app: Flask, como: Como) -> None:
    primeira = sobre("MG-114", CAMPANHA)
    cliente = como(contas.triador())
    for dados in ({}, {"demandas": "abc"}, {"demandas": f"{'9' * 30}-1"}):
        assert cliente.post(f"/triagem/{primeira.id}/reunir", data=dados).status_code == 422
