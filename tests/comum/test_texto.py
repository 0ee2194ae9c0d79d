"""Words and rich text: what is kept, what goes, and how lists and agencies are said."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from peticionamento.comum import texto
from peticionamento.comum.erros import Recusa

DESENHADOS = st.characters(exclude_categories=["C", "Z"])
palavras = st.text(DESENHADOS, min_size=1, max_size=12)
linhas = st.lists(palavras, min_size=1, max_size=6).map(" ".join)
paragrafos = st.lists(linhas, min_size=1, max_size=3).map("\n".join)
textos = st.lists(paragrafos, min_size=1, max_size=4).map("\n\n".join)


@pytest.mark.parametrize(
    ("sujo", "limpo"),
    [
        ("<p>Peço <script>alert(1)</script>leitos.</p>", "<p>Peço leitos.</p>"),
        ("<p>Peço</p><style>p{display:none}</style>", "<p>Peço</p>"),
        ('<p onclick="alert(1)" style="color:red" class="x">Peço</p>', "<p>Peço</p>"),
        ('<a href="javascript:alert(1)">Clique</a> aqui', "Clique aqui"),
        ('<img src=x onerror="alert(1)">Foto', "Foto"),
        ("<iframe srcdoc='<script>1</script>'></iframe>Fim", "Fim"),
        ("<svg><script>alert(1)</script></svg>Fim", "Fim"),
        ("<p>Peço<!-- nota --> leitos</p>", "<p>Peço leitos</p>"),
        ("<table><tr><td>Um</td></tr></table>", "Um"),
        ("<div>Um</div>", "Um"),
        ("<b>Um</b> <i>dois</i> <u>três</u>", "<strong>Um</strong> <em>dois</em> <u>três</u>"),
        ("<h1 id=a>Pedido</h1><h2>Motivo</h2>", "<h3>Pedido</h3><h3>Motivo</h3>"),
        ("<ul><li>Um<li>Dois</ul>", "<ul><li>Um</li><li>Dois</li></ul>"),
        ("<p>1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("<p>a\x00b\x07c\u202ed\u200be</p>", "<p>abcde</p>"),
        ("<p>&#7;&#x202e;a</p>", "<p>a</p>"),
    ],
)
def test_only_the_few_tags_stay_and_the_words_with_them(sujo: str, limpo: str) -> None:
    assert texto.limpar_html(sujo) == limpo


@given(st.text())
def test_whatever_is_typed_what_stays_is_clean_and_stays_the_same(bruto: str) -> None:
    limpo = texto.limpar_html(bruto)
    assert set(re.findall(r"</?([a-z0-9]+)", limpo)) <= texto.TAGS
    assert texto.limpar_html(limpo) == limpo


@given(st.text(alphabet="<>/\"'= abscriptonlk&;:x#0\x00\n", max_size=80))
def test_no_attribute_survives(bruto: str) -> None:
    assert not re.search(r"<[a-z0-9]+\s", texto.limpar_html(bruto))


@given(textos)
def test_plain_text_comes_back_as_it_was_typed(digitado: str) -> None:
    guardado = texto.limpar_html(texto.html_de_texto(digitado))
    assert texto.texto_de_html(guardado) == digitado
    assert texto.limpar_html(texto.html_de_texto(texto.texto_de_html(guardado))) == guardado


def test_plain_text_becomes_paragraphs_and_lines() -> None:
    assert texto.html_de_texto("Um\r\ndois\r\n\r\n\r\n\r\n<b>três</b>\x00") == (
        "<p>Um<br>dois</p><p>&lt;b&gt;três&lt;/b&gt;</p>"
    )
    assert texto.html_de_texto(" \n \n") == ""


def test_the_words_of_a_rich_text() -> None:
    rico = "<h3>Pedido</h3><p>Um &amp; <strong>dois</strong><br>três</p><ul><li>a</li><li>b</li></ul><p>Fim</p>"
    assert texto.texto_de_html(rico) == "Pedido\n\nUm & dois\ntrês\n\na\nb\n\nFim"


def test_one_line_is_one_line_without_control_characters() -> None:
    assert texto.limpar_linha(" Leitos \t de\r\n UTI\x00\x1b[31m\u202e\ufeff ") == "Leitos de UTI[31m"
    assert texto.limpar_linha("\x00\u200b") == ""


@pytest.mark.config(limite_texto_caracteres=10)
def test_a_text_too_long_says_how_long_it_is_and_markup_does_not_count(app: Flask) -> None:
    texto.conferir_texto("<p><strong>0123456789</strong></p>")
    with pytest.raises(Recusa) as recusa:
        texto.conferir_texto("<p>0123456789!</p>")
    assert recusa.value.mensagem == "O texto tem 11 caracteres; o máximo é 10. Anexe o resto em PDF."
    assert recusa.value.campo == "texto"


def test_accents_and_case_do_not_part_what_people_type() -> None:
    assert texto.sem_acentos("TEÓFILO Otôni") == texto.sem_acentos("teofilo otoni") == "teofilo otoni"
    assert texto.sem_acentos("Olhos d’Água") == texto.sem_acentos("OLHOS D'AGUA") == "olhos d'agua"


def test_counting_in_words() -> None:
    assert [texto.plural(n, "demanda", "demandas") for n in (0, 1, 2)] == ["0 demandas", "1 demanda", "2 demandas"]
    assert texto.milhar(1_234_567) == "1.234.567"


def test_lists_in_words() -> None:
    assert texto.enumerar([]) == ""
    assert texto.enumerar(["SES"]) == "SES"
    assert texto.enumerar(["SES", "SEE"]) == "SES e SEE"
    assert texto.enumerar(["SES", "DER-MG", "SEE"]) == "SES, DER-MG e SEE"


def test_agencies_have_a_gender() -> None:
    dizeres = (texto.ao_orgao, texto.no_orgao, texto.pelo_orgao, texto.do_orgao, texto.o_orgao)
    assert [dizer("SES") for dizer in dizeres] == ["à SES", "na SES", "pela SES", "da SES", "a SES"]
    assert [dizer("DER-MG") for dizer in dizeres] == ["ao DER-MG", "no DER-MG", "pelo DER-MG", "do DER-MG", "o DER-MG"]


@pytest.mark.parametrize(
    ("bytes_", "dito"),
    [(0, "0 B"), (1023, "1023 B"), (214_000, "209 kB"), (18_240_000, "17,4 MB"), (50 * 2**20, "50,0 MB")],
)
def test_sizes_in_words(bytes_: int, dito: str) -> None:
    assert texto.tamanho(bytes_) == dito


@pytest.mark.parametrize(("bytes_", "dito"), [(50 * 2**20, "50 MB"), (2**20 + 1, "1,0 MB"), (1024, "1 kB"), (0, "0 B")])
def test_a_limit_is_said_in_whole_megabytes(bytes_: int, dito: str) -> None:
    assert texto.tamanho_limite(bytes_) == dito


@pytest.mark.parametrize(
    ("sujo", "limpo"),
    [
        ("<h1 id=a>Um</h1><h2>Dois</h2>", "<h2>Um</h2><h2>Dois</h2>"),
        ('<td colspan="2" rowspan=x style="a">Um</td>', "Um"),
        (
            '<table border=1><tr><th colspan="2" onclick="x">Um</th></tr></table>',
            '<table><tbody><tr><th colspan="2">Um</th></tr></tbody></table>',
        ),
        ('<a href="javascript:alert(1)">Um</a>', "<a>Um</a>"),
        ('<a href="data:text/html,x">Um</a>', "<a>Um</a>"),
        ('<a href="https://mg.gov.br" target="_blank">Um</a>', '<a href="https://mg.gov.br">Um</a>'),
        ('<img src="https://mg.gov.br/a.png" alt="Um">Fim', "Fim"),
        ('<img src="data:image/svg+xml;base64,AAAA">Fim', "Fim"),
        (
            '<img alt="Um" src="data:image/png;base64,AAAA" onerror="x">',
            '<img alt="Um" src="data:image/png;base64,AAAA">',
        ),
        ("<b>H<sub>2</sub>O</b><hr><script>1</script>", "<strong>H<sub>2</sub>O</strong><hr>"),
    ],
)
def test_a_document_keeps_tables_links_and_pictures_inside_it(sujo: str, limpo: str) -> None:
    assert texto.limpar_documento(sujo) == limpo
    assert texto.limpar_documento(limpo) == limpo


@given(st.text(alphabet="<>/\"'= abscriptonlkimgheftdr&;:x#0,\x00\n", max_size=120))
def test_whatever_is_typed_into_a_document_stays_clean(bruto: str) -> None:
    limpo = texto.limpar_documento(bruto)
    assert set(re.findall(r"</?([a-z0-9]+)", limpo)) <= texto.TAGS_DE_DOCUMENTO
    assert set(re.findall(r"<[a-z0-9]+ ([a-z]+)=", limpo)) <= {"src", "alt", "width", "href", "colspan", "rowspan"}
    assert texto.limpar_documento(limpo) == limpo


def test_the_words_of_a_table_stand_apart() -> None:
    rico = "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table><h2>Fim</h2>"
    assert texto.texto_de_html(rico) == "a b\nc d\n\nFim"
