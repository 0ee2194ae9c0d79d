"""Terms: which days count, where a term ends, and how that is told. Everything here is pure but `gravado`.

The calendar is the national and Minas Gerais one (`holidays`, subdivision MG) plus the days an administrator registers.
The day of the act is left out and the day of the end counts (Lei estadual 14.184/2002, art. 59).
"""

from peticionamento.comum.prazos.calendario import LIMITE_DIAS_UTEIS, Calendario, calendario, em_palavras
from peticionamento.comum.prazos.contagem import (
    Contagem,
    Parada,
    Prazo,
    Prorrogacao,
    Unidade,
    contar,
    em_dias_uteis,
    mais_meses,
    quantidade_em_palavras,
)
from peticionamento.comum.prazos.explicacao import explicar
from peticionamento.comum.prazos.fora_do_ar import FORA_DO_AR, Intervalo, dias_fora_do_ar
from peticionamento.comum.prazos.gravado import ColunaDePrazo

__all__ = [
    "FORA_DO_AR",
    "LIMITE_DIAS_UTEIS",
    "Calendario",
    "ColunaDePrazo",
    "Contagem",
    "Intervalo",
    "Parada",
    "Prazo",
    "Prorrogacao",
    "Unidade",
    "calendario",
    "contar",
    "dias_fora_do_ar",
    "em_dias_uteis",
    "em_palavras",
    "explicar",
    "mais_meses",
    "quantidade_em_palavras",
]
