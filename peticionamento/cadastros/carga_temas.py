"""Load the tree of themes from `dados/temas.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import select

from peticionamento.cadastros.models import Tema
from peticionamento.comum.db import transaction

TEMAS = Path(__file__).resolve().parent / "dados" / "temas.toml"
SEPARADOR = " › "


def carregar_temas() -> int:
    """Add the themes that are not there yet, by their path; returns how many. Those that are there stay as they are."""
    with TEMAS.open("rb") as arquivo:
        raizes: list[dict[str, Any]] = tomllib.load(arquivo)["tema"]
    with transaction() as session:
        existentes = {tema.caminho: tema for tema in session.execute(select(Tema)).scalars()}
        antes = len(existentes)
        for ordem, raiz in enumerate(raizes):
            pai = existentes.setdefault(raiz["nome"], _tema(raiz, raiz["nome"], ordem))
            session.add(pai)
            session.flush()  # the subthemes point at it
            for ordem_sub, subtema in enumerate(raiz["subtemas"]):
                caminho = f"{raiz['nome']}{SEPARADOR}{subtema['nome']}"
                if caminho not in existentes:
                    existentes[caminho] = _tema(subtema, caminho, ordem_sub, pai.id)
                    session.add(existentes[caminho])
        return len(existentes) - antes


def _tema(lido: dict[str, Any], caminho: str, ordem: int, pai_id: int | None = None) -> Tema:
    return Tema(
        pai_id=pai_id,
        nome=lido["nome"],
        caminho=caminho,
        caminhos_almg=lido["caminhos_almg"],
        ordem=ordem,
        ativo=True,
    )
