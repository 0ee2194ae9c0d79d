"""The page that splits a petition into several demands, and the button that brings the parts together again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peticionamento.comum.erros import Recusa
from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import plural
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp, desmembramento
from peticionamento.triagem.desmembramento_forms import DesmembrarForm, em_branco
from peticionamento.triagem.lugar import lugar
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.views import _mesa, _volta


@bp.get("/<int:demanda_id>/desmembrar")
@perm("triagem.desmembrar")
def abrir_desmembramento(demanda_id: int) -> str | Response:
    """The parts still to be written; back to the desk, saying why, where it cannot be split."""
    pessoa, aqui = pessoa_atual(), lugar()
    demanda = obter(Demanda, demanda_id, pessoa, "triagem.desmembrar")
    if impedimento := _impedimento(demanda):
        flash(impedimento, "alerta")
        return redirect(url_for("triagem.mesa", demanda_id=demanda_id, depois=aqui.depois, **aqui.argumentos))
    return _pagina(demanda, em_branco(demanda))


@bp.post("/<int:demanda_id>/desmembrar")
@perm("triagem.desmembrar")
def desmembrar(demanda_id: int) -> tuple[str, int] | Response:
    """Split it; or, by the other button, the same page with one more place and what was typed."""
    pessoa, form = pessoa_atual(), DesmembrarForm()
    if "mais" in request.form:
        demanda = obter(Demanda, demanda_id, pessoa, "triagem.desmembrar")
        form.mais_uma(demanda)
        return _pagina(demanda, form, nova=True), 200
    if form.validate():
        with form.aceitando_recusa():
            novas = desmembramento.desmembrar(
                demanda_id, form.escritas(), por=pessoa, versao=form.numero(), agora=agora()
            )
            flash(
                f"O pedido tem agora mais {plural(len(novas), 'demanda', 'demandas')}, na fila. O autor foi avisado."
                " Ainda hoje dá para reunir de novo.",
                "sucesso",
            )
            return _volta(demanda_id)
    return _pagina(obter(Demanda, demanda_id, pessoa, "triagem.desmembrar"), form), form.status


@bp.post("/<int:demanda_id>/reunir-de-novo")
@perm("triagem.desmembrar")
def reunir_de_novo(demanda_id: int) -> tuple[str, int] | Response:
    """Undo the splitting."""
    form = VersaoForm()
    with form.aceitando_recusa():
        desmembramento.reunir(demanda_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        flash("As partes foram apensadas a esta demanda: uma resposta vale para todas.", "sucesso")
        return _volta(demanda_id)
    return _mesa(demanda_id, recusado=form), form.status


def _impedimento(demanda: Demanda) -> str:
    """Why the person cannot split it; empty when they can."""
    try:
        desmembramento.conferir(demanda, pessoa_atual())
    except Recusa as recusa:
        return recusa.mensagem
    return ""


def _pagina(demanda: Demanda, form: DesmembrarForm, *, nova: bool = False) -> str:
    aqui = lugar()
    impedimento = _impedimento(demanda)
    return render_template(
        "triagem/desmembrar.html",
        demanda=demanda,
        form=form,
        nova=nova,
        impedimento=impedimento,
        municipios=form.oferecer(demanda),
        cabe_mais=len(form.partes) < desmembramento.LIMITE_PARTES,
        aqui={**aqui.argumentos, "depois": aqui.depois, "demanda_id": demanda.id},
    )
