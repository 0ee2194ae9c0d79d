"""Who is on what: claims kept while reading, the next demand claimed as it opens, and everybody told."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peticionamento.comum.db import db
from peticionamento.comum.erros import Conflito, NaoEncontrado
from peticionamento.comum.historico import de_quem_trabalha
from peticionamento.comum.tempo import agora, hora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import posse, queries, services
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]
JSON = {"Accept": "application/json"}


def texto(dados: bytes) -> str:
    return html.unescape(dados.decode())


def distribuir(demanda: Demanda, por: Pessoa) -> None:
    services.distribuir(demanda.id, [triagem.destino("SES")], por=por, versao=demanda.versao, agora=agora())


def test_reading_keeps_the_claim_and_writes_no_history(app: Flask, como: Como) -> None:
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana)
    linhas, versao = len(de_quem_trabalha(demanda.peticao_id)), demanda.versao
    depois = agora() + timedelta(minutes=20)
    assert posse.renovar(demanda.id, por=ana, agora=depois) == depois + timedelta(minutes=30)
    resposta = como(ana).post(f"/triagem/{demanda.id}/renovar", headers=JSON)
    db.session().refresh(demanda)
    assert demanda.reservada_ate is not None
    assert resposta.json == {"ate": hora(demanda.reservada_ate)}
    assert (len(de_quem_trabalha(demanda.peticao_id)), demanda.versao) == (linhas, versao)


def test_a_claim_that_ended_and_nobody_took_is_kept_by_reading_on(app: Flask) -> None:
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana)
    tarde = agora() + timedelta(hours=3)
    posse.renovar(demanda.id, por=ana, agora=tarde)
    with pytest.raises(Conflito, match="Ana está com esta demanda até"):
        services.assumir(demanda.id, por=contas.triador(), versao=demanda.versao, agora=tarde + timedelta(minutes=29))


def test_reading_on_after_another_took_it_says_who(app: Flask, como: Como) -> None:
    ana, carla = contas.triador("Ana"), contas.coordenadora("Carla Reis")
    demanda = triagem.em_triagem(ana)
    services.assumir(demanda.id, por=carla, versao=demanda.versao, agora=agora())
    resposta = como(ana).post(f"/triagem/{demanda.id}/renovar", headers=JSON)
    assert resposta.status_code == 409
    assert resposta.json is not None
    assert resposta.json["mensagem"].startswith("Carla Reis, ")
    assert resposta.json["mensagem"].endswith("Assumiu a triagem no lugar de Ana.")
    assert demanda.triador_id == carla.id


def test_only_who_works_at_the_desk_keeps_a_claim(app: Flask) -> None:
    demanda = triagem.em_triagem(contas.triador())
    with pytest.raises(NaoEncontrado):
        posse.renovar(demanda.id, por=contas.agente("SES"), agora=agora())


def test_everybody_sees_who_is_on_what(app: Flask, como: Como) -> None:
    ana, bruno = contas.triador("Ana Dias"), contas.triador("Bruno")
    triagem.demanda()
    de_ana, de_bruno = triagem.em_triagem(ana), triagem.em_triagem(bruno)
    visto = como(ana).get("/triagem/presencas").json
    assert visto == {
        "presencas": {
            str(de_ana.id): {"nome": "Ana Dias", "minha": True},
            str(de_bruno.id): {"nome": "Bruno", "minha": False},
        },
        "mudou": None,
    }
    assert posse.presencas(ana, None, agora=agora() + timedelta(minutes=31)).lista == []


def test_nothing_new_is_answered_with_nothing(app: Flask, como: Como) -> None:
    ana = contas.triador()
    demanda, cliente = triagem.em_triagem(ana), como(ana)
    primeira = cliente.get("/triagem/presencas")
    etiqueta = {"If-None-Match": primeira.headers["ETag"]}
    posse.renovar(demanda.id, por=ana, agora=agora() + timedelta(minutes=1))
    segunda = cliente.get("/triagem/presencas", headers=etiqueta)
    assert (segunda.status_code, segunda.data) == (304, b"")
    services.soltar(demanda.id, por=ana, versao=demanda.versao)
    terceira = cliente.get("/triagem/presencas", headers=etiqueta)
    assert (terceira.status_code, terceira.json) == (200, {"presencas": {}, "mudou": None})


def test_asking_costs_one_statement_however_many_there_are(app: Flask, contar_consultas: Contar) -> None:
    ana = contas.triador()
    aberta = triagem.em_triagem(ana)
    for quantas in (1, 4):
        for _ in range(quantas - 1):
            triagem.em_triagem(contas.triador())
        aberta_id, versao = aberta.id, aberta.versao
        assert ana.papeis
        with contar_consultas() as vistas:
            presentes = posse.presencas(ana, aberta_id, agora=agora())
            assert posse.mudanca(presentes, aberta_id, versao) is None
        assert len(presentes.lista) == quantas
        assert len(vistas) == 1


def test_a_page_that_is_open_hears_what_was_done_to_its_demand(app: Flask, como: Como) -> None:
    ana, carla = contas.triador("Ana Dias"), contas.coordenadora("Carla")
    demanda = triagem.em_triagem(ana)
    pergunta = f"/triagem/presencas?demanda={demanda.id}&versao={demanda.versao}"
    antes = como(carla).get(pergunta)
    assert antes.json is not None
    assert antes.json["mudou"] is None
    distribuir(demanda, ana)
    depois = como(carla).get(pergunta, headers={"If-None-Match": antes.headers["ETag"]})
    assert depois.json is not None
    assert depois.json["mudou"].startswith("Ana Dias, ")
    assert depois.json["mudou"].endswith(": Encaminhou à SES.")


def test_no_demand_or_no_number_at_all_changes_nothing(app: Flask, como: Como) -> None:
    cliente = como(contas.triador())
    for pedido in ("demanda=999999&versao=1", "demanda=x&versao=y", f"demanda={2**63}&versao={10**40}", "demanda=-1"):
        assert cliente.get(f"/triagem/presencas?{pedido}").json == {"presencas": {}, "mudou": None}


def test_the_next_demand_opens_already_claimed(app: Flask, como: Como) -> None:
    ana = contas.triador("Ana")
    proxima, demanda = triagem.demanda(), triagem.em_triagem(ana)
    dados = {
        "versao": str(demanda.versao),
        "orgaos": [cadastros.orgao("SES").id],
        "instrucao": "Informar.",
        "prazo": "10",
    }
    cliente = como(ana)
    resposta = cliente.post(f"/triagem/{demanda.id}/distribuir", data=dados)
    assert resposta.location.startswith(f"/triagem/{proxima.id}")
    db.session().refresh(proxima)
    assert (proxima.estado, proxima.triador_id) == (EstadoDemanda.EM_TRIAGEM, ana.id)
    assert "Com você até" in texto(cliente.get(resposta.location).data)


def test_when_another_takes_the_next_first_the_one_after_it_opens(app: Flask) -> None:
    ana, bruno = contas.triador("Ana"), contas.triador("Bruno")
    tomada, livre = triagem.demanda(peticoes.protocolada(assunto="A")), triagem.demanda(peticoes.protocolada())

    def achar() -> int | None:
        """What the queue said just before somebody took it."""
        if tomada.triador_id is not None:
            return queries.proxima(ana, 0)
        services.assumir(tomada.id, por=bruno, versao=tomada.versao, agora=agora())
        return tomada.id

    assert posse.abrir_seguinte(achar, por=ana, agora=agora()) == livre.id
    assert (tomada.triador_id, livre.triador_id) == (bruno.id, ana.id)


def test_when_nothing_waits_nothing_opens(app: Flask) -> None:
    ana = contas.triador()
    assert posse.abrir_seguinte(lambda: queries.proxima(ana, 0), por=ana, agora=agora()) is None


@pytest.mark.comprometido
def test_four_who_decide_at_once_get_four_different_demands(app: Flask) -> None:
    pessoas = [contas.triador(f"Triador {n}") for n in range(4)]
    ids = {triagem.demanda(peticoes.protocolada(assunto=f"Pedido {n}")).id for n in range(4)}
    largada, abertas, chaves = threading.Barrier(4), [], [pessoa.id for pessoa in pessoas]

    def abrir(chave: int) -> None:
        with app.app_context():
            pessoa = db.session().get_one(Pessoa, chave)
            largada.wait()
            abertas.append(posse.abrir_seguinte(lambda: queries.proxima(pessoa, 0), por=pessoa, agora=agora()))

    fios = [threading.Thread(target=abrir, args=(chave,)) for chave in chaves]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join(30)
    assert set(abertas) == ids
    donos = {db.session().get_one(Demanda, id_, populate_existing=True).triador_id for id_ in ids}
    assert donos == set(chaves)
