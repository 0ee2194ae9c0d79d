"""Spreadsheets written: what is in them, and that nothing typed by people runs in them."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import openpyxl
import pytest

from peticionamento.comum import planilhas
from peticionamento.comum.erros import Recusa
from peticionamento.comum.planilhas import Celula, Coluna, csv_em_disco, ods_em_disco, xlsx_em_disco
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
                                      lambda linhas: ods_em_disco("x", COLUNAS, linhas),
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
    with pytest.raises(Recusa, match="mais linhas do que uma planilha comporta"):
        ods_em_disco("x", COLUNAS, [["a", None]] * 3)


ODF = {
    nome: f"urn:oasis:names:tc:opendocument:xmlns:{nome}:1.0" for nome in ("office", "table", "text", "style")
}  # fmt: skip


def ler_ods(arquivo: Any) -> tuple[Element, list[list[Element]]]:
    with zipfile.ZipFile(arquivo) as pacote:
        tipo = pacote.infolist()[0]
        assert (tipo.filename, tipo.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert pacote.read("mimetype").decode() == planilhas.ODS
        assert pacote.testzip() is None
        fromstring(pacote.read("META-INF/manifest.xml"))
        raiz = fromstring(pacote.read("content.xml"))
    return raiz, [linha.findall("table:table-cell", ODF) for linha in raiz.iter(f"{{{ODF['table']}}}table-row")]


def atributo(celula: Element, nome: str) -> str | None:
    espaco, local = nome.split(":")
    return celula.get(f"{{{ODF[espaco]}}}{local}")


def test_an_ods_keeps_days_as_days_and_numbers_as_numbers() -> None:
    linhas = [["Ponte & <b>", DEZ_E_QUARENTA], [2, date(2026, 1, 2)], [1.5, None]]
    raiz, (cabeca, *corpo) = ler_ods(ods_em_disco("Petições", COLUNAS, linhas))
    (folha,) = raiz.iter(f"{{{ODF['table']}}}table")
    assert atributo(folha, "table:name") == "Petições"
    assert len(folha.findall("table:table-column", ODF)) == 2
    assert ["".join(c.itertext()) for c in cabeca] == ["Assunto", "Quando"]
    assert ["".join(c.itertext()) for c in corpo[0]] == ["Ponte & <b>", "24/11/2026 10:42"]
    assert atributo(corpo[0][1], "office:date-value") == "2026-11-24T10:42:00"
    assert (atributo(corpo[1][0], "office:value"), atributo(corpo[1][1], "office:date-value")) == ("2", "2026-01-02")
    assert (atributo(corpo[2][0], "office:value"), "".join(corpo[2][0].itertext())) == ("1.5", "1,5")
    assert atributo(corpo[2][1], "office:value-type") is None


@pytest.mark.parametrize("mau", FORMULAS)
def test_no_cell_of_an_ods_is_a_formula(mau: str) -> None:
    _, (_, (celula, _)) = ler_ods(ods_em_disco("x", COLUNAS, [[mau, None]]))
    assert atributo(celula, "office:value-type") == "string"
    assert atributo(celula, "table:formula") is None


def test_an_ods_keeps_lines_and_spaces_and_drops_what_xml_cannot_hold() -> None:
    _, (_, (celula, _)) = ler_ods(ods_em_disco("x", COLUNAS, [["  a   b\nc\x00\x0b\ufffe", None]]))
    primeira, segunda = celula.findall("text:p", ODF)
    vaos = [atributo(vao, "text:c") for vao in primeira.findall("text:s", ODF)]
    assert (vaos, "".join(primeira.itertext()), segunda.text) == (["2", "2"], "a b", "c")
