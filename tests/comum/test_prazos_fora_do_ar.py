"""On which days an outage keeps a term from ending: the judiciary's rule, by the clock of Brasília."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peticionamento.comum.prazos import Intervalo, Prazo, calendario, contar, dias_fora_do_ar
from peticionamento.comum.tempo import BRASILIA

MG = calendario()
DIA = date(2026, 11, 25)


def fora(de: str, ate: str, dia: date = DIA) -> Intervalo:
    def instante(hora: str) -> datetime:
        horas, minutos = map(int, hora.split("h"))
        return datetime(dia.year, dia.month, dia.day, tzinfo=BRASILIA) + timedelta(hours=horas, minutes=minutos)

    return Intervalo(instante(de), instante(ate), "queda")


@pytest.mark.parametrize(
    ("quando", "impede"),
    [
        ([fora("10h00", "11h00")], False),  # 60 minutes are tolerated
        ([fora("10h00", "11h01")], True),
        ([fora("10h00", "10h31"), fora("15h00", "15h30")], True),  # in all, not in a row
        ([fora("10h00", "10h40"), fora("10h20", "10h50")], False),  # what two share is counted once
        ([fora("0h00", "6h00")], False),
        ([fora("5h00", "7h00")], False),  # only one hour of it after six
        ([fora("5h00", "7h01")], True),
        ([fora("22h30", "23h00")], False),
        ([fora("23h10", "23h11")], True),  # the last hour forgives nothing
        ([fora("22h59", "23h01")], True),
    ],
)
def test_more_than_an_hour_of_the_day_or_any_of_its_last(quando: list[Intervalo], impede: bool) -> None:
    assert (DIA in dias_fora_do_ar(quando)) is impede


def test_an_outage_of_days_keeps_each_of_them_by_its_own_hours() -> None:
    longa = Intervalo(
        datetime(2026, 11, 23, 23, 30, tzinfo=BRASILIA), datetime(2026, 11, 25, 6, 30, tzinfo=BRASILIA), "incêndio"
    )
    assert dias_fora_do_ar([longa]) == {
        date(2026, 11, 23): "o sistema ficou fora do ar (23h30 a 24h00: incêndio)",
        date(2026, 11, 24): "o sistema ficou fora do ar (0h00 a 24h00: incêndio)",
    }


def test_a_term_that_ends_on_such_a_day_passes_on_and_a_running_one_does_not_change() -> None:
    dias = dias_fora_do_ar([fora("10h00", "12h00"), fora("23h00", "23h05", date(2026, 11, 26))])
    assert contar(Prazo(date(2026, 11, 24), 1), MG, dias).vence == date(2026, 11, 27)  # both days
    assert contar(Prazo(date(2026, 11, 24), 3), MG, dias).vence == date(2026, 11, 27)  # as without them
    sexta = dias_fora_do_ar([fora("10h00", "12h00", date(2026, 11, 27))])
    assert contar(Prazo(date(2026, 11, 26), 1), MG, sexta).vence == date(2026, 11, 30)  # over the weekend


@pytest.mark.parametrize("dia", [date(2018, 11, 4), date(2019, 2, 16)])
def test_hours_are_real_hours_on_the_days_the_clock_jumps(dia: date) -> None:
    """In 2018 midnight of 4 November was 1h; on 16 February 2019 the hour from 23h to 24h came twice."""
    seis = datetime(dia.year, dia.month, dia.day, 6, tzinfo=BRASILIA).astimezone(UTC)
    assert dias_fora_do_ar([Intervalo(seis, seis + timedelta(minutes=60), "x")]) == {}
    assert dia in dias_fora_do_ar([Intervalo(seis, seis + timedelta(minutes=61), "x")])


def test_the_hour_that_came_twice_is_the_last_hour_both_times() -> None:
    primeira = datetime(2019, 2, 17, 1, 10, tzinfo=UTC)  # 23h10 in summer time
    for inicio in (primeira, primeira + timedelta(hours=1)):
        assert list(dias_fora_do_ar([Intervalo(inicio, inicio + timedelta(minutes=1), "x")])) == [date(2019, 2, 16)]


minutos = st.integers(0, 24 * 60 * 3)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(minutos, st.integers(1, 200)), min_size=1, max_size=4))
def test_it_is_what_counting_minute_by_minute_gives(quedas: list[tuple[int, int]]) -> None:
    zero = datetime(2018, 11, 2, tzinfo=BRASILIA).astimezone(UTC)  # over the jump of 4 November
    intervalos = [Intervalo(zero + timedelta(minutes=de), zero + timedelta(minutes=de + n), "x") for de, n in quedas]
    parados: dict[date, list[int]] = {}
    for m in {m for de, n in quedas for m in range(de, de + n)}:
        local = (zero + timedelta(minutes=m)).astimezone(BRASILIA)
        parados.setdefault(local.date(), []).append(local.hour)
    esperados = {
        dia
        for dia, horas in parados.items()
        if sum(6 <= hora < 23 for hora in horas) > 60 or any(hora == 23 for hora in horas)
    }
    assert set(dias_fora_do_ar(intervalos)) == esperados
