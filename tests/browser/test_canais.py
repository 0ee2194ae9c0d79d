"""The administrator's pages of the channels, looked at as people do; and a secret changed without JavaScript's help."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao import devolucoes
from tests.browser.olhar import olhar
from tests.factories import cadastros, contas
from tests.fixtures.no_ar import NoAr
from tests.fixtures.webhook import ligar_canal


def entrar(pagina: Page, email: str) -> None:
    pagina.goto("/entrar")
    pagina.get_by_label("CPF ou e-mail").fill(email)
    pagina.get_by_label("Senha").fill(contas.SENHA)
    pagina.get_by_role("button", name="Entrar").click()
    expect(pagina.get_by_role("button", name="Sair")).to_be_visible()


def test_the_channels_are_set_and_tried(servidor: NoAr, pagina: Page, tmp_path: Path) -> None:
    with servidor.app.app_context():
        cadastros.orgao("SES", email="parlamentar@ses.invalid")
        ligar_canal("https://peticoes.ses.invalid/demandas")
        devolucoes.receber(b"From: x@y.invalid\r\nSubject: propaganda\r\n\r\nCompre.", agora=agora())
        email = contas.pessoa(Papel.ADMINISTRADOR).email
    entrar(pagina, email)
    pagina.goto("/distribuicao")
    pagina.get_by_role("link", name="Canais de entrega").click()
    expect(pagina.get_by_role("heading", level=1, name="Canais")).to_be_visible()
    olhar(pagina, "canais", tmp_path)
    pagina.get_by_role("link", name="SEI", exact=True).click()
    olhar(pagina, "canal-sei", tmp_path)
    pagina.goto("/distribuicao/canais/correio")
    pagina.get_by_label("Enviar um teste para").fill("eu@segov.invalid")
    pagina.get_by_role("button", name="Enviar um teste").click()
    expect(pagina.get_by_text("O teste chegou.")).to_be_visible()
    olhar(pagina, "canal-correio", tmp_path)
    pagina.goto("/distribuicao/canais/webhook")
    pagina.get_by_role("link", name="SES", exact=True).click()
    pagina.get_by_role("button", name="Trocar o segredo").click()
    expect(pagina.get_by_text("Segredo novo.")).to_be_visible()
    olhar(pagina, "canal-webhook-segredo", tmp_path)
    pagina.get_by_role("button", name="Encerrar o segredo anterior").click()
    expect(pagina.get_by_text("Há um segredo em uso.")).to_be_visible()
    pagina.get_by_role("button", name="Enviar um teste").click()
    expect(pagina.get_by_text("O teste não chegou.")).to_be_visible()
    olhar(pagina, "canal-webhook-teste", tmp_path)
