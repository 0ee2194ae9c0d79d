"""The demonstration: real agencies and municipalities, invented people, written demands, months lived at once."""

from __future__ import annotations

from flask import Flask

from peticionamento.demonstracao.cli import demonstracao
from peticionamento.demonstracao.sei_local import sei_local


def init_app(app: Flask) -> None:
    """Register `flask demonstracao …` and `flask sei-local`."""
    app.cli.add_command(demonstracao)
    app.cli.add_command(sei_local)
