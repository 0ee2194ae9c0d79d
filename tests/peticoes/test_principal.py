"""The words of a petition's main document, and the texts that are inserted while it is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from peticionamento.cadastros.models import DocumentoModelo, FormaPrincipal, TipoProcesso
from peticionamento.comum import arquivos
from peticionamento.comum.db import db, transaction
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.models import PapelDocumento, Peticao
from peticionamento.peticoes.services.principal import corpo, marcas_pendentes, texto_inicial, valores_de
from tests.factories import cadastros, contas, peticoes

Como = Callable[[Pessoa], FlaskClient]

EM = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


def campo(nome: str, tipo: str = "linha", *, obrigatorio: bool = True) -> dict[str, object]:
    return {"nome": nome, "rotulo": nome.title(), "tipo": tipo, "obrigatorio": obrigatorio, "dica": ""}


def em_campos(html: str | None, *campos: dict[str, object]) -> TipoProcesso:
    """The type of the tests' petitions, its main document a form poured into `html`."""
    tipo = cadastros.tipo()
    with transaction() as session:
        tipo.forma_principal, tipo.campos = FormaPrincipal.CAMPOS, list(campos)
        if html is not None:
            modelo = DocumentoModelo(nome="Modelo", corpo_html=html)
            session.add(modelo)
            session.flush()
            tipo.modelo_id = modelo.id
    return tipo


def com(peticao: Peticao, **mudancas: object) -> Peticao:
    with transaction():
        for nome, valor in mudancas.items():
            setattr(peticao, nome, valor)
    return peticao


@pytest.fixture
def autora(app: Flask) -> Pessoa:
    return contas.deputada("Beatriz <Nogueira>")


def test_what_was_written_in_the_editor_is_the_document(autora: Pessoa) -> None:
    assert corpo(peticoes.rascunho(autora)) == peticoes.TEXTO


def test_marks_of_the_editors_text_are_filled_in_once_they_are_known(autora: Pessoa) -> None:
    texto = "<p>Processo [número], [município], [proposição].</p>"
    peticao = com(peticoes.rascunho(autora), texto_html=texto)
    assert corpo(peticao) == "<p>Processo [número], Teófilo Otoni, [proposição].</p>"
    assert marcas_pendentes(peticao) == ["[proposição]"]
    com(peticao, proposicao="RQN 8788/2024", numero="1490.01.0000001/2026-00")
    assert corpo(peticao) == "<p>Processo 1490.01.0000001/2026-00, Teófilo Otoni, RQN 8788/2024.</p>"
    assert marcas_pendentes(peticao) == []


def test_the_fields_of_a_form_are_poured_into_the_types_model(autora: Pessoa) -> None:
    em_campos(
        "<p>{{autor}}, {{cargo}}, {{data}}, {{ano}}: "
        "{{emenda}}; {{valor}}; {{dia}}; {{nota}}; {{numero}}; {{referencia}}</p>",
        campo("emenda"), campo("valor", "valor"), campo("dia", "data"), campo("nota", "texto", obrigatorio=False),
    )  # fmt: skip
    digitados = {"emenda": "<b>12</b>", "valor": "1.250,00", "dia": "2026-03-01", "nota": "um\ndois"}
    peticao = com(peticoes.rascunho(autora), campos=digitados)
    assert corpo(peticao, agora=EM) == (
        "<p>Beatriz &lt;Nogueira&gt;, Deputada Estadual, 1º de dezembro de 2026, 2026: "
        "&lt;b&gt;12&lt;/b&gt;; R$ 1.250,00; 1º de março de 2026; um<br>dois; [número]; —</p>"
    )
    com(peticao, campos={"dia": "amanhã", "valor": "R$ 3,00"})
    assert "[Emenda]; R$ 3,00; [amanhã]; —; [número]" in corpo(peticao, agora=EM)
    assert marcas_pendentes(peticao) == []


def test_a_field_of_the_form_goes_before_a_general_one_of_its_name(autora: Pessoa) -> None:
    em_campos("<p>{{ano}}</p>", campo("ano"))
    assert corpo(com(peticoes.rascunho(autora), campos={"ano": "2024"}), agora=EM) == "<p>2024</p>"


def test_without_a_model_nothing_typed_is_missing(autora: Pessoa) -> None:
    em_campos(None, campo("emenda"), campo("objeto & fim"))
    peticao = com(peticoes.rascunho(autora), campos={"emenda": "12", "objeto & fim": "Quadra"})
    assert corpo(peticao) == "<p><strong>Emenda:</strong> 12</p><p><strong>Objeto &amp; Fim:</strong> Quadra</p>"


def test_an_uploaded_document_has_no_words_of_ours(autora: Pessoa) -> None:
    peticao = peticoes.rascunho(autora)
    with transaction():
        peticao.tipo.forma_principal = FormaPrincipal.ARQUIVO
    assert corpo(peticao) == ""


def test_the_editor_begins_with_the_types_model(autora: Pessoa) -> None:
    tipo = em_campos("<p>{{autor}} pede em {{municipio}}, {{data}}.</p>")
    with transaction():
        tipo.forma_principal = FormaPrincipal.EDITOR
    inicio = "<p>Beatriz &lt;Nogueira&gt; pede em [município], 1º de dezembro de 2026.</p>"
    assert texto_inicial(tipo, autora, agora=EM) == inicio
    assert services.comecar(tipo.id, "chave", por=autora, agora=EM).texto_html == inicio
    with transaction():
        tipo.modelo_id = None
    assert texto_inicial(tipo, autora, agora=EM) == ""


def test_what_is_filed_is_what_the_model_made_of_the_fields(autora: Pessoa) -> None:
    em_campos(
        "<h2>Emenda</h2><table><tr><th>Número</th></tr><tr><td>{{emenda}}</td></tr></table><p>{{municipio}}</p>",
        campo("emenda"),
    )
    peticao = com(peticoes.rascunho(autora, texto=""), campos={"emenda": "EMENDA-7731"})
    peticao = services.protocolar(peticao.id, contas.SENHA, por=autora, versao=peticao.versao, agora=agora())
    principal = next(d for d in peticao.documentos if d.papel is PapelDocumento.PRINCIPAL)
    assert principal.texto_html is not None
    assert "<td>EMENDA-7731</td>" in principal.texto_html
    emitido = services.documento_legivel(principal.id, por=autora)
    assert emitido.arquivo is not None
    with arquivos.abrir(emitido.arquivo) as aberto, pypdfium2.PdfDocument(aberto.read()) as documento:
        lido = "".join(pagina.get_textpage().get_text_range() for pagina in documento)
    for dito in ("EMENDA-7731", "Teófilo Otoni", "assinado eletronicamente por Beatriz <Nogueira>"):
        assert dito in lido


PADRAO = "<p><strong>Peço</strong> em {{municipio}}, {{proposicao}}.</p>"


def test_a_text_comes_filled_in_to_the_script_and_nothing_is_saved(como: Como, autora: Pessoa) -> None:
    peticao, texto = peticoes.rascunho(autora), cadastros.texto_padrao(PADRAO)
    cliente, onde = como(autora), f"/peticoes/{peticao.id}/textos"
    assert "Fecho" in cliente.get(f"/peticoes/{peticao.id}/redigir").text
    resposta = cliente.post(onde, data={"texto_padrao": texto.id}, headers={"Accept": "application/json"})
    assert resposta.json == {"html": "<p><strong>Peço</strong> em Teófilo Otoni, [proposição].</p>"}
    assert db.session().get_one(Peticao, peticao.id).texto_html == peticoes.TEXTO


def test_without_the_script_the_text_goes_after_what_is_typed_and_all_is_saved(como: Como, autora: Pessoa) -> None:
    peticao, texto = peticoes.rascunho(autora), cadastros.texto_padrao(PADRAO)
    dados = {
        "texto_padrao": texto.id, "tipo": peticao.tipo_id, "assunto": "Outro assunto", "municipio": "Teófilo Otoni",
        "texto": "Escrevi isto agora.", "formato": "texto", "versao": str(peticao.versao),
    }  # fmt: skip
    resposta = como(autora).post(f"/peticoes/{peticao.id}/textos", data=dados)
    assert resposta.status_code == 303
    salva = db.session().get_one(Peticao, peticao.id)
    assert salva.assunto == "Outro assunto"
    assert salva.texto_html == "<p>Escrevi isto agora.</p><p>Peço em Teófilo Otoni, [proposição].</p>"


def test_nothing_chosen_saves_what_is_typed(como: Como, autora: Pessoa) -> None:
    peticao = peticoes.rascunho(autora)
    dados = {
        "texto_padrao": "", "tipo": peticao.tipo_id, "assunto": "Outro", "municipio": "", "texto": "Só isto.",
        "formato": "texto", "versao": str(peticao.versao),
    }  # fmt: skip
    assert como(autora).post(f"/peticoes/{peticao.id}/textos", data=dados).status_code == 303
    assert db.session().get_one(Peticao, peticao.id).texto_html == "<p>Só isto.</p>"


def test_anothers_text_is_not_found(como: Como, autora: Pessoa) -> None:
    peticao = peticoes.rascunho(autora)
    da_ses = cadastros.texto_padrao(unidade_id=cadastros.unidade("SES").id)
    resposta = como(autora).post(f"/peticoes/{peticao.id}/textos", data={"texto_padrao": da_ses.id})
    assert resposta.status_code == 404
    assert "Este texto padrão não está mais na lista." in resposta.text


def test_what_fills_a_model_in(autora: Pessoa) -> None:
    peticao = com(peticoes.rascunho(autora), referencia="Ofício 118")
    assert valores_de(peticao, agora=EM) == {
        "autor": "Beatriz <Nogueira>", "cargo": "Deputada Estadual", "data": "1º de dezembro de 2026", "ano": "2026",
        "municipio": "Teófilo Otoni", "numero": None, "assunto": "Leitos de UTI", "referencia": "Ofício 118",
        "proposicao": None,
    }  # fmt: skip
