"""Which texts are nearly the same: campaigns and reiterations. They must not sit on both sides of a measurement."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from peticionamento.triagem.sugestoes.palavras import tracos

_FAIXAS, _LINHAS = 8, 5
_PRIMO = (1 << 31) - 1


def grupos(textos: Sequence[str]) -> list[int]:
    """The number of each text's group; texts that share some two thirds of their pairs of words share a group."""
    sorte = np.random.default_rng(7)
    a = sorte.integers(1, _PRIMO, _FAIXAS * _LINHAS, dtype=np.int64)[:, None]
    b = sorte.integers(0, _PRIMO, _FAIXAS * _LINHAS, dtype=np.int64)[:, None]
    pai = list(range(len(textos)))
    vistos: dict[tuple[int, bytes], int] = {}
    for n, texto in enumerate(textos):
        pares = {zlib.crc32(t.encode()) & 0x7FFFFFFF for t in tracos(texto, pedacos=False) if " " in t}
        if not pares:
            continue
        minimos = ((a * (np.array(sorted(pares), dtype=np.int64) % _PRIMO) % _PRIMO + b) % _PRIMO).min(axis=1)
        for faixa in range(_FAIXAS):
            chave = (faixa, minimos[faixa * _LINHAS : (faixa + 1) * _LINHAS].tobytes())
            outro = vistos.setdefault(chave, n)
            pai[_raiz(pai, n)] = _raiz(pai, outro)
    return [_raiz(pai, n) for n in range(len(textos))]


def _raiz(pai: list[int], n: int) -> int:
    while pai[n] != n:
        pai[n] = pai[pai[n]]
        n = pai[n]
    return n
