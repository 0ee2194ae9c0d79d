"""A whole process as one file to take away: one ordered PDF with bookmarks, or a ZIP of every file.

Pieces are read one at a time from the store and the result is written to a temporary file, so that a large process
costs disk and not memory. What has no pages (a spreadsheet, a file in quarantine) gets a sheet that says so.
"""

from __future__ import annotations

import csv
import io
import logging
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, cast

import pikepdf
from PIL import Image, ImageOps

from peticionamento.comum import arquivos, pdf
from peticionamento.comum.historico import Linha
from peticionamento.comum.tempo import data_hora_oficial
from peticionamento.comum.texto import tamanho
from peticionamento.peticoes.models import Documento, Peticao

logger = logging.getLogger(__name__)

Avanco = Callable[[int], None]
"""Called with how many documents are done."""

_A4_PONTOS = (595.28, 841.89)
_MARGEM_PONTOS = 36.0
_LARGURA_IMAGEM_PX = 1654
"""A4 at 200 dots an inch: a photograph of a telephone is not carried whole into a page to read."""


@dataclass(frozen=True)
class Processo:
    """What a package is made of, already read: `documentos` in order, each with its file written."""

    peticao: Peticao
    documentos: Sequence[Documento]
    historico: Sequence[Linha]
    pedido_em: datetime


def titulo(documento: Documento) -> str:
    """A document's name with its SEI number, as the bookmarks and the index show it."""
    return f"{documento.nome} (SEI {documento.numero_sei})" if documento.numero_sei else documento.nome


@contextmanager
def em_pdf(processo: Processo, avanco: Avanco) -> Iterator[BinaryIO]:
    """The process as one PDF: cover with the index, each document, the history. Gives the open temporary file."""
    with tempfile.TemporaryFile() as saida, pikepdf.Pdf.new() as inteiro, inteiro.open_outline() as marcadores:
        with inteiro.open_metadata(set_pikepdf_as_editor=False) as metadados:
            metadados["dc:title"] = f"Processo {processo.peticao.numero}"
        _juntar(inteiro, marcadores, "Capa", io.BytesIO(_capa(processo)))
        for feitos, documento in enumerate(processo.documentos, start=1):
            _juntar_documento(inteiro, marcadores, documento, processo)
            avanco(feitos)
        _juntar(inteiro, marcadores, "Histórico", io.BytesIO(_historico(processo)))
        marcadores._save()  # the bookmarks are written when their block ends, which is after the file
        inteiro.save(saida, linearize=False)
        saida.seek(0)
        yield saida


def _juntar_documento(
    inteiro: pikepdf.Pdf, marcadores: pikepdf.Outline, documento: Documento, processo: Processo
) -> None:
    """One document; one that cannot be read gets a sheet, and takes none of the others away."""
    try:
        with _paginas(documento, processo) as conteudo:
            _juntar(inteiro, marcadores, titulo(documento), conteudo)
    except (pikepdf.PdfError, OSError, ValueError, SyntaxError) as erro:
        logger.warning("document %s cannot be shown as pages: %s", documento.id, erro)
        folha = _folha(documento, processo, "Este arquivo não pôde ser lido como páginas. Ele vem como está no ZIP.")
        _juntar(inteiro, marcadores, titulo(documento), io.BytesIO(folha))


def _juntar(inteiro: pikepdf.Pdf, marcadores: pikepdf.Outline, nome: str, conteudo: BinaryIO) -> None:
    primeira = len(inteiro.pages)
    with pikepdf.Pdf.open(conteudo) as parte:
        inteiro.pages.extend(parte.pages)
    marcadores.root.append(pikepdf.OutlineItem(nome, primeira))


@contextmanager
def _paginas(documento: Documento, processo: Processo) -> Iterator[BinaryIO]:
    """A document as a PDF to append: itself, a photograph on a page, or a sheet that says why it is not there."""
    arquivo = documento.arquivo
    if arquivo is None or not arquivo.pode_abrir:
        yield io.BytesIO(_folha(documento, processo, "Este arquivo está em quarentena e não pode ser aberto."))
        return
    if arquivo.tipo == "application/pdf":
        with arquivos.abrir(arquivo) as conteudo:
            yield cast(BinaryIO, conteudo)
        return
    if arquivo.tipo.startswith("image/"):
        with arquivos.abrir(arquivo) as conteudo:
            pagina = _imagem_em_pdf(conteudo)
        yield io.BytesIO(pagina)
        return
    yield io.BytesIO(_folha(documento, processo, "Este arquivo não tem páginas. Ele vem inteiro no ZIP do processo."))


def _imagem_em_pdf(conteudo: IO[bytes]) -> bytes:
    """A photograph upright on an A4 page."""
    with Image.open(conteudo) as imagem:
        imagem.draft("RGB", (_LARGURA_IMAGEM_PX, _LARGURA_IMAGEM_PX))
        direita = ImageOps.exif_transpose(imagem).convert("RGB")
    direita.thumbnail((_LARGURA_IMAGEM_PX, _LARGURA_IMAGEM_PX * 2))
    largura, altura = _A4_PONTOS
    util = (largura - 2 * _MARGEM_PONTOS, altura - 2 * _MARGEM_PONTOS)
    pontos_por_pixel = min(util[0] / direita.width, util[1] / direita.height, 1.0)
    resolucao = 72 / pontos_por_pixel
    folha = Image.new("RGB", (round(largura / pontos_por_pixel), round(altura / pontos_por_pixel)), "white")
    margem = round(_MARGEM_PONTOS / pontos_por_pixel)
    folha.paste(direita, (margem, margem))
    saida = io.BytesIO()
    folha.save(saida, "PDF", resolution=resolucao, quality=80)
    return saida.getvalue()


def _capa(processo: Processo) -> bytes:
    peticao = processo.peticao
    return pdf.gerar(
        "processo",
        {
            "parte": "capa",
            "numero": peticao.numero,
            "tipo": peticao.tipo.nome,
            "assunto": peticao.assunto,
            "municipio": peticao.municipio.nome if peticao.municipio else "",
            "autor": peticao.autor.nome,
            "protocolada_em": data_hora_oficial(peticao.protocolada_em) if peticao.protocolada_em else "",
            "pedido_em": data_hora_oficial(processo.pedido_em),
            "documentos": [
                {
                    "nome": d.nome,
                    "numero_sei": str(d.numero_sei or ""),
                    "tamanho": tamanho(d.arquivo.tamanho_bytes) if d.arquivo else "",
                    "sha256": d.arquivo.sha256 if d.arquivo else "",
                }
                for d in processo.documentos
            ],
        },
        em=processo.pedido_em,
    )


def _historico(processo: Processo) -> bytes:
    linhas = [
        {"em": data_hora_oficial(linha.em), "quem": linha.quem, "texto": linha.texto}
        for linha in reversed(processo.historico)
    ]
    dados = {"parte": "historico", "numero": processo.peticao.numero, "linhas": linhas}
    return pdf.gerar("processo", dados, em=processo.pedido_em)


def _folha(documento: Documento, processo: Processo, frase: str) -> bytes:
    dados = {"parte": "folha", "numero": processo.peticao.numero, "titulo": titulo(documento), "frase": frase}
    return pdf.gerar("processo", dados, em=processo.pedido_em)


@contextmanager
def em_zip(processo: Processo, avanco: Avanco) -> Iterator[BinaryIO]:
    """The process as a ZIP: the cover and the history as PDF, every file as it was filed, and an index with hashes."""
    with tempfile.TemporaryFile() as saida:
        with zipfile.ZipFile(saida, "w", zipfile.ZIP_STORED) as pacote:
            pacote.writestr("000 - Capa.pdf", _capa(processo))
            for feitos, documento in enumerate(processo.documentos, start=1):
                _guardar(pacote, feitos, documento)
                avanco(feitos)
            pacote.writestr(f"{len(processo.documentos) + 1:03d} - Histórico.pdf", _historico(processo))
            pacote.writestr("indice.csv", _indice(processo))
        saida.seek(0)
        yield saida


def nome_no_zip(ordem: int, documento: Documento) -> str:
    """`003 - Ofício 118.pdf`: in order, unique, and without the letters that some systems refuse in names."""
    tipo = documento.arquivo.tipo if documento.arquivo else ""
    nome = re.sub(r'[<>:"/\\|?*]', "_", documento.nome)
    if tipo == "application/pdf" and not nome.lower().endswith(".pdf"):
        nome += ".pdf"
    return f"{ordem:03d} - {nome}"


def _guardar(pacote: zipfile.ZipFile, ordem: int, documento: Documento) -> None:
    nome = nome_no_zip(ordem, documento)
    if documento.arquivo is None or not documento.arquivo.pode_abrir:
        pacote.writestr(f"{nome} (em quarentena).txt", "Este arquivo está em quarentena e não pode ser aberto.\n")
        return
    with arquivos.abrir(documento.arquivo) as conteudo, pacote.open(nome, "w", force_zip64=True) as destino:
        shutil.copyfileobj(conteudo, destino, 1024 * 1024)


def _indice(processo: Processo) -> bytes:
    saida = io.StringIO()
    escritor = csv.writer(saida, delimiter=";")
    escritor.writerow(["ordem", "arquivo", "número SEI", "bytes", "SHA-256"])
    for ordem, d in enumerate(processo.documentos, start=1):
        arquivo = d.arquivo
        escritor.writerow(
            [
                ordem,
                nome_no_zip(ordem, d),
                d.numero_sei or "",
                arquivo.tamanho_bytes if arquivo else "",
                arquivo.sha256 if arquivo else "",
            ]
        )
    return saida.getvalue().encode("utf-8-sig")
