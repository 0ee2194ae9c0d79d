"""The administrator's pages of the registers."""

from __future__ import annotations

from flask import render_template

from peticionamento.cadastros import bp, registros_queries
from peticionamento.comum import antivirus
from peticionamento.comum.permissoes import perm


@bp.get("")
@perm("cadastros.administrar")
def inicio() -> str:
    """What can be kept here, how many there are of each, and whether files are looked at for threats."""
    return render_template("cadastros/inicio.html", quantos=registros_queries.quantos(), antivirus=antivirus.situacao())
