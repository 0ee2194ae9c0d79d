"""Pages of the door."""

from __future__ import annotations

import re

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.datastructures import Headers
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import aberta, perm
from peticionamento.comum.tempo import agora
from peticionamento.contas import bp, queries, services
from peticionamento.contas.forms import EntrarForm, TrocarSenhaForm
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.contas.tentativas import limite_de_senhas
from peticionamento.extensions import limite_da_porta


def _destino(proximo: str) -> str:
    """Where to go after signing in: only a path of this very site.

    Browsers take `/\\` for `//` and skip tabs and line breaks, so neither may be in it.
    """
    return proximo if re.match(r"/(?![/\\])", proximo) and proximo.isprintable() else url_for("inicio")


@bp.get("/entrar")
@aberta("the door itself")
def entrar() -> str | Response:
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(url_for("inicio"))
    return render_template("contas/entrar.html", form=EntrarForm(), proximo=request.args.get("proximo", ""))


@bp.post("/entrar")
@aberta("the door itself")
def entrar_com_senha() -> tuple[str, int] | tuple[str, int, Headers] | Response:
    """Check the pair and open a session."""
    form = EntrarForm()
    try:
        return _conferir_par(form)
    except TooManyRequests as erro:
        # Said beside the field, with the name typed still there: the error page would lose it.
        form.recusar(Recusa("Muitas tentativas seguidas. Espere um minuto e tente de novo.", "senha"))
        espera = Headers([par for par in erro.get_headers() if par[0] != "Content-Type"])
        return _porta(form), 429, espera


@limite_da_porta
def _conferir_par(form: EntrarForm) -> tuple[str, int] | Response:
    if form.validate():
        with form.aceitando_recusa():
            pessoa = services.entrar(
                form.identificacao.data or "",
                form.senha.data or "",
                aparelho=request.user_agent.string,
                agora=agora(),
            )
            login_user(pessoa)
            return redirect(_destino(request.form.get("proximo", "")), 303)
    return _porta(form), form.status


def _porta(form: EntrarForm) -> str:
    return render_template("contas/entrar.html", form=form, proximo=request.form.get("proximo", ""))


@bp.get("/conta/sessao")
@perm("contas.propria")
def sessao() -> Response:
    """How long this sign-in still lasts, for the page that warns before its end."""
    return jsonify(restam=pessoa_atual().sessao_restam_s)


@bp.post("/conta/sessao/renovar")
@perm("contas.propria")
def renovar_sessao() -> Response:
    """Go on with this sign-in for its whole time from now."""
    pessoa = pessoa_atual()
    pessoa.sessao_ate = services.renovar(pessoa.sessao_id, agora=agora())
    return jsonify(restam=pessoa.sessao_restam_s)


@bp.post("/sair")
@perm("contas.propria")
def sair() -> Response:
    """Sign out of this device."""
    services.sair(current_user.sessao_id, agora=agora())
    logout_user()
    flash("Você saiu.", "sucesso")
    return redirect(url_for("contas.entrar"), 303)


@bp.post("/sair-de-todos")
@perm("contas.propria")
def sair_de_todos() -> Response:
    """Sign out of every device, this one too."""
    services.sair_de_todos(current_user.id, agora=agora())
    logout_user()
    flash("Você saiu de todos os dispositivos.", "sucesso")
    return redirect(url_for("contas.entrar"), 303)


def _pagina_da_conta(form: TrocarSenhaForm) -> str:
    return render_template("contas/conta.html", form=form, sessoes=queries.sessoes_abertas(current_user.id))


@bp.get("/conta")
@perm("contas.propria")
def conta() -> str:
    """One's own account: password and devices."""
    return _pagina_da_conta(TrocarSenhaForm())


@bp.post("/conta/senha")
@perm("contas.propria")
@limite_de_senhas
def trocar_senha() -> tuple[str, int] | Response:
    """Change one's password."""
    form = TrocarSenhaForm()
    if form.validate():
        with form.aceitando_recusa():
            services.trocar_senha(
                current_user.id,
                form.senha_atual.data or "",
                form.senha_nova.data or "",
                agora=agora(),
                sessao_id=current_user.sessao_id,
            )
            flash("Senha trocada. Os outros dispositivos saíram.", "sucesso")
            return redirect(url_for("contas.conta"), 303)
    return _pagina_da_conta(form), form.status
