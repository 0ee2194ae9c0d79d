"""Pages of a draft that speak to the Assembly: bring a proposition, take it off, begin with one."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peticionamento.cadastros.queries import tipos_para_escolher
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora, data_hora
from peticionamento.comum.texto import enumerar
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes import bp, redigir
from peticionamento.peticoes.assembleia import services
from peticionamento.peticoes.assembleia.forms import PeloNumeroForm, ProposicaoForm
from peticionamento.peticoes.assembleia.services import Trazida
from peticionamento.peticoes.forms import NovaForm
from peticionamento.peticoes.models import Peticao

bp.add_app_template_filter(datetime.fromisoformat, "instante")


@bp.post("/<int:peticao_id>/assembleia")
@perm("peticoes.escrever")
def trazer_da_assembleia(peticao_id: int) -> tuple[str, int] | Response:
    """Save what the page holds, then fill in from the Assembly what is empty."""
    if isinstance(recusado := redigir.salvar(peticao_id, "peticoes.redigir"), tuple):
        return recusado
    form = ProposicaoForm()
    if form.validate():
        with form.aceitando_recusa():
            trazida = services.trazer(
                peticao_id,
                form.proposicao.data or "",
                por=pessoa_atual(),
                agora=agora(),
                substituir=form.substituir.data,
            )
            _contar(trazida)
            return redirect(url_for("peticoes.redigir", peticao_id=peticao_id), 303)
    peticao = obter(Peticao, peticao_id, pessoa_atual(), "peticoes.escrever")
    return redigir.pagina(peticao, redigir.do_rascunho(peticao), assembleia=form), form.status


def _contar(trazida: Trazida) -> None:
    """Say what came, what stayed as it was, and, when the Assembly was not asked now, how old that is."""
    frases = [f"{trazida.peticao.proposicao} está nesta petição."]
    if trazida.preenchidos:
        frases.append(
            f"Da Assembleia {'vieram' if len(trazida.preenchidos) > 1 else 'veio'} {enumerar(trazida.preenchidos)}."
        )
    if trazida.mantidos:
        ficou = "ficaram como você escreveu" if len(trazida.mantidos) > 1 else "ficou como você escreveu"
        frases.append(f"{enumerar(trazida.mantidos).capitalize()} {ficou}.")
    if trazida.lida.velha:
        frases.append(f"A Assembleia não respondeu agora: é o que ela dizia em {data_hora(trazida.lida.em)}.")
    flash(" ".join(frases), "alerta" if trazida.lida.velha else "sucesso")


@bp.post("/<int:peticao_id>/assembleia/remover")
@perm("peticoes.escrever")
def remover_da_assembleia(peticao_id: int) -> tuple[str, int] | Response:
    """Save what the page holds, and take the proposition off; what it filled in stays."""
    if isinstance(salvo := redigir.salvar(peticao_id, "peticoes.redigir"), tuple):
        return salvo
    services.remover(peticao_id, por=pessoa_atual(), agora=agora())
    flash("A petição já não cita a proposição da Assembleia. O texto ficou como estava.", "sucesso")
    return salvo


@bp.post("/nova/assembleia")
@perm("peticoes.escrever")
def comecar_da_assembleia() -> tuple[str, int] | Response:
    """Begin a draft from a proposition's number, once for each page opened and number."""
    form = PeloNumeroForm()
    if form.validate():
        with form.aceitando_recusa():
            peticao = services.comecar(
                form.proposicao.data or "",
                form.chave.data or "",
                por=pessoa_atual(),
                agora=agora(),
                autor_id=form.autor_id(),
            )
            return redirect(url_for("peticoes.redigir", peticao_id=peticao.id), 303)
    tipos = tipos_para_escolher()
    nova = NovaForm(formdata=None, chave=form.chave.data, autor=form.autor.data)
    nova.tipo.choices = [(t.id, t.nome) for t in tipos]
    return render_template("peticoes/nova.html", form=nova, tipos=tipos, assembleia=form), form.status
