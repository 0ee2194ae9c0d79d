"""How files, drafts and attachments are answered over HTTP: the same in every room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Response, flash, jsonify, request, send_file
from werkzeug.datastructures import FileStorage

from peticionamento.comum import arquivos
from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.erros import NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.formularios import Formulario
from peticionamento.comum.tempo import agora, hora


def arquivo(arquivo_: Arquivo, nome: str) -> Response:
    """A stored file, shown in the browser under its name; never sniffed, never run."""
    resposta = send_file(arquivos.abrir(arquivo_), mimetype=arquivo_.tipo, etag=arquivo_.sha256)
    return _no_navegador(resposta, nome)


def pdf_gerado(conteudo: bytes, nome: str) -> Response:
    """A PDF made for this answer alone, shown in the browser under its name."""
    return _no_navegador(Response(conteudo, mimetype="application/pdf"), nome)


def _no_navegador(resposta: Response, nome: str) -> Response:
    resposta.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(nome)}"
    resposta.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    resposta.headers["Cache-Control"] = "private, no-cache"
    return resposta


def baixar(arquivo_: Arquivo, nome: str) -> Response:
    """A stored file to keep, under its name."""
    resposta = arquivo(arquivo_, nome)
    resposta.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(nome)}"
    return resposta


def folha(arquivo_: Arquivo, pagina: int) -> Response:
    """One page of a PDF as a picture. Raises NaoEncontrado when there is no such page."""
    if arquivo_.tipo != "application/pdf":
        raise NaoEncontrado()
    try:
        png = arquivos.pagina_em_png(arquivo_, pagina)
    except IndexError:
        raise NaoEncontrado() from None
    resposta = Response(png, mimetype="image/png")
    resposta.headers["Cache-Control"] = "private, max-age=3600"
    return resposta


def salvo(versao: int, **mais: Any) -> Response:
    """What autosave reads: `Salva às 10h42, versão 7`; `mais` is what a room adds to it."""
    return jsonify(mensagem=f"Salva às {hora(agora())}, versão {versao}", versao=versao, **mais)


def nao_salvo(form: Formulario, **mais: Any) -> tuple[Response, int]:
    """Why a draft was not saved, field by field; `mais` is what a room adds to it."""
    erros = {nome: [str(e) for e in lista] for nome, lista in form.errors.items() if nome}
    frases = [*map(str, form.form_errors), *(frase for lista in erros.values() for frase in lista)]
    return jsonify(mensagem=" ".join(frases), erros=erros, **mais), form.status


def enviados() -> list[FileStorage]:
    """The files of the request, of every field; the empty ones a browser sends for an untouched field left out."""
    return [arquivo for _, arquivo in request.files.items(multi=True) if arquivo.filename]


def anexar_todos(anexar: Callable[[FileStorage], object]) -> list[Recusa]:
    """Attach each file of the request by itself: one that is refused does not stop the others."""
    recusas = []
    for enviado in enviados():
        try:
            anexar(enviado)
        except (SemPermissao, NaoEncontrado):
            raise
        except Recusa as recusa:
            recusas.append(recusa)
            flash(recusa.mensagem, "erro")
    return recusas
