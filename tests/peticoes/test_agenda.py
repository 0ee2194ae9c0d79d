"""Due days: what the office must do and is owed, week by week, and the feed that a calendar program reads."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas import services as contas_services
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import Gabinete
from peticionamento.peticoes import calendario, queries
from peticionamento.peticoes.models import Acompanhamento, Agenda, Diligencia, Peticao
from peticionamento.peticoes.queries import DeQuem, Prazo
from peticionamento.peticoes.services import agenda as services
from tests.factories import contas, depois, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]


@pytest.fixture
def autora(app: Flask) -> Pessoa:
    return contas.deputada("Helena Prates")


def no_orgao(autora: Pessoa, assunto: str = "Leitos de UTI", dia: date | None = None) -> Peticao:
    peticao = triagem.entregue(["SES"], peticao=peticoes.protocolada(autora, assunto=assunto)).peticao
    if dia is not None:
        vencer(peticao, dia)
    return peticao


def vencer(peticao: Peticao, dia: date) -> None:
    with transaction() as session:
        session.execute(update(Acompanhamento).where(Acompanhamento.peticao_id == peticao.id).values(vence_dia=dia))


def eventos(cliente: FlaskClient, token: str) -> dict[str, icalendar.Event]:
    resposta = cliente.get(f"/peticoes/agenda/{token}.ics")
    assert (resposta.status_code, resposta.content_type) == (200, "text/calendar; charset=utf-8")
    lida = icalendar.Calendar.from_ical(resposta.data)
    return {str(evento["uid"]).split("@")[0]: evento for evento in lida.walk("VEVENT")}


def test_due_days_are_of_whom_they_wait_for(autora: Pessoa) -> None:
    peticoes.protocolada(autora, assunto="Na triagem")
    no_orgao(autora)
    peticao = peticoes.protocolada(autora, assunto="Com pergunta")
    with transaction() as session:
        session.add(Diligencia(peticao_id=peticao.id, pergunta="Qual?", vence_dia=triagem.daqui_a(1)))
        session.add(
            Diligencia(peticao_id=peticao.id, pergunta="Velha", vence_dia=triagem.daqui_a(1), encerrada_em=agora())
        )
    triagem.respondida(["SES"], peticao=peticoes.protocolada(autora, assunto="Respondida"))
    peticoes.protocolada(contas.deputada(), assunto="De outra")
    lidos = queries.prazos(Gabinete(autora.id), calendario_local())
    assert {(p.assunto, p.de_quem) for p in lidos} == {
        ("Na triagem", DeQuem.SEGOV), ("Com pergunta", DeQuem.SEGOV), ("Com pergunta", DeQuem.GABINETE),
        ("Leitos de UTI", DeQuem.ORGAO), ("Respondida", DeQuem.GABINETE_SE_QUISER),
    }  # fmt: skip
    assert [p.dia for p in lidos] == sorted(p.dia for p in lidos)
    assert next(p.dia for p in lidos if p.assunto == "Respondida") == triagem.daqui_a(10)


def test_the_page_says_what_to_do_and_what_is_late(autora: Pessoa, como: Como) -> None:
    cliente = como(autora)
    assert "Nada a fazer. Nenhuma resposta a receber até" in html.unescape(cliente.get("/peticoes/prazos").text)
    no_orgao(autora, "Muito atrasada", hoje() - timedelta(days=70))
    no_orgao(autora, "Para hoje", hoje())
    peticao = peticoes.protocolada(autora, assunto="Com pergunta")
    with transaction() as session:
        session.add(Diligencia(peticao_id=peticao.id, pergunta="Qual?", vence_dia=hoje()))
    vencer(peticao, hoje())
    pagina = html.unescape(cliente.get("/peticoes/prazos").text)
    assert "1 resposta a dar. 2 respostas a receber até" in pagina
    assert ", 1 prazo vencido." in pagina
    assert pagina.index("Já venceram") < pagina.index("Muito atrasada") < pagina.index("Esta semana")
    assert "O gabinete responde à SEGOV" in pagina
    longe = html.unescape(cliente.get("/peticoes/prazos?mes=2031-03").text)
    assert "Nenhum prazo em março de 2031." in longe
    assert 'href="/peticoes/prazos?mes=2031-02"' in longe
    assert "Muito atrasada" not in longe


@pytest.mark.parametrize(
    ("dia", "nome"),
    [
        (date(2026, 11, 29), "Esta semana"),
        (date(2026, 11, 30), "Semana que vem"),
        (date(2026, 11, 20), "Semana passada"),
        (date(2026, 12, 8), "De 7 a 11 de dezembro"),
        (date(2027, 1, 1), "De 28 de dezembro a 1º de janeiro"),
        (date(2027, 2, 3), "De 1º a 5 de fevereiro"),
    ],
)
def test_weeks_have_names(dia: date, nome: str) -> None:
    prazo = Prazo("x", dia, DeQuem.ORGAO, 1, "n", "a", "m", "o", restrita=False)
    assert [s.nome for s in calendario.por_semana([prazo, prazo], date(2026, 11, 25))] == [nome]


def test_the_feed_has_all_day_events_with_ids_that_stay(autora: Pessoa, cliente: FlaskClient) -> None:
    peticao = no_orgao(autora)
    token = services.criar_agenda(por=autora, agora=agora())
    evento = eventos(cliente, token)[f"peticao-{peticao.id}"]
    assert evento.decoded("dtstart") == triagem.daqui_a(10)
    assert evento.decoded("dtend") - evento.decoded("dtstart") == timedelta(days=1)
    assert str(evento["summary"]) == "Resposta esperada: Leitos de UTI (Teófilo Otoni)"
    assert str(evento["url"]).endswith(f"/peticoes/{peticao.id}")
    assert abs(evento.decoded("dtstamp") - agora()) < timedelta(minutes=1)
    vencer(peticao, triagem.daqui_a(12))
    mudado = eventos(cliente, token)[f"peticao-{peticao.id}"]
    assert mudado.decoded("dtstart") == triagem.daqui_a(12)
    lida_em = db.session().execute(select(Agenda.lida_em)).scalar_one()
    assert lida_em is not None


def test_of_a_restricted_petition_the_feed_has_the_number_alone(autora: Pessoa, cliente: FlaskClient) -> None:
    peticao = depois.restrita()
    assert peticao.acesso is NivelAcesso.RESTRITO
    token = services.criar_agenda(por=peticao.autor, agora=agora())
    db.session.commit()
    bruto = cliente.get(f"/peticoes/agenda/{token}.ics").data.decode().replace("\r\n ", "")
    assert f"petição {peticao.numero}" in bruto
    assert peticao.assunto not in bruto
    assert "DESCRIPTION" not in bruto


def test_the_address_is_shown_once_and_kept_as_a_hash(autora: Pessoa, como: Como, cliente: FlaskClient) -> None:
    navegador = como(autora)
    achado = re.search(r"/peticoes/agenda/([\w-]{43})\.ics", navegador.post("/peticoes/agenda").text)
    assert achado
    guardado = db.session().execute(select(Agenda.resumo_token)).scalar_one()
    assert guardado == hashlib.sha256(achado[1].encode()).hexdigest()
    pagina = navegador.get("/peticoes/agenda").text
    assert achado[1] not in pagina
    assert "1 endereço em uso" in html.unescape(pagina)
    assert cliente.get(f"/peticoes/agenda/{achado[1]}.ics").status_code == 200


def test_a_revoked_or_unknown_address_is_not_found(autora: Pessoa, como: Como, cliente: FlaskClient) -> None:
    token = services.criar_agenda(por=autora, agora=agora())
    agenda_id = db.session().execute(select(Agenda.id)).scalar_one()
    assert como(contas.deputada()).post("/peticoes/agenda/revogar", data={"agenda": agenda_id}).status_code == 404
    assert cliente.get(f"/peticoes/agenda/{token}.ics").status_code == 200
    assert como(autora).post("/peticoes/agenda/revogar", data={"agenda": agenda_id}).status_code == 303
    assert cliente.get(f"/peticoes/agenda/{token}.ics").status_code == 404
    assert cliente.get(f"/peticoes/agenda/{'x' * 43}.ics").status_code == 404
    assert como(autora).post("/peticoes/agenda/revogar", data={}).status_code == 422


def test_a_feed_follows_its_persons_office(autora: Pessoa, cliente: FlaskClient) -> None:
    marina = contas.pessoa(Papel.ASSESSOR, nome="Marina Couto")
    contas_services.representar(marina, autora)
    peticao = no_orgao(autora)
    token = services.criar_agenda(por=marina, agora=agora())
    assert f"peticao-{peticao.id}" in eventos(cliente, token)
    contas_services.encerrar_representacao(marina, autora, agora=agora())
    assert eventos(cliente, token) == {}
    contas_services.bloquear(marina, agora=agora())
    with pytest.raises(NaoEncontrado):
        services.ler_agenda(token, agora=agora())


def test_ten_addresses_are_enough(autora: Pessoa, como: Como) -> None:
    for _ in range(10):
        services.criar_agenda(por=autora, agora=agora())
    with pytest.raises(Recusa, match="Você já tem 10 endereços"):
        services.criar_agenda(por=autora, agora=agora())
    resposta = como(autora).post("/peticoes/agenda")
    assert resposta.status_code == 422
    assert "Você já tem 10 endereços. Revogue um que não use mais." in html.unescape(resposta.text)


def test_the_feed_costs_the_same_however_long(autora: Pessoa, cliente: FlaskClient, contar_consultas: Contar) -> None:
    token = services.criar_agenda(por=autora, agora=agora())
    medidas = []
    for _ in range(2):
        with contar_consultas() as vistas:
            eventos(cliente, token)
        medidas.append(len(vistas))
        for n in range(3):
            no_orgao(autora, f"Pedido {n}")
    assert medidas[0] == medidas[1] <= 12, medidas
