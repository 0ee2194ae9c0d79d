"""The agency's room: receive, decline, answer; SEGOV approves; the answer goes home to the author."""

from flask import Blueprint

bp = Blueprint("atendimento", __name__)

from peticionamento.atendimento import listeners, permissions, revisao, views  # noqa: E402

__all__ = ["bp", "listeners", "permissions", "revisao", "views"]
