"""A proposition as typed, as the Assembly tells it, and what it means for a petition: pure functions."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peticionamento.comum.erros import Recusa
from peticionamento.comum.tempo import hoje
from peticionamento.peticoes.assembleia import leitura
from peticionamento.peticoes.assembleia.proposicao import Proposicao, ler_item
from peticionamento.peticoes.assembleia.referencia import Referencia, interpretar

RQN = Referencia("RQN", 8788, 2024)
AUTORA = "Marina Vasques Prado"


def proposicao(**mudancas: Any) -> Proposicao:
    base = Proposicao("RQN", 8788, 2024, "Requer leitos.", (AUTORA,), "Aprovado", (), "2024-11-20")
    return dataclasses.replace(base, **mudancas)


# ------------------------------------------------------------------ the reference as typed


@pytest.mark.parametrize(
    "digitada",
    [
        "RQN 8788/2024", "rqn8788/2024", "RQN nº 8.788/2024", "rqn n. 8788 / 2024", "RQN-8788-2024", "RQN 8788 de 2024",
        "Requerimento nº 8.788/2024", "requerimento 8788/24", "RQN\u00a0n°\u00a08.788/2024.", "RQN 8788 2024",
        "https://www.almg.gov.br/projetos-de-lei/RQN/8788/2024", "https://www.almg.gov.br/projetos-de-lei/rqn/8788/2024/",
        "RQN número 8788/2024", "RQNº8788/2024",
    ],
)  # fmt: skip
def test_a_reference_is_read_as_people_type_it(digitada: str) -> None:
    assert interpretar(digitada) == RQN
    assert str(RQN) == "RQN 8788/2024"


@pytest.mark.parametrize(
    ("digitada", "normal"),
    [
        ("Requerimento de Comissão nº 11.050/2024", "RQC 11050/2024"),
        ("Indicação 12/2023", "IND 12/2023"),
        ("projeto de lei complementar 7/2019", "PLC 7/2019"),
        ("PL 1.880/23", "PL 1880/2023"),
        ("PL 100/98", "PL 100/1998"),
    ],
)
def test_kinds_in_words_and_short_years_are_known(digitada: str, normal: str) -> None:
    assert str(interpretar(digitada)) == normal


@pytest.mark.parametrize(
    ("digitada", "frase"),
    [
        ("", "Digite o número da proposição, como RQN 8788/2024."),
        ("  \u200b ", "Digite o número da proposição, como RQN 8788/2024."),
        ("RQN", "Falta o número."),
        ("o requerimento da saúde", "Falta o número."),
        ("8788/2024", "Falta a sigla no começo (RQN, RQC, IND, PL…)"),
        ("RQN 8788", "Falta o ano."),
        ("RQN 8.788", "Falta o ano."),
        ("RQN 8788/2024 e 8789/2024", "Não entendemos esse número."),
        ("RQN 8788/024", "Não entendemos esse número."),
        ("RQN ٨٧٨٨/2024", "Falta o ano."),
        ("RQN 0/2024", "vai de 1 a 999.999"),
        ("RQN 99999999/2024", "vai de 1 a 999.999"),
        ("RQN 1/1890", "O ano 1890 é anterior"),
    ],
)
def test_what_is_wrong_with_a_reference_is_said(digitada: str, frase: str) -> None:
    with pytest.raises(Recusa) as recusada:
        interpretar(digitada)
    assert frase in recusada.value.mensagem
    assert recusada.value.campo == "proposicao"


def test_a_year_to_come_is_said() -> None:
    ano = hoje().year + 1
    with pytest.raises(Recusa, match=f"O ano {ano} ainda não chegou"):
        interpretar(f"RQN 1/{ano}")


_siglas = st.sampled_from(["RQN", "RQC", "IND", "PL", "PLC", "PEC", "PRE", "VET"])
_numeros = st.integers(1, 999_999)
_anos = st.integers(1947, 2026)


@given(
    _siglas, _numeros, _anos, st.sampled_from(["", " ", "  ", ". ", " nº ", " n. ", " N° "]),
    st.sampled_from(["/", " / ", "-"]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_however_it_is_spaced_and_dotted_it_is_the_same_reference(
    sigla: str, numero: int, ano: int, meio: str, barra: str, pontos: bool, minuscula: bool
) -> None:
    digitos = f"{numero:,}".replace(",", ".") if pontos else str(numero)
    digitada = f"{sigla.lower() if minuscula else sigla}{meio}{digitos}{barra}{ano}"
    lida = interpretar(digitada)
    assert lida == Referencia(sigla, numero, ano)
    assert interpretar(str(lida)) == lida == interpretar(lida.link)


@given(
    st.text(max_size=60) | st.from_regex(r"[A-Za-z]{0,7}[ .º/-]{0,3}[0-9.]{0,8}[ /-]{0,2}[0-9]{0,5}", fullmatch=True)
)
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(digitada: str) -> None:
    try:
        lida = interpretar(digitada)
    except Recusa as recusa:
        frase, lida = recusa.mensagem, None
    if lida is None:
        assert frase.endswith(".")
    else:
        assert len(str(lida)) <= 24
        assert interpretar(str(lida)) == lida


# ------------------------------------------------------------------ the Assembly's answer


def item(**mudancas: Any) -> dict[str, Any]:
    return {
        "siglaTipoProjeto": "RQN", "numero": "8788", "ano": "2024", "assunto": "Requer\n leitos.",
        "autor": "Deputada Marina Vasques Prado        PXY", **mudancas,
    }  # fmt: skip


def test_an_item_is_cleaned() -> None:
    lida = ler_item(
        item(
            assunto="Requer\nseja  encaminhado\u0000 ao órgão\ud800\u202e –\r\n pedido.",
            autor="Deputada Marina Vasques Prado                 PXY\nDeputado Zé da Silva   PZ\n\nComissão de Saúde",
            indexacao="/Tema/Saúde\n /Tema/Esporte e Lazer \nsem barra\n",
            situacao=" Aprovado ",
            dataPublicacao={"@class": "sql-timestamp", "$": "2024-11-20 00:00:00.0"},
        ),
        RQN,
    )
    assert lida is not None
    assert lida.ementa == "Requer seja encaminhado ao órgão – pedido."
    assert lida.autores == (AUTORA, "Zé da Silva", "Comissão de Saúde")
    assert lida.caminhos == ("/Tema/Saúde", "/Tema/Esporte e Lazer")
    assert (lida.situacao, lida.publicada_dia) == ("Aprovado", "2024-11-20")
    assert lida == Proposicao.guardada(lida.para_guardar())


@pytest.mark.parametrize(
    ("mudancas", "autores"),
    [
        ({"autoresEstruturados": [{"id": 1, "nome": "Deputado João Neves", "partido": "PX"}]}, ("João Neves",)),
        ({"autoresEstruturados": {"nome": "Dep. João Neves"}}, ("João Neves",)),
        ({"autoresEstruturados": ["João", None, {}]}, (AUTORA,)),
        ({"autoresEstruturados": None, "autor": ["Deputada A", "Deputado B      PQ"]}, ("A", "B")),
        ({"autor": None}, ()),
        ({"autor": {"x": 1}}, ("{'x': 1}",)),
    ],
)
def test_authors_come_in_several_shapes(mudancas: dict[str, Any], autores: tuple[str, ...]) -> None:
    lida = ler_item(item(**mudancas), RQN)
    assert lida is not None
    assert lida.autores == autores


@pytest.mark.parametrize(
    "mudancas",
    [
        {"numero": "8789"}, {"ano": "2023"}, {"siglaTipoProjeto": "RQC"}, {"numero": None}, {"numero": "oito"},
        {"numero": {"$": 8788}}, {"assunto": ""}, {"assunto": ["x"]}, {"numero": "9" * 40},
    ],
)  # fmt: skip
def test_another_proposition_or_one_without_text_is_none(mudancas: dict[str, Any]) -> None:
    assert ler_item(item(**mudancas), RQN) is None


@pytest.mark.parametrize(
    ("mudancas", "dia"),
    [({"numero": 8788, "ano": 2024}, ""), ({"numero": "8.788"}, ""), ({"dataPublicacao": "2024-02-31"}, "")],
)
def test_odd_numbers_and_dates_are_bearable(mudancas: dict[str, Any], dia: str) -> None:
    lida = ler_item(item(**mudancas), RQN)
    assert lida is not None
    assert lida.publicada_dia == dia


def test_ementa_serves_where_assunto_is_missing() -> None:
    lida = ler_item(item(assunto=None, ementa="Institui a política."), RQN)
    assert lida is not None
    assert lida.ementa == "Institui a política."


def test_a_strangers_answer_is_kept_within_bounds() -> None:
    lida = ler_item(item(assunto="a" * 90_000, autor="x" * 900 + "\n" + "b\n" * 900, situacao="s" * 900), RQN)
    assert lida is not None
    assert (len(lida.ementa), len(lida.autores), len(lida.autores[0]), len(lida.situacao)) == (10_000, 100, 200, 200)


# ------------------------------------------------------------------ what it means for a petition


@pytest.mark.parametrize(
    ("ementa", "assunto"),
    [
        (
            "Requer seja encaminhado à Secretaria de Estado de Saúde – SES – pedido de providências para a compra.",
            "Pedido de providências para a compra",
        ),
        ("Requer ao DER-MG pedido de informações sobre a LMG-622.", "Pedido de informações sobre a LMG-622"),
        ("Institui a política estadual do leite.", "Institui a política estadual do leite"),
        ("pedido de providências " + "muito " * 30, "Pedido de providências " + ("muito " * 12).rstrip() + "…"),
        (
            "Pedido de providências para a reforma do telhado da Escola Estadual Coronel Fulgêncio, no Município de"
            " Luz.",
            "Pedido de providências para a reforma do telhado da Escola Estadual Coronel Fulgêncio…",
        ),
        ("x" * 300, "X" + "x" * 98 + "…"),
        ("A" * 100, "A" * 100),
    ],
)  # fmt: skip
def test_the_subject_begins_at_what_is_asked_and_ends_at_a_word(ementa: str, assunto: str) -> None:
    feito = leitura.assunto_de(proposicao(ementa=ementa))
    assert feito == assunto
    assert len(feito) <= 100


@given(st.text(min_size=1, max_size=400).filter(str.strip))
def test_no_subject_is_too_long(ementa: str) -> None:
    assert len(leitura.assunto_de(proposicao(ementa=ementa))) <= 100


NOMES = ["Luz", "Machado", "São João", "São João do Paraíso", "Formiga", "Olhos-d'Água", "Teófilo Otoni", "Mesquita"]


@pytest.mark.parametrize(
    ("ementa", "nome"),
    [
        ("no Município de São João do Paraíso.", "São João do Paraíso"),
        ("na cidade de Teofilo Otoni-MG, com urgência", "Teófilo Otoni"),
        ("em Teo\u0301filo Otoni", "Teófilo Otoni"),
        ("em Olhos-d’Água", "Olhos-d'Água"),
        ("na Escola Machado de Assis, no Município de Formiga", "Formiga"),
        ("no município da Luz", "Luz"),
        ("à luz da lei e de suas formigas", None),
        ("nos Municípios de Formiga e Luz", None),
        ("em Formiga e Luz", None),
        ("em Luz, e de novo em Luz", "Luz"),
        ("na Rua Machadinho", None),
        ("em Belo Horizonte", None),
        ("", None),
    ],
)
def test_the_municipality_is_the_one_that_is_named(ementa: str, nome: str | None) -> None:
    assert leitura.municipio_de(ementa, NOMES) == nome


def test_without_municipalities_none_is_found() -> None:
    assert leitura.municipio_de("em Formiga", []) is None


@pytest.mark.parametrize(
    ("autor", "confere"),
    [
        (AUTORA, True), ("marina  VASQUES prado", True), ("Deputada Marina Vasques Prado", True),
        ("Márina Vasques Prado", True), ("Marina Prado", False), ("Marina Vasques Prado Lima", False), ("", False),
    ],
)  # fmt: skip
def test_an_author_is_known_by_the_whole_name(autor: str, confere: bool) -> None:
    assert leitura.autor_confere(proposicao(autores=("Outro Nome", "Deputada " + AUTORA)), autor) is confere


@pytest.mark.parametrize(
    ("mudancas", "frase"),
    [
        ({"autores": ("João Neves",)}, "O requerimento é de João Neves; a petição é de Beltrana."),
        ({"autores": ("A", "B")}, "O requerimento é de A e B; a petição é de Beltrana."),
        ({"autores": ("A", "B", "C", "D", "E")}, "O requerimento é de A, B, C e mais 2; a petição é de Beltrana."),
        ({"autores": ("Comissão de Saúde",)}, "O requerimento é da Comissão de Saúde; a petição é de Beltrana."),
        ({"sigla": "IND"}, f"A indicação é de {AUTORA}; a petição é de Beltrana."),
        ({"sigla": "VET"}, f"A proposição é de {AUTORA}; a petição é de Beltrana."),
        ({"autores": ()}, "A Assembleia não informa quem é o autor do requerimento; a petição é de Beltrana."),
    ],
)  # fmt: skip
def test_the_warning_says_whose_it_is(mudancas: dict[str, Any], frase: str) -> None:
    assert leitura.aviso_de_autor(proposicao(**mudancas), "Beltrana") == frase
