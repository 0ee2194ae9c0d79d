"""Tables as full grids: whatever spans were written, every slot is one cell's and no word is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from peticionamento.comum.tabelas import LIMITE_COLUNAS, Celula, Linha, montar

vaos = st.tuples(st.integers(1, 5), st.integers(1, 5), st.booleans())
linhas_escritas = st.lists(st.tuples(st.booleans(), st.lists(vaos, max_size=6)), max_size=8)


def escrever(escritas: list[tuple[bool, list[tuple[int, int, bool]]]]) -> tuple[list[Linha], list[str]]:
    """The rows, each cell with a word of its own, and the words."""
    linhas, ditas = [], []
    for cabeca, celulas in escritas:
        linha = Linha(cabeca=cabeca)
        for colunas, altura, titulo in celulas:
            ditas.append(f"p{len(ditas)}")
            blocos = [{"tipo": "p", "trechos": [{"texto": ditas[-1], "estilos": []}]}]
            linha.celulas.append(Celula(blocos, colunas, altura, titulo))
        linhas.append(linha)
    return linhas, ditas


def conferir_grade(celulas: list[dict[str, Any]], largura: int) -> None:
    """Place the cells as Typst does, each in the first free slot: they fill the rows without a hole or a collision."""
    ocupados: set[tuple[int, int]] = set()
    onde = 0
    for celula in celulas:
        while (onde // largura, onde % largura) in ocupados:
            onde += 1
        y, x = divmod(onde, largura)
        assert x + celula["colunas"] <= largura
        lugares = {(y + dy, x + dx) for dy in range(celula["linhas"]) for dx in range(celula["colunas"])}
        assert not lugares & ocupados
        ocupados |= lugares
    assert len(ocupados) % largura == 0
    assert ocupados == {(y, x) for y in range(len(ocupados) // largura) for x in range(largura)}


@settings(max_examples=300)
@given(linhas_escritas)
def test_whatever_the_spans_the_grid_is_full_and_holds_every_word(
    escritas: list[tuple[bool, list[tuple[int, int, bool]]]],
) -> None:
    linhas, ditas = escrever(escritas)
    tabela = montar(linhas)
    if tabela is None:
        assert ditas == []
        return
    for parte in ("cabeca", "corpo"):
        conferir_grade(tabela[parte], len(tabela["pesos"]))
    celulas = (*tabela["cabeca"], *tabela["corpo"])
    assert sorted(b["trechos"][0]["texto"] for c in celulas for b in c["blocos"]) == sorted(ditas)
    assert all(peso > 0 for peso in tabela["pesos"])


def test_a_row_wider_than_any_page_goes_into_its_last_cell() -> None:
    linhas, ditas = escrever([(False, [(1, 3, False)] * 70), (False, [(1, 1, False)] * 5)])
    tabela = montar(linhas)
    assert tabela is not None
    assert len(tabela["pesos"]) == LIMITE_COLUNAS
    assert sum(len(celula["blocos"]) for celula in tabela["corpo"]) == len(ditas) == 75


def test_the_first_rows_of_headings_are_the_tables_head() -> None:
    linhas, _ = escrever([(False, [(1, 1, True)] * 2), (False, [(1, 1, True), (1, 1, False)])])
    tabela = montar(linhas)
    assert tabela is not None
    assert (len(tabela["cabeca"]), len(tabela["corpo"])) == (2, 2)
    assert tabela["corpo"][0]["titulo"]
