"""Pages of a whole process to take away: ask for it, watch it being made, download it."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peticionamento.comum import respostas_http
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes import bp
from peticionamento.peticoes.models import FormatoPacote, Peticao
from peticionamento.peticoes.services import pacotes


@bp.post("/<int:peticao_id>/pacotes")
@perm("peticoes.acompanhar")
def pedir_pacote(peticao_id: int) -> Response:
    """Ask for the whole process."""
    obter(Peticao, peticao_id, pessoa_atual(), "peticoes.acompanhar")
    if request.form.get("formato") not in list(FormatoPacote):
        raise Recusa("Escolha PDF ou ZIP.", "formato")
    pacote = pacotes.pedir(peticao_id, FormatoPacote(request.form["formato"]), por=pessoa_atual(), agora=agora())
    return redirect(url_for("peticoes.pacote", pacote_id=pacote.id), 303)


@bp.get("/pacotes/<int:pacote_id>")
@perm("peticoes.baixar")
def pacote(pacote_id: int) -> str:
    """How far it is; the page asks again by itself until it is there."""
    pedido = pacotes.pronto(pacote_id, por=pessoa_atual())
    modelo = "peticoes/_pacote.html" if "HX-Request" in request.headers else "peticoes/pacote.html"
    return render_template(modelo, pacote=pedido)


@bp.get("/pacotes/<int:pacote_id>/arquivo")
@perm("peticoes.baixar")
def baixar_pacote(pacote_id: int) -> FlaskResponse:
    """The package itself."""
    pedido = pacotes.pronto(pacote_id, por=pessoa_atual())
    if pedido.arquivo is None:
        raise NaoEncontrado()
    nome = f"Processo {(pedido.peticao.numero or '').replace('/', '-')}.{pedido.formato.value}"
    return respostas_http.baixar(pedido.arquivo, nome)
