"""A campaign is one row of the queue, the table and the board, with the others folded under the highest of them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peticionamento.comum.paginacao import TAMANHO
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.campanhas import Campanha, dobrar
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem
from tests.triagem.test_fila import mudar
from tests.triagem.test_semelhantes import CAMPANHA, sobre

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]
PAGINAS = ("/triagem", "/triagem/tabela", "/triagem/quadro")


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador("Ana Dias")


def ver(cliente: FlaskClient, caminho: str) -> str:
    resposta = cliente.get(caminho)
    assert resposta.status_code == 200, (caminho, resposta.status)
    return re.sub(r"\s+", " ", html.unescape(resposta.text))


def campanha(*onde: str) -> list[Demanda]:
    """One demand a municipality, each of a deputy of its own, the first the highest of the queue."""
    demandas = [sobre(f"MG-114 em {municipio}", CAMPANHA, municipio) for municipio in onde]
    for lugar, demanda in enumerate(demandas):
        mudar(demanda, prioridade=lugar - 50)
    return demandas


def dobradas(pagina: str) -> str:
    """What is under a fold; one page has one."""
    (dentro,) = re.findall(r'<details class="dobradas".*?</details>', pagina)
    return str(dentro)


@pytest.mark.parametrize("caminho", PAGINAS)
def test_several_deputies_with_one_text_are_one_row_with_the_others_folded(
    ana: Pessoa, como: Como, caminho: str
) -> None:
    de_cima, *outras = campanha("Carbonita", "Itamarandiba", "Diamantina", "Malacacheta")
    sozinha = triagem.demanda(peticoes.protocolada(assunto="Leitos de UTI"))
    pagina = ver(como(ana), caminho)
    assert pagina.count("Campanha: 4 deputados, 4 demandas") == 1
    assert "Carbonita, Diamantina, Itamarandiba e mais um município" in pagina
    assert f'href="/triagem/{de_cima.id}/campanha?aba=aguardando"' in pagina
    assert "fora desta" not in pagina
    dentro = dobradas(pagina)
    assert f"Mais 3 nesta {'coluna' if 'quadro' in caminho else 'página'}" in dentro
    assert re.findall(r'href="/triagem/(\d+)\?', dentro) == [str(d.id) for d in outras]
    fora = pagina.replace(dentro, "")
    assert f'data-demanda="{de_cima.id}"' in fora
    assert f'data-demanda="{sozinha.id}"' in fora
    assert not any(f'data-demanda="{d.id}"' in fora for d in outras)


def test_counts_still_count_demands_and_the_page_says_how_many_it_does_not_show(ana: Pessoa, como: Como) -> None:
    demandas = campanha("Carbonita", "Itamarandiba", "Diamantina")
    triagem.em_triagem(ana, demandas[2].peticao)
    cliente = como(ana)
    assert "3 demandas aguardam triagem." in ver(cliente, "/triagem")
    so_sua = ver(cliente, "/triagem?aba=minhas")
    assert "Campanha: 3 deputados, 3 demandas" in so_sua
    assert "mais 2 fora desta página" in so_sua
    assert "dobradas" not in so_sua
    quadro = ver(cliente, "/triagem/quadro?aba=todas")
    assert "mais 1 fora desta coluna" in quadro
    assert "mais 2 fora desta coluna" in quadro
    assert "Mais 1 nesta coluna" in quadro


def test_a_campaign_over_two_pages_is_a_row_on_each_and_none_is_lost(ana: Pessoa, como: Como) -> None:
    demandas = [sobre(f"MG-114 {n:02d}", CAMPANHA) for n in range(TAMANHO + 3)]
    cliente, vistos, endereco = como(ana), [], "/triagem"
    paginas = []
    while endereco:
        paginas.append(pagina := ver(cliente, endereco))
        vistos += re.findall(r'data-demanda="(\d+)"', pagina)
        proxima = re.search(r'rel="next" href="([^"]*)"', pagina)
        endereco = proxima[1] if proxima else ""
    assert sorted(map(int, vistos)) == sorted(d.id for d in demandas)
    assert [p.count(f"Campanha: {TAMANHO + 3} deputados") for p in paginas] == [1, 1]
    assert f"Mais {TAMANHO - 1} nesta página" in paginas[0]
    assert "mais 3 fora desta página" in paginas[0]
    assert "Mais 2 nesta página" in paginas[1]
    assert f"mais {TAMANHO} fora desta página" in paginas[1]


def test_the_fold_is_open_around_the_demand_on_the_desk(ana: Pessoa, como: Como) -> None:
    de_cima, outra = campanha("Carbonita", "Itamarandiba")
    assert '<details class="dobradas">' in ver(como(ana), f"/triagem/{de_cima.id}")
    pagina = ver(como(ana), f"/triagem/{outra.id}")
    assert '<details class="dobradas" open>' in pagina
    assert "aria-current" in dobradas(pagina)


def test_every_row_has_its_box_and_the_highest_ones_goes_for_all(ana: Pessoa, como: Como) -> None:
    de_cima, outra = campanha("Carbonita", "Itamarandiba")
    sozinha = triagem.demanda(peticoes.protocolada(assunto="Leitos de UTI"))
    caixas = re.findall(r'<input type="checkbox" name="demandas" value="(\d+)"([^>]*)', ver(como(ana), "/triagem"))
    assert {int(id_): "data-marca-todas" in resto for id_, resto in caixas} == {
        de_cima.id: True,
        outra.id: False,
        sozinha.id: False,
    }


@pytest.mark.parametrize("caminho", PAGINAS)
def test_who_reads_a_folded_one_is_said_on_the_fold(ana: Pessoa, como: Como, caminho: str) -> None:
    de_cima, outra = campanha("Carbonita", "Itamarandiba")
    for demanda in (de_cima, outra):
        triagem.em_triagem(contas.triador("Bruno Sá"), demanda.peticao)
    dentro = dobradas(ver(como(ana), caminho))
    assert re.search(r"<summary>Mais 1 nesta .* · Lendo: Bruno Sá</span></summary>", dentro)
    assert dentro.count("Lendo: Bruno Sá") == 2, "and on its row"


def test_one_deputy_alone_or_a_text_that_was_answered_folds_nothing(ana: Pessoa, como: Como) -> None:
    helena = contas.deputada("Helena")
    for n in range(2):
        sobre(f"MG-114 {n}", CAMPANHA, autor=helena)
    assert "Campanha" not in ver(como(ana), "/triagem")
    respondida = triagem.respondida(peticao=sobre("MG-114, ano passado", CAMPANHA).peticao)
    sobre("MG-114 de novo", CAMPANHA)
    pagina = ver(como(ana), "/triagem?aba=todas")
    assert "Campanha: 2 deputados, 3 demandas" in pagina
    assert f'data-demanda="{respondida.id}"' in pagina.replace(dobradas(pagina), ""), "it ended: a row of its own"


def test_the_order_of_the_others_is_kept() -> None:
    class Linha:
        def __init__(self, id_: int, impressao: str, estado: EstadoDemanda = EstadoDemanda.AGUARDANDO) -> None:
            self.id, self.impressao, self.estado = id_, impressao, estado

    linhas = [Linha(1, ""), Linha(2, "a"), Linha(3, "b"), Linha(4, "a"), Linha(5, "c"), Linha(6, ""), Linha(7, "a")]
    dobras = dobrar(linhas, {"a": Campanha(3, 9), "b": Campanha(2, 2)})
    assert [(d.linha.id, [o.id for o in d.outras], d.fora) for d in dobras] == [
        (1, [], 0), (2, [4, 7], 6), (3, [], 1), (5, [], 0), (6, [], 0),
    ]  # fmt: skip


@pytest.mark.parametrize("caminho", PAGINAS)
def test_the_statements_are_the_same_whatever_the_length_and_twelve_at_most(
    ana: Pessoa, como: Como, contar_consultas: Contar, caminho: str
) -> None:
    cliente, custos = como(ana), []
    campanha("Carbonita", "Itamarandiba")
    for _ in range(2):
        with contar_consultas() as vistas:
            cliente.get(caminho)
        custos.append(len(vistas))
        for n in range(4):
            sobre(f"MG-114 {n}", CAMPANHA)
            triagem.em_triagem(ana, sobre(f"MG-367 {n}", CAMPANHA.replace("114", "367")).peticao)
    assert custos[0] == custos[1] <= 12, custos
