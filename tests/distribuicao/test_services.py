"""Deliveries: carried once, tried again with growing pauses, and in the end a person's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import saida
from peticionamento.comum.db import db
from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado
from peticionamento.comum.historico import de_quem_trabalha, do_autor
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.distribuicao import queries, services
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.triagem.models import EstadoEncaminhamento
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.correio import ServidorSMTP


def uma_entrega(canal: Canal = Canal.INTERNO, **opcoes: Any) -> Entrega:
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    triagem.distribuida(["SES"], **opcoes)
    return db.session().execute(select(Entrega).where(Entrega.canal == canal)).scalar_one()


def falhar(entrega: Entrega, falha: Falha) -> Entrega:
    reservada = saida.reservar(Entrega, entrega.id)
    assert reservada is not None
    services.relatar(entrega.id, reservada[1], falha)
    return entrega


REDE = Falha("o servidor de e-mail não respondeu", "TimeoutError")


def test_the_internal_delivery_puts_it_in_the_inbox_once(app: Flask) -> None:
    entrega = uma_entrega()
    for _ in range(3):
        services.entregar(entrega.id)
    assert entrega.estado is EstadoSaida.ENTREGUE
    assert entrega.tentativas == 1
    assert entrega.encaminhamento.estado is EstadoEncaminhamento.ENTREGUE
    textos = [linha.texto for linha in de_quem_trabalha(entrega.peticao_id)]
    assert textos.count("Chegou à caixa da unidade SES/PROTOCOLO.") == 1
    assert textos.count("Demanda entregue à SES pela caixa interna.") == 1
    autor_id = entrega.encaminhamento.demanda.peticao.autor_id
    assert do_autor(entrega.peticao_id, autor_id)[0].texto == "Chegou à SES."


def test_a_report_whose_lease_was_lost_changes_nothing(app: Flask) -> None:
    entrega = uma_entrega()
    primeira = saida.reservar(Entrega, entrega.id)
    assert primeira is not None
    assert saida.reservar(Entrega, entrega.id) is None  # in somebody's hands
    with no_instante(agora() + timedelta(minutes=5)):
        segunda = saida.reservar(Entrega, entrega.id)
        assert segunda is not None
        services.relatar(entrega.id, primeira[1], None)
        assert entrega.estado is EstadoSaida.NA_FILA
        services.relatar(entrega.id, segunda[1], None)
    assert entrega.estado is EstadoSaida.ENTREGUE


def test_failures_are_tried_again_with_growing_pauses_and_then_wait_for_a_person(app: Flask) -> None:
    pausas = app.config["PETICIONAMENTO"].pausas_s
    entrega = uma_entrega(Canal.CORREIO)
    instante, medidas = agora(), []
    for n in range(len(pausas) + 1):
        with no_instante(instante):
            falhar(entrega, REDE)
            if entrega.estado is EstadoSaida.FALHOU:
                assert saida.reservar(Entrega, entrega.id) is None  # its time has not come
                medidas.append((entrega.proxima_em - instante).total_seconds())
                instante = entrega.proxima_em
        assert entrega.tentativas == n + 1
    for medida, pausa in zip(medidas, pausas, strict=True):
        assert pausa * 0.8 <= medida <= pausa * 1.2
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA
    assert saida.reservar(Entrega, entrega.id) is None
    assert entrega.erro == "o servidor de e-mail não respondeu"
    assert "agora espera uma pessoa" in de_quem_trabalha(entrega.peticao_id)[0].texto


def test_a_refusal_for_good_waits_for_a_person_at_once(app: Flask) -> None:
    entrega = falhar(uma_entrega(Canal.CORREIO), Falha("endereço não existe", "550", adianta_tentar=False))
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA


def test_one_channels_failure_does_not_hold_the_other(app: Flask) -> None:
    falhar(uma_entrega(Canal.CORREIO), REDE)
    interna = db.session().execute(select(Entrega).where(Entrega.canal == Canal.INTERNO)).scalar_one()
    services.entregar(interna.id)
    assert interna.encaminhamento.estado is EstadoEncaminhamento.ENTREGUE


def test_a_person_tries_it_again(app: Flask) -> None:
    entrega = falhar(uma_entrega(Canal.CORREIO), Falha("endereço não existe", "550", adianta_tentar=False))
    carla = contas.coordenadora("Carla")
    services.reentregar(entrega.id, por=carla, versao=entrega.versao, agora=agora())
    assert (entrega.estado, entrega.tentativas, entrega.erro) == (EstadoSaida.NA_FILA, 0, None)
    assert de_quem_trabalha(entrega.peticao_id)[0].quem == "Carla"
    with pytest.raises(AcaoIndevida):
        services.reentregar(entrega.id, por=carla, versao=entrega.versao, agora=agora())
    with pytest.raises(Conflito):
        services.reentregar(entrega.id, por=carla, versao=1, agora=agora())


def test_an_agency_may_not_try_deliveries_again(app: Flask) -> None:
    entrega = falhar(uma_entrega(Canal.CORREIO), REDE)
    with pytest.raises(NaoEncontrado):
        services.reentregar(entrega.id, por=contas.agente(), versao=entrega.versao, agora=agora())
    assert entrega.estado is EstadoSaida.FALHOU


def test_the_email_says_what_by_when_and_carries_the_petition(
    app: Flask, servidor_smtp: ServidorSMTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(app.config["PETICIONAMENTO"], smtp_url=servidor_smtp.url)
    monkeypatch.setitem(app.config, "PETICIONAMENTO", config)
    entrega = uma_entrega(Canal.CORREIO, peticao=peticoes.protocolada(assunto="Leitos <b>de</b> UTI"))
    services.entregar(entrega.id)
    assert entrega.estado is EstadoSaida.ENTREGUE, entrega.erro_tecnico
    mensagem = servidor_smtp.mensagens[-1]
    assert mensagem["To"] == "parlamentar@ses.invalid"
    assert mensagem["Message-ID"].startswith(f"<{entrega.chave}@")
    texto = mensagem.get_body(("plain",))
    html = mensagem.get_body(("html",))
    assert texto is not None
    assert html is not None
    assert "Informar a situação." in texto.get_content()
    assert f"/atendimento/{entrega.encaminhamento_id}" in texto.get_content()
    assert "Leitos &lt;b&gt;de&lt;/b&gt; UTI" in html.get_content()
    anexos = list(mensagem.iter_attachments())
    assert [a.get_content_type() for a in anexos] == ["application/pdf"]
    assert anexos[0].get_content().startswith(b"%PDF")


def test_the_sweep_finds_what_lost_its_job(app: Flask) -> None:
    entrega = uma_entrega()
    falhada = falhar(db.session().execute(select(Entrega).where(Entrega.canal == Canal.CORREIO)).scalar_one(), REDE)
    perdidas = db.session().execute(saida.perdidas(Entrega)).scalars().all()
    assert [p.id for p in perdidas] == [entrega.id]
    with no_instante(falhada.proxima_em + timedelta(seconds=1)):
        perdidas = db.session().execute(saida.perdidas(Entrega)).scalars().all()
        assert {p.id for p in perdidas} == {entrega.id, falhada.id}


def test_the_panel_counts_what_is_where(app: Flask) -> None:
    entrega = uma_entrega()
    correio = db.session().execute(select(Entrega).where(Entrega.canal == Canal.CORREIO)).scalar_one()
    falhar(correio, REDE)
    numeros = queries.numeros()
    assert (numeros.na_fila, numeros.falhando, numeros.aguardam_pessoa, numeros.entregues_hoje) == (1, 1, 0, 0)
    assert numeros.proxima_tentativa_s is not None
    services.entregar(entrega.id)
    numeros = queries.numeros()
    assert (numeros.na_fila, numeros.falhando, numeros.entregues_hoje) == (0, 1, 1)
    [pendente] = queries.pendentes()
    assert (pendente.orgao, pendente.erro) == ("SES", "o servidor de e-mail não respondeu")
    assert queries.pendentes(queries.Filtro("SEE")) == []
    por_canal = {(p.sigla, p.canal): p for p in queries.por_orgao()}
    assert por_canal["SES", Canal.CORREIO].falhando == 1
    assert por_canal["SES", Canal.INTERNO].entregues_hoje == 1
