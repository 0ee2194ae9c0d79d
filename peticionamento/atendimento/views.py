"""Pages of the agency: the inbox, a demand, its answer."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from peticionamento.atendimento import bp, queries, services
from peticionamento.atendimento.apensadas import apensadas_a
from peticionamento.atendimento.forms import RecusarForm, ResponderForm
from peticionamento.atendimento.models import Resposta
from peticionamento.atendimento.queries import Aba
from peticionamento.cadastros.modelos_de_texto import preencher
from peticionamento.cadastros.queries import calendario_local
from peticionamento.cadastros.textos_queries import texto_para, textos_para
from peticionamento.comum import historico, respostas_http
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import acoes
from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes.espera import espera_de
from peticionamento.peticoes.queries import documentos_de
from peticionamento.peticoes.services import valores_de
from peticionamento.triagem.models import Encaminhamento
from peticionamento.triagem.prazos import passos_do_orgao
from peticionamento.triagem.queries import para_ler
from peticionamento.triagem.services import documento_aberto


def prazo_em_palavras() -> dict[str, object]:
    """What templates need to say a due day in words."""
    calendario, dia = calendario_local(), hoje()
    return {
        "hoje": dia,
        "em_palavras": lambda vence: em_palavras(calendario, vence, dia),
        "contagem": passos_do_orgao,
    }


@bp.get("/atendimento")
@perm("atendimento.caixa")
def caixa() -> str:
    """The inbox of one's own units."""
    aba = next((aba for aba in Aba if aba == request.args.get("aba")), Aba.A_FAZER)
    pessoa = pessoa_atual()
    return render_template(
        "atendimento/caixa.html",
        aba=aba,
        totais=queries.totais(pessoa),
        vencem_hoje=queries.vencem_hoje(pessoa),
        pagina=queries.caixa(pessoa, aba, request.args.get("depois")),
        **prazo_em_palavras(),
    )


def o_que_mudou(encaminhamento: Encaminhamento) -> dict[str, object]:
    """What the author did since: how often the demand was repeated, when documents came."""
    juntada_em = encaminhamento.demanda.juntada_em
    return {
        "espera": espera_de(encaminhamento.peticao_id),
        "juntada_em": juntada_em if juntada_em and juntada_em > encaminhamento.criado_em else None,
    }


def _pagina(
    encaminhamento_id: int,
    *,
    recusar: RecusarForm | None = None,
    responder: ResponderForm | None = None,
    recusado: VersaoForm | None = None,
) -> str:
    """A demand at the agency. The forms as they came back; `recusado`, a button that was refused."""
    pessoa = pessoa_atual()
    encaminhamento = obter(Encaminhamento, encaminhamento_id, pessoa, "atendimento.ler")
    legivel = queries.le_peticao(pessoa, encaminhamento.peticao_id)
    documentos = para_ler(documentos_de(encaminhamento.peticao_id)) if legivel else []
    rascunho = queries.rascunho_de(encaminhamento_id)
    if rascunho is not None and responder is None:
        responder = ResponderForm(formdata=None, texto=rascunho.texto_html, formato="html")
    # What the page shows is what its buttons act on, also when it comes back because somebody decided before.
    recusar = recusar or RecusarForm(formdata=None)
    recusar.versao.data = str(encaminhamento.versao)
    if rascunho is not None and responder is not None:
        responder.versao.data, responder.versao_rascunho.data = str(encaminhamento.versao), str(rascunho.versao)
    return render_template(
        "atendimento/demanda.html",
        encaminhamento=encaminhamento,
        peticao=encaminhamento.demanda.peticao,
        acoes=acoes(encaminhamento, current_user),
        aberto=encaminhamento.estado in queries.COM_PRAZO,
        legivel=legivel,
        **o_que_mudou(encaminhamento),
        documentos=documentos,
        documento=documento_aberto(documentos, request.args.get("documento", type=int)),
        apensadas=apensadas_a(encaminhamento.demanda, pessoa) if legivel else [],
        respostas=queries.respostas_de(encaminhamento_id),
        rascunho=rascunho,
        textos=textos_para(encaminhamento.unidade_id, encaminhamento.demanda.peticao.tipo_id) if rascunho else [],
        form_recusar=recusar,
        form_responder=responder,
        recusado=recusado,
        historico=historico.do_orgao(encaminhamento.peticao_id)
        if legivel
        else historico.de_uma_linha(encaminhamento.ENTIDADE, encaminhamento.id),
        **prazo_em_palavras(),
    )


@bp.get("/atendimento/<int:encaminhamento_id>")
@perm("atendimento.ler")
def demanda(encaminhamento_id: int) -> str:
    """A demand sent to one's unit: what is asked, the papers, the answer."""
    return _pagina(encaminhamento_id)


def _volta(encaminhamento_id: int, ancora: str | None = None) -> Response:
    return redirect(url_for("atendimento.demanda", encaminhamento_id=encaminhamento_id, _anchor=ancora), 303)


@bp.post("/atendimento/<int:encaminhamento_id>/receber")
@perm("atendimento.receber")
def receber(encaminhamento_id: int) -> tuple[str, int] | Response:
    """Take it in hand."""
    form = VersaoForm()
    with form.aceitando_recusa():
        services.receber(encaminhamento_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        flash("Demanda recebida. O autor já vê que ela está com o órgão.", "sucesso")
        return _volta(encaminhamento_id, "resposta")
    return _pagina(encaminhamento_id, recusado=form), form.status


@bp.post("/atendimento/<int:encaminhamento_id>/recusar")
@perm("atendimento.recusar")
def recusar(encaminhamento_id: int) -> tuple[str, int] | Response:
    """Decline with a reason."""
    form = RecusarForm()
    if form.validate():
        with form.aceitando_recusa():
            services.recusar(
                encaminhamento_id, form.motivo.data or "", por=pessoa_atual(), versao=form.numero(), agora=agora()
            )
            flash("Demanda recusada: voltou à triagem da SEGOV com o motivo.", "sucesso")
            return redirect(url_for("atendimento.caixa"), 303)
    return _pagina(encaminhamento_id, recusar=form), form.status


@bp.post("/atendimento/<int:encaminhamento_id>/resposta")
@perm("atendimento.responder")
def rascunhar(encaminhamento_id: int) -> Response | tuple[Response, int] | tuple[str, int]:
    """Save the draft of the answer: by itself as the person types (JSON), or by a button, with the page's files."""
    if request.accept_mimetypes.best == "application/json":
        return _salvar_por_si(encaminhamento_id, ResponderForm())
    _anexar_todos(encaminhamento_id)
    form = ResponderForm()
    if form.validate():
        with form.aceitando_recusa():
            _gravar(encaminhamento_id, form)
            flash("Rascunho da resposta salvo.", "sucesso")
            return _volta(encaminhamento_id, "resposta")
    return _pagina(encaminhamento_id, responder=form), form.status


@bp.post("/atendimento/<int:encaminhamento_id>/textos")
@perm("atendimento.responder")
def inserir_texto(encaminhamento_id: int) -> Response | tuple[str, int]:
    """The chosen text of the unit with this demand's values: to the script, or after what is written."""
    encaminhamento = obter(Encaminhamento, encaminhamento_id, pessoa_atual(), "atendimento.responder")
    escolhido, limpo = request.form.get("texto_padrao", type=int), ""
    if escolhido:
        peticao = encaminhamento.demanda.peticao
        texto = texto_para(escolhido, encaminhamento.unidade_id, peticao.tipo_id)
        limpo = preencher(texto.texto_html, valores_de(peticao, agora=agora()))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(html=limpo)
    form = ResponderForm()
    form.acrescentar(limpo)
    if form.validate():
        with form.aceitando_recusa():
            _gravar(encaminhamento_id, form)
            return _volta(encaminhamento_id, "resposta")
    return _pagina(encaminhamento_id, responder=form), form.status


def _salvar_por_si(encaminhamento_id: int, form: ResponderForm) -> Response | tuple[Response, int]:
    if form.validate():
        with form.aceitando_recusa():
            return respostas_http.salvo(_gravar(encaminhamento_id, form).versao)
    return respostas_http.nao_salvo(form)


def _gravar(encaminhamento_id: int, form: ResponderForm) -> Resposta:
    return services.rascunhar(
        encaminhamento_id, form.texto_html(), por=pessoa_atual(), versao=form.numero_do_rascunho(), agora=agora()
    )


@bp.post("/atendimento/<int:encaminhamento_id>/responder")
@perm("atendimento.responder")
def responder(encaminhamento_id: int) -> Response | tuple[str, int]:
    """Send the answer to SEGOV's review.

    Without the script the chosen files come along; one that is refused stops the sending, the others are kept.
    """
    obter(Encaminhamento, encaminhamento_id, pessoa_atual(), "atendimento.responder")
    form = ResponderForm()
    if _anexar_todos(encaminhamento_id):
        return _pagina(encaminhamento_id, responder=form), 422
    if form.validate():
        with form.aceitando_recusa():
            services.responder(
                encaminhamento_id,
                form.texto_html(),
                por=pessoa_atual(),
                versao=form.numero(),
                versao_rascunho=form.numero_do_rascunho(),
                agora=agora(),
            )
            flash("Resposta enviada à SEGOV para homologação.", "sucesso")
            return redirect(url_for("atendimento.caixa"), 303)
    return _pagina(encaminhamento_id, responder=form), form.status


def _anexos(encaminhamento_id: int) -> str:
    encaminhamento = obter(Encaminhamento, encaminhamento_id, pessoa_atual(), "atendimento.ler")
    return render_template(
        "atendimento/_anexos.html", encaminhamento=encaminhamento, rascunho=queries.rascunho_de(encaminhamento_id)
    )


@bp.post("/atendimento/<int:encaminhamento_id>/anexos")
@perm("atendimento.responder")
def anexar(encaminhamento_id: int) -> Response | str:
    """Attach files to the answer; the script sends one at a time and gets the list back."""
    obter(Encaminhamento, encaminhamento_id, pessoa_atual(), "atendimento.responder")  # even when no file came
    if request.accept_mimetypes.best == "application/json":
        for enviado in respostas_http.enviados():
            _anexar_um(encaminhamento_id, enviado)
        return _anexos(encaminhamento_id)
    _anexar_todos(encaminhamento_id)
    return _volta(encaminhamento_id, "resposta")


def _anexar_um(encaminhamento_id: int, enviado: FileStorage) -> None:
    services.anexar(encaminhamento_id, enviado.filename or "", enviado.stream, por=pessoa_atual())


def _anexar_todos(encaminhamento_id: int) -> list[Recusa]:
    return respostas_http.anexar_todos(lambda enviado: _anexar_um(encaminhamento_id, enviado))


@bp.post("/atendimento/<int:encaminhamento_id>/anexos/<int:anexo_id>/remover")
@perm("atendimento.responder")
def remover_anexo(encaminhamento_id: int, anexo_id: int) -> Response | str:
    """Take a file off the answer."""
    services.remover_anexo(encaminhamento_id, anexo_id, por=pessoa_atual())
    if "HX-Request" in request.headers:
        return _anexos(encaminhamento_id)
    return _volta(encaminhamento_id, "resposta")


@bp.get("/atendimento/anexos/<int:anexo_id>")
@perm("atendimento.ler_resposta")
def anexo(anexo_id: int) -> FlaskResponse:
    """A file of an answer, for the agency that gave it and for SEGOV's review (sent answers only)."""
    linha = queries.anexo(anexo_id, pessoa_atual())
    return respostas_http.arquivo(linha.arquivo, linha.nome)
