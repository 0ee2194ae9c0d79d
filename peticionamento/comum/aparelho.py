"""A browser in words: enough for a person to tell their own devices apart."""

from __future__ import annotations

import re

_PROGRAMAS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("Chrom", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SISTEMAS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
"""In this order: every browser also names the older ones it can stand in for."""

_OUTRO_PROGRAMA = re.compile(r"[\w.-]+")


def em_palavras(agente: str) -> str:
    """`Chrome no Windows`, from a User-Agent; the program's own first word when it is no browser we know."""
    programa = next((nome for sinal, nome in _PROGRAMAS if sinal in agente), "")
    sistema = next((nome for sinal, nome in _SISTEMAS if sinal in agente), "")
    if programa and sistema:
        return f"{programa} no {sistema}"
    outro = _OUTRO_PROGRAMA.match(agente)
    return programa or sistema or (outro.group() if outro else "Aparelho não identificado")
