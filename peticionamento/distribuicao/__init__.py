"""The queue-backed room: a routed demand becomes deliveries, and the panel tells the truth about them."""

from flask import Blueprint

bp = Blueprint("distribuicao", __name__, url_prefix="/distribuicao")

from peticionamento.distribuicao import (  # noqa: E402
    ajustes_views,
    avisos_views,
    cli,
    entregas_views,
    listeners,
    no_sei_views,
    pausas_views,
    permissions,
    processo_views,
    views,
)

__all__ = [
    "ajustes_views",
    "avisos_views",
    "bp",
    "cli",
    "entregas_views",
    "listeners",
    "no_sei_views",
    "pausas_views",
    "permissions",
    "processo_views",
    "views",
]
