"""Pages of the distribution panel."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.distribuicao import bp, queries, services


def _contexto() -> dict[str, object]:
    return {
        "numeros": queries.numeros(),
        "por_orgao": queries.por_orgao(),
        "pendentes": queries.pendentes(request.args.get("orgao")),
        "avisos": queries.avisos_parados(),
        "orgao": request.args.get("orgao"),
        "trabalhadores": queries.trabalhadores(),
        "agora": agora(),
        "form": VersaoForm(),
    }


@bp.get("")
@perm("distribuicao.painel")
def painel() -> str:
    """The panel; asked by htmx, only its moving part."""
    pagina = "distribuicao/_painel.html" if "HX-Request" in request.headers else "distribuicao/painel.html"
    return render_template(pagina, **_contexto())


@bp.post("/entregas/<int:entrega_id>/reentregar")
@perm("distribuicao.reentregar")
def reentregar(entrega_id: int) -> Response:
    """Try a failed delivery again."""
    entrega = services.reentregar(entrega_id, por=pessoa_atual(), versao=VersaoForm().numero(), agora=agora())
    flash(f"Entrega {entrega.detalhe()}: posta de novo na fila.", "sucesso")
    return redirect(url_for("distribuicao.painel", orgao=request.args.get("orgao")), 303)


@bp.post("/avisos/<int:aviso_id>/reenviar")
@perm("distribuicao.reentregar")
def reenviar_aviso(aviso_id: int) -> Response:
    """Try a notice that did not go again."""
    aviso = services.reenviar_aviso(aviso_id, por=pessoa_atual(), versao=VersaoForm().numero(), agora=agora())
    flash(f"Aviso por e-mail {aviso.detalhe()}: posto de novo na fila.", "sucesso")
    return redirect(url_for("distribuicao.painel"), 303)
