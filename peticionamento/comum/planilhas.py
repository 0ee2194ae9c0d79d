"""Write spreadsheets: rows come one by one, and the file grows on disk, so a long list costs no memory.

All kinds keep a cell that begins as a formula from being one: what people typed into a petition must not run on the
machine of who opens the spreadsheet (OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

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
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv; charset=utf-8"
LIMITE_XLSX = 1_048_575
"""Rows below the heading: the formats' own limit."""
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
        for linha in _ate_o_limite(linhas):
            folha.append(list(_em_xlsx(folha, linha)))
    finally:
        folha.close()  # also when the rows failed: openpyxl writes them in the background of a generator
    arquivo = tempfile.TemporaryFile()  # noqa: SIM115 - handed over open
    livro.save(arquivo)
    arquivo.seek(0)
    return arquivo


def _ate_o_limite(linhas: Iterable[Sequence[Celula]]) -> Iterator[Sequence[Celula]]:
    for ordem, linha in enumerate(linhas, start=1):
        if ordem > LIMITE_XLSX:
            raise Recusa("A lista tem mais linhas do que uma planilha comporta. Baixe em CSV, ou filtre antes.")
        yield linha


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


_ESPACOS = " ".join(
    f'xmlns:{nome}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for nome, urn in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"), ("manifest", "manifest"), ("config", "config"),
    )
)  # fmt: skip
_DIA = '<number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>' \
    '<number:text>/</number:text><number:year number:style="long"/>'  # fmt: skip
_HORA = '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>' \
    '<number:minutes number:style="long"/>'  # fmt: skip
_ESTILOS_ODS = f"""<number:date-style style:name="D">{_DIA}</number:date-style>
<number:date-style style:name="H">{_DIA}{_HORA}</number:date-style>
<style:style style:name="titulo" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="dia" style:family="table-cell" style:data-style-name="D"/>
<style:style style:name="hora" style:family="table-cell" style:data-style-name="H"/>"""
_MANIFESTO_ODS = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest {_ESPACOS} manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{ODS}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
POLEGADAS_POR_CARACTERE = 0.08


def ods_em_disco(titulo: str, colunas: Sequence[Coluna], linhas: Iterable[Sequence[Celula]]) -> IO[bytes]:
    """An OpenDocument spreadsheet with one sheet: bold heading, days as days, and text that is never a formula.

    The least that OpenDocument 1.2 asks for: the type, uncompressed and first, a manifest and the content. Returns a
    temporary file at its start; the caller closes it. Raises Recusa beyond what the format holds.
    """
    arquivo = tempfile.TemporaryFile()  # noqa: SIM115 - handed over open
    with zipfile.ZipFile(arquivo, "w", zipfile.ZIP_DEFLATED) as pacote:
        pacote.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        pacote.writestr("META-INF/manifest.xml", _MANIFESTO_ODS)
        with pacote.open("content.xml", "w", force_zip64=True) as conteudo:
            for parte in _conteudo_ods(titulo, colunas, linhas):
                conteudo.write(parte.encode())
    arquivo.seek(0)
    return arquivo


def _conteudo_ods(titulo: str, colunas: Sequence[Coluna], linhas: Iterable[Sequence[Celula]]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_ESPACOS} office:version="1.2">'
    yield f"<office:automatic-styles>{_ESTILOS_ODS}"
    for ordem, coluna in enumerate(colunas):
        yield f'<style:style style:name="c{ordem}" style:family="table-column"><style:table-column-properties'
        yield f' style:column-width="{coluna.largura * POLEGADAS_POR_CARACTERE:.2f}in"/></style:style>'
    yield f"</office:automatic-styles><office:body><office:spreadsheet><table:table table:name={quoteattr(titulo)}>"
    for ordem in range(len(colunas)):
        yield f'<table:table-column table:style-name="c{ordem}"/>'
    cabeca = "".join(_texto_ods(coluna.titulo, "titulo") for coluna in colunas)
    yield f"<table:table-header-rows><table:table-row>{cabeca}</table:table-row></table:table-header-rows>"
    for linha in _ate_o_limite(linhas):
        yield f"<table:table-row>{''.join(map(_em_ods, linha))}</table:table-row>"
    yield "</table:table></office:spreadsheet></office:body></office:document-content>"


def _em_ods(celula: Celula) -> str:
    match celula:
        case None:
            return "<table:table-cell/>"
        case datetime():
            local = celula.astimezone(BRASILIA)
            return _valor_ods("date", f'date-value="{local:%Y-%m-%dT%H:%M:%S}"', f"{local:%d/%m/%Y %H:%M}", "hora")
        case date():
            return _valor_ods("date", f'date-value="{celula:%Y-%m-%d}"', f"{celula:%d/%m/%Y}", "dia")
        case str():
            return _texto_ods(sem_controles(celula)[:MAXIMO_DA_CELULA])
        case _:
            return _valor_ods("float", f'value="{celula}"', str(celula).replace(".", ","))


def _valor_ods(tipo: str, valor: str, visto: str, estilo: str = "") -> str:
    return _celula_ods(f'"{tipo}" office:{valor}', f"<text:p>{visto}</text:p>", estilo)


def _texto_ods(texto: str, estilo: str = "") -> str:
    """Text as text whatever it begins with: only `table:formula` would be one. A paragraph a line; spaces kept."""
    paragrafos = "".join(f"<text:p>{_espacos(escape(linha))}</text:p>" for linha in texto.split("\n"))
    return _celula_ods('"string"', paragrafos, estilo)


def _celula_ods(tipo: str, visto: str, estilo: str) -> str:
    nome = f' table:style-name="{estilo}"' if estilo else ""
    return f"<table:table-cell{nome} office:value-type={tipo}>{visto}</table:table-cell>"


def _espacos(linha: str) -> str:
    """The format folds spaces: those after the first, and those at the beginning, are written as such."""
    return re.sub(r"^ +|(?<= ) +", lambda achados: f'<text:s text:c="{len(achados[0])}"/>', linha)
