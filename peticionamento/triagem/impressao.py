"""The fingerprint of a petition's text: the same for all who sent the same words in their own names.

A campaign is one text that several deputies sign, each with their own municipality, date and figures. Those are left
out before the words are put together; the name of a road (`MG-114`) is a word and stays.
"""

from __future__ import annotations

import hashlib
import re

from peticionamento.comum.texto import sem_acentos, texto_de_html
from peticionamento.peticoes.models import Especie, Peticao

MINIMO_PALAVRAS = 12
"""Shorter texts are alike by chance ("Peço a reforma da escola."), and have no fingerprint."""
LIMITE_CARACTERES = 40_000
"""What comes after that does not make two texts different."""

_PALAVRA = re.compile(r"[a-z]+(?:-[a-z0-9]+)*")
_MESES = (
    "janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip
_DE_QUEM_ASSINA = frozenset({"deputado", "deputada", "estadual", *_MESES})
_MINIMO_LETRAS = 3
"""Shorter words are articles and prepositions, which follow the gender of whoever signs and of the municipality."""


def impressao(peticao: Peticao) -> str:
    """The fingerprint of a petition, 32 hexadecimal digits; empty where the text is not of its author's own writing.

    A repetition or a later act begins with a sentence of the program's, which would make campaigns of its own. A part
    split from a petition has words of that petition.
    """
    if peticao.especie not in (Especie.INICIAL, Especie.DESMEMBRAMENTO) or not peticao.texto_html:
        return ""
    nomes = [peticao.autor.nome, peticao.municipio.nome if peticao.municipio else ""]
    return do_texto(texto_de_html(peticao.texto_html[:LIMITE_CARACTERES]), nomes)


def do_texto(texto: str, nomes: list[str]) -> str:
    """The fingerprint of plain text with these names out; empty when fewer than `MINIMO_PALAVRAS` words are left."""
    corrido = sem_acentos(texto)
    for nome in nomes:
        if nome:
            corrido = corrido.replace(sem_acentos(nome), " ")
    palavras = [p for p in _PALAVRA.findall(corrido) if len(p) >= _MINIMO_LETRAS and p not in _DE_QUEM_ASSINA]
    if len(palavras) < MINIMO_PALAVRAS:
        return ""
    return hashlib.blake2b(" ".join(palavras).encode(), digest_size=16).hexdigest()
