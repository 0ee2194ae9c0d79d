"""Files on their way into a draft: uploads in parts (tus), and what is said of each document."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Resposta

from peticionamento.comum import envios, recebidos, tus
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes import bp, redigir, services, vagas
from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.services.anexos import ALVO


@bp.get("/<int:peticao_id>/documentos")
@perm("peticoes.escrever")
def documentos_do_rascunho(peticao_id: int) -> str:
    """The documents section, drawn anew."""
    return redigir.secao(peticao_id)


@bp.route("/<int:peticao_id>/envios", methods=["POST", "OPTIONS"])
@perm("peticoes.escrever")
@tus.falando
def abrir_envio(peticao_id: int) -> Response:
    """Begin an upload."""
    obter(Peticao, peticao_id, pessoa_atual(), "peticoes.escrever")
    if request.method == "OPTIONS":
        return tus.opcoes(recebidos.limite_geral())
    tus.conferir_versao()
    dados = tus.metadados()
    nome = dados.pop("filename", "")
    envio = envios.abrir(ALVO, peticao_id, nome, tus.tamanho(), dados, por=pessoa_atual(), agora=agora())
    return tus.situacao(envio, 201, url_for("peticoes.envio", envio_id=envio.id))


@bp.route("/envios/<token:envio_id>", methods=["HEAD", "PATCH", "DELETE", "POST", "OPTIONS"])
@perm("peticoes.escrever")
@tus.falando
def envio(envio_id: str) -> Response:
    """One upload: where it stands (HEAD), more of it (PATCH), no more of it (DELETE)."""
    por, instante = pessoa_atual(), agora()
    atual = envios.acessar(envio_id, por=por, agora=instante)
    match tus.metodo():
        case "OPTIONS":
            return tus.opcoes(recebidos.limite_geral())
        case "HEAD":
            tus.conferir_versao()
            # What was killed between the last byte and its delivery is delivered now.
            return tus.situacao(envios.entregar(envio_id, por=por, agora=instante), 200)
        case "PATCH":
            tus.conferir_versao()
            tus.conferir_parte(atual)
            inicio, soma = tus.inicio(), tus.soma()
            return tus.situacao(envios.receber_parte(envio_id, inicio, tus.Corpo(), por=por, agora=instante, soma=soma))
        case "DELETE":
            tus.conferir_versao()
            return tus.situacao(envios.apagar(envio_id, por=por, agora=instante))
    raise tus.PedidoErrado("Este endereço recebe HEAD, PATCH e DELETE.")


@bp.post("/envios/<token:envio_id>/cancelar")
@perm("peticoes.escrever")
def cancelar_envio(envio_id: str) -> str | Resposta:
    """Give an upload up, by a plain button."""
    peticao_id = envios.apagar(envio_id, por=pessoa_atual(), agora=agora()).alvo_id
    return _secao_ou_pagina(peticao_id)


def _secao_ou_pagina(peticao_id: int) -> str | Resposta:
    if "HX-Request" in request.headers:
        return redigir.secao(peticao_id)
    return redirect(url_for("peticoes.redigir", peticao_id=peticao_id, _anchor="documentos"), 303)


@bp.post("/<int:peticao_id>/documentos/<int:documento_id>")
@perm("peticoes.escrever")
def classificar(peticao_id: int, documento_id: int) -> str | Resposta | tuple[str, int]:
    """Say what a document is."""
    form = vagas.formulario(documento_id)
    if form.validate():
        with form.aceitando_recusa():
            como = form.classificacao()
            services.classificar(peticao_id, documento_id, como, por=pessoa_atual(), agora=agora())
            return _secao_ou_pagina(peticao_id)
    if "HX-Request" in request.headers:
        return redigir.secao(peticao_id, (documento_id, form)), form.status
    peticao = obter(Peticao, peticao_id, pessoa_atual(), "peticoes.escrever")
    if all(documento.id != documento_id for documento in peticao.documentos):
        raise NaoEncontrado()
    return redigir.pagina(peticao, redigir.do_rascunho(peticao), aberto=(documento_id, form)), form.status
