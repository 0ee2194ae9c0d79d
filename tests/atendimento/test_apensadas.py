"""The agency reads every demand that waits for its answer, and nobody reads more by a joining than that."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.atendimento import services as atendimento
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import services as distribuicao
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.peticoes.models import PapelDocumento, Peticao
from peticionamento.peticoes.queries import documentos_de
from peticionamento.peticoes.services import documento_legivel
from peticionamento.triagem import apensamento, retornos, services
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import cadastros, contas, depois, peticoes, triagem
from tests.fixtures.banco import Contagem
from tests.fixtures.correio import ServidorSMTP

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def apensar(principal: Demanda, peticao: Peticao | None = None) -> Demanda:
    """Another demand, joined to this one."""
    ana = contas.triador()
    outra = triagem.em_triagem(ana, peticao or outra_peticao())
    return apensamento.apensar(outra.id, principal.id, por=ana, versao=outra.versao, agora=agora())


def outra_peticao() -> Peticao:
    return peticoes.protocolada(contas.deputada("Otávio Lins"), assunto="Mais leitos no hospital", anexo=True)


@pytest.fixture
def principal(app: Flask) -> Demanda:
    """At SES, of another deputy."""
    return triagem.entregue(["SES"], peticao=peticoes.protocolada(contas.deputada("Helena Prates")))


def le(pessoa: Pessoa, demanda: Demanda) -> bool:
    """Whether the person may open the documents of a demand: each of them, or none."""
    lidos = set()
    for documento in documentos_de(demanda.peticao_id):
        try:
            documento_legivel(documento.id, por=pessoa)
            lidos.add(True)
        except NaoEncontrado:
            lidos.add(False)
    assert len(lidos) == 1
    return lidos.pop()


def pagina_de(cliente: FlaskClient, demanda: Demanda, sigla: str = "SES") -> str:
    return texto(cliente.get(f"/atendimento/{triagem.encaminhamento(demanda, sigla).id}"))


def test_the_page_has_the_words_and_the_documents_of_each(como: Como, principal: Demanda) -> None:
    ses = como(contas.agente("SES"))
    assert "Demandas apensadas" not in pagina_de(ses, principal)
    outra = apensar(principal)
    pagina = pagina_de(ses, principal)
    assert "1 demanda espera a mesma resposta" in pagina
    secao = pagina.split('id="apensadas-titulo"')[1].split("</section>")[0]
    for dito in ("Mais leitos no hospital", "Dep. Otávio Lins", "Teófilo Otoni", outra.peticao.numero or "nenhum"):
        assert dito in secao
    assert outra.peticao.texto_html in secao
    lidos = [d for d in documentos_de(outra.peticao_id) if d.papel is not PapelDocumento.RECIBO]
    assert len(lidos) == 2
    for documento in lidos:
        assert f'href="/peticoes/documentos/{documento.id}"' in secao
        assert ses.get(f"/peticoes/documentos/{documento.id}").status_code == 200
        assert ses.get(f"/peticoes/documentos/{documento.id}/folhas/1.png").status_code == 200


def test_another_agency_reads_neither(como: Como, principal: Demanda) -> None:
    see = contas.agente("SEE")
    outra = apensar(principal)
    assert not le(see, outra)
    documento = documentos_de(outra.peticao_id)[0]
    assert como(see).get(f"/peticoes/documentos/{documento.id}").status_code == 404


def test_being_sent_the_joined_one_before_gives_nothing_of_the_principal(principal: Demanda) -> None:
    """Reading goes from the answering one to those that wait, never back, and never to those beside."""
    ses = contas.agente("SES")
    primeira, segunda = apensar(principal), apensar(principal, peticoes.protocolada())
    alheia = triagem.entregue(["SEE"], peticao=peticoes.protocolada())
    for demanda, lida in ((principal, True), (primeira, True), (segunda, True), (alheia, False)):
        assert le(ses, demanda) is lida


def test_unjoining_takes_the_reading_away(como: Como, principal: Demanda) -> None:
    ses, outra = contas.agente("SES"), apensar(principal)
    assert le(ses, outra)
    apensamento.desapensar(outra.id, por=contas.triador(), versao=outra.versao, agora=agora())
    assert not le(ses, outra)
    assert "Demandas apensadas" not in pagina_de(como(ses), principal)


def test_it_is_read_neither_before_the_delivery_nor_after_declining(app: Flask) -> None:
    ses = contas.agente("SES")
    principal = triagem.distribuida(["SES", "SEE"], peticao=peticoes.protocolada())
    outra = apensar(principal)
    assert not le(ses, outra)
    triagem.entregar(principal)
    assert le(ses, outra)
    enc = triagem.encaminhamento(principal)
    atendimento.recusar(enc.id, "Não é assunto que caiba ao órgão.", por=ses, versao=enc.versao, agora=agora())
    assert not le(ses, outra)
    assert le(contas.agente("SEE"), outra)


def test_once_answered_the_joined_ones_have_a_life_of_their_own(principal: Demanda) -> None:
    ses, outra = contas.agente("SES"), apensar(principal)
    triagem.responder(principal)
    assert le(ses, outra)  # SEGOV may send it back to be mended
    triagem.homologar(principal)
    db.session().refresh(outra)
    assert outra.estado is EstadoDemanda.RESPONDIDA
    assert not le(ses, outra)
    assert le(ses, principal)


def test_an_agency_of_a_round_that_is_over_does_not_read_what_joins_the_next(principal: Demanda) -> None:
    triagem.responder(principal)
    triagem.homologar(principal)
    with transaction():
        retornos.reabrir(principal.peticao, motivo="Não responde.", por=principal.peticao.autor, agora=agora())
    outra = apensar(principal)
    assert not le(contas.agente("SES"), outra)
    por = contas.triador()
    services.assumir(principal.id, por=por, versao=principal.versao, agora=agora())
    services.distribuir(principal.id, [triagem.destino("SEE")], por=por, versao=principal.versao, agora=agora())
    triagem.entregar(principal)
    assert not le(contas.agente("SES"), outra)
    assert le(contas.agente("SEE"), outra)


def test_each_author_still_reads_only_their_own(como: Como, principal: Demanda) -> None:
    outra = apensar(principal)
    for dono, sua, alheia in ((principal.peticao.autor, principal, outra), (outra.peticao.autor, outra, principal)):
        assert le(dono, sua)
        assert not le(dono, alheia)
        assert alheia.peticao.autor.nome not in texto(como(dono).get(f"/peticoes/{sua.peticao_id}"))


def test_a_restricted_one_is_read_by_who_answers_alone_and_says_so_as_the_principal_does(
    como: Como, app: Flask
) -> None:
    restrita = depois.restrita()
    principal = triagem.entregue(["SES"], peticao=peticoes.protocolada(restrita.autor))
    ses = como(contas.agente("SES"))
    assert "Acesso restrito" not in pagina_de(ses, principal)
    outra = apensar(principal, restrita)
    assert "Acesso restrito: só para quem precisa dela para responder" in pagina_de(ses, principal)
    assert le(contas.agente("SES"), outra)
    assert not le(contas.agente("SEE"), outra)


def test_the_page_costs_one_statement_more_and_two_with_any_number_joined(
    como: Como, principal: Demanda, contar_consultas: Contar
) -> None:
    ses, medidas = como(contas.agente("SES")), []
    pagina_de(ses, principal)
    for quantas in (0, 1, 4):
        for _ in range(quantas):
            apensar(principal)
        db.session().expire_all()
        enc = triagem.encaminhamento(principal).id
        with contar_consultas() as vistas:
            assert ses.get(f"/atendimento/{enc}").status_code == 200
        medidas.append(len(vistas))
    assert medidas[1:] == [medidas[0] + 1] * 2, medidas


def test_segov_reads_to_whom_the_answer_goes(como: Como, principal: Demanda) -> None:
    apensar(principal)
    apensar(principal, peticoes.protocolada(principal.peticao.autor))
    resposta = triagem.responder(principal)
    pagina = texto(como(contas.coordenadora()).get(f"/respostas/{resposta.id}"))
    assert "A mesma resposta vai a 2 autores, em 3 processos:" in pagina
    assert "Dep. Helena Prates e Dep. Otávio Lins" in pagina
    assert "Homologar e responder aos 2 autores" in pagina
    assert "2 demandas esperam a mesma resposta" in pagina


def test_the_agencys_letter_says_how_many_wait(
    app: Flask, servidor_smtp: ServidorSMTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(app.config["PETICIONAMENTO"], smtp_url=servidor_smtp.url)
    monkeypatch.setitem(app.config, "PETICIONAMENTO", config)
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    apensar(triagem.distribuida(["SES"], peticao=peticoes.protocolada()))
    entrega = db.session().execute(select(Entrega.id).where(Entrega.canal == Canal.CORREIO)).scalar_one()
    distribuicao.entregar(entrega)
    for parte in ("plain", "html"):
        corpo = servidor_smtp.mensagens[-1].get_body((parte,))
        assert corpo is not None
        assert "1 demanda apensada espera a mesma resposta; leia na página." in corpo.get_content()
