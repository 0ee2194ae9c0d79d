"""Pages of splitting: the desk's, the form that keeps what is typed, the author's and the agency's."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import PapelDocumento
from peticionamento.peticoes.queries import documentos_de
from peticionamento.triagem import desmembramento, services
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import cadastros, contas, depois, peticoes, triagem
from tests.fixtures.banco import Contagem
from tests.triagem.test_desmembramento import ESCOLA, PONTE, separar

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]
PARTES = r"<h2[^>]*>(\d+ª demanda)</h2>"


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador("Ana")


@pytest.fixture
def demanda(ana: Pessoa) -> Demanda:
    autora = contas.deputada("Helena Prates")
    return triagem.em_triagem(ana, peticoes.protocolada(autora, assunto="Leitos, escola e ponte", anexo=True))


def campos(demanda: Demanda, *partes: dict[str, str], **mais: object) -> dict[str, object]:
    """The form as a browser sends it."""
    enviados: dict[str, object] = {"versao": str(demanda.versao), **mais}
    for n, parte in enumerate(partes):
        enviados |= {f"partes-{n}-{campo}": valor for campo, valor in parte.items()}
    return enviados


DUAS = (
    {"assunto": ESCOLA.assunto, "texto": ESCOLA.texto, "municipio": "Teófilo Otoni", "tema": ""},
    {"assunto": PONTE.assunto, "texto": PONTE.texto, "municipio": "", "tema": ""},
)


def test_the_desk_leads_to_the_page_with_two_places_and_a_key(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    mesa = texto(como(ana).get(f"/triagem/{demanda.id}"))
    assert re.search(rf'<a href="/triagem/{demanda.id}/desmembrar[^"]*" data-tecla="m"', mesa)
    pagina = texto(como(ana).get(f"/triagem/{demanda.id}/desmembrar"))
    assert re.findall(PARTES, pagina) == ["1ª demanda", "2ª demanda", "3ª demanda"]
    assert pagina.count('value="Teófilo Otoni"') >= 2
    (anexo,) = [d for d in documentos_de(demanda.peticao_id) if d.papel is PapelDocumento.ANEXO]
    assert len(re.findall(rf'<input checked[^>]*name="partes-\d-documentos"[^>]*value="{anexo.id}"', pagina)) == 2
    assert demanda.peticao.numero in pagina


def test_splitting_goes_back_to_the_first_which_lists_its_parts(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    cliente = como(ana)
    resposta = cliente.post(f"/triagem/{demanda.id}/desmembrar?aba=minhas", data=campos(demanda, *DUAS))
    assert (resposta.status_code, resposta.location) == (303, f"/triagem/{demanda.id}?aba=minhas")
    mesa = texto(cliente.get(resposta.location))
    assert "mais 2 demandas, na fila" in mesa
    assert "Desmembrada em" in mesa
    assert "Reunir de novo" in mesa
    for parte in desmembramento.partes_de(demanda):
        assert (parte.peticao.numero or "?") in mesa
        na_parte = texto(cliente.get(f"/triagem/{parte.id}"))
        assert f"Parte de {demanda.peticao.numero}" in na_parte
        assert "Desmembrada em" not in na_parte


def test_one_more_place_keeps_what_was_typed_and_splits_nothing(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    digitado = campos(demanda, {**DUAS[0], "texto": "Ainda pela metade"}, DUAS[1], mais="1")
    pagina = como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=digitado)
    assert pagina.status_code == 200
    lido = texto(pagina)
    assert re.findall(PARTES, lido) == ["1ª demanda", "2ª demanda", "3ª demanda", "4ª demanda"]
    assert "Ainda pela metade" in lido
    assert desmembramento.partes_de(demanda) == []
    cheia = campos(demanda, *[DUAS[0]] * 10, mais="1")
    lido = texto(como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=cheia))
    assert "11ª demanda" in lido
    assert "12ª demanda" not in lido
    assert 'name="mais"' not in lido


def test_a_refusal_is_said_beside_its_field_with_all_that_was_typed(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    digitado = campos(demanda, DUAS[0], {**DUAS[1], "assunto": ""})
    resposta = como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=digitado)
    lido = texto(resposta)
    assert resposta.status_code == 422
    assert 'id="partes-1-assunto-erro">3ª demanda: escreva o assunto.' in lido
    assert 'href="#partes"' in lido
    for valor in (ESCOLA.assunto, ESCOLA.texto, PONTE.texto):
        assert valor in lido
    longo = como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=campos(demanda, {**DUAS[0], "assunto": "a" * 101}))
    assert longo.status_code == 422
    assert "o máximo é 100" in texto(longo)
    vazio = como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=campos(demanda))
    assert vazio.status_code == 422
    assert "pelo menos mais uma demanda" in texto(vazio)
    muitas = como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=campos(demanda, *[DUAS[0]] * 11))
    assert muitas.status_code == 422
    assert "no máximo 10 demandas" in texto(muitas)
    assert desmembramento.partes_de(demanda) == []


def test_a_page_that_is_old_says_who_did_what_and_is_sent_again(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    velha = campos(demanda, *DUAS)
    services.soltar(demanda.id, por=ana, versao=demanda.versao)
    services.assumir(demanda.id, por=ana, versao=demanda.versao, agora=agora())
    resposta = como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=velha)
    lido = texto(resposta)
    assert resposta.status_code == 409
    assert "Confira e decida de novo" in lido
    assert ESCOLA.texto in lido
    assert f'name="versao" type="hidden" value="{demanda.versao}"' in lido
    assert como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=campos(demanda, *DUAS)).status_code == 303


def test_what_was_typed_stays_to_be_copied_when_the_demand_is_anothers(
    ana: Pessoa, demanda: Demanda, como: Como
) -> None:
    velha = campos(demanda, *DUAS)
    services.assumir(demanda.id, por=contas.coordenadora("Carla"), versao=demanda.versao, agora=agora())
    resposta = como(ana).post(f"/triagem/{demanda.id}/desmembrar", data=velha)
    lido = texto(resposta)
    assert resposta.status_code == 409
    assert "copie daqui se precisar" in lido
    assert re.search(rf"<textarea[^>]*readonly[^>]*>\s*{re.escape(ESCOLA.texto)}", lido)
    assert "<button hidden>" not in lido
    assert 'class="botao principal"' not in lido


def test_where_it_cannot_be_split_the_page_leads_back_and_says_why(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    livre = triagem.demanda(peticoes.protocolada())
    cliente = como(ana)
    assert "/desmembrar" not in texto(cliente.get(f"/triagem/{livre.id}"))
    resposta = cliente.get(f"/triagem/{livre.id}/desmembrar", follow_redirects=True)
    assert "dela não se pode desmembrar" in texto(resposta)
    (parte,) = separar(demanda, ana, [ESCOLA])
    services.assumir(parte.id, por=ana, versao=parte.versao, agora=agora())
    assert "/desmembrar" not in texto(cliente.get(f"/triagem/{parte.id}"))
    resposta = cliente.get(f"/triagem/{parte.id}/desmembrar", follow_redirects=True)
    assert "só se desmembra a primeira" in texto(resposta)
    assert cliente.get("/triagem/999999/desmembrar").status_code == 404


def test_together_again_by_one_button(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    (parte,) = separar(demanda, ana, [ESCOLA])
    cliente = como(ana)
    vista = demanda.versao
    resposta = cliente.post(f"/triagem/{demanda.id}/reunir-de-novo", data={"versao": str(vista)})
    assert resposta.status_code == 303
    db.session().refresh(parte)
    assert parte.estado is EstadoDemanda.APENSADA
    mesa = texto(cliente.get(f"/triagem/{demanda.id}"))
    assert "Reunir de novo" not in mesa
    assert "1 demanda apensada a esta" in mesa
    outra_vez = cliente.post(f"/triagem/{demanda.id}/reunir-de-novo", data={"versao": str(vista)})
    assert outra_vez.status_code == 409
    db.session().refresh(demanda)
    outra_vez = cliente.post(f"/triagem/{demanda.id}/reunir-de-novo", data={"versao": str(demanda.versao)})
    assert outra_vez.status_code == 422
    assert "só se reúne no dia" in texto(outra_vez)


def test_the_button_goes_once_a_part_is_decided(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    (parte,) = separar(demanda, ana, [ESCOLA])
    services.assumir(parte.id, por=ana, versao=parte.versao, agora=agora())
    services.distribuir(parte.id, [triagem.destino()], por=ana, versao=parte.versao, agora=agora())
    mesa = texto(como(ana).get(f"/triagem/{demanda.id}"))
    assert "Desmembrada em" in mesa
    assert "Reunir de novo" not in mesa


def test_the_author_sees_every_part_and_what_it_is_part_of(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    escola, ponte = separar(demanda, ana)
    autora, numero = demanda.peticao.autor, demanda.peticao.numero
    cliente = como(autora)
    lista = texto(cliente.get("/peticoes"))
    assert lista.count(f"parte de {numero}") == 2
    na_primeira = texto(cliente.get(f"/peticoes/{demanda.peticao_id}"))
    assert "Pedido separado em partes" in na_primeira
    for parte in (escola, ponte):
        assert f'href="/peticoes/{parte.peticao_id}">{parte.peticao.assunto}' in na_primeira
    assert "Termo de desmembramento.pdf" in na_primeira
    na_parte = texto(cliente.get(f"/peticoes/{escola.peticao_id}"))
    assert re.search(
        rf'Parte de <a [^>]*href="/peticoes/{demanda.peticao_id}">{re.escape(numero or "?")}</a>', na_parte
    )
    assert "separou o pedido em 3 demandas" in na_parte
    assert "Termo de desmembramento.pdf" in na_parte
    assert ESCOLA.texto in na_parte
    assert como(contas.deputada()).get(f"/peticoes/{escola.peticao_id}").status_code == 404


def test_a_part_that_is_together_again_says_so_to_its_author(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    (parte,) = separar(demanda, ana, [ESCOLA])
    desmembramento.reunir(demanda.id, por=ana, versao=demanda.versao, agora=agora())
    assert "Foi reunida de novo à primeira" in texto(como(parte.peticao.autor).get(f"/peticoes/{parte.peticao_id}"))


def test_a_part_has_no_receipt_and_can_be_repeated_and_added_to(ana: Pessoa, demanda: Demanda, como: Como) -> None:
    (parte,) = separar(demanda, ana, [ESCOLA])
    cliente = como(parte.peticao.autor)
    for caminho in ("recibo", "recibo.pdf"):
        assert cliente.get(f"/peticoes/{parte.peticao_id}/{caminho}").status_code == 404
    assert cliente.post(f"/peticoes/{parte.peticao_id}/juntar").status_code == 303
    assert cliente.post(f"/peticoes/{parte.peticao_id}/reiterar").status_code == 303
    depois.assinar(depois.continuacao(parte.peticao, anexo=True))
    assert "juntado depois" in texto(cliente.get(f"/peticoes/{parte.peticao_id}"))


def test_the_agency_of_a_part_reads_where_it_came_from_and_the_whole_petition(
    ana: Pessoa, demanda: Demanda, como: Como
) -> None:
    (parte,) = separar(demanda, ana, [ESCOLA])
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    services.assumir(parte.id, por=ana, versao=parte.versao, agora=agora())
    services.distribuir(parte.id, [triagem.destino()], por=ana, versao=parte.versao, agora=agora())
    triagem.entregar(parte)
    agente = como(contas.agente("SES"))
    pagina = texto(agente.get(f"/atendimento/{triagem.encaminhamento(parte).id}"))
    assert f'Parte de <span class="num">{demanda.peticao.numero}</span>' in pagina
    (principal,) = [d for d in documentos_de(parte.peticao_id) if d.papel is PapelDocumento.PRINCIPAL]
    assert agente.get(f"/peticoes/documentos/{principal.id}").status_code == 200
    (da_primeira,) = [d for d in documentos_de(demanda.peticao_id) if d.papel is PapelDocumento.PRINCIPAL]
    assert agente.get(f"/peticoes/documentos/{da_primeira.id}").status_code == 404


def test_the_desk_costs_the_same_however_many_parts(
    ana: Pessoa, demanda: Demanda, como: Como, contar_consultas: Contar
) -> None:
    cliente, medidas = como(ana), []
    for quantas in (1, 4):
        separar(demanda, ana, [ESCOLA] * quantas)
        cliente.get(f"/triagem/{demanda.id}")
        db.session().expire_all()
        with contar_consultas() as vistas:
            assert cliente.get(f"/triagem/{demanda.id}").status_code == 200
        medidas.append(len(vistas))
    assert medidas[0] == medidas[1]
