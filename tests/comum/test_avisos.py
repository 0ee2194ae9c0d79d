"""Notices: written with the act they tell of, sent once, and never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import avisos, correio, fila, jobs, saida
from peticionamento.comum.avisos import Aviso, avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.fila import Fila
from peticionamento.comum.historico import de_quem_trabalha, do_autor
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.distribuicao.queries import avisos_parados
from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.services import protocolar
from tests.factories import cadastros, contas, peticoes
from tests.fixtures.correio import Modo, ServidorSMTP


@pytest.fixture
def servidor(app: Flask, servidor_smtp: ServidorSMTP) -> ServidorSMTP:
    """A mail server, and the application told of it."""
    app.config["PETICIONAMENTO"] = replace(app.config["PETICIONAMENTO"], smtp_url=servidor_smtp.url)
    return servidor_smtp


@pytest.fixture
def peticao(servidor: ServidorSMTP) -> Peticao:
    """A filed petition: its author is written to."""
    return peticoes.protocolada(assunto="Leitos de UTI & <b>mais</b>")


@pytest.fixture
def aviso(peticao: Peticao) -> Aviso:
    """What its author is written."""
    return db.session().execute(select(Aviso).where(Aviso.peticao_id == peticao.id)).scalar_one()


def test_a_notice_is_written_with_the_act_and_undone_with_it(app: Flask) -> None:
    rascunho = peticoes.rascunho()
    with pytest.raises(KeyError), transaction():
        protocolar(rascunho.id, contas.SENHA, por=rascunho.autor, versao=rascunho.versao, agora=agora())
        assert cadastros.quantos(Aviso) == 1
        raise KeyError
    assert cadastros.quantos(Aviso) == 0
    assert fila.fila(Fila.AVISOS).job_ids == []


def test_its_texts_are_of_what_it_was_written_with(peticao: Peticao, aviso: Aviso, servidor: ServidorSMTP) -> None:
    assert aviso.para == peticao.autor.email
    assert fila.fila(Fila.AVISOS).job_ids == []  # a filing asks nothing of the queue
    assert jobs.varrer_avisos() == 1
    assert fila.fila(Fila.AVISOS).job_ids == [aviso.job_id]
    assert (aviso.texto, aviso.titulo) == (None, f"Aviso sobre o processo {peticao.numero}")  # composed by its job
    avisos.enviar(aviso.id)
    assert aviso.assunto == f"Petição protocolada: {peticao.numero}"
    assert aviso.texto is not None
    assert peticao.numero in aviso.texto
    assert "“Leitos de UTI & <b>mais</b>”" in aviso.texto
    assert "<b>Leitos de UTI &amp; &lt;b&gt;mais&lt;/b&gt;</b>" in aviso.html
    assert "http://127.0.0.1:8000/peticoes/" in aviso.texto
    assert servidor.mensagens[0]["Subject"] == aviso.assunto


def test_texts_that_cannot_be_filled_in_stop_no_filing_and_wait_on_the_panel(
    servidor: ServidorSMTP, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    certo = correio.redigir
    monkeypatch.setattr(correio, "redigir", lambda modelo, **dados: certo("peticoes/que_nao_ha", **dados))
    peticao = peticoes.protocolada()
    aviso = db.session().execute(select(Aviso).where(Aviso.peticao_id == peticao.id)).scalar_one()
    avisos.enviar(aviso.id)
    assert (aviso.estado, aviso.erro) == (EstadoSaida.FALHOU, "o texto do aviso não pôde ser composto")
    assert f"notice {aviso.id} has no text" in caplog.text
    assert avisos_parados() == [aviso]
    monkeypatch.undo()
    with no_instante(agora() + timedelta(seconds=30)):
        avisos.enviar(aviso.id)
    assert aviso.estado is EstadoSaida.ENTREGUE
    assert len(servidor.mensagens) == 1


def test_an_address_that_is_none_stops_no_filing_and_waits_for_a_person(servidor: ServidorSMTP) -> None:
    autora = contas.deputada()
    with transaction():
        autora.email = "isto não é um endereço\nBcc: x@y"
    peticao = peticoes.protocolada(autora)
    aviso = db.session().execute(select(Aviso).where(Aviso.peticao_id == peticao.id)).scalar_one()
    avisos.enviar(aviso.id)
    assert (aviso.estado, aviso.erro) == (EstadoSaida.AGUARDA_PESSOA, "o endereço de e-mail não é válido")
    assert avisos_parados() == [aviso]


def test_it_is_sent_once_however_often_the_job_runs(peticao: Peticao, aviso: Aviso, servidor: ServidorSMTP) -> None:
    for _ in range(3):
        avisos.enviar(aviso.id)
    assert aviso.estado is EstadoSaida.ENTREGUE
    assert aviso.entregue_em is not None
    assert servidor.ids == [f"<{aviso.chave}@127.0.0.1>"]
    assert de_quem_trabalha(peticao.id)[0].texto == f"Aviso por e-mail entregue a {peticao.autor.email}."


def test_mail_is_no_business_of_the_authors_history(peticao: Peticao, aviso: Aviso) -> None:
    antes = do_autor(peticao.id, peticao.autor_id)
    avisos.enviar(aviso.id)
    assert do_autor(peticao.id, peticao.autor_id) == antes


def test_put_off_it_is_sent_later_under_the_same_id(peticao: Peticao, aviso: Aviso, servidor: ServidorSMTP) -> None:
    servidor.modo = Modo.ADIAR
    avisos.enviar(aviso.id)
    assert (aviso.estado, aviso.tentativas) == (EstadoSaida.FALHOU, 1)
    assert aviso.erro == "o servidor de e-mail recusou a mensagem"
    servidor.modo = Modo.ACEITAR
    avisos.enviar(aviso.id)
    assert servidor.mensagens == []  # its time has not come
    with no_instante(agora() + timedelta(seconds=30)):
        avisos.enviar(aviso.id)
    assert aviso.estado is EstadoSaida.ENTREGUE
    assert servidor.ids == [f"<{aviso.chave}@127.0.0.1>"]
    assert (aviso.erro, aviso.erro_tecnico, aviso.reserva) == (None, None, None)


def test_refused_for_good_it_waits_for_a_person(peticao: Peticao, aviso: Aviso, servidor: ServidorSMTP) -> None:
    servidor.modo = Modo.RECUSAR
    avisos.enviar(aviso.id)
    avisos.enviar(aviso.id)
    assert (aviso.estado, servidor.tentativas) == (EstadoSaida.AGUARDA_PESSOA, 1)
    assert de_quem_trabalha(peticao.id)[0].texto == (
        f"Aviso por e-mail não foi entregue a {peticao.autor.email}: o servidor de e-mail recusou a mensagem; "
        "agora espera uma pessoa."
    )


def test_what_nobody_foresaw_is_a_try_that_failed(app: Flask, aviso: Aviso, caplog: pytest.LogCaptureFixture) -> None:
    app.config["PETICIONAMENTO"] = replace(app.config["PETICIONAMENTO"], smtp_url="smtp://127.0.0.1:porta")
    avisos.enviar(aviso.id)
    assert (aviso.estado, aviso.tentativas) == (EstadoSaida.FALHOU, 1)
    assert aviso.erro == "o programa falhou ao entregar"
    assert aviso.erro_tecnico is not None
    assert aviso.erro_tecnico.startswith("ValueError: ")
    assert "a try broke" in caplog.text


def test_the_same_message_goes_again_when_the_report_was_lost(
    peticao: Peticao, aviso: Aviso, servidor: ServidorSMTP
) -> None:
    saida.reservar(Aviso, aviso.id)  # a worker took it, sent it, and was killed before it could say so
    avisos.enviar(aviso.id)
    assert servidor.mensagens == []
    with no_instante(agora() + timedelta(seconds=61)):
        avisos.enviar(aviso.id)
    assert servidor.ids == [f"<{aviso.chave}@127.0.0.1>"]


def test_a_notice_about_no_petition_has_no_history(peticao: Peticao) -> None:
    linhas = len(de_quem_trabalha(peticao.id))
    with transaction():
        escrito = avisar("ana@teste.invalid", "peticoes/protocolada", numero=peticao.numero, pessoa="Ana")
    avisos.enviar(escrito.id)
    assert db.session().get_one(Aviso, escrito.id).estado is EstadoSaida.ENTREGUE
    assert len(de_quem_trabalha(peticao.id)) == linhas
