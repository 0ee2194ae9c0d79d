"""The person behind the request, as the use cases want it."""

from __future__ import annotations

from typing import cast

from flask_login import current_user

from peticionamento.contas.models import Pessoa


def pessoa_atual() -> Pessoa:
    """The person signed in (the row itself, not Flask-Login's proxy)."""
    return cast(Pessoa, current_user._get_current_object())
