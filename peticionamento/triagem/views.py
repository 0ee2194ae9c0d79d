"""Pages of SEGOV's desk: queue, paper and decision side by side."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import ValidationError

from peticionamento.cadastros.queries import calendario_local, orgaos_que_recebem
from peticionamento.comum import historico
from peticionamento.comum.estados import acoes
from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import obter, perm, pode
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import agora, hoje
from peticionamento.comum.texto import ao_orgao, enumerar
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes.queries import documentos_de
from peticionamento.triagem import bp, queries, services
from peticionamento.triagem.forms import DistribuirForm, vencimento
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.queries import Aba


def _fila() -> dict[str, object]:
    """What the left side shows, on every page of the desk."""
    pessoa, calendario, dia = pessoa_atual(), calendario_local(), hoje()
    aba = Aba(request.args["aba"]) if request.args.get("aba") in list(Aba) else Aba.AGUARDANDO
    return {
        "aba": aba,
        "totais": queries.totais(pessoa),
        "pagina": queries.fila(pessoa, aba, request.args.get("depois")),
        "hoje": dia,
        "em_palavras": lambda vence: em_palavras(calendario, vence, dia),
    }


@bp.get("")
@perm("triagem.fila")
def fila() -> str:
    """The queue, oldest deadline first."""
    return render_template("triagem/fila.html", **_fila())


def _mesa(demanda_id: int, form: DistribuirForm) -> str:
    pessoa = pessoa_atual()
    demanda = obter(Demanda, demanda_id, pessoa, "triagem.ler")
    minha = demanda.triador_id == pessoa.id
    return render_template(
        "triagem/mesa.html",
        demanda=demanda,
        form=form,
        acoes=acoes(demanda, current_user),
        minha=minha,
        reservada=not minha and demanda.reservada_ate is not None and demanda.reservada_ate > agora(),
        pode_tomar=pode(pessoa, "triagem.tomar"),
        orgaos=orgaos_que_recebem(),
        documentos=documentos_de(demanda.peticao_id),
        recusas=queries.recusas_de(demanda.id),
        encaminhamentos=queries.encaminhamentos_de(demanda.id),
        historico=historico.de_quem_trabalha(demanda.peticao_id),
        **_fila(),
    )


@bp.get("/<int:demanda_id>")
@perm("triagem.ler")
def mesa(demanda_id: int) -> str:
    """One demand on the desk."""
    demanda = obter(Demanda, demanda_id, pessoa_atual(), "triagem.ler")
    return _mesa(demanda_id, DistribuirForm(formdata=None, versao=str(demanda.versao)))


def _volta(demanda_id: int) -> Response:
    return redirect(url_for("triagem.mesa", demanda_id=demanda_id, aba=request.args.get("aba")), 303)


@bp.post("/<int:demanda_id>/assumir")
@perm("triagem.assumir")
def assumir(demanda_id: int) -> Response:
    """Claim it for a while."""
    services.assumir(demanda_id, por=pessoa_atual(), versao=VersaoForm().numero(), agora=agora())
    return _volta(demanda_id)


@bp.post("/<int:demanda_id>/soltar")
@perm("triagem.assumir")
def soltar(demanda_id: int) -> Response:
    """Give it back to the queue."""
    services.soltar(demanda_id, por=pessoa_atual(), versao=VersaoForm().numero())
    flash("A demanda voltou à fila.", "sucesso")
    return _volta(demanda_id)


@bp.post("/<int:demanda_id>/distribuir")
@perm("triagem.distribuir")
def distribuir(demanda_id: int) -> tuple[str, int] | Response:
    """Send it to one or more agencies, and go on to the next one."""
    form = DistribuirForm()
    if form.validate():
        with form.aceitando_recusa():
            destinos = form.destinos(hoje(), calendario_local())
            demanda = services.distribuir(demanda_id, destinos, por=pessoa_atual(), versao=form.numero(), agora=agora())
            novos = {d.orgao_id for d in destinos}
            siglas = enumerar([ao_orgao(e.orgao.sigla) for e in demanda.vivos if e.orgao_id in novos])
            flash(f"“{demanda.peticao.assunto}” encaminhada {siglas}.", "sucesso")
            return _proxima(demanda_id)
    return _mesa(demanda_id, form), form.status


@bp.post("/<int:demanda_id>/prosseguir")
@perm("triagem.distribuir")
def prosseguir(demanda_id: int) -> Response:
    """Go on without the agency that declined."""
    services.prosseguir(demanda_id, por=pessoa_atual(), versao=VersaoForm().numero(), agora=agora())
    flash("A demanda prossegue com os outros órgãos.", "sucesso")
    return _proxima(demanda_id)


def _proxima(demanda_id: int) -> Response:
    proxima = queries.proxima(pessoa_atual(), demanda_id)
    if proxima is None:
        return redirect(url_for("triagem.fila"), 303)
    return redirect(url_for("triagem.mesa", demanda_id=proxima, aba=request.args.get("aba")), 303)


@bp.get("/vencimento")
@perm("triagem.distribuir")
def ver_vencimento() -> str:
    """When a term as typed would end, and how that was worked out: a fragment."""
    dia, calendario = hoje(), calendario_local()
    try:
        vence = vencimento(request.args.get("prazo", ""), dia, calendario)
    except ValidationError as erro:
        return render_template("triagem/_vencimento.html", erro=str(erro))
    return render_template("triagem/_vencimento.html", vence=vence, por_que=calendario.por_que(dia, vence))
