"""Reads of the author's room, one subject a file."""

from peticionamento.peticoes.queries.agenda import DeQuem, Prazo, prazos
from peticionamento.peticoes.queries.documentos import (
    acompanhamento_de,
    anexos_de,
    documentos_de,
    resposta_de,
    trazidos_por,
)
from peticionamento.peticoes.queries.esperam import (
    DiligenciaAberta,
    RascunhoNaLista,
    RespostaNova,
    TotalDeRascunhos,
    diligencias,
    novas,
    pagina_de_rascunhos,
    rascunhos,
    total_de_rascunhos,
)
from peticionamento.peticoes.queries.filtros import Aba, Filtro, normalizar
from peticionamento.peticoes.queries.listagem import Resumo, em_lotes, lista, resumo, trechos
from peticionamento.peticoes.queries.lotes import lotes_de
from peticionamento.peticoes.queries.numeros import (
    MesNoGrafico,
    Soma,
    por_mes,
    por_municipio,
    por_orgao,
    temas_usados,
    tipos_usados,
)
from peticionamento.peticoes.queries.razao import Lancamento, avaliacao_de, avaliacoes_de, motivo_da_reabertura, razao

__all__ = [
    "Aba",
    "DeQuem",
    "DiligenciaAberta",
    "Filtro",
    "Lancamento",
    "MesNoGrafico",
    "Prazo",
    "RascunhoNaLista",
    "RespostaNova",
    "Resumo",
    "Soma",
    "TotalDeRascunhos",
    "acompanhamento_de",
    "anexos_de",
    "avaliacao_de",
    "avaliacoes_de",
    "diligencias",
    "documentos_de",
    "em_lotes",
    "lista",
    "lotes_de",
    "motivo_da_reabertura",
    "normalizar",
    "novas",
    "pagina_de_rascunhos",
    "por_mes",
    "por_municipio",
    "por_orgao",
    "prazos",
    "rascunhos",
    "razao",
    "resposta_de",
    "resumo",
    "temas_usados",
    "tipos_usados",
    "total_de_rascunhos",
    "trazidos_por",
    "trechos",
]
