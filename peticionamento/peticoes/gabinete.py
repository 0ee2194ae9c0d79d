"""Pages of the office: its home, its drafts, its sums, and small acts on what is filed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.permissoes import perm
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.sessao import gabinete_atual, pessoa_atual
from peticionamento.peticoes import bp, queries, services
from peticionamento.peticoes.busca import argumentos, pediu_filtro
from peticionamento.peticoes.forms import DeNovoForm, ReferenciaForm
from peticionamento.peticoes.queries import Aba
from peticionamento.peticoes.views import protocolada


@bp.get("")
@perm("peticoes.listar")
def lista() -> str | Response:
    """What waits for the office, and its petitions. A search brought here goes on to its own page."""
    if pediu_filtro():
        return redirect(url_for("peticoes.busca", **argumentos()))
    aba = Aba(request.args["aba"]) if request.args.get("aba") in list(Aba) else Aba.ANDAMENTO
    gabinete, calendario, dia = gabinete_atual(), calendario_local(), hoje()
    return render_template(
        "peticoes/lista.html",
        aba=aba,
        resumo=queries.resumo(gabinete),
        diligencias=queries.diligencias(gabinete),
        novas=queries.novas(gabinete),
        rascunhos=queries.rascunhos(gabinete),
        total_de_rascunhos=queries.total_de_rascunhos(gabinete),
        pagina=queries.lista(gabinete, aba, request.args.get("depois")),
        por_mes=queries.por_mes(gabinete),
        municipios=queries.por_municipio(gabinete),
        orgaos=queries.por_orgao(gabinete),
        hoje=dia,
        em_palavras=lambda vence: em_palavras(calendario, vence, dia),
    )


@bp.get("/rascunhos")
@perm("peticoes.listar")
def rascunhos() -> str:
    """The office's drafts, or those alone that wait for the person's signature."""
    gabinete, para_assinar = gabinete_atual(), request.args.get("ver") == "assinar"
    return render_template(
        "peticoes/rascunhos.html",
        para_assinar=para_assinar,
        total=queries.total_de_rascunhos(gabinete),
        pagina=queries.pagina_de_rascunhos(gabinete, request.args.get("depois"), para_assinar=para_assinar),
        pessoa_id=pessoa_atual().id,
    )


@bp.get("/municipios")
@perm("peticoes.listar")
def municipios() -> str:
    """What was asked for each municipality."""
    somas = queries.por_municipio(gabinete_atual())
    return render_template("peticoes/somas.html", somas=somas, filtro="municipio")


@bp.get("/orgaos")
@perm("peticoes.listar")
def orgaos() -> str:
    """What was asked of each agency."""
    return render_template("peticoes/somas.html", somas=queries.por_orgao(gabinete_atual()), filtro="orgao")


@bp.post("/<int:peticao_id>/referencia")
@perm("peticoes.acompanhar")
def anotar_referencia(peticao_id: int) -> tuple[str, int] | Response:
    """Write the sender's own reference on a filed petition; one that is refused comes back to be mended."""
    form = ReferenciaForm()
    peticao = protocolada(peticao_id)
    if form.validate():
        with form.aceitando_recusa():
            services.anotar_referencia(peticao_id, form.referencia.data or "", por=pessoa_atual())
            flash("Referência salva." if form.referencia.data else "Referência apagada.", "sucesso")
            return redirect(url_for("peticoes.acompanhar", peticao_id=peticao_id, _anchor="t-referencia"), 303)
    return render_template("peticoes/referencia.html", form=form, peticao=peticao), form.status


@bp.post("/<int:peticao_id>/pedir-de-novo")
@perm("peticoes.acompanhar")
def pedir_de_novo(peticao_id: int) -> Response:
    """Begin a petition like this one."""
    form = DeNovoForm()
    novo = services.pedir_de_novo(peticao_id, form.chave.data or "", por=pessoa_atual(), agora=agora())
    flash("Rascunho novo com o texto e os campos da outra petição. Os documentos não foram copiados.", "sucesso")
    return redirect(url_for("peticoes.redigir", peticao_id=novo.id), 303)
