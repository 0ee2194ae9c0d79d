"""Registers kept in memory: never older than what this process has committed, nor than `VALE_S` elsewhere."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert

from peticionamento.cadastros.models import Feriado
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import memoria
from peticionamento.comum.db import db, transaction

DIA = date(2026, 12, 24)


def conta() -> bool:
    return calendario_local().motivo_de_nao_contar(DIA) is None


def por_fora() -> None:
    """As another process would: nobody here hears of it."""
    db.session().connection().execute(insert(Feriado).values(dia=DIA, nome="Véspera"))


def test_it_is_read_once(app: Flask) -> None:
    memoria.esquecer()
    assert conta()
    por_fora()
    assert conta()
    memoria.esquecer()
    assert not conta()


def test_a_change_is_seen_as_soon_as_it_is_made_and_after_it_is_committed(app: Flask) -> None:
    memoria.esquecer()
    assert conta()
    with transaction() as session:
        session.add(Feriado(dia=DIA, nome="Véspera"))
        session.flush()
        assert not conta()
    assert not conta()


def test_a_change_that_is_undone_was_never_there(app: Flask) -> None:
    memoria.esquecer()
    with pytest.raises(KeyError), transaction() as session:
        session.add(Feriado(dia=DIA, nome="Véspera"))
        session.flush()
        assert not conta()
        raise KeyError
    assert conta()


def test_what_others_change_is_seen_after_a_while(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    agora = 1000.0
    monkeypatch.setitem(app.extensions, "memoria", memoria.TTLCache(maxsize=8, ttl=memoria.VALE_S, timer=lambda: agora))
    assert conta()
    por_fora()
    agora += memoria.VALE_S - 1
    assert conta()
    agora += 2
    assert not conta()
