"""SEGOV's desk: the queue, claiming, reading, deciding where each demand goes."""

from flask import Blueprint

bp = Blueprint("triagem", __name__, url_prefix="/triagem")

from peticionamento.triagem import listeners, permissions, views  # noqa: E402

__all__ = ["bp", "listeners", "permissions", "views"]
