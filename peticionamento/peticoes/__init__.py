"""The author's room: draft, documents, signature, process number, receipt, follow-up."""

from flask import Blueprint

bp = Blueprint("peticoes", __name__, url_prefix="/peticoes")

from peticionamento.peticoes import lotes, pacotes, permissions, redigir, views  # noqa: E402

__all__ = ["bp", "lotes", "pacotes", "permissions", "redigir", "views"]
