"""Documents of a draft: each in its slot, with what is said of it; nothing twice, nothing too large."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask

from peticionamento.cadastros.models import (
    FormaPrincipal,
    NivelAcesso,
    PapelExigencia,
    RegraAcesso,
    TipoDocumento,
    TipoProcesso,
)
from peticionamento.comum.arquivos import ArquivoRecusado, Varredura
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa
from peticionamento.comum.tempo import agora
from peticionamento.peticoes import services, vagas
from peticionamento.peticoes.models import Conferencia, Documento, Formato, PapelDocumento, Peticao, VersaoRascunho
from peticionamento.peticoes.services import Classificacao
from tests.factories import cadastros, contas, pdfs, peticoes
from tests.factories.peticoes import pdf_pequeno


@pytest.fixture
def declaracao(app: Flask) -> TipoDocumento:
    return cadastros.tipo_documento("declaracao", "Declaração", ["declaracao", "hospital"])


@pytest.fixture
def fotos(app: Flask) -> TipoDocumento:
    return cadastros.tipo_documento("fotografia", "Fotografia", ["foto", "img"])


@pytest.fixture
def saude(declaracao: TipoDocumento, fotos: TipoDocumento) -> TipoProcesso:
    """A type that asks for a declaration and expects photographs."""
    tipo = cadastros.tipo("saude", extensoes_outros=["pdf", "txt"], limite_outros_bytes=1024 * 1024)
    cadastros.exigir(tipo, declaracao)
    cadastros.exigir(tipo, fotos, PapelExigencia.COMPLEMENTAR)
    return tipo


def anexar(peticao: Peticao, nome: str, conteudo: bytes | None = None, **como: object) -> Documento:
    bytes_ = pdf_pequeno() if conteudo is None else conteudo
    classificacao = Classificacao(**como)  # type: ignore[arg-type]
    return services.anexar(peticao.id, nome, io.BytesIO(bytes_), por=peticao.autor, agora=agora(), como=classificacao)


def test_a_file_goes_where_it_was_sent(app: Flask, saude: TipoProcesso, declaracao: TipoDocumento) -> None:
    peticao = peticoes.rascunho(tipo=saude)
    documento = anexar(
        peticao, "qualquer.pdf", tipo_documento_id=declaracao.id, complemento=" da  Santa Casa ", numero="7"
    )
    assert (documento.tipo_documento, documento.papel) == (declaracao, PapelDocumento.ANEXO)
    assert (documento.complemento, documento.numero) == ("da Santa Casa", "7")
    assert (documento.formato, documento.pessoa_id) == (Formato.NATO_DIGITAL, peticao.autor_id)
    assert services.faltas(peticao) == []


@pytest.mark.parametrize(
    ("nome", "onde"),
    [
        ("Declaração do hospital.pdf", "declaracao"),
        ("HOSPITAL-2026.pdf", "declaracao"),
        ("IMG_2041.pdf", "fotografia"),
        ("minha foto.pdf", "fotografia"),
        ("fotocopia.pdf", "anexo"),
        ("laudo.pdf", "anexo"),
    ],
)
def test_a_dropped_file_goes_where_its_name_says(app: Flask, saude: TipoProcesso, nome: str, onde: str) -> None:
    cadastros.tipo_documento("anexo", "Anexo")
    documento = anexar(peticoes.rascunho(tipo=saude), nome)
    assert documento.tipo_documento is not None
    assert documento.tipo_documento.slug == onde


def test_a_slot_that_is_full_takes_no_guess(app: Flask, saude: TipoProcesso, fotos: TipoDocumento) -> None:
    peticao = peticoes.rascunho(tipo=saude)
    assert anexar(peticao, "foto 1.pdf", pdfs.feito()).tipo_documento == fotos
    assert anexar(peticao, "foto 2.pdf").tipo_documento is None
    assert (
        anexar(peticao, "foto 3.pdf", pdfs.feito(pdfs.so_um_link), tipo_documento_id=fotos.id).tipo_documento == fotos
    )


def test_the_same_bytes_in_the_same_slot_change_nothing(
    app: Flask, saude: TipoProcesso, declaracao: TipoDocumento, fotos: TipoDocumento
) -> None:
    peticao = peticoes.rascunho(tipo=saude)
    um = anexar(peticao, "um.pdf", tipo_documento_id=declaracao.id)
    versoes = cadastros.quantos(VersaoRascunho)
    assert anexar(peticao, "outro nome.pdf", tipo_documento_id=declaracao.id) is um
    assert anexar(peticao, "um.pdf") is um
    assert (um.nome, cadastros.quantos(VersaoRascunho)) == ("um.pdf", versoes)
    assert anexar(peticao, "um.pdf", tipo_documento_id=fotos.id) is not um


def test_every_change_of_the_files_is_a_version(app: Flask, saude: TipoProcesso, declaracao: TipoDocumento) -> None:
    peticao = peticoes.rascunho(tipo=saude)
    antes = peticao.versao
    documento = anexar(peticao, "um.pdf", tipo_documento_id=declaracao.id)
    como = Classificacao(declaracao.id, numero="8")
    services.classificar(peticao.id, documento.id, como, por=peticao.autor, agora=agora())
    services.classificar(peticao.id, documento.id, como, por=peticao.autor, agora=agora())
    services.remover_anexo(peticao.id, documento.id, por=peticao.autor, agora=agora())
    assert peticao.versao == antes + 3


def test_a_swap_keeps_what_was_said(app: Flask, saude: TipoProcesso, declaracao: TipoDocumento) -> None:
    peticao = peticoes.rascunho(tipo=saude)
    velho = anexar(
        peticao,
        "velho.pdf",
        tipo_documento_id=declaracao.id,
        formato=Formato.DIGITALIZADO,
        conferencia=Conferencia.SIMPLES,
    )
    novo = anexar(peticao, "novo.pdf", pdfs.feito(pdfs.script_ao_abrir), troca=velho.id)
    assert (novo.id, novo.nome, novo.conferencia) == (velho.id, "novo.pdf", Conferencia.SIMPLES)
    assert novo.observacao == "Retirados: 1 script."
    assert [d.nome for d in peticao.documentos] == ["novo.pdf"]
    assert anexar(peticao, "outro.pdf", troca=999_999).tipo_documento is None  # it was taken off meanwhile


@pytest.mark.parametrize(
    ("como", "campo", "frase"),
    [
        ({"formato": Formato.DIGITALIZADO}, "conferencia", "Diga com que o documento digitalizado foi conferido."),
        ({"tipo_documento_id": 999_999}, "tipo_documento", "Escolha um dos tipos de documento da lista."),
        ({"principal": True}, "arquivos", "Neste tipo a petição é escrita na página."),
    ],
)
def test_what_is_said_of_a_document_is_checked(
    app: Flask, saude: TipoProcesso, como: dict[str, object], campo: str, frase: str
) -> None:
    peticao = peticoes.rascunho(tipo=saude)
    with pytest.raises(Recusa, match=frase) as recusa:
        anexar(peticao, "um.pdf", **como)
    assert recusa.value.campo == campo
    if "principal" not in como:
        documento = anexar(peticao, "um.pdf")
        with pytest.raises(Recusa, match=frase):
            services.classificar(
                peticao.id,
                documento.id,
                Classificacao(**como),
                por=peticao.autor,
                agora=agora(),  # type: ignore[arg-type]
            )


def test_the_access_is_asked_only_where_the_type_leaves_it(app: Flask, saude: TipoProcesso) -> None:
    hipotese, livre = cadastros.hipotese(), cadastros.tipo("livre", regra_acesso=RegraAcesso.ESCOLHA)
    documento = anexar(peticoes.rascunho(tipo=saude), "um.pdf", acesso=NivelAcesso.RESTRITO, hipotese_id=hipotese.id)
    assert documento.acesso is NivelAcesso.PUBLICO
    peticao = peticoes.rascunho(tipo=livre)
    documento = anexar(peticao, "um.pdf", acesso=NivelAcesso.RESTRITO, hipotese_id=hipotese.id)
    assert (documento.acesso, documento.hipotese_id) == (NivelAcesso.RESTRITO, hipotese.id)
    with pytest.raises(Recusa, match="Escolha a hipótese legal do acesso restrito") as recusa:
        anexar(peticao, "dois.pdf", pdfs.feito(), acesso=NivelAcesso.RESTRITO)
    assert recusa.value.campo == "hipotese"


def test_each_slot_has_its_own_types_and_limit(app: Flask) -> None:
    tipo = cadastros.tipo(
        "por arquivo",
        forma_principal=FormaPrincipal.ARQUIVO,
        documento_principal_id=cadastros.tipo_documento("peticao", "Petição").id,
        extensoes_principal=["pdf"],
        limite_principal_bytes=1024,
        extensoes_outros=["txt"],
    )
    peticao = peticoes.rascunho(tipo=tipo)
    with pytest.raises(ArquivoRecusado, match=r"“um\.txt” não é PDF"):
        anexar(peticao, "um.txt", b"texto", principal=True)
    with pytest.raises(ArquivoRecusado, match="o limite é 1 kB por arquivo"):
        anexar(peticao, "grande.pdf", principal=True)
    with pytest.raises(ArquivoRecusado, match=r"“um\.pdf” não é TXT"):
        anexar(peticao, "um.pdf")
    assert [f.mensagem for f in services.faltas(peticao)] == ["Envie o documento principal: Petição."]
    um = anexar(peticao, "um.pdf", pdfs.feito(), principal=True)
    assert (um.papel, um.tipo_documento and um.tipo_documento.slug) == (PapelDocumento.PRINCIPAL, "peticao")
    dois = anexar(peticao, "dois.pdf", pdfs.feito(pdfs.so_um_link), principal=True)
    assert [(d.id, d.nome) for d in peticao.documentos] == [(um.id, "dois.pdf")]
    assert dois is um
    assert services.faltas(peticao) == []


def test_what_is_anothers_cannot_be_classified(app: Flask, saude: TipoProcesso) -> None:
    peticao = peticoes.rascunho(tipo=saude)
    documento = anexar(peticao, "um.pdf")
    with pytest.raises(NaoEncontrado):
        services.classificar(peticao.id, documento.id, Classificacao(), por=contas.deputada(), agora=agora())
    with pytest.raises(NaoEncontrado):
        services.classificar(peticao.id, 999_999, Classificacao(), por=peticao.autor, agora=agora())


def test_after_filing_nothing_changes(app: Flask) -> None:
    peticao = peticoes.protocolada(anexo=True)
    with pytest.raises(Conflito, match="já foi protocolada"):
        anexar(peticao, "dois.pdf", pdfs.feito())


def test_a_threat_stops_the_signature_until_it_is_taken_off(app: Flask, saude: TipoProcesso) -> None:
    peticao = peticoes.rascunho(tipo=cadastros.tipo("simples"))
    documento = anexar(peticao, "um.pdf")
    assert documento.arquivo is not None
    with transaction():
        documento.arquivo.varredura, documento.arquivo.ameaca = Varredura.EM_QUARENTENA, None
    assert services.faltas(peticao) == []
    with transaction():
        documento.arquivo.varredura, documento.arquivo.ameaca = Varredura.INFECTADO, "Eicar"
    assert any("ameaça em “um.pdf”" in falta.mensagem for falta in services.faltas(peticao))
    services.remover_anexo(peticao.id, documento.id, por=peticao.autor, agora=agora())
    assert services.faltas(peticao) == []


def test_the_section_shows_each_document_in_its_slot(
    app: Flask, saude: TipoProcesso, declaracao: TipoDocumento, fotos: TipoDocumento
) -> None:
    peticao = peticoes.rascunho(tipo=saude)
    foto = anexar(peticao, "foto.pdf", tipo_documento_id=fotos.id)
    solto = anexar(peticao, "laudo.pdf", pdfs.feito())
    with app.test_request_context():
        secao = vagas.montar(peticao, agora=agora())
        assert [(v.nome, v.papel, v.obrigatoria, v.documentos) for v in secao.lista] == [
            ("Declaração", "essencial", True, []),
            ("Fotografia", "complementar", False, [foto]),
        ]
        assert secao.outros.documentos == [solto]
        assert secao.limites == "PDF ou TXT até 1 MB cada; 200 MB ao todo."
        assert secao.lista[0].ancora == services.faltas(peticao)[0].campo
        with transaction():
            saude.forma_principal, saude.limite_principal_bytes = FormaPrincipal.ARQUIVO, 20 * 1024 * 1024
        secao = vagas.montar(peticao, agora=agora())
        assert secao.limites == "Documento principal: PDF até 20 MB. Outros: PDF ou TXT até 1 MB cada; 200 MB ao todo."


def test_a_file_by_path_is_taken_too(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "chegou").write_bytes(pdf_pequeno())
    peticao = peticoes.rascunho()
    documento = services.anexar(peticao.id, "um.pdf", tmp_path / "chegou", por=peticao.autor, agora=agora())
    db.session().expire_all()
    assert documento.arquivo is not None
    assert documento.arquivo.tamanho_bytes == len(pdf_pequeno())
