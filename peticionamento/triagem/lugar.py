"""Where in the queue the person is: the view, its filters and the page, as every address of the desk carries them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from peticionamento.comum.tempo import dia_curto
from peticionamento.triagem import queries
from peticionamento.triagem.filtros import Filtros
from peticionamento.triagem.queries import Aba


@dataclass(frozen=True)
class Ficha:
    """A filter in force in words, and the same place without it."""

    rotulo: str
    argumentos: dict[str, Any]


@dataclass(frozen=True)
class Lugar:
    """A place in the queue."""

    aba: Aba
    filtros: Filtros
    depois: str | None
    """The page's cursor."""

    @property
    def argumentos(self) -> dict[str, Any]:
        """View and filters, for an address; the page begins anew."""
        return {"aba": str(self.aba), **self.filtros.argumentos()}

    def fichas(self) -> list[Ficha]:
        """One for each filter in force."""
        f, nomes = self.filtros, queries.nomes(self.filtros)
        rotulos = {
            "q": f"“{f.q}”",
            "deputado": f"Dep. {nomes.get('deputado', 'fora da lista')}",
            "partido": f"Partido: {f.partido}",
            "municipio": nomes.get("municipio", "Município fora da lista"),
            "regiao": f"Região: {f.regiao}",
            "tema": f"Tema: {nomes.get('tema', 'fora da lista')}",
            "orgao": f"Órgão: {f.orgao}",
            "tipo": f"Tipo: {nomes.get('tipo', 'fora da lista')}",
            "de": f"Desde {dia_curto(f.de)}" if f.de else "",
            "ate": f"Até {dia_curto(f.ate)}" if f.ate else "",
            "marcador": f"Marcador: {nomes.get('marcador', 'fora da lista')}",
        }
        return [Ficha(rotulos[nome], {"aba": str(self.aba), **f.sem(nome).argumentos()}) for nome in f.argumentos()]


def lugar() -> Lugar:
    """The place that the request's address names; the whole waiting queue when it names none."""
    aba = next((aba for aba in Aba if aba == request.args.get("aba")), Aba.AGUARDANDO)
    return Lugar(aba, Filtros.ler(request.args), request.args.get("depois"))
