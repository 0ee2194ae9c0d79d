"""The program's PDFs: always the same bytes, never running what was typed, never failing over a letter."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from config import RAIZ
from peticionamento.comum import pdf
from peticionamento.comum.texto import html_de_texto, limpar_documento, limpar_html

EM = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def gerar(html: str, **dados: str) -> bytes:
    """An answer written in the editor."""
    return _resposta(limpar_html(html), **dados)


def documento(html: str) -> bytes:
    """An answer that a model document became."""
    return _resposta(limpar_documento(html))


def _resposta(html: str, **dados: str) -> bytes:
    tudo = {
        "numero": "1490.01.0000001/2026-00",
        "numero_sei": "1000001",
        "assunto": "Leitos",
        "autor": "Ana",
        "em": "hoje",
    }
    return pdf.gerar("resposta", {**tudo, **dados, "blocos": pdf.blocos(html)}, em=EM)


def paginas(conteudo: bytes) -> list[str]:
    """The words of each page, in reading order; where a long word may break is not a letter."""
    with pypdfium2.PdfDocument(conteudo) as aberto:
        textos = [pagina.get_textpage().get_text_range() for pagina in aberto]
    return [re.sub(r"\s+", " ", texto.replace("\u200b", "")) for texto in textos]


def palavras(conteudo: bytes) -> str:
    return " ".join(paginas(conteudo))


def em_ordem(texto: str, *pedacos: str) -> bool:
    """Whether each piece comes after the one before."""
    onde = 0
    for pedaco in pedacos:
        achado = texto.find(pedaco, onde)
        if achado < 0:
            return False
        onde = achado + len(pedaco)
    return True


def figura(largura: int = 120, altura: int = 80, modo: str = "RGB", formato: str = "PNG") -> str:
    """A picture as a text carries it."""
    saida = io.BytesIO()
    Image.new(modo, (largura, altura)).save(saida, formato)
    return f"data:image/{formato.lower()};base64,{base64.b64encode(saida.getvalue()).decode()}"


def etiquetas(conteudo: bytes) -> list[str]:
    """The kinds of the structure's elements, as they are read aloud."""
    achadas: list[str] = []

    def andar(no: Any) -> None:
        if isinstance(no, pikepdf.Array):
            for filho in no:
                andar(filho)
        elif isinstance(no, pikepdf.Dictionary):
            if "/S" in no:
                achadas.append(str(no["/S"]).removeprefix("/"))
            if "/K" in no:
                andar(no["/K"])

    with pikepdf.open(io.BytesIO(conteudo)) as aberto:
        andar(aberto.Root["/StructTreeRoot"]["/K"])
    return achadas


def test_the_same_data_give_the_same_bytes() -> None:
    assert gerar("<p>Peço leitos.</p>") == gerar("<p>Peço leitos.</p>")
    assert gerar("<p>Peço leitos.</p>") != gerar("<p>Peço leites.</p>")


def test_a_long_document_too_gives_the_same_bytes() -> None:
    html = "<p>Peço leitos para o hospital.</p>" * 2_000
    assert gerar(html) == gerar(html)


def test_it_is_an_accessible_archive_document() -> None:
    conteudo = gerar("<p>Peço leitos.</p>")
    assert re.search(rb"pdfaid:part>2<", conteudo)
    assert re.search(rb"pdfaid:conformance>A<", conteudo)
    assert re.search(rb"pdfuaid:part>1<", conteudo)


def test_what_was_typed_is_shown_and_not_run() -> None:
    digitado = '#panic("x") $ *não* _é_ `código` @marca [a] {b} \\ // <rótulo> = Título ~'
    assert digitado.replace("  ", " ") in palavras(gerar(html_de_texto(digitado), assunto=digitado))


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
    blocos = [{"tipo": "p", "trechos": [{"texto": p, "estilos": estilos or []}]} for p in paragrafos]
    return {"numero": "1", "numero_sei": "1", "assunto": "x", "autor": "x", "em": "x", "blocos": blocos}


COMPLETO = f"""<h2>Do pedido</h2><p>Peço com <strong>urgência</strong> a obra,<br>H<sub>2</sub>O e 3 m<sup>3</sup>.</p>
<h4>Razões</h4><blockquote><p>Citação um.</p><p>Citação dois.</p></blockquote>
<ol><li>Primeiro<ul><li>de dentro<ol><li>do fundo</li></ol></li></ul></li>
<li><p>Segundo</p><p>ainda o segundo</p></li></ol><hr>
<table><caption>Quadro 1</caption><thead><tr><th>Emenda</th><th colspan="2">Valor e etapa</th></tr></thead>
<tbody><tr><td rowspan="2">123</td><td>R$ 10,00</td><td></td></tr><tr><td>R$ 20,00</td><td>paga</td></tr>
<tr><th>Total</th><td>só duas</td></tr></tbody></table>
<p>Veja <a href="https://www.almg.gov.br/x">o portal</a> e <a href="https://mg.gov.br/">https://mg.gov.br/</a>.</p>
<p>Mapa: <img src="{figura()}" alt="Mapa da estrada"> fim.</p>"""


def test_every_word_of_a_document_is_there_in_its_order() -> None:
    assert em_ordem(
        palavras(documento(COMPLETO)),
        "Do pedido", "Peço com urgência a obra, H2O e 3 m3.", "Razões", "Citação um.", "Citação dois.",
        "1. Primeiro", "• de dentro", "1. do fundo", "2. Segundo", "ainda o segundo", "Quadro 1",
        "Emenda Valor e etapa", "R$ 20,00", "paga", "Total só duas",
        "Veja o portal (https://www.almg.gov.br/x) e https://mg.gov.br/.", "Mapa:", "fim.",
    )  # fmt: skip
    assert palavras(documento(COMPLETO)).count("https://mg.gov.br/") == 1


def test_it_is_tagged_for_those_who_hear_it() -> None:
    achadas = etiquetas(documento(COMPLETO))
    assert {"H1", "H2", "H3", "P", "L", "LI", "Table", "TR", "TH", "TD", "Figure", "Link"} <= set(achadas)
    assert (achadas.count("Table"), achadas.count("L"), achadas.count("BlockQuote")) == (1, 3, 1)
    assert achadas.index("H1") < achadas.index("H2") < achadas.index("H3")


def test_what_the_file_says_of_itself() -> None:
    with pikepdf.open(io.BytesIO(documento(COMPLETO))) as aberto:
        assert aberto.Root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF's boolean
        assert [str(intento["/S"]) for intento in aberto.Root["/OutputIntents"]] == ["/GTS_PDFA1"]
        assert str(aberto.Root["/Lang"]) == "pt-BR"
        with aberto.open_metadata() as dados:
            assert (dados["pdfaid:part"], dados["pdfaid:conformance"], dados["pdfuaid:part"]) == ("2", "A", "1")
            assert dados["dc:title"] == "Leitos"


@pytest.mark.parametrize(
    ("html", "niveis"),
    [
        ("<h3>a</h3><h3>b</h3>", ["H1", "H2", "H2"]),
        ("<h2>a</h2><h4>b</h4><h3>c</h3>", ["H1", "H2", "H3", "H3"]),
        ("<h4>a</h4><h2>b</h2><h3>c</h3><h4>d</h4>", ["H1", "H2", "H2", "H3", "H4"]),
        ("<blockquote><h2>a</h2></blockquote><ul><li><h3>b</h3></li></ul>", ["H1"]),
    ],
)
def test_no_level_of_heading_is_skipped(html: str, niveis: list[str]) -> None:
    assert [tag for tag in etiquetas(documento(html)) if re.fullmatch(r"H[1-6]", tag)] == niveis


def test_a_table_goes_over_pages_with_its_heading_on_each() -> None:
    linhas = "".join(f"<tr><td>L{n:04d}</td><td>Etapa {n}</td></tr>" for n in range(300))
    folhas = paginas(documento(f"<table><thead><tr><th>Emenda</th><th>Andamento</th></tr></thead>{linhas}</table>"))
    assert len(folhas) > 5
    assert all(folha.count("Emenda Andamento") == 1 for folha in folhas)
    assert em_ordem(" ".join(folhas), *(f"L{n:04d} Etapa {n}" for n in range(300)))


def test_a_heading_too_long_to_be_repeated_is_there_once() -> None:
    cabeca = "<thead><tr><th>" + "palavra " * 500 + "</th></tr></thead>"
    folhas = paginas(documento(f"<table>{cabeca}{'<tr><td>linha</td></tr>' * 200}</table>"))
    assert " ".join(folhas).count("palavra") == 500
    assert " ".join(folhas).count("linha") == 200


def test_a_table_wider_than_the_page_keeps_every_word_on_it() -> None:
    celulas = [f"responsabilidade{n}" for n in range(18)]
    conteudo = documento(f"<table><tr>{''.join(f'<td>{c}</td>' for c in celulas)}</tr></table>")
    assert set(celulas) <= set(re.sub(r"(?<=[a-z]) (?=[a-z0-9])", "", palavras(conteudo)).split())
    _dentro_da_folha(conteudo)


def test_more_cells_than_columns_lose_nothing() -> None:
    conteudo = documento(f"<table><tr>{''.join(f'<td>c{n}.</td>' for n in range(150))}</tr></table>")
    assert re.sub(r"\s", "", palavras(conteudo)).count("c") >= 150
    assert "c149." in re.sub(r"\s", "", palavras(conteudo))


@pytest.mark.parametrize("texto", ["W" * 400, "https://mg.gov.br/" + "i" * 300, "a\u0301" * 200])
def test_a_word_longer_than_the_line_breaks(texto: str) -> None:
    _dentro_da_folha(documento(f"<p>{texto}</p><table><tr><td>1</td><td>{texto}</td></tr></table>"))


def _dentro_da_folha(conteudo: bytes) -> None:
    with pypdfium2.PdfDocument(conteudo) as aberto:
        for pagina in aberto:
            texto = pagina.get_textpage()
            direita = max(texto.get_charbox(n)[2] for n in range(texto.count_chars()))
            assert direita < pagina.get_width() - 50  # the margin is 73.7 points


@pytest.mark.parametrize(
    "html",
    [
        "<table></table>", "<table><tr></tr></table>", "<table><tr><td></td></tr></table>", "<table><thead><tr><th>a",
        "<table><tr><td colspan=9999 rowspan=9999>a</td></tr><tr><td>b</td></tr></table>",
        "<table><tr><td>a</td><td rowspan=3>b</td></tr><tr><td colspan=3>c</td></tr></table>",
        "<table><thead><tr><th rowspan=5>a</th></tr></thead><tr><td>b</td><td>c</td></tr></table>",
        "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>",
        "<table><tr><th>a</th></tr><tr><th>b</th></tr></table>", "<ul><li></li></ul>",
        "<ul>solto</ul>", "<li>solto</li>",
        "<blockquote></blockquote>", "<blockquote><table><tr><td>a</td></tr></table></blockquote>", "<td>a</td>",
        "<hr>",
        "<ul>" * 40 + "<li>a" * 40, "<blockquote>" * 40 + "a", "<h2></h2>", "<a href='https://a.b'></a>",
        "<p><img></p>",
        "<ul><li><table><tr><td>a</td></tr></table></li></ul>", "<strong><p>a</p></strong>",
    ],
)  # fmt: skip
def test_no_shape_of_markup_stops_a_document(html: str) -> None:
    lidas = set(re.sub(r"<[^>]*>", " ", html).split())
    assert lidas <= set(palavras(documento(html)).split())


def test_spaces_between_tags_are_no_words_and_lines_are_kept() -> None:
    html = "<table>\n  <tr>\n    <td>\n      Um\n    </td>\n  </tr>\n</table>\n<p>\n  dois <br>\n  três\n</p>"
    tabela, paragrafo = pdf.blocos(limpar_documento(html))
    assert [t["texto"] for t in tabela["corpo"][0]["blocos"][0]["trechos"]] == ["Um"]
    assert "".join(t["texto"] for t in paragrafo["trechos"]) == "dois\ntrês"
    assert pdf.blocos("") == pdf.blocos("<p> </p>") == pdf.blocos("<p><br></p><ul><li> </li></ul>") == []


@pytest.mark.parametrize(
    ("modo", "formato"), [("RGB", "PNG"), ("RGBA", "PNG"), ("L", "JPEG"), ("P", "PNG"), ("1", "PNG")]
)
def test_a_picture_is_in_the_document_with_its_words(modo: str, formato: str) -> None:
    conteudo = documento(f'<p>Antes <img src="{figura(40, 30, modo, formato)}" alt="Brasão"> depois</p>')
    with pikepdf.open(io.BytesIO(conteudo)) as aberto:
        imagens = [o for o in aberto.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert [(int(i["/Width"]), int(i["/Height"])) for i in imagens if "/SMask" in i or len(imagens) == 1] == [
            (40, 30)
        ]
        altos = [str(o["/Alt"]) for o in aberto.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert altos == ["Brasão"]


def test_a_picture_without_words_says_so_and_one_that_cannot_be_read_stops_nothing() -> None:
    assert "Imagem do documento, sem descrição." in str(pdf.blocos(f'<p>a<img src="{figura()}"></p>'))
    for ruim in ("data:image/png;base64,AAAA", figura(40, 40, "CMYK", "JPEG"), "https://a.b/c.png"):
        assert "Antes depois" in palavras(documento(f'<p>Antes <img src="{ruim}">depois</p>'))


def test_a_picture_fits_where_it_stands() -> None:
    uri = figura(3000, 20)
    solta, tabela = pdf.blocos(
        f'<p><img src="{uri}"></p><table><tr><td><img src="{uri}"></td><td>{"a " * 60}</td></tr></table>'
    )
    assert solta["trechos"][0]["largura"] == 448
    assert tabela["corpo"][0]["blocos"][0]["trechos"][0]["largura"] < 200
    alta = pdf.blocos(f'<img src="{figura(20, 3000)}">')[0]["trechos"][0]
    assert alta["altura"] == 620
    assert pdf.blocos(f'<img src="{uri}" width="100">')[0]["trechos"][0]["largura"] == 75


def test_two_hundred_pages_are_quick() -> None:
    html = "".join(f"<p>Parágrafo {n}. {'A comunidade pede a pavimentação da estrada. ' * 12}</p>" for n in range(1400))
    antes = time.perf_counter()
    conteudo = gerar(html)
    assert time.perf_counter() - antes < 30  # 0.9 s on two free cores
    folhas = paginas(conteudo)
    assert len(folhas) > 200
    assert em_ordem(" ".join(folhas), *(f"Parágrafo {n}." for n in range(1400)))


def test_long_documents_leave_no_memory_behind() -> None:
    programa = (
        "import resource; from datetime import UTC, datetime; from peticionamento.comum import pdf\n"
        "def um(n, vezes): pdf.gerar('resposta', {'numero': '1', 'numero_sei': '1', 'assunto': 'x', 'autor': 'x',"
        " 'em': 'x', 'blocos': pdf.blocos((f'<p>{n} ' + 'palavra ' * 80 + '</p>') * vezes)}, em=datetime.now(UTC))\n"
        "um(0, 1); antes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for n in range(6): um(n, 500)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - antes) // 1024)"
    )
    dito = subprocess.run([sys.executable, "-c", programa], cwd=RAIZ, capture_output=True, text=True, check=True)
    assert int(dito.stdout) < 100  # megabytes; in the program's own process it would be some 500


def test_what_cannot_be_drawn_is_an_error_with_its_reason() -> None:
    with pytest.raises(RuntimeError):
        pdf.gerar("resposta", {"blocos": []}, em=EM)
    with pytest.raises(RuntimeError, match="the document was not drawn"):
        pdf.gerar("resposta", {"blocos": [], "x": "x" * pdf.LIMITE_NO_PROCESSO}, em=EM)


@pytest.mark.parametrize("quantos", range(1, 8))
def test_styles_go_together(quantos: int) -> None:
    for tags in combinations(("strong", "em", "u", "s", "sub", "sup", 'a href="https://a.b"'), quantos):
        aberto = "".join(f"<{tag}>" for tag in tags)
        fechado = "".join(f"</{tag.split()[0]}>" for tag in reversed(tags))
        assert "Um dois" in palavras(documento(f"<p>Um {aberto}dois{fechado}</p>"))
