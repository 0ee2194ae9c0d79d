"""The queue-backed room: a routed demand becomes deliveries, and the panel tells the truth about them."""

from flask import Blueprint

bp = Blueprint("distribuicao", __name__, url_prefix="/distribuicao")

from peticionamento.distribuicao import listeners, permissions, views  # noqa: E402

__all__ = ["bp", "listeners", "permissions", "views"]
