"""Pages of what went to SEI."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.distribuicao import bp, no_sei, no_sei_queries
from peticionamento.distribuicao.no_sei_forms import ProcessoNoSeiForm


@bp.get("/no-sei")
@perm("distribuicao.painel")
def processos_no_sei() -> str:
    """The processes that deliveries opened there, and those that a person must look for."""
    return render_template(
        "distribuicao/no_sei.html",
        pagina=no_sei_queries.processos(request.args.get("depois")),
        em_duvida=no_sei_queries.em_duvida(),
    )


@bp.get("/no-sei/<int:duvida_id>")
@perm("distribuicao.reentregar")
def processo_no_sei(duvida_id: int) -> str:
    """Ask what a person found in SEI."""
    entrega = no_sei_queries.para_informar(duvida_id, pessoa_atual())
    form = ProcessoNoSeiForm(versao=entrega.versao)
    return render_template("distribuicao/processo_no_sei.html", entrega=entrega, form=form)


@bp.post("/no-sei/<int:duvida_id>")
@perm("distribuicao.reentregar")
def informar_processo(duvida_id: int) -> Response | tuple[str, int]:
    """Go on with what the person found."""
    form = ProcessoNoSeiForm()
    if not form.validate():
        entrega = no_sei_queries.para_informar(duvida_id, pessoa_atual())
        return render_template("distribuicao/processo_no_sei.html", entrega=entrega, form=form), 422
    entrega = no_sei.informar(duvida_id, form.encontrado, por=pessoa_atual(), versao=form.numero(), agora=agora())
    flash(f"Entrega {entrega.detalhe()}: posta de novo na fila.", "sucesso")
    return redirect(url_for("distribuicao.processos_no_sei"), 303)
