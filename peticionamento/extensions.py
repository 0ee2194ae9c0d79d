"""The Flask extensions, made once and bound to the app by `create_app`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

P = ParamSpec("P")
R = TypeVar("R")

login_manager = LoginManager()
# A session is a row that can be cut, and nothing asks how fresh it is: no need to hash the browser at each request.
login_manager.session_protection = None
csrf = CSRFProtect()
migrate = Migrate()
# With Redis down each process counts for itself: a slower guard, but people can still sign in.
limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, swallow_errors=True)


def _limite_da_conta() -> str:
    return str(current_app.config["PETICIONAMENTO"].limite_entrada)


def _limite_do_endereco() -> str:
    return str(current_app.config["PETICIONAMENTO"].limite_endereco)


def _conta() -> str:
    """Whose password is being tried: the person signed in, or the name typed at the door (hashed: it may be a CPF)."""
    if current_user.is_authenticated:
        return f"pessoa-{current_user.id}"
    digitado = request.form.get("identificacao", "").casefold().strip()
    nome = digitado if "@" in digitado else "".join(c for c in digitado if c.isdecimal())
    return hashlib.sha256(nome.encode()).hexdigest()


def recusada(resposta: Response) -> bool:
    return resposta.status_code == 422


por_conta = limiter.shared_limit(_limite_da_conta, scope="senhas", key_func=_conta, deduct_when=recusada)
_por_endereco = limiter.shared_limit(_limite_do_endereco, scope="enderecos", deduct_when=recusada)


def limite_da_porta(view: Callable[P, R]) -> Callable[P, R]:
    """Guard a view where anybody's password can be tried: by account and, more loosely, by address.

    Only refused tries count: an office comes from one address, and one person's mistakes stop no other.
    """
    return _por_endereco(por_conta(view))
