"""Pages of a filed petition: where it is, its receipt, its documents."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import Response as FlaskResponse
from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import historico, respostas_http
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import agora, dia_curto, hoje
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes import bp, documentos, queries, services
from peticionamento.peticoes.forms import AvaliarForm, ReabrirForm
from peticionamento.peticoes.models import Documento, EstadoPeticao, PapelDocumento, Peticao
from peticionamento.peticoes.prazos import passos_da_demanda, passos_do_autor


@bp.app_template_filter("dia_de")
def dia_de(instante: datetime) -> str:
    """The day of an instant as people say it: `hoje`, `ontem`, else `12 nov`."""
    dia = hoje(instante)
    return {0: "hoje", 1: "ontem"}.get((hoje() - dia).days) or dia_curto(dia)


def protocolada(peticao_id: int, permissao: str = "peticoes.acompanhar") -> Peticao:
    """A filed petition the person may see; a draft is none."""
    peticao = obter(Peticao, peticao_id, pessoa_atual(), permissao)
    if peticao.estado is not EstadoPeticao.PROTOCOLADA:
        raise NaoEncontrado()
    return peticao


def assinada(peticao_id: int) -> Peticao:
    """A signed petition the person may see: filed, or joined to the process it was written for."""
    peticao = obter(Peticao, peticao_id, pessoa_atual(), "peticoes.acompanhar")
    if peticao.estado is EstadoPeticao.RASCUNHO:
        raise NaoEncontrado()
    return peticao


def _so(todos: list[Documento], *papeis: PapelDocumento) -> list[Documento]:
    return [documento for documento in todos if documento.papel in papeis]


@bp.get("/<int:peticao_id>")
@perm("peticoes.acompanhar")
def acompanhar(peticao_id: int) -> str | Response:
    """A filed petition: where it is, the answer, the documents, the history."""
    peticao = assinada(peticao_id)
    if peticao.estado is EstadoPeticao.JUNTADA:  # it has no page of its own: its documents are in that process
        return redirect(url_for("peticoes.acompanhar", peticao_id=peticao.origem_id))
    return pagina_da_peticao(peticao)


def pagina_da_peticao(
    peticao: Peticao,
    *,
    avaliar: AvaliarForm | None = None,
    reabrir: ReabrirForm | None = None,
    recusa: Recusa | None = None,
) -> str:
    """The page of a filed petition. The forms as they came back; `recusa`, why a button could do nothing."""
    todos = queries.documentos_de(peticao.id)
    resposta = queries.resposta_de(todos)
    if resposta is not None:
        services.marcar_lida(peticao.id, por=pessoa_atual(), agora=agora())
    calendario, dia, situacao = calendario_local(), hoje(), queries.acompanhamento_de(peticao.id)
    avaliacao = queries.avaliacao_de(resposta.id) if resposta else None
    if avaliar is None:
        dada = {"nota": avaliacao.nota, "comentario": avaliacao.comentario} if avaliacao else {}
        avaliar = AvaliarForm(formdata=None, data=dada)
    return render_template(
        "peticoes/acompanhar.html",
        peticao=peticao,
        documentos=_so(
            todos, PapelDocumento.PRINCIPAL, PapelDocumento.ANEXO, PapelDocumento.RECIBO, PapelDocumento.TERMO
        ),
        resposta=resposta,
        anexos_da_resposta=queries.anexos_de(todos, resposta) if resposta else [],
        acompanhamento=situacao,
        diligencia=services.diligencia_aberta(peticao.id),
        razao=queries.razao(peticao),
        avaliacao=avaliacao,
        form_avaliar=avaliar,
        form_reabrir=reabrir or ReabrirForm(formdata=None),
        recusa=recusa,
        fim_do_prazo=services.fim_do_prazo(situacao),
        no_prazo=services.dentro_do_prazo(situacao, dia),
        historico=historico.do_autor(peticao.id, peticao.autor_id),
        chave_nova=secrets.token_urlsafe(24),
        hoje=dia,
        em_palavras=lambda vence: em_palavras(calendario, vence, dia),
        passos_da_demanda=passos_da_demanda,
        passos_do_autor=passos_do_autor,
    )


@bp.get("/<int:peticao_id>/recibo")
@perm("peticoes.acompanhar")
def recibo(peticao_id: int) -> str:
    """The receipt's page."""
    peticao = assinada(peticao_id)
    todos = queries.trazidos_por(peticao)
    return render_template(
        "peticoes/recibo.html",
        peticao=peticao,
        documentos=_so(todos, PapelDocumento.PRINCIPAL, PapelDocumento.ANEXO),
        recibo=_recibo(todos),
    )


def _recibo(todos: list[Documento]) -> Documento:
    """The receipt among them. Raises NaoEncontrado: what SEGOV split from a petition was filed with that one."""
    recibos = _so(todos, PapelDocumento.RECIBO)
    if not recibos:
        raise NaoEncontrado()
    return recibos[0]


@bp.get("/<int:peticao_id>/recibo.pdf")
@perm("peticoes.acompanhar")
def recibo_pdf(peticao_id: int) -> FlaskResponse:
    """The receipt as PDF/A."""
    peticao = assinada(peticao_id)
    return _enviar(documentos.emitir(_recibo(queries.trazidos_por(peticao))))


def _enviar(documento: Documento) -> FlaskResponse:
    if documento.arquivo is None:
        raise NaoEncontrado()
    return respostas_http.arquivo(documento.arquivo, documento.nome)


@bp.get("/documentos/<int:documento_id>")
@perm("peticoes.ler")
def documento(documento_id: int) -> FlaskResponse:
    """A document's file, for whoever may read its petition."""
    return _enviar(services.documento_legivel(documento_id, por=pessoa_atual()))


@bp.get("/documentos/<int:documento_id>/folhas/<int:pagina>.png")
@perm("peticoes.ler")
def pagina(documento_id: int, pagina: int) -> FlaskResponse:
    """One page of a document as a picture, to read beside the decision."""
    lido = services.documento_legivel(documento_id, por=pessoa_atual())
    if lido.arquivo is None:
        raise NaoEncontrado()
    return respostas_http.folha(lido.arquivo, pagina)
