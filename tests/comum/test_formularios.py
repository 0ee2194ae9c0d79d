"""The base of every form: refusals beside their field, nothing typed lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from wtforms import StringField

from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.formularios import Formulario, Tamanho, TextoForm, VersaoForm, sem_nulos, uma_linha


class AssuntoForm(Formulario):
    """One field, as the rooms write them."""

    assunto = StringField("Assunto", [Tamanho(10)], filters=[uma_linha])


@pytest.fixture(autouse=True)
def pedido(app: Flask) -> Iterator[None]:
    """Forms live in a request."""
    with app.test_request_context(method="POST", data={"assunto": " Leitos\x00 de\tUTI "}):
        yield


def test_what_was_typed_is_folded_to_one_line() -> None:
    assert AssuntoForm().assunto.data == "Leitos de UTI"
    assert (uma_linha(None), uma_linha(""), sem_nulos(None)) == (None, "", None)
    assert sem_nulos("a\x00\r\nb") == "a\nb"


def test_too_long_says_how_long_and_keeps_what_was_typed() -> None:
    form = AssuntoForm()
    assert not form.validate()
    assert form.assunto.errors == ["Assunto: 13 caracteres; o máximo é 10."]
    assert form.assunto.data == "Leitos de UTI"
    assert form.status == 422


def test_a_refusal_with_a_field_stands_beside_it() -> None:
    form = AssuntoForm()
    with form.aceitando_recusa():
        raise Recusa("Já existe uma petição com este assunto.", "assunto")
    assert form.assunto.errors == ["Já existe uma petição com este assunto."]
    assert (form.form_errors, form.status) == ([], 422)


@pytest.mark.parametrize("campo", [None, "outro"])
def test_a_refusal_without_a_field_of_this_form_stands_above(campo: str | None) -> None:
    form = AssuntoForm()
    with form.aceitando_recusa():
        raise Recusa("Não dá.", campo)
    assert (form.form_errors, form.status) == (["Não dá."], 422)


@pytest.mark.parametrize("recusa", [Conflito("Ana decidiu antes."), AcaoIndevida("Já foi.")])
def test_somebody_else_was_quicker(recusa: Recusa) -> None:
    form = AssuntoForm()
    with form.aceitando_recusa():
        raise recusa
    assert (form.form_errors, form.status) == ([recusa.mensagem], 409)


@pytest.mark.parametrize("erro", [NaoEncontrado(), SemPermissao(), KeyError("x")])
def test_what_is_no_refusal_of_the_form_goes_on(erro: Exception) -> None:
    form = AssuntoForm()
    with pytest.raises(type(erro)), form.aceitando_recusa():
        raise erro
    assert form.status == 200


@pytest.mark.parametrize(
    ("digitado", "versao"), [("7", 7), ("", 0), ("-1", 0), ("7.0", 0), ("x", 0), ("9" * 10, 0), ("٧", 7), ("²", 0)]
)
def test_a_version_that_was_tampered_with_is_no_rows(app: Flask, digitado: str, versao: int) -> None:
    with app.test_request_context(method="POST", data={"versao": digitado}):
        assert VersaoForm().numero() == versao


def test_a_text_comes_from_the_editor_or_from_the_plain_field(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"texto": "<b>Um</b>\n\ndois", "formato": "texto"}):
        assert TextoForm().texto_html() == "<p>&lt;b&gt;Um&lt;/b&gt;</p><p>dois</p>"
    with app.test_request_context(method="POST", data={"texto": "<b>Um</b><script>1</script>", "formato": "html"}):
        form = TextoForm()
        assert form.para_o_editor() == "<strong>Um</strong>"
        assert (form.texto.data, form.formato.data) == ("Um", "texto")
