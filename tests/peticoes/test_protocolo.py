"""Filing: what is signed is what was reviewed, all of it or nothing, in a fixed number of statements."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, update

from peticionamento.cadastros.models import (
    FormaPrincipal,
    HipoteseLegal,
    NivelAcesso,
    Recebimento,
    RegraAcesso,
    TipoProcesso,
)
from peticionamento.comum import arquivos
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, Recusa
from peticionamento.comum.historico import Andamento
from peticionamento.comum.protocolo import SequenciaDeProcesso, codigo_crc
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao.canais import correio
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.peticoes import documentos, services
from peticionamento.peticoes.models import Acompanhamento, Documento, EstadoPeticao, PapelDocumento, Peticao
from peticionamento.peticoes.services import protocolo
from peticionamento.triagem.models import Demanda
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.banco import Contagem

FRUTOS = (Andamento, Acompanhamento, Demanda, Aviso, SequenciaDeProcesso)
"""What a filing leaves behind, the documents aside."""


def assinar(peticao: Peticao, **outros: Any) -> Peticao:
    opcoes = {"por": peticao.autor, "versao": peticao.versao, "agora": agora(), **outros}
    return services.protocolar(peticao.id, contas.SENHA, **opcoes)


def com_anexos(quantos: int) -> Peticao:
    """A draft with that many documents, all of one file."""
    peticao = peticoes.rascunho()
    if quantos:
        peticoes.com_anexo(peticao, "0.pdf")
    modelo = peticao.documentos[0] if quantos else None
    with transaction() as session:
        for n in range(1, quantos):
            assert modelo is not None
            session.add(Documento(peticao_id=peticao.id, papel=PapelDocumento.ANEXO, nome=f"{n}.pdf",
                                  arquivo_id=modelo.arquivo_id))  # fmt: skip
    db.session().expire_all()
    return peticao


def do_papel(peticao: Peticao, papel: PapelDocumento) -> Documento:
    consulta = select(Documento).where(Documento.peticao_id == peticao.id, Documento.papel == papel)
    return db.session().execute(consulta.execution_options(populate_existing=True)).scalar_one()


def todos(peticao: Peticao) -> list[Documento]:
    consulta = select(Documento).where(Documento.peticao_id == peticao.id).order_by(Documento.id)
    return list(db.session().execute(consulta.execution_options(populate_existing=True)).scalars())


def test_a_filing_costs_the_same_whatever_its_documents(
    app: Flask, contar_consultas: Callable[[], AbstractContextManager[Contagem]]
) -> None:
    custos = {}
    for quantos in (0, 1, 40):
        peticao = com_anexos(quantos)
        chave, autor, versao = peticao.id, peticao.autor, peticao.versao
        services.faltas(peticao)  # whoever signs has just seen what was missing
        assert autor.papeis
        with contar_consultas() as vistas:
            services.protocolar(chave, contas.SENHA, por=autor, versao=versao, agora=agora())
        custos[quantos] = len(vistas)
        numeros = [d.numero_sei for d in todos(peticao) if d.papel is not PapelDocumento.RECIBO]
        assert len(set(numeros)) == quantos + 1
    assert custos[1] == custos[40] == custos[0] + 3  # they are read, take their numbers, and are given them
    assert custos[40] <= 11  # three of them registers, which a process remembers


def test_documents_are_numbered_in_their_order_after_the_petition(app: Flask) -> None:
    peticao = assinar(com_anexos(3))
    recibo = do_papel(peticao, PapelDocumento.RECIBO).dados
    assert recibo is not None
    assert [linha["nome"] for linha in recibo["documentos"]] == ["Petição", "0.pdf", "1.pdf", "2.pdf"]
    numeros = [int(linha["numero_sei"]) for linha in recibo["documentos"]]
    assert numeros == sorted(numeros)
    assert {d.nome: d.numero_sei for d in todos(peticao) if d.papel is PapelDocumento.ANEXO} == dict(
        zip(["0.pdf", "1.pdf", "2.pdf"], numeros[1:], strict=True)
    )


def test_what_was_signed_can_be_checked_again_from_its_row(app: Flask) -> None:
    peticao = assinar(com_anexos(2))
    db.session().expire_all()
    principal, recibo = do_papel(peticao, PapelDocumento.PRINCIPAL), do_papel(peticao, PapelDocumento.RECIBO)
    assert principal.dados is not None
    assert recibo.dados is not None
    assinado = principal.dados["assinado"]
    bytes_ = documentos.canonico(assinado)
    assert hashlib.sha256(bytes_).hexdigest() == principal.dados["sha256"] == recibo.dados["sha256"]
    assert codigo_crc(bytes_) == principal.dados["crc"] == recibo.dados["crc"]
    assert assinado["conteudo"]["texto"] == peticoes.TEXTO == principal.texto_html
    assert assinado["processo"] == peticao.numero == recibo.dados["numero"]
    assert (assinado["assinante"]["id"], principal.pessoa_id) == (peticao.autor_id, peticao.autor_id)
    anexo = next(d for d in todos(peticao) if d.papel is PapelDocumento.ANEXO)
    assert anexo.arquivo is not None
    assert [a["sha256"] for a in assinado["conteudo"]["anexos"]] == [anexo.arquivo.sha256] * 2
    assert recibo.dados["documentos"][0]["sha256"] == principal.dados["sha256"]


def test_the_signed_petition_is_drawn_when_first_opened_and_always_the_same(app: Flask) -> None:
    peticao = assinar(com_anexos(1))
    principal = do_papel(peticao, PapelDocumento.PRINCIPAL)
    assert principal.arquivo_id is None
    primeiro = services.documento_legivel(principal.id, por=contas.triador()).arquivo
    assert primeiro is not None
    assert arquivos.ler(primeiro).startswith(b"%PDF")
    with transaction():
        principal.arquivo_id = None
    segundo = documentos.emitir(principal).arquivo
    assert segundo is not None
    assert primeiro.sha256 == segundo.sha256


def test_what_cannot_be_drawn_is_read_as_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    principal = do_papel(assinar(peticoes.rascunho()), PapelDocumento.PRINCIPAL)

    def quebrar(*_args: object, **_kwargs: object) -> bytes:
        raise RuntimeError("no drawing")

    monkeypatch.setattr(documentos.pdf, "gerar", quebrar)
    with pytest.raises(RuntimeError):
        documentos.emitir(principal)
    assert documentos.emitir_se_der(principal).arquivo_id is None
    assert principal.texto_html == peticoes.TEXTO


def test_the_agencys_mail_carries_a_petition_that_nobody_had_opened(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cadastros.unidade("SES", email="ses@orgao.invalid")
    demanda = triagem.distribuida(("SES",))
    entrega = db.session().execute(select(Entrega).where(Entrega.canal == Canal.CORREIO)).scalar_one()
    levados: list[tuple[str, bytes]] = []
    monkeypatch.setattr(correio.correio, "enviar", lambda *_, anexos, **__: levados.extend(anexos))
    assert correio.entregar(entrega) is None
    principal = do_papel(demanda.peticao, PapelDocumento.PRINCIPAL)
    assert [nome for nome, _ in levados] == [principal.nome]
    assert levados[0][1].startswith(b"%PDF")


def test_attachments_that_came_after_the_review_are_not_signed(app: Flask) -> None:
    peticao = peticoes.rascunho()
    conferido = documentos.retrato(peticao)
    peticoes.com_anexo(peticao)
    with pytest.raises(Conflito, match="Confira de novo e assine"):
        assinar(peticao, conferido=conferido)
    assert peticao.estado is EstadoPeticao.RASCUNHO
    assert assinar(peticao, conferido=documentos.retrato(peticao)).estado is EstadoPeticao.PROTOCOLADA


def test_a_wrong_password_over_what_is_filed_says_that_it_is(app: Flask) -> None:
    peticao = peticoes.rascunho()
    versao = peticao.versao
    numero = assinar(peticao).numero
    de_novo = services.protocolar(peticao.id, "errada", por=peticao.autor, versao=versao, agora=agora())
    assert de_novo.numero == numero


def mudar_tipo(peticao: Peticao, **valores: Any) -> None:
    with transaction() as session:
        session.execute(update(TipoProcesso).where(TipoProcesso.id == peticao.tipo_id).values(**valores))
    db.session().expire_all()


def test_the_agency_of_the_receiving_unit_numbers_the_process(app: Flask) -> None:
    peticao = peticoes.rascunho()
    mudar_tipo(peticao, recebimento=Recebimento.UNICO, unidade_id=cadastros.unidade("DER-MG").id)
    assert str(assinar(peticao).numero).startswith("2300.01.0000001/")
    principal = do_papel(peticao, PapelDocumento.PRINCIPAL).dados
    assert principal is not None
    assert principal["assinado"]["conteudo"]["destinatario"] == "Órgão DER-MG (DER-MG/PROTOCOLO)"
    assert str(peticoes.protocolada(assunto="Outra").numero).startswith("2300.01.0000002/")


def test_an_agency_without_a_code_is_numbered_by_segov(app: Flask) -> None:
    peticao = peticoes.rascunho()
    mudar_tipo(peticao, recebimento=Recebimento.UNICO, unidade_id=cadastros.unidade("SES").id)
    assert str(assinar(peticao).numero).startswith("1490.01.")


def test_a_restricted_petition_restricts_its_documents(app: Flask) -> None:
    peticao = com_anexos(2)
    with transaction() as session:
        hipotese = HipoteseLegal(nome="Informação pessoal", base_legal="art. 31 da Lei 12.527/2011")
        session.add(hipotese)
    mudar_tipo(peticao, regra_acesso=RegraAcesso.FIXO, acesso=NivelAcesso.RESTRITO, hipotese_id=hipotese.id)
    assinar(peticao)
    assert {(d.acesso, d.hipotese_id) for d in todos(peticao)} == {(NivelAcesso.RESTRITO, hipotese.id)}
    principal = do_papel(peticao, PapelDocumento.PRINCIPAL).dados
    assert principal is not None
    assert principal["assinado"]["conteudo"]["acesso"] == f"Restrito: {hipotese.rotulo}"


def test_an_uploaded_main_document_is_the_petition(app: Flask) -> None:
    peticao = com_anexos(2)
    mudar_tipo(peticao, forma_principal=FormaPrincipal.ARQUIVO)
    with transaction():
        peticao.documentos[0].papel = PapelDocumento.PRINCIPAL
    assinar(peticao)
    principal, recibo = do_papel(peticao, PapelDocumento.PRINCIPAL), do_papel(peticao, PapelDocumento.RECIBO).dados
    assert (principal.nome, principal.arquivo_id is not None) == ("0.pdf", True)
    assert principal.dados is not None
    assert recibo is not None
    assert int(principal.dados["numero_sei"]) == principal.numero_sei == int(recibo["numero_sei"])
    assert [linha["nome"] for linha in recibo["documentos"]] == ["0.pdf", "1.pdf"]
    assert documentos.emitir(principal).nome == "0.pdf"


@pytest.mark.parametrize("onde", ["numerar", "proximo_numero", "mover", "assinar", "relacionar", "avisar_depois"])
def test_whatever_fails_nothing_is_filed_and_the_draft_can_be(
    app: Flask, monkeypatch: pytest.MonkeyPatch, onde: str
) -> None:
    peticao = com_anexos(1)
    certo = getattr(protocolo, onde)

    def falhar(*args: Any, **kwargs: Any) -> None:
        certo(*args, **kwargs)
        raise OSError("broken half-way")

    monkeypatch.setattr(protocolo, onde, falhar)
    with pytest.raises(OSError, match="half-way"):
        assinar(peticao)
    db.session().expire_all()
    assert (peticao.estado, peticao.numero) == (EstadoPeticao.RASCUNHO, None)
    assert [(d.papel, d.numero_sei) for d in todos(peticao)] == [(PapelDocumento.ANEXO, None)]
    assert [cadastros.quantos(modelo) for modelo in FRUTOS] == [0] * len(FRUTOS)
    monkeypatch.undo()
    assert str(assinar(peticao).numero)[8:15] == "0000001"


@pytest.fixture
def conexao_para_cada(app: Flask) -> Iterator[None]:
    """A pool with a connection for every thread."""
    db.session.remove()
    pequeno = db.engines[None]
    db.engines[None] = create_engine(pequeno.url, pool_size=40)
    yield
    db.session.remove()
    db.engines[None].dispose()
    db.engines[None] = pequeno


@pytest.mark.comprometido
def test_32_filings_at_once_leave_no_gap_also_when_some_fail(
    app: Flask, monkeypatch: pytest.MonkeyPatch, conexao_para_cada: None
) -> None:
    prontos = [peticoes.com_anexo(peticoes.rascunho()) for _ in range(32)]
    rascunhos = [(p.id, p.autor_id, p.versao) for p in prontos]
    condenados = {chave for n, (chave, _, _) in enumerate(rascunhos) if n % 3 == 1}
    certo = protocolo.assinar

    def assinar_ou_falhar(numerada: Any, **opcoes: Any) -> object:
        if numerada.peticao.id in condenados:
            raise OSError("on purpose, with the number taken")
        return certo(numerada, **opcoes)

    monkeypatch.setattr(protocolo, "assinar", assinar_ou_falhar)
    db.session.commit()
    largada = threading.Barrier(len(rascunhos))
    numeros: dict[int, str] = {}
    falhas: list[BaseException] = []

    def filar(chave: int, autor_id: int, versao: int) -> None:
        with app.app_context():
            autor = db.session().get_one(Pessoa, autor_id)
            largada.wait(60)
            try:
                feita = services.protocolar(chave, contas.SENHA, por=autor, versao=versao, agora=agora())
                numeros[chave] = str(feita.numero)
            except OSError as erro:
                falhas.append(erro)

    linhas = [threading.Thread(target=filar, args=rascunho) for rascunho in rascunhos]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    assert len(falhas) == len(condenados) == 11
    assert set(numeros) == {chave for chave, _, _ in rascunhos} - condenados
    assert sorted(int(numero[8:15]) for numero in numeros.values()) == list(range(1, 22))
    monkeypatch.undo()
    for chave, autor_id, versao in rascunhos:
        if chave in condenados:
            autor = db.session().get_one(Pessoa, autor_id)
            filada = services.protocolar(chave, contas.SENHA, por=autor, versao=versao, agora=agora())
            numeros[chave] = str(filada.numero)
    assert sorted(int(numero[8:15]) for numero in numeros.values()) == list(range(1, 33))


def test_a_draft_without_what_it_needs_is_not_signed(app: Flask) -> None:
    peticao = peticoes.rascunho(texto="")
    with pytest.raises(Recusa, match="Escreva o pedido"):
        assinar(peticao)
    assert cadastros.quantos(SequenciaDeProcesso) == 0
