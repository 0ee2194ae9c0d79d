"""The written demands (`dados/demandas.toml`), each filled in for a place."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

REITERADAS_A_PARTIR_DE = 0.6
"""The share of the demonstration's petitions already filed when the reiterations come."""

ARQUIVO = Path(__file__).resolve().parent / "dados" / "demandas.toml"


@dataclass(frozen=True)
class Texto:
    """One petition to be: a written demand in one of its places."""

    chave: str
    tema: str
    """The theme's path in the registers."""
    tipo: str
    orgaos: tuple[str, ...]
    municipio: str
    assunto: str
    texto: str
    instrucao: str
    respostas: tuple[str, ...]
    motivo_recusa: str | None
    campanha: bool
    reitera: str | None


@cache
def _arquivo() -> dict[str, Any]:
    with ARQUIVO.open("rb") as arquivo:
        return tomllib.load(arquivo)


def demandas() -> list[dict[str, Any]]:
    """The demands as they are in the file."""
    lidas: list[dict[str, Any]] = _arquivo()["demanda"]
    return lidas


def _preencher(demanda: dict[str, Any], caso: dict[str, str]) -> Texto:
    respostas = [demanda["resposta"]] + [demanda.get("resposta_outro", demanda["resposta"])] * (
        len(demanda["orgaos"]) - 1
    )
    return Texto(
        chave=demanda["chave"],
        tema=_arquivo()["temas"][demanda["tema"]],
        tipo=demanda["tipo"],
        orgaos=tuple(demanda["orgaos"]),
        municipio=caso["municipio"],
        assunto=demanda["assunto"].format(**caso),
        texto=demanda["texto"].strip().format(**caso),
        instrucao=demanda["instrucao"].format(**caso),
        respostas=tuple(r.strip().format(**caso) for r in respostas),
        motivo_recusa=demanda.get("motivo_recusa"),
        campanha=demanda.get("campanha", False),
        reitera=demanda.get("reitera"),
    )


def em_ordem(quantas: int) -> list[Texto]:
    """The petitions in the order they are filed: neighbours differ, and a reiteration comes months after its first.

    `quantas` beyond what is written begins again.
    """
    maior = max(len(d["casos"]) for d in demandas())
    todos = [_preencher(d, d["casos"][n]) for n in range(maior) for d in demandas() if n < len(d["casos"])]
    escolhidos = (todos * 2)[:quantas]
    reiterados = {texto.reitera for texto in escolhidos}
    primeiros = [t for t in escolhidos if t.chave in reiterados]
    reiteracoes = [t for t in escolhidos if t.reitera]
    outros = [t for t in escolhidos if t.chave not in reiterados and not t.reitera]
    corte = max(int(quantas * REITERADAS_A_PARTIR_DE) - len(primeiros), 0)
    return primeiros + outros[:corte] + reiteracoes + outros[corte:]
