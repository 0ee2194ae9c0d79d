"""The tree of themes, and what the Assembly's subject paths mean in it."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.cadastros.carga_temas import carregar_temas
from peticionamento.cadastros.models import Tema
from peticionamento.cadastros.queries import tema_do_caminho_almg, temas_ativos
from peticionamento.comum.db import db, transaction
from peticionamento.comum.texto import sem_acentos
from tests.factories import cadastros


@pytest.fixture
def temas(app: Flask) -> list[Tema]:
    carregar_temas()
    return temas_ativos()


def caminho(*caminhos: str) -> str | None:
    tema = tema_do_caminho_almg(list(caminhos))
    return tema.caminho if tema else None


def test_the_tree_has_roots_with_subthemes_and_comes_in_its_order(temas: list[Tema]) -> None:
    raizes = [tema for tema in temas if tema.pai_id is None]
    assert 15 <= len(raizes) <= 20
    por_raiz = Counter(tema.pai_id for tema in temas if tema.pai_id is not None)
    assert all(4 <= por_raiz[raiz.id] <= 10 for raiz in raizes)
    assert temas[0].caminho == "Saúde"
    assert temas[1].caminho == "Saúde › Hospitais e leitos"
    corrente = None
    for tema in temas:  # every subtheme stands under its own root
        corrente = tema if tema.pai_id is None else corrente
        assert tema.pai_id in (None, corrente.id if corrente else None)


def test_loading_again_adds_nothing_and_touches_nothing(temas: list[Tema]) -> None:
    with transaction():
        temas[0].nome, temas[1].ativo = "Saúde e bem-estar", False
    assert carregar_temas() == 0
    db.session().expire_all()
    assert (temas[0].nome, temas[1].ativo) == ("Saúde e bem-estar", False)
    with transaction() as session:
        session.delete(temas[3])
    assert carregar_temas() == 1
    assert cadastros.quantos(Tema) == len(temas)


def test_each_beginning_is_written_plain_and_means_one_theme(temas: list[Tema]) -> None:
    inicios = Counter(inicio for tema in temas for inicio in tema.caminhos_almg)
    assert [inicio for inicio, vezes in inicios.items() if vezes > 1] == []
    for inicio in inicios:
        assert inicio.startswith("/tema/")
        assert inicio == sem_acentos(inicio).rstrip("/")


def test_a_theme_put_aside_takes_its_subthemes_with_it(temas: list[Tema]) -> None:
    with transaction():
        temas[0].ativo = False
    assert not [tema for tema in temas_ativos() if tema.caminho.startswith("Saúde")]
    assert caminho("/Tema/Saúde Pública/Medicamento") is None


@pytest.mark.parametrize(
    ("caminhos", "esperado"),
    [
        (["/Tema/Segurança Pública/Crime/Crime Contra a Pessoa"], "Segurança pública › Crimes e investigação"),
        (["/tema/SEGURANCA  publica/crime"], "Segurança pública › Crimes e investigação"),
        (["/Tema/Segurança Pública"], "Segurança pública"),
        (["/Tema/Segurança Pública Municipal"], None),
        (["/Tema/Mineração/Barragem de Rejeitos"], "Energia, mineração e comunicações › Barragens de rejeitos"),
        (
            ["/Tema/Meio Ambiente/Gestão Ambiental/Proteção Ambiental/Unidade de Conservação"],
            "Meio ambiente › Parques e áreas protegidas",
        ),
        # The deeper one wins, whatever the order; between equals the one named first.
        (
            ["/Tema/Saúde Pública", "/Tema/Esporte e Lazer/Esporte"],
            "Esporte, lazer e juventude › Esporte e competições",
        ),
        (["/Tema/Agropecuária/Café", "/Tema/Energia/Tarifa"], "Agricultura e pecuária"),
        # Where is not what about.
        (
            [
                "/Tema/Municípios e Desenvolvimento Regional/Política Urbana/Região de Planejamento/Norte de Minas/"
                "Montes Claros (Microrregião)/Montes Claros",
                "/Tema/Administração Pública",
            ],
            "Gestão pública e emendas",
        ),
        (["/Tema/Municípios e Desenvolvimento Regional/Política Urbana/Região de Planejamento/Sul"], None),
        (["", "/", "Tema/Saúde", "/Tema", "/Tema/Que Não Existe"], None),
        ([], None),
    ],
)
def test_the_deepest_beginning_says_the_theme(temas: list[Tema], caminhos: list[str], esperado: str | None) -> None:
    assert caminho(*caminhos) == esperado


def test_a_theme_keeps_its_place_when_it_is_renamed(temas: list[Tema]) -> None:
    consulta = select(Tema).where(Tema.caminho == "Segurança pública")
    with transaction():
        db.session().execute(consulta).scalar_one().nome = "Segurança"
    assert caminho("/Tema/Segurança Pública") == "Segurança pública"
