"""SEGOV's desk: the queue, claiming, reading, deciding where each demand goes."""

from flask import Blueprint

bp = Blueprint("triagem", __name__, url_prefix="/triagem", cli_group=None)

from peticionamento.triagem import (  # noqa: E402
    apensamento_views,
    classificacao_views,
    combinacoes_views,
    decisoes_views,
    desmembramento_views,
    em_lote_views,
    exportar,
    filtrar,
    fundamentos_views,
    listeners,
    marcadores_views,
    permissions,
    pesos_views,
    posse_views,
    tabela,
    views,
)
from peticionamento.triagem.coordenacao import views as coordenacao  # noqa: E402
from peticionamento.triagem.sugestoes import commands  # noqa: E402
from peticionamento.triagem.sugestoes import views as views_sugestoes  # noqa: E402

bp.cli.add_command(commands.triagem)

__all__ = [
    "apensamento_views",
    "bp",
    "classificacao_views",
    "combinacoes_views",
    "coordenacao",
    "decisoes_views",
    "desmembramento_views",
    "em_lote_views",
    "exportar",
    "filtrar",
    "fundamentos_views",
    "listeners",
    "marcadores_views",
    "permissions",
    "pesos_views",
    "posse_views",
    "tabela",
    "views",
    "views_sugestoes",
]
