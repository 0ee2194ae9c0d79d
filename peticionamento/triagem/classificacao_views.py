"""Classifying a demand from the desk, and undoing it."""

from __future__ import annotations

from flask import flash
from werkzeug.wrappers import Response

from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp, classificacao
from peticionamento.triagem.classificacao_forms import ClassificarForm, em_branco
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.ods import nome_do_ods
from peticionamento.triagem.prioridade import porque
from peticionamento.triagem.views import _mesa, _volta

bp.add_app_template_filter(porque, "porque")
bp.add_app_template_filter(nome_do_ods, "ods")


@bp.get("/<int:demanda_id>/classificar")
@perm("triagem.classificar")
def abrir_classificacao(demanda_id: int) -> str:
    """The desk with the form open; the page's script takes the form alone."""
    demanda = obter(Demanda, demanda_id, pessoa_atual(), "triagem.ler")
    return _mesa(demanda_id, classificar=em_branco(demanda))


@bp.post("/<int:demanda_id>/classificar")
@perm("triagem.classificar")
def classificar(demanda_id: int) -> tuple[str, int] | Response:
    """Say what the demand is about."""
    form = ClassificarForm()
    if form.validate():
        with form.aceitando_recusa():
            classificacao.classificar(
                demanda_id, form.classificacao(), por=pessoa_atual(), versao=form.numero(), agora=agora()
            )
            flash("Classificação salva.", "sucesso")
            return _volta(demanda_id)
    return _mesa(demanda_id, recusado=form, classificar=form), form.status


@bp.post("/<int:demanda_id>/desclassificar")
@perm("triagem.classificar")
def desclassificar(demanda_id: int) -> tuple[str, int] | Response:
    """Undo the day's last classification."""
    form = VersaoForm()
    with form.aceitando_recusa():
        classificacao.desfazer(demanda_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        flash("Classificação desfeita.", "sucesso")
        return _volta(demanda_id)
    return _mesa(demanda_id, recusado=form), form.status
