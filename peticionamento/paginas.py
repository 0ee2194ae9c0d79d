"""What every page shares: filters, headers, error pages, and what an ended sign-in answers."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, abort, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, IntegerConverter, Map
from werkzeug.wrappers import Response

from config import RAIZ
from peticionamento.comum import tempo, texto
from peticionamento.comum.aparelho import em_palavras
from peticionamento.comum.db import db
from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import pode
from peticionamento.contas import queries
from peticionamento.contas.cpf import formatar
from peticionamento.extensions import login_manager

FRASES = {
    400: ("Este pedido não pôde ser entendido.", "Volte à página anterior e tente de novo."),
    404: ("Página não encontrada.", "O endereço pode estar errado, ou esta página não é da sua conta."),
    405: ("Este endereço não funciona assim.", "Volte à página anterior e tente de novo."),
    413: ("Os arquivos são grandes demais.", "Volte à página anterior, onde está o que você escreveu, e anexe menos."),
    429: ("Muitas tentativas seguidas.", "Espere um minuto e tente de novo."),
    500: ("Algo falhou do nosso lado.", "O erro foi registrado. O que estava salvo continua salvo; tente de novo."),
    503: (
        "O sistema está sem acesso ao banco de dados.",
        "Nada do que estava salvo se perdeu. Tente em alguns minutos.",
    ),
}
SESSAO_TERMINADA = "Sua sessão terminou. Entre de novo em outra aba e continue aqui."
FORMULARIO_ANTIGO = "A página ficou aberta por muito tempo ou veio de outro lugar. Recarregue-a e tente de novo."


class Chave(IntegerConverter):
    """The `int` of every address: an id that no key of the database can be is not found."""

    def __init__(self, mapa: Map) -> None:
        super().__init__(mapa, max=2**63 - 1)


class Token(BaseConverter):
    """A secret in an address: 32 random bytes as `secrets.token_urlsafe` writes them."""

    regex = "[A-Za-z0-9_-]{43}"


def init_app(app: Flask) -> None:
    """Register filters, context, headers and handlers."""
    for filtro in (
        tempo.data_hora, tempo.data_hora_oficial, tempo.dia_curto, tempo.dia_e_mes, tempo.dia_por_extenso,
        tempo.duracao, tempo.ha_quanto, tempo.hora, texto.ao_orgao, texto.do_orgao, texto.enumerar,
        texto.no_orgao, texto.numero, texto.o_orgao, texto.pelo_orgao, texto.tamanho,
    ):  # fmt: skip
        app.add_template_filter(filtro)
    app.add_template_filter(formatar, "cpf")
    app.add_template_filter(em_palavras, "aparelho")
    app.add_template_global(texto.plural)
    versao = _versao_estatica()
    app.context_processor(lambda: {"csp_nonce": _nonce(), "versao_estatica": versao, "pode": _pode})
    app.before_request(_sem_nulos)
    app.after_request(_cabecalhos)
    app.register_error_handler(Recusa, _recusa)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _banco_fora)
    login_manager.user_loader(queries.pessoa_da_sessao)
    login_manager.unauthorized_handler(_sem_sessao)


def _sem_nulos() -> None:
    """No text of the database holds NUL, so an address with one names nothing."""
    if b"%00" in request.query_string:
        abort(404)


def _pode(nome: str) -> bool:
    return current_user.is_authenticated and pode(current_user, nome)


def _nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _versao_estatica() -> str:
    """Changes with the newest static file, so that browsers may keep the others."""
    instantes = [arquivo.stat().st_mtime for arquivo in (RAIZ / "static").rglob("*") if arquivo.is_file()]
    return f"{int(max(instantes, default=0)):x}"


def _cabecalhos(resposta: Response) -> Response:
    """The strict policy of every page. Frames are ours alone: the browser's PDF reader beside the decision."""
    resposta.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'nonce-{_nonce()}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'; frame-src 'self'; object-src 'none'",
    )
    resposta.headers.setdefault("X-Content-Type-Options", "nosniff")
    resposta.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint == "static" and resposta.status_code < 400:
        resposta.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        resposta.headers.setdefault("Cache-Control", "no-store")
    return resposta


def _quer_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def responder_erro(status: int, titulo: str, mensagem: str, **contexto: Any) -> tuple[Response | str, int]:
    """One refusal as the caller reads it: JSON for scripts, a designed page for people."""
    if _quer_json():
        return jsonify(mensagem=mensagem, titulo=titulo), status
    try:
        pagina = render_template("erro.html", status=status, titulo=titulo, mensagem=mensagem, **contexto)
    except OperationalError as erro:  # the top of the page says who is signed in
        return _banco_fora(erro)
    return pagina, status


def _recusa(recusa: Recusa) -> tuple[Response | str, int]:
    return responder_erro(recusa.status, recusa.titulo, recusa.mensagem)


def _csrf(_erro: CSRFError) -> tuple[Response | str, int]:
    return responder_erro(400, "Este formulário não vale mais.", FORMULARIO_ANTIGO)


def _http(erro: HTTPException) -> Response | HTTPException:
    codigo = erro.code or 500
    if codigo < 400:
        return erro
    titulo, mensagem = FRASES.get(codigo, FRASES[400 if codigo < 500 else 500])
    resposta = make_response(responder_erro(codigo, titulo, mensagem))
    resposta.headers.extend({nome: valor for nome, valor in erro.get_headers() if nome != "Content-Type"})
    return resposta


def _banco_fora(_erro: OperationalError) -> tuple[Response | str, int]:
    db.session.rollback()
    g._login_user = login_manager.anonymous_user()  # drawing the page must not ask the database who this is
    titulo, mensagem = FRASES[503]
    return responder_erro(503, titulo, mensagem)


def _sem_sessao() -> Response | tuple[Response | str, int]:
    if _quer_json() or "HX-Request" in request.headers or request.method != "GET":
        return responder_erro(401, "Sua sessão terminou.", SESSAO_TERMINADA)
    if request.path != "/":
        flash("Entre para continuar.", "alerta")
    proximo = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for("contas.entrar", proximo=proximo))
