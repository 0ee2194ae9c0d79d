"""Fields of model texts: `{{autor}}`, `{{data}}`, and the names of a process type's own form fields.

A field nobody knows is refused when the model is saved. A value that is not there yet, such as the process number
before the filing, stays in the text as a visible mark (`[número]`) and is put in its place once it is known.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from peticionamento.comum.erros import Recusa
from peticionamento.comum.texto import enumerar, sem_acentos

CAMPOS = {
    "autor": "autor",
    "cargo": "cargo",
    "municipio": "município",
    "data": "data",
    "ano": "ano",
    "numero": "número",
    "assunto": "assunto",
    "referencia": "referência",
    "proposicao": "proposição",
}
"""The fields that every model may use, and how each is said while its value is not known."""

NOME_DE_CAMPO = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CAMPO = re.compile(r"\{\{([^{}<>]{0,60})\}\}")
_CHAVES = re.compile(r".{0,12}(?:\{\{|\}\}).{0,12}")
_TAG = re.compile(r"<[^>]*>")


def _nome(digitado: str) -> str:
    """`Município ` is `municipio`: accents, case and spaces around do not count."""
    return sem_acentos(html.unescape(digitado)).strip()


def conferir_campos(modelo_html: str, proprios: Iterable[str] = (), *, campo: str = "texto") -> None:
    """Raise Recusa, beside the form's `campo`, when a model names a field that nothing fills in, or leaves one open.

    `proprios` are the names of the process type's own form fields.
    """
    conhecidos = {*CAMPOS, *proprios}
    estranhos = sorted({nome for nome in map(_nome, _CAMPO.findall(modelo_html)) if nome not in conhecidos})
    if estranhos:
        ditos = enumerar([f"{{{{{nome}}}}}" for nome in estranhos])
        frase = "O campo {} não existe" if len(estranhos) == 1 else "Os campos {} não existem"
        raise Recusa(f"{frase.format(ditos)}. Os que podem ser usados: {', '.join(sorted(conhecidos))}.", campo)
    if aberta := _CHAVES.search(_TAG.sub("", _CAMPO.sub("", modelo_html))):
        trecho = html.unescape(aberta[0]).strip()
        raise Recusa(f"Há um campo incompleto em “{trecho}”: escreva o nome entre chaves duplas e sem negrito.", campo)


def preencher(modelo_html: str, valores: Mapping[str, str | None], rotulos: Mapping[str, str] | None = None) -> str:
    """The model with its fields filled in, every value escaped; lines of a value stay lines.

    None, or a name that `valores` lacks, leaves the mark, said with `rotulos` (the type's own fields) or `CAMPOS`.
    """
    ditos = {**CAMPOS, **(rotulos or {})}

    def valor(achado: re.Match[str]) -> str:
        nome = _nome(achado[1])
        conhecido = valores.get(nome)
        return _em_html(marca(ditos.get(nome, nome)) if conhecido is None else conhecido)

    return _CAMPO.sub(valor, modelo_html)


def ha_marcas(texto_html: str) -> bool:
    """Whether a text may have marks at all: quick, for the many that have none."""
    return "[" in texto_html


def completar(texto_html: str, valores: Mapping[str, str | None]) -> str:
    """Put what has become known in the place of the marks that `preencher` left."""
    for nome, rotulo in CAMPOS.items():
        conhecido = valores.get(nome)
        if conhecido is not None:
            texto_html = texto_html.replace(marca(rotulo), _em_html(conhecido))
    return texto_html


def pendentes(texto_html: str, *, exceto: Iterable[str] = ()) -> list[str]:
    """The marks still in a text, each once: what its author has yet to write. `exceto`: names that fill themselves."""
    fora = set(exceto)
    return [marca(rotulo) for nome, rotulo in CAMPOS.items() if nome not in fora and marca(rotulo) in texto_html]


def marca(rotulo: str) -> str:
    """How a value that is not known yet shows: `[número]`."""
    return f"[{rotulo}]"


def _em_html(valor: str) -> str:
    return html.escape(valor, quote=False).replace("\n", "<br>")
