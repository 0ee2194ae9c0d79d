"""The Flask extensions, made once and bound to the app by `create_app`."""

from __future__ import annotations

from flask import Response, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

login_manager = LoginManager()
csrf = CSRFProtect()
migrate = Migrate()
# With Redis down each process counts for itself: a slower guard, but people can still sign in.
limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, swallow_errors=True)


def _limite_de_entrada() -> str:
    return str(current_app.config["PETICIONAMENTO"].limite_entrada)


def _recusada(resposta: Response) -> bool:
    return resposta.status_code == 422


limite_de_senhas = limiter.shared_limit(_limite_de_entrada, scope="senhas", deduct_when=_recusada)
"""Where a password is typed. Only refused ones count: an office behind one address files all day."""
