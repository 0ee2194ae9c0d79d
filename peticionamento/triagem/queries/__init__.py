"""Reads of SEGOV's desk."""

from __future__ import annotations

from peticionamento.triagem.queries.fila import (
    Aba,
    NaFila,
    completa,
    em_lotes,
    estados_do_quadro,
    fila,
    no_estado,
    proxima,
    totais,
)
from peticionamento.triagem.queries.leitura import (
    ORDEM_DE_LEITURA,
    Origem,
    encaminhamentos_de,
    escolhido,
    origem_de,
    para_ler,
    recusas_de,
)
from peticionamento.triagem.queries.opcoes import Opcoes, nomes, opcoes

__all__ = [
    "ORDEM_DE_LEITURA",
    "Aba",
    "NaFila",
    "Opcoes",
    "Origem",
    "completa",
    "em_lotes",
    "encaminhamentos_de",
    "escolhido",
    "estados_do_quadro",
    "fila",
    "no_estado",
    "nomes",
    "opcoes",
    "origem_de",
    "para_ler",
    "proxima",
    "recusas_de",
    "totais",
]
