"""Instants and days: Brasília's clock decides, and dates are said as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from peticionamento.comum import tempo

INSTANTE = datetime(2026, 11, 26, 2, 59, tzinfo=UTC)
"""23h59 of the 25th in Brasília."""


def test_the_day_ends_at_midnight_in_brasilia() -> None:
    assert tempo.hoje(INSTANTE) == date(2026, 11, 25)
    assert tempo.hoje(INSTANTE + timedelta(minutes=1)) == date(2026, 11, 26)


def test_the_clock_can_be_held_and_is_let_go() -> None:
    with tempo.no_instante(INSTANTE):
        assert tempo.agora() == INSTANTE
        assert tempo.hoje() == date(2026, 11, 25)
    assert tempo.agora() > datetime(2026, 1, 1, tzinfo=UTC)
    assert tempo.agora().utcoffset() == timedelta(0)


def test_hours_and_dates_in_portuguese() -> None:
    assert tempo.hora(datetime(2026, 11, 26, 12, 5, tzinfo=UTC)) == "9h05"
    assert tempo.dia_por_extenso(date(2026, 11, 26)) == "quinta-feira, 26 de novembro de 2026"
    assert tempo.data_hora_oficial(INSTANTE) == "25/11/2026 23:59:00"
    with tempo.no_instante(INSTANTE):
        assert tempo.dia_curto(date(2026, 3, 1)) == "1 mar"
        assert tempo.dia_curto(date(2025, 3, 1)) == "1 mar 2025"
        assert tempo.data_hora(INSTANTE) == "25 nov, 23h59"


@pytest.mark.parametrize(
    ("segundos", "frase"),
    [
        (0.4, "0,4 s"),
        (41, "41 s"),
        (180, "3 min"),
        (3599, "59 min"),
        (7200, "2 h"),
        (86_400, "1 dia"),
        (5 * 86_400, "5 dias"),
    ],
)
def test_lengths_of_time_in_one_unit(segundos: float, frase: str) -> None:
    assert tempo.duracao(segundos) == frase


def test_how_long_ago_never_goes_below_now() -> None:
    assert tempo.ha_quanto(INSTANTE, INSTANTE + timedelta(minutes=3)) == "há 3 min"
    assert tempo.ha_quanto(INSTANTE, INSTANTE - timedelta(minutes=3)) == "há 0,0 s"
