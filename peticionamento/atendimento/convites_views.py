"""The page behind a focal point's link: nobody is signed in, and the address itself is the secret.

Programs that look into mail open every link, so opening one changes nothing. There is no form token: whoever can send
the form knows the address, and who does not know it can send nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from peticionamento.atendimento import bp, convites
from peticionamento.atendimento.convites import Aberto, SituacaoConvite
from peticionamento.atendimento.forms import ConviteForm
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.permissoes import aberta
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import agora, hoje
from peticionamento.extensions import csrf, limiter

P = ParamSpec("P")
PORQUE = "the focal point has no account; the address itself is the secret, is good for one use, and ends"


def _limite() -> str:
    return str(current_app.config["PETICIONAMENTO"].limite_endereco)


_limitada = limiter.shared_limit(_limite, scope="convites")


def _discreta(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """The address is told to nobody: no referrer, no index, no copy kept."""

    @wraps(view)
    def guardada(*args: P.args, **kwargs: P.kwargs) -> Response:
        resposta = make_response(view(*args, **kwargs))
        resposta.headers["Referrer-Policy"] = "no-referrer"
        resposta.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        resposta.headers["Cache-Control"] = "no-store"
        return resposta

    return guardada


def _pagina(aberto: Aberto, token: str, form: ConviteForm | None = None) -> tuple[str, int]:
    form = form or ConviteForm(formdata=None)
    calendario, dia = calendario_local(), hoje()
    terminou = aberto.situacao is SituacaoConvite.TERMINOU
    corpo = render_template(
        "atendimento/convite.html",
        aberto=aberto,
        encaminhamento=aberto.encaminhamento,
        peticao=aberto.encaminhamento.demanda.peticao,
        token=token,
        form=form,
        hoje=dia,
        em_palavras=lambda vence: em_palavras(calendario, vence, dia),
    )
    return corpo, 410 if terminou and not form.errors else form.status


@bp.get("/convites/<token:convite>")
@aberta(PORQUE)
@_limitada
@_discreta
def convite(convite: str) -> ResponseReturnValue:
    """What the link is about, and the two ways to answer; changes nothing."""
    return _pagina(convites.abrir(convite, agora=agora()), convite)


@bp.post("/convites/<token:convite>")
@csrf.exempt  # type: ignore[untyped-decorator]
@aberta(PORQUE)
@_limitada
@_discreta
def decidir_convite(convite: str) -> ResponseReturnValue:
    """Receive, or decline with a reason: once."""
    form = ConviteForm()
    convites.abrir(convite, agora=agora())
    if form.validate():
        with form.aceitando_recusa():
            if form.recusa_pedida:
                convites.recusar(convite, form.motivo_escolhido(), form.frase.data or "", agora=agora())
            else:
                convites.receber(convite, agora=agora())
            return redirect(url_for("atendimento.convite", convite=convite), 303)
    return _pagina(convites.abrir(convite, agora=agora()), convite, form)
