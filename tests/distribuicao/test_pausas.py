"""Pauses: of a channel, of an agency, of both; what waits stays on the queue, and goes on when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from peticionamento.comum import fila
from peticionamento.comum.erros import AcaoIndevida, NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.fila import Fila
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import pausas, turno, vez
from peticionamento.distribuicao.canais import CARTEIROS
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.models_painel import Pausa
from tests.factories import cadastros, contas, distribuicao

MOTIVO = "Mudança de unidade até o meio-dia."


class Carteiro:
    """Takes everything."""

    def entregar(self, _entrega: Entrega) -> Falha | None:
        """As a channel does."""
        return None


@pytest.fixture(autouse=True)
def carteiro(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CARTEIROS, Canal.CORREIO, Carteiro())
    distribuicao.com_email("SES", "SEE")


@pytest.fixture
def carla(app: Flask) -> Pessoa:
    return contas.coordenadora("Carla")


def pausar(por: Pessoa, canal: Canal | None = None, sigla: str | None = None, *, minutos: int | None = None) -> Pausa:
    fim_em = agora() + timedelta(minutes=minutos) if minutos else None
    orgao_id = cadastros.orgao(sigla).id if sigla else None
    return pausas.pausar(canal, orgao_id, MOTIVO, fim_em=fim_em, por=por, agora=agora())


def andam() -> set[tuple[str, Canal]]:
    """Which deliveries arrive, of one for each agency and channel."""
    esperam = [
        *distribuicao.esperam(["SES", "SEE"]),
        *distribuicao.esperam(["SES", "SEE"], Canal.CORREIO),
    ]
    for entrega in esperam:
        turno.atender(entrega.id)
    paradas = [e for e in esperam if e.estado is not EstadoSaida.ENTREGUE]
    assert all((e.estado, e.tentativas) == (EstadoSaida.NA_FILA, 0) for e in paradas)
    return {(e.encaminhamento.orgao.sigla, e.canal) for e in esperam if e.estado is EstadoSaida.ENTREGUE}


TUDO = {(sigla, canal) for sigla in ("SES", "SEE") for canal in (Canal.INTERNO, Canal.CORREIO)}


@pytest.mark.parametrize(
    ("canal", "sigla", "param"),
    [
        (Canal.CORREIO, None, {("SES", Canal.CORREIO), ("SEE", Canal.CORREIO)}),
        (None, "SES", {("SES", Canal.INTERNO), ("SES", Canal.CORREIO)}),
        (Canal.INTERNO, "SEE", {("SEE", Canal.INTERNO)}),
    ],
)
def test_what_is_paused_stays_on_the_queue_and_the_rest_goes_on(
    carla: Pessoa, canal: Canal | None, sigla: str | None, param: set[tuple[str, Canal]]
) -> None:
    pausar(carla, canal, sigla)
    assert andam() == TUDO - param


def test_the_end_of_a_pause_calls_what_waited(app: Flask, carla: Pessoa) -> None:
    pausa = pausar(carla, None, "SES")
    esperam = distribuicao.esperam(["SES", "SES"])
    for entrega in esperam:
        turno.atender(entrega.id)
    app.extensions["redis"].flushdb()
    assert vez.chamar() == 0
    pausas.retomar(pausa.id, por=carla, agora=agora())
    assert fila.fila(Fila.ENTREGAS).job_ids == [e.job_id for e in esperam]
    turno.atender(esperam[0].id)
    assert {e.estado for e in esperam} == {EstadoSaida.ENTREGUE}


def test_a_pause_with_an_end_ends_by_itself(carla: Pessoa) -> None:
    pausar(carla, None, "SES", minutos=30)
    (entrega,) = distribuicao.esperam(["SES"])
    turno.atender(entrega.id)
    assert entrega.estado is EstadoSaida.NA_FILA
    with no_instante(agora() + timedelta(minutes=31)):
        assert pausas.vivas(agora()) == []
        assert [p.motivo for p in pausas.encerradas(agora())] == [MOTIVO]
        assert vez.perdidas()
        turno.atender(entrega.id)
        assert entrega.estado is EstadoSaida.ENTREGUE
        pausar(carla, None, "SES")  # the ended one does not stand in the way
        assert len(pausas.vivas(agora())) == 1


def test_the_same_is_not_paused_twice_and_no_end_comes_twice(carla: Pessoa) -> None:
    pausa = pausar(carla, Canal.CORREIO)
    with pytest.raises(AcaoIndevida, match=r"Já está em pausa, por Carla: “Mudança de unidade"):
        pausar(carla, Canal.CORREIO)
    pausar(carla, Canal.CORREIO, "SES")
    pausas.retomar(pausa.id, por=carla, agora=agora())
    with pytest.raises(AcaoIndevida, match="já tinha acabado"):
        pausas.retomar(pausa.id, por=carla, agora=agora())


def test_a_pause_needs_a_reason_something_to_pause_and_an_end_to_come(carla: Pessoa) -> None:
    with pytest.raises(Recusa, match="Diga o motivo"):
        pausas.pausar(Canal.CORREIO, None, " ", fim_em=None, por=carla, agora=agora())
    with pytest.raises(Recusa, match="no máximo 500"):
        pausas.pausar(Canal.CORREIO, None, "x" * 501, fim_em=None, por=carla, agora=agora())
    with pytest.raises(Recusa, match="Escolha um canal, um órgão"):
        pausas.pausar(None, None, MOTIVO, fim_em=None, por=carla, agora=agora())
    with pytest.raises(Recusa, match="no futuro"):
        pausas.pausar(Canal.CORREIO, None, MOTIVO, fim_em=agora(), por=carla, agora=agora())
    with pytest.raises(Recusa, match="da lista"):
        pausas.pausar(None, 999_999, MOTIVO, fim_em=None, por=carla, agora=agora())
    assert pausas.vivas(agora()) == []


def test_a_triager_neither_pauses_nor_resumes(carla: Pessoa) -> None:
    triador = contas.triador()
    with pytest.raises(SemPermissao):
        pausar(triador, Canal.CORREIO)
    pausa = pausar(carla, Canal.CORREIO)
    with pytest.raises(NaoEncontrado):
        pausas.retomar(pausa.id, por=triador, agora=agora())


def test_a_pause_is_said_in_words(carla: Pessoa) -> None:
    feitas = [pausar(carla, Canal.CORREIO), pausar(carla, Canal.CORREIO, "SES"), pausar(carla, None, "SEE")]
    assert [pausas.o_que(p) for p in feitas] == ["E-mail", "E-mail na SES", "Tudo na SEE"]
    ses = cadastros.orgao("SES").id
    assert pausas.segura(pausas.vivas(agora()), ses, Canal.CORREIO) is not None
    assert pausas.segura(pausas.vivas(agora()), ses, Canal.INTERNO) is None
