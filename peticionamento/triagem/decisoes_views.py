"""Decisions besides routing, routing agency by agency, and taking a routing back."""

from __future__ import annotations

from flask import flash, request
from werkzeug.wrappers import Response

from peticionamento.comum.formularios import VersaoForm, chave
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import enumerar, no_orgao
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp, combinacoes, decisoes, desfazer
from peticionamento.triagem.decisoes_forms import NaoAcolherForm, RemeterForm
from peticionamento.triagem.forms import DistribuirForm
from peticionamento.triagem.views import _mesa, _proxima, _volta


@bp.post("/<int:demanda_id>/nao-acolher")
@perm("triagem.nao_acolher")
def nao_acolher(demanda_id: int) -> tuple[str, int] | Response:
    """End it as not accepted, and go on to the next one."""
    form = NaoAcolherForm()
    if form.validate():
        with form.aceitando_recusa():
            demanda = decisoes.nao_acolher(
                demanda_id, form.fundamento.data, form.explicacao.data or "",
                por=pessoa_atual(), versao=form.numero(), agora=agora(),
            )  # fmt: skip
            flash(f"“{demanda.peticao.assunto}” não acolhida. O autor foi avisado.", "sucesso")
            return _proxima(demanda_id)
    return _mesa(demanda_id, recusado=form, decidir=form), form.status


@bp.post("/<int:demanda_id>/remeter")
@perm("triagem.remeter")
def remeter(demanda_id: int) -> tuple[str, int] | Response:
    """Forward it by letter, and go on to the next one."""
    form = RemeterForm()
    if form.validate():
        with form.aceitando_recusa():
            demanda = decisoes.remeter(
                demanda_id, form.remessa(), por=pessoa_atual(), versao=form.numero(), agora=agora()
            )
            flash(f"“{demanda.peticao.assunto}” remetida a {form.entidade.data}. O ofício está no processo.", "sucesso")
            return _proxima(demanda_id)
    return _mesa(demanda_id, recusado=form, decidir=form), form.status


@bp.post("/<int:demanda_id>/destinos")
@perm("triagem.distribuir")
def destinos(demanda_id: int) -> str:
    """The same desk with the routing form filled in further: fields for each agency, or a combination's agencies.

    Nothing is sent and nothing typed is lost.
    """
    form = DistribuirForm()
    usada = request.form.get("combinacao", type=chave)
    de: dict[int, dict[str, str]] = {}
    if usada is not None:
        guardados = combinacoes.destinos_de(combinacoes.combinacao(usada))
        form.orgaos.data = list(dict.fromkeys([*(form.orgaos.data or []), *(d.orgao_id for d in guardados)]))
        de = {
            d.orgao_id: {"instrucao": d.instrucao, "prazo": f"{d.dias_uteis} dias úteis", "acesso": d.acesso.value}
            for d in guardados
        }
    form.particularizar(de)
    return _mesa(demanda_id, form)


@bp.post("/<int:demanda_id>/desfazer")
@perm("triagem.distribuir")
def desfazer_encaminhamento(demanda_id: int) -> tuple[str, int] | Response:
    """Take the latest routing back, and the demand on the desk again."""
    form = VersaoForm()
    with form.aceitando_recusa():
        demanda = desfazer.desfazer(demanda_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        onde = enumerar([no_orgao(e.orgao.sigla) for e in demanda.vivos])
        fica = f" A demanda continua {onde}." if onde else ""
        flash(f"Encaminhamento desfeito: nada foi entregue.{fica}", "sucesso")
        return _volta(demanda_id)
    return _mesa(demanda_id, recusado=form), form.status
