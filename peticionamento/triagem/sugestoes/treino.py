"""Learn from where demands went. Pure: no Flask, no database. scikit-learn is loaded here and nowhere else."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peticionamento.triagem.sugestoes.modelo import (
    Competencia,
    Linear,
    Matriz,
    Modelo,
    Pesos,
    de_competencias,
    logaritmos,
)
from peticionamento.triagem.sugestoes.palavras import tracos
from peticionamento.triagem.sugestoes.parecidos import grupos

logger = logging.getLogger(__name__)

MINIMO = 8
"""Demands below which there is nothing to learn: the competences speak alone."""
MUITAS = 20_000
"""Beyond it pieces of words are left out, and the vocabulary is chosen on a part."""
DOBRAS = 5
LIMITE_DA_CONFERENCIA = 4_000
"""Demands held out to fit the pool; three numbers need no more."""
MAXIMO_DE_TRACOS = 60_000
FIRMEZA = 12.0
"""Inverse of the regularisation."""
SEMENTE = 20261125


@dataclass(frozen=True)
class Amostra:
    """A demand and the agencies it went to."""

    texto: str
    orgaos: tuple[str, ...]
    em: datetime | None = None


def treinar(amostras: Sequence[Amostra], orgaos: Sequence[Competencia]) -> Modelo:
    """A model of these demands (oldest first, when they have dates) and of what these agencies say they do.

    Samples without text, or of no agency in `orgaos`, do not count.
    """
    modelo = de_competencias(orgaos)
    coluna = {sigla: i for i, sigla in enumerate(modelo.siglas)}
    uteis = [a for a in amostras if a.texto.strip() and any(o in coluna for o in a.orgaos)]
    alvos = [sorted({coluna[o] for o in a.orgaos if o in coluna}) for a in uteis]
    if len(uteis) < MINIMO:
        return modelo
    textos = [a.texto for a in uteis]
    vocabulario, idf = _vocabulario(textos)
    matriz = _matriz(textos, vocabulario, idf)
    modelo.vistas = sorted({c for alvo in alvos for c in alvo})
    modelo.piso = float(np.log(0.5 / (len(uteis) + 1)))
    modelo.pesos = _conferir(modelo, matriz, textos, alvos, datadas=all(a.em is not None for a in uteis))
    pesos, base, vistas = _ajustar(matriz, alvos)
    modelo.vistas = vistas
    modelo.historico = Linear(vocabulario, idf, pesos, base)
    return modelo


def _vocabulario(textos: Sequence[str]) -> tuple[list[str], Matriz]:
    """The features worth knowing and their inverse document frequency."""
    pedacos, olhados = len(textos) <= MUITAS, textos
    if not pedacos:
        escolhidos = np.random.default_rng(SEMENTE).choice(len(textos), MUITAS, replace=False)
        olhados = [textos[i] for i in escolhidos]
    frequencia: Counter[str] = Counter()
    for texto in olhados:
        frequencia.update(set(tracos(texto, pedacos=pedacos)))
    minimo = 1 if len(textos) < 200 else 2 if len(textos) < 5_000 else 3
    usados = sorted((t for t, n in frequencia.most_common(MAXIMO_DE_TRACOS) if n >= minimo))
    idf = np.log((1 + len(olhados)) / (1 + np.array([frequencia[t] for t in usados], dtype=np.float32))) + 1
    return usados, idf.astype(np.float32)


def _matriz(textos: Sequence[str], vocabulario: Sequence[str], idf: Matriz) -> Any:
    """One sparse row for each text, of length one."""
    from scipy.sparse import csr_matrix

    parte = Linear(vocabulario, idf, np.zeros((0, 0), np.float32), np.zeros(0, np.float32))
    colunas: list[NDArray[np.int32]] = []
    valores: list[Matriz] = []
    ate = np.zeros(len(textos) + 1, dtype=np.int64)
    for n, texto in enumerate(textos):
        onde, quanto = parte.vetor(Counter(tracos(texto, pedacos=parte.tem_pedacos)))
        colunas.append(onde.astype(np.int32))
        valores.append(quanto)
        ate[n + 1] = ate[n] + len(onde)
    return csr_matrix((np.concatenate(valores), np.concatenate(colunas), ate), shape=(len(textos), len(vocabulario)))


def _ajustar(matriz: Any, alvos: Sequence[Sequence[int]]) -> tuple[Matriz, Matriz, list[int]]:
    """Fit the linear part: (weights, base, agencies of its columns). A demand of two agencies is half of each."""
    linhas = np.repeat(np.arange(len(alvos)), [len(alvo) for alvo in alvos])
    classes = np.array([c for alvo in alvos for c in alvo])
    parte = np.array([1 / len(alvo) for alvo in alvos for _ in alvo], dtype=np.float32)
    vistas = sorted(set(classes.tolist()))
    if len(vistas) == 1 or matriz.shape[1] == 0:
        vezes = np.array([(parte * (classes == vista)).sum() for vista in vistas], dtype=np.float32)
        return np.zeros((matriz.shape[1], len(vistas)), np.float32), np.log(vezes), vistas
    if len(linhas) > len(alvos):
        matriz = matriz[linhas]
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    muitas = len(alvos) > MUITAS
    ajuste = LogisticRegression(C=FIRMEZA, max_iter=40 if muitas else 80, tol=2e-3)
    with warnings.catch_warnings(), threadpool_limits(1):  # threads cost more than they give, and the pages need them
        # Not quite converged is near enough: the pool is fitted on what it then says. Rare classes are no surprise.
        warnings.simplefilter("ignore")
        ajuste.fit(matriz, classes, sample_weight=parte)
    pesos, base = ajuste.coef_.T, ajuste.intercept_
    if len(vistas) == 2:  # scikit-learn keeps one column of two
        pesos, base = np.hstack([-pesos / 2, pesos / 2]), np.array([-base[0] / 2, base[0] / 2])
    return pesos.astype(np.float32), base.astype(np.float32), [int(c) for c in ajuste.classes_]


def _divisoes(textos: Sequence[str], datadas: bool) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """(learned from, held out): the later slice of many dated demands, else folds that keep like texts together."""
    quantas = len(textos)
    ordem = np.arange(quantas)
    if quantas > LIMITE_DA_CONFERENCIA:
        fora = min(LIMITE_DA_CONFERENCIA, quantas // 6)
        if not datadas:  # rows of a file may be sorted by anything
            ordem = np.random.default_rng(SEMENTE).permutation(quantas)
        return [(ordem[:-fora], ordem[-fora:])]
    dos_grupos = np.array(grupos(textos))
    sorteio = np.random.default_rng(SEMENTE)
    distintos = np.unique(dos_grupos)
    dobra_do_grupo = dict(zip(distintos.tolist(), sorteio.permutation(len(distintos)) % DOBRAS, strict=True))
    dobra = np.array([dobra_do_grupo[g] for g in dos_grupos.tolist()])
    return [(ordem[dobra != d], ordem[dobra == d]) for d in range(DOBRAS) if 0 < (dobra == d).sum() < quantas]


def _conferir(
    modelo: Modelo, matriz: Any, textos: Sequence[str], alvos: Sequence[Sequence[int]], *, datadas: bool
) -> Pesos:
    """Fit the pool's weights on demands that the history's part has not seen: this is also what calibrates it."""
    historico, de_quem = [], []
    todas = modelo.vistas
    for dentro, fora in _divisoes(textos, datadas):
        pesos, base, vistas = _ajustar(matriz[dentro], [alvos[i] for i in dentro])
        modelo.vistas = vistas
        historico.append(modelo.espalhar(logaritmos(np.asarray(matriz[fora] @ pesos + base, dtype=np.float32))))
        de_quem.extend(fora.tolist())
    modelo.vistas = todas
    if not historico:
        return Pesos()
    competencias = np.stack([modelo.competencias.notas(Counter(tracos(textos[i], pedacos=False))) for i in de_quem])
    nomeados = np.zeros_like(competencias)
    certos = np.zeros(competencias.shape, dtype=bool)
    for n, i in enumerate(de_quem):
        nomeados[n, list(modelo.nomeados.achar(textos[i]))] = 1
        certos[n, list(alvos[i])] = True
    return _juntar(np.vstack(historico), competencias, nomeados, certos, todas)


def _juntar(
    historico: Matriz, competencias: Matriz, nomeados: Matriz, certos: NDArray[np.bool_], vistas: Sequence[int]
) -> Pesos:
    """The weights under which the right agencies are likeliest. Few demands pull them little from the usual."""
    from scipy.optimize import minimize

    vozes = np.stack([historico, competencias, nomeados]).astype(np.float64)
    usual = np.array([1.0, 0.6, 1.0, 0.02])
    cada = np.zeros(historico.shape[1])
    cada[list(vistas)] = 1 / len(vistas)
    ao_acaso = (certos * cada).sum(axis=1, keepdims=True)

    def perda(pesos: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        notas = np.tensordot(pesos[:3], vozes, axes=1)
        notas -= notas.max(axis=1, keepdims=True)
        todas = np.exp(notas)
        todas /= todas.sum(axis=1, keepdims=True)
        das_certas = np.where(certos, todas, 0)
        soma, acaso = das_certas.sum(axis=1, keepdims=True), pesos[3]
        chance = np.maximum((1 - acaso) * soma + acaso * ao_acaso, 1e-12)
        inclinacao = np.append(
            (vozes * ((1 - acaso) / chance * (todas * soma - das_certas))).sum(axis=2).mean(axis=1),
            ((soma - ao_acaso) / chance).mean(),
        )
        freio = 2.0 / len(notas)
        return (
            float(-np.log(chance).mean() + freio * ((pesos - usual) ** 2).sum()),
            inclinacao + 2 * freio * (pesos - usual),
        )

    limites = [(0.02, 8.0), (0.0, 4.0), (0.0, 6.0), (0.0, 0.4)]
    achado = minimize(perda, usual, jac=True, method="L-BFGS-B", bounds=limites)
    return Pesos(*(float(x) for x in achado.x))
