"""Files: proved to be what they say, kept once under their own hash, and never half written."""

from __future__ import annotations

import contextlib
import hashlib
import io
import math
import string
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from peticionamento.comum import arquivos, recebidos
from peticionamento.comum.arquivos import ArquivoRecusado, Guardado
from peticionamento.comum.db import transaction
from tests.factories import cadastros
from tests.factories.peticoes import pdf_pequeno

PDF_COM_SENHA = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]/Size 5>>
%%%%EOF""" % (b"12" * 32, b"34" * 32)
"""Locked: the empty password does not make the /U it carries."""


def imagem(formato: str, lado: int = 20) -> bytes:
    destino = io.BytesIO()
    Image.new("RGB", (lado, lado), "teal").save(destino, formato)
    return destino.getvalue()


def guardar(conteudo: bytes, nome: str) -> Guardado:
    return recebidos.guardar(io.BytesIO(conteudo), nome)


def no_deposito(app: Flask) -> list[Path]:
    raiz = Path(app.config["PETICIONAMENTO"].arquivos_url.removeprefix("file://"))
    return [arquivo for arquivo in raiz.rglob("*") if arquivo.is_file()]


def test_a_pdf_is_kept_under_its_hash_with_its_pages(app: Flask) -> None:
    guardado = guardar(pdf_pequeno(), "ofício.PDF")
    resumo = hashlib.sha256(pdf_pequeno()).hexdigest()
    assert guardado == Guardado(resumo, len(pdf_pequeno()), "application/pdf", 1)
    (arquivo,) = no_deposito(app)
    assert arquivo.parts[-3:] == (resumo[:2], resumo[2:4], resumo)
    assert arquivo.read_bytes() == pdf_pequeno()


def test_pictures_are_kept_too(app: Flask) -> None:
    assert guardar(imagem("PNG"), "foto.png").tipo == "image/png"
    assert guardar(imagem("JPEG"), "foto.JPEG").tipo == "image/jpeg"


def test_the_same_content_is_stored_once_and_has_one_row(app: Flask) -> None:
    with transaction():
        um = arquivos.nomear(guardar(pdf_pequeno(), "ofício.pdf"))
        outro = arquivos.nomear(guardar(pdf_pequeno(), "cópia do ofício.pdf"))
    assert um.id == outro.id
    assert cadastros.quantos(arquivos.Arquivo) == 1
    assert len(no_deposito(app)) == 1
    assert arquivos.ler(um) == pdf_pequeno()


@pytest.mark.parametrize(
    "nome", ["planilha.xlsx", "programa.exe", "página.html", "desenho.svg", "sem-extensao", "pdf", ""]
)
def test_other_types_are_refused_by_name(app: Flask, nome: str) -> None:
    with pytest.raises(ArquivoRecusado, match="não é PDF, JPG ou PNG"):
        guardar(pdf_pequeno(), nome)


@pytest.mark.parametrize(
    ("nome", "conteudo"),
    [
        ("foto.pdf", imagem("PNG")),
        ("ofício.png", pdf_pequeno()),
        ("foto.png", imagem("JPEG")),
        ("foto.jpg", imagem("PNG")),
        ("foto.jpg", imagem("GIF")),
        ("ofício.pdf", b"<script>alert(1)</script>"),
        ("ofício.pdf", b"%PDF-1.7\nestragado"),
        ("ofício.pdf", pdf_pequeno()[:200]),
        ("foto.png", imagem("PNG")[:40]),
        ("foto.png", b"MZ\x90\x00"),
    ],
)
def test_a_type_that_lies_and_a_broken_file_are_refused(app: Flask, nome: str, conteudo: bytes) -> None:
    with pytest.raises(ArquivoRecusado, match="o conteúdo está estragado ou é de outro tipo") as recusa:
        guardar(conteudo, nome)
    assert recusa.value.campo == "arquivos"
    assert no_deposito(app) == []


def test_a_picture_that_is_a_bomb_is_refused(app: Flask) -> None:
    anotada, destino = PngImagePlugin.PngInfo(), io.BytesIO()
    anotada.add_text("nota", "x" * 3_000_000, zip=True)
    Image.new("1", (9, 9)).save(destino, "PNG", pnginfo=anotada)
    with pytest.raises(ArquivoRecusado, match="não abre como imagem"):
        guardar(destino.getvalue(), "foto.png")
    destino = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(destino, "PNG")
    with pytest.raises(ArquivoRecusado, match="tem pontos demais"):
        guardar(destino.getvalue(), "foto.png")


def test_a_locked_pdf_is_refused_with_what_to_do(app: Flask) -> None:
    with pytest.raises(ArquivoRecusado, match="pede senha para abrir"):
        guardar(PDF_COM_SENHA, "contrato.pdf")


def test_an_empty_file_is_refused(app: Flask) -> None:
    with pytest.raises(ArquivoRecusado, match="está vazio"):
        guardar(b"", "ofício.pdf")


@pytest.mark.config(limite_arquivo_bytes=2048)
def test_a_file_over_the_limit_is_refused_with_both_sizes(app: Flask) -> None:
    with pytest.raises(ArquivoRecusado, match=r"“ofício.pdf” tem \d+ kB; o limite é 2 kB por arquivo"):
        guardar(pdf_pequeno(), "ofício.pdf")


@pytest.mark.config(limite_peticao_bytes=1_000)
def test_one_file_more_may_be_too_much_in_all(app: Flask) -> None:
    arquivos.conferir_total([], 600, "um.pdf")
    with pytest.raises(ArquivoRecusado, match="os anexos somariam 1 kB; o limite é 1000 B ao todo"):
        arquivos.conferir_total([600], 600, "outro.pdf")
    with pytest.raises(ArquivoRecusado, match="Já há 50 anexos, que é o máximo"):
        arquivos.conferir_total([600] * 50, 600, "outro.pdf")


@pytest.mark.parametrize(
    ("nome", "seguro"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Documentos\\ofício.pdf", "ofício.pdf"),
        ("/", "arquivo"),
        ("..", "arquivo"),
        ("", "arquivo"),
        ("ofi\x00cio\n\x1b[31m.pdf", "oficio[31m.pdf"),
        ("gpj.\u202efdp.exe", "gpj.fdp.exe"),
        ("o\u0301timo.pdf", "ótimo.pdf"),
        ("  dois   espaços .pdf ", "dois espaços .pdf"),
    ],
)
def test_names_come_without_path_or_control_characters(nome: str, seguro: str) -> None:
    assert arquivos.nome_seguro(nome) == seguro


def test_a_name_of_300_letters_is_cut_and_keeps_its_ending() -> None:
    assert arquivos.nome_seguro("á" * 300 + ".pdf") == "á" * 116 + ".pdf"
    assert arquivos.nome_seguro("a" * 300) == "a" * 120
    assert len(arquivos.nome_seguro("a." + "b" * 300)) == 120


@given(st.text(max_size=400))
def test_any_name_comes_out_fit_to_show(nome: str) -> None:
    seguro = arquivos.nome_seguro(nome)
    assert 0 < len(seguro) <= arquivos.LIMITE_NOME
    assert not set(seguro) & set("/\\")
    assert all(unicodedata.category(letra)[0] != "C" for letra in seguro)


class Interrompido(io.BytesIO):
    """An upload whose connection is lost while it is being stored; the reads before, which check it, go well."""

    def read(self, quantos: int | None = -1, /) -> bytes:
        if quantos is None or quantos < 0:
            return super().read()
        if self.tell() > 0:
            raise ConnectionResetError
        return super().read(1000)


def test_a_file_interrupted_half_way_leaves_nothing_under_a_hash(app: Flask) -> None:
    with pytest.raises(ConnectionResetError):
        recebidos.guardar(Interrompido(pdf_pequeno()), "ofício.pdf")
    assert not [arquivo for arquivo in no_deposito(app) if len(arquivo.name) == 64]
    assert guardar(pdf_pequeno(), "ofício.pdf").sha256 == hashlib.sha256(pdf_pequeno()).hexdigest()


def test_a_page_is_drawn_as_a_picture(app: Flask) -> None:
    with transaction():
        arquivo = arquivos.nomear(guardar(pdf_pequeno(), "ofício.pdf"))
    with Image.open(io.BytesIO(arquivos.pagina_em_png(arquivo, 1, 300))) as desenho:
        assert desenho.format == "PNG"
        assert desenho.width == 300
    for pagina in (0, 2):
        with pytest.raises(IndexError):
            arquivos.pagina_em_png(arquivo, pagina)


def test_what_the_program_writes_is_kept_the_same_way(app: Flask) -> None:
    with transaction():
        arquivo = arquivos.nomear(arquivos.guardar_gerado(pdf_pequeno()))
    assert (arquivo.tipo, arquivo.paginas, arquivo.tamanho_bytes) == ("application/pdf", 1, len(pdf_pequeno()))
    with arquivos.abrir(arquivo) as aberto, pypdfium2.PdfDocument(aberto.read()) as pdf:
        assert len(pdf) == 1


def test_any_store_serves(app: Flask) -> None:
    app.config["PETICIONAMENTO"] = replace(app.config["PETICIONAMENTO"], arquivos_url="memory://peticoes")
    with transaction():
        arquivo = arquivos.nomear(guardar(pdf_pequeno(), "ofício.pdf"))
    assert arquivos.ler(arquivo) == pdf_pequeno()
    assert arquivos.pagina_em_png(arquivo, 1, 300).startswith(b"\x89PNG")
    arquivos.conferir_deposito()
    assert arquivos.apagar(arquivo.id)
    with pytest.raises(FileNotFoundError):
        arquivos.ler(arquivo)


def test_a_store_that_cannot_be_written_to_is_noticed(app: Flask, tmp_path: Path) -> None:
    arquivos.conferir_deposito()
    assert no_deposito(app) == []
    ocupado = tmp_path / "ocupado"
    ocupado.write_text(string.ascii_letters)
    config = app.config["PETICIONAMENTO"]
    app.config["PETICIONAMENTO"] = type(config)(**{**vars(config), "arquivos_url": f"file://{ocupado}/pasta"})
    with pytest.raises(OSError, match="ocupado"):
        arquivos.conferir_deposito()


def test_pdfs_are_opened_by_many_threads_at_once(app: Flask) -> None:
    """PDFium is not made for threads: without a lock this gives errors, or ends the process."""
    with transaction():
        arquivo = arquivos.nomear(arquivos.guardar_gerado(pdf_pequeno()))
    conteudo = arquivos.ler(arquivo)

    def abrir(_vez: int) -> int:
        with app.app_context():
            guardado = recebidos.guardar(io.BytesIO(conteudo), "oficio.pdf")
            return len(arquivos.pagina_em_png(arquivo, 1, 300)) * (guardado.paginas or 0)

    with ThreadPoolExecutor(8) as linhas:
        assert len(set(linhas.map(abrir, range(160)))) == 1


@pytest.mark.parametrize(("largura", "altura"), [(1, 14_400), (14_400, 1), (14_400, 14_400), (0.01, 0.01)])
def test_a_page_of_an_absurd_shape_is_drawn_small_or_not_at_all(app: Flask, largura: float, altura: float) -> None:
    documento, bruto = pypdfium2.PdfDocument.new(), io.BytesIO()
    documento.new_page(largura, altura)
    documento.save(bruto)
    documento.close()
    with transaction():
        arquivo = arquivos.nomear(recebidos.guardar(bruto, "estranho.pdf"))
    with contextlib.suppress(arquivos.FolhaNaoDesenhada):
        desenho = arquivos.pagina_em_png(arquivo, 1)
        assert math.prod(Image.open(io.BytesIO(desenho)).size) <= 13_000_000
