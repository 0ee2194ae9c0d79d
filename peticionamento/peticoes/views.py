"""Pages of a filed petition: where it is, its receipt, its documents."""

from __future__ import annotations

from datetime import datetime

from flask import Response as FlaskResponse
from flask import render_template
from flask_login import current_user

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import historico, respostas_http
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import agora, dia_curto, hoje
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes import bp, documentos, queries, services
from peticionamento.peticoes.models import Documento, EstadoPeticao, PapelDocumento, Peticao


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


def _so(todos: list[Documento], *papeis: PapelDocumento) -> list[Documento]:
    return [documento for documento in todos if documento.papel in papeis]


@bp.get("/<int:peticao_id>")
@perm("peticoes.acompanhar")
def acompanhar(peticao_id: int) -> str:
    """A filed petition: where it is, the answer, the documents, the history."""
    peticao = protocolada(peticao_id)
    todos = queries.documentos_de(peticao.id)
    resposta = queries.resposta_de(todos)
    if resposta is not None:
        services.marcar_lida(peticao.id, por=pessoa_atual(), agora=agora())
    calendario, dia = calendario_local(), hoje()
    return render_template(
        "peticoes/acompanhar.html",
        peticao=peticao,
        documentos=_so(todos, PapelDocumento.PRINCIPAL, PapelDocumento.ANEXO, PapelDocumento.RECIBO),
        resposta=resposta,
        anexos_da_resposta=_so(todos, PapelDocumento.ANEXO_RESPOSTA),
        acompanhamento=queries.acompanhamento_de(peticao.id),
        historico=historico.do_autor(peticao.id, current_user.id),
        hoje=dia,
        em_palavras=lambda vence: em_palavras(calendario, vence, dia),
        contagem=lambda vence: calendario.por_que(dia, vence),
    )


@bp.get("/<int:peticao_id>/recibo")
@perm("peticoes.acompanhar")
def recibo(peticao_id: int) -> str:
    """The receipt's page."""
    peticao = protocolada(peticao_id)
    todos = queries.documentos_de(peticao.id)
    return render_template(
        "peticoes/recibo.html",
        peticao=peticao,
        documentos=_so(todos, PapelDocumento.PRINCIPAL, PapelDocumento.ANEXO),
        recibo=_so(todos, PapelDocumento.RECIBO)[0],
    )


@bp.get("/<int:peticao_id>/recibo.pdf")
@perm("peticoes.acompanhar")
def recibo_pdf(peticao_id: int) -> FlaskResponse:
    """The receipt as PDF/A."""
    peticao = protocolada(peticao_id)
    return _enviar(documentos.emitir(_so(queries.documentos_de(peticao.id), PapelDocumento.RECIBO)[0]))


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
