"""Read the spreadsheets people send: XLSX or CSV, the first row naming the columns, every cell as text."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from peticionamento.comum.erros import Recusa
from peticionamento.comum.texto import sem_acentos, tamanho

LIMITE_BYTES = 5 * 1024 * 1024
_LIMITE_ABERTO_BYTES = 8 * 1024 * 1024
"""What an XLSX may unpack to: reading costs eight times that in memory, and a small file can hold gigabytes."""
_LINHAS = 20_000
"""How far down rows are looked for: a sheet may claim a row of ten digits, and those before it come as empty ones."""
_COLUNAS = 100


class PlanilhaRecusada(Recusa):
    """It is no spreadsheet, or not one of the expected columns."""

    titulo = "Esta planilha não pôde ser lida."


@dataclass(frozen=True)
class LinhaLida:
    """One row that is not empty: its number as the spreadsheet shows it, and its cells by column."""

    numero: int
    valores: dict[str, str]


def chave_de_coluna(nome: str) -> str:
    """A column's name however it is written: `Município ` and `municipio` are one."""
    return " ".join(sem_acentos(nome).casefold().replace("_", " ").split())


def ler(conteudo: IO[bytes], nome: str, *, limite: int) -> list[LinhaLida]:
    """The rows of a spreadsheet, at most `limite`. `nome` tells XLSX from CSV. Raises PlanilhaRecusada."""
    conteudo.seek(0, os.SEEK_END)
    bytes_ = conteudo.tell()
    conteudo.seek(0)
    if bytes_ > LIMITE_BYTES:
        raise PlanilhaRecusada(f"A planilha tem {tamanho(bytes_)}; o limite é {tamanho(LIMITE_BYTES)}.", "planilha")
    linhas = _xlsx(conteudo) if nome.lower().endswith(".xlsx") else _csv(conteudo, nome)
    lidas = list(_com_colunas(linhas, limite))
    if not lidas:
        raise PlanilhaRecusada("A planilha não tem nenhuma linha preenchida abaixo dos nomes das colunas.", "planilha")
    return lidas


def _com_colunas(linhas: Iterable[Iterable[Any]], limite: int) -> Iterator[LinhaLida]:
    colunas: list[str] | None = None
    dadas = 0
    for numero, cruas in enumerate(linhas, start=1):
        if numero > _LINHAS:
            raise PlanilhaRecusada(
                "A planilha tem linhas demais, quase todas vazias. Copie as linhas para outra.", "planilha"
            )
        celulas = [_texto(valor) for valor in list(cruas)[:_COLUNAS]]
        if not any(celulas):
            continue
        if colunas is None:
            colunas = [chave_de_coluna(celula) for celula in celulas]
            continue
        dadas += 1
        if dadas > limite:
            raise PlanilhaRecusada(f"A planilha tem mais de {limite} linhas. Divida-a em partes.", "planilha")
        yield LinhaLida(numero, {c: v for c, v in zip(colunas, celulas, strict=False) if c})


def _texto(valor: Any) -> str:
    """A cell as a person reads it: no `3.0` for 3, days as Brazilians write them."""
    if valor is None:
        return ""
    if isinstance(valor, float) and valor.is_integer():
        return str(int(valor))
    if isinstance(valor, datetime | date):
        return valor.strftime("%d/%m/%Y")
    return str(valor).replace("\x00", "").strip()


def _xlsx(conteudo: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    try:
        with zipfile.ZipFile(conteudo) as pacote:
            if sum(parte.file_size for parte in pacote.infolist()) > _LIMITE_ABERTO_BYTES:
                raise PlanilhaRecusada(
                    "A planilha é grande demais por dentro. Copie só as linhas para outra.", "planilha"
                )
        livro = openpyxl.load_workbook(conteudo, read_only=True, data_only=True)
        folha = livro.worksheets[0]
        folha.reset_dimensions()  # some programs write a wrong size, and rows would be left out
        yield from folha.iter_rows(values_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, EOFError, SyntaxError) as erro:
        raise PlanilhaRecusada(
            "O arquivo não abre como planilha do Excel (.xlsx). Salve de novo como .xlsx ou .csv.", "planilha"
        ) from erro


def _csv(conteudo: IO[bytes], nome: str) -> Iterator[list[str]]:
    if not nome.lower().endswith(".csv"):
        raise PlanilhaRecusada("Envie uma planilha .xlsx ou .csv.", "planilha")
    crus = conteudo.read()
    if b"\x00" in crus:
        raise PlanilhaRecusada("O arquivo não é um CSV: salve a planilha de novo como CSV UTF-8.", "planilha")
    try:
        texto = crus.decode("utf-8-sig")
    except UnicodeDecodeError:
        texto = crus.decode("cp1252", errors="replace")  # what Excel writes in Brazil
    primeira = texto.partition("\n")[0]
    separador = max(";,\t", key=primeira.count)
    try:
        yield from csv.reader(io.StringIO(texto, newline=""), delimiter=separador)
    except csv.Error as erro:
        raise PlanilhaRecusada("O CSV tem uma célula que não fecha as aspas ou é longa demais.", "planilha") from erro
