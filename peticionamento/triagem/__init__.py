"""SEGOV's desk: the queue, claiming, reading, deciding where each demand goes."""

from flask import Blueprint

bp = Blueprint("triagem", __name__, url_prefix="/triagem")

from peticionamento.triagem import listeners, permissions, posse_views, views  # noqa: E402
from peticionamento.triagem.coordenacao import views as coordenacao  # noqa: E402

__all__ = ["bp", "coordenacao", "listeners", "permissions", "posse_views", "views"]
