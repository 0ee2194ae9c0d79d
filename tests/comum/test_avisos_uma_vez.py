"""No mail twice: whoever takes a notice, however many at once, its addressee gets one."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import avisos, correio, fila, jobs, saida
from peticionamento.comum.avisos import Aviso, avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.fila import Fila
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora, no_instante
from tests.fixtures.correio import Modo, ServidorSMTP

QUANTOS = 6


@pytest.fixture
def servidor(app: Flask, servidor_smtp: ServidorSMTP) -> ServidorSMTP:
    """A mail server, and the application told of it."""
    app.config["PETICIONAMENTO"] = replace(app.config["PETICIONAMENTO"], smtp_url=servidor_smtp.url)
    return servidor_smtp


def escrever(quantos: int = 1) -> list[int]:
    with transaction():
        escritos = [
            avisar(
                f"p{n}@teste.invalid", "contas/senha_trocada", pessoa="Ana", por="por você", saiu="", em="hoje"
            )
            for n in range(quantos)
        ]  # fmt: skip
    return [escrito.id for escrito in escritos]


@pytest.mark.comprometido
def test_of_many_workers_at_once_one_sends_it(app: Flask, servidor: ServidorSMTP) -> None:
    ids = escrever(QUANTOS)
    barreira = threading.Barrier(4)

    def trabalhar() -> None:
        with app.app_context():
            for aviso_id in ids:
                barreira.wait(20)
                avisos.enviar(aviso_id)

    fios = [threading.Thread(target=trabalhar) for _ in range(4)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    assert len(servidor.ids) == len(set(servidor.ids)) == QUANTOS
    assert set(db.session().execute(select(Aviso.estado)).scalars()) == {EstadoSaida.ENTREGUE}


@pytest.mark.comprometido
def test_another_worker_leaves_alone_what_is_being_sent(app: Flask, servidor: ServidorSMTP) -> None:
    (aviso_id,) = escrever()
    servidor.modo = Modo.TRAVAR

    def trabalhar() -> None:
        with app.app_context():
            avisos.enviar(aviso_id)

    primeiro = threading.Thread(target=trabalhar)
    primeiro.start()
    assert servidor.travado.wait(10)
    trabalhar()  # comes back at once: the row is in the first one's hands
    assert jobs.varrer_avisos() == 0
    servidor.modo = Modo.ACEITAR
    primeiro.join(10)
    assert servidor.ids == [f"<{db.session().get_one(Aviso, aviso_id).chave}@127.0.0.1>"]


def test_the_sweep_makes_no_second_job_and_none_for_what_is_done(app: Flask, servidor: ServidorSMTP) -> None:
    (aviso_id,) = escrever()
    assert len(fila.fila(Fila.AVISOS).job_ids) == 1
    assert jobs.varrer_avisos() == 0
    avisos.enviar(aviso_id)
    fila.fila(Fila.AVISOS).empty()
    with no_instante(agora() + timedelta(days=2)):
        assert jobs.varrer_avisos() == 0


def test_killed_between_the_servers_yes_and_our_word_is_the_only_case_and_carries_the_same_id(
    app: Flask, servidor: ServidorSMTP
) -> None:
    (aviso_id,) = escrever()
    reservado = saida.reservar(Aviso, aviso_id)
    assert reservado is not None
    aviso = reservado[0]
    assert correio.enviar(aviso.para, aviso.carta(), chave=aviso.chave) is None  # and there the worker died
    with no_instante(agora() + timedelta(seconds=61)):
        avisos.enviar(aviso_id)
        avisos.enviar(aviso_id)
    assert servidor.ids == [f"<{aviso.chave}@127.0.0.1>"] * 2  # which a mail program shows as one


def test_a_report_that_comes_late_changes_nothing(app: Flask, servidor: ServidorSMTP) -> None:
    (aviso_id,) = escrever()
    reservado = saida.reservar(Aviso, aviso_id)
    assert reservado is not None
    with no_instante(agora() + timedelta(seconds=61)):
        avisos.enviar(aviso_id)
        with transaction():
            assert saida.travar_reservada(Aviso, aviso_id, reservado[1]) is None
    assert db.session().get_one(Aviso, aviso_id).tentativas == 1
