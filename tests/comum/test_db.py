"""`transaction()`: one use case, one commit; what follows it follows it."""

from __future__ import annotations

import logging
import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from peticionamento.cadastros.models import Feriado
from peticionamento.comum import db as banco
from peticionamento.comum.db import db, depois_do_commit, soltar_conexao, transaction, travar
from peticionamento.comum.erros import NaoEncontrado

NATAL = date(2026, 12, 24)


def feriado(dia: date = NATAL, nome: str = "Véspera de Natal") -> Feriado:
    return Feriado(dia=dia, nome=nome)


def nomes() -> list[str]:
    return list(db.session().execute(select(Feriado.nome).order_by(Feriado.dia)).scalars())


def test_the_outermost_commits_and_the_inner_ones_join(app: Flask) -> None:
    with pytest.raises(KeyError), transaction() as fora:
        with transaction() as dentro:
            assert dentro is fora
            dentro.add(feriado())
        raise KeyError
    assert nomes() == []
    with transaction(), transaction() as session:
        session.add(feriado())
    db.session.rollback()
    assert nomes() == ["Véspera de Natal"]


def test_a_transaction_that_failed_leaves_the_next_one_in_peace(app: Flask) -> None:
    with pytest.raises(KeyError), transaction():
        depois_do_commit(lambda: pytest.fail("it was rolled back"))
        raise KeyError
    feitas: list[str] = []
    with transaction():
        depois_do_commit(lambda: feitas.append("b"))
    assert feitas == ["b"]


def test_what_follows_the_commit_sees_it_and_its_failure_is_only_logged(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    vistas: list[list[str]] = []

    def falhar() -> None:
        raise ConnectionError("the queue is down")

    with caplog.at_level(logging.WARNING), transaction() as session:
        session.add(feriado())
        depois_do_commit(falhar)
        depois_do_commit(lambda: vistas.append(nomes()))
        assert vistas == []
    assert vistas == [["Véspera de Natal"]]
    assert "left for the sweep" in caplog.text


def test_what_would_follow_can_be_dropped(app: Flask) -> None:
    feitas: list[str] = []
    with transaction():
        depois_do_commit(lambda: feitas.append("dropped"))
        banco.esquecer_depois()
        depois_do_commit(lambda: feitas.append("kept"))
    assert feitas == ["kept"]


def test_nothing_waits_for_the_network_inside_a_transaction(app: Flask) -> None:
    soltar_conexao()
    with transaction(), pytest.raises(RuntimeError, match="the network waits for the commit"):
        soltar_conexao()


@pytest.mark.comprometido
def test_a_locked_row_comes_with_its_current_values(app: Flask) -> None:
    with transaction() as session:
        linha = feriado()
        session.add(linha)
    lida = db.session().get_one(Feriado, linha.id)
    assert lida.nome == "Véspera de Natal"

    def mudar() -> None:
        with app.app_context(), transaction() as session:
            session.execute(update(Feriado).values(nome="Outro nome"))

    fio = threading.Thread(target=mudar)
    fio.start()
    fio.join()
    assert lida.nome == "Véspera de Natal"
    with transaction():
        assert travar(Feriado, linha.id).nome == "Outro nome"


def test_locking_what_is_not_there_finds_nothing(app: Flask) -> None:
    with pytest.raises(NaoEncontrado), transaction():
        travar(Feriado, 999)
