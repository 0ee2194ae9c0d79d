"""How files go over HTTP: shown, never run; named, never trusted."""

from __future__ import annotations

import io

import pytest
from flask import Flask, get_flashed_messages
from werkzeug.datastructures import FileStorage

from peticionamento.comum import arquivos, recebidos, respostas_http
from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.db import transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from tests.factories.peticoes import pdf_pequeno


@pytest.fixture
def arquivo(app: Flask) -> Arquivo:
    with transaction():
        return arquivos.nomear(recebidos.guardar(io.BytesIO(pdf_pequeno()), "ofício.pdf"))


def test_a_file_is_shown_under_its_name_and_cannot_run(app: Flask, arquivo: Arquivo) -> None:
    with app.test_request_context():
        resposta = respostas_http.arquivo(arquivo, 'ofício "final";\n2.pdf')
        resposta.direct_passthrough = False
        assert resposta.data == pdf_pequeno()
    assert resposta.mimetype == "application/pdf"
    assert resposta.headers["Content-Disposition"] == ("inline; filename*=UTF-8''of%C3%ADcio%20%22final%22%3B%0A2.pdf")
    assert resposta.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert resposta.headers["Cache-Control"] == "private, no-cache"
    assert resposta.get_etag() == (arquivo.sha256, False)
    resposta.close()


def test_a_page_of_it_is_a_picture(app: Flask, arquivo: Arquivo) -> None:
    with app.test_request_context():
        resposta = respostas_http.folha(arquivo, 1)
    assert resposta.mimetype == "image/png"
    assert resposta.data.startswith(b"\x89PNG")
    with pytest.raises(NaoEncontrado):
        respostas_http.folha(arquivo, 2)


def test_a_picture_has_no_pages() -> None:
    with pytest.raises(NaoEncontrado):
        respostas_http.folha(Arquivo(sha256="0" * 64, tamanho_bytes=1, tipo="image/png"), 1)


def test_one_refused_file_does_not_stop_the_others(app: Flask) -> None:
    chegaram = []

    def anexar(enviado: FileStorage) -> None:
        if enviado.filename == "ruim.pdf":
            raise Recusa("“ruim.pdf” está vazio.", "arquivos")
        chegaram.append(enviado.filename)

    enviados = [(io.BytesIO(b"x"), nome) for nome in ("um.pdf", "ruim.pdf", "dois.pdf")]
    with app.test_request_context(method="POST", data={"arquivos": [*enviados, (io.BytesIO(), "")]}):
        recusas = respostas_http.anexar_todos(anexar)
        assert get_flashed_messages(with_categories=True) == [("erro", "“ruim.pdf” está vazio.")]
    assert chegaram == ["um.pdf", "dois.pdf"]
    assert [recusa.mensagem for recusa in recusas] == ["“ruim.pdf” está vazio."]
