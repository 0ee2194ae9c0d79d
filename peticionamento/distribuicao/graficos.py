"""The panel's plots: columns of deliveries above a line, failed tries below it, so that no colour is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peticionamento.comum.tempo import BRASILIA, dia_curto, hora
from peticionamento.comum.texto import milhar, plural
from peticionamento.distribuicao.queries import Ponto

LARGURA = 720
ACIMA, ABAIXO = 96, 24
"""How tall columns may be above the line and below it."""
VAO = 0.28
"""The part of each column's place that stays empty."""
MENOR, MENOR_FALHA = 2.0, 6.0
"""So tall is the least that is more than nothing; stripes want room."""


@dataclass(frozen=True)
class Coluna:
    """One hour or day. Coordinates of the drawing."""

    x: float
    largura: float
    y: float
    altura: float
    altura_falhas: float
    rotulo: str
    ponto: Ponto


@dataclass(frozen=True)
class Grafico:
    """A plot ready to be written as SVG."""

    chave: str
    titulo: str
    frase: str
    colunas: list[Coluna]
    maior: int
    largura: int = LARGURA
    base: int = ACIMA
    altura: int = ACIMA + ABAIXO


def horas(pontos: Sequence[Ponto]) -> Grafico:
    """The last 24 hours."""
    return _desenhar("horas", "Últimas 24 horas", pontos, lambda p: hora(p.inicio_em).partition("h")[0] + "h", "hora")


def dias(pontos: Sequence[Ponto]) -> Grafico:
    """The last 30 days."""
    return _desenhar(
        "dias", "Últimos 30 dias", pontos, lambda p: dia_curto(p.inicio_em.astimezone(BRASILIA).date()), "dia"
    )


def _desenhar(chave: str, titulo: str, pontos: Sequence[Ponto], rotulo: Callable[[Ponto], str], cada: str) -> Grafico:
    maior = max((p.entregues for p in pontos), default=0)
    mais_falhas = max((p.falhas for p in pontos), default=0)
    lugar = LARGURA / len(pontos)
    colunas = []
    for n, ponto in enumerate(pontos):
        altura = _altura(ponto.entregues, maior, ACIMA, MENOR)
        # To one scale with the deliveries, as long as they fit.
        falhas = _altura(ponto.falhas, max(maior * ABAIXO / ACIMA, mais_falhas), ABAIXO, MENOR_FALHA)
        x, largura = round(lugar * (n + VAO / 2), 1), round(lugar * (1 - VAO), 1)
        colunas.append(Coluna(x, largura, ACIMA - altura, altura, falhas, rotulo(ponto), ponto))
    return Grafico(chave, titulo, _frase(colunas, cada), colunas, maior)


def _altura(quanto: int, maior: float, espaco: int, menor: float) -> float:
    return max(menor, round(quanto / maior * espaco, 1)) if quanto else 0.0


def _frase(colunas: list[Coluna], cada: str) -> str:
    """What the plot shows, in a sentence."""
    entregues, falhas = (sum(getattr(c.ponto, que) for c in colunas) for que in ("entregues", "falhas"))
    if not entregues and not falhas:
        return "Nenhuma entrega nem falha."
    cheia = max(colunas, key=lambda c: c.ponto.entregues)
    frase = f"{milhar(entregues)} {'entrega' if entregues == 1 else 'entregas'}" if entregues else "Nenhuma entrega"
    if entregues:
        artigo = "a" if cada == "hora" else "o"
        frase += f"; {artigo} {cada} mais chei{artigo}, {cheia.rotulo}, teve {milhar(cheia.ponto.entregues)}"
    pior = max(colunas, key=lambda c: c.ponto.falhas)
    if not falhas:
        return f"{frase}. Nenhuma tentativa falhou."
    falharam = plural(falhas, "tentativa falhou", "tentativas falharam")
    return f"{frase}. {falharam}, mais em {pior.rotulo} ({pior.ponto.falhas})."
