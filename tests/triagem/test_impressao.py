"""The fingerprint of a text: names, places, dates and figures aside."""

from __future__ import annotations

import pytest
from flask import Flask

from peticionamento.comum.db import db
from peticionamento.peticoes.models import Especie
from peticionamento.triagem.impressao import do_texto, impressao
from tests.factories import contas, peticoes, triagem

TEXTO = (
    "Venho solicitar o recapeamento da rodovia MG-114 no trecho que corta {onde}, interditado desde 3 de março de "
    "2026, por onde passam {quantos} veículos por dia. {quem}, {cargo}."
)


def preenchido(onde: str, quem: str, quantos: str = "1.200", cargo: str = "deputada estadual") -> str:
    return TEXTO.format(onde=onde, quem=quem, quantos=quantos, cargo=cargo)


def test_the_same_words_by_others_about_another_place_are_one_text() -> None:
    um = do_texto(preenchido("Carbonita", "Helena Prates"), ["Helena Prates", "Carbonita"])
    outro = do_texto(preenchido("Água Boa", "OTÁVIO LINS", "950", "deputado estadual"), ["Otávio Lins", "Água Boa"])
    assert um == outro
    assert len(um) == 32


@pytest.mark.parametrize("de", ["MG-114", "recapeamento", "interditado"])
def test_another_road_or_another_word_is_another_text(de: str) -> None:
    texto = preenchido("Carbonita", "Helena Prates")
    nomes = ["Helena Prates", "Carbonita"]
    assert do_texto(texto.replace(de, "MG-367"), nomes) != do_texto(texto, nomes)


def test_a_text_alike_by_chance_has_none() -> None:
    assert do_texto("Peço a reforma da escola estadual do bairro.", []) == ""


def test_filing_writes_it_and_a_repetition_has_none(app: Flask) -> None:
    texto = f"<p>{preenchido('Teófilo Otoni', 'Helena')}</p>"
    rascunho = peticoes.rascunho(contas.deputada("Helena"), texto=texto)
    peticao = peticoes.services.protocolar(
        rascunho.id, contas.SENHA, por=rascunho.autor, versao=rascunho.versao, agora=peticoes.agora()
    )
    assert triagem.demanda_de(peticao).impressao == impressao(peticao) != ""
    with db.session().no_autoflush:
        peticao.especie = Especie.REITERACAO
        assert impressao(peticao) == ""
        db.session().expire(peticao)
