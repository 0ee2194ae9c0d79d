"""A whole process as one file: what is in it, in which order, and what happens when making it is cut short."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import IO

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from peticionamento.comum import arquivos
from peticionamento.comum.arquivos import Arquivo, Varredura
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.models import Documento, EstadoPacote, FormatoPacote, Pacote, PapelDocumento, Peticao
from peticionamento.peticoes.services import pacotes
from tests.factories import contas, peticoes, triagem

Como = Callable[[Pessoa], FlaskClient]


def foto() -> bytes:
    saida = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(saida, "JPEG")
    return saida.getvalue()


@pytest.fixture
def peticao(app: Flask) -> Peticao:
    """An answered petition with a PDF and a photograph attached."""
    rascunho = peticoes.com_anexo(peticoes.rascunho(assunto="Ponte sobre o rio Araçuaí"))
    services.anexar(rascunho.id, "foto da ponte.jpg", io.BytesIO(foto()), por=rascunho.autor, agora=agora())
    protocolada = services.protocolar(
        rascunho.id, contas.SENHA, por=rascunho.autor, versao=rascunho.versao, agora=agora()
    )
    triagem.respondida(["SES"], peticao=protocolada)
    return protocolada


def pacote(peticao: Peticao, formato: FormatoPacote) -> Pacote:
    pedido = pacotes.pedir(peticao.id, formato, por=peticao.autor, agora=agora())
    pacotes.fazer(pedido.id)
    db.session().refresh(pedido)
    return pedido


def conteudo(feito: Pacote) -> bytes:
    assert feito.arquivo is not None
    return arquivos.ler(feito.arquivo)


def test_the_pdf_holds_cover_documents_and_history_in_order_with_bookmarks(peticao: Peticao) -> None:
    feito = pacote(peticao, FormatoPacote.PDF)
    assert (feito.estado, feito.feitos, feito.total) == (EstadoPacote.PRONTO, 5, 5)
    with pikepdf.Pdf.open(io.BytesIO(conteudo(feito))) as lido, lido.open_outline() as marcadores:
        nomes = [str(item.title) for item in marcadores.root]
        paginas = len(lido.pages)
    assert nomes[0] == "Capa"
    assert nomes[1].startswith("Petição")
    assert nomes[2].startswith("oficio.pdf (SEI ")
    assert nomes[3].startswith("foto da ponte.jpg")
    assert nomes[4:6] == ["Recibo eletrônico de protocolo.pdf", nomes[5]]
    assert nomes[5].startswith("Resposta consolidada.pdf")
    assert nomes[-1] == "Histórico"
    texto = pypdfium2.PdfDocument(conteudo(feito))
    primeira, ultima = texto[0].get_textpage().get_text_bounded(), texto[paginas - 1].get_textpage().get_text_bounded()
    assert str(peticao.numero) in primeira
    assert "Ponte sobre o rio Araçuaí" in primeira
    assert "Resposta disponível." in ultima
    # The author's package holds the author's history, not the working one.
    assert "homologação" not in ultima


def test_the_zip_holds_every_file_as_it_was_filed_and_an_index_of_hashes(peticao: Peticao) -> None:
    feito = pacote(peticao, FormatoPacote.ZIP)
    with zipfile.ZipFile(io.BytesIO(conteudo(feito))) as lido:
        assert lido.testzip() is None
        nomes = lido.namelist()
        indice = list(csv.reader(io.StringIO(lido.read("indice.csv").decode("utf-8-sig")), delimiter=";"))
        assert nomes[0] == "000 - Capa.pdf"
        assert [linha[1] for linha in indice[1:]] == nomes[1:-2]
        for _, nome, _, bytes_, sha256 in indice[1:]:
            assert hashlib.sha256(lido.read(nome)).hexdigest() == sha256
            assert len(lido.read(nome)) == int(bytes_)
        assert lido.read("003 - foto da ponte.jpg") == foto()


def test_what_has_no_pages_or_is_in_quarantine_gets_a_sheet_that_says_so(peticao: Peticao) -> None:
    foto_ = db.session().execute(select(Arquivo).where(Arquivo.tipo == "image/jpeg")).scalar_one()
    with transaction():
        foto_.varredura = Varredura.INFECTADO
    lido = pypdfium2.PdfDocument(conteudo(pacote(peticao, FormatoPacote.PDF)))
    paginas = [lido[i].get_textpage().get_text_bounded() for i in range(len(lido))]
    assert any("foto da ponte.jpg" in p and "está em quarentena" in p for p in paginas)
    with zipfile.ZipFile(io.BytesIO(conteudo(pacote(peticao, FormatoPacote.ZIP)))) as zip_:
        assert foto() not in [zip_.read(nome) for nome in zip_.namelist()]


def test_pressing_twice_makes_one(peticao: Peticao) -> None:
    um = pacotes.pedir(peticao.id, FormatoPacote.PDF, por=peticao.autor, agora=agora())
    assert pacotes.pedir(peticao.id, FormatoPacote.PDF, por=peticao.autor, agora=agora()).id == um.id
    assert pacotes.pedir(peticao.id, FormatoPacote.ZIP, por=peticao.autor, agora=agora()).id != um.id


def test_a_draft_is_no_process(app: Flask) -> None:
    rascunho = peticoes.rascunho()
    with pytest.raises(Recusa, match="Só um processo protocolado pode ser baixado inteiro"):
        pacotes.pedir(rascunho.id, FormatoPacote.PDF, por=rascunho.autor, agora=agora())


def test_a_job_that_died_is_taken_up_again_and_a_live_one_is_left_alone(peticao: Peticao) -> None:
    pedido = pacotes.pedir(peticao.id, FormatoPacote.ZIP, por=peticao.autor, agora=agora())
    with transaction():
        pedido.estado, pedido.reservado_ate = EstadoPacote.FAZENDO, agora() + timedelta(seconds=30)
    pacotes.fazer(pedido.id)
    assert pedido.arquivo_id is None
    with no_instante(agora() + timedelta(minutes=2)):
        pacotes.fazer(pedido.id)
    db.session().refresh(pedido)
    assert pedido.estado is EstadoPacote.PRONTO


def test_a_document_that_cannot_be_read_gets_a_sheet_and_takes_no_other_away(
    peticao: Peticao, monkeypatch: pytest.MonkeyPatch
) -> None:
    abrir = arquivos.abrir

    def abrir_estragado(arquivo: Arquivo) -> IO[bytes]:
        return io.BytesIO(foto()[:200]) if arquivo.tipo == "image/jpeg" else abrir(arquivo)

    monkeypatch.setattr(arquivos, "abrir", abrir_estragado)
    feito = pacote(peticao, FormatoPacote.PDF)
    assert feito.estado is EstadoPacote.PRONTO
    lido = pypdfium2.PdfDocument(conteudo(feito))
    paginas = [lido[i].get_textpage().get_text_bounded() for i in range(len(lido))]
    assert any("foto da ponte.jpg" in p and "não pôde ser lido como páginas" in p for p in paginas)
    assert any("Histórico" in p for p in paginas)


def test_one_that_cannot_be_made_says_so_and_can_be_asked_for_again(
    peticao: Peticao, monkeypatch: pytest.MonkeyPatch, como: Como
) -> None:
    def sem_deposito(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(arquivos, "depositar", sem_deposito)
    feito = pacote(peticao, FormatoPacote.PDF)
    assert feito.estado is EstadoPacote.FALHOU
    pagina = como(peticao.autor).get(f"/peticoes/pacotes/{feito.id}")
    assert "O arquivo não pôde ser feito agora." in pagina.text
    monkeypatch.undo()
    assert pacotes.pedir(peticao.id, FormatoPacote.PDF, por=peticao.autor, agora=agora()).id != feito.id


def test_after_a_week_it_is_thrown_away_with_its_file(peticao: Peticao) -> None:
    feito = pacote(peticao, FormatoPacote.ZIP)
    arquivo, documentos = feito.arquivo, len(peticao.documentos)
    assert arquivo is not None
    pacotes.varrer()
    assert db.session().get(Pacote, feito.id) is not None
    with no_instante(agora() + timedelta(days=7, minutes=1)):
        pacotes.varrer()
    assert db.session().get(Pacote, feito.id) is None
    assert db.session().get(Arquivo, arquivo.id) is None
    with pytest.raises(FileNotFoundError):
        arquivos.ler(arquivo)
    assert len(peticao.documentos) == documentos


def test_a_file_that_a_document_names_is_never_deleted(peticao: Peticao) -> None:
    recibo = db.session().execute(select(Documento).where(Documento.papel == PapelDocumento.ANEXO)).scalars().first()
    assert recibo is not None
    assert recibo.arquivo is not None
    assert arquivos.apagar(recibo.arquivo.id) is False
    assert arquivos.ler(recibo.arquivo)


def test_the_page_follows_it_and_only_the_office_downloads(peticao: Peticao, como: Como) -> None:
    cliente = como(peticao.autor)
    ida = cliente.post(f"/peticoes/{peticao.id}/pacotes", data={"formato": "zip"})
    assert ida.status_code == 303
    pagina = cliente.get(ida.location)
    assert "Na fila" in pagina.text
    assert 'hx-trigger="every 1s"' in pagina.text
    pedido = db.session().execute(select(Pacote)).scalar_one()
    assert cliente.get(f"/peticoes/pacotes/{pedido.id}/arquivo").status_code == 404
    pacotes.fazer(pedido.id)
    assert "Baixar o ZIP" in cliente.get(ida.location).text
    resposta = cliente.get(f"/peticoes/pacotes/{pedido.id}/arquivo")
    assert resposta.data[:2] == b"PK"
    assert resposta.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Processo%20")
    outra: Pessoa = contas.deputada()
    assert como(outra).get(f"/peticoes/pacotes/{pedido.id}/arquivo").status_code == 404
    with pytest.raises(NaoEncontrado):
        pacotes.pedir(peticao.id, FormatoPacote.ZIP, por=outra, agora=agora())
    assert cliente.post(f"/peticoes/{peticao.id}/pacotes", data={"formato": "rar"}).status_code == 422
