"""A text as features: Portuguese stems, pairs of stems, pieces of words. And the agencies named in it."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

LIMITE_TEXTO = 8_000
"""Characters of a text that are looked at: what is asked is said before that."""

_LETRAS = re.compile(r"[a-z]{2,}")
_PALAVRA = re.compile(r"[^\W\d_]{2,}")
_PLURAIS = (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ois", "ol"), ("ns", "m"), ("res", "r"))
_ESCRITOS = """
    amento imento mente acao icao ucao cao idade ador adora edor edora idor ante ente encia ancia avel ivel ista
    ismo oso osa ario aria eiro eira ico ica ado ada ido ida ando endo indo ar er ir ou am em al izar izacao ativo
    ativa ivo iva mos aram eram iram aria eria
"""
_SUFIXOS = sorted(_ESCRITOS.split(), key=len, reverse=True)
_RESTA = 4
"""Letters that a stem keeps at least: shorter ones mean too many things."""

_SEM_ASSUNTO = """
    a ao aos aquela aquele aqueles as assim ate cada com como contra cujo da das de dela dele deles desde dessa desse
    desta deste disso do dos e ela elas ele eles em entre era essa essas esse esses esta estao estas este estes estou eu
    foi foram ha haja isso isto ja lhe lhes mais mas me mesmo meu minha muito na nao nas nem nessa nesse nesta neste no
    nos nossa nosso num numa o onde os ou outra outro outros para pela pelas pelo pelos perante pode podem por porque
    qual quais quando quanto que quem se sem sendo senhor senhora senhores ser sera seu seus seja so sob sobre sua suas
    tal tambem te tem tendo ter teve todo todos toda um uma umas uns vem vez vossa
    solicito solicita solicitamos solicitar solicitacao requeiro requer requerimento peco pedimos pedido venho vimos
    encaminho informar informacoes providencias excelencia excelentissimo deputado deputada assembleia legislativa
    municipio municipal cidade prefeitura estado estadual minas gerais mg governo secretaria secretario
    atenciosamente respeitosamente cordialmente falta termos forma fim bem ainda apos
"""
VAZIAS = frozenset(_SEM_ASSUNTO.split())
"""Words that say nothing about whose matter it is: grammar, and the courtesies of every petition."""


def dobrar(texto: str) -> str:
    """Lower case without accents, fast."""
    return unicodedata.normalize("NFKD", texto.casefold()).encode("ascii", "ignore").decode("ascii")


@lru_cache(maxsize=200_000)
def radical(palavra: str) -> str:
    """The stem of a folded word: plural, then one ending, then the last vowel."""
    if len(palavra) > 3 and palavra.endswith("s"):
        for fim, troca in _PLURAIS:
            if palavra.endswith(fim) and len(palavra) - len(fim) >= 2:
                palavra = palavra[: -len(fim)] + troca
                break
        else:
            palavra = palavra.removesuffix("s")
    for sufixo in _SUFIXOS:
        if palavra.endswith(sufixo) and len(palavra) - len(sufixo) >= _RESTA:
            return palavra[: -len(sufixo)]
    if len(palavra) > _RESTA and palavra[-1] in "aeo":
        return palavra[:-1]
    return palavra


def tracos(texto: str, *, pedacos: bool = True) -> list[str]:
    """The features of a text, repeated as often as they occur. `pedacos`: pieces of four letters too (`#hosp`)."""
    palavras = [p for p in _LETRAS.findall(dobrar(texto[:LIMITE_TEXTO])) if p not in VAZIAS]
    radicais = [radical(p) for p in palavras]
    saida = radicais + [f"{a} {b}" for a, b in itertools.pairwise(radicais)]
    if pedacos:
        for palavra in set(palavras):
            if len(palavra) > 4:
                saida += [f"#{palavra[i : i + 4]}" for i in range(len(palavra) - 3)]
    return saida


def superficies(texto: str) -> dict[str, str]:
    """For each stem, and pair of stems, the words of the text as they are written: what a person can recognise."""
    vistas: dict[str, str] = {}
    anterior: tuple[str, str] | None = None
    for escrita in _PALAVRA.findall(texto[:LIMITE_TEXTO]):
        dobrada = dobrar(escrita)
        if dobrada in VAZIAS or not dobrada.isalpha() or len(dobrada) < 2:
            continue
        raiz = radical(dobrada)
        vistas.setdefault(raiz, escrita.lower())
        if anterior is not None:
            vistas.setdefault(f"{anterior[0]} {raiz}", f"{anterior[1]} {escrita.lower()}")
        anterior = (raiz, escrita.lower())
    return vistas


class Nomes:
    """Where agencies are named in a text, by sigla (capitals, as siglas are written) or by name."""

    def __init__(self, orgaos: Iterable[tuple[str, str]]) -> None:
        """`orgaos`: (sigla, name), in the order of the columns that `achar` answers with."""
        self._siglas: dict[str, int] = {}
        self._nomes: dict[str, int] = {}
        for i, (sigla, nome) in enumerate(orgaos):
            for escrita in {sigla.upper(), sigla.upper().removesuffix("-MG")}:
                self._siglas.setdefault(escrita, i)
            for forma in _formas(nome):
                self._nomes.setdefault(forma, i)
        self._re_siglas = _alternativas(self._siglas, _sigla)
        self._re_nomes = _alternativas(self._nomes)

    def achar(self, texto: str) -> set[int]:
        """The positions of the agencies named."""
        texto = texto[:LIMITE_TEXTO]
        achados = {self._nomes[nome] for nome in self._re_nomes.findall(_plano(texto))}
        if not _em_capitais(texto):  # `SEDE` and `AGE` are also words
            achados |= {self._siglas[sigla.upper()] for sigla in self._re_siglas.findall(texto)}
        return achados

    def mascarar(self, texto: str) -> str:
        """The text with every agency's sigla and name left out: what the backtest reads."""
        texto = texto if _em_capitais(texto) else self._re_siglas.sub(" ", texto)
        return self._re_nomes.sub(" ", _plano(texto))


def _plano(texto: str) -> str:
    return " ".join(dobrar(texto).split())


def _em_capitais(texto: str) -> bool:
    letras = [c for c in texto if c.isalpha()]
    return bool(letras) and sum(c.isupper() for c in letras) > len(letras) / 2


def _formas(nome: str) -> set[str]:
    """The ways an agency's name is written: with and without the state's, `de Estado` or `Estadual`."""
    plano = _plano(nome)
    curto = re.sub(r" (do estado )?de minas gerais$", "", plano)
    formas = {plano, curto}
    if curto.startswith("secretaria de estado d"):
        resto = curto.removeprefix("secretaria de estado ")
        artigo = re.sub(r"^de ", "da ", resto)
        formas |= {f"secretaria {resto}", f"secretaria estadual {resto}", f"secretaria {artigo}",
                   f"secretaria de estado {artigo}", f"secretaria estadual {artigo}"}  # fmt: skip
    return {forma for forma in formas if len(forma) > 8}


def _alternativas(formas: Iterable[str], escrita: Callable[[str], str] = re.escape) -> re.Pattern[str]:
    escolhas = "|".join(escrita(f) for f in sorted(formas, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{escolhas})(?!\w)" if escolhas else r"(?!)")


def _sigla(sigla: str) -> str:
    """As it is found: a long one however it is written (`Detran`), a short one in capitals alone (`SEDE`, `AGE`)."""
    return f"(?i:{re.escape(sigla)})" if len(sigla) >= 6 else re.escape(sigla)
