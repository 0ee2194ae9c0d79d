"""CPF: eleven digits, the last two of which follow from the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peticionamento.contas.cpf import cpf_valido, formatar, mascarar, so_digitos, verificadores

noves = st.from_regex(r"[0-9]{9}", fullmatch=True).filter(lambda nove: len(set(nove)) > 1)


@pytest.mark.parametrize("cpf", ["123.456.789-09", "12345678909", "529.982.247-25", " 111.444.777-35 "])
def test_known_numbers_are_valid_with_and_without_dots(cpf: str) -> None:
    assert cpf_valido(cpf)


@pytest.mark.parametrize(
    "cpf", ["", "1", "123.456.789-00", "1234567890", "123456789090", "000.000.000-00", "111.111.111-11", "١٢٣٤٥٦٧٨٩09"]
)
def test_others_are_not(cpf: str) -> None:
    assert not cpf_valido(cpf)


@given(noves)
def test_what_is_completed_is_valid(nove: str) -> None:
    assert cpf_valido(nove + verificadores(nove))


@given(noves, st.integers(0, 10), st.integers(1, 9))
def test_one_changed_digit_is_noticed(nove: str, onde: int, passo: int) -> None:
    cpf = nove + verificadores(nove)
    outro = str((int(cpf[onde]) + passo) % 10)
    mudado = cpf[:onde] + outro + cpf[onde + 1 :]
    # Two remainders (0 and 10) are written 0: where the first check digit is 0 a change may go unseen, as in every CPF.
    assert not cpf_valido(mudado) or cpf[9] == "0"


@given(st.text())
def test_anything_may_be_typed(digitado: str) -> None:
    cpf_valido(digitado)
    assert set(so_digitos(digitado)) <= set("0123456789")


def test_it_is_shown_with_dots_and_half_hidden() -> None:
    assert formatar("12345678909") == "123.456.789-09"
    assert mascarar("12345678909") == "***.456.789-**"
