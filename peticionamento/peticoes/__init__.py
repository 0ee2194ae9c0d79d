"""The author's room: draft, documents, signature, process number, receipt, follow-up."""

from flask import Blueprint

bp = Blueprint("peticoes", __name__, url_prefix="/peticoes")

from peticionamento.peticoes import (  # noqa: E402
    agenda,
    busca,
    depois,
    envios,
    gabinete,
    lotes,
    pacotes,
    permissions,
    redigir,
    textos,
    versoes,
    views,
)
from peticionamento.peticoes.assembleia import views as assembleia  # noqa: E402

__all__ = [
    "agenda",
    "assembleia",
    "bp",
    "busca",
    "depois",
    "envios",
    "gabinete",
    "lotes",
    "pacotes",
    "permissions",
    "redigir",
    "textos",
    "versoes",
    "views",
]
