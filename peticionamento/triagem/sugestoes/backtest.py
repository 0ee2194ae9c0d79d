"""How good the suggestions are: learn from the past, be asked about what came next. Pure: no Flask, no database."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from peticionamento.triagem.sugestoes.modelo import Competencia, Modelo, vale
from peticionamento.triagem.sugestoes.palavras import Nomes
from peticionamento.triagem.sugestoes.treino import MUITAS, SEMENTE, Amostra, treinar

FATIAS = 4
COMECO = 0.4
"""The share of the history that the first slice learns from."""
LIMITE_DA_FATIA = 4_000
FAIXAS = 10
MINIMO_PARA_MEDIR = 20


def medir(amostras: Sequence[Amostra], orgaos: Sequence[Competencia]) -> dict[str, Any] | None:
    """The measures of a time-ordered backtest, agencies' names masked; None with too little to measure.

    Samples without a date have no order: they are drawn, and `ordem` says so.
    """
    conhecidas = {o.sigla for o in orgaos}
    uteis = [a for a in amostras if a.texto.strip() and conhecidas & set(a.orgaos)]
    if len(uteis) < MINIMO_PARA_MEDIR:
        return None
    datadas = all(a.em is not None for a in uteis)
    if datadas:
        uteis.sort(key=lambda a: a.em)  # type: ignore[arg-type,return-value]
    else:
        uteis = [uteis[i] for i in np.random.default_rng(SEMENTE).permutation(len(uteis))]
    nomes = Nomes((o.sigla, o.nome) for o in orgaos)
    uteis = [replace(a, texto=nomes.mascarar(a.texto)) for a in uteis]
    fatias = 1 if len(uteis) > MUITAS else FATIAS
    cortes = np.linspace(len(uteis) * (COMECO if fatias > 1 else 0.85), len(uteis), fatias + 1).astype(int)
    casos: list[tuple[list[str], list[float], set[str]]] = []
    frequente = 0
    for de, ate in itertools.pairwise(cortes):
        modelo = treinar(uteis[:de], orgaos)
        maior = Counter(o for a in uteis[:de] for o in a.orgaos).most_common(1)[0][0]
        for amostra in uteis[de:ate][:LIMITE_DA_FATIA]:
            casos.append((*_ordem(modelo, amostra.texto), set(amostra.orgaos)))
            frequente += maior in amostra.orgaos
    return {
        "ordem": "tempo" if datadas else "sorteio",
        "aprendidas": len(uteis),
        "mais_frequente": round(frequente / len(casos), 4),
        **medidas(casos),
    }


def medir_modelo(modelo: Modelo, amostras: Sequence[Amostra]) -> dict[str, Any] | None:
    """The measures of a model that learned nothing of these samples, agencies' names masked."""
    uteis = [a for a in amostras if a.texto.strip() and set(modelo.siglas) & set(a.orgaos)]
    if not uteis:
        return None
    casos = [(*_ordem(modelo, modelo.nomeados.mascarar(a.texto)), set(a.orgaos)) for a in uteis]
    return {"ordem": "nada", "aprendidas": 0, **medidas(casos)}


def _ordem(modelo: Modelo, texto: str) -> tuple[list[str], list[float]]:
    probabilidades = modelo.probabilidades(texto, mascarar=True)
    melhores = np.argsort(-probabilidades, kind="stable")[:3]
    return [modelo.siglas[i] for i in melhores], [float(probabilidades[i]) for i in melhores]


def medidas(casos: Sequence[tuple[Sequence[str], Sequence[float], set[str]]]) -> dict[str, Any]:
    """Top-1, top-3, coverage, what the suggestions given got right, calibration error and its bands.

    A case: (agencies, best first; their probabilities; those it really went to).
    """
    primeiro = [bool(siglas) and siglas[0] in certos for siglas, _, certos in casos]
    tres = [bool(set(siglas[:3]) & certos) for siglas, _, certos in casos]
    dadas = [vale(probabilidades) for _, probabilidades, _ in casos]
    altas = np.array([p[0] if p else 0.0 for _, p, _ in casos])
    acertos = np.array(primeiro, dtype=float)
    faixa = np.minimum((altas * FAIXAS).astype(int), FAIXAS - 1)
    faixas = [
        {
            "de": f / FAIXAS, "ate": (f + 1) / FAIXAS, "quantas": int((faixa == f).sum()),
            "dita": round(float(altas[faixa == f].mean()), 4), "certa": round(float(acertos[faixa == f].mean()), 4),
        }
        for f in range(FAIXAS)
        if (faixa == f).any()
    ]  # fmt: skip
    erro = sum(f["quantas"] * abs(f["dita"] - f["certa"]) for f in faixas) / len(casos)
    quantas = sum(dadas)
    return {
        "medidas_em": len(casos),
        "top1": round(float(acertos.mean()), 4),
        "top3": round(sum(tres) / len(casos), 4),
        "cobertura": round(quantas / len(casos), 4),
        "top1_das_dadas": round(sum(p for p, d in zip(primeiro, dadas, strict=True) if d) / quantas, 4)
        if quantas
        else None,
        "top3_das_dadas": round(sum(t for t, d in zip(tres, dadas, strict=True) if d) / quantas, 4)
        if quantas
        else None,
        "ece": round(float(erro), 4),
        "faixas": faixas,
    }
