"""Deadlines: which days count in Minas Gerais, and what is told about them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peticionamento.comum.prazos import Calendario, Prazo, calendario, em_palavras, explicar

MG = calendario()
LOCAIS = calendario(
    [(date(2026, 2, 16), "Carnaval"), (date(2026, 2, 17), "Carnaval"), (date(2026, 12, 8), "Imaculada")]
)

dias = st.dates(date(2024, 1, 1), date(2031, 12, 31))
calendarios = st.sampled_from([MG, LOCAIS])


@pytest.mark.parametrize(
    ("dia", "motivo"),
    [
        (date(2026, 1, 1), "Confraternização Universal"),
        (date(2026, 4, 3), "Sexta-feira Santa"),
        (date(2026, 4, 21), "Tiradentes"),
        (date(2026, 9, 7), "Independência"),
        (date(2026, 11, 20), "Consciência Negra"),
        (date(2026, 12, 25), "Natal"),
        (date(2026, 11, 28), "sábado"),
        (date(2026, 11, 29), "domingo"),
    ],
)
def test_weekends_and_the_holidays_of_minas_do_not_count(dia: date, motivo: str) -> None:
    assert motivo in (MG.motivo_de_nao_contar(dia) or "")
    assert not MG.e_util(dia)


def test_local_days_do_not_count_where_they_are_registered() -> None:
    carnaval = date(2026, 2, 17)
    assert MG.e_util(carnaval)
    assert LOCAIS.motivo_de_nao_contar(carnaval) == "Carnaval"


def test_the_day_of_the_act_is_left_out_and_the_last_one_counts() -> None:
    quarta = date(2026, 11, 18)
    assert MG.somar(quarta, 1) == date(2026, 11, 19)
    assert MG.somar(quarta, 2) == date(2026, 11, 23)  # over Consciência Negra and the weekend
    assert MG.somar(date(2026, 11, 21), 1) == date(2026, 11, 23)  # begins on a Saturday
    assert MG.somar(quarta, 0) == quarta


@given(calendarios, dias, st.integers(0, 120))
def test_adding_and_counting_agree(calendario: Calendario, inicio: date, quantos: int) -> None:
    assert calendario.entre(inicio, calendario.somar(inicio, quantos)) == quantos


@given(calendarios, dias, st.integers(1, 120))
def test_a_term_ends_on_a_day_that_counts(calendario: Calendario, inicio: date, quantos: int) -> None:
    assert calendario.e_util(calendario.somar(inicio, quantos))


@given(calendarios, dias, st.integers(0, 60), st.integers(0, 60))
def test_two_terms_in_a_row_are_one(calendario: Calendario, inicio: date, um: int, outro: int) -> None:
    assert calendario.somar(calendario.somar(inicio, um), outro) == calendario.somar(inicio, um + outro)


@given(calendarios, st.lists(dias, min_size=3, max_size=3))
def test_counting_splits_anywhere_and_goes_backwards(calendario: Calendario, tres: list[date]) -> None:
    a, b, c = sorted(tres)
    assert calendario.entre(a, c) == calendario.entre(a, b) + calendario.entre(b, c)
    assert calendario.entre(c, a) == -calendario.entre(a, c)


def test_a_due_date_is_explained() -> None:
    linhas = explicar(Prazo(date(2026, 11, 18), 2), MG)
    assert linhas == [
        "Conta a partir do dia seguinte a quarta-feira, 18 de novembro de 2026.",
        "Sábados e domingos não contam.",
        "sexta-feira, 20 de novembro de 2026 não conta: Dia Nacional de Zumbi e da Consciência Negra.",
        "Prazo de 2 dias úteis: vence em segunda-feira, 23 de novembro de 2026, às 23h59.",
    ]


def test_a_term_of_one_day_is_said_in_the_singular() -> None:
    assert explicar(Prazo(date(2026, 11, 18), 1), MG)[-1].startswith("Prazo de 1 dia útil: vence em quinta-feira")


@pytest.mark.parametrize(
    ("vence", "frase"),
    [
        (date(2026, 11, 18), "vence hoje"),
        (date(2026, 11, 19), "vence amanhã"),
        (date(2026, 11, 23), "em 2 dias úteis"),
        (date(2026, 11, 17), "venceu ontem"),
        (date(2026, 11, 10), "há 6 dias úteis"),
    ],
)
def test_a_due_day_in_words(vence: date, frase: str) -> None:
    assert em_palavras(MG, vence, date(2026, 11, 18)) == frase


def test_over_a_weekend_the_words_still_mean_something() -> None:
    sexta = date(2026, 11, 27)
    assert em_palavras(MG, sexta + timedelta(days=3), sexta) == "em 1 dia útil"
    assert em_palavras(MG, sexta, sexta + timedelta(days=2)) == "há 1 dia útil"
