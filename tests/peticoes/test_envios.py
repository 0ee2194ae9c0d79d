"""Uploads in parts over HTTP: any tus 1.0 client, and what the page asks of the section."""

from __future__ import annotations

import base64
import hashlib
import html
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_date
from werkzeug.test import TestResponse

from peticionamento.comum import envios
from peticionamento.comum.arquivos import Varredura
from peticionamento.comum.db import db, transaction
from peticionamento.comum.envios import Envio
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa, Representacao
from peticionamento.peticoes.models import Conferencia, Documento, Formato, Peticao
from tests.factories import cadastros, contas, pdfs, peticoes
from tests.factories.peticoes import pdf_pequeno

Como = Callable[[Pessoa], FlaskClient]
TUS = {"Tus-Resumable": "1.0.0"}
PARTE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadados(**dados: str) -> str:
    return ",".join(f"{nome} {base64.b64encode(valor.encode()).decode()}" for nome, valor in dados.items())


def abrir(
    cliente: FlaskClient, peticao: Peticao, conteudo: bytes, nome: str = "ofício.pdf", **dados: str
) -> TestResponse:
    cabecalhos = {**TUS, "Upload-Length": str(len(conteudo)), "Upload-Metadata": metadados(filename=nome, **dados)}
    return cliente.post(f"/peticoes/{peticao.id}/envios", headers=cabecalhos)


def mandar(cliente: FlaskClient, url: str, inicio: int, parte: bytes, **cabecalhos: str) -> TestResponse:
    return cliente.patch(url, data=parte, headers={**PARTE, "Upload-Offset": str(inicio), **cabecalhos})


def documentos(peticao: Peticao) -> list[Documento]:
    db.session().expire_all()
    return list(peticao.documentos)


@pytest.fixture
def peticao(app: Flask) -> Peticao:
    return peticoes.rascunho()


def test_a_whole_upload_as_the_protocol_tells_it(app: Flask, como: Como, peticao: Peticao) -> None:
    cliente, conteudo = como(peticao.autor), pdf_pequeno()
    opcoes = cliente.options(f"/peticoes/{peticao.id}/envios")
    assert opcoes.status_code == 204
    assert opcoes.headers["Tus-Extension"] == "creation,termination,expiration,checksum"
    assert opcoes.headers["Tus-Max-Size"] == str(50 * 1024 * 1024)
    aberto = abrir(cliente, peticao, conteudo)
    assert (aberto.status_code, aberto.headers["Tus-Resumable"]) == (201, "1.0.0")
    assert aberto.headers["Upload-Offset"] == "0"
    validade = parse_date(aberto.headers["Upload-Expires"])
    assert validade is not None
    assert timedelta(days=6) < validade - agora() < timedelta(days=8)
    url = aberto.location
    meio = mandar(cliente, url, 0, conteudo[:1000])
    assert (meio.status_code, meio.headers["Upload-Offset"]) == (204, "1000")
    onde = cliente.head(url, headers=TUS)
    assert (onde.status_code, onde.headers["Upload-Offset"]) == (200, "1000")
    assert (onde.headers["Upload-Length"], onde.headers["Cache-Control"]) == (str(len(conteudo)), "no-store")
    fim = mandar(cliente, url, 1000, conteudo[1000:])
    assert (fim.status_code, fim.headers["Upload-Offset"]) == (204, str(len(conteudo)))
    (documento,) = documentos(peticao)
    assert documento.nome == "ofício.pdf"
    assert documento.arquivo is not None
    assert documento.arquivo.sha256 == hashlib.sha256(conteudo).hexdigest()


def test_where_it_goes_and_what_is_said_of_it_come_along(app: Flask, como: Como, peticao: Peticao) -> None:
    tipo = cadastros.tipo_documento()
    dados = {
        "tipo_documento": str(tipo.id),
        "formato": "digitalizado",
        "conferencia": "simples",
        "complemento": "da SES",
    }
    cliente = como(peticao.autor)
    mandar(cliente, abrir(cliente, peticao, pdf_pequeno(), **dados).location, 0, pdf_pequeno())
    (documento,) = documentos(peticao)
    assert (documento.tipo_documento_id, documento.complemento) == (tipo.id, "da SES")
    assert (documento.formato, documento.conferencia) == (Formato.DIGITALIZADO, Conferencia.SIMPLES)


def test_the_wrong_place_is_a_conflict_and_changes_nothing(app: Flask, como: Como, peticao: Peticao) -> None:
    cliente = como(peticao.autor)
    url = abrir(cliente, peticao, pdf_pequeno()).location
    mandar(cliente, url, 0, pdf_pequeno()[:100])
    assert mandar(cliente, url, 0, pdf_pequeno()[:100]).status_code == 409
    assert mandar(cliente, url, 200, b"x").status_code == 409
    assert cliente.head(url, headers=TUS).headers["Upload-Offset"] == "100"


def test_a_last_answer_lost_makes_no_second_document(app: Flask, como: Como, peticao: Peticao) -> None:
    cliente = como(peticao.autor)
    url = abrir(cliente, peticao, pdf_pequeno()).location
    assert mandar(cliente, url, 0, pdf_pequeno()).status_code == 204
    assert mandar(cliente, url, 0, pdf_pequeno()).status_code == 409
    assert cliente.head(url, headers=TUS).headers["Upload-Offset"] == str(len(pdf_pequeno()))
    assert mandar(cliente, url, len(pdf_pequeno()), b"").status_code == 204
    assert len(documentos(peticao)) == 1


def test_a_refused_file_is_named_in_json_and_remembered(app: Flask, como: Como, peticao: Peticao) -> None:
    cliente, conteudo = como(peticao.autor), pdfs.com_senha()
    url = abrir(cliente, peticao, conteudo, "contrato.pdf").location
    frase = "“contrato.pdf” pede senha para abrir. Tire a senha e anexe de novo."
    for inicio, parte in ((0, conteudo), (len(conteudo), b"")):
        resposta = mandar(cliente, url, inicio, parte)
        assert (resposta.status_code, resposta.json and resposta.json["mensagem"]) == (422, frase)
    assert cliente.head(url, headers=TUS).status_code == 422
    secao = cliente.get(f"/peticoes/{peticao.id}/documentos").text
    assert frase in html.unescape(secao)
    assert documentos(peticao) == []
    assert frase in html.unescape(cliente.get(f"/peticoes/{peticao.id}/conferir").text)  # it will not be filed
    assert cliente.delete(url, headers=TUS).status_code == 204
    assert frase not in html.unescape(cliente.get(f"/peticoes/{peticao.id}/conferir").text)
    assert frase not in html.unescape(cliente.get(f"/peticoes/{peticao.id}/documentos").text)


@pytest.mark.parametrize(
    ("nome", "tamanho_bytes", "frase"),
    [
        ("vídeo.mp4", 10, "não é PDF, JPG ou PNG"),
        ("laudo.pdf", 0, "está vazio"),
        ("laudo.pdf", 60 * 1024 * 1024, "tem 60,0 MB; o limite é 50 MB por arquivo"),
    ],
)
def test_what_name_and_size_tell_is_refused_before_a_byte(
    app: Flask, como: Como, peticao: Peticao, nome: str, tamanho_bytes: int, frase: str
) -> None:
    cabecalhos = {**TUS, "Upload-Length": str(tamanho_bytes), "Upload-Metadata": metadados(filename=nome)}
    resposta = como(peticao.autor).post(f"/peticoes/{peticao.id}/envios", headers=cabecalhos)
    assert resposta.status_code == 422
    assert resposta.json is not None
    assert frase in resposta.json["mensagem"]
    assert cadastros.quantos(Envio) == 0


@pytest.mark.config(limite_peticao_bytes=3 * 1024 * 1024)
def test_what_is_on_its_way_counts_for_the_limit_in_all(app: Flask, como: Como, peticao: Peticao) -> None:
    cliente, grande = como(peticao.autor), b"%PDF" + b"x" * 2 * 1024 * 1024
    primeiro = abrir(cliente, peticao, grande)
    resposta = abrir(cliente, peticao, grande)
    assert resposta.status_code == 422
    assert resposta.json is not None
    assert "os anexos somariam 4,0 MB; o limite é 3 MB ao todo" in resposta.json["mensagem"]
    cliente.delete(primeiro.location, headers=TUS)
    assert abrir(cliente, peticao, grande).status_code == 201


def test_another_office_and_another_time_find_nothing(app: Flask, como: Como, peticao: Peticao) -> None:
    url = abrir(como(peticao.autor), peticao, pdf_pequeno()).location
    estranha = como(contas.deputada())
    assert estranha.head(url, headers=TUS).status_code == 404
    assert mandar(estranha, url, 0, b"x").status_code == 404
    assert estranha.delete(url, headers=TUS).status_code == 404
    assert como(peticao.autor).head(f"/peticoes/envios/{'x' * 43}", headers=TUS).status_code == 404
    with transaction() as session:
        session.query(Envio).update({Envio.vale_ate: agora() - timedelta(minutes=1)})
    for resposta in (mandar(como(peticao.autor), url, 0, b"x"), como(peticao.autor).head(url, headers=TUS)):
        assert resposta.status_code == 410


def test_an_assistant_goes_on_with_what_the_deputy_began(app: Flask, como: Como, peticao: Peticao) -> None:
    assessora = contas.pessoa(Papel.ASSESSOR)
    with transaction() as session:
        session.add(Representacao(representante_id=assessora.id, representado_id=peticao.autor_id))
    url = abrir(como(peticao.autor), peticao, pdf_pequeno()).location
    mandar(como(peticao.autor), url, 0, pdf_pequeno()[:500])
    assert mandar(como(assessora), url, 500, pdf_pequeno()[500:]).status_code == 204
    assert len(documentos(peticao)) == 1


@pytest.mark.parametrize(
    ("cabecalhos", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Content-Type": "application/pdf"}, 415),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": "x"}, 400),
        ({"Upload-Checksum": "md5 AAAA"}, 400),
        ({"Upload-Checksum": "sha1 ção".encode().decode("latin-1")}, 400),
        ({"Upload-Checksum": "sha1 " + base64.b64encode(b"0" * 20).decode()}, 460),
    ],
)
def test_what_the_protocol_does_not_allow_is_said(
    app: Flask, como: Como, peticao: Peticao, cabecalhos: dict[str, str], status: int
) -> None:
    cliente = como(peticao.autor)
    url = abrir(cliente, peticao, pdf_pequeno()).location
    resposta = mandar(cliente, url, 0, pdf_pequeno()[:10], **cabecalhos)
    assert (resposta.status_code, resposta.headers["Tus-Version"]) == (status, "1.0.0")
    assert resposta.json is not None
    assert resposta.json["mensagem"]
    assert cliente.head(url, headers=TUS).headers["Upload-Offset"] == "0"


def test_more_bytes_than_were_announced_are_refused(app: Flask, como: Como, peticao: Peticao) -> None:
    cliente = como(peticao.autor)
    url = abrir(cliente, peticao, pdf_pequeno()).location
    assert mandar(cliente, url, 0, pdf_pequeno() + b"mais").status_code == 413
    errado = cliente.post(f"/peticoes/{peticao.id}/envios", headers={**TUS, "Upload-Defer-Length": "1"})
    assert errado.status_code == 400
    errado = cliente.post(
        f"/peticoes/{peticao.id}/envios", headers={**TUS, "Upload-Length": "9", "Upload-Metadata": "filename %%%"}
    )
    assert errado.status_code == 400


def test_where_only_post_passes_the_method_comes_in_a_header(app: Flask, como: Como, peticao: Peticao) -> None:
    cliente = como(peticao.autor)
    url = abrir(cliente, peticao, pdf_pequeno()).location
    disfarce = {"X-HTTP-Method-Override": "PATCH", **PARTE, "Upload-Offset": "0"}
    assert cliente.post(url, data=pdf_pequeno(), headers=disfarce).status_code == 204
    assert len(documentos(peticao)) == 1
    assert cliente.post(url, headers=TUS).status_code == 400
    assert cliente.post(url, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert cliente.head(url, headers=TUS).status_code == 404


@pytest.mark.config(sem_csrf=False)
def test_a_part_without_the_pages_token_is_refused(app: Flask, como: Como, peticao: Peticao) -> None:
    envio = envios.abrir("peticao", peticao.id, "um.pdf", 10, {}, por=peticao.autor, agora=agora())
    resposta = mandar(como(peticao.autor), f"/peticoes/envios/{envio.id}", 0, b"x")
    assert resposta.status_code == 400
    assert db.session().get_one(Envio, envio.id, populate_existing=True).recebidos_bytes == 0


def test_filed_meanwhile_the_upload_says_so(app: Flask, como: Como) -> None:
    peticao, conteudo = peticoes.protocolada(), pdf_pequeno()
    with transaction() as session:
        session.add(
            Envio(
                id="t" * 43, pessoa_id=peticao.autor_id, alvo="peticao", alvo_id=peticao.id, nome="um.pdf", dados={},
                tamanho_bytes=len(conteudo), vale_ate=agora() + timedelta(days=1),
            )
        )  # fmt: skip
    resposta = mandar(como(peticao.autor), f"/peticoes/envios/{'t' * 43}", 0, conteudo)
    assert resposta.status_code == 422
    assert resposta.json is not None
    assert f"já foi protocolada com o número {peticao.numero}" in resposta.json["mensagem"]


def test_a_petition_is_not_signed_while_a_file_is_on_its_way(app: Flask, como: Como, peticao: Peticao) -> None:
    url = abrir(como(peticao.autor), peticao, pdf_pequeno(), "laudo.pdf").location
    (falta,) = peticoes.services.faltas(peticao)
    assert falta.mensagem == "O envio de “laudo.pdf” não terminou. Espere, continue-o ou cancele-o."
    mandar(como(peticao.autor), url, 0, pdf_pequeno())
    assert peticoes.services.faltas(peticao) == []


def test_an_upload_that_stopped_is_on_the_page_with_its_buttons(app: Flask, como: Como, peticao: Peticao) -> None:
    cliente, conteudo = como(peticao.autor), b"%PDF" + b"x" * 3 * 1024 * 1024
    url = abrir(cliente, peticao, conteudo, "declaracao.pdf").location
    mandar(cliente, url, 0, conteudo[: 2 * 1024 * 1024])
    pagina = html.unescape(cliente.get(f"/peticoes/{peticao.id}/redigir").text)
    assert "parou em 2,0 MB de 3,0 MB: escolha o mesmo arquivo para continuar" in pagina
    resposta = cliente.post(f"{url}/cancelar")
    assert (resposta.status_code, resposta.location) == (303, f"/peticoes/{peticao.id}/redigir#documentos")
    assert cadastros.quantos(Envio) == 0


def detalhes(documento: Documento, **mudancas: str) -> dict[str, str]:
    campos = {
        "tipo_documento": str(documento.tipo_documento_id or 0),
        "complemento": "",
        "numero": "",
        "formato": "nato_digital",
        "conferencia": "",
        "acesso": "publico",
        "hipotese": "0",
        **mudancas,
    }
    return {f"d{documento.id}-{nome}": valor for nome, valor in campos.items()}


@pytest.mark.parametrize("com_script", [True, False])
def test_what_is_wrong_in_the_details_is_said_beside_it_and_kept(
    app: Flask, como: Como, peticao: Peticao, com_script: bool
) -> None:
    (documento,) = peticoes.com_anexo(peticao).documentos
    cliente, url = como(peticao.autor), f"/peticoes/{peticao.id}/documentos/{documento.id}"
    cabecalhos = {"HX-Request": "true"} if com_script else {}
    enviado = detalhes(documento, formato="digitalizado", complemento="ao Secretário de Saúde")
    resposta = cliente.post(url, data=enviado, headers=cabecalhos)
    pagina = html.unescape(resposta.text)
    assert resposta.status_code == 422
    assert "Diga com que o documento digitalizado foi conferido." in pagina
    assert "ao Secretário de Saúde" in pagina
    assert ("<h1>" in pagina) is not com_script
    longo = cliente.post(url, data=detalhes(documento, complemento="x" * 61), headers=cabecalhos)
    assert "o máximo é 60" in longo.text
    enviado = detalhes(documento, formato="digitalizado", conferencia="original")
    certo = cliente.post(url, data=enviado, headers=cabecalhos)
    assert certo.status_code == (200 if com_script else 303)
    assert documentos(peticao)[0].conferencia is Conferencia.ORIGINAL


def test_without_a_script_each_field_is_a_slot(app: Flask, como: Como, peticao: Peticao) -> None:
    tipo = cadastros.tipo_documento()
    cliente = como(peticao.autor)
    dados = {
        f"arquivo-{tipo.id}": (io.BytesIO(pdf_pequeno()), "um.pdf"),
        "arquivos": (io.BytesIO(pdfs.feito()), "dois.pdf"),
    }
    cliente.post(f"/peticoes/{peticao.id}/anexos", data=dados)
    assert [(d.nome, d.tipo_documento_id) for d in documentos(peticao)] == [("um.pdf", tipo.id), ("dois.pdf", None)]
    um = documentos(peticao)[0]
    troca = {f"troca-{um.id}": (io.BytesIO(pdfs.feito(pdfs.so_um_link)), "três.pdf")}
    cliente.post(f"/peticoes/{peticao.id}/anexos", data=troca)
    assert [(d.nome, d.tipo_documento_id) for d in documentos(peticao)] == [("três.pdf", tipo.id), ("dois.pdf", None)]


def test_a_file_in_quarantine_opens_for_nobody_and_the_page_says_so(app: Flask, como: Como, peticao: Peticao) -> None:
    (documento,) = peticoes.com_anexo(peticao).documentos
    cliente, arquivo = como(peticao.autor), documento.arquivo
    assert arquivo is not None
    with transaction():
        arquivo.varredura, arquivo.ameaca = Varredura.INFECTADO, "Eicar-Teste"
    for caminho in (f"/peticoes/documentos/{documento.id}", f"/peticoes/documentos/{documento.id}/folhas/1.png"):
        resposta = cliente.get(caminho)
        assert resposta.status_code == 423
        assert "O antivírus encontrou nele a ameaça Eicar-Teste. Ninguém pode abri-lo." in resposta.text
    secao = html.unescape(cliente.get(f"/peticoes/{peticao.id}/documentos").text)
    assert "Em quarentena: ameaça encontrada" in secao
    assert "Eicar-Teste. Remova o arquivo para poder assinar." in secao
    assert f'/peticoes/documentos/{documento.id}"' not in secao.replace(f'action="/peticoes/{peticao.id}', "")
    with transaction():
        arquivo.varredura, arquivo.ameaca = Varredura.EM_QUARENTENA, None
    assert cliente.get(f"/peticoes/documentos/{documento.id}").status_code == 423
