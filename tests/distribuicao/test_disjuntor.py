"""The breaker: opens after failures in a row, lets one try after a while, closes when that one arrives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import fila
from peticionamento.comum.db import db
from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado
from peticionamento.comum.fila import Fila
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.distribuicao import disjuntor, turno, vez
from peticionamento.distribuicao.canais import CARTEIROS
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.models_painel import Circuito, Disjuntor
from tests.factories import contas, distribuicao


class Carteiro:
    """Counts, and fails while it is told to."""

    def __init__(self) -> None:
        self.levadas: list[int] = []
        self.falha: Falha | None = distribuicao.REDE

    def entregar(self, entrega: Entrega) -> Falha | None:
        """As a channel does."""
        self.levadas.append(entrega.id)
        return self.falha


@pytest.fixture
def carteiro(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Carteiro:
    novo = Carteiro()
    monkeypatch.setitem(CARTEIROS, Canal.CORREIO, novo)
    distribuicao.com_email("SES", "SEE")
    return novo


def da_ses() -> Disjuntor:
    return db.session().execute(select(Disjuntor).where(Disjuntor.orgao.has(sigla="SES"))).scalar_one()


def aberto() -> tuple[list[Entrega], Disjuntor]:
    """Four that wait, three of them tried in vain."""
    esperam = distribuicao.esperam(["SES"] * 4, Canal.CORREIO)
    for entrega in esperam[:3]:
        distribuicao.falhar(entrega)
    return esperam, da_ses()


def test_it_opens_after_three_failures_in_a_row_and_not_before(carteiro: Carteiro) -> None:
    esperam = distribuicao.esperam(["SES"] * 3, Canal.CORREIO)
    for n, entrega in enumerate(esperam, 1):
        distribuicao.falhar(entrega)
        assert da_ses().circuito is (Circuito.FECHADO if n < 3 else Circuito.ABERTO)
    assert da_ses().erro == "o servidor de e-mail não respondeu"
    assert [d.id for d in disjuntor.abertos()] == [da_ses().id]


def test_what_arrives_in_between_begins_the_count_anew(carteiro: Carteiro) -> None:
    esperam = distribuicao.esperam(["SES"] * 4, Canal.CORREIO)
    for entrega in esperam[:2]:
        distribuicao.falhar(entrega)
    carteiro.falha = None
    turno.services.entregar(esperam[2].id)
    distribuicao.falhar(esperam[3])
    assert (da_ses().falhas, da_ses().circuito) == (1, Circuito.FECHADO)


def test_one_failure_in_silence_opens_it(carteiro: Carteiro) -> None:
    (entrega,) = distribuicao.esperam(["SES"], Canal.CORREIO)
    distribuicao.falhar(entrega, durou_s=10)
    assert da_ses().circuito is Circuito.ABERTO


def test_a_refusal_for_good_is_an_answer(carteiro: Carteiro) -> None:
    for entrega in distribuicao.esperam(["SES"] * 4, Canal.CORREIO):
        distribuicao.falhar(entrega, distribuicao.RECUSADA)
    assert da_ses().circuito is Circuito.FECHADO


def test_open_nothing_is_tried_nor_called_and_what_waits_keeps_its_tries(carteiro: Carteiro, app: Flask) -> None:
    esperam, _ = aberto()
    app.extensions["redis"].flushdb()
    with no_instante(agora() + timedelta(seconds=30)):
        for entrega in esperam:
            turno.atender(entrega.id)
        assert vez.chamar() == 0
    assert carteiro.levadas == []
    assert (esperam[3].estado, esperam[3].tentativas) == (EstadoSaida.NA_FILA, 0)


def test_the_failed_one_is_not_due_before_the_channel_is(carteiro: Carteiro) -> None:
    esperam, circuito = aberto()
    assert circuito.aberto_ate is not None
    assert esperam[2].proxima_em == circuito.aberto_ate  # its own pause would be ten seconds
    job = fila.fila(Fila.ENTREGAS).scheduled_job_registry.get_scheduled_time(esperam[2].job_id)
    assert abs((job - circuito.aberto_ate).total_seconds()) < 1


def test_half_open_one_tries_and_its_arrival_closes_and_calls_the_others(carteiro: Carteiro, app: Flask) -> None:
    esperam, circuito = aberto()
    assert circuito.aberto_ate is not None
    carteiro.falha = None
    with no_instante(circuito.aberto_ate + timedelta(seconds=1)):
        assert circuito.circuito is Circuito.MEIO_ABERTO
        app.extensions["redis"].flushdb()
        assert vez.chamar() == 1
        turno.atender(esperam[3].id)
        assert da_ses().circuito is Circuito.FECHADO
        assert (da_ses().falhas, da_ses().aberto_em, da_ses().erro) == (0, None, None)
        assert len(fila.fila(Fila.ENTREGAS).job_ids) == 2  # the sweep's, and the next of the channel


def test_half_open_a_failure_opens_it_again_for_longer(carteiro: Carteiro) -> None:
    esperam, circuito = aberto()
    desde, ate = circuito.aberto_em, circuito.aberto_ate
    assert desde is not None
    assert ate is not None
    assert 60 * 0.8 <= (ate - desde).total_seconds() <= 60 * 1.2 + 1
    with no_instante(ate + timedelta(seconds=1)):
        turno.atender(esperam[3].id)
        # The first whose turn it was tried in vain, and that was all.
        assert len(carteiro.levadas) == 1
        assert da_ses().circuito is Circuito.ABERTO
        assert da_ses().aberto_em == desde
        assert da_ses().aberto_ate is not None
        assert 300 * 0.8 <= (da_ses().aberto_ate - agora()).total_seconds() <= 300 * 1.2  # type: ignore[operator]


def test_another_agency_and_the_inbox_of_the_same_one_are_not_concerned(carteiro: Carteiro) -> None:
    aberto()
    carteiro.falha = None
    (interna,) = distribuicao.esperam(["SES"])
    (alheia,) = distribuicao.esperam(["SEE"], Canal.CORREIO)
    turno.atender(interna.id)
    turno.atender(alheia.id)
    assert interna.estado is alheia.estado is EstadoSaida.ENTREGUE


def test_a_person_closes_it_and_what_failed_is_due_at_once(carteiro: Carteiro, app: Flask) -> None:
    esperam, circuito = aberto()
    carla = contas.coordenadora()
    with pytest.raises(Conflito):
        disjuntor.fechar(circuito.id, por=carla, versao=circuito.versao - 1)
    app.extensions["redis"].flushdb()
    disjuntor.fechar(circuito.id, por=carla, versao=circuito.versao)
    assert da_ses().circuito is Circuito.FECHADO
    assert len(fila.fila(Fila.ENTREGAS).job_ids) == 1
    db.session().refresh(esperam[0])
    assert esperam[0].proxima_em <= agora()
    with pytest.raises(AcaoIndevida, match="já está fechado"):
        disjuntor.fechar(circuito.id, por=carla, versao=circuito.versao)


def test_a_triager_may_not_close_it(carteiro: Carteiro) -> None:
    _, circuito = aberto()
    with pytest.raises(NaoEncontrado):
        disjuntor.fechar(circuito.id, por=contas.triador(), versao=circuito.versao)
    assert circuito.circuito is Circuito.ABERTO
