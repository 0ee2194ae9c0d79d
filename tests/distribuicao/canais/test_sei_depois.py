"""After a delivery went to SEI: its progress read back, and a person's word where an answer was lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import no_sei, services
from peticionamento.distribuicao.models import Entrega
from peticionamento.servidores.sei import Defeito, Sei
from tests.factories import contas, triagem
from tests.fixtures.sei import entrega_pelo_sei

Como = Callable[[Pessoa], FlaskClient]


def entregar(entrega: Entrega) -> Entrega:
    with no_instante(max(agora(), entrega.proxima_em)):
        services.entregar(entrega.id)
    return entrega


def em_duvida(sei_local: Sei, defeito: Defeito = Defeito.PERDER) -> Entrega:
    """An opening whose answer was lost, where SEI gives the numbers."""
    entrega = entrega_pelo_sei(numeracao="")
    sei_local.estragar("gerarProcedimento", defeito)
    entregar(entrega)
    return entregar(entrega)


def test_the_last_movement_is_read_back_and_kept(app: Flask, sei_local: Sei) -> None:
    entrega = entregar(entrega_pelo_sei())
    assert no_sei.acompanhar() == 1
    assert entrega.externo_situacao is not None
    assert entrega.externo_situacao.endswith("remetido pela unidade SEGOV/GAB (aberto em SES/PROTOCOLO)")
    sei_local.acervo.receber(str(entrega.externo_numero))
    assert no_sei.acompanhar() == 0  # read a moment ago
    depois = agora() + timedelta(hours=2)
    with no_instante(depois):
        assert no_sei.acompanhar() == 1
    assert "Processo recebido na unidade SES/PROTOCOLO" in str(entrega.externo_situacao)
    assert entrega.externo_em == depois
    sei_local.acervo.concluir(str(entrega.externo_numero))
    with no_instante(depois + timedelta(hours=2)):
        no_sei.acompanhar()
    assert "(não está aberto em nenhuma unidade)" in str(entrega.externo_situacao)


def test_sei_being_away_keeps_what_was_read_and_asks_again(app: Flask, sei_local: Sei) -> None:
    entrega = entregar(entrega_pelo_sei())
    no_sei.acompanhar()
    antes = (entrega.externo_situacao, entrega.externo_em)
    with no_instante(agora() + timedelta(hours=2)):
        sei_local.estragar("consultarProcedimento", Defeito.TRAVAR)
        assert no_sei.acompanhar() == 0
        assert (entrega.externo_situacao, entrega.externo_em) == antes
        sei_local.estragar("consultarProcedimento", Defeito.RECUSAR)
        assert no_sei.acompanhar() == 0
        assert (entrega.externo_situacao, entrega.externo_em) == (antes[0], agora())


def test_what_is_answered_here_is_not_asked_for_any_more(app: Flask, sei_local: Sei) -> None:
    entrega = entregar(entrega_pelo_sei())
    demanda = triagem.entregar(entrega.encaminhamento.demanda)
    triagem.responder(demanda)
    triagem.homologar(demanda)
    assert no_sei.acompanhar() == 0


def test_a_person_gives_the_number_and_the_delivery_goes_on_over_that_process(app: Flask, sei_local: Sei) -> None:
    entrega = em_duvida(sei_local)
    (numero,) = sei_local.acervo.processos
    no_sei.informar(entrega.id, numero, por=contas.coordenadora(), versao=entrega.versao, agora=agora())
    entregar(entrega)
    assert (entrega.estado, entrega.externo_numero) == (EstadoSaida.ENTREGUE, numero)
    assert len(sei_local.acervo.processos) == 1
    assert len(sei_local.acervo.processos[numero].documentos) == 2


def test_a_person_who_finds_nothing_lets_it_be_opened(app: Flask, sei_local: Sei) -> None:
    entrega = em_duvida(sei_local, Defeito.TRAVAR)
    assert sei_local.acervo.processos == {}
    no_sei.informar(entrega.id, None, por=contas.coordenadora(), versao=entrega.versao, agora=agora())
    assert entregar(entrega).estado is EstadoSaida.ENTREGUE
    assert len(sei_local.acervo.processos) == 1


def test_a_number_that_is_not_there_or_not_ours_is_not_believed(app: Flask, sei_local: Sei) -> None:
    entrega = em_duvida(sei_local)
    (numero,) = sei_local.acervo.processos
    coordenadora = contas.coordenadora()
    no_sei.informar(entrega.id, "1370.01.0041699/2020-85", por=coordenadora, versao=entrega.versao, agora=agora())
    entregar(entrega)
    assert (entrega.estado, entrega.erro) == (
        EstadoSaida.AGUARDA_PESSOA, "o SEI não encontra o processo 1370.01.0041699/2020-85",
    )  # fmt: skip
    sei_local.acervo.processos[numero].dados["Observacao"] = "De outra pessoa."
    no_sei.informar(entrega.id, numero, por=coordenadora, versao=entrega.versao, agora=agora())
    entregar(entrega)
    assert (entrega.estado, str(entrega.erro).partition(":")[0]) == (
        EstadoSaida.AGUARDA_PESSOA, f"o número {numero} é de outro processo no SEI",
    )  # fmt: skip
    assert sei_local.acervo.processos[numero].documentos == []


def test_only_what_is_in_doubt_may_be_told_and_only_by_who_may(app: Flask, sei_local: Sei) -> None:
    entrega = em_duvida(sei_local)
    with pytest.raises(NaoEncontrado):
        no_sei.informar(entrega.id, None, por=contas.agente(), versao=entrega.versao, agora=agora())
    with pytest.raises(Conflito):
        no_sei.informar(entrega.id, None, por=contas.coordenadora(), versao=1, agora=agora())
    no_sei.informar(entrega.id, None, por=contas.coordenadora(), versao=entrega.versao, agora=agora())
    with pytest.raises(AcaoIndevida, match="Não há dúvida sobre o processo desta entrega no SEI"):
        no_sei.informar(entrega.id, None, por=contas.coordenadora(), versao=entrega.versao, agora=agora())


def test_the_page_lists_the_processes_with_their_links_and_what_to_look_for(
    app: Flask, sei_local: Sei, como: Como
) -> None:
    cliente = como(contas.triador())
    assert "Nenhuma entrega abriu processo no SEI." in cliente.get("/distribuicao/no-sei").text
    entrega = em_duvida(sei_local)
    pagina = cliente.get("/distribuicao/no-sei").text
    assert "1 processo pode estar no SEI sem sabermos" in pagina
    assert entrega.chave in pagina
    url = f"/distribuicao/no-sei/{entrega.id}"
    assert entrega.chave in cliente.get(url).text
    vazia = cliente.post(url, data={"versao": entrega.versao})
    assert (vazia.status_code, "Diga se o processo está no SEI." in vazia.text) == (422, True)
    sem_numero = cliente.post(url, data={"versao": entrega.versao, "aberto": "sim"})
    assert (sem_numero.status_code, "Escreva o número que o SEI deu ao processo." in sem_numero.text) == (422, True)
    (numero,) = sei_local.acervo.processos
    dada = cliente.post(url, data={"versao": entrega.versao, "aberto": "sim", "processo": numero})
    assert dada.status_code == 303
    assert cliente.get(url).status_code == 404
    entregar(entrega)
    no_sei.acompanhar()
    pagina = cliente.get("/distribuicao/no-sei").text
    assert f">{numero}</a>" in pagina
    assert "aberto em SES/PROTOCOLO" in pagina


def test_a_link_that_is_no_web_address_is_not_made_a_link(app: Flask, sei_local: Sei, como: Como) -> None:
    sei_local.acervo.endereco = "javascript:alert(1)//"
    entrega = entregar(entrega_pelo_sei())
    assert entrega.externo_link is None
    assert "javascript:" not in como(contas.triador()).get("/distribuicao/no-sei").text
