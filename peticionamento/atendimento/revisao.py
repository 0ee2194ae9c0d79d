"""Pages of SEGOV's review of the agencies' answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peticionamento.atendimento import bp, homologacao, queries
from peticionamento.atendimento.forms import DevolverForm
from peticionamento.atendimento.views import prazo_em_palavras
from peticionamento.comum import historico
from peticionamento.comum.estados import acoes
from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes.queries import documentos_de
from peticionamento.triagem.models import Encaminhamento, EstadoDemanda
from peticionamento.triagem.queries import encaminhamentos_de


@bp.get("/respostas")
@perm("atendimento.homologar")
def respostas() -> str:
    """The answers that wait for review, the oldest first."""
    return render_template(
        "atendimento/respostas.html",
        pagina=queries.a_homologar(pessoa_atual(), request.args.get("depois")),
        total=queries.total_a_homologar(),
        **prazo_em_palavras(),
    )


def _pagina(encaminhamento_id: int, form: DevolverForm | None = None) -> str:
    encaminhamento = obter(Encaminhamento, encaminhamento_id, pessoa_atual(), "atendimento.homologar")
    return render_template(
        "atendimento/resposta.html",
        encaminhamento=encaminhamento,
        peticao=encaminhamento.demanda.peticao,
        respostas=queries.respostas_de(encaminhamento_id),
        outros=[e for e in encaminhamentos_de(encaminhamento.demanda_id) if e.id != encaminhamento_id],
        acoes=acoes(encaminhamento, current_user),
        form=form or DevolverForm(formdata=None, versao=str(encaminhamento.versao)),
        documentos=documentos_de(encaminhamento.peticao_id),
        historico=historico.de_quem_trabalha(encaminhamento.peticao_id),
        **prazo_em_palavras(),
    )


@bp.get("/respostas/<int:encaminhamento_id>")
@perm("atendimento.homologar")
def resposta(encaminhamento_id: int) -> str:
    """One answer, beside what was asked."""
    return _pagina(encaminhamento_id)


@bp.post("/respostas/<int:encaminhamento_id>/homologar")
@perm("atendimento.homologar")
def homologar(encaminhamento_id: int) -> Response:
    """Approve it."""
    demanda = homologacao.homologar(encaminhamento_id, por=pessoa_atual(), versao=VersaoForm().numero(), agora=agora())
    if demanda.estado is EstadoDemanda.RESPONDIDA:
        flash("Resposta homologada. O autor já recebeu a resposta consolidada.", "sucesso")
    else:
        flash("Resposta homologada. Faltam outros órgãos para responder ao autor.", "sucesso")
    return redirect(url_for("atendimento.respostas"), 303)


@bp.post("/respostas/<int:encaminhamento_id>/devolver")
@perm("atendimento.homologar")
def devolver(encaminhamento_id: int) -> tuple[str, int] | Response:
    """Send it back with what to mend."""
    form = DevolverForm()
    if form.validate():
        with form.aceitando_recusa():
            homologacao.devolver(
                encaminhamento_id, form.ajuste.data or "", por=pessoa_atual(), versao=form.numero(), agora=agora()
            )
            flash("Resposta devolvida ao órgão para ajuste.", "sucesso")
            return redirect(url_for("atendimento.respostas"), 303)
    return _pagina(encaminhamento_id, form), form.status
