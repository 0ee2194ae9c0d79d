"""Where terms end, against a count of a calendar walked day by day, and on the days the law quarrels about."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peticionamento.comum.prazos import (
    Calendario,
    Parada,
    Prazo,
    Prorrogacao,
    Unidade,
    calendario,
    contar,
    em_dias_uteis,
    explicar,
    mais_meses,
)
from peticionamento.comum.tempo import BRASILIA, hoje

UTEIS, CORRIDOS, MESES = Unidade.DIAS_UTEIS, Unidade.DIAS_CORRIDOS, Unidade.MESES
MG = calendario()
UM = timedelta(days=1)

dias = st.dates(date(2015, 1, 1), date(2031, 12, 31))
locais = st.dictionaries(dias, st.just("local"), max_size=40)
unidades = st.sampled_from([UTEIS, CORRIDOS, MESES])
foras = st.frozensets(dias, max_size=40)


@st.composite
def vizinhos(draw: st.DrawFn, inicio: date, quantos: int = 30) -> dict[date, str]:
    """Registered days close enough to matter."""
    perto = st.integers(0, 120).map(lambda n: inicio + n * UM)
    return draw(st.dictionaries(perto, st.just("local"), max_size=quantos))


@st.composite
def prazos(draw: st.DrawFn) -> tuple[Prazo, Calendario, dict[date, str]]:
    """A term of any unit with stops and extensions, a calendar and outages near it."""
    inicio, unidade = draw(dias), draw(unidades)
    paradas = [
        Parada(inicio + de * UM, inicio + (de + n) * UM, "parou")
        for de, n in draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=3))
    ]
    mais = [
        Prorrogacao(n, de_que, "mais")
        for n, de_que in draw(st.lists(st.tuples(st.integers(1, 12), unidades), max_size=2))
    ]
    quantidade = draw(st.integers(1, 6 if unidade is MESES else 60))
    prazo = Prazo(inicio, quantidade, unidade, None, tuple(paradas), tuple(mais))
    fora = dict.fromkeys(draw(vizinhos(inicio)), "fora")
    return prazo, Calendario(draw(vizinhos(inicio))), fora


def conta(calendario: Calendario, dia: date) -> bool:
    return calendario.motivo_de_nao_contar(dia) is None


def depois_de(dia: date, meses: int) -> date:
    """The day of the same number, month by month by hand."""
    ano, mes = dia.year, dia.month
    for _ in range(meses):
        ano, mes = (ano + 1, 1) if mes == 12 else (ano, mes + 1)
    return date(ano, mes, min(dia.day, monthrange(ano, mes)[1]))


def a_pe(prazo: Prazo, calendario: Calendario, fora: dict[date, str]) -> date:
    """The last day, one day after the other."""
    dia, faltam = prazo.inicio, prazo.quantidade
    if prazo.unidade is not UTEIS:
        while not conta(calendario, dia + UM):  # begins on the first business day
            dia += UM
        if prazo.unidade is MESES:
            faltam = (depois_de(dia, prazo.quantidade) - dia).days
    for parada in sorted(prazo.paradas, key=lambda p: (p.de, p.ate)):
        if parada.ate < dia:
            continue
        while dia < parada.de and faltam > 0:
            dia += UM
            faltam -= prazo.unidade is not UTEIS or conta(calendario, dia)
        faltam, dia = max(faltam, 1), parada.ate
    while faltam > 0:
        dia += UM
        faltam -= prazo.unidade is not UTEIS or conta(calendario, dia)
    for mais in prazo.prorrogacoes:
        if mais.unidade is MESES:
            dia = depois_de(dia, mais.quantidade)
            continue
        faltam = mais.quantidade
        while faltam > 0:
            dia += UM
            faltam -= mais.unidade is not UTEIS or conta(calendario, dia)
    while not conta(calendario, dia) or dia in fora:
        dia += UM
    return dia


@settings(max_examples=400, deadline=None)
@given(prazos())
def test_a_term_ends_where_a_calendar_walked_day_by_day_ends_it(
    dado: tuple[Prazo, Calendario, dict[date, str]],
) -> None:
    prazo, calendario, fora = dado
    assert contar(prazo, calendario, fora).vence == a_pe(prazo, calendario, fora)


@settings(max_examples=150, deadline=None)
@given(prazos())
def test_every_term_ends_after_the_act_on_a_day_that_counts_and_says_so(
    dado: tuple[Prazo, Calendario, dict[date, str]],
) -> None:
    prazo, calendario, fora = dado
    contagem = contar(prazo, calendario, fora)
    assert contagem.vence > prazo.inicio
    assert conta(calendario, contagem.vence)
    assert contagem.vence not in fora
    assert "vence em " in explicar(prazo, calendario, fora)[-1]


@settings(max_examples=150, deadline=None)
@given(prazos(), st.integers(1, 120))
def test_one_more_day_in_the_calendar_never_shortens_a_term_of_business_days(
    dado: tuple[Prazo, Calendario, dict[date, str]], n: int
) -> None:
    prazo, calendario, fora = dado
    mais = Calendario({**calendario.locais, prazo.inicio + n * UM: "novo"})
    sem = Prazo(prazo.inicio, prazo.quantidade)
    assert contar(sem, mais, fora).vence >= contar(sem, calendario, fora).vence


@given(dias, st.integers(1, 120))
def test_the_usual_term_is_the_calendars_own_sum(inicio: date, quantos: int) -> None:
    vence = contar(Prazo(inicio, quantos), MG).vence
    assert vence == MG.somar(inicio, quantos)
    assert em_dias_uteis(inicio, vence, MG) == Prazo(inicio, quantos)


@pytest.mark.parametrize(
    ("prazo", "vence", "porque"),
    [
        (Prazo(date(2024, 2, 28), 1), date(2024, 2, 29), "a leap year's day counts"),
        (Prazo(date(2024, 2, 28), 2), date(2024, 3, 1), "and the next is March"),
        (Prazo(date(2026, 12, 30), 2), date(2027, 1, 4), "over the year's end, its holiday and its weekend"),
        (Prazo(date(2026, 11, 20), 1), date(2026, 11, 23), "given on a holiday"),
        (
            Prazo(date(2026, 11, 17), 3, CORRIDOS),
            date(2026, 11, 23),
            "ends on Consciência Negra: the next business day",
        ),
        (Prazo(date(2026, 11, 20), 3, CORRIDOS), date(2026, 11, 25), "begins on Monday, though given on a holiday"),
        (Prazo(date(2026, 11, 18), 30, CORRIDOS), date(2026, 12, 18), "weekends count"),
        (Prazo(date(2026, 10, 14), 1, MESES), date(2026, 11, 16), "ends on Saturday the 14th"),
        (Prazo(date(2026, 8, 31), 1, MESES), date(2026, 9, 30), "a month without a 31st ends on its last day"),
        (Prazo(date(2023, 11, 29), 3, MESES), date(2024, 2, 29), "February of a leap year"),
        (Prazo(date(2024, 11, 29), 3, MESES), date(2025, 3, 3), "begins on Monday the 2nd: to Saturday 1 March"),
        (Prazo(date(2026, 11, 30), 2, MESES), date(2027, 2, 1), "over the year's end; the 30th is a Saturday"),
    ],
)
def test_days_the_law_quarrels_about(prazo: Prazo, vence: date, porque: str) -> None:
    assert contar(prazo, MG).vence == vence, porque


def test_months_add_up_and_keep_their_day_where_there_is_one() -> None:
    assert mais_meses(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert mais_meses(date(2025, 12, 15), 1) == date(2026, 1, 15)
    assert mais_meses(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_a_municipal_holiday_and_one_of_the_state_move_the_end() -> None:
    bh = calendario([(date(2026, 12, 8), "Imaculada Conceição, feriado em Belo Horizonte")])
    prazo = Prazo(date(2026, 12, 7), 1)
    assert (contar(prazo, MG).vence, contar(prazo, bh).vence) == (date(2026, 12, 8), date(2026, 12, 9))
    corridos = Prazo(date(2026, 11, 30), 8, CORRIDOS)
    assert (contar(corridos, MG).vence, contar(corridos, bh).vence) == (date(2026, 12, 8), date(2026, 12, 9))


def test_a_day_somebody_named_moves_only_when_it_is_no_business_day() -> None:
    prazo = Prazo.ate_o_dia(date(2026, 11, 25), date(2026, 12, 9))
    assert contar(prazo, MG).vence == date(2026, 12, 9)
    antes = calendario([(date(2026, 12, 1), "ponto facultativo, X")])
    assert contar(prazo, antes).vence == date(2026, 12, 9)
    no_dia = calendario([(date(2026, 12, 9), "ponto facultativo, X")])
    assert contar(prazo, no_dia).vence == date(2026, 12, 10)
    assert explicar(prazo, no_dia)[1] == "Não termina em quarta-feira, 9 de dezembro de 2026: ponto facultativo, X."


def test_a_stop_gives_back_what_was_left_and_never_less_than_a_day() -> None:
    prazo = Prazo(date(2026, 11, 9), 5)  # to Monday the 16th
    parado = prazo.parado(date(2026, 11, 11), date(2026, 11, 18), "a demanda esperava o autor")
    assert contar(parado, MG).vence == date(2026, 11, 24)  # three were left, over Consciência Negra
    no_ultimo = prazo.parado(date(2026, 11, 16), date(2026, 11, 18), "x")
    vencido = prazo.parado(date(2026, 11, 30), date(2026, 12, 2), "x")
    assert contar(no_ultimo, MG).vence == date(2026, 11, 19)
    assert contar(vencido, MG).vence == date(2026, 12, 3)


def test_the_steps_tell_stops_extensions_skipped_days_and_the_move_of_the_end() -> None:
    prazo = (
        Prazo(date(2026, 11, 9), 5)
        .parado(date(2026, 11, 11), date(2026, 11, 18), "a demanda esperava o autor")
        .prorrogado(2, "a SES pediu mais tempo")
    )
    fora = {date(2026, 11, 26): "o sistema ficou fora do ar (10h00 a 12h00: queda de energia)"}
    assert explicar(prazo, MG, fora) == [
        "Conta a partir do dia seguinte a segunda-feira, 9 de novembro de 2026.",
        "Sábados e domingos não contam.",
        "sexta-feira, 20 de novembro de 2026 não conta: Dia Nacional de Zumbi e da Consciência Negra.",
        "Parado de quinta-feira, 12 de novembro de 2026 a quarta-feira, 18 de novembro de 2026: "
        "a demanda esperava o autor.",
        "Prorrogado por 2 dias úteis: a SES pediu mais tempo.",
        "Em quinta-feira, 26 de novembro de 2026 o sistema ficou fora do ar (10h00 a 12h00: queda de energia): "
        "o prazo não termina nesse dia.",
        "Prazo de 5 dias úteis: vence em sexta-feira, 27 de novembro de 2026, às 23h59.",
    ]


def test_running_days_and_months_tell_where_they_begin_and_what_month_was_short() -> None:
    corridos = explicar(Prazo(date(2026, 11, 20), 3, CORRIDOS), MG)
    assert "Começa no primeiro dia útil: segunda-feira, 23 de novembro de 2026." in corridos
    assert "Todos os dias contam, também sábados, domingos e feriados." in corridos
    meses = explicar(Prazo(date(2026, 8, 31), 1, MESES), MG)
    assert "O mês em que termina não tem dia 31: vale o último dia dele." in meses
    assert meses[-1].startswith("Prazo de 1 mês: vence em quarta-feira, 30 de setembro de 2026")


def test_a_day_that_was_told_and_is_no_longer_what_the_calendar_gives_is_said() -> None:
    linhas = explicar(Prazo(date(2026, 11, 23), 1), MG, vence=date(2026, 11, 25))
    assert linhas[-1] == "O calendário mudou depois; vale o dia já informado: quarta-feira, 25 de novembro de 2026."


@pytest.mark.parametrize(
    ("instante", "dia"),
    [
        (datetime(2018, 11, 4, 2, 59, tzinfo=UTC), date(2018, 11, 3)),  # the last minute before the clock jumps to 1h
        (datetime(2018, 11, 4, 3, 0, tzinfo=UTC), date(2018, 11, 4)),  # midnight, which that night is 1h
        (datetime(2019, 2, 17, 1, 30, tzinfo=UTC), date(2019, 2, 16)),  # 23h30 for the first time
        (datetime(2019, 2, 17, 2, 30, tzinfo=UTC), date(2019, 2, 16)),  # and again, an hour later
        (datetime(2019, 2, 17, 3, 0, tzinfo=UTC), date(2019, 2, 17)),
        (datetime(2020, 11, 1, 2, 59, tzinfo=UTC), date(2020, 10, 31)),  # no summer time any more
    ],
)
def test_an_act_is_of_its_day_in_brasilia_also_when_the_clock_jumps(instante: datetime, dia: date) -> None:
    assert hoje(instante) == dia
    assert contar(Prazo(hoje(instante), 5), MG).vence == MG.somar(dia, 5)


def test_a_day_of_25_hours_is_one_day_of_a_term() -> None:
    inicio = hoje(datetime(2019, 2, 15, 18, tzinfo=BRASILIA))
    assert contar(Prazo(inicio, 3, CORRIDOS), MG).vence == date(2019, 2, 20)
