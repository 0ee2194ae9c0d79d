"""The registers room: agencies, units, municipalities, process types, document types, holidays; and who keeps them."""

from flask import Blueprint

bp = Blueprint("cadastros", __name__, url_prefix="/cadastros", cli_group=None)

from peticionamento.cadastros import calendario_views, cli, orgaos, permissions, registros, textos, tipos, views  # noqa: E402

bp.cli.add_command(cli.cadastros)

__all__ = ["bp", "calendario_views", "orgaos", "permissions", "registros", "textos", "tipos", "views"]
