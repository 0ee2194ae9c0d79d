"""The program's PDFs: always the same bytes, never running what was typed, never failing over a letter."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pypdfium2
import pytest

from peticionamento.comum import pdf
from peticionamento.comum.texto import html_de_texto, limpar_html

EM = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def gerar(html: str, **dados: str) -> bytes:
    tudo = {
        "numero": "1490.01.0000001/2026-00",
        "numero_sei": "1000001",
        "assunto": "Leitos",
        "autor": "Ana",
        "em": "hoje",
    }
    return pdf.gerar("resposta", {**tudo, **dados, "blocos": pdf.blocos(limpar_html(html))}, em=EM)


def palavras(conteudo: bytes) -> str:
    with pypdfium2.PdfDocument(conteudo) as documento:
        texto = "".join(pagina.get_textpage().get_text_range() for pagina in documento)
    return re.sub(r"\s+", " ", texto)


def test_the_same_data_give_the_same_bytes() -> None:
    assert gerar("<p>Peço leitos.</p>") == gerar("<p>Peço leitos.</p>")
    assert gerar("<p>Peço leitos.</p>") != gerar("<p>Peço leites.</p>")


def test_it_is_an_accessible_archive_document() -> None:
    conteudo = gerar("<p>Peço leitos.</p>")
    assert re.search(rb"pdfaid:part>2<", conteudo)
    assert re.search(rb"pdfaid:conformance>A<", conteudo)
    assert re.search(rb"pdfuaid:part>1<", conteudo)


def test_what_was_typed_is_shown_and_not_run() -> None:
    digitado = '#panic("x") $ *não* _é_ `código` @marca [a] {b} \\ // <rótulo> = Título ~'
    assert digitado.replace("  ", " ") in palavras(gerar(html_de_texto(digitado), assunto=digitado))


def test_the_blocks_of_a_text() -> None:
    html = limpar_html(
        "<h3>Pedido</h3><p>Um <strong>dois</strong><br>três</p><ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"
    )
    assert [
        (b["tipo"], b["ordem"], b["nivel"], "".join(t["texto"] for t in b["trechos"])) for b in pdf.blocos(html)
    ] == [
        ("h3", 0, 0, "Pedido"),
        ("p", 0, 0, "Um dois\ntrês"),
        ("li", 1, 0, "a"),
        ("li", 0, 1, "b"),
        ("li", 2, 0, "c"),
    ]
    assert pdf.blocos("") == pdf.blocos("<p> </p>") == []


@pytest.mark.parametrize("letra", ["😀", "✅\ufe0f", "中文", "שלום", "\ue000", "\U000f0000", "\ufffe"])
def test_what_the_fonts_lack_becomes_a_box(letra: str) -> None:
    conteudo = pdf.gerar("resposta", {**_dados(f"Antes{letra}depois"), "assunto": letra}, em=EM)
    assert "Antes□depois" in palavras(conteudo)


@pytest.mark.parametrize("estilos", [[], ["strong"], ["em"]])
def test_every_letter_promised_can_be_drawn(estilos: list[str]) -> None:
    letras = [chr(n) for n in range(0x20, 0x10000) if not 0xD800 <= n < 0xE000 and not pdf._SEM_LETRA.match(chr(n))]
    assert len(letras) > 2_600
    pdf.gerar("resposta", _dados(*letras, estilos=estilos), em=EM)


def _dados(*paragrafos: str, estilos: list[str] | None = None) -> dict[str, object]:
    blocos = [
        {"tipo": "p", "ordem": 0, "nivel": 0, "trechos": [{"texto": p, "estilos": estilos or []}]} for p in paragrafos
    ]
    return {"numero": "1", "numero_sei": "1", "assunto": "x", "autor": "x", "em": "x", "blocos": blocos}
