"""The desk's pages of decisions: not accepting, forwarding, agency by agency, combinations, undoing."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.comum.db import db, transaction
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Documento, PapelDocumento
from peticionamento.triagem import combinacoes
from peticionamento.triagem.combinacoes import DestinoGuardado, Regra
from peticionamento.triagem.models import Demanda, EstadoDemanda, Fundamento
from tests.factories import cadastros, contas, triagem

Como = Callable[[Pessoa], FlaskClient]
EXPLICACAO = "O pedido é de competência do Município, que já abriu licitação."
CARTA = "Encaminho a Vossa Excelência a demanda anexa, da competência desse Tribunal."


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def atual(demanda: Demanda) -> Demanda:
    db.session().refresh(demanda)
    return demanda


def fundamento() -> Fundamento:
    return db.session().execute(select(Fundamento).order_by(Fundamento.ordem).limit(1)).scalar_one()


def test_not_accepting_tells_the_author_and_opens_the_next(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda, outra = triagem.em_triagem(ana), triagem.demanda()
    cliente = como(ana)
    pagina = texto(cliente.get(f"/triagem/{demanda.id}"))
    assert "Não acolher a demanda" in pagina
    assert fundamento().nome in pagina
    resposta = cliente.post(
        f"/triagem/{demanda.id}/nao-acolher",
        data={"versao": demanda.versao, "fundamento": fundamento().id, "explicacao": EXPLICACAO},
    )
    assert resposta.status_code == 303
    assert f"/triagem/{outra.id}" in resposta.location
    assert atual(demanda).estado is EstadoDemanda.NAO_ACOLHIDA
    assert "não acolhida. O autor foi avisado." in texto(cliente.get(resposta.location))
    do_autor = texto(como(demanda.peticao.autor).get(f"/peticoes/{demanda.peticao_id}"))
    assert "Respondida pela SEGOV: não acolhida" in do_autor
    assert EXPLICACAO in do_autor


def test_what_is_wrong_is_said_beside_its_field_and_the_text_stays(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    cliente = como(ana)
    resposta = cliente.post(
        f"/triagem/{demanda.id}/nao-acolher",
        data={"versao": demanda.versao, "fundamento": "", "explicacao": EXPLICACAO},
    )
    assert resposta.status_code == 422
    assert "Escolha o fundamento." in texto(resposta)
    assert EXPLICACAO in texto(resposta)
    resposta = cliente.post(
        f"/triagem/{demanda.id}/remeter",
        data={"versao": demanda.versao, "destinatario": "", "entidade": "DNIT", "carta": CARTA},
    )
    assert resposta.status_code == 422
    assert "Diga a quem o ofício é dirigido." in texto(resposta)
    assert CARTA in texto(resposta)


def test_a_stale_form_is_refused_with_who_did_what_and_the_text_kept(app: Flask, como: Como) -> None:
    ana, carla = contas.triador("Ana Dias"), contas.coordenadora()
    demanda = triagem.em_triagem(ana)
    vista = demanda.versao
    cliente = como(carla)
    triagem.services.distribuir(demanda.id, [triagem.destino()], por=ana, versao=vista, agora=triagem.agora())
    for onde, dados in (
        ("nao-acolher", {"fundamento": fundamento().id, "explicacao": EXPLICACAO}),
        ("remeter", {"destinatario": "João", "entidade": "DNIT", "carta": CARTA}),
    ):
        resposta = cliente.post(f"/triagem/{demanda.id}/{onde}", data={"versao": vista, **dados})
        assert resposta.status_code == 409
        assert "Ana Dias" in texto(resposta)
        assert (EXPLICACAO if onde == "nao-acolher" else CARTA) in texto(resposta)


def test_the_letter_is_on_the_authors_page_and_on_the_desk(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    assert demanda.peticao.numero in texto(como(ana).get(f"/triagem/{demanda.id}")).split('name="carta"')[1]
    resposta = como(ana).post(
        f"/triagem/{demanda.id}/remeter",
        data={"versao": demanda.versao, "destinatario": "João Lima", "cargo": "", "entidade": "DNIT", "carta": CARTA},
    )
    assert resposta.status_code == 303
    carta = db.session().execute(select(Documento).where(Documento.papel == PapelDocumento.OFICIO)).scalar_one()
    do_autor = como(demanda.peticao.autor)
    pagina = texto(do_autor.get(f"/peticoes/{demanda.peticao_id}"))
    assert f"Ofício SEGOV nº {carta.numero}" in pagina
    assert carta.nome in pagina
    assert do_autor.get(f"/peticoes/documentos/{carta.id}").data[:5] == b"%PDF-"
    assert carta.nome in texto(como(ana).get(f"/triagem/{demanda.id}"))


def test_each_agency_may_be_asked_something_of_its_own(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    ses, der = cadastros.orgao("SES").id, cadastros.orgao("DER-MG").id
    cliente = como(ana)
    comum = {"versao": demanda.versao, "orgaos": [ses, der], "instrucao": "O que vale para todos.", "prazo": "10"}
    pagina = texto(cliente.post(f"/triagem/{demanda.id}/destinos", data=comum))
    assert atual(demanda).estado is EstadoDemanda.EM_TRIAGEM
    assert 'name="particulares-1-instrucao"' in pagina
    assert "O que vale para todos." in pagina
    resposta = cliente.post(
        f"/triagem/{demanda.id}/distribuir",
        data=comum
        | {
            "particulares-0-orgao": ses, "particulares-0-instrucao": "", "particulares-0-prazo": "",
            "particulares-0-acesso": "publico", "particulares-1-orgao": der,
            "particulares-1-instrucao": "Só o DER faz isto.", "particulares-1-prazo": "3 dias úteis",
            "particulares-1-acesso": "restrito",
        },
    )  # fmt: skip
    assert resposta.status_code == 303
    assert {(e.orgao.sigla, e.instrucao, e.vence_dia, e.acesso) for e in atual(demanda).vivos} == {
        ("SES", "O que vale para todos.", triagem.daqui_a(10), NivelAcesso.PUBLICO),
        ("DER-MG", "Só o DER faz isto.", triagem.daqui_a(3), NivelAcesso.RESTRITO),
    }


def test_a_wrong_term_of_one_agency_is_said_there_and_nothing_goes(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    ses = cadastros.orgao("SES").id
    resposta = como(ana).post(
        f"/triagem/{demanda.id}/distribuir",
        data={
            "versao": demanda.versao, "orgaos": [ses], "instrucao": "Informar.", "prazo": "10",
            "particulares-0-orgao": ses, "particulares-0-prazo": "depois", "particulares-0-instrucao": "Minha frase.",
        },
    )  # fmt: skip
    assert resposta.status_code == 422
    assert texto(resposta).count("Escreva os dias úteis (10) ou o dia (09/12/2026).") == 2
    assert "Minha frase." in texto(resposta)
    assert atual(demanda).vivos == []


def test_a_restricted_petition_is_restricted_for_every_agency(app: Flask) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    hipotese = cadastros.hipotese()
    with transaction():
        demanda.peticao.acesso, demanda.peticao.hipotese_id = NivelAcesso.RESTRITO, hipotese.id
    triagem.services.distribuir(demanda.id, [triagem.destino()], por=ana, versao=demanda.versao, agora=triagem.agora())
    assert [e.acesso for e in demanda.vivos] == [NivelAcesso.RESTRITO]


def test_an_agency_reads_how_it_is_to_treat_the_demand(app: Flask, como: Como) -> None:
    ana, agente = contas.triador(), contas.agente("SES")
    demanda = triagem.em_triagem(ana)
    destino = replace(triagem.destino("SES"), acesso=NivelAcesso.RESTRITO)
    triagem.services.distribuir(demanda.id, [destino], por=ana, versao=demanda.versao, agora=triagem.agora())
    triagem.entregar(demanda)
    cliente = como(agente)
    assert "acesso restrito" in texto(cliente.get("/atendimento"))
    assert "Acesso restrito: só para quem precisa" in texto(cliente.get(f"/atendimento/{demanda.vivos[0].id}"))


def test_a_combination_fills_the_form_and_keeps_what_was_typed(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    ses, der = cadastros.orgao("SES").id, cadastros.orgao("DER-MG").id
    guardados = [DestinoGuardado(ses, "Dizer da obra.", 5), DestinoGuardado(der, "Dizer do acesso.", 7)]
    linha = combinacoes.salvar(None, Regra("Obras em hospital", guardados), por=contas.coordenadora())
    cliente = como(ana)
    assert "Obras em hospital" in texto(cliente.get(f"/triagem/{demanda.id}"))
    pagina = texto(
        cliente.post(
            f"/triagem/{demanda.id}/destinos",
            data={"versao": demanda.versao, "instrucao": "Já escrevi isto.", "prazo": "10", "combinacao": linha.id},
        )
    )
    assert "Já escrevi isto." in pagina
    assert "Dizer da obra." in pagina
    assert "7 dias úteis" in pagina
    for orgao_id in (ses, der):
        assert re.search(rf'name="orgaos" value="{orgao_id}" checked', pagina)


@pytest.mark.config(desfazer_s=60)
def test_the_next_page_offers_to_undo_and_one_press_does(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda, outra = triagem.em_triagem(ana), triagem.demanda()
    cliente = como(ana)
    resposta = cliente.post(
        f"/triagem/{demanda.id}/distribuir",
        data={"versao": demanda.versao, "orgaos": [cadastros.orgao("SES").id], "instrucao": "Ver.", "prazo": "10"},
    )
    pagina = texto(cliente.get(resposta.location))
    assert f"/triagem/{outra.id}?" in resposta.location
    assert "encaminhada à SES." in pagina
    assert f'action="/triagem/{demanda.id}/desfazer' in pagina
    desfeita = cliente.post(f"/triagem/{demanda.id}/desfazer", data={"versao": atual(demanda).versao})
    assert desfeita.status_code == 303
    assert f"/triagem/{demanda.id}" in desfeita.location
    assert "nada foi entregue" in texto(cliente.get(desfeita.location))
    assert "Desfazer</button>" not in texto(cliente.get(resposta.location))
    de_novo = cliente.post(f"/triagem/{demanda.id}/desfazer", data={"versao": demanda.versao})
    assert de_novo.status_code == 409


def test_without_time_to_undo_nothing_is_offered(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    cliente = como(ana)
    resposta = cliente.post(
        f"/triagem/{demanda.id}/distribuir",
        data={"versao": demanda.versao, "orgaos": [cadastros.orgao("SES").id], "instrucao": "Ver.", "prazo": "10"},
    )
    assert "feita" not in resposta.location
    pagina = texto(cliente.get(resposta.location))
    assert "encaminhada à SES." in pagina
    assert "Desfazer</button>" not in pagina
