"""Process numbers: SEI!MG's form, its check digits, and sequences without gaps or doubles."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from peticionamento.comum import protocolo
from peticionamento.comum.db import transaction
from peticionamento.comum.protocolo import (
    SEI_MG,
    Numeracao,
    codigo_crc,
    digitos_verificadores,
    numero_valido,
    proximo_numero,
    proximo_numero_sei,
    proximos_numeros_sei,
)
from tests.fixtures.banco import Contagem

PUBLICADOS = (
    "1370.01.0041699/2020-85",
    "1370.01.0049245/2021-40",
    "1500.01.0069235/2025-73",
    "1500.01.0023123/2024-08",
    "2100.01.0045291/2024-25",
    "1320.01.0001763/2024-15",
    "1320.01.0009530/2022-26",
    "2090.01.0002616/2024-49",
)
"""Numbers that the state itself has published."""

SEGOV = Numeracao("1490")
Contar = Callable[[], AbstractContextManager[Contagem]]

numeracoes = st.builds(
    Numeracao, st.from_regex(r"[0-9]{4}", fullmatch=True), st.from_regex(r"[0-9]{2}", fullmatch=True)
)
sequencias = st.integers(1, 9_999_999)
anos = st.integers(2000, 2099)


@pytest.mark.parametrize("numero", PUBLICADOS)
def test_published_numbers_are_valid_and_come_out_the_same(numero: str) -> None:
    assert numero_valido(numero)
    orgao, unidade, sequencia, ano = numero[:4], numero[5:7], int(numero[8:15]), int(numero[16:20])
    assert SEI_MG.formar(Numeracao(orgao, unidade), sequencia, ano) == numero


@given(numeracoes, sequencias, anos)
def test_what_is_formed_has_the_form_and_leaves_remainder_one(numeracao: Numeracao, sequencia: int, ano: int) -> None:
    numero = SEI_MG.formar(numeracao, sequencia, ano)
    assert numero_valido(numero)
    assert re.fullmatch(r"\d{4}\.\d{2}\.\d{7}/\d{4}-\d{2}", numero)
    assert int(re.sub(r"\D", "", numero)) % 97 == 1
    assert (int(numero[8:15]), int(numero[16:20])) == (sequencia, ano)
    assert "01" < numero[-2:] < "99"


@given(numeracoes, sequencias, anos, numeracoes, sequencias, anos)
def test_no_two_processes_have_one_number(n1: Numeracao, s1: int, a1: int, n2: Numeracao, s2: int, a2: int) -> None:
    assert (SEI_MG.formar(n1, s1, a1) == SEI_MG.formar(n2, s2, a2)) == ((n1, s1, a1) == (n2, s2, a2))


@given(numeracoes, sequencias, anos, st.data())
def test_one_changed_digit_is_noticed(numeracao: Numeracao, sequencia: int, ano: int, data: st.DataObject) -> None:
    numero = SEI_MG.formar(numeracao, sequencia, ano)
    onde = data.draw(st.sampled_from([i for i, c in enumerate(numero) if c.isdigit()]))
    outro = data.draw(st.sampled_from([d for d in "0123456789" if d != numero[onde]]))
    assert not numero_valido(numero[:onde] + outro + numero[onde + 1 :])


@given(numeracoes, sequencias, anos, st.data())
def test_two_swapped_digits_are_noticed(numeracao: Numeracao, sequencia: int, ano: int, data: st.DataObject) -> None:
    numero = SEI_MG.formar(numeracao, sequencia, ano)
    lugares = [i for i, c in enumerate(numero) if c.isdigit()]
    pares = [(i, j) for i, j in pairwise(lugares) if numero[i] != numero[j]]
    if not pares:
        return
    i, j = data.draw(st.sampled_from(pares))
    letras = list(numero)
    letras[i], letras[j] = letras[j], letras[i]
    assert not numero_valido("".join(letras))


@pytest.mark.parametrize(
    "numero",
    [
        "",
        "1370.01.0041699/2020",
        "1370.01.0041699/2020-85\n",
        " 1370.01.0041699/2020-85",
        "1370.01.0041699-2020/85",
        "13700100416992020-85",
        "1370.01.41699/2020-85",
        "١٣٧٠.01.0041699/2020-85",
    ],
)
def test_another_form_is_not_a_number(numero: str) -> None:
    assert not numero_valido(numero)


def test_an_agency_is_numbered_by_its_budget_code() -> None:
    assert Numeracao.do_orgao("1491") == SEGOV


def test_a_sequence_of_eight_digits_does_not_fit() -> None:
    with pytest.raises(ValueError, match="seventeen digits"):
        SEI_MG.formar(SEGOV, 10_000_000, 2026)
    with pytest.raises(ValueError, match="seventeen digits"):
        digitos_verificadores("1490.01.000000120")


def test_numbers_follow_each_other_by_agency_and_year(app: Flask) -> None:
    with transaction():
        assert [proximo_numero(SEGOV, 2026)[8:20] for _ in range(2)] == ["0000001/2026", "0000002/2026"]
        assert proximo_numero(SEGOV, 2027)[8:20] == "0000001/2027"
        assert proximo_numero(Numeracao("1320"), 2026)[:20] == "1320.01.0000001/2026"
        assert proximo_numero(SEGOV, 2026)[8:20] == "0000003/2026"


def test_what_is_rolled_back_leaves_no_gap(app: Flask) -> None:
    with pytest.raises(KeyError), transaction():
        proximo_numero(SEGOV, 2026)
        raise KeyError
    with transaction():
        assert proximo_numero(SEGOV, 2026)[8:20] == "0000001/2026"


@pytest.mark.comprometido
def test_filing_at_once_makes_no_double_and_no_gap(app: Flask) -> None:
    dados: list[str] = []

    def protocolar(quem: int) -> None:
        with app.app_context():
            for vez in range(8):
                try:
                    with transaction():
                        numero = proximo_numero(SEGOV, 2026)
                        if (quem + vez) % 3 == 0:
                            raise KeyError
                except KeyError:
                    continue
                dados.append(numero)

    fios = [threading.Thread(target=protocolar, args=(quem,)) for quem in range(4)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    assert len(dados) > 16
    assert sorted(int(numero[8:15]) for numero in dados) == list(range(1, len(dados) + 1))


def test_document_numbers_have_seven_digits_and_never_repeat(app: Flask) -> None:
    numeros = [proximo_numero_sei() for _ in range(3)] + proximos_numeros_sei(40)
    assert len(set(numeros)) == 43
    assert numeros == sorted(numeros)
    assert min(numeros) > 1_000_000


def test_many_document_numbers_cost_one_statement(app: Flask, contar_consultas: Contar) -> None:
    for quantos in (1, 40):
        with contar_consultas() as vistas:
            assert len(proximos_numeros_sei(quantos)) == quantos
        assert len(vistas) == 1


class _Simples:
    """A mask of another installation."""

    def formar(self, numeracao: Numeracao, sequencia: int, ano: int) -> str:
        return f"{ano}/{sequencia:06d}"

    def valido(self, numero: str) -> bool:
        return re.fullmatch(r"\d{4}/\d{6}", numero) is not None


@pytest.mark.config(mascara_numero="simples")
def test_another_installation_writes_its_numbers_by_its_own_mask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LookupError, match="MASCARA_NUMERO: 'simples' is none of sei-mg"):
        protocolo.mascara()
    monkeypatch.setitem(protocolo.MASCARAS, "simples", _Simples())
    with transaction():
        assert [proximo_numero(SEGOV, 2026) for _ in range(2)] == ["2026/000001", "2026/000002"]
    assert numero_valido("2026/000001", protocolo.mascara())


def test_the_crc_code_is_sei_s() -> None:
    assert codigo_crc(b"123456789") == "CBF43926"  # the check value that every description of CRC-32 gives
    assert len(codigo_crc(b"")) == 8
