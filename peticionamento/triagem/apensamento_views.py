"""Demands like this one, joining one to another, and campaigns."""

from __future__ import annotations

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import apensamento, bp, campanhas, semelhantes
from peticionamento.triagem.apensamento import Resultado
from peticionamento.triagem.apensamento_forms import ApensarForm, ReunirForm
from peticionamento.triagem.lugar import lugar
from peticionamento.triagem.models import Demanda, EstadoDemanda
from peticionamento.triagem.views import _mesa, _proxima, _volta


@bp.get("/<int:demanda_id>/parecidas")
@perm("triagem.ler")
def parecidas(demanda_id: int) -> str:
    """The demands most like this one: a part of the desk, read after the rest, or a longer list on a page."""
    pessoa, aqui = pessoa_atual(), lugar()
    demanda = obter(Demanda, demanda_id, pessoa, "triagem.ler")
    parte = "HX-Request" in request.headers
    return render_template(
        "triagem/_semelhantes.html" if parte else "triagem/parecidas.html",
        demanda=demanda,
        parecidas=semelhantes.semelhantes(demanda, pessoa, semelhantes.AO_LADO if parte else semelhantes.NA_PAGINA),
        parte=parte,
        minha=demanda.estado is EstadoDemanda.EM_TRIAGEM and demanda.triador_id == pessoa.id,
        aqui={**aqui.argumentos, "depois": aqui.depois},
    )


@bp.post("/<int:demanda_id>/apensar")
@perm("triagem.apensar")
def apensar(demanda_id: int) -> tuple[str, int] | Response:
    """Join it to another, and go on to the next demand."""
    form = ApensarForm()
    if form.validate():
        with form.aceitando_recusa():
            pessoa = pessoa_atual()
            principal = apensamento.demanda_de_numero(form.principal.data or "", por=pessoa)
            demanda = apensamento.apensar(demanda_id, principal, por=pessoa, versao=form.numero(), agora=agora())
            flash(
                f"“{demanda.peticao.assunto}” apensada à demanda {form.principal.data}."
                " Pode ser desapensada ainda hoje.",
                "sucesso",
            )
            return _proxima(demanda_id)
    return _mesa(demanda_id, recusado=form, apensar=form), form.status


@bp.post("/<int:demanda_id>/desapensar")
@perm("triagem.apensar")
def desapensar(demanda_id: int) -> tuple[str, int] | Response:
    """Undo the joining."""
    form = VersaoForm()
    with form.aceitando_recusa():
        apensamento.desapensar(demanda_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        flash("Demanda desapensada: está com você.", "sucesso")
        return _volta(demanda_id)
    return _mesa(demanda_id, recusado=form), form.status


@bp.get("/<int:demanda_id>/campanha")
@perm("triagem.ler")
def campanha(demanda_id: int) -> str:
    """The demands that came with this one's text."""
    return _campanha(demanda_id, ReunirForm(formdata=None))


@bp.post("/<int:demanda_id>/reunir")
@perm("triagem.apensar")
def reunir(demanda_id: int) -> tuple[str, int]:
    """Join the marked ones to this one; the page says of each what became of it."""
    form = ReunirForm()
    resultados: list[Resultado] = []
    if form.validate():
        resultados = apensamento.apensar_varias(demanda_id, form.demandas.data or [], por=pessoa_atual(), agora=agora())
    return _campanha(demanda_id, form, resultados), form.status


def _campanha(demanda_id: int, form: ReunirForm, resultados: list[Resultado] | None = None) -> str:
    pessoa, aqui = pessoa_atual(), lugar()
    demanda = obter(Demanda, demanda_id, pessoa, "triagem.ler")
    lista = campanhas.da_campanha(demanda, pessoa)
    return render_template(
        "triagem/campanha.html",
        demanda=demanda,
        lista=lista,
        deputados=len({n.autor_id for n in lista}),
        livres=[n for n in lista if n.reunivel and n.id != demanda.id],
        pode_reunir=demanda.estado in apensamento.SEM_DECISAO_FINAL,
        form=form,
        resultados={r.demanda_id: r for r in resultados or []},
        aqui={**aqui.argumentos, "depois": aqui.depois},
    )
