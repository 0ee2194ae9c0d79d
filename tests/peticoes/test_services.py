"""The author's room: drafts lose nothing, filing is all or nothing and once."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum.arquivos import ArquivoRecusado
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa
from peticionamento.comum.historico import do_autor
from peticionamento.comum.protocolo import numero_valido
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos, services
from peticionamento.peticoes.models import Acompanhamento, Documento, EstadoPeticao, Etapa, PapelDocumento, Peticao
from peticionamento.peticoes.services import Rascunho
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import cadastros, contas, peticoes


def salvar(peticao: Peticao, por: Pessoa | None = None, versao: int | None = None, **mudancas: Any) -> Peticao:
    atual = {
        "tipo_id": peticao.tipo_id,
        "assunto": peticao.assunto,
        "municipio": peticao.municipio_digitado,
        "texto_html": peticao.texto_html,
    }
    return services.rascunhar(
        peticao.id,
        Rascunho(**{**atual, **mudancas}),
        por=por or peticao.autor,
        versao=peticao.versao if versao is None else versao,
        agora=agora(),
    )


def protocolar(peticao: Peticao, senha: str = contas.SENHA, **outros: Any) -> Peticao:
    opcoes = {"por": peticao.autor, "versao": peticao.versao, "agora": agora(), **outros}
    return services.protocolar(peticao.id, senha, **opcoes)


def papeis(peticao: Peticao) -> list[PapelDocumento]:
    consulta = select(Documento.papel).where(Documento.peticao_id == peticao.id).order_by(Documento.id)
    return list(db.session().execute(consulta).scalars())


def test_the_same_key_begins_one_draft(app: Flask) -> None:
    autora, tipo = contas.deputada(), cadastros.tipo()
    primeira = services.comecar(tipo.id, "chave-1", por=autora, agora=agora())
    segunda = services.comecar(tipo.id, "chave-1", por=autora, agora=agora())
    assert primeira.id == segunda.id
    assert services.comecar(tipo.id, "chave-2", por=autora, agora=agora()).id != primeira.id


def test_an_unknown_type_is_refused_beside_its_field(app: Flask) -> None:
    with pytest.raises(Recusa) as recusa:
        services.comecar(999_999, "chave", por=contas.deputada(), agora=agora())
    assert recusa.value.campo == "tipo"


def test_a_draft_keeps_what_is_incomplete(app: Flask) -> None:
    peticao = peticoes.rascunho(municipio="Teófilo Otoni")
    salvo = salvar(peticao, municipio="Teófilo Ot", assunto="")
    assert (salvo.municipio_digitado, salvo.municipio_id, salvo.assunto) == ("Teófilo Ot", None, "")


def test_saving_what_did_not_change_writes_nothing(app: Flask) -> None:
    peticao = peticoes.rascunho()
    versao = peticao.versao
    assert salvar(peticao).versao == versao
    assert salvar(peticao, assunto="Outro").versao == versao + 1


def test_a_municipality_is_found_without_accents_or_case(app: Flask) -> None:
    peticao = peticoes.rascunho()
    assert salvar(peticao, municipio="  teofilo OTONI ").municipio_id == cadastros.municipio("Teófilo Otoni").id


def test_script_and_markup_are_taken_out_and_the_words_stay(app: Flask) -> None:
    peticao = peticoes.rascunho()
    sujo = '<p onclick="x()">Peço <b>ajuda</b> <script>alert(1)</script><img src=x onerror=y()></p>'
    salvo = salvar(peticao, texto_html=sujo, assunto="<script>alert(1)</script>")
    assert salvo.texto_html == "<p>Peço <strong>ajuda</strong> </p>"
    assert salvo.assunto == "<script>alert(1)</script>"  # plain text: templates and PDFs escape it


@pytest.mark.parametrize(("campo", "valor"), [("assunto", "á" * 101), ("texto", f"<p>{'a' * 100_000}</p>")])
def test_what_is_too_long_is_refused_beside_its_field_and_the_draft_stays(app: Flask, campo: str, valor: str) -> None:
    peticao = peticoes.rascunho()
    antes = (peticao.versao, peticao.assunto, peticao.texto_html)
    with pytest.raises(Recusa) as recusa:
        salvar(peticao, **{"texto_html" if campo == "texto" else campo: valor})
    assert recusa.value.campo == campo
    assert "máximo" in recusa.value.mensagem
    db.session().expire_all()
    assert (peticao.versao, peticao.assunto, peticao.texto_html) == antes


def test_a_draft_saved_elsewhere_is_not_overwritten(app: Flask) -> None:
    peticao = peticoes.rascunho()
    vista = peticao.versao
    salvar(peticao, assunto="Do celular")
    with pytest.raises(Conflito, match="outra aba ou outro aparelho"):
        salvar(peticao, versao=vista, assunto="Do computador")
    assert peticao.assunto == "Do celular"


def test_another_deputys_draft_does_not_exist(app: Flask) -> None:
    peticao = peticoes.rascunho()
    with pytest.raises(NaoEncontrado):
        salvar(peticao, por=contas.deputada(), assunto="Minha agora")


def test_attaching_twice_the_same_file_keeps_one(app: Flask) -> None:
    peticao = peticoes.com_anexo(peticoes.com_anexo(peticoes.rascunho()))
    assert [d.nome for d in peticao.documentos] == ["oficio.pdf"]


def test_the_attachments_have_a_limit_in_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    apertada = replace(app.config["PETICIONAMENTO"], limite_peticao_bytes=len(peticoes.pdf_pequeno()) + 10)
    monkeypatch.setitem(app.config, "PETICIONAMENTO", apertada)
    with pytest.raises(ArquivoRecusado, match="ao todo"):
        services.anexar(
            peticao.id, "outro.pdf", io.BytesIO(peticoes.pdf_pequeno() + b"\n"), por=peticao.autor, agora=agora()
        )
    assert len(peticao.documentos) == 1


def test_removing_an_attachment_twice_is_no_error(app: Flask) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    anexo = peticao.documentos[0].id
    for _ in range(2):
        services.remover_anexo(peticao.id, anexo, por=peticao.autor, agora=agora())
    assert papeis(peticao) == []


def test_a_discarded_draft_is_gone_and_a_filed_one_cannot_be(app: Flask) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    services.descartar(peticao.id, por=peticao.autor)
    assert db.session().get(Peticao, peticao.id) is None
    protocolada = peticoes.protocolada()
    with pytest.raises(Conflito, match="já foi protocolada"):
        services.descartar(protocolada.id, por=protocolada.autor)


def test_what_is_missing_is_said_before_signing(app: Flask) -> None:
    peticao = salvar(peticoes.rascunho(), assunto="", municipio="Xanadu", texto_html="<p> </p>")
    faltas = services.faltas(peticao)
    assert [falta.campo for falta in faltas] == ["assunto", "municipio", "texto"]
    assert "853 municípios" in faltas[1].mensagem
    with pytest.raises(Recusa):
        protocolar(peticao)
    assert peticao.estado is EstadoPeticao.RASCUNHO


def test_filing_gives_number_documents_receipt_demand_and_notice(app: Flask) -> None:
    peticao = protocolar(peticoes.com_anexo(peticoes.rascunho()))
    assert peticao.estado is EstadoPeticao.PROTOCOLADA
    assert peticao.numero is not None
    assert numero_valido(peticao.numero)
    assert peticao.numero.startswith("1490.01.")
    assert papeis(peticao) == [PapelDocumento.ANEXO, PapelDocumento.PRINCIPAL, PapelDocumento.RECIBO]
    numeros = [d.numero_sei for d in db.session().execute(select(Documento)).scalars() if d.papel != "recibo"]
    assert None not in numeros
    assert len(set(numeros)) == len(numeros)
    demanda = db.session().execute(select(Demanda)).scalar_one()
    assert (demanda.peticao_id, demanda.estado) == (peticao.id, EstadoDemanda.AGUARDANDO)
    assert db.session().get_one(Acompanhamento, peticao.id).etapa is Etapa.PROTOCOLADA
    aviso = db.session().execute(select(Aviso)).scalar_one()
    assert aviso.para == peticao.autor.email
    assert peticao.numero in aviso.carta().texto
    assert [linha.texto for linha in do_autor(peticao.id, peticao.autor_id)] == [
        f"Petição assinada e protocolada com o número {peticao.numero}."
    ]


def test_the_receipt_is_written_once_and_always_the_same(app: Flask) -> None:
    peticao = peticoes.protocolada()
    recibo = db.session().execute(select(Documento).where(Documento.papel == PapelDocumento.RECIBO)).scalar_one()
    assert recibo.arquivo_id is None
    primeiro = documentos.emitir(recibo).arquivo
    assert primeiro is not None
    recibo.arquivo_id = None
    segundo = documentos.emitir(recibo).arquivo
    assert segundo is not None
    assert primeiro.sha256 == segundo.sha256
    assert recibo.dados is not None
    assert recibo.dados["numero"] == peticao.numero


def test_a_wrong_password_files_nothing(app: Flask) -> None:
    peticao = peticoes.rascunho()
    with pytest.raises(Recusa) as recusa:
        protocolar(peticao, senha="outra")
    assert recusa.value.campo == "senha"
    assert "continua salvo" in recusa.value.mensagem
    assert peticao.estado is EstadoPeticao.RASCUNHO
    assert cadastros.quantos(Demanda) == 0


def test_what_changed_after_the_review_is_not_signed(app: Flask) -> None:
    peticao = peticoes.rascunho()
    vista = peticao.versao
    salvar(peticao, assunto="Mudou")
    with pytest.raises(Conflito, match="Confira de novo"):
        protocolar(peticao, versao=vista)
    assert peticao.estado is EstadoPeticao.RASCUNHO


def test_filing_again_gives_the_same_petition(app: Flask) -> None:
    peticao = peticoes.rascunho()
    vista = peticao.versao
    primeira = protocolar(peticao, versao=vista)
    segunda = protocolar(peticao, versao=vista)
    assert (primeira.id, primeira.numero) == (segunda.id, segunda.numero)
    assert cadastros.quantos(Demanda) == 1


def test_numbers_follow_each_other_without_gaps(app: Flask) -> None:
    numeros = [peticoes.protocolada().numero or "" for _ in range(3)]
    sequencias = [int(numero[8:15]) for numero in numeros]
    assert sequencias == [sequencias[0], sequencias[0] + 1, sequencias[0] + 2]


@pytest.mark.comprometido
def test_two_filings_at_once_make_one_petition(app: Flask) -> None:
    peticao = peticoes.rascunho()
    chave, autor_id, versao = peticao.id, peticao.autor_id, peticao.versao
    numeros: list[str | None] = []
    largada = threading.Barrier(2)

    def filar() -> None:
        with app.app_context():
            autor = db.session().get_one(Pessoa, autor_id)
            largada.wait()
            numeros.append(services.protocolar(chave, contas.SENHA, por=autor, versao=versao, agora=agora()).numero)

    linhas = [threading.Thread(target=filar) for _ in range(2)]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    assert len(numeros) == 2
    assert numeros[0] == numeros[1]
    assert cadastros.quantos(Demanda) == 1
    db.session().expire_all()
    assert papeis(db.session().get_one(Peticao, chave)) == [PapelDocumento.PRINCIPAL, PapelDocumento.RECIBO]


def test_a_document_is_read_only_by_whom_the_petition_concerns(app: Flask) -> None:
    peticao = peticoes.protocolada()
    principal = db.session().execute(select(Documento).where(Documento.papel == PapelDocumento.PRINCIPAL)).scalar_one()
    assert services.documento_legivel(principal.id, por=peticao.autor).id == principal.id
    assert services.documento_legivel(principal.id, por=contas.triador()).id == principal.id
    for estranho in (contas.deputada(), contas.agente("SEE")):
        with pytest.raises(NaoEncontrado):
            services.documento_legivel(principal.id, por=estranho)
