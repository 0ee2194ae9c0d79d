"""Model texts in a real browser: written by the administrator, put by an author where the cursor is."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from peticionamento.comum.permissoes import Papel
from tests.browser.olhar import olhar
from tests.comum.test_pdf import figura
from tests.factories import cadastros, contas, peticoes
from tests.fixtures.no_ar import NoAr

pytestmark = pytest.mark.navegador


def entrar(pagina: Page, email: str) -> None:
    pagina.goto("/entrar")
    pagina.get_by_label("CPF ou e-mail").fill(email)
    pagina.get_by_label("Senha").fill(contas.SENHA)
    pagina.get_by_role("button", name="Entrar").click()
    expect(pagina.get_by_role("button", name="Sair")).to_be_visible()


def abrir(pagina: Page, endereco: str) -> None:
    pagina.goto(endereco)
    expect(pagina.locator("html[data-pronto]")).to_be_attached()


def test_a_text_goes_where_the_cursor_is_and_saves_itself(servidor: NoAr, pagina: Page) -> None:
    with servidor.app.app_context():
        peticao = peticoes.rascunho(texto="<p>Antes depois.</p>")
        email, onde = peticao.autor.email, f"/peticoes/{peticao.id}/redigir"
        cadastros.texto_padrao("<p>de <strong>{{municipio}}</strong></p>", "Lugar")
    entrar(pagina, email)
    abrir(pagina, onde)
    editor = pagina.locator("trix-editor")
    editor.click()
    pagina.keyboard.press("Control+Home")
    for _ in "Antes ":
        pagina.keyboard.press("ArrowRight")
    pagina.get_by_role("button", name="Inserir no texto").click()
    expect(pagina.get_by_text("Escolha antes um texto da lista.")).to_be_visible()
    pagina.get_by_label("Texto padrão").select_option("Lugar")
    pagina.get_by_role("button", name="Inserir no texto").click()
    expect(pagina.get_by_text("“Lugar” está no texto")).to_be_visible()
    expect(editor).to_have_text("Antes de Teófilo Otoni depois.")
    expect(pagina.locator("[data-rascunho-estado]")).to_contain_text("versão 3")
    abrir(pagina, onde)
    expect(editor).to_have_text("Antes de Teófilo Otoni depois.")


def test_a_text_after_the_last_word_is_a_paragraph_of_its_own(servidor: NoAr, pagina: Page) -> None:
    with servidor.app.app_context():
        peticao = peticoes.rascunho(texto="<p>Antes.</p>")
        email, onde = peticao.autor.email, f"/peticoes/{peticao.id}/redigir"
        cadastros.texto_padrao("<p>Depois.</p>", "Segundo parágrafo")
    entrar(pagina, email)
    abrir(pagina, onde)
    pagina.locator("trix-editor").click()
    pagina.keyboard.press("Control+End")
    pagina.get_by_label("Texto padrão").select_option("Segundo parágrafo")
    pagina.get_by_role("button", name="Inserir no texto").click()
    expect(pagina.locator("trix-editor p")).to_have_text(["Antes.", "Depois."])


def test_the_administrator_writes_a_document_with_a_picture(servidor: NoAr, pagina: Page, tmp_path: Path) -> None:
    with servidor.app.app_context():
        email = contas.pessoa(Papel.ADMINISTRADOR).email
        cadastros.texto_padrao(titulo="Do administrador")
    timbre = tmp_path / "timbre.png"
    timbre.write_bytes(base64.b64decode(figura().split(",")[1]))
    entrar(pagina, email)
    abrir(pagina, "/cadastros/textos")
    olhar(pagina, "cadastros-textos", tmp_path)
    pagina.get_by_role("link", name="Do administrador").click()
    olhar(pagina, "cadastros-texto", tmp_path)
    abrir(pagina, "/cadastros/modelos/novo")
    pagina.get_by_label("Nome").fill("Ofício")
    pagina.get_by_label("Documento, em HTML").fill("<p>{{autor}} e {{emenda}}</p>")
    pagina.get_by_label("Pôr uma imagem").set_input_files(timbre)
    expect(pagina.get_by_text("“timbre.png” está no texto")).to_be_visible()
    pagina.get_by_role("button", name="Salvar").click()
    expect(pagina.get_by_role("link", name="O campo {{emenda}} não existe.")).to_be_visible()
    olhar(pagina, "cadastros-modelo-recusado", tmp_path)
    fonte = pagina.get_by_label("Documento, em HTML")
    fonte.fill(fonte.input_value().replace(" e {{emenda}}", ""))
    pagina.get_by_role("button", name="Salvar").click()
    expect(pagina.get_by_text("“Ofício” foi salvo.")).to_be_visible()
    pagina.get_by_role("link", name="Ofício", exact=True).click()
    olhar(pagina, "cadastros-modelo", tmp_path)
    with pagina.expect_popup() as aberta:
        pagina.get_by_role("button", name="Ver o PDF como está").click()
    aberta.value.wait_for_url("**/previa")
