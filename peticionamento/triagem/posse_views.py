"""What the desk's script asks while somebody reads: who is on what, and to keep a claim."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from peticionamento.comum.formularios import chave
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora, hora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp, posse


@bp.get("/presencas")
@perm("triagem.fila")
def presencas() -> Response:
    """Everybody's living claims, and what happened to the demand open since the version seen.

    Asked every few seconds: 304 while nothing changes, and nothing in it changes by itself.
    """
    pessoa = pessoa_atual()
    aberta, vista = request.args.get("demanda", type=chave), request.args.get("versao", type=chave)
    presentes = posse.presencas(pessoa, aberta, agora=agora())
    resposta = jsonify(
        presencas={
            presente.demanda_id: {"nome": presente.nome, "minha": presente.pessoa_id == pessoa.id}
            for presente in presentes.lista
        },
        mudou=posse.mudanca(presentes, aberta, vista),
    )
    resposta.headers["Cache-Control"] = "private, no-cache"
    resposta.add_etag()
    return resposta.make_conditional(request)


@bp.post("/<int:demanda_id>/renovar")
@perm("triagem.assumir")
def renovar(demanda_id: int) -> Response:
    """The holder is still reading: until when the claim goes now. Refused in JSON to the script, as elsewhere."""
    return jsonify(ate=hora(posse.renovar(demanda_id, por=pessoa_atual(), agora=agora())))
