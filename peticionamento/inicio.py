"""`/` sends each person to the room where their work is."""

from __future__ import annotations

from flask import Flask, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peticionamento.comum.permissoes import perm, pode

PORTAS = (
    ("peticoes.listar", "peticoes.lista"),
    ("triagem.fila", "triagem.fila"),
    ("atendimento.caixa", "atendimento.caixa"),
    ("distribuicao.painel", "distribuicao.painel"),
)
"""(permission, endpoint), the first that the person may is their door."""


def init_app(app: Flask) -> None:
    """Register the page."""
    app.add_url_rule("/", "inicio", inicio)


@perm("inicio.ver")
def inicio() -> Response:
    """Send the person to their room."""
    return redirect(url_for(porta_de_entrada()))


def porta_de_entrada() -> str:
    """The endpoint of the room where the person works."""
    return next((endpoint for permissao, endpoint in PORTAS if pode(current_user, permissao)), "contas.conta")
