"""The outbox: one worker a row, leases with an end, growing pauses, nothing lost. Notices stand for any row of it."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import fila, saida
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import transaction
from peticionamento.comum.fila import Fila
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.comum.tempo import agora, no_instante

REDE = Falha("o servidor de e-mail não respondeu.", "TimeoutError: timed out")


def um_aviso() -> Aviso:
    with transaction() as session:
        aviso = Aviso(estado=EstadoSaida.NA_FILA, para="ana@teste.invalid", assunto="x", texto="x", html="x")
        session.add(aviso)
        session.flush()
        saida.por_na_fila(aviso)
    return aviso


def falhar(aviso: Aviso, falha: Falha = REDE) -> datetime:
    """One try that fails, at the instant it is due, which is returned."""
    instante = max(agora(), aviso.proxima_em)
    with no_instante(instante):
        reservado = saida.reservar(Aviso, aviso.id)
        assert reservado is not None
        with transaction():
            linha = saida.travar_reservada(Aviso, aviso.id, reservado[1])
            assert linha is not None
            saida.falhou(linha, falha)
    return instante


def entregar(aviso: Aviso, reserva: str) -> bool:
    """Report that it went out; False when the lease was lost."""
    with transaction():
        linha = saida.travar_reservada(Aviso, aviso.id, reserva)
        if linha is None:
            return False
        saida.entregue(linha)
        return True


def test_a_row_in_somebodys_hands_is_nobody_elses(app: Flask) -> None:
    aviso = um_aviso()
    reservado = saida.reservar(Aviso, aviso.id)
    assert reservado is not None
    assert reservado[0] is aviso
    assert aviso.em_entrega
    assert saida.reservar(Aviso, aviso.id) is None


def test_a_lease_ends_and_then_its_report_is_refused(app: Flask) -> None:
    aviso = um_aviso()
    primeiro = saida.reservar(Aviso, aviso.id)
    assert primeiro is not None
    with no_instante(agora() + timedelta(seconds=61)):
        assert not aviso.em_entrega
        segundo = saida.reservar(Aviso, aviso.id)
        assert segundo is not None
        assert segundo[1] != primeiro[1]
        assert not entregar(aviso, primeiro[1])
        assert aviso.estado is EstadoSaida.NA_FILA
        assert entregar(aviso, segundo[1])
    assert not entregar(aviso, segundo[1])
    assert (aviso.estado, aviso.tentativas) == (EstadoSaida.ENTREGUE, 1)


@pytest.mark.comprometido
def test_nobody_waits_for_a_row_that_another_is_looking_at(app: Flask) -> None:
    aviso_id = um_aviso().id
    travada, solta = threading.Event(), threading.Event()

    def olhar() -> None:
        with app.app_context(), transaction() as session:
            session.execute(select(Aviso.id).where(Aviso.id == aviso_id).with_for_update())
            travada.set()
            solta.wait(10)

    fio = threading.Thread(target=olhar)
    fio.start()
    assert travada.wait(10)
    antes = time.monotonic()
    assert saida.reservar(Aviso, aviso_id) is None
    assert time.monotonic() - antes < 2
    solta.set()
    fio.join()
    assert saida.reservar(Aviso, aviso_id) is not None


@pytest.mark.comprometido
def test_of_many_workers_at_once_one_gets_the_row(app: Flask) -> None:
    aviso_id = um_aviso().id
    barreira, reservas = threading.Barrier(6), []

    def reservar() -> None:
        with app.app_context():
            barreira.wait(10)
            if (reservado := saida.reservar(Aviso, aviso_id)) is not None:
                reservas.append(reservado[1])

    fios = [threading.Thread(target=reservar) for _ in range(6)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    assert len(reservas) == 1


def test_there_is_nothing_to_do_for_a_row_done_waiting_early_or_gone(app: Flask) -> None:
    aviso = um_aviso()
    with transaction():
        aviso.proxima_em = agora() + timedelta(seconds=5)
    assert saida.reservar(Aviso, aviso.id) is None
    falhar(aviso, Falha("o endereço não existe", adianta_tentar=False))
    assert saida.reservar(Aviso, aviso.id) is None
    entregue = um_aviso()
    reservado = saida.reservar(Aviso, entregue.id)
    assert reservado is not None
    entregar(entregue, reservado[1])
    assert saida.reservar(Aviso, entregue.id) is None
    assert saida.reservar(Aviso, 999_999) is None


@pytest.mark.config(pausas_s=(10, 60, 300))
def test_pauses_grow_and_after_the_last_a_person_is_waited_for(app: Flask) -> None:
    aviso = um_aviso()
    for vez, pausa in enumerate((10, 60, 300), 1):
        quando = falhar(aviso)
        assert (aviso.estado, aviso.tentativas) == (EstadoSaida.FALHOU, vez)
        assert (aviso.erro, aviso.erro_tecnico) == (REDE.causa, REDE.tecnico)
        assert (aviso.reserva, aviso.reservada_ate) == (None, None)
        marcada = fila.fila(Fila.AVISOS).scheduled_job_registry.get_scheduled_time(aviso.job_id)
        assert abs((marcada - aviso.proxima_em).total_seconds()) < 1
        assert pausa * 0.8 <= (aviso.proxima_em - quando).total_seconds() <= pausa * 1.2
    falhar(aviso)
    assert (aviso.estado, aviso.tentativas) == (EstadoSaida.AGUARDA_PESSOA, 4)
    assert fila.fila(Fila.AVISOS).fetch_job(aviso.job_id) is None


def test_what_failed_together_is_not_tried_again_together(app: Flask) -> None:
    falhados = [um_aviso() for _ in range(8)]
    with no_instante(agora()):
        for aviso in falhados:
            falhar(aviso)
    assert len({aviso.proxima_em for aviso in falhados}) > 4


def test_a_refusal_for_good_is_not_tried_again(app: Flask) -> None:
    aviso = um_aviso()
    falhar(aviso, Falha("o endereço não existe", "550", adianta_tentar=False))
    assert (aviso.estado, aviso.tentativas) == (EstadoSaida.AGUARDA_PESSOA, 1)


def test_the_sweep_asks_again_for_what_lost_its_job(app: Flask) -> None:
    avisos = [um_aviso() for _ in range(3)]
    assert saida.varrer(Aviso) == 0  # their jobs are alive
    app.extensions["redis"].flushdb()
    assert saida.varrer(Aviso) == 3
    assert fila.fila(Fila.AVISOS).job_ids == [aviso.job_id for aviso in avisos]
    assert saida.varrer(Aviso) == 0


def test_the_sweep_leaves_alone_what_is_held_early_or_done(app: Flask) -> None:
    em_maos, cedo, feito = um_aviso(), um_aviso(), um_aviso()
    assert saida.reservar(Aviso, em_maos.id) is not None
    falhar(cedo)
    reservado = saida.reservar(Aviso, feito.id)
    assert reservado is not None
    entregar(feito, reservado[1])
    app.extensions["redis"].flushdb()
    assert saida.varrer(Aviso) == 0
    with no_instante(agora() + timedelta(seconds=61)):
        assert saida.varrer(Aviso) == 2


def test_a_row_survives_a_queue_that_is_down(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    redis = app.extensions["redis"]
    app.extensions["redis"] = fila.ligar("redis://127.0.0.1:1/0")
    aviso = um_aviso()
    assert "left for the sweep" in caplog.text
    app.extensions["redis"] = redis
    assert fila.fila(Fila.AVISOS).job_ids == []
    assert saida.varrer(Aviso) == 1
    assert fila.fila(Fila.AVISOS).job_ids == [aviso.job_id]
