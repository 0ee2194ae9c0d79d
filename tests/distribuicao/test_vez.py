"""Whose turn it is: the urgent, then the agencies by turns; nobody's trouble is another's wait."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import fila, saida
from peticionamento.comum.db import db, transaction
from peticionamento.comum.fila import Fila
from peticionamento.comum.historico import Andamento
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao import turno, vez
from peticionamento.distribuicao.canais import CARTEIROS
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.triagem.models import EstadoEncaminhamento, Urgencia
from tests.factories import cadastros, distribuicao
from tests.fixtures.banco import Contagem

Contar = Callable[[], AbstractContextManager[Contagem]]


class Carteiro:
    """Remembers what it was given, and fails where it is told to."""

    def __init__(self) -> None:
        self.levadas: list[int] = []
        self.falham: set[str] = set()
        self.no_meio: Callable[[Entrega], None] = lambda _entrega: None

    def entregar(self, entrega: Entrega) -> Falha | None:
        """As a channel does."""
        self.levadas.append(entrega.id)
        self.no_meio(entrega)
        return distribuicao.REDE if entrega.encaminhamento.orgao.sigla in self.falham else None


@pytest.fixture
def carteiro(monkeypatch: pytest.MonkeyPatch) -> Carteiro:
    novo = Carteiro()
    monkeypatch.setitem(CARTEIROS, Canal.CORREIO, novo)
    distribuicao.com_email("SES", "SEE", "DER-MG")
    return novo


@pytest.fixture
def lote_de_tres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vez, "LOTE", 3)
    monkeypatch.setattr(vez, "DE_CADA_ORGAO", 3)


def entregues() -> set[int]:
    return {id_ for id_, estado in distribuicao.estados().items() if estado is EstadoSaida.ENTREGUE}


def na_fila() -> list[str]:
    return fila.fila(Fila.ENTREGAS).job_ids


def test_one_job_makes_all_that_fit_in_one_transaction_and_takes_their_jobs_off_the_queue(app: Flask) -> None:
    esperam = distribuicao.esperam(["SES", "SEE", "SES", "SES"])
    assert len(na_fila()) == 4
    turno.atender(esperam[0].id)
    assert entregues() == {e.id for e in esperam}
    assert {e.encaminhamento.estado for e in esperam} == {EstadoEncaminhamento.ENTREGUE}
    assert na_fila() == [f"entrega-{esperam[0].id}-0-1"]  # its own: RQ takes that one away
    for entrega in esperam:
        turno.atender(entrega.id)
    linhas = db.session().execute(
        select(Andamento.entidade, Andamento.entidade_id).where(
            Andamento.acao == "entregar", Andamento.entidade.in_(["entrega", "encaminhamento"])
        )
    )
    assert Counter(linhas).most_common(1)[0][1] == 1
    assert {e.tentativas for e in esperam} == {1}


@pytest.mark.usefixtures("lote_de_tres")
def test_an_agency_with_one_does_not_wait_behind_one_with_many(app: Flask) -> None:
    muitas = distribuicao.esperam(["SES"] * 6)
    (uma,) = distribuicao.esperam(["SEE"])
    turno.atender(muitas[0].id)
    assert uma.id in entregues()
    assert muitas[0].id in entregues()
    assert len(entregues()) == 3


@pytest.mark.usefixtures("lote_de_tres")
@pytest.mark.parametrize("urgencia", [Urgencia.ALTA, Urgencia.URGENTE])
def test_the_urgent_overtake_even_those_of_their_own_agency(app: Flask, urgencia: Urgencia) -> None:
    comuns = distribuicao.esperam(["SES"] * 4)
    urgentes = distribuicao.esperam(["SES"] * 3, urgencia=urgencia)
    turno.atender(comuns[0].id)
    assert entregues() >= {e.id for e in urgentes} | {comuns[0].id}
    # Three fit, and the urgent ones filled the first turn.
    das_urgentes = [e.entregue_em for e in urgentes if e.entregue_em is not None]
    das_comuns = [e.entregue_em for e in comuns if e.entregue_em is not None]
    assert max(das_urgentes) < min(das_comuns)


def test_what_its_job_is_named_after_is_made_though_others_fill_the_turn(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vez, "LOTE", 1)
    esperam = distribuicao.esperam(["SES"] * 3)
    turno.atender(esperam[2].id)
    assert entregues() == {esperam[2].id}


def test_what_cannot_be_delivered_does_not_hold_the_others(app: Flask) -> None:
    fechada, boa = distribuicao.esperam(["SES", "SEE"])
    with transaction():
        fechada.encaminhamento.unidade.ativa = False
    turno.atender(boa.id)
    assert distribuicao.estados()[fechada.id] is EstadoSaida.NA_FILA
    turno.atender(fechada.id)
    assert distribuicao.estados()[fechada.id] is EstadoSaida.AGUARDA_PESSOA
    assert fechada.erro == "a unidade SES/PROTOCOLO foi desativada"
    assert entregues() == {boa.id}


def test_a_batch_that_breaks_leaves_each_to_its_own_job(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    uma, outra = distribuicao.esperam(["SES", "SEE"])
    de_verdade = vez.internas

    def com_uma_linha_ruim(entrega_id: int, *, so_ela: bool = False) -> object:
        linhas = de_verdade(entrega_id, so_ela=so_ela)
        linhas[0].destino = "x" * 300  # longer than its column
        return linhas

    monkeypatch.setattr(vez, "internas", com_uma_linha_ruim)
    turno.atender(uma.id)
    assert "each goes alone" in caplog.text
    assert entregues() == {uma.id}
    assert distribuicao.estados()[outra.id] is EstadoSaida.NA_FILA


def test_a_job_carries_whose_turn_it_is_and_then_its_own(app: Flask, carteiro: Carteiro) -> None:
    muitas = distribuicao.esperam(["SES"] * 3, Canal.CORREIO)
    (urgente,) = distribuicao.esperam(["SEE"], Canal.CORREIO, urgencia=Urgencia.URGENTE)
    turno.atender(muitas[0].id)
    assert carteiro.levadas == [urgente.id, muitas[0].id]


def test_an_urgent_message_does_not_wait_for_its_own_job(app: Flask, carteiro: Carteiro) -> None:
    (interna,) = distribuicao.esperam(["SES"])
    distribuicao.esperam(["DER-MG"], Canal.CORREIO)
    (urgente,) = distribuicao.esperam(["SEE"], Canal.CORREIO, urgencia=Urgencia.ALTA)
    turno.atender(interna.id)
    assert carteiro.levadas == [urgente.id]


def test_two_of_one_agencys_channel_never_travel_together(app: Flask, carteiro: Carteiro) -> None:
    uma, outra, alheia = distribuicao.esperam(["SES", "SES", "SEE"], Canal.CORREIO)
    vistas: list[set[int]] = []

    def olhar(entrega: Entrega) -> None:
        if entrega.id == uma.id:
            turno.atender(outra.id)  # a second worker, meanwhile
            vistas.append(set(carteiro.levadas))

    carteiro.no_meio = olhar
    reservada = turno._reservar(uma.id)
    assert reservada is not None
    assert turno._reservar(outra.id) is None
    turno.services.carregar(*reservada)
    assert vistas == [{uma.id, alheia.id}]


def test_when_one_arrived_the_next_of_its_channel_is_called(app: Flask, carteiro: Carteiro) -> None:
    uma, outra = distribuicao.esperam(["SES", "SES"], Canal.CORREIO)
    app.extensions["redis"].flushdb()
    turno.atender(uma.id)
    assert na_fila() == [f"entrega-{outra.id}-0-1"]


def test_nobody_is_called_for_a_channel_that_is_on_the_way(app: Flask, carteiro: Carteiro) -> None:
    uma, _outra = distribuicao.esperam(["SES", "SES"], Canal.CORREIO)
    app.extensions["redis"].flushdb()
    assert saida.reservar(Entrega, uma.id) is not None
    assert vez.chamar() == 0


def test_the_sweep_calls_what_is_due_and_lost_its_job(app: Flask, carteiro: Carteiro) -> None:
    internas = distribuicao.esperam(["SES", "SES"])
    mensagens = distribuicao.esperam(["SES", "SES", "SEE"], Canal.CORREIO)
    assert vez.chamar() == 0  # their jobs are alive
    app.extensions["redis"].flushdb()
    assert vez.chamar() == 4  # of a channel where one at a time goes, one
    esperadas = {e.id for e in [*internas, mensagens[0], mensagens[2]]}
    assert {int(job_id.split("-")[1]) for job_id in na_fila()} == esperadas
    assert vez.chamar() == 0


def test_what_is_held_early_or_done_is_not_called(app: Flask) -> None:
    feita, cedo, em_maos = distribuicao.esperam(["SES", "SEE", "DER-MG"])
    with transaction():
        cedo.proxima_em = agora() + timedelta(minutes=1)
    assert saida.reservar(Entrega, em_maos.id) is not None
    turno.services.entregar(feita.id)
    app.extensions["redis"].flushdb()
    assert vez.chamar() == 0


@pytest.mark.comprometido
def test_two_workers_at_once_share_one_agencys_deliveries_and_make_each_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vez, "LOTE", 4)
    monkeypatch.setattr(vez, "DE_CADA_ORGAO", 8)
    ids = [e.id for e in distribuicao.esperam(["SES"] * 8)]
    barreira = threading.Barrier(2)

    def trabalhar(meus: list[int]) -> None:
        with app.app_context():
            barreira.wait(10)
            for id_ in meus:
                turno.atender(id_)

    fios = [threading.Thread(target=trabalhar, args=(meus,)) for meus in (ids[:4], ids[4:])]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    db.session.rollback()
    assert entregues() >= set(ids)
    linhas = db.session().execute(
        select(Andamento.entidade_id).where(Andamento.acao == "entregar", Andamento.entidade == "encaminhamento")
    )
    assert sorted(Counter(linhas.scalars()).values()) == [1] * 8


def test_a_delivery_costs_a_fixed_number_of_statements_and_a_batch_hardly_more(
    app: Flask, carteiro: Carteiro, contar_consultas: Contar
) -> None:
    custos = []
    for quantas in (1, 8):
        esperam = distribuicao.esperam(["SES"] * quantas)
        with contar_consultas() as vistas:
            turno.atender(esperam[0].id)
        custos.append(len(vistas))
        assert entregues() >= {e.id for e in esperam}
    assert custos[0] <= 7
    assert custos[1] <= custos[0] + 4  # the history's rows, in statements of a size that stays prepared
    (mensagem,) = distribuicao.esperam(["SEE"], Canal.CORREIO)
    with contar_consultas() as vistas:
        turno.atender(mensagem.id)
    assert carteiro.levadas == [mensagem.id]
    assert len(vistas) <= 16


def test_an_agency_that_is_dead_delays_nobody(app: Flask, carteiro: Carteiro) -> None:
    carteiro.falham = {"SES"}
    mortas = distribuicao.esperam(["SES"] * 6, Canal.CORREIO)
    vivas = distribuicao.esperam(["SEE", "DER-MG"] * 3, Canal.CORREIO)
    for entrega in [*mortas, *vivas]:
        turno.atender(entrega.id)
    assert entregues() == {e.id for e in vivas}
    # Three tries opened the breaker; the rest wait without having been tried.
    assert Counter(e.estado for e in mortas) == {EstadoSaida.FALHOU: 3, EstadoSaida.NA_FILA: 3}
    assert [id_ for id_ in carteiro.levadas if id_ in {e.id for e in mortas}] == [e.id for e in mortas[:3]]


def test_an_agency_of_nobody_else_is_asked_about_its_deliveries_alone(app: Flask) -> None:
    cadastros.orgao("PMMG")
    distribuicao.esperam(["SES"])
    orgao_id = cadastros.orgao("PMMG").id
    assert vez.perdidas(orgao_id) == []
    assert len(vez.perdidas()) == 1
    assert vez.perdidas(canal=Canal.CORREIO) == []
