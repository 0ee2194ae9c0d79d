"""From a text to the likeliest agencies, each with its probability and what speaks for it. Pure: no Flask, no database.

Two linear parts over stems: one of the history (what went where), one of the competences (what each agency says it
does), and the agencies named in the text; three weights, fitted on demands held out, pool them into probabilities.
"""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peticionamento.triagem.sugestoes.palavras import Nomes, superficies, tracos

Matriz = NDArray[np.float32]

QUANTAS = 3
LIMITE_DOS_TRES = 0.5
"""Below it the three together are likelier wrong than right: no suggestion."""
LIMITE_DO_PRIMEIRO = 0.2
LIMITE_DE_MOSTRAR = 0.02
"""A second or third agency less likely than this is not named."""
MINIMO_CONHECIDO = 1
"""Stems of the text that the model must know."""
PALAVRAS_MOSTRADAS = 4
FORMATO = 1


@dataclass(frozen=True)
class Competencia:
    """What an agency says it does."""

    sigla: str
    nome: str
    texto: str = ""
    palavras: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sugestao:
    """One agency suggested. `palavras`: those of the text that speak for it, strongest first."""

    sigla: str
    probabilidade: float
    palavras: tuple[str, ...] = ()
    nomeado: bool = False


class Linear:
    """One linear part: TF-IDF of the known features times a weight for each agency."""

    def __init__(
        self, vocabulario: Sequence[str], idf: Matriz, pesos: Matriz, base: Matriz, estranheza: float = 0.0
    ) -> None:
        """`pesos` is features by agencies, `base` one number for each agency.

        `estranheza`: what a stem that is not known weighs. Without it one known word in a text about something else
        would speak as loudly as a text that is all about it.
        """
        self.vocabulario = list(vocabulario)
        self.idf, self.pesos, self.base, self.estranheza = idf, pesos, base, estranheza
        self.indice = {traco: i for i, traco in enumerate(self.vocabulario)}

    @cached_property
    def tem_pedacos(self) -> bool:
        """Whether it knows pieces of words."""
        return any(traco.startswith("#") for traco in self.vocabulario)

    def vetor(self, contagem: Counter[str]) -> tuple[NDArray[np.intp], Matriz]:
        """The known features of a text and their normalised weights."""
        conhecidos = [(i, n) for traco, n in contagem.items() if (i := self.indice.get(traco)) is not None]
        onde = np.array([i for i, _ in conhecidos], dtype=np.intp)
        valores = (1 + np.log(np.array([n for _, n in conhecidos], dtype=np.float32))) * self.idf[onde]
        quadrado = float((valores**2).sum())
        if self.estranheza:
            quadrado += self.estranheza**2 * sum(
                traco not in self.indice for traco in contagem if " " not in traco and traco[0] != "#"
            )
        norma = float(np.sqrt(quadrado)) or 1.0
        return onde, (valores / norma).astype(np.float32)

    def notas(self, contagem: Counter[str]) -> Matriz:
        """A number for each agency."""
        onde, valores = self.vetor(contagem)
        return (valores @ self.pesos[onde] + self.base).astype(np.float32)


@dataclass
class Pesos:
    """How much each voice counts in the pool."""

    historico: float = 1.0
    competencias: float = 1.0
    nomeado: float = 4.0
    acaso: float = 0.0
    """The share of demands that go where nothing in the text tells: spread over the agencies things went to."""

    def lista(self) -> list[float]:
        """As numbers, in a fixed order."""
        return [self.historico, self.competencias, self.nomeado, self.acaso]


@dataclass
class Modelo:
    """What is kept of a training. `siglas` are the agencies it knows, in the order of every part's columns."""

    siglas: list[str]
    nomes: list[str]
    competencias: Linear
    historico: Linear | None = None
    vistas: list[int] = field(default_factory=list)
    """The positions, in `siglas`, of the history's columns: the agencies something went to."""
    piso: float = -6.0
    """The history's log-probability of an agency nothing went to yet."""
    pesos: Pesos = field(default_factory=Pesos)

    @cached_property
    def nomeados(self) -> Nomes:
        """Where the agencies are named in a text."""
        return Nomes(zip(self.siglas, self.nomes, strict=True))

    def probabilidades(self, texto: str, *, mascarar: bool = False) -> Matriz:
        """A probability for each agency, in the order of `siglas`. `mascarar`: agencies' names are no evidence."""
        return self._ler(texto, mascarar)[0]

    def _ler(self, texto: str, mascarar: bool) -> tuple[Matriz, Counter[str], set[int]]:
        nomeados: set[int] = set() if mascarar else self.nomeados.achar(texto)
        texto = self.nomeados.mascarar(texto) if mascarar else texto
        pedacos = self.historico is not None and self.historico.tem_pedacos
        contagem = Counter(tracos(texto, pedacos=pedacos))
        notas = self.pesos.competencias * self.competencias.notas(contagem)
        if self.historico is not None:
            notas = notas + self.pesos.historico * self.espalhar(logaritmos(self.historico.notas(contagem)))
        for i in nomeados:
            notas[i] += self.pesos.nomeado
        probabilidades = (1 - self.pesos.acaso) * np.exp(logaritmos(notas))
        if self.pesos.acaso:
            probabilidades[self.vistas] += self.pesos.acaso / len(self.vistas)
        return probabilidades.astype(np.float32), contagem, nomeados

    def espalhar(self, das_vistas: Matriz) -> Matriz:
        """The history's log-probabilities over every agency; along the last axis."""
        todas = np.full((*das_vistas.shape[:-1], len(self.siglas)), self.piso, dtype=np.float32)
        todas[..., self.vistas] = das_vistas
        return todas

    def sugerir(
        self,
        texto: str,
        *,
        ativas: Callable[[str], bool] = lambda _: True,
        mascarar: bool = False,
        evidencia: bool = True,
    ) -> list[Sugestao]:
        """The likeliest agencies, at most three, best first; none when the three are a weak guess.

        `ativas` says of a sigla whether it may be suggested; without `evidencia` no words are looked for.
        """
        probabilidades, contagem, nomeados = self._ler(texto, mascarar)
        podem = np.array([ativas(sigla) for sigla in self.siglas], dtype=np.float32)
        # It goes to one of these: what was given to the others is theirs.
        probabilidades = probabilidades * podem / max(float((probabilidades * podem).sum()), 1e-9)
        escolhidos = [int(i) for i in np.argsort(-probabilidades, kind="stable") if podem[i]][:QUANTAS]
        if not nomeados and not self._conhece(contagem):
            return []
        if not vale([float(probabilidades[i]) for i in escolhidos]):
            return []
        escritas = superficies(texto) if evidencia else {}
        return [
            Sugestao(
                self.siglas[i],
                round(float(probabilidades[i]), 4),
                self._palavras(contagem, i, escritas) if evidencia else (),
                i in nomeados,
            )
            for i in escolhidos
            if probabilidades[i] >= LIMITE_DE_MOSTRAR
        ]

    def _conhece(self, contagem: Counter[str]) -> bool:
        partes = [p for p in (self.historico, self.competencias) if p is not None]
        return sum(" " not in t and "#" not in t and any(t in p.indice for p in partes) for t in contagem) >= (
            MINIMO_CONHECIDO
        )

    def _palavras(self, contagem: Counter[str], orgao: int, escritas: dict[str, str]) -> tuple[str, ...]:
        """The words of the text that raise an agency above the others most."""
        forca: dict[str, float] = defaultdict(float)
        partes = [(self.pesos.competencias, self.competencias, orgao)]
        if self.historico is not None and orgao in self.vistas:
            partes.append((self.pesos.historico, self.historico, self.vistas.index(orgao)))
        for peso, parte, coluna in partes:
            onde, valores = parte.vetor(contagem)
            ganho = peso * valores * (parte.pesos[onde, coluna] - parte.pesos[onde].mean(axis=1))
            for i, quanto in zip(onde, ganho, strict=True):
                forca[parte.vocabulario[i]] += float(quanto)
        saida: list[str] = []
        for traco, quanto in sorted(forca.items(), key=lambda par: -par[1])[:40]:
            escrita = escritas.get(traco)
            if quanto <= 0 or escrita is None or any(escrita in dita or dita in escrita for dita in saida):
                continue
            saida.append(escrita)
            if len(saida) == PALAVRAS_MOSTRADAS:
                break
        return tuple(saida)

    def em_bytes(self) -> bytes:
        """The model as a NumPy archive without pickled objects."""
        cabeca: dict[str, Any] = {
            "formato": FORMATO, "siglas": self.siglas, "nomes": self.nomes, "pesos": self.pesos.lista(),
            "vistas": self.vistas, "piso": self.piso,
        }  # fmt: skip
        partes: dict[str, Any] = {}
        for nome, parte in (("competencias", self.competencias), ("historico", self.historico)):
            if parte is not None:
                cabeca[nome] = parte.vocabulario
                partes[f"{nome}_idf"] = parte.idf
                partes[f"{nome}_pesos"] = parte.pesos.astype(np.float16)
                partes[f"{nome}_base"] = parte.base
                partes[f"{nome}_estranheza"] = np.float64(parte.estranheza)
        escrita = json.dumps(cabeca, ensure_ascii=False).encode()
        saida = io.BytesIO()
        np.savez_compressed(saida, cabeca=np.frombuffer(escrita, dtype=np.uint8), **partes)
        return saida.getvalue()

    @classmethod
    def de_bytes(cls, crus: bytes) -> Modelo:
        """Read it again. Raises ValueError when it is not one."""
        with np.load(io.BytesIO(crus), allow_pickle=False) as arquivo:
            cabeca = json.loads(arquivo["cabeca"].tobytes())
            if cabeca.get("formato") != FORMATO:
                raise ValueError("a model of another format")
            partes = {
                nome: Linear(
                    cabeca[nome],
                    arquivo[f"{nome}_idf"],
                    arquivo[f"{nome}_pesos"].astype(np.float32),
                    arquivo[f"{nome}_base"],
                    float(arquivo[f"{nome}_estranheza"]),
                )
                for nome in ("competencias", "historico")
                if nome in cabeca
            }
        return cls(
            cabeca["siglas"],
            cabeca["nomes"],
            partes["competencias"],
            partes.get("historico"),
            cabeca["vistas"],
            cabeca["piso"],
            Pesos(*cabeca["pesos"]),
        )


def vale(probabilidades: Sequence[float]) -> bool:
    """Whether suggestions of these probabilities, best first, are worth a person's look."""
    return (
        bool(probabilidades)
        and probabilidades[0] >= LIMITE_DO_PRIMEIRO
        and sum(probabilidades[:QUANTAS]) >= LIMITE_DOS_TRES
    )


def logaritmos(notas: Matriz) -> Matriz:
    """Log-probabilities of scores, along the last axis."""
    altas = notas - notas.max(axis=-1, keepdims=True)
    return np.asarray(altas - np.log(np.exp(altas).sum(axis=-1, keepdims=True)), dtype=np.float32)


def de_competencias(orgaos: Iterable[Competencia]) -> Modelo:
    """The model of the first day: what each agency says it does, and nothing learned."""
    lista = list(orgaos)
    return Modelo([o.sigla for o in lista], [o.nome for o in lista], perfis(lista))


NITIDEZ = 58.0
"""How sharply likeness to an agency's text turns into probability; chosen on the demonstration's texts."""
ESTRANHEZA = 3.0
PESO_PALAVRA_CHAVE = 2.0
PESO_DA_PARTE = 0.7
PESO_PAR = 1.3
FAVOR_DA_SECRETARIA = 0.5
"""A secretariat answers for the whole of its subject: it is asked more than those linked to it."""


def perfis(orgaos: Sequence[Competencia]) -> Linear:
    """The part of the competences: likeness of a text to each agency's text and key words."""
    contagens: list[dict[str, float]] = []
    for orgao in orgaos:
        contagem = dict.fromkeys(tracos(orgao.texto, pedacos=False), 1.0)
        for palavra in orgao.palavras:
            achados = tracos(palavra, pedacos=False)
            composta = any(" " in traco for traco in achados)
            for traco in achados:  # of an expression it is the pair that tells: `abertura` alone may be of anything
                forte = not composta or " " in traco
                contagem[traco] = max(contagem.get(traco, 0), PESO_PALAVRA_CHAVE if forte else PESO_DA_PARTE)
        contagens.append(contagem)
    frequencia = Counter(traco for contagem in contagens for traco in contagem)
    vocabulario = sorted(frequencia)
    onde = {traco: i for i, traco in enumerate(vocabulario)}
    idf = np.array(
        [(PESO_PAR if " " in t else 1.0) * np.log(1 + len(orgaos) / frequencia[t]) for t in vocabulario],
        dtype=np.float32,
    )
    pesos = np.zeros((len(vocabulario), len(orgaos)), dtype=np.float32)
    for coluna, contagem in enumerate(contagens):
        for traco, peso in contagem.items():
            pesos[onde[traco], coluna] = peso * idf[onde[traco]]
    normas = np.sqrt((pesos**2).sum(axis=0))
    # Half the norm: an agency that writes a long list must not be heard less for each word of it.
    pesos *= (
        NITIDEZ / np.sqrt(np.maximum(normas, 1e-6)) / float(np.sqrt(np.median(normas[normas > 0])))
        if (normas > 0).any()
        else 1.0
    )
    base = np.array(
        [FAVOR_DA_SECRETARIA if o.sigla.startswith("SE") and o.nome.startswith("Secretaria") else 0.0 for o in orgaos],
        dtype=np.float32,
    )
    return Linear(vocabulario, idf, pesos.astype(np.float32), base, ESTRANHEZA)
