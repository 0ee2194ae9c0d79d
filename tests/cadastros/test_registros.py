"""Document types and legal grounds: kept by the administrator, never pulled from under a type that needs them."""

from __future__ import annotations

import pytest
from flask import Flask

from peticionamento.cadastros import registros_queries
from peticionamento.cadastros.models import HipoteseLegal, NivelAcesso, TipoDocumento
from peticionamento.cadastros.services.registros import (
    DocumentoEditado,
    HipoteseEditada,
    salvar_documento,
    salvar_hipotese,
)
from peticionamento.comum.erros import NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.permissoes import Papel
from peticionamento.contas.models import Pessoa
from tests.factories import cadastros, contas


def administrador() -> Pessoa:
    return contas.pessoa(Papel.ADMINISTRADOR)


def test_the_words_are_kept_plain_and_once(app: Flask) -> None:
    editado = DocumentoEditado("Ofício  circular", "Ofício, CIRCULAR circular")
    documento = salvar_documento(None, editado, por=administrador())
    assert (documento.slug, documento.nome) == ("oficio-circular", "Ofício circular")
    assert documento.palavras == ["oficio", "circular"]


def test_changing_one_keeps_its_slug(app: Flask) -> None:
    documento = cadastros.tipo_documento("declaracao", "Declaração")
    salvar_documento(documento.id, DocumentoEditado("Declaração formal", "", 3), por=administrador())
    assert (documento.slug, documento.nome, documento.ordem) == ("declaracao", "Declaração formal", 3)


@pytest.mark.parametrize(
    ("editado", "frase", "campo"),
    [
        (DocumentoEditado(" "), "Dê um nome.", "nome"),
        (DocumentoEditado("x" * 81), "O nome tem 81 caracteres; o máximo é 80.", "nome"),
        (DocumentoEditado("Declaração"), "Já existe “Declaração”.", "nome"),
        (DocumentoEditado("Outro", "x" * 41), "Cada palavra tem no máximo 40 letras.", "palavras"),
        (DocumentoEditado("Outro", "", -1), "A ordem é um número de 0 a 9.999.", "ordem"),
    ],
)
def test_a_bad_document_type_is_refused(app: Flask, editado: DocumentoEditado, frase: str, campo: str) -> None:
    cadastros.tipo_documento("declaracao", "Declaração")
    with pytest.raises(Recusa) as recusa:
        salvar_documento(None, editado, por=administrador())
    assert (recusa.value.mensagem, recusa.value.campo) == (frase, campo)
    assert cadastros.quantos(TipoDocumento) == 1


def test_a_document_that_a_type_asks_for_cannot_be_put_aside(app: Flask) -> None:
    tipo, documento = cadastros.tipo(), cadastros.tipo_documento("declaracao", "Declaração")
    exigencia = cadastros.exigir(tipo, documento)
    with pytest.raises(Recusa, match=r"Está em uso em “Obra”\. Tire-o desses tipos antes\."):
        salvar_documento(documento.id, DocumentoEditado("Declaração", ativo=False), por=administrador())
    tipo.exigencias.remove(exigencia)
    assert not salvar_documento(documento.id, DocumentoEditado("Declaração", ativo=False), por=administrador()).ativo


def test_a_legal_ground_names_its_law_and_stays_while_a_type_needs_it(app: Flask) -> None:
    with pytest.raises(Recusa, match="Diga a lei e o artigo"):
        salvar_hipotese(None, HipoteseEditada("Sigilo", " "), por=administrador())
    hipotese = cadastros.hipotese()
    cadastros.tipo("sigiloso", acesso=NivelAcesso.RESTRITO, hipotese=hipotese)
    fora = HipoteseEditada(hipotese.nome, hipotese.base_legal, ativa=False)
    with pytest.raises(Recusa, match="Está em uso em “Sigiloso”"):
        salvar_hipotese(hipotese.id, fora, por=administrador())
    nova = salvar_hipotese(None, HipoteseEditada("Sigilo", "art. 1º da Lei nº 1"), por=administrador())
    assert nova.rotulo == "Sigilo (art. 1º da Lei nº 1)"
    assert cadastros.quantos(HipoteseLegal) == 2


def test_the_counts_are_one_statement(app: Flask) -> None:
    cadastros.tipo()
    cadastros.tipo_documento()
    vazios = {"hipoteses": 0, "orgaos": 0, "textos": 0, "modelos": 0, "dias": 0}
    assert registros_queries.quantos() == {"tipos": 1, "documentos": 1, **vazios}


def test_nobody_else_keeps_them_and_what_is_not_there_is_not_found(app: Flask) -> None:
    for pessoa in (contas.deputada(), contas.coordenadora()):
        with pytest.raises(SemPermissao):
            salvar_documento(None, DocumentoEditado("Outro"), por=pessoa)
        with pytest.raises(SemPermissao):
            salvar_hipotese(None, HipoteseEditada("Outra", "Lei"), por=pessoa)
    with pytest.raises(NaoEncontrado):
        salvar_documento(999, DocumentoEditado("Outro"), por=administrador())
    with pytest.raises(NaoEncontrado):
        salvar_hipotese(999, HipoteseEditada("Outra", "Lei"), por=administrador())
