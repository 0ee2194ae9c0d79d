"""A proposition, read out of the Assembly's open data: cleaned, checked, and no more of it than a petition needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from peticionamento.comum.texto import limpar_linha, sem_acentos
from peticionamento.peticoes.assembleia.referencia import Referencia

LIMITE_EMENTA = 10_000
LIMITE_LINHA = 200
LIMITE_LINHAS = 100
"""Bounds of what is kept, far above what the Assembly writes: its answer is a stranger's."""

_TITULO = re.compile(r"^(deputad[oa]|dep\.?)\s+", re.IGNORECASE)
_PARTIDO = re.compile(r"\s{2,}\S.*$")


@dataclass(frozen=True)
class Proposicao:
    """What is kept of a proposition. `caminhos` are its subject paths, `publicada_dia` as `2024-11-20` or empty."""

    sigla: str
    numero: int
    ano: int
    ementa: str
    autores: tuple[str, ...]
    situacao: str
    caminhos: tuple[str, ...]
    publicada_dia: str

    @property
    def referencia(self) -> Referencia:
        """Its number."""
        return Referencia(self.sigla, self.numero, self.ano)

    def para_guardar(self) -> dict[str, Any]:
        """As JSON for the cache."""
        return asdict(self)

    @classmethod
    def guardada(cls, dados: dict[str, Any]) -> Proposicao:
        """Back from the cache."""
        return cls(**{**dados, "autores": tuple(dados["autores"]), "caminhos": tuple(dados["caminhos"])})


def ler_item(item: dict[str, Any], referencia: Referencia) -> Proposicao | None:
    """An item of the Assembly's list as a Proposicao; None when it is another one, or has no text."""
    sigla = _texto(item, "siglaTipoProjeto").rstrip(".").upper()
    if (sigla, _inteiro(item, "numero"), _inteiro(item, "ano")) != (
        referencia.sigla, referencia.numero, referencia.ano,
    ):  # fmt: skip
        return None
    ementa = (_texto(item, "assunto") or _texto(item, "ementa"))[:LIMITE_EMENTA]
    if not ementa:
        return None
    return Proposicao(
        sigla=referencia.sigla,
        numero=referencia.numero,
        ano=referencia.ano,
        ementa=ementa,
        autores=_autores(item),
        situacao=_texto(item, "situacao")[:LIMITE_LINHA],
        caminhos=_curtas(linha for linha in _linhas(item, "indexacao") if linha.startswith("/")),
        publicada_dia=_dia(item.get("dataPublicacao")),
    )


def sem_titulo(nome: str) -> str:
    """`Deputada Fulana de Tal` without the title."""
    return _TITULO.sub("", nome)


def mesmo_nome(um: str, outro: str) -> bool:
    """Whether two names are the same, titles, accents, case and spaces aside."""
    return _nome_plano(um) == _nome_plano(outro)


def _nome_plano(nome: str) -> str:
    return sem_acentos(sem_titulo(limpar_linha(nome)))


def _autores(item: dict[str, Any]) -> tuple[str, ...]:
    """The authors' names: from the structured list when there is one, else from the lines of text without the party."""
    estruturados = como_lista(item.get("autoresEstruturados"))
    nomes = [_texto(autor, "nome") for autor in estruturados if isinstance(autor, dict)]
    if not any(nomes):
        nomes = [_PARTIDO.sub("", linha) for linha in _linhas(item, "autor")]
    return _curtas(sem_titulo(limpar_linha(nome)) for nome in nomes)


def como_lista(valor: Any) -> list[Any]:
    """A list: of one when a single object came in its place, empty for nothing."""
    if isinstance(valor, list):
        return valor
    return [valor] if valor else []


def _texto(item: dict[str, Any], campo: str) -> str:
    valor = item.get(campo)
    return limpar_linha(str(valor)) if isinstance(valor, str | int) else ""


def _linhas(item: dict[str, Any], campo: str) -> list[str]:
    """The lines of a field; a list of them is taken too."""
    return [linha.strip() for valor in como_lista(item.get(campo)) for linha in str(valor).splitlines()]


def _curtas(linhas: Iterable[str]) -> tuple[str, ...]:
    limpas = (limpar_linha(linha)[:LIMITE_LINHA] for linha in linhas)
    return tuple([linha for linha in limpas if linha][:LIMITE_LINHAS])


def _inteiro(item: dict[str, Any], campo: str) -> int | None:
    """A number written as a number, `8788`, or with the point of thousands."""
    digitos = _texto(item, campo).replace(".", "")
    return int(digitos) if digitos.isascii() and digitos.isdecimal() and len(digitos) < 10 else None


def _dia(valor: Any) -> str:
    """A date: `2024-11-20`, or `{"@class": "sql-timestamp", "$": "2024-11-20"}`; empty when it is none."""
    if isinstance(valor, dict):
        valor = valor.get("$")
    try:
        return date.fromisoformat(str(valor)[:10]).isoformat()
    except ValueError:
        return ""
