"""A focal point without an account receives one demand and declines another, from the e-mail alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from peticionamento.comum.db import db
from peticionamento.triagem.models import Encaminhamento, EstadoEncaminhamento
from tests.browser.olhar import olhar
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr, esperar

ASSUNTO_A, ASSUNTO_B = "Leitos do hospital de Unaí", "Calçamento da rua das Flores"


@dataclass
class Chegadas:
    """What the worker delivered, and the addresses in its messages."""

    no_ar: NoAr

    def link(self, assunto: str) -> str:
        """The address in the message about one subject."""
        for mensagem in self.no_ar.smtp.mensagens:
            if assunto in str(mensagem["Subject"]):
                parte = mensagem.get_body(("plain",))
                assert parte is not None
                texto = str(parte.get_content())
                return "/convites/" + texto.split("/convites/")[1].split()[0]
        raise AssertionError(assunto)

    def estado(self, assunto: str) -> EstadoEncaminhamento:
        """Where the routing about one subject stands."""
        with self.no_ar.app.app_context():
            linhas = db.session().execute(select(Encaminhamento)).scalars()
            return next(e.estado for e in linhas if e.demanda.peticao.assunto == assunto)


def _mandar(app: Flask) -> None:
    with app.app_context():
        cadastros.orgao("SES", email="parlamentar@ses.invalid")
        autora = contas.deputada()
        for assunto in (ASSUNTO_A, ASSUNTO_B):
            triagem.distribuida(["SES"], peticao=peticoes.protocolada(autora, assunto=assunto))


@pytest.fixture(scope="module")
def chegadas(servidor: NoAr) -> Chegadas:
    """Two demands in the agency's inbox, their messages gone."""
    _mandar(servidor.app)
    chegadas = Chegadas(servidor)
    encaminhadas = lambda: [m for m in servidor.smtp.mensagens if "Demanda parlamentar" in str(m["Subject"])]  # noqa: E731
    esperar(lambda: len(encaminhadas()) == 2, que="as duas mensagens saíram")
    for assunto in (ASSUNTO_A, ASSUNTO_B):
        esperar(lambda assunto=assunto: chegadas.estado(assunto) is EstadoEncaminhamento.ENTREGUE, que=assunto)
    return chegadas


def test_receives_by_the_link(chegadas: Chegadas, pagina: Page, tmp_path: Path) -> None:
    pagina.goto(chegadas.link(ASSUNTO_A))
    expect(pagina.get_by_role("heading", level=1, name=ASSUNTO_A)).to_be_visible()
    olhar(pagina, "convite", tmp_path)
    pagina.get_by_role("button", name="Receber", exact=True).click()
    expect(pagina.get_by_role("heading", level=1, name="Demanda recebida")).to_be_visible()
    assert chegadas.estado(ASSUNTO_A) is EstadoEncaminhamento.RECEBIDO
    pagina.reload()
    expect(pagina.get_by_text("O link desta demanda foi usado em")).to_be_visible()
    expect(pagina.get_by_role("button", name="Receber")).to_have_count(0)
    olhar(pagina, "convite-usado", tmp_path)
    assert pagina.context.cookies() == []


def test_declines_by_the_link_without_javascript(navegador: Browser, chegadas: Chegadas, servidor: NoAr) -> None:
    contexto = navegador.new_context(base_url=servidor.url, locale="pt-BR", java_script_enabled=False)
    contexto.set_default_timeout(ESPERA_MS)
    pagina = contexto.new_page()
    pagina.goto(chegadas.link(ASSUNTO_B))
    pagina.get_by_text("Recusar: não cabe à SES").click()
    pagina.get_by_role("button", name="Recusar e devolver à SEGOV").click()
    expect(pagina.get_by_role("alert")).to_contain_text("Escolha um motivo da lista.")
    pagina.get_by_label("Cabe ao município, à União ou a outro Poder").check()
    pagina.get_by_label("Explique em uma frase").fill("A rua é municipal; procurem a prefeitura.")
    pagina.get_by_role("button", name="Recusar e devolver à SEGOV").click()
    expect(pagina.get_by_role("heading", level=1, name="Demanda recusada")).to_be_visible()
    assert chegadas.estado(ASSUNTO_B) is EstadoEncaminhamento.RECUSADO
    assert contexto.cookies() == []
    contexto.close()
