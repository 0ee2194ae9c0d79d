"""The agency's room: receive, decline, answer; SEGOV approves; the answer goes home to the author."""

from flask import Blueprint

bp = Blueprint("atendimento", __name__)

from peticionamento.atendimento import convites_views, listeners, permissions, revisao, views  # noqa: E402

__all__ = ["bp", "convites_views", "listeners", "permissions", "revisao", "views"]
