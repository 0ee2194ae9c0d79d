"""The author's room: draft, documents, signature, process number, receipt, follow-up."""

from flask import Blueprint

bp = Blueprint("peticoes", __name__, url_prefix="/peticoes")

from peticionamento.peticoes import agenda, busca, gabinete, lotes, pacotes, permissions, redigir, views  # noqa: E402

__all__ = ["agenda", "bp", "busca", "gabinete", "lotes", "pacotes", "permissions", "redigir", "views"]
