"""How often the person signed in may try a password: it is the only one they can try there.

Only refused tries count: an office signs all day. Asking the counter is a sixteenth of a filing, so it is asked only
of a person whose password was refused not long ago, which their own row says; the first refusal counts too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from peticionamento.comum.tempo import agora
from peticionamento.contas import services
from peticionamento.extensions import por_conta, recusada

P = ParamSpec("P")

LEMBRA = timedelta(days=1)
"""Longer than any limit's window."""


def limite_de_senhas(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Guard a view where the person signed in types their password, by account."""
    contada = por_conta(view)

    @wraps(view)
    def guardada(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        errada_em = current_user.senha_errada_em
        if errada_em is not None and agora() - errada_em < LEMBRA:
            return contada(*args, **kwargs)
        resposta = current_app.make_response(view(*args, **kwargs))
        if recusada(resposta):
            services.anotar_senha_errada(current_user.id, agora=agora())
            return _contar(resposta)
        return resposta

    return guardada


@por_conta
def _contar(resposta: Response) -> Response:
    """Count a refusal that was not looked for."""
    return resposta
