"""Signals: few, each with the listeners named here, which lock or write rows and nothing else."""

from __future__ import annotations

from importlib import import_module
from types import FunctionType

import pytest
from blinker import ANY, Signal
from flask import Flask
from sqlalchemy import select

from peticionamento import ROOMS
from peticionamento.comum import fila
from peticionamento.comum.db import db
from peticionamento.comum.saida import EstadoSaida
from peticionamento.distribuicao.models import Entrega
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import cadastros, triagem

OUVINTES = {
    "peticoes.protocolada": ["triagem.abrir_demanda"],
    "peticoes.mudando": ["triagem.travar_demanda"],
    "peticoes.juntada": ["triagem.anotar_juntada"],
    "peticoes.respondida_diligencia": ["triagem.esclarecer"],
    "peticoes.reaberta": ["triagem.reabrir"],
    "peticoes.reiterada": ["triagem.repontuar_reiterada"],
    "triagem.encaminhada": ["distribuicao.preparar_entregas"],
    "triagem.desfazendo": ["distribuicao.cancelar_entregas"],
    "triagem.prosseguida": ["atendimento.responder_se_pronta"],
    "distribuicao.convidando": ["atendimento.preparar_convite"],
}
ORDEM = [sala.bp.name for sala in ROOMS]


def sinais() -> dict[str, Signal]:
    """Every signal of every room, by `room.name`."""
    achados = {}
    for sala in ORDEM:
        try:
            modulo = import_module(f"peticionamento.{sala}.signals")
        except ModuleNotFoundError:
            continue
        achados |= {f"{sala}.{nome}": valor for nome, valor in vars(modulo).items() if isinstance(valor, Signal)}
    return achados


def ouvintes(sinal: Signal) -> list[FunctionType]:
    return list(sinal.receivers_for(ANY))


def test_each_signal_is_heard_by_those_named_and_nobody_else() -> None:
    assert {
        nome: [f"{o.__module__.split('.')[1]}.{o.__name__}" for o in ouvintes(sinal)]
        for nome, sinal in sinais().items()
    } == OUVINTES


def test_a_listener_is_in_a_later_room_and_in_its_listeners() -> None:
    for nome, sinal in sinais().items():
        for ouvinte in ouvintes(sinal):
            _, sala, modulo = ouvinte.__module__.split(".")
            assert modulo == "listeners"
            assert ORDEM.index(sala) > ORDEM.index(nome.split(".")[0])


def test_what_they_write_does_not_wait_for_the_queue(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.extensions["redis"] = fila.ligar("redis://127.0.0.1:1/0")
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    demanda = triagem.distribuida(["SES"])
    assert db.session().execute(select(Demanda.estado)).scalars().all() == [EstadoDemanda.DISTRIBUIDA]
    entregas = db.session().execute(select(Entrega)).scalars().all()
    assert {(e.encaminhamento.demanda_id, e.estado) for e in entregas} == {(demanda.id, EstadoSaida.NA_FILA)}
    assert len(entregas) == 2
    assert "left for the sweep" in caplog.text
