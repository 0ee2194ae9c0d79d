"""Deciding for a selection: choose what to do, see what would happen to each, decide, read what did."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peticionamento.cadastros.queries import calendario_local, orgaos_que_recebem
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import Rotulado
from peticionamento.comum.formularios import VersaoForm, chave
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import apensamento, bp, em_lote
from peticionamento.triagem.apensamento_forms import ApensarForm
from peticionamento.triagem.atos_em_lote import Apensar, Remeter
from peticionamento.triagem.decisoes_forms import NaoAcolherForm, RemeterVariasForm
from peticionamento.triagem.em_lote import Ato, Encaminhar, Linha, NaoAcolher, Pedir
from peticionamento.triagem.forms import DistribuirForm, PedirForm
from peticionamento.triagem.lugar import lugar
from peticionamento.triagem.marcar_em_lote import Marcar, MarcarForm


class Decisao(Rotulado):
    """What can be decided for many."""

    ENCAMINHAR = "encaminhar", "Encaminhar"
    PEDIR = "pedir", "Pedir esclarecimento"
    NAO_ACOLHER = "nao-acolher", "Não acolher"
    REMETER = "remeter", "Remeter a outro Poder ou ente"
    APENSAR = "apensar", "Apensar a outra demanda"
    POR_MARCADOR = "por-marcador", "Pôr marcador"
    TIRAR_MARCADOR = "tirar-marcador", "Tirar marcador"


FORMS: dict[Decisao, Callable[..., VersaoForm]] = {
    Decisao.ENCAMINHAR: DistribuirForm,
    Decisao.PEDIR: PedirForm,
    Decisao.NAO_ACOLHER: NaoAcolherForm,
    Decisao.REMETER: RemeterVariasForm,
    Decisao.APENSAR: ApensarForm,
    Decisao.POR_MARCADOR: MarcarForm,
    Decisao.TIRAR_MARCADOR: MarcarForm,
}


def _ato(decisao: Decisao | None, form: VersaoForm) -> Ato | Marcar:
    """The decision that a valid form holds. Raises Recusa: the demand to join to is not there."""
    if isinstance(form, MarcarForm):
        return Marcar(form.marcador.data, tirar=decisao is Decisao.TIRAR_MARCADOR)
    dia, calendario = hoje(), calendario_local()
    if isinstance(form, DistribuirForm):
        return Encaminhar(form.destinos(dia, calendario))
    if isinstance(form, PedirForm):
        return Pedir(form.pergunta.data or "", form.vencimento(dia, calendario), form.prazo_dado(dia))
    if isinstance(form, NaoAcolherForm):
        return NaoAcolher(form.fundamento.data, form.explicacao.data or "")
    if isinstance(form, RemeterVariasForm):
        return Remeter(form.remessa())
    if isinstance(form, ApensarForm):
        numero = form.principal.data or ""
        return Apensar(apensamento.demanda_de_numero(numero, por=pessoa_atual()), numero)
    raise TypeError(form)


def _escolhida() -> tuple[Decisao | None, VersaoForm | None]:
    """The decision chosen, and its form: as it came, or empty when it was only now chosen."""
    decisao = next((d for d in Decisao if d == request.form.get("ato")), None)
    if decisao is None:
        return None, None
    veio = "conferir" in request.form or request.path == url_for("triagem.decidir_lote")
    form = FORMS[decisao]() if veio else FORMS[decisao](formdata=None)
    form.versao.data = "0"  # each demand has its own, beside it
    if isinstance(form, NaoAcolherForm | MarcarForm):
        form.oferecer()
    return decisao, form


def _vistas() -> dict[int, int]:
    """The version seen of each demand: `42-3`; what is not that is left out."""
    pares = [valor.split("-") for valor in request.form.getlist("vistas")]
    return {
        chave(par[0]): int(par[1]) for par in pares if len(par) == 2 and all(p.isdecimal() and len(p) < 19 for p in par)
    }


def _previa(ids: Collection[int], decisao: Decisao | None, ato: Ato | Marcar | None = None) -> list[Linha]:
    """What would happen to each; nothing stands in the way of a marker that is still to be chosen."""
    if isinstance(ato, Marcar):
        return ato.previa(ids, por=pessoa_atual(), agora=agora())
    linhas = em_lote.previa(ids, ato, por=pessoa_atual(), agora=agora())
    marcando = decisao in (Decisao.POR_MARCADOR, Decisao.TIRAR_MARCADOR)
    return [replace(linha, motivo="") for linha in linhas] if marcando else linhas


def _pagina(
    linhas: list[Linha], decisao: Decisao | None, form: VersaoForm | None, ato: Ato | Marcar | None
) -> tuple[str, int]:
    pagina = render_template(
        "triagem/lote.html",
        linhas=linhas,
        vao=[linha for linha in linhas if linha.vai],
        decisoes=list(Decisao),
        decisao=decisao,
        form=form,
        ato=ato,
        promessa=ato.resumo(linhas, feito=False) if isinstance(ato, Marcar) else None,
        orgaos=orgaos_que_recebem() if decisao is Decisao.ENCAMINHAR else [],
        onde=lugar().argumentos,
    )
    return pagina, form.status if form else 200


def _a_fila(recusa: Recusa) -> Response:
    flash(recusa.mensagem, "alerta")
    return redirect(url_for("triagem.fila", **lugar().argumentos), 303)


@bp.post("/lote")
@perm("triagem.assumir")
def lote() -> tuple[str, int] | Response:
    """The selection: choose a decision, write it, and see what it would do to each."""
    ids = request.form.getlist("demandas", type=chave)
    decisao, form = _escolhida()
    try:
        linhas = _previa(ids, decisao)
    except Recusa as recusa:
        return _a_fila(recusa)
    if form is not None and "conferir" in request.form and form.validate():
        with form.aceitando_recusa():
            ato = _ato(decisao, form)
            return _pagina(_previa(ids, decisao, ato), decisao, form, ato)
    return _pagina(linhas, decisao, form, None)


@bp.post("/lote/decidir")
@perm("triagem.assumir")
def decidir_lote() -> tuple[str, int] | Response:
    """Take the decision of each, and say what came of it."""
    vistas, pessoa = _vistas(), pessoa_atual()
    decisao, form = _escolhida()
    if form is not None and form.validate():
        with form.aceitando_recusa():
            ato = _ato(decisao, form)
            if isinstance(ato, Marcar):
                linhas = ato.fazer(vistas, por=pessoa, agora=agora())
                return _resultado(linhas, ato.resumo(linhas, feito=True), marcadas=True)
            linhas = em_lote.decidir(vistas, ato, por=pessoa, agora=agora())
            desfazer_s = em_lote.restam_s(linhas, agora=agora()) if decisao is Decisao.ENCAMINHAR else 0
            return _resultado(linhas, em_lote.resumo(linhas), desfazer_s)
    try:
        return _pagina(_previa(vistas, decisao), decisao, form, None)
    except Recusa as recusa:
        return _a_fila(recusa)


@bp.post("/lote/desfazer")
@perm("triagem.distribuir")
def desfazer_lote() -> tuple[str, int] | Response:
    """Take the routings back, and say of which it could be done."""
    try:
        linhas = em_lote.desfazer_todas(_vistas(), por=pessoa_atual(), agora=agora())
    except Recusa as recusa:
        return _a_fila(recusa)
    return _resultado(linhas, em_lote.resumo(linhas, desfeitas=True), desfeitas=True)


def _resultado(
    linhas: list[Linha], resumo: str, desfazer_s: int = 0, *, desfeitas: bool = False, marcadas: bool = False
) -> tuple[str, int]:
    pagina = render_template(
        "triagem/lote_resultado.html",
        resumo=resumo,
        foram=[linha for linha in linhas if linha.vai],
        ficaram=[linha for linha in linhas if not linha.vai],
        desfazer_s=desfazer_s,
        desfeitas=desfeitas,
        marcadas=marcadas,
        onde=lugar().argumentos,
    )
    return pagina, 200
