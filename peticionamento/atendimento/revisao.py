"""Pages of SEGOV's review of the agencies' answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peticionamento.atendimento import bp, homologacao, queries
from peticionamento.atendimento.apensadas import apensadas_a, para_quem_vai
from peticionamento.atendimento.forms import DevolverForm
from peticionamento.atendimento.views import o_que_mudou, prazo_em_palavras
from peticionamento.comum import historico
from peticionamento.comum.estados import acoes
from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes.queries import avaliacoes_de, documentos_de
from peticionamento.triagem.models import MORTOS, Encaminhamento, EstadoDemanda, EstadoEncaminhamento
from peticionamento.triagem.queries import encaminhamentos_de, para_ler
from peticionamento.triagem.services import documento_aberto

JA_DECIDIDOS = (EstadoEncaminhamento.HOMOLOGADO, *MORTOS)
"""States in which a routing no longer holds back the author's answer."""
_NA_TRIAGEM = "Um órgão recusou a demanda: falta a triagem decidir o novo destino."
DEPOIS_DE_HOMOLOGAR = {
    EstadoDemanda.RESPONDIDA: "O autor já recebeu a resposta consolidada.",
    EstadoDemanda.DISTRIBUIDA: "Faltam outros órgãos para responder ao autor.",
    EstadoDemanda.AGUARDANDO: _NA_TRIAGEM,
    EstadoDemanda.EM_TRIAGEM: _NA_TRIAGEM,
    EstadoDemanda.EM_DILIGENCIA: "Um órgão recusou a demanda, e a triagem espera um esclarecimento do autor.",
}
"""What an approval leads to, by where the demand then stands."""


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


def _pagina(encaminhamento_id: int, form: DevolverForm | None = None, recusado: VersaoForm | None = None) -> str:
    """An answer under review. `form` as it came back; `recusado`, a button that was refused."""
    pessoa = pessoa_atual()
    encaminhamento = obter(Encaminhamento, encaminhamento_id, pessoa, "atendimento.homologar")
    apensadas = apensadas_a(encaminhamento.demanda, pessoa)
    respostas = queries.respostas_de(encaminhamento_id)
    documentos = para_ler(documentos_de(encaminhamento.peticao_id))
    outros = [
        e
        for e in encaminhamentos_de(encaminhamento.demanda_id)
        if e.id != encaminhamento_id and e.rodada == encaminhamento.rodada
    ]
    form = form or DevolverForm(formdata=None)
    # What the page shows is what its buttons act on, also when it comes back because somebody decided before.
    form.versao.data = str(encaminhamento.versao)
    return render_template(
        "atendimento/resposta.html",
        encaminhamento=encaminhamento,
        peticao=encaminhamento.demanda.peticao,
        respostas=respostas,
        previa=homologacao.consolidar([(encaminhamento, respostas[0])]) if respostas else None,
        outros=outros,
        apensadas=apensadas,
        autores=para_quem_vai(encaminhamento.demanda, apensadas),
        avaliacoes=avaliacoes_de(encaminhamento.peticao_id),
        **o_que_mudou(encaminhamento),
        faltam=[e for e in outros if e.estado not in JA_DECIDIDOS],
        na_triagem=encaminhamento.demanda.estado in (EstadoDemanda.AGUARDANDO, EstadoDemanda.EM_TRIAGEM),
        acoes=acoes(encaminhamento, current_user),
        aberto=encaminhamento.estado in queries.COM_PRAZO,
        form=form,
        recusado=recusado or form,
        documentos=documentos,
        documento=documento_aberto(documentos, request.args.get("documento", type=int)),
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
def homologar(encaminhamento_id: int) -> tuple[str, int] | Response:
    """Approve it."""
    form = VersaoForm()
    with form.aceitando_recusa():
        demanda = homologacao.homologar(encaminhamento_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        flash(f"Resposta homologada. {DEPOIS_DE_HOMOLOGAR[demanda.estado]}", "sucesso")
        return redirect(url_for("atendimento.respostas"), 303)
    return _pagina(encaminhamento_id, recusado=form), form.status


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
