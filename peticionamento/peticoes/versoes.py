"""Pages of a draft's versions: the list, two beside each other, one brought back; and who else has it open."""

from __future__ import annotations

import re
from typing import Any

from flask import Response as RespostaFlask
from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peticionamento.comum import respostas_http
from peticionamento.comum.erros import Recusa
from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora, hora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes import bp, presenca, services
from peticionamento.peticoes.models import EstadoPeticao, Peticao
from peticionamento.peticoes.queries import versoes as consultas
from peticionamento.peticoes.services import guarda
from peticionamento.peticoes.services.rascunhos import nao_e_mais_rascunho
from peticionamento.peticoes.services.versoes import versao_de, vigente

_ABA = re.compile(r"[a-z0-9]{8,32}")


def _peticao(peticao_id: int) -> Peticao:
    return obter(Peticao, peticao_id, pessoa_atual(), "peticoes.escrever")


def _pagina(peticao: Peticao, form: VersaoForm) -> str:
    return render_template(
        "peticoes/versoes.html",
        peticao=peticao,
        form=form,
        versoes=consultas.lista(peticao.id, request.args.get("depois")),
        vigente=vigente(peticao.id),
        rascunho=peticao.estado is EstadoPeticao.RASCUNHO,
        guardado_ate=guarda.guardado_ate(peticao.protocolada_em or peticao.usada_em),
    )


def as_duas(peticao_id: int, recusa: Recusa | None) -> dict[str, Any]:
    """Where the two texts of a conflict are, and how the one that was not saved becomes the draft; empty for others."""
    if not isinstance(recusa, services.RascunhoMudou) or recusa.recusada is None:
        return {}
    recusada = recusa.recusada
    return {
        "versao": _peticao(peticao_id).versao,
        "recusada": recusada,
        "comparar": url_for("peticoes.comparar", peticao_id=peticao_id, de=recusa.vigente or recusada, para=recusada),
        "usar": url_for("peticoes.voltar", peticao_id=peticao_id, numero=recusada),
    }


@bp.get("/<int:peticao_id>/versoes")
@perm("peticoes.escrever")
def versoes(peticao_id: int) -> str:
    """Every version of a draft; of a petition filed too, for as long as they are kept."""
    return _pagina(_peticao(peticao_id), VersaoForm(formdata=None))


@bp.get("/<int:peticao_id>/versoes/comparar")
@perm("peticoes.escrever")
def comparar(peticao_id: int) -> str | Response:
    """Two versions, and what differs."""
    peticao = _peticao(peticao_id)
    de, para = (request.args.get(nome, "", type=str) for nome in ("de", "para"))
    if not (de.isdecimal() and para.isdecimal() and max(len(de), len(para)) < 10):
        return redirect(url_for("peticoes.versoes", peticao_id=peticao.id))
    antes, depois = (versao_de(peticao.id, numero) for numero in sorted((int(de), int(para))))
    return render_template(
        "peticoes/versoes_comparar.html",
        peticao=peticao,
        form=VersaoForm(formdata=None),
        antes=antes,
        depois=depois,
        diferencas=consultas.diferencas(antes, depois),
        documentos=consultas.documentos_diferentes(antes, depois),
        lado_a_lado=request.args.get("modo") == "lado",
        vigente=vigente(peticao.id),
        rascunho=peticao.estado is EstadoPeticao.RASCUNHO,
    )


@bp.post("/<int:peticao_id>/versoes/<int:numero>/voltar")
@perm("peticoes.escrever")
def voltar(peticao_id: int, numero: int) -> tuple[str, int] | Response | RespostaFlask | tuple[RespostaFlask, int]:
    """Make an older version, or one that was not applied, the newest one."""
    em_json = request.accept_mimetypes.best == "application/json"
    form = VersaoForm()
    if form.validate():
        with form.aceitando_recusa():
            antes = form.numero()
            peticao = services.voltar(peticao_id, numero, por=pessoa_atual(), versao=antes, agora=agora())
            if em_json:
                return respostas_http.salvo(peticao.versao)
            flash(f"O rascunho voltou à versão {numero}. O que estava nele continua na lista de versões.", "sucesso")
            return redirect(url_for("peticoes.redigir", peticao_id=peticao_id), 303)
    if em_json:
        return respostas_http.nao_salvo(form)
    return _pagina(_peticao(peticao_id), form), form.status


@bp.get("/<int:peticao_id>/presenca")
@perm("peticoes.escrever")
def estado_do_rascunho(peticao_id: int) -> RespostaFlask:
    """What an open page asks every few seconds: who else has the draft open, and what is new since its version."""
    peticao, eu = _peticao(peticao_id), pessoa_atual()
    if peticao.estado is not EstadoPeticao.RASCUNHO:
        return jsonify(fim=nao_e_mais_rascunho(peticao))
    aba, desde = request.args.get("aba", ""), request.args.get("versao", 0, type=int)
    abertos = presenca.anotar(peticao.id, aba, eu) if _ABA.fullmatch(aba) else None
    salvos = consultas.salvamentos(peticao.id, agora())
    return jsonify(
        versao=peticao.versao,
        mensagem=f"Salva às {hora(peticao.alterada_em)}, versão {vigente(peticao.id) or peticao.versao}",
        presenca=presenca.frase(eu, abertos, salvos),
        campos=consultas.novidades(peticao, desde),
    )
