"""The demonstration: real agencies and municipalities, invented people, written demands, months lived at once."""

from __future__ import annotations

from flask import Flask

from peticionamento.demonstracao.cli import demonstracao


def init_app(app: Flask) -> None:
    """Register `flask demonstracao …`."""
    app.cli.add_command(demonstracao)
