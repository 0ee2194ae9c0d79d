"""The person behind the request, as the use cases want it."""

from __future__ import annotations

from typing import cast

from flask import g
from flask_login import current_user

from peticionamento.comum.permissoes import Papel
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import Gabinete, gabinete_de


def pessoa_atual() -> Pessoa:
    """The person signed in (the row itself, not Flask-Login's proxy)."""
    return cast(Pessoa, current_user._get_current_object())


def gabinete_atual() -> Gabinete:
    """The office that the person signed in works for, read once a request: the top of the page and its lists agree.

    Only assistants act for others.
    """
    pessoa = pessoa_atual()
    if Papel.ASSESSOR not in pessoa.papeis:
        return Gabinete(pessoa.id)
    if "gabinete" not in g:
        g.gabinete = gabinete_de(pessoa.id)
    return cast(Gabinete, g.gabinete)
