"""Write spreadsheets: rows come one by one, and the file grows on disk, so a long list costs no memory.

Both kinds keep a cell that begins as a formula from being one: what people typed into a petition must not run on the
machine of who opens the spreadsheet (OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from peticionamento.comum.erros import Recusa
from peticionamento.comum.tempo import BRASILIA
from peticionamento.comum.texto import sem_controles

Celula = str | int | float | date | datetime | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
LIMITE_XLSX = 1_048_575
"""Rows below the heading: the format's own limit."""
MAXIMO_DA_CELULA = 32_767
"""Characters, the same."""

_COMECO_DE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Coluna:
    """A column: its heading, and its width in characters (XLSX)."""

    titulo: str
    largura: int = 18


def parece_formula(texto: str) -> bool:
    """Whether a spreadsheet would run a cell that holds this."""
    return texto.lstrip(" \n").startswith(_COMECO_DE_FORMULA)


def csv_em_disco(colunas: Sequence[Coluna], linhas: Iterable[Sequence[Celula]]) -> IO[bytes]:
    """A CSV as Brazilian spreadsheets open it: UTF-8 with its mark, semicolons, decimal commas, `24/11/2026 10:42`.

    An apostrophe goes before what looks like a formula. Returns a temporary file at its start; the caller closes it.
    """
    arquivo = tempfile.TemporaryFile()  # noqa: SIM115 - handed over open
    texto = io.TextIOWrapper(arquivo, encoding="utf-8-sig", newline="", write_through=True)
    escritor = csv.writer(texto, delimiter=";", lineterminator="\r\n")
    escritor.writerow([coluna.titulo for coluna in colunas])
    for linha in linhas:
        escritor.writerow([_em_csv(celula) for celula in linha])
    texto.detach()
    arquivo.seek(0)
    return arquivo


def _em_csv(celula: Celula) -> str:
    match celula:
        case None:
            return ""
        case datetime():
            return celula.astimezone(BRASILIA).strftime("%d/%m/%Y %H:%M")
        case date():
            return celula.strftime("%d/%m/%Y")
        case float():
            return str(celula).replace(".", ",")
        case str():
            texto = sem_controles(celula)
            return f"'{texto}" if parece_formula(texto) else texto
        case _:
            return str(celula)


def xlsx_em_disco(titulo: str, colunas: Sequence[Coluna], linhas: Iterable[Sequence[Celula]]) -> IO[bytes]:
    """An XLSX with one sheet, its heading bold and kept in sight, days as days, and text that is never a formula.

    Returns a temporary file at its start; the caller closes it. Raises Recusa beyond what the format holds.
    """
    livro = Workbook(write_only=True)
    folha: Any = livro.create_sheet(titulo[:31])
    folha.freeze_panes = "A2"
    for ordem, coluna in enumerate(colunas, start=1):
        folha.column_dimensions[get_column_letter(ordem)].width = coluna.largura
    folha.append([_titulo(folha, coluna.titulo) for coluna in colunas])
    try:
        for ordem, linha in enumerate(linhas, start=1):
            if ordem > LIMITE_XLSX:
                raise Recusa("A lista tem mais linhas do que uma planilha comporta. Baixe em CSV, ou filtre antes.")
            folha.append(list(_em_xlsx(folha, linha)))
    finally:
        folha.close()  # also when the rows failed: openpyxl writes them in the background of a generator
    arquivo = tempfile.TemporaryFile()  # noqa: SIM115 - handed over open
    livro.save(arquivo)
    arquivo.seek(0)
    return arquivo


def _titulo(folha: Worksheet, texto: str) -> Any:
    celula = WriteOnlyCell(folha, value=texto)
    celula.font = Font(bold=True)
    return celula


def _em_xlsx(folha: Worksheet, linha: Sequence[Celula]) -> Iterator[Any]:
    for valor in linha:
        if isinstance(valor, datetime):
            celula = WriteOnlyCell(folha, value=valor.astimezone(BRASILIA).replace(tzinfo=None))
            celula.number_format = "dd/mm/yyyy hh:mm"
            yield celula
        elif isinstance(valor, date):
            celula = WriteOnlyCell(folha, value=datetime(valor.year, valor.month, valor.day))  # noqa: DTZ001 - a day
            celula.number_format = "dd/mm/yyyy"
            yield celula
        elif isinstance(valor, str):
            yield _texto(folha, sem_controles(valor)[:MAXIMO_DA_CELULA])
        else:
            yield valor


def _texto(folha: Worksheet, texto: str) -> Any:
    if not parece_formula(texto):
        return texto
    celula = WriteOnlyCell(folha, value=texto)
    celula.data_type = "s"  # text whatever it begins with
    celula.quotePrefix = True  # and text again after somebody edits it, as with Excel's own apostrophe
    return celula
