"""The page that says how good the suggestions are and what people do with them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peticionamento.comum.formularios import Formulario
from peticionamento.comum.permissoes import perm, pode
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp
from peticionamento.triagem.sugestoes import queries, services, textos


@bp.app_template_filter("evidencia")
def _evidencia(sugerida: dict[str, object]) -> str:
    return textos.evidencia(sugerida)


@bp.app_template_filter("chance")
def _chance(probabilidade: float) -> str:
    return textos.chance(probabilidade)


@bp.app_template_filter("por_cento")
def _por_cento(parte: float) -> str:
    return textos.por_cento(parte)


@bp.get("/sugestoes")
@perm("triagem.sugestoes")
def sugestoes() -> str:
    """Quality, use by month, versions."""
    return _pagina(Formulario())


def _pagina(form: Formulario) -> str:
    em_uso = queries.em_uso()
    return render_template(
        "triagem/sugestoes.html",
        form=form,
        em_uso=em_uso,
        frases=textos.em_palavras(em_uso.medidas, em_uso.demonstracao) if em_uso else [],
        meses=queries.por_mes(),
        versoes=queries.versoes(),
        fazendo=queries.pendente(),
        pode_treinar=pode(pessoa_atual(), "triagem.treinar"),
    )


@bp.post("/sugestoes/treinar")
@perm("triagem.treinar")
def treinar_sugestoes() -> tuple[str, int] | Response:
    """Have a new version made."""
    form = Formulario()
    with form.aceitando_recusa():
        services.pedir_treino(por=pessoa_atual(), agora=agora())
        flash("O treino começou. Esta página mostra quando a versão nova estiver em uso.", "sucesso")
        return redirect(url_for("triagem.sugestoes"), 303)
    return _pagina(form), form.status


@bp.post("/sugestoes/<int:versao_id>/usar")
@perm("triagem.treinar")
def usar_sugestoes(versao_id: int) -> tuple[str, int] | Response:
    """Go back to a version, or forth to it."""
    form = Formulario()
    with form.aceitando_recusa():
        versao = services.usar(versao_id, por=pessoa_atual())
        flash(f"A versão {versao.id} está em uso.", "sucesso")
        return redirect(url_for("triagem.sugestoes"), 303)
    return _pagina(form), form.status
