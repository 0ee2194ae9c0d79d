"""Spreadsheets written: what is in them, and that nothing typed by people runs in them."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from peticionamento.comum import planilhas
from peticionamento.comum.erros import Recusa
from peticionamento.comum.planilhas import Celula, Coluna, csv_em_disco, xlsx_em_disco
from peticionamento.comum.tempo import BRASILIA

COLUNAS = [Coluna("Assunto", 40), Coluna("Quando")]
DEZ_E_QUARENTA = datetime(2026, 11, 24, 13, 42, tzinfo=datetime.fromisoformat("2026-01-01T00:00:00+00:00").tzinfo)

FORMULAS = ["=1+1", "+55 31", "-3", "@SUM(A1)", '=HYPERLINK("http://x")', " =1", "\t=1", "＝1"]


def ler_csv(conteudo: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(conteudo.decode("utf-8-sig")), delimiter=";"))


def celulas(arquivo: Any) -> list[list[Any]]:
    folha = openpyxl.load_workbook(arquivo).active
    return [list(linha) for linha in folha.iter_rows()]


def test_a_csv_opens_in_brazilian_spreadsheets() -> None:
    conteudo = csv_em_disco(COLUNAS, [['Ponte; "a"\nb', DEZ_E_QUARENTA], [1.5, date(2026, 1, 2)], [None, 7]]).read()
    assert conteudo.startswith(b"\xef\xbb\xbfAssunto;Quando\r\n")
    assert ler_csv(conteudo)[1:] == [['Ponte; "a"\nb', "24/11/2026 10:42"], ["1,5", "02/01/2026"], ["", "7"]]


def test_an_xlsx_keeps_days_as_days_and_its_heading_in_sight() -> None:
    arquivo = xlsx_em_disco("Petições", COLUNAS, [["Ponte", DEZ_E_QUARENTA], [2, date(2026, 1, 2)]])
    livro = openpyxl.load_workbook(arquivo)
    folha = livro.active
    assert (folha.title, folha.freeze_panes, folha.column_dimensions["A"].width) == ("Petições", "A2", 40)
    assert folha["A1"].font.bold
    assert folha["B2"].value == DEZ_E_QUARENTA.astimezone(BRASILIA).replace(tzinfo=None)
    assert (folha["B2"].number_format, folha["B3"].number_format) == ("dd/mm/yyyy hh:mm", "dd/mm/yyyy")
    assert folha["A3"].value == 2


@pytest.mark.parametrize("mau", FORMULAS)
def test_no_cell_is_a_formula(mau: str) -> None:
    ((_, _), (celula, _)) = celulas(xlsx_em_disco("x", COLUNAS, [[mau, None]]))
    assert (celula.data_type, celula.quotePrefix) == ("s", True)
    assert celula.value == mau
    (_, (escrita, _)) = ler_csv(csv_em_disco(COLUNAS, [[mau, None]]).read())
    assert escrita == "'" + mau


@pytest.mark.parametrize("bom", ["Ponte", "a=b", "R$ 3", "(-3)", "1490.01.0004127/2026-20", ""])
def test_what_is_no_formula_stays_as_it_is(bom: str) -> None:
    (_, (escrita, _)) = ler_csv(csv_em_disco(COLUNAS, [[bom, None]]).read())
    assert escrita == bom


def test_control_characters_do_not_stop_it() -> None:
    ((_, _), (celula, _)) = celulas(xlsx_em_disco("x", COLUNAS, [["a\x00b\x0bc", None]]))
    assert celula.value == "abc"


@pytest.mark.parametrize("escrever", [lambda linhas: csv_em_disco(COLUNAS, linhas),
                                      lambda linhas: xlsx_em_disco("x", COLUNAS, linhas)])  # fmt: skip
def test_a_long_list_costs_no_memory(escrever: Any) -> None:
    def linhas(quantas: int) -> Iterator[list[Celula]]:
        for n in range(quantas):
            yield [f"Linha {n} " + "x" * 1000, DEZ_E_QUARENTA]

    escrever(linhas(10)).close()  # what is imported and compiled along the way
    tracemalloc.start()
    escrever(linhas(2000)).close()
    _, pico = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pico < 1_500_000, pico  # the rows themselves are above 2 MB


def test_beyond_what_the_format_holds_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planilhas, "LIMITE_XLSX", 2)
    with pytest.raises(Recusa, match="mais linhas do que uma planilha comporta"):
        xlsx_em_disco("x", COLUNAS, [["a", None]] * 3)
