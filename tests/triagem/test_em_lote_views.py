"""The pages of deciding for a selection, from the queue's bar to the result of each."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.comum.db import db
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Documento, PapelDocumento
from peticionamento.triagem.models import Demanda, EstadoDemanda, Fundamento
from tests.factories import cadastros, contas, peticoes, triagem

Como = Callable[[Pessoa], FlaskClient]


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def vistas(*demandas: Demanda) -> list[str]:
    return [f"{d.id}-{d.versao}" for d in demandas]


def encaminhar(**mudancas: object) -> dict[str, object]:
    return {
        "ato": "encaminhar", "versao": "0", "orgaos": [cadastros.orgao("SES").id], "instrucao": "Informar.",
        "prazo": "10 dias úteis", **mudancas,
    }  # fmt: skip


def test_a_selection_is_previewed_and_then_decided(app: Flask, como: Como) -> None:
    ana = contas.triador()
    livre = triagem.demanda(peticoes.protocolada(assunto="Ponte nova"))
    alheia = triagem.em_triagem(contas.triador("Bruna Sales"), peticoes.protocolada(assunto="Poço artesiano"))
    cliente, ids = como(ana), [livre.id, alheia.id]
    pagina = texto(cliente.post("/triagem/lote", data={"demandas": ids}))
    assert "2 demandas marcadas" in pagina
    assert "Bruna Sales está com esta demanda" in pagina
    pagina = texto(cliente.post("/triagem/lote", data={"demandas": ids, "ato": "encaminhar"}))
    assert "Conferir o que acontece" in pagina
    assert 'class="erro"' not in pagina
    pagina = texto(cliente.post("/triagem/lote", data={"demandas": ids, "conferir": "sim", **encaminhar()}))
    assert "1 demanda vai; 1 fica." in pagina
    assert "Encaminhar 1 demanda" in pagina
    assert re.findall(r'name="vistas" value="([\d-]+)"', pagina) == vistas(livre, alheia)
    db.session().refresh(livre)
    assert livre.estado is EstadoDemanda.AGUARDANDO
    resposta = cliente.post("/triagem/lote/decidir", data={"vistas": vistas(livre, alheia), **encaminhar()})
    assert resposta.status_code == 200
    assert "1 demanda decidida; 1 não pôde ser decidida." in texto(resposta)
    assert f'data-marcadas-decididas="{ana.id}"' in texto(resposta)
    assert "Desfazer" not in texto(resposta)
    db.session().refresh(livre)
    assert [e.orgao.sigla for e in livre.vivos] == ["SES"]
    de_novo = texto(cliente.post("/triagem/lote/decidir", data={"vistas": vistas(alheia), **encaminhar()}))
    assert "Nenhuma demanda decidida; 1 não pôde ser decidida." in de_novo


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(app: Flask, como: Como) -> None:
    demanda = triagem.demanda()
    cliente = como(contas.triador())
    for onde, de in (
        ("/triagem/lote", {"demandas": [demanda.id]}),
        ("/triagem/lote/decidir", {"vistas": vistas(demanda)}),
    ):
        resposta = cliente.post(
            onde, data={**de, "conferir": "sim", **encaminhar(orgaos=[], prazo="depois", instrucao="Minha frase.")}
        )
        assert resposta.status_code == 422
        assert "Escolha pelo menos um órgão." in texto(resposta)
        assert "Minha frase." in texto(resposta)
        assert f'value="{demanda.id}-{demanda.versao}"' in texto(resposta)
    dados = {"ato": "nao-acolher", "versao": "0", "fundamento": "", "explicacao": "x"}
    resposta = cliente.post("/triagem/lote", data={"demandas": [demanda.id], "conferir": "sim", **dados})
    assert resposta.status_code == 422
    assert "Escolha o fundamento." in texto(resposta)


def test_an_empty_or_strange_selection_goes_back_to_the_queue(app: Flask, como: Como) -> None:
    cliente = como(contas.triador())
    for onde, dados in (
        ("/triagem/lote", {}),
        ("/triagem/lote", {"demandas": ["999999", "x", "9" * 40]}),
        ("/triagem/lote/decidir", {"vistas": ["1", "a-b", "-", "9" * 30 + "-1"]}),
        ("/triagem/lote/desfazer", {}),
    ):
        resposta = cliente.post(onde, data=dados)
        assert (resposta.status_code, resposta.location) == (303, "/triagem?aba=aguardando")


def test_questions_and_refusals_go_to_each_author(app: Flask, como: Como) -> None:
    cliente = como(contas.triador())
    primeira, segunda = triagem.demanda(), triagem.demanda()
    fundamento = db.session().execute(select(Fundamento.id).order_by(Fundamento.ordem).limit(1)).scalar_one()
    pergunta = {"ato": "pedir", "versao": "0", "pergunta": "Qual é o número do convênio?", "prazo": "5"}
    recusa = {
        "ato": "nao-acolher", "versao": "0", "fundamento": fundamento,
        "explicacao": "O Município já fez a obra no ano passado.",
    }  # fmt: skip
    for demanda, dados, estado in (
        (primeira, pergunta, EstadoDemanda.EM_DILIGENCIA),
        (segunda, recusa, EstadoDemanda.NAO_ACOLHIDA),
    ):
        pagina = texto(cliente.post("/triagem/lote", data={"demandas": [demanda.id], "conferir": "sim", **dados}))
        assert "1 demanda vai." in pagina
        cliente.post("/triagem/lote/decidir", data={"vistas": vistas(demanda), **dados})
        db.session().refresh(demanda)
        assert demanda.estado is estado


@pytest.mark.config(desfazer_s=60)
def test_the_result_offers_to_undo_all(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demandas = [triagem.demanda(), triagem.demanda()]
    cliente = como(ana)
    pagina = texto(cliente.post("/triagem/lote/decidir", data={"vistas": vistas(*demandas), **encaminhar()}))
    assert "Desfazer os 2 encaminhamentos" in pagina
    voltam = re.findall(r'name="vistas" value="([\d-]+)"', pagina)
    pagina = texto(cliente.post("/triagem/lote/desfazer", data={"vistas": voltam}))
    assert "2 encaminhamentos desfeitos." in pagina
    for demanda in demandas:
        db.session().refresh(demanda)
        assert (demanda.estado, demanda.triador_id) == (EstadoDemanda.EM_TRIAGEM, ana.id)


def test_the_coordinators_tables_are_kept_on_their_pages(app: Flask, como: Como) -> None:
    carla = como(contas.coordenadora())
    ses = cadastros.orgao("SES").id
    linha = {
        "versao": "0", "nome": "Obras em hospital", "destinos-0-orgao": ses, "destinos-0-instrucao": "Dizer.",
        "destinos-0-dias_uteis": "7", "destinos-0-acesso": "restrito", "destinos-1-orgao": "", "tipo": "", "tema": "",
        "palavras": "hospital, posto de saúde", "ativa": "y",
    }  # fmt: skip
    assert carla.post("/triagem/combinacoes/nova", data=linha).status_code == 303
    pagina = texto(carla.get("/triagem/combinacoes"))
    assert "SES em 7 dias úteis" in pagina
    assert "o texto fala em hospital ou posto de saúde" in pagina
    [endereco] = re.findall(r'href="(/triagem/combinacoes/\d+)"', pagina)
    assert "Dizer." in texto(carla.get(endereco))
    assert carla.post(endereco, data={**linha, "versao": "1", "nome": "Hospitais"}).status_code == 303
    velha = carla.post(endereco, data={**linha, "versao": "1", "nome": "Outra vez"})
    assert velha.status_code == 409
    assert "Outra vez" in texto(velha)
    sem_orgao = carla.post(endereco, data={**linha, "versao": "2", "destinos-0-orgao": ""})
    assert sem_orgao.status_code == 422
    assert "Escolha pelo menos um órgão." in texto(sem_orgao)

    dados = {"nome": "Pedido prejudicado", "texto": "O pedido perdeu o objeto.", "ordem": "9", "ativo": "y"}
    assert carla.post("/triagem/fundamentos/novo", data=dados).status_code == 303
    pagina = texto(carla.get("/triagem/fundamentos"))
    assert "7 fundamentos em uso para não acolher" in pagina
    [endereco] = re.findall(r'href="(/triagem/fundamentos/\d+)"><b>Pedido prejudicado', pagina)
    assert carla.post(endereco, data={**dados, "ativo": ""}).status_code == 303
    repetido = carla.post("/triagem/fundamentos/novo", data={**dados, "nome": "Já atendida"})
    assert repetido.status_code == 422
    assert "Já existe um fundamento com este nome." in texto(repetido)
    assert como(contas.triador()).get("/triagem/fundamentos").status_code == 403


def test_the_place_in_the_queue_is_kept_to_the_end(app: Flask, como: Como) -> None:
    cliente, demanda = como(contas.triador()), triagem.demanda(peticoes.protocolada(assunto="Ponte nova"))
    onde = "?aba=atrasadas&q=ponte"
    previa = texto(
        cliente.post(f"/triagem/lote{onde}", data={"demandas": [demanda.id], "conferir": "s", **encaminhar()})
    )
    assert f'formaction="/triagem/lote/decidir{onde}"' in previa
    feito = texto(cliente.post(f"/triagem/lote/decidir{onde}", data={"vistas": vistas(demanda), **encaminhar()}))
    assert f'href="/triagem{onde}">Voltar à fila' in feito
    assert cliente.post(f"/triagem/lote{onde}", data={}).location == f"/triagem{onde}"


def test_many_are_forwarded_each_by_its_own_letter(app: Flask, como: Como) -> None:
    cliente = como(contas.triador())
    duas = [triagem.demanda(peticoes.protocolada(assunto=assunto)) for assunto in ("Vara em Unaí", "Vara em Araxá")]
    com_o_orgao = triagem.distribuida()
    dados = {"ato": "remeter", "versao": "0", "destinatario": "João Lima", "entidade": "Tribunal de Justiça"}
    ids = [d.id for d in (*duas, com_o_orgao)]
    sem = texto(cliente.post("/triagem/lote", data={"demandas": ids, "conferir": "s", **dados, "entidade": ""}))
    assert "Diga de que Poder, ente ou órgão é o destinatário." in sem
    previa = texto(cliente.post("/triagem/lote", data={"demandas": ids, "conferir": "s", **dados}))
    assert "2 demandas vão; 1 fica." in previa
    assert "Remeter 2 demandas" in previa
    feito = texto(cliente.post("/triagem/lote/decidir", data={"vistas": vistas(*duas, com_o_orgao), **dados}))
    assert "2 demandas decididas; 1 não pôde ser decidida." in feito
    consulta = select(Documento.texto_html).where(Documento.papel == PapelDocumento.OFICIO).order_by(Documento.id)
    cartas = [carta or "" for carta in db.session().execute(consulta).scalars()]
    assert ["Vara em Unaí" in cartas[0], "Vara em Araxá" in cartas[1], len(cartas)] == [True, True, 2]


def test_many_are_joined_to_one(app: Flask, como: Como) -> None:
    cliente = como(contas.triador())
    principal, uma, outra = (triagem.demanda() for _ in range(3))
    dados = {"ato": "apensar", "versao": "0", "principal": principal.peticao.numero}
    ids = [d.id for d in (principal, uma, outra)]
    sem = cliente.post("/triagem/lote", data={"demandas": ids, "conferir": "s", **dados, "principal": "9999999/1999"})
    assert (sem.status_code, "Nenhuma demanda tem esse número." in texto(sem)) == (422, True)
    previa = texto(cliente.post("/triagem/lote", data={"demandas": ids, "conferir": "s", **dados}))
    assert "2 demandas vão; 1 fica." in previa
    assert "É a demanda que recebe as outras." in previa
    feito = texto(cliente.post("/triagem/lote/decidir", data={"vistas": vistas(principal, uma, outra), **dados}))
    assert "2 demandas decididas; 1 não pôde ser decidida." in feito
    db.session().expire_all()
    assert [d.apensada_a_id for d in (principal, uma, outra)] == [None, principal.id, principal.id]
