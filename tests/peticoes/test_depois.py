"""Pages of what comes after a filing: where it goes is said before, what was typed comes back, the ledger tells all."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.comum.db import db, transaction
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas.models import Pessoa, Representacao
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import Acompanhamento, Avaliacao, Especie, EstadoPeticao, Peticao
from peticionamento.peticoes.queries import razao
from peticionamento.triagem import diligencias, services
from peticionamento.triagem.models import EstadoDemanda
from tests.factories import cadastros, contas, depois, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]
MOTIVO = "A resposta não diz quando os leitos abrem."


def texto(resposta: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(resposta.get_data(as_text=True))).split())


def pagina(cliente: FlaskClient, peticao: Peticao, resto: str = "") -> str:
    resposta = cliente.get(f"/peticoes/{peticao.id}{resto}")
    assert resposta.status_code == 200
    return texto(resposta)


def rascunho_de(origem: Peticao, especie: Especie) -> Peticao:
    consulta = select(Peticao).where(Peticao.origem_id == origem.id, Peticao.especie == especie)
    return db.session().execute(consulta).scalar_one()


def assinar(cliente: FlaskClient, rascunho: Peticao) -> TestResponse:
    dados = {"versao": str(rascunho.versao), "retrato": documentos.retrato(rascunho), "senha": contas.SENHA}
    return cliente.post(f"/peticoes/{rascunho.id}/protocolar", data=dados)


def test_adding_from_the_page_to_the_receipt(app: Flask, como: Como) -> None:
    origem = peticoes.protocolada()
    cliente = como(origem.autor)
    assert "Juntar documentos" in pagina(cliente, origem)
    idas = [cliente.post(f"/peticoes/{origem.id}/juntar") for _ in range(2)]
    rascunho = rascunho_de(origem, Especie.INTERCORRENTE)
    assert {ida.location for ida in idas} == {f"/peticoes/{rascunho.id}/redigir"}
    redigir = pagina(cliente, rascunho, "/redigir")
    assert f"Juntar documentos a {origem.numero}" in redigir
    assert "Entra direto no processo" in redigir
    assert "Tipo da demanda" not in redigir
    assert "Município" not in redigir
    peticoes.com_anexo(rascunho)
    conferir = pagina(cliente, rascunho, "/conferir")
    assert "Assinar e juntar" in conferir
    ida = assinar(cliente, rascunho)
    assert ida.location == f"/peticoes/{rascunho.id}/recibo"
    recibo = pagina(cliente, rascunho, "/recibo")
    assert f"Juntada ao processo {origem.numero}" in recibo
    assert "oficio.pdf" in recibo
    assert cliente.get(f"/peticoes/{rascunho.id}/recibo.pdf").data.startswith(b"%PDF")
    assert cliente.get(f"/peticoes/{rascunho.id}").location == f"/peticoes/{origem.id}"
    for resto in ("/redigir", "/conferir"):
        assert cliente.get(f"/peticoes/{rascunho.id}{resto}").status_code == 302
    assert "Documentos juntados" in pagina(cliente, origem)


def test_what_opens_a_related_process_is_said_before_it_is_signed(app: Flask, como: Como) -> None:
    origem = depois.respondida()
    rascunho = depois.continuacao(origem, anexo=True)
    cliente = como(origem.autor)
    for resto in ("/redigir", "/conferir"):
        dito = pagina(cliente, rascunho, resto)
        assert "Vai para um processo novo Este processo já foi respondido em" in dito
    assert "Assinar e protocolar" in dito
    assinar(cliente, rascunho)
    recibo = pagina(cliente, rascunho, "/recibo")
    assert f"Petição protocolada {rascunho.numero}" in recibo
    assert f"relacionado ao {origem.numero}, que já foi respondido em" in recibo
    assert rascunho.numero in pagina(cliente, origem)
    assert f"Relacionada a {origem.numero}" in pagina(cliente, rascunho)


def test_the_question_is_on_top_and_beside_the_answer(app: Flask, como: Como) -> None:
    demanda = depois.em_diligencia()
    origem, cliente = demanda.peticao, como(demanda.peticao.autor)
    for dito in (pagina(cliente, origem), texto(cliente.get("/peticoes"))):
        assert "esclarecimento" in dito
    assert depois.PERGUNTA in pagina(cliente, origem)
    ida = cliente.post(f"/peticoes/{origem.id}/responder")
    rascunho = rascunho_de(origem, Especie.DILIGENCIA)
    assert ida.location == f"/peticoes/{rascunho.id}/redigir"
    dito = pagina(cliente, rascunho, "/redigir")
    assert depois.PERGUNTA in dito
    assert f"Responder à SEGOV sobre {origem.numero}" in dito


def test_taken_back_meanwhile_the_page_says_where_the_answer_goes_now(app: Flask, como: Como) -> None:
    demanda = depois.em_diligencia()
    rascunho = depois.continuacao(demanda.peticao, Especie.DILIGENCIA)
    diligencias.retomar(demanda.id, por=contas.triador(), versao=demanda.versao, agora=agora())
    assert "Vai como petição intercorrente" in pagina(como(rascunho.autor), rascunho, "/conferir")


def test_without_a_question_the_button_says_what_to_do_instead(app: Flask, como: Como) -> None:
    origem = peticoes.protocolada()
    resposta = como(origem.autor).post(f"/peticoes/{origem.id}/responder")
    assert resposta.status_code == 409
    assert "não espera um esclarecimento agora. Para acrescentar algo, junte documentos." in texto(resposta)


def test_repeating_a_late_demand(app: Flask, como: Como) -> None:
    with no_instante(agora() - timedelta(days=45)):
        origem = peticoes.protocolada()
    cliente = como(origem.autor)
    assert "Passou do prazo Reiterar" in pagina(cliente, origem)
    cliente.post(f"/peticoes/{origem.id}/reiterar")
    rascunho = rascunho_de(origem, Especie.REITERACAO)
    assert "há 45 dias sem resposta" in pagina(cliente, rascunho, "/redigir")
    assinar(cliente, rascunho)
    dito = pagina(cliente, origem)
    assert "Reiterada 1 vez" in dito
    assert f"1ª reiteração {rascunho.numero}" in dito
    assert f"Reitera {origem.numero}" in pagina(cliente, rascunho)
    resposta = cliente.post(f"/peticoes/{depois.respondida().id}/reiterar")
    assert resposta.status_code == 404  # another deputy's


def test_rating_and_changing_it(app: Flask, como: Como) -> None:
    origem = depois.respondida()
    cliente = como(origem.autor)
    assert "Esta resposta resolve?" in pagina(cliente, origem)
    vazia = cliente.post(f"/peticoes/{origem.id}/avaliar", data={"comentario": "Faltou dizer quando."})
    assert vazia.status_code == 422
    assert "Escolha uma nota de 1 a 5." in texto(vazia)
    assert "Faltou dizer quando." in texto(vazia)  # what was typed stays
    for nota in (2, 4):
        assert cliente.post(f"/peticoes/{origem.id}/avaliar", data={"nota": nota}).status_code == 303
    assert db.session().execute(select(Avaliacao.nota)).scalars().all() == [4]
    assert "Mudar a avaliação" in pagina(cliente, origem)
    cliente_segov = como(contas.coordenadora())
    demanda = triagem.demanda_de(origem)
    assert "O autor deu nota 4 de 5" in texto(cliente_segov.get(f"/triagem/{demanda.id}"))
    (enc,) = demanda.encaminhamentos
    assert "Nota 4 de 5" in texto(cliente_segov.get(f"/respostas/{enc.id}"))


def test_reopening_from_the_page(app: Flask, como: Como) -> None:
    origem = depois.respondida()
    cliente = como(origem.autor)
    curta = cliente.post(f"/peticoes/{origem.id}/reabrir", data={"motivo": "Não."})
    assert curta.status_code == 422
    assert "Diga o que falta na resposta." in texto(curta)
    assert cliente.post(f"/peticoes/{origem.id}/reabrir", data={"motivo": MOTIVO}).status_code == 303
    dito = pagina(cliente, origem)
    assert "Reaberta; aguarda triagem na SEGOV." in dito
    assert "Resposta antes de reabrir" in dito
    de_novo = cliente.post(f"/peticoes/{origem.id}/reabrir", data={"motivo": MOTIVO})
    assert de_novo.status_code == 409
    assert "A demanda já foi reaberta" in texto(de_novo)
    na_mesa = texto(como(contas.triador()).get(f"/triagem/{triagem.demanda_de(origem).id}"))
    assert f"O autor reabriu “{MOTIVO}”" in na_mesa
    assert "SES respondeu em" in na_mesa


def test_after_the_term_the_page_offers_another_way_and_keeps_the_reason(app: Flask, como: Como) -> None:
    with no_instante(agora() - timedelta(days=40)):
        origem = depois.respondida()
    cliente = como(origem.autor)
    dito = pagina(cliente, origem)
    assert "O prazo para avaliar e reabrir terminou em" in dito
    assert "Avaliar a resposta" not in dito
    resposta = cliente.post(f"/peticoes/{origem.id}/reabrir", data={"motivo": MOTIVO})
    assert resposta.status_code == 422
    assert "Junte documentos ou faça uma nova petição" in texto(resposta)
    assert MOTIVO in texto(resposta)


def test_an_assistant_adds_and_rates_but_does_not_reopen(app: Flask, como: Como) -> None:
    origem, assessora = depois.respondida(), contas.pessoa(Papel.ASSESSOR)
    with transaction() as session:
        session.add(Representacao(representante_id=assessora.id, representado_id=origem.autor_id))
    cliente = como(assessora)
    dito = pagina(cliente, origem)
    assert "Avaliar a resposta" in dito
    assert "reabrir a demanda" not in dito
    assert cliente.post(f"/peticoes/{origem.id}/avaliar", data={"nota": 5}).status_code == 303
    assert cliente.post(f"/peticoes/{origem.id}/reabrir", data={"motivo": MOTIVO}).status_code == 403
    assert cliente.post(f"/peticoes/{origem.id}/juntar").status_code == 303


def test_both_answers_are_in_the_ledger_and_the_last_one_on_the_page(app: Flask, como: Como) -> None:
    demanda = depois.reabrir(triagem.respondida(["SES"]), MOTIVO)
    carla = contas.coordenadora()
    services.assumir(demanda.id, por=carla, versao=demanda.versao, agora=agora())
    services.distribuir(demanda.id, [triagem.destino("SES")], por=carla, versao=demanda.versao, agora=agora())
    triagem.entregar(demanda)
    triagem.responder(demanda, texto="<p>Os leitos abrem em vinte de março.</p>")
    triagem.homologar(demanda)
    origem = demanda.peticao
    assert [linha.titulo for linha in razao(origem)] == [
        "Demanda protocolada", "Resposta consolidada", "Demanda reaberta", "2ª resposta consolidada",
    ]  # fmt: skip
    dito = pagina(como(origem.autor), origem)
    assert "abrem em vinte de março" in dito
    assert "termina em março" not in dito
    assert f"Demanda reaberta “{MOTIVO}”" in dito
    assert db.session().get_one(Acompanhamento, origem.id).lida_em is not None


def test_the_ledger_tells_of_the_whole_family_from_any_of_its_pages(app: Flask, como: Como) -> None:
    demanda = depois.em_diligencia()
    origem = demanda.peticao
    depois.assinar(depois.continuacao(origem, Especie.DILIGENCIA))
    segunda = depois.assinar(depois.continuacao(origem, Especie.REITERACAO))
    relacionada = depois.assinar(depois.continuacao(segunda))  # goes into the repetition itself
    assert relacionada.estado is EstadoPeticao.JUNTADA
    titulos = [
        "Demanda protocolada", "A Secretaria de Governo pediu um esclarecimento", "Esclarecimento enviado",
        "1ª reiteração", "Documentos juntados",
    ]  # fmt: skip
    for de_onde in (origem, segunda):
        assert [linha.titulo for linha in razao(de_onde)] == titulos
    cliente = como(origem.autor)
    assert segunda.numero in pagina(cliente, origem)
    assert origem.numero in pagina(cliente, segunda)
    peticoes.rascunho(origem.autor)
    outra = peticoes.protocolada(origem.autor)
    assert len(razao(outra)) == 1


def test_the_page_costs_the_same_however_long_the_ledger(app: Flask, como: Como, contar_consultas: Contar) -> None:
    curta, longa = peticoes.protocolada(), peticoes.protocolada()
    for _ in range(3):
        depois.assinar(depois.continuacao(longa, anexo=True))
        depois.assinar(depois.continuacao(longa, Especie.REITERACAO))
    medidas = []
    for peticao in (curta, longa):
        cliente, onde = como(peticao.autor), f"/peticoes/{peticao.id}"
        with contar_consultas() as vistas:
            assert cliente.get(onde).status_code == 200
        medidas.append(len(vistas))
    assert medidas[0] == medidas[1]


def test_segov_asks_and_takes_back_from_the_desk(app: Flask, como: Como) -> None:
    triador = contas.triador()
    demanda = triagem.em_triagem(triador)
    cliente, onde = como(triador), f"/triagem/{demanda.id}"
    assert "Pedir esclarecimento ao autor" in texto(cliente.get(onde))
    dados = {"versao": str(demanda.versao), "pergunta": depois.PERGUNTA, "prazo": "0"}
    recusada = cliente.post(f"{onde}/pedir", data=dados)
    assert recusada.status_code == 422
    assert "O prazo precisa ser de 1 a 365 dias úteis." in texto(recusada)
    assert depois.PERGUNTA in texto(recusada)
    assert cliente.post(f"{onde}/pedir", data={**dados, "prazo": "5"}).status_code == 303
    assert demanda.estado is EstadoDemanda.EM_DILIGENCIA
    fila = texto(cliente.get("/triagem?aba=em-diligencia"))
    assert "1 demanda espera a resposta do autor. Ela vence em 5 dias úteis." in fila
    na_mesa = texto(cliente.get(onde))
    assert f"Pergunta ao autor “{depois.PERGUNTA}”" in na_mesa
    velha = cliente.post(f"{onde}/retomar", data={"versao": "1"})
    assert velha.status_code == 409
    assert cliente.post(f"{onde}/retomar", data={"versao": str(demanda.versao)}).status_code == 303
    assert demanda.triador_id == triador.id


def test_asked_twice_the_second_keeps_its_words(app: Flask, como: Como) -> None:
    triador = contas.triador()
    demanda = triagem.em_triagem(triador)
    dados = {"versao": str(demanda.versao), "pergunta": depois.PERGUNTA, "prazo": "5"}
    depois_de = como(triador)
    assert depois_de.post(f"/triagem/{demanda.id}/pedir", data=dados).status_code == 303
    outra = depois_de.post(f"/triagem/{demanda.id}/pedir", data={**dados, "pergunta": "E o projeto, já foi aprovado?"})
    assert outra.status_code == 409
    assert "E o projeto, já foi aprovado?" in texto(outra)


def test_the_agency_sees_new_documents_and_repetitions(app: Flask, como: Como) -> None:
    cadastros.unidade("SES")
    with no_instante(agora() - timedelta(days=45)):
        demanda = triagem.entregue(["SES"])
    origem = demanda.peticao
    for _ in range(2):
        depois.assinar(depois.continuacao(origem, Especie.REITERACAO, texto=None))
    depois.assinar(depois.continuacao(origem, anexo=True))
    cliente, enc = como(contas.agente("SES")), triagem.encaminhamento(demanda)
    caixa = texto(cliente.get("/atendimento"))
    assert "reiterada 2 vezes, 45 dias de espera; documento novo em" in caixa
    dito = texto(cliente.get(f"/atendimento/{enc.id}"))
    assert "Reiterada 2 vezes, 45 dias de espera" in dito
    assert "Petição intercorrente" in dito


def test_the_desk_says_which_repetition_it_reads(app: Flask, como: Como) -> None:
    with no_instante(agora() - timedelta(days=45)):
        origem = peticoes.protocolada()
    segunda = depois.assinar(depois.continuacao(origem, Especie.REITERACAO, texto=None))
    cliente = como(contas.triador())
    fila = texto(cliente.get("/triagem"))
    assert "reiterada 1 vez, 45 dias de espera" in fila
    assert "1ª reiteração, 45 dias de espera" in fila
    na_mesa = texto(cliente.get(f"/triagem/{triagem.demanda_de(segunda).id}"))
    assert f"1ª reiteração, 45 dias de espera da demanda {origem.numero}" in na_mesa


@pytest.mark.parametrize("estado", ["protocolada", "respondida", "em_diligencia"])
def test_one_filled_button_a_page(app: Flask, como: Como, estado: str) -> None:
    origem = {
        "protocolada": peticoes.protocolada,
        "respondida": depois.respondida,
        "em_diligencia": lambda: depois.em_diligencia().peticao,
    }[estado]()
    corpo = como(origem.autor).get(f"/peticoes/{origem.id}").get_data(as_text=True)
    assert corpo.count("botao principal") == 1
