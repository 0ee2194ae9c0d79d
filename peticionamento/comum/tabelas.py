"""Tables of a text as a full grid: every slot of every row belongs to one cell, as Typst wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LIMITE_COLUNAS = 60
"""What a row has beyond it goes into its last cell."""
LIMITE_CABECA = 600
"""Letters in a heading that is still repeated on each page; a longer one would leave no room for the rows."""
LARGURA_PT = 448.0


@dataclass
class Celula:
    """One cell as written; `blocos` are filled in after it is made."""

    blocos: list[dict[str, Any]]
    colunas: int = 1
    linhas: int = 1
    titulo: bool = False


@dataclass
class Linha:
    """One row as written; `cabeca`: in the table's head."""

    cabeca: bool
    celulas: list[Celula] = field(default_factory=list)


@dataclass
class _Posta:
    x: int
    colunas: int
    linhas: int
    celula: Celula


def montar(linhas: list[Linha]) -> dict[str, Any] | None:
    """The table's block: column weights, letter size, heading and body cells row by row. None when it has no cell.

    Spans are cut where they would leave the grid or cover another cell; missing cells are empty ones.
    """
    linhas = [linha for linha in linhas if linha.celulas]
    if not linhas:
        return None
    cabeca = [linha for linha in linhas if linha.cabeca]
    corpo = [linha for linha in linhas if not linha.cabeca]
    while corpo and not any(linha.cabeca for linha in linhas) and all(c.titulo for c in corpo[0].celulas):
        cabeca.append(corpo.pop(0))
    largura = min(LIMITE_COLUNAS, max(_largura(cabeca), _largura(corpo)))
    postas = _por(cabeca, largura), _por(corpo, largura)
    letra, margem = _letra(largura)
    pesos = _pesos([posta for parte in postas for linha in parte for posta in linha], largura, letra, margem)
    saida = [[_celula(posta, pesos, letra, margem) for linha in parte for posta in linha] for parte in postas]
    return {
        "tipo": "tabela",
        "pesos": pesos,
        "letra": letra,
        "margem": margem,
        "cabeca": saida[0],
        "corpo": saida[1],
        "repete": sum(len(_textos(posta.celula)) for linha in postas[0] for posta in linha) <= LIMITE_CABECA,
    }


def _largura(linhas: list[Linha]) -> int:
    """How many columns the widest row needs, with what comes down into it from the rows above."""
    ocupadas: dict[int, int] = {}
    maior = 0
    for linha in linhas:
        x, descem = 0, dict(ocupadas)
        for celula in linha.celulas:
            while descem.get(x, 0) > 0:
                x += 1
            vao = min(celula.colunas, LIMITE_COLUNAS)
            for i in range(x, x + vao):
                ocupadas[i] = celula.linhas
            x += vao
        maior = max(maior, x)
        ocupadas = {i: n - 1 for i, n in ocupadas.items() if n > 1}
    return max(maior, 1)


def _por(linhas: list[Linha], largura: int) -> list[list[_Posta]]:
    """Put the cells of one part of the table (head or body) in their places and fill the holes."""
    livres_em = [0] * largura
    saida: list[list[_Posta]] = []
    for y, linha in enumerate(linhas):
        postas: list[_Posta] = []
        x = 0
        fila = iter(linha.celulas)
        while x < largura:
            if livres_em[x] > y:
                x += 1
                continue
            celula = next(fila, None) or Celula([])
            vao = 1
            while vao < celula.colunas and x + vao < largura and livres_em[x + vao] <= y:
                vao += 1
            altura = min(celula.linhas, len(linhas) - y)
            livres_em[x : x + vao] = [y + altura] * vao
            postas.append(_Posta(x, vao, altura, celula))
            x += vao
        saida.append(postas)
        for celula in fila:  # no slot is left for these
            next(posta for feitas in reversed(saida) for posta in feitas[::-1]).celula.blocos.extend(celula.blocos)
    return saida


def _letra(colunas: int) -> tuple[float, float]:
    """Letters and the space beside them, in points: the more columns, the smaller."""
    tamanhos = ((4, 10.5, 5.0), (7, 9.5, 4.0), (10, 8.5, 3.0), (15, 7.0, 2.0), (LIMITE_COLUNAS, 6.0, 1.0))
    return next((letra, margem) for ate, letra, margem in tamanhos if colunas <= ate)


def _textos(celula: Celula) -> str:
    return "\n".join(t.get("texto", "") for b in celula.blocos for t in b.get("trechos", ()))


def _pesos(postas: list[_Posta], largura: int, letra: float, margem: float) -> list[int]:
    """Each column's share of the width, in points: its longest word if that fits, then after its longest cell."""
    precisa, quer = [letra + 2 * margem] * largura, [0.0] * largura
    for posta in postas:
        if posta.colunas == 1:
            texto = _textos(posta.celula)
            palavra = max(map(len, texto.split()), default=0)
            precisa[posta.x] = max(precisa[posta.x], min(palavra, 24) * 0.58 * letra + 2 * margem)
            quer[posta.x] = max(quer[posta.x], min(len(texto), 120) * 0.5 * letra)
    sobra = LARGURA_PT - sum(precisa)
    if sobra <= 0:
        return [round(pontos) for pontos in precisa]
    total = sum(quer) or 1.0
    return [round(pontos + sobra * parte / total) for pontos, parte in zip(precisa, quer, strict=True)]


def _celula(posta: _Posta, pesos: list[int], letra: float, margem: float) -> dict[str, Any]:
    """One cell; `letras` is how long a word may be before it must break, `pontos` how wide a picture."""
    pontos = LARGURA_PT * sum(pesos[posta.x : posta.x + posta.colunas]) / sum(pesos) - 2 * margem
    return {
        "colunas": posta.colunas,
        "linhas": posta.linhas,
        "titulo": posta.celula.titulo,
        "blocos": posta.celula.blocos,
        "letras": max(2, min(30, int(pontos / (0.56 * letra)))),
        "pontos": pontos,
    }
