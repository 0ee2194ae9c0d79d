"""Electronic petitions of state deputies to the Executive of Minas Gerais. The rooms are listed in `ROOMS`."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import RAIZ, Config, ler
from peticionamento import (
    atendimento,
    cadastros,
    contas,
    demonstracao,
    distribuicao,
    inicio,
    navegacao,
    paginas,
    peticoes,
    saude,
    trabalhador,
    triagem,
)
from peticionamento.comum import fila, permissoes
from peticionamento.comum.db import db
from peticionamento.extensions import csrf, limiter, login_manager, migrate

ROOMS = (cadastros, contas, peticoes, triagem, distribuicao, atendimento)
"""In import order: each may know those before it, never those after (`pyproject.toml`, import contract)."""


def create_app(config: Config | None = None) -> Flask:
    """Make the application. `config` is read from the environment when not given; raises ConfiguracaoInvalida."""
    config = config or ler()
    app = Flask(__name__, template_folder=RAIZ / "templates", static_folder=RAIZ / "static")
    app.config.from_mapping(
        PETICIONAMENTO=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        # Several files may come in one request (no script); each is measured by itself in `comum.arquivos`.
        MAX_CONTENT_LENGTH=config.limite_peticao_bytes + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.endereco_publico.startswith("https:"),
        # The token lives as long as the sign-in: a slow upload must not outlive it.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,  # WTForms' own Portuguese, not Flask-Babel's
        WTF_CSRF_ENABLED=not config.sem_csrf,
        RATELIMIT_STORAGE_URI=config.redis_url,
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": 1, "socket_timeout": 1},  # the door outlives a hung Redis
        RATELIMIT_ENABLED=config.limite_entrada != "0 per minute",
    )
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies)  # type: ignore[method-assign]
    app.url_map.converters.update(int=paginas.Chave, token=paginas.Token)
    app.extensions["redis"] = fila.ligar(config.redis_url)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(RAIZ / "migrations"), compare_type=True, render_as_batch=False)
    login_manager.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    for module in (inicio, saude, paginas, navegacao, trabalhador, demonstracao):
        module.init_app(app)
    permissoes.conferir_rotas(app)
    return app
