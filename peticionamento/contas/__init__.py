"""The door: people, their roles, signing in and out."""

from flask import Blueprint

bp = Blueprint("contas", __name__, cli_group=None)

from peticionamento.contas import avisos_views, cli, permissions, preferencias, views  # noqa: E402

bp.cli.add_command(cli.usuarios)

__all__ = ["avisos_views", "bp", "permissions", "preferencias", "views"]
