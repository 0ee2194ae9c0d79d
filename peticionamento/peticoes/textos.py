"""Texts to insert into a petition while it is written."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from peticionamento.cadastros.modelos_de_texto import preencher
from peticionamento.cadastros.textos_queries import texto_para
from peticionamento.comum.permissoes import obter, perm
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes import bp, redigir, services
from peticionamento.peticoes.models import Peticao


@bp.post("/<int:peticao_id>/textos")
@perm("peticoes.escrever")
def inserir_texto(peticao_id: int) -> Response | tuple[str, int]:
    """The chosen text with this petition's values: to the script, which puts it at the cursor, or after the text."""
    peticao = obter(Peticao, peticao_id, pessoa_atual(), "peticoes.escrever")
    escolhido, limpo = request.form.get("texto_padrao", type=int), ""
    if escolhido:
        texto = texto_para(escolhido, None, peticao.tipo_id)
        limpo = preencher(texto.texto_html, services.valores_de(peticao))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(html=limpo)
    return redigir.salvar(peticao_id, "peticoes.redigir", mais=limpo)
