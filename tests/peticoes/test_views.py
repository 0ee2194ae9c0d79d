"""The author's pages: bad input is said beside its field, the typed text kept, and nothing lost."""

from __future__ import annotations

import gc
import html
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.comum.db import db
from peticionamento.comum.texto import plural
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import Documento, EstadoPeticao, Peticao
from peticionamento.triagem.models import Demanda
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]
JSON = {"Accept": "application/json"}


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def dados(peticao: Peticao, **mudancas: str) -> dict[str, str]:
    return {
        "versao": str(peticao.versao),
        "tipo": str(peticao.tipo_id),
        "assunto": peticao.assunto,
        "municipio": peticao.municipio_digitado,
        "texto": peticao.texto_html,
        "formato": "html",
        **mudancas,
    }


def enviar(cliente: FlaskClient, peticao: Peticao, nome: str, conteudo: bytes) -> TestResponse:
    return cliente.post(f"/peticoes/{peticao.id}/anexos", data={"arquivos": (io.BytesIO(conteudo), nome)}, headers=JSON)


def assinatura(peticao: Peticao, senha: str = contas.SENHA) -> dict[str, str]:
    return {"versao": str(peticao.versao), "retrato": documentos.retrato(peticao), "senha": senha}


def nomes(peticao: Peticao) -> list[str]:
    db.session().expire_all()
    return list(db.session().execute(select(Documento.nome).where(Documento.peticao_id == peticao.id)).scalars())


def test_beginning_twice_with_one_form_makes_one_draft(app: Flask, como: Como) -> None:
    autora, tipo = contas.deputada(), cadastros.tipo()
    cliente = como(autora)
    pagina = texto(cliente.get("/peticoes/nova"))
    achada = re.search(r'name="chave"[^>]*value="([^"]+)"', pagina)
    assert achada
    idas = [cliente.post("/peticoes/nova", data={"tipo": tipo.id, "chave": achada[1]}) for _ in range(2)]
    assert [ida.status_code for ida in idas] == [303, 303]
    assert idas[0].location == idas[1].location
    assert cadastros.quantos(Peticao) == 1


def test_beginning_without_a_type_says_so(app: Flask, como: Como) -> None:
    cadastros.tipo()
    resposta = como(contas.deputada()).post("/peticoes/nova", data={"chave": "x"})
    assert resposta.status_code == 422
    assert "Escolha o tipo da demanda." in texto(resposta)


def test_autosave_answers_when_and_which_version(app: Flask, como: Como) -> None:
    peticao = peticoes.rascunho()
    cliente = como(peticao.autor)
    salvo = cliente.post(f"/peticoes/{peticao.id}/redigir", data=dados(peticao, assunto="Novo"), headers=JSON)
    assert salvo.status_code == 200
    assert salvo.json is not None
    assert re.fullmatch(r"Salva às \d{1,2}h\d\d, versão \d+", salvo.json["mensagem"])
    de_novo = cliente.post(f"/peticoes/{peticao.id}/redigir", data=dados(peticao, assunto="Novo"), headers=JSON)
    assert de_novo.json == salvo.json  # the answer was lost, the same text came again
    velha = cliente.post(
        f"/peticoes/{peticao.id}/redigir", data=dados(peticao, versao="1", assunto="Velho"), headers=JSON
    )
    assert velha.status_code == 409
    assert velha.json is not None
    assert "outra aba ou outro aparelho" in velha.json["mensagem"]


@pytest.mark.parametrize(
    ("campo", "valor", "frase"),
    [
        ("assunto", "á" * 101, "101 caracteres; o máximo é 100."),
        ("assunto", "x" * 100_000, "100.000 caracteres; o máximo é 100."),
        ("municipio", "x" * 81, "o máximo é 80"),
        ("texto", "a" * 100_000, "O texto tem 100.000 caracteres; o máximo é 20.000."),
        ("tipo", "999999", "Escolha um dos tipos da lista."),
    ],
)
def test_a_bad_field_is_said_beside_it_and_the_rest_kept(
    app: Flask, como: Como, campo: str, valor: str, frase: str
) -> None:
    peticao = peticoes.rascunho()
    cliente = como(peticao.autor)
    enviado = {**dados(peticao, formato="texto", texto="Texto que eu digitei."), campo: valor}
    pagina = cliente.post(f"/peticoes/{peticao.id}/redigir", data=enviado)
    assert pagina.status_code == 422
    visto = texto(pagina)
    assert frase in visto
    assert 'aria-invalid="true"' in visto
    if campo != "texto":
        assert "Texto que eu digitei." in visto
    if campo in ("assunto", "municipio"):
        assert valor in visto
    por_si = cliente.post(f"/peticoes/{peticao.id}/redigir", data=enviado, headers=JSON)
    assert por_si.status_code == 422
    assert por_si.json is not None
    assert frase in por_si.json["erros"][campo][0]


def test_markup_in_every_text_is_shown_as_text(app: Flask, como: Como) -> None:
    mau = "<script>alert('x')</script>"
    peticao = peticoes.rascunho(assunto=mau, texto=f"<p>{html.escape(mau)} texto do pedido</p>{mau}")
    cliente = como(peticao.autor)
    cliente.post(f"/peticoes/{peticao.id}/redigir", data=dados(peticao, municipio=mau))
    for caminho in (f"/peticoes/{peticao.id}/redigir", f"/peticoes/{peticao.id}/conferir", "/peticoes"):
        pagina = cliente.get(caminho)
        assert pagina.status_code == 200
        assert "<script>alert" not in pagina.get_data(as_text=True)


@pytest.mark.parametrize(
    ("nome", "conteudo", "frase"),
    [
        ("laudo.pdf", b"isto nao e um PDF", "não abre como PDF"),
        ("foto.jpg", b"%PDF-1.7 nem isto", "não abre como imagem"),
        ("vazio.pdf", b"", "está vazio"),
        ("planilha.xlsx", b"PK\x03\x04", "não é PDF, JPG ou PNG"),
        ("sem-extensao", b"%PDF-1.7", "não é PDF, JPG ou PNG"),
    ],
)
def test_a_bad_attachment_is_refused_by_name(app: Flask, como: Como, nome: str, conteudo: bytes, frase: str) -> None:
    peticao = peticoes.rascunho()
    resposta = enviar(como(peticao.autor), peticao, nome, conteudo)
    assert resposta.status_code == 422
    assert resposta.json is not None
    assert frase in resposta.json["mensagem"]
    assert nome in resposta.json["mensagem"]
    assert nomes(peticao) == []


@pytest.mark.config(limite_arquivo_bytes=2000)
def test_an_attachment_over_the_limit_is_told_both_sizes(app: Flask, como: Como) -> None:
    peticao = peticoes.rascunho()
    resposta = enviar(como(peticao.autor), peticao, "grande.pdf", peticoes.pdf_pequeno() * 2)
    assert resposta.status_code == 422
    assert resposta.json is not None
    assert "o limite é 2 kB por arquivo" in resposta.json["mensagem"]


@pytest.mark.config(limite_peticao_bytes=2000)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_request_far_over_the_limit_is_cut_off(app: Flask, como: Como) -> None:
    peticao = peticoes.rascunho()
    assert enviar(como(peticao.autor), peticao, "enorme.pdf", b"%PDF" + b"0" * 3_000_000).status_code == 413
    gc.collect()  # Werkzeug leaves the file it cut off to the collector, which says so
    assert nomes(peticao) == []


@pytest.mark.parametrize(
    ("nome", "guardado"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("ofi\x07cio\u202efdp.pdf", "oficiofdp.pdf"),
        ("n" * 300 + ".pdf", "n" * 116 + ".pdf"),
    ],
)
def test_a_strange_name_is_mended(app: Flask, como: Como, nome: str, guardado: str) -> None:
    peticao = peticoes.rascunho()
    resposta = enviar(como(peticao.autor), peticao, nome, peticoes.pdf_pequeno())
    assert resposta.status_code == 200
    assert nomes(peticao) == [guardado]


def test_without_a_script_the_text_and_the_files_go_together(app: Flask, como: Como) -> None:
    peticao = peticoes.rascunho()
    enviado = dados(peticao, texto="Digitado\n\nsem script.", formato="texto", ir="redigir")
    arquivos = [(io.BytesIO(peticoes.pdf_pequeno()), "a.pdf"), (io.BytesIO(b"mentira"), "b.pdf")]
    resposta = como(peticao.autor).post(
        f"/peticoes/{peticao.id}/redigir", data={**enviado, "arquivos": arquivos}, follow_redirects=True
    )
    assert resposta.status_code == 200
    assert "“b.pdf” não abre como PDF" in texto(resposta)
    assert nomes(peticao) == ["a.pdf"]
    db.session().expire_all()
    assert peticao.texto_html == "<p>Digitado</p><p>sem script.</p>"


def test_a_wrong_password_is_said_beside_the_field(app: Flask, como: Como) -> None:
    peticao = peticoes.rascunho()
    resposta = como(peticao.autor).post(f"/peticoes/{peticao.id}/protocolar", data=assinatura(peticao, "errada"))
    assert resposta.status_code == 422
    assert "A senha não confere. Nada foi protocolado; o rascunho continua salvo." in texto(resposta)
    db.session().expire_all()
    assert peticao.estado is EstadoPeticao.RASCUNHO


def test_filing_leads_to_the_receipt_and_its_pdf(app: Flask, como: Como) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    cliente = como(peticao.autor)
    envio = assinatura(peticao)
    idas = [cliente.post(f"/peticoes/{peticao.id}/protocolar", data=envio) for _ in range(2)]
    assert [ida.location for ida in idas] == [f"/peticoes/{peticao.id}/recibo"] * 2
    assert cadastros.quantos(Demanda) == 1
    db.session().expire_all()
    assert peticao.numero is not None
    assert peticao.numero in texto(cliente.get(f"/peticoes/{peticao.id}/recibo"))
    recibo = cliente.get(f"/peticoes/{peticao.id}/recibo.pdf")
    assert recibo.mimetype == "application/pdf"
    assert b"pdfaid" in recibo.data  # PDF/A says so in its metadata
    assert cliente.get(f"/peticoes/{peticao.id}/redigir").location == f"/peticoes/{peticao.id}"


def test_another_deputys_petition_does_not_exist(app: Flask, como: Como) -> None:
    rascunho, protocolada = peticoes.rascunho(), peticoes.protocolada(anexo=True)
    documento = (
        db.session().execute(select(Documento.id).where(Documento.peticao_id == protocolada.id)).scalars().first()
    )
    intrusa = como(contas.deputada())
    for caminho in (
        f"/peticoes/{rascunho.id}/redigir",
        f"/peticoes/{rascunho.id}/conferir",
        f"/peticoes/{protocolada.id}",
        f"/peticoes/{protocolada.id}/recibo",
        f"/peticoes/{protocolada.id}/recibo.pdf",
        f"/peticoes/documentos/{documento}",
        f"/peticoes/documentos/{documento}/folhas/1.png",
    ):
        assert intrusa.get(caminho).status_code == 404, caminho
    assert intrusa.post(f"/peticoes/{rascunho.id}/descartar").status_code == 404


def test_a_page_of_the_pdf_is_drawn_and_the_next_is_not_there(app: Flask, como: Como) -> None:
    peticao = peticoes.protocolada(anexo=True)
    documento = db.session().execute(select(Documento.id).where(Documento.nome == "oficio.pdf")).scalar_one()
    cliente = como(peticao.autor)
    folha = cliente.get(f"/peticoes/documentos/{documento}/folhas/1.png")
    assert folha.mimetype == "image/png"
    assert folha.data.startswith(b"\x89PNG")
    assert cliente.get(f"/peticoes/documentos/{documento}/folhas/2.png").status_code == 404


def test_the_author_reads_the_answer_and_only_what_an_author_may(app: Flask, como: Como) -> None:
    demanda = triagem.respondida(["SES", "SEE"])
    cliente = como(demanda.peticao.autor)
    assert "1 resposta nova" in texto(cliente.get("/peticoes"))
    pagina = texto(cliente.get(f"/peticoes/{demanda.peticao_id}"))
    assert "O processo de habilitação está em análise" in pagina
    assert "Petição assinada e protocolada" in pagina
    assert "Recebida pela SES." in pagina
    for nome in {p.nome for p in db.session().execute(select(Pessoa)).scalars() if p.id != demanda.peticao.autor_id}:
        assert nome not in pagina
    assert "Homologou" not in pagina
    assert "1 resposta nova" not in texto(cliente.get("/peticoes"))


def test_the_list_costs_the_same_however_long(app: Flask, como: Como, contar_consultas: Contar) -> None:
    autora = contas.deputada()
    cliente = como(autora)
    peticoes.protocolada(autora)
    medidas = []
    for _ in range(2):
        with contar_consultas() as vistas:
            assert cliente.get("/peticoes").status_code == 200
        medidas.append(len(vistas))
        for n in range(4):
            peticoes.protocolada(autora, assunto=f"Pedido {n}")
            peticoes.rascunho(autora)
    assert medidas[0] == medidas[1]
    assert medidas[1] <= 14, plural(medidas[1], "consulta", "consultas")


def test_a_petitions_page_costs_the_same_however_many_documents(
    app: Flask, como: Como, contar_consultas: Contar
) -> None:
    poucas, muitas = peticoes.protocolada(), peticoes.rascunho()
    for n in range(5):
        peticoes.com_anexo(muitas, f"anexo-{n}.pdf")
    cliente = como(muitas.autor)
    cliente.post(f"/peticoes/{muitas.id}/protocolar", data=assinatura(muitas))
    medidas = []
    for peticao in (poucas, muitas):
        cliente, onde = como(peticao.autor), f"/peticoes/{peticao.id}"
        with contar_consultas() as vistas:
            assert cliente.get(onde).status_code == 200
        medidas.append(len(vistas))
    assert medidas[0] == medidas[1]
