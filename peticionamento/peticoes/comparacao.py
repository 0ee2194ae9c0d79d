"""What differs between two versions of a draft, and how two people's changes are put together. Pure functions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from peticionamento.comum.texto import texto_de_html

Conteudo = Mapping[str, Any]
"""What a version keeps: a draft's columns by name, and `documentos`."""

_ESPACOS = re.compile(r"(?:\s|&nbsp;|\u00a0)+")
_BORDAS = re.compile(r"\s*(</?(?:p|br|ul|ol|li|h3|h4|blockquote)\b[^>]*>)\s*")
_PEDACOS = re.compile(r"\n+|\S+[^\S\n]*|[^\S\n]+")


def mesma_coisa(nome: str, um: Any, outro: Any) -> bool:
    """Whether two values of a column say the same; an editor writes the same text with other spaces."""
    if nome == "texto_html":
        return _chapado(um or "") == _chapado(outro or "")
    return bool(um == outro)


def _chapado(html: str) -> str:
    return _BORDAS.sub(r"\1", _ESPACOS.sub(" ", html)).strip()


@dataclass(frozen=True)
class Juncao:
    """What a save brings to a draft that changed meanwhile: the columns to take, and those both changed."""

    levar: dict[str, Any]
    conflitos: tuple[str, ...]
    alheias: tuple[str, ...]
    """Columns that the other side changed, and that stay."""


def juntar(base: Conteudo, atual: Conteudo, meu: Mapping[str, Any]) -> Juncao:
    """Put together, column by column, what two sides made of the same `base`.

    What only one side changed is taken from it; what both changed to different things is a conflict. The fields of a
    type's own form (`campos`) are columns of their own here.
    """
    levar: dict[str, Any] = {}
    conflitos: list[str] = []
    alheias: list[str] = []
    for nome, valor in meu.items():
        if nome == "campos":
            campos = juntar(base["campos"], atual["campos"], valor)
            conflitos += campos.conflitos
            alheias += campos.alheias
            if campos.levar:
                levar[nome] = {**atual["campos"], **campos.levar}
            continue
        antes, agora = base.get(nome), atual.get(nome)
        mudaram, mudei = not mesma_coisa(nome, antes, agora), not mesma_coisa(nome, antes, valor)
        if mudaram:
            alheias.append(nome)
        if mudei and not mesma_coisa(nome, agora, valor):
            levar[nome] = valor
            if mudaram:
                conflitos.append(nome)
    return Juncao(levar, tuple(conflitos), tuple(alheias))


def mudancas(antes: Conteudo, depois: Conteudo) -> tuple[str, ...]:
    """The names of what differs, in the order people read them; `documentos` is one of them."""
    return tuple(nome for nome in depois if nome in antes and not mesma_coisa(nome, antes[nome], depois[nome]))


def marcar_texto(antes: str, depois: str) -> str:
    """Both texts as one, in HTML: what went in `<del>`, what came in `<ins>`; words and paragraphs, all escaped.

    `antes` and `depois` are clean HTML; formatting alone is no difference here.
    """
    um, outro = (_PEDACOS.findall(texto_de_html(html)) for html in (antes, depois))
    partes: list[str] = []
    for que, i1, i2, j1, j2 in _passos([p.rstrip(" ") for p in um], [p.rstrip(" ") for p in outro]):
        if que == "equal":
            partes.append(escape("".join(outro[j1:j2])))
            continue
        partes += _marca("del", um[i1:i2])
        if que == "replace" and not um[i2 - 1].endswith((" ", "\n")):
            partes.append(" ")
        partes += _marca("ins", outro[j1:j2])
    return _em_paragrafos("".join(partes))


def _passos(um: list[str], outro: list[str]) -> list[tuple[str, int, int, int, int]]:
    """difflib's steps. The equal beginning and end are set apart: it takes what repeats often for noise."""
    menor = min(len(um), len(outro))
    comeco = next((i for i in range(menor) if um[i] != outro[i]), menor)
    fim = next((i for i in range(menor - comeco) if um[-1 - i] != outro[-1 - i]), menor - comeco)
    meio = difflib.SequenceMatcher(None, um[comeco : len(um) - fim], outro[comeco : len(outro) - fim])
    return [
        ("equal", 0, comeco, 0, comeco),
        *((que, i1 + comeco, i2 + comeco, j1 + comeco, j2 + comeco) for que, i1, i2, j1, j2 in meio.get_opcodes()),
        ("equal", len(um) - fim, len(um), len(outro) - fim, len(outro)),
    ]


def _marca(tag: str, pedacos: list[str]) -> list[str]:
    """The pieces in `tag`, paragraph by paragraph: an element must not reach over the end of one."""
    linhas = re.split(r"(\n+)", "".join(pedacos))
    return [parte if not parte.strip("\n") else f"<{tag}>{escape(parte)}</{tag}>" for parte in linhas if parte]


def _em_paragrafos(marcado: str) -> str:
    paragrafos = (p.strip("\n") for p in re.split(r"\n{2,}", marcado))
    return "".join(f"<p>{p.replace(chr(10), '<br>')}</p>" for p in paragrafos if p)


@dataclass(frozen=True)
class DiferencaDeDocumento:
    """A document that came, went, or was described anew between two versions."""

    nome: str
    que: str
    """`incluído`, `retirado` or `mudou`."""
    detalhes: tuple[tuple[str, Any, Any], ...] = ()
    """For one that changed: (column, before, after)."""


def comparar_documentos(antes: Conteudo, depois: Conteudo) -> list[DiferencaDeDocumento]:
    """Documents of two versions; the same file that came back under a new id is the same document."""
    restam = list(antes["documentos"])
    diferencas: list[DiferencaDeDocumento] = []
    for documento in depois["documentos"]:
        par = _par(restam, documento)
        if par is None:
            diferencas.append(DiferencaDeDocumento(documento["nome"], "incluído"))
            continue
        restam.remove(par)
        detalhes = tuple(
            (coluna, par.get(coluna), valor)
            for coluna, valor in documento.items()
            if coluna not in ("id", "arquivo_id", "tamanho", "pessoa_id") and par.get(coluna) != valor
        )
        if detalhes:
            diferencas.append(DiferencaDeDocumento(documento["nome"], "mudou", detalhes))
    return diferencas + [DiferencaDeDocumento(documento["nome"], "retirado") for documento in restam]


def _par(restam: list[dict[str, Any]], documento: dict[str, Any]) -> dict[str, Any] | None:
    pelo_id = (d for d in restam if d["id"] == documento["id"])
    pelo_arquivo = (d for d in restam if (d["sha256"], d["nome"]) == (documento["sha256"], documento["nome"]))
    return next(pelo_id, None) or next(pelo_arquivo, None)
