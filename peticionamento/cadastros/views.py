"""The administrator's pages of the registers."""

from __future__ import annotations

from flask import render_template

from peticionamento.cadastros import bp, registros_queries
from peticionamento.comum.permissoes import perm


@bp.get("")
@perm("cadastros.administrar")
def inicio() -> str:
    """What can be kept here, and how many there are of each."""
    return render_template("cadastros/inicio.html", quantos=registros_queries.quantos())
