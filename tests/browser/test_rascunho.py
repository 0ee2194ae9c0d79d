"""One draft on two devices, and a sign-in that ends under the hands of who types: nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from peticionamento.comum.db import db, transaction
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Sessao
from peticionamento.peticoes.models import Peticao, VersaoRascunho
from tests.browser.olhar import olhar
from tests.factories import contas, peticoes
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr, esperar

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0"
UMA_VOLTA_MS = 15_000
"""A page looks at the others every ten seconds."""


@dataclass
class Mesa:
    """A deputy with one draft, and as many devices as they like."""

    navegador: Browser
    no_ar: NoAr
    email: str
    pessoa_id: int
    peticao_id: int
    contextos: list[BrowserContext] = field(default_factory=list)
    erros: list[str] = field(default_factory=list)

    @property
    def endereco(self) -> str:
        return f"/peticoes/{self.peticao_id}/redigir"

    def aparelho(self, agente: str | None = None) -> Page:
        """A device signed in, with the draft open."""
        contexto = self.navegador.new_context(
            base_url=self.no_ar.url, locale="pt-BR", timezone_id="America/Sao_Paulo", user_agent=agente
        )
        contexto.set_default_timeout(ESPERA_MS)
        contexto.on("weberror", lambda erro: self.erros.append(str(erro.error)))
        self.contextos.append(contexto)
        pagina = contexto.new_page()
        pagina.set_viewport_size({"width": 1280, "height": 900})
        pagina.goto("/entrar")
        self.entrar(pagina)
        self.abrir(pagina)
        return pagina

    def entrar(self, pagina: Page) -> None:
        pagina.get_by_label("CPF ou e-mail").fill(self.email)
        pagina.get_by_label("Senha").fill(contas.SENHA)
        pagina.get_by_role("button", name="Entrar").click()
        expect(pagina.get_by_role("button", name="Sair")).to_be_visible()

    def abrir(self, pagina: Page) -> None:
        pagina.goto(self.endereco)
        expect(pagina.locator("html[data-pronto]")).to_be_attached()

    def sessao_acaba_em(self, quanto: timedelta) -> None:
        """Every sign-in of the person ends then."""
        with self.no_ar.app.app_context(), transaction() as session:
            todas = update(Sessao).where(Sessao.pessoa_id == self.pessoa_id)
            session.execute(todas.values(vale_ate=agora() + quanto))

    def anexar(self, nome: str) -> None:
        """Attach a file, as from a third device."""
        with self.no_ar.app.app_context():
            peticoes.com_anexo(db.session().get_one(Peticao, self.peticao_id), nome)

    def guardado(self) -> tuple[str, str]:
        """Subject and text as they are on the server."""
        with self.no_ar.app.app_context():
            peticao = db.session().get_one(Peticao, self.peticao_id)
            return peticao.assunto, peticao.texto_html

    def textos_das_versoes(self) -> list[str]:
        with self.no_ar.app.app_context():
            consulta = select(VersaoRascunho.conteudo["texto_html"].astext).where(
                VersaoRascunho.peticao_id == self.peticao_id
            )
            return list(db.session().execute(consulta).scalars())


@pytest.fixture
def mesa(navegador: Browser, servidor: NoAr) -> Iterator[Mesa]:
    with servidor.app.app_context():
        autora = contas.deputada()
        peticao = peticoes.rascunho(autora, assunto="Leitos de UTI", texto="<p>Peço leitos.</p>")
        mesa = Mesa(navegador, servidor, autora.email, autora.id, peticao.id)
    yield mesa
    for contexto in mesa.contextos:
        contexto.close()
    assert mesa.erros == []


def escrever(pagina: Page, texto: str) -> None:
    """Type at the end of the text."""
    editor = pagina.locator("trix-editor")
    editor.click()
    pagina.keyboard.press("Control+End")
    editor.press_sequentially(texto, delay=2)


@pytest.mark.navegador
def test_two_devices_on_one_draft_see_each_other_and_lose_nothing(mesa: Mesa, tmp_path: Path) -> None:
    mesa_dela, telefone = mesa.aparelho(), mesa.aparelho(FIREFOX)
    presenca = "[data-presenca-estado]"
    expect(telefone.locator(presenca)).to_have_text(re.compile("aberto também em Chrome no"), timeout=UMA_VOLTA_MS)
    expect(mesa_dela.locator(presenca)).to_have_text(
        re.compile("aberto também em Firefox no Android"), timeout=UMA_VOLTA_MS
    )

    # Different fields: both are kept, and each page shows the other's.
    mesa_dela.get_by_label("Assunto").fill("Doze leitos de UTI")
    escrever(telefone, " São para o hospital da cidade.")
    expect(telefone.get_by_label("Assunto")).to_have_value("Doze leitos de UTI", timeout=UMA_VOLTA_MS)
    expect(mesa_dela.locator("trix-editor")).to_contain_text("São para o hospital da cidade.", timeout=UMA_VOLTA_MS)
    expect(mesa_dela.locator("[data-avisos]")).to_contain_text(
        "Trazido do que foi salvo em outra aba ou outro aparelho"
    )
    assert mesa.guardado() == ("Doze leitos de UTI", "<p>Peço leitos. São para o hospital da cidade.</p>")

    # A file attached on one is on the page of the other.
    mesa.anexar("oficio.pdf")
    expect(mesa_dela.get_by_text("oficio.pdf").first).to_be_visible(timeout=UMA_VOLTA_MS)

    # The same field: one is refused, kept, and says so.
    telefone.context.set_offline(True)
    escrever(telefone, " Texto do telefone.")
    escrever(mesa_dela, " Texto da mesa.")
    esperar(lambda: "Texto da mesa." in mesa.guardado()[1], que="o texto da mesa salvo")
    telefone.context.set_offline(False)
    conflito = telefone.get_by_role("alert").filter(has_text="ficou guardado ao lado")
    expect(conflito).to_be_visible(timeout=UMA_VOLTA_MS)
    assert any("Texto do telefone." in texto for texto in mesa.textos_das_versoes())
    olhar(telefone, "rascunho-conflito", tmp_path)

    # What is typed meanwhile is kept too, and the differences are shown.
    escrever(telefone, " E mais.")
    esperar(lambda: any("do telefone. E mais." in t for t in mesa.textos_das_versoes()), que="o que se digitou depois")
    telefone.get_by_role("button", name="Ver as diferenças").click()
    expect(telefone.get_by_role("heading", level=1)).to_contain_text("O que mudou da versão")
    expect(telefone.locator("del")).to_contain_text(["retirado", "mesa."])
    olhar(telefone, "rascunho-diferencas", tmp_path)
    telefone.get_by_role("link", name="Ver lado a lado").click()
    olhar(telefone, "rascunho-lado-a-lado", tmp_path)
    telefone.get_by_role("button", name="Usar esta").click()
    expect(telefone.locator("trix-editor")).to_contain_text("Texto do telefone. E mais.")

    # The desk, which typed nothing since, follows; its own text is still among the versions.
    expect(mesa_dela.locator("trix-editor")).to_contain_text("Texto do telefone. E mais.", timeout=UMA_VOLTA_MS)
    assert any("Texto da mesa." in texto for texto in mesa.textos_das_versoes())
    mesa_dela.get_by_role("link", name="ver as versões").click()
    expect(mesa_dela.get_by_text("Não aplicada").first).to_be_visible()
    olhar(mesa_dela, "rascunho-versoes", tmp_path)


@pytest.mark.navegador
def test_the_one_that_was_refused_is_taken_over_with_one_press(mesa: Mesa) -> None:
    um, outro = mesa.aparelho(), mesa.aparelho(FIREFOX)
    outro.context.set_offline(True)
    escrever(outro, " Do segundo.")
    escrever(um, " Do primeiro.")
    esperar(lambda: "Do primeiro." in mesa.guardado()[1], que="o primeiro salvo")
    outro.context.set_offline(False)
    outro.get_by_role("button", name="Usar a minha").click()
    esperar(lambda: "Do segundo." in mesa.guardado()[1], que="o segundo no rascunho")
    expect(outro.locator("trix-editor")).to_contain_text("Peço leitos. Do segundo.")
    expect(outro.get_by_role("button", name="Usar a minha")).to_have_count(0)
    assert any("Do primeiro." in texto for texto in mesa.textos_das_versoes())


@pytest.mark.navegador
def test_a_sign_in_that_ends_in_the_middle_loses_nothing(mesa: Mesa) -> None:
    pagina = mesa.aparelho()
    mesa.sessao_acaba_em(-timedelta(minutes=1))
    escrever(pagina, " Escrito depois do fim.")
    aviso = pagina.get_by_role("alert").filter(has_text="Sua sessão terminou")
    expect(aviso).to_be_visible()
    assert "Escrito depois do fim." not in mesa.guardado()[1]
    with pagina.context.expect_page() as nova:
        aviso.get_by_role("link", name="Entrar de novo").click()
    mesa.entrar(nova.value)
    # The first page hears of it and saves by itself, with nobody touching it.
    esperar(lambda: "Escrito depois do fim." in mesa.guardado()[1], ate_s=10, que="salvo por si")
    expect(aviso).to_have_count(0)
    expect(pagina.locator("trix-editor")).to_contain_text("Escrito depois do fim.")


@pytest.mark.navegador
def test_a_page_closed_after_the_end_offers_its_text_after_signing_in(mesa: Mesa) -> None:
    pagina = mesa.aparelho()
    mesa.sessao_acaba_em(-timedelta(minutes=1))
    escrever(pagina, " Só neste aparelho.")
    expect(pagina.get_by_role("alert").filter(has_text="Sua sessão terminou")).to_be_visible()
    outra = pagina.context.new_page()
    pagina.close()
    outra.goto(mesa.endereco)
    mesa.entrar(outra)
    expect(outra.locator("html[data-pronto]")).to_be_attached()
    expect(outra.locator("trix-editor")).to_have_text("Peço leitos.")  # the last version saved
    outra.get_by_role("button", name="Recuperar o texto").click()
    expect(outra.locator("trix-editor")).to_have_text("Peço leitos. Só neste aparelho.")
    esperar(lambda: "Só neste aparelho." in mesa.guardado()[1], que="o texto recuperado salvo")


@pytest.mark.navegador
def test_the_end_is_said_before_and_one_key_puts_it_off_in_every_tab(mesa: Mesa, tmp_path: Path) -> None:
    pagina = mesa.aparelho()
    outra = pagina.context.new_page()
    mesa.sessao_acaba_em(timedelta(minutes=5, seconds=2))
    outra.goto("/conta")
    mesa.abrir(pagina)
    aviso = pagina.get_by_text(re.compile("Sua sessão termina às"))
    expect(aviso).to_be_visible()
    expect(outra.get_by_text(re.compile("Sua sessão termina às"))).to_be_visible()
    olhar(pagina, "sessao-termina", tmp_path)
    # In the middle of a word the keyboard stays where it is, and the key works from there.
    escrever(pagina, "")
    pagina.keyboard.press("F9")
    expect(pagina.get_by_text(re.compile("Você continua conectado até"))).to_be_visible()
    expect(aviso).to_have_count(0)
    expect(outra.get_by_text(re.compile("Sua sessão termina às"))).to_have_count(0)
    expect(pagina.locator("trix-editor")).to_be_focused()
    with mesa.no_ar.app.app_context():
        vale_ate = db.session().execute(select(Sessao.vale_ate).where(Sessao.pessoa_id == mesa.pessoa_id)).scalar_one()
    assert vale_ate - agora() > timedelta(hours=11)


@pytest.mark.navegador
def test_with_nothing_being_typed_enter_is_enough(mesa: Mesa) -> None:
    pagina = mesa.aparelho()
    mesa.sessao_acaba_em(timedelta(minutes=5, seconds=2))
    pagina.goto("/conta")
    expect(pagina.get_by_role("button", name="Continuar conectado")).to_be_focused()
    pagina.keyboard.press("Enter")
    expect(pagina.get_by_text(re.compile("Você continua conectado até"))).to_be_visible()
