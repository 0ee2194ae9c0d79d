"""Pages of the distribution panel."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.distribuicao import bp, disjuntor, graficos, pausas, queries, services
from peticionamento.distribuicao.models import Canal


def filtro_pedido() -> queries.Filtro:
    """What the address asks to see."""
    return queries.Filtro.lido(*(request.args.get(nome) for nome in ("orgao", "canal", "situacao")))


def _contexto() -> dict[str, object]:
    """All that moves. The pauses and breakers are few, and say of every line why it waits."""
    instante, filtro = agora(), filtro_pedido()
    em_pausa = pausas.vivas(instante)
    return {
        "numeros": queries.numeros(),
        "por_orgao": queries.por_orgao(),
        "pendentes": queries.pendentes(filtro),
        "avisos": queries.avisos_parados(),
        "filtro": filtro,
        "orgao": filtro.orgao,
        "canais": list(Canal),
        "situacoes": queries.PENDENTES,
        "trabalhadores": queries.trabalhadores(),
        "pausas": em_pausa,
        "pausa_de": lambda orgao_id, canal: pausas.segura(em_pausa, orgao_id, canal),
        "o_que": pausas.o_que,
        "circuitos": {(d.orgao_id, d.canal): d for d in disjuntor.abertos()},
        "agora": instante,
    }


@bp.get("")
@perm("distribuicao.painel")
def painel() -> str:
    """The panel, with the plots, which do not move by the second."""
    contexto = _contexto()
    horas, dias = queries.serie(filtro_pedido().orgao)
    desenhos = [graficos.horas(horas), graficos.dias(dias)]
    return render_template("distribuicao/painel.html", graficos=desenhos, inteira=True, **contexto)


@bp.get("/agora")
@perm("distribuicao.painel")
def painel_agora() -> Response:
    """What moves of the panel. Where nothing moved, the browser is told to keep what it has."""
    resposta = make_response(render_template("distribuicao/_painel.html", inteira=False, **_contexto()))
    resposta.headers["Cache-Control"] = "private, no-cache"
    resposta.add_etag()
    return resposta.make_conditional(request)


@bp.post("/avisos/<int:aviso_id>/reenviar")
@perm("distribuicao.reentregar")
def reenviar_aviso(aviso_id: int) -> Response:
    """Try a notice that did not go again."""
    aviso = services.reenviar_aviso(aviso_id, por=pessoa_atual(), versao=VersaoForm().numero(), agora=agora())
    flash(f"Aviso por e-mail {aviso.detalhe()}: posto de novo na fila.", "sucesso")
    return redirect(url_for("distribuicao.painel"), 303)
