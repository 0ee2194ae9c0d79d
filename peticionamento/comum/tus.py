"""tus 1.0 over HTTP (https://tus.io/protocols/resumable-upload): headers in, headers out.

Core, creation, termination, expiration and checksum. What is kept, and how, is `envios`' business.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, after_this_request, jsonify, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from peticionamento.comum.envios import Envio, Soma
from peticionamento.comum.erros import NaoEncontrado, Recusa, SemPermissao

P = ParamSpec("P")

VERSAO = "1.0.0"
EXTENSOES = "creation,termination,expiration,checksum"
ALGORITMOS = ("sha1", "sha256")
TIPO_DA_PARTE = "application/offset+octet-stream"


class VersaoDesconhecida(Recusa):
    """The client speaks another version of the protocol."""

    status = 412
    titulo = "O envio em partes pede tus 1.0.0."


class PedidoErrado(Recusa):
    """A header is missing or is not what the protocol says."""

    status = 400


class TipoErrado(Recusa):
    """The bytes do not come as the protocol says."""

    status = 415


class ParteGrande(Recusa):
    """More bytes than the upload has left."""

    status = 413


def falando(view: Callable[P, Response]) -> Callable[P, Response]:
    """Answer as tus does: its header on everything, and refusals as JSON, for whichever client.

    Who may not know that there is such an upload gets the same answer as at any other address.
    """

    @wraps(view)
    def envolta(*args: P.args, **kwargs: P.kwargs) -> Response:
        after_this_request(_assinar)
        try:
            return view(*args, **kwargs)
        except (NaoEncontrado, SemPermissao):
            raise
        except Recusa as recusa:
            resposta = jsonify(mensagem=recusa.mensagem, titulo=recusa.titulo)
            resposta.status_code = recusa.status
            return resposta

    return envolta


def _assinar(resposta: Response) -> Response:
    resposta.headers["Tus-Resumable"] = VERSAO
    resposta.headers["Tus-Version"] = VERSAO
    resposta.headers["Cache-Control"] = "no-store"
    return resposta


def opcoes(limite_bytes: int) -> Response:
    """What this server can, to whoever asks."""
    resposta = Response(status=204)
    resposta.headers["Tus-Extension"] = EXTENSOES
    resposta.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITMOS)
    resposta.headers["Tus-Max-Size"] = str(limite_bytes)
    return resposta


def situacao(envio: Envio, status: int = 204, location: str | None = None) -> Response:
    """Where an upload stands, and until when it waits."""
    resposta = Response(status=status)
    resposta.headers["Upload-Offset"] = str(envio.recebidos_bytes)
    resposta.headers["Upload-Length"] = str(envio.tamanho_bytes)
    resposta.headers["Upload-Expires"] = http_date(envio.vale_ate)
    if location:
        resposta.headers["Location"] = location
    return resposta


def conferir_versao() -> None:
    """Raise VersaoDesconhecida unless the client speaks tus 1.0.0."""
    if request.headers.get("Tus-Resumable") != VERSAO:
        raise VersaoDesconhecida("Use um programa que envie por tus 1.0.0.")


def metodo() -> str:
    """The method that the client means, where something between could only carry POST."""
    return request.headers.get("X-HTTP-Method-Override", request.method).upper()


def tamanho() -> int:
    """Upload-Length, in bytes. Raises PedidoErrado; a length told later is not supported."""
    return _numero("Upload-Length")


def inicio() -> int:
    """Upload-Offset, in bytes. Raises PedidoErrado."""
    return _numero("Upload-Offset")


def _numero(cabecalho: str) -> int:
    valor = request.headers.get(cabecalho, "")
    if not (valor.isascii() and valor.isdecimal() and len(valor) < 16):
        raise PedidoErrado(f"Falta {cabecalho}, ou não é um número.")
    return int(valor)


def metadados() -> dict[str, str]:
    """Upload-Metadata decoded: names, with their values ("" where there is none). Raises PedidoErrado."""
    dados = {}
    for par in filter(None, map(str.strip, request.headers.get("Upload-Metadata", "").split(","))):
        nome, _, valor = par.partition(" ")
        try:
            dados[nome] = base64.b64decode(valor, validate=True).decode().replace("\x00", "")
        except ValueError as erro:
            raise PedidoErrado(f"Upload-Metadata: {nome} não está em base64.") from erro
    return dados


def soma() -> Soma | None:
    """Upload-Checksum, when the client made one. Raises PedidoErrado for an algorithm that is not offered."""
    cabecalho = request.headers.get("Upload-Checksum", "")
    if not cabecalho:
        return None
    algoritmo, _, valor = cabecalho.partition(" ")
    try:
        if algoritmo in ALGORITMOS:
            return Soma(algoritmo, base64.b64decode(valor, validate=True))
    except ValueError:
        pass  # said below
    raise PedidoErrado(f"Upload-Checksum: use {' ou '.join(ALGORITMOS)}, em base64.")


def conferir_parte(envio: Envio) -> None:
    """Raise TipoErrado or ParteGrande for a body that cannot be a part of this upload."""
    if request.mimetype != TIPO_DA_PARTE:
        raise TipoErrado(f"As partes vêm como {TIPO_DA_PARTE}.")
    if (request.content_length or 0) > envio.tamanho_bytes - inicio():
        raise ParteGrande("Vieram mais bytes do que o arquivo tem.")


class Corpo:
    """The request's body; a connection that breaks off ends it, and what came before stays good."""

    def read(self, quantos: int, /) -> bytes:
        """At most `quantos` bytes; none at the end, or when the other side is gone."""
        try:
            return request.stream.read(quantos)
        except (OSError, ClientDisconnected):
            return b""
