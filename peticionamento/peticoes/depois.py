"""Pages of what comes after a filing: begin an addition, a repetition, an answer; rate an answer, reopen a demand."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import perm
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes import bp, services
from peticionamento.peticoes.forms import AvaliarForm, ReabrirForm
from peticionamento.peticoes.models import Especie, Peticao
from peticionamento.peticoes.views import pagina_da_peticao, protocolada


def de_que_trata(peticao: Peticao) -> dict[str, Any]:
    """What the pages of a draft say of the petition that it is about: where it will go, and the question it answers."""
    if peticao.inicial or peticao.origem_id is None:
        return {}
    calendario, dia = calendario_local(), hoje()
    return {
        "caminho": services.caminho(peticao),
        "diligencia": services.diligencia_aberta(peticao.origem_id),
        "hoje": dia,
        "em_palavras": lambda vence: em_palavras(calendario, vence, dia),
    }


def _continuar(peticao_id: int, especie: Especie) -> Response | tuple[str, int]:
    try:
        rascunho = services.continuar(peticao_id, especie, por=pessoa_atual(), agora=agora())
    except Recusa as recusa:
        if recusa.status != 409:
            raise
        return pagina_da_peticao(protocolada(peticao_id), recusa=recusa), recusa.status
    return redirect(url_for("peticoes.redigir", peticao_id=rascunho.id), 303)


@bp.post("/<int:peticao_id>/juntar")
@perm("peticoes.juntar")
def juntar(peticao_id: int) -> Response | tuple[str, int]:
    """Begin to add documents to a petition, or go on with what is begun."""
    return _continuar(peticao_id, Especie.INTERCORRENTE)


@bp.post("/<int:peticao_id>/reiterar")
@perm("peticoes.juntar")
def reiterar(peticao_id: int) -> Response | tuple[str, int]:
    """Begin to repeat a demand that has no answer."""
    return _continuar(peticao_id, Especie.REITERACAO)


@bp.post("/<int:peticao_id>/responder")
@perm("peticoes.juntar")
def responder(peticao_id: int) -> Response | tuple[str, int]:
    """Begin to answer what SEGOV asked."""
    return _continuar(peticao_id, Especie.DILIGENCIA)


@bp.post("/<int:peticao_id>/avaliar")
@perm("peticoes.avaliar")
def avaliar(peticao_id: int) -> Response | tuple[str, int]:
    """Rate the answer."""
    form = AvaliarForm()
    if form.validate():
        with form.aceitando_recusa():
            services.avaliar(peticao_id, form.nota.data, form.comentario.data or "", por=pessoa_atual(), agora=agora())
            flash("Avaliação registrada. Ela pode ser mudada até o fim do prazo.", "sucesso")
            return redirect(url_for("peticoes.acompanhar", peticao_id=peticao_id), 303)
    return pagina_da_peticao(protocolada(peticao_id), avaliar=form), form.status


@bp.post("/<int:peticao_id>/reabrir")
@perm("peticoes.reabrir")
def reabrir(peticao_id: int) -> Response | tuple[str, int]:
    """Send an answered demand back to SEGOV, with the reason."""
    form = ReabrirForm()
    if form.validate():
        with form.aceitando_recusa():
            services.reabrir(peticao_id, form.motivo.data or "", por=pessoa_atual(), agora=agora())
            flash("Demanda reaberta: a Secretaria de Governo vai decidir de novo.", "sucesso")
            return redirect(url_for("peticoes.acompanhar", peticao_id=peticao_id), 303)
    return pagina_da_peticao(protocolada(peticao_id), reabrir=form), form.status
