"""Reads of the panel. They ask only the rows still to go out and those of today, so that they cost the same behind a
million finished deliveries."""

from peticionamento.distribuicao.queries.graficos import Ponto, serie
from peticionamento.distribuicao.queries.numeros import Numeros, PorOrgao, numeros, por_orgao
from peticionamento.distribuicao.queries.pendentes import (
    LIMITE_DA_LISTA,
    LIMITE_DO_LOTE,
    PENDENTES,
    Filtro,
    Pendente,
    avisos_parados,
    ids_pendentes,
    pendentes,
    quantas,
    uma,
    unidades_de,
)
from peticionamento.distribuicao.queries.trabalhadores import FilaDaCasa, Trabalhador, Trabalhadores, trabalhadores

__all__ = [
    "LIMITE_DA_LISTA",
    "LIMITE_DO_LOTE",
    "PENDENTES",
    "FilaDaCasa",
    "Filtro",
    "Numeros",
    "Pendente",
    "Ponto",
    "PorOrgao",
    "Trabalhador",
    "Trabalhadores",
    "avisos_parados",
    "ids_pendentes",
    "numeros",
    "pendentes",
    "por_orgao",
    "quantas",
    "serie",
    "trabalhadores",
    "uma",
    "unidades_de",
]
