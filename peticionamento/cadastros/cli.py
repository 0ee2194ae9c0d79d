"""`flask --app wsgi cadastros …`: the registers from the command line."""

from __future__ import annotations

import click

from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.comum.terminal import Grupo

cadastros = Grupo("cadastros", help="Órgãos, municípios, tipos de processo e de documento.")


@cadastros.command("carregar")
def carregar() -> None:
    """Carrega o que falta dos cadastros iniciais; o que alguém já alterou fica como está."""
    mudou = carregar_cadastros()
    click.echo("Cadastros carregados." if mudou else "Os cadastros já estavam carregados.")
