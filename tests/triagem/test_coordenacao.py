"""The coordinator's page: load and rhythm, backlog and forecast, what is late and why; handing out; the digest."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa, SemPermissao
from peticionamento.comum.historico import de_quem_trabalha
from peticionamento.comum.tempo import BRASILIA, agora, hoje, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import jobs, services
from peticionamento.triagem.coordenacao import numeros
from peticionamento.triagem.coordenacao import services as coordenacao
from peticionamento.triagem.coordenacao.numeros import PorQue
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
SEGUNDA = date(2026, 11, 23)


def as_(hora: int, dia: date = SEGUNDA) -> datetime:
    return datetime.combine(dia, time(hora, 15), tzinfo=BRASILIA)


@pytest.fixture
def coordenadora(app: Flask) -> Pessoa:
    return contas.coordenadora("Célia Rocha")


def mesa(dia: date | None = None) -> numeros.Mesa:
    return numeros.mesa(calendario_local(), dia or hoje())


def decidir(por: Pessoa) -> Demanda:
    linha = triagem.em_triagem(por)
    return services.distribuir(linha.id, [triagem.destino()], por=por, versao=linha.versao, agora=agora())


def atrasar(linha: Demanda, dias: int = 3) -> Demanda:
    with transaction():
        linha.vence_dia = hoje() - timedelta(days=dias)
    return linha


def test_load_and_rhythm_by_person_and_hour(coordenadora: Pessoa) -> None:
    ana, bia = contas.triador("Ana"), contas.triador("Bia")
    with no_instante(as_(9, SEGUNDA - timedelta(days=4))):  # Friday was a holiday
        decidir(ana)
        decidir(ana)
    with no_instante(as_(9)):
        decidir(ana)
    with no_instante(as_(22)):  # the next day already in UTC
        decidir(ana)
        triagem.em_triagem(bia)
        cargas = {c.nome: c for c in mesa(SEGUNDA).cargas}
        horas = mesa(SEGUNDA).horas
    assert (cargas["Ana"].na_mao, cargas["Ana"].hoje, dict(cargas["Ana"].por_hora)) == (0, 2, {9: 1, 22: 1})
    assert cargas["Ana"].por_dia == 0.2
    assert (cargas["Bia"].na_mao, cargas["Bia"].hoje) == (1, 0)
    assert cargas["Célia Rocha"].na_mao == 0
    assert (horas.start, horas.stop) == (8, 23)


def test_the_backlog_is_reckoned_back_day_by_day(coordenadora: Pessoa) -> None:
    ana = contas.triador("Ana")
    with no_instante(as_(10, SEGUNDA - timedelta(days=4))):
        tres = [triagem.em_triagem(ana) for _ in range(3)]
    with no_instante(as_(10)):
        services.distribuir(tres[0].id, [triagem.destino()], por=ana, versao=tres[0].versao, agora=agora())
        triagem.demanda()
        triagem.demanda()
        dias = {d.dia: d for d in mesa(SEGUNDA).dias}
    assert (dias[SEGUNDA].chegaram, dias[SEGUNDA].decididas, dias[SEGUNDA].ficaram) == (2, 1, 4)
    assert dias[SEGUNDA - timedelta(days=1)].ficaram == 3
    assert dias[SEGUNDA - timedelta(days=4)].chegaram == 3
    assert dias[SEGUNDA - timedelta(days=5)].ficaram == 0


def test_the_forecast_says_when_the_desk_is_empty_or_that_it_grows(coordenadora: Pessoa) -> None:
    ana = contas.triador("Ana")
    velhas = SEGUNDA - timedelta(days=60)
    with no_instante(as_(10, velhas)):
        todas = [triagem.em_triagem(ana) for _ in range(12)]
    with no_instante(as_(11, SEGUNDA - timedelta(days=4))):
        for linha in todas[:10]:
            services.distribuir(linha.id, [triagem.destino()], por=ana, versao=linha.versao, agora=agora())
    with no_instante(as_(9)):
        previsao = mesa(SEGUNDA).previsao
        assert (previsao.na_mesa, previsao.chegam, previsao.saem) == (2, 0.0, 1.0)
        assert previsao.zera_em == calendario_local().somar(SEGUNDA, 2)
    with no_instante(as_(9, SEGUNDA - timedelta(days=3))):
        for _ in range(20):
            triagem.demanda()
    with no_instante(as_(10)):
        previsao = mesa(SEGUNDA).previsao
        assert (previsao.zera_em, previsao.saldo) == (None, 1.0)


def test_what_is_late_says_why(coordenadora: Pessoa) -> None:
    ana = contas.triador("Ana")
    nunca, na_mao = atrasar(triagem.demanda(), 5), atrasar(triagem.em_triagem(ana), 3)
    triagem.demanda()  # in time
    achada = mesa()
    assert [(a.id, a.por_que, a.triador) for a in achada.atrasadas] == [
        (nunca.id, PorQue.NUNCA_ASSUMIDA, None),
        (na_mao.id, PorQue.NA_MAO, "Ana"),
    ]
    with transaction():
        nunca.devolvida_em = nunca.voltou_em = agora()
    assert mesa().por_que_atrasam == [(PorQue.DEVOLVIDA, 1), (PorQue.NA_MAO, 1)]


def test_the_first_of_the_queue_go_to_a_person_until_the_end_of_the_day(coordenadora: Pessoa) -> None:
    ana, bia = contas.triador("Ana"), contas.triador("Bia")
    linhas = [atrasar(triagem.demanda(), dias) for dias in (1, 9, 5)]
    dela = triagem.em_triagem(bia)
    with no_instante(as_(10)):
        feito = coordenacao.entregar(2, ana.id, por=coordenadora, agora=agora())
    assert (feito.feitas, feito.recusas) == (2, [])
    db.session().expire_all()
    assert [linha.triador_id for linha in linhas] == [None, ana.id, ana.id]
    assert linhas[1].estado is EstadoDemanda.EM_TRIAGEM
    assert linhas[1].reservada_ate == datetime(2026, 11, 23, 23, 59, 59, tzinfo=BRASILIA)
    assert dela.triador_id == bia.id
    assert "Entregou a demanda a Ana." in [a.texto for a in de_quem_trabalha(linhas[1].peticao_id)]


def test_what_a_person_holds_goes_back_to_the_queue(coordenadora: Pessoa) -> None:
    ana, bia = contas.triador("Ana"), contas.triador("Bia")
    suas, dela = [triagem.em_triagem(ana) for _ in range(2)], triagem.em_triagem(bia)
    feito = coordenacao.recolher(ana.id, por=coordenadora)
    assert feito.feitas == 2
    db.session().expire_all()
    assert [(d.estado, d.triador_id, d.reservada_ate) for d in suas] == [(EstadoDemanda.AGUARDANDO, None, None)] * 2
    assert dela.triador_id == bia.id
    assert coordenacao.recolher(ana.id, por=coordenadora).feitas == 0


@pytest.mark.parametrize(("quantas", "frase"), [(0, "de 1 a 200"), (201, "de 1 a 200")])
def test_absurd_numbers_are_refused(coordenadora: Pessoa, quantas: int, frase: str) -> None:
    ana = contas.triador()
    with pytest.raises(Recusa, match=frase):
        coordenacao.entregar(quantas, ana.id, por=coordenadora, agora=agora())


def test_only_the_desk_receives_and_only_the_coordinator_hands_out(coordenadora: Pessoa) -> None:
    with pytest.raises(Recusa, match=r"Escolha alguém da equipe da triagem\."):
        coordenacao.entregar(1, contas.deputada().id, por=coordenadora, agora=agora())
    ana = contas.triador()
    with pytest.raises(SemPermissao):
        coordenacao.entregar(1, ana.id, por=ana, agora=agora())
    with pytest.raises(SemPermissao):
        coordenacao.recolher(ana.id, por=ana)


def test_the_page_says_it_all_and_keeps_what_was_typed(coordenadora: Pessoa, como: Como) -> None:
    contas.triador("Ana Sales")
    atrasar(triagem.demanda(peticoes.protocolada(assunto="Ponte do rio Preto")), 4)
    navegador = como(coordenadora)
    pagina = html.unescape(navegador.get("/triagem/coordenacao").text)
    assert "1 demanda na mesa; 1 atrasada." in pagina
    assert "Ponte do rio Preto" in pagina
    assert "Ninguém a assumiu ainda" in pagina
    volta = navegador.post("/triagem/coordenacao/entregar", data={"quantas": "muitas", "pessoa": ""})
    assert volta.status_code == 422
    assert 'value="muitas"' in volta.text
    assert "Escolha a pessoa." in html.unescape(volta.text)
    ana = db.session().execute(select(Pessoa).where(Pessoa.nome == "Ana Sales")).scalar_one()
    feito = navegador.post(
        "/triagem/coordenacao/entregar", data={"quantas": "5", "pessoa": str(ana.id)}, follow_redirects=True
    )
    assert "1 demanda entregue." in feito.text
    feito = navegador.post("/triagem/coordenacao/recolher", data={"de": str(ana.id)}, follow_redirects=True)
    assert "1 demanda de volta à fila." in html.unescape(feito.text)


def test_many_are_handed_out_and_taken_back_in_one_request(coordenadora: Pessoa, como: Como) -> None:
    """Each is a transaction of its own, and each commit forgets the coordinator, who is read again in the next."""
    ana, navegador = contas.triador("Ana Sales"), como(coordenadora)
    for _ in range(3):
        triagem.demanda()
    para, de = {"quantas": "3", "pessoa": str(ana.id)}, {"de": str(ana.id)}
    db.session().expunge_all()
    feito = navegador.post("/triagem/coordenacao/entregar", data=para, follow_redirects=True)
    assert "3 demandas entregues." in feito.text
    feito = navegador.post("/triagem/coordenacao/recolher", data=de, follow_redirects=True)
    assert "3 demandas de volta à fila." in html.unescape(feito.text)


def test_it_is_not_the_triagers_page(app: Flask, como: Como) -> None:
    assert como(contas.triador()).get("/triagem/coordenacao").status_code == 403


def test_the_page_costs_the_same_however_much_there_is(
    coordenadora: Pessoa, como: Como, contar_consultas: Callable[[], AbstractContextManager[Contagem]]
) -> None:
    navegador, medidas = como(coordenadora), []
    for _ in range(2):
        with contar_consultas() as vistas:
            assert navegador.get("/triagem/coordenacao").status_code == 200
        medidas.append(len(vistas))
        ana = contas.triador()
        for _ in range(3):
            atrasar(triagem.em_triagem(ana))
            decidir(ana)
    assert medidas[0] == medidas[1] <= 12, medidas


def cartas() -> list[Aviso]:
    return list(db.session().execute(select(Aviso).where(Aviso.assunto.startswith("Triagem hoje"))).scalars())


def test_the_digest_goes_once_a_business_morning_to_each_coordinator(coordenadora: Pessoa) -> None:
    outra = contas.coordenadora("Davi Melo")
    contas.triador("Ana Sales")
    atrasar(triagem.demanda(), 30)
    domingo = SEGUNDA - timedelta(days=1)
    for cedo in (as_(6), as_(9, domingo)):
        with no_instante(cedo):
            assert jobs.resumir() == 0
    with no_instante(as_(7)):
        assert jobs.resumir() == 2
        assert jobs.resumir() == 0
    with no_instante(as_(8, SEGUNDA + timedelta(days=1))):
        assert jobs.resumir() == 2
    enviadas = cartas()
    assert sorted(carta.para for carta in enviadas) == sorted([coordenadora.email, outra.email] * 2)
    carta = enviadas[0]
    assert carta.assunto == "Triagem hoje: 1 na mesa, 0 vencem hoje, 1 atrasada"
    assert carta.texto is not None
    assert "- 1: Ninguém a assumiu ainda" in carta.texto
    assert "- Ana Sales: 0 na mão" in carta.texto
    assert carta.html is not None
    assert "Ninguém a assumiu ainda" in carta.html
