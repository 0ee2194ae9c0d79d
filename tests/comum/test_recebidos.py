"""The gate: what is proved by content, what is refused with what to do, and what is taken out of a PDF."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from flask import Flask
from PIL import Image

from peticionamento.comum import arquivos, exame_pdf, recebidos
from peticionamento.comum.arquivos import ArquivoRecusado, Guardado
from peticionamento.comum.db import transaction
from tests.factories import pdfs
from tests.factories.peticoes import pdf_pequeno


def guardar(conteudo: bytes, nome: str, *extensoes: str, limite_bytes: int = 0) -> Guardado:
    return recebidos.guardar(io.BytesIO(conteudo), nome, extensoes or tuple(recebidos.TIPOS), limite_bytes)


def guardado_como_pdf(guardado: Guardado) -> pikepdf.Pdf:
    with transaction():
        arquivo = arquivos.nomear(guardado)
    return pikepdf.open(io.BytesIO(arquivos.ler(arquivo)))


@pytest.mark.parametrize(
    "mudanca",
    [
        pdfs.script_ao_abrir,
        pdfs.script_do_documento,
        pdfs.script_da_pagina,
        pdfs.script_de_um_link,
        pdfs.programa_ao_clicar,
    ],
)
def test_scripts_and_programs_are_taken_out(app: Flask, mudanca: pdfs.Mudanca) -> None:
    guardado = guardar(pdfs.feito(mudanca), "ofício.pdf")
    assert guardado.observacao == "Retirados: 1 script."
    assert guardado.paginas == 1
    with guardado_como_pdf(guardado) as pdf:
        assert not exame_pdf.procurar(pdf)
        assert b"app.alert" not in pdf_inteiro(pdf)


def pdf_inteiro(pdf: pikepdf.Pdf) -> bytes:
    saida = io.BytesIO()
    pdf.save(saida, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return saida.getvalue()


@pytest.mark.parametrize("mudanca", [pdfs.arquivo_dentro, pdfs.arquivo_na_anotacao])
def test_embedded_files_are_taken_out(app: Flask, mudanca: pdfs.Mudanca) -> None:
    guardado = guardar(pdfs.feito(mudanca), "ofício.pdf")
    assert guardado.observacao == "Retirados: 1 arquivo embutido."
    with guardado_como_pdf(guardado) as pdf:
        assert len(pdf.attachments) == 0
        assert b"conteudo" not in pdf_inteiro(pdf)


def test_what_was_taken_out_is_told_together(app: Flask) -> None:
    conteudo = pdfs.feito(pdfs.script_ao_abrir, pdfs.script_da_pagina, pdfs.formulario_xfa, pdfs.arquivo_dentro)
    guardado = guardar(conteudo, "ofício.pdf")
    assert guardado.observacao == "Retirados: 2 scripts, 1 formulário XFA e 1 arquivo embutido."
    assert guardar(conteudo, "ofício.pdf").sha256 == guardado.sha256  # the same file gives the same clean one


@pytest.mark.parametrize(
    "conteudo",
    [
        pdfs.feito(),
        pdfs.feito(pdfs.so_um_link),
        pdfs.feito(pdfs.assinatura),
        pdfs.feito(pdfs.assinatura, pdfs.so_um_link),
        pdfs.so_protegido(),
        pdf_pequeno(),
    ],
    ids=["limpo", "com link", "assinado", "assinado com link", "protegido", "da casa"],
)
def test_a_pdf_without_any_of_that_is_kept_byte_by_byte(app: Flask, conteudo: bytes) -> None:
    guardado = guardar(conteudo, "ofício.pdf")
    assert guardado.sha256 == hashlib.sha256(conteudo).hexdigest()
    assert guardado.observacao == ""


@pytest.mark.parametrize(
    ("conteudo", "frase"),
    [
        (pdfs.com_senha(), "“ofício.pdf” pede senha para abrir. Tire a senha e anexe de novo."),
        (pdfs.feito(pdfs.portfolio), "é um portfólio: uma pasta de arquivos em forma de PDF. Anexe cada arquivo"),
        (pdfs.feito(pdfs.xfa_dinamico), "só o programa dele abre. Imprima-o em PDF"),
        (
            pdfs.feito(pdfs.assinatura, pdfs.script_da_pagina, pdfs.arquivo_dentro),
            "tem assinatura digital e traz 1 script e 1 arquivo embutido, que o sistema não aceita e não pode tirar "
            "sem desfazer a assinatura",
        ),
        (pdf_pequeno()[: len(pdf_pequeno()) * 3 // 4], "ofício.pdf"),
        (pdfs.feito()[:-60], "ofício.pdf"),
        (b"%PDF-1.7\n", "não abre como PDF"),
        (b"", "está vazio"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name_with_what_to_do(app: Flask, conteudo: bytes, frase: str) -> None:
    with pytest.raises(ArquivoRecusado) as recusa:
        guardar(conteudo, "ofício.pdf")
    assert frase in recusa.value.mensagem
    assert recusa.value.campo == "arquivos"


def zip_de(**partes: bytes) -> bytes:
    saida = io.BytesIO()
    with zipfile.ZipFile(saida, "w", zipfile.ZIP_DEFLATED) as pacote:
        for nome, conteudo in partes.items():
            pacote.writestr(
                nome.replace("__", "/").replace("TIPOS", "[Content_Types].xml").replace("_xml", ".xml"), conteudo
            )
    return saida.getvalue()


def planilha() -> bytes:
    saida = io.BytesIO()
    openpyxl.Workbook().save(saida)
    return saida.getvalue()


DOCX = zip_de(TIPOS=b"<Types/>", word__document_xml=b"<w/>")
ODT = zip_de(mimetype=recebidos.TIPOS["odt"].encode(), content_xml=b"<office/>")


@pytest.mark.parametrize(
    ("nome", "conteudo"),
    [
        ("planilha.xlsx", planilha()),
        ("ofício.DOCX", DOCX),
        ("ofício.odt", ODT),
        ("nota.txt", "Ação à vista".encode()),
        ("dados.csv", b"\xef\xbb\xbfmunic\xc3\xadpio;valor\n"),
    ],
)
def test_other_types_are_taken_where_the_administrator_allows_them(app: Flask, nome: str, conteudo: bytes) -> None:
    extensao = recebidos.extensao_de(nome)
    guardado = guardar(conteudo, nome, extensao)
    assert (guardado.tipo, guardado.tamanho_bytes) == (recebidos.TIPOS[extensao], len(conteudo))
    with pytest.raises(ArquivoRecusado, match="não é PDF, JPG ou PNG"):
        guardar(conteudo, nome, *recebidos.EXTENSOES)


@pytest.mark.parametrize(
    ("nome", "conteudo", "frase"),
    [
        ("planilha.xlsx", DOCX, "não abre como XLSX"),
        ("ofício.docx", planilha(), "não abre como DOCX"),
        ("ofício.docx", b"PK\x03\x04", "não abre como DOCX"),
        ("ofício.docx", DOCX[:-30], "não abre como DOCX"),
        ("ofício.odt", DOCX, "não abre como ODT"),
        ("planilha.ods", ODT, "não abre como ODS"),
        ("ofício.docx", zip_de(TIPOS=b"", word__document_xml=b"", **{"word__vbaProject.bin": b"x"}), "traz macros"),
        ("ofício.odt", zip_de(mimetype=recebidos.TIPOS["odt"].encode(), content_xml=b"", Basic__x=b""), "traz macros"),
        ("nota.txt", "Ação".encode("cp1252"), "não está em UTF-8. Salve-o como texto (ou CSV) UTF-8"),
        ("dados.csv", b"MZ\x00\x01", "não abre como texto"),
    ],
)
def test_a_type_that_lies_is_refused(app: Flask, nome: str, conteudo: bytes, frase: str) -> None:
    with pytest.raises(ArquivoRecusado) as recusa:
        guardar(conteudo, nome)
    assert frase in recusa.value.mensagem


def test_a_slots_own_limit_holds_besides_the_settings(app: Flask) -> None:
    with pytest.raises(ArquivoRecusado, match="o limite é 1 kB por arquivo"):
        guardar(pdf_pequeno(), "ofício.pdf", "pdf", limite_bytes=1024)
    with pytest.raises(ArquivoRecusado, match="o limite é 50 MB por arquivo"):
        recebidos.conferir("ofício.pdf", 60 * 1024 * 1024, ["pdf"], limite_bytes=80 * 1024 * 1024)
    with pytest.raises(ArquivoRecusado, match=r"“ofício\.pdf” não é DOCX"):
        guardar(pdf_pequeno(), "ofício.pdf", "docx")


def test_a_file_of_this_machine_is_read_where_it_is(app: Flask, tmp_path: Path) -> None:
    arquivo = tmp_path / "chegou"
    arquivo.write_bytes(pdf_pequeno())
    assert recebidos.guardar(arquivo, "ofício.pdf").sha256 == hashlib.sha256(pdf_pequeno()).hexdigest()
    assert arquivo.exists()


def test_a_pdf_of_many_objects_is_looked_through_by_a_program_of_its_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exame_pdf, "OBJETOS_NO_PROCESSO", 0)
    monkeypatch.setattr(exame_pdf, "procurar", None)  # nothing is looked through in this process
    assert guardar(pdfs.feito(pdfs.script_ao_abrir), "ofício.pdf").observacao == "Retirados: 1 script."
    assert guardar(pdfs.feito(), "ofício.pdf").observacao == ""
    with pytest.raises(ArquivoRecusado, match=r"“ofício\.pdf” é um portfólio"):
        guardar(pdfs.feito(pdfs.portfolio), "ofício.pdf")
    monkeypatch.setattr(exame_pdf, "ESPERA_S", 0.001)
    with pytest.raises(ArquivoRecusado, match="não abre como PDF"):
        guardar(pdfs.feito(pdfs.so_um_link), "ofício.pdf")


def test_a_photograph_cut_short_is_refused(app: Flask) -> None:
    saida = io.BytesIO()
    Image.effect_noise((900, 700), 60).save(saida, "JPEG")
    assert guardar(saida.getvalue(), "foto.jpg").tamanho_bytes == len(saida.getvalue())
    with pytest.raises(ArquivoRecusado, match=r"“foto\.jpg” não abre como imagem"):
        guardar(saida.getvalue()[: len(saida.getvalue()) // 3], "foto.jpg")
