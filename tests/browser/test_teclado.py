"""The desk without a mouse: twenty petitions routed by keys alone, three each, and no key heard while typing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.models import Orgao
from peticionamento.comum.db import db
from peticionamento.triagem.models import Encaminhamento
from peticionamento.triagem.sugestoes import services as sugestoes
from tests.browser.mesa import acordada, da_mesa, entrar, esperando
from tests.browser.olhar import olhar
from tests.fixtures.no_ar import NoAr
from tests.triagem.test_semelhantes import CAMPANHA, sobre

QUANTAS = 20
pytestmark = pytest.mark.navegador


@dataclass
class Teclado:
    """What a person's hands do, counted: nothing but keys."""

    pagina: Page
    batidas: int = 0

    def bater(self, *teclas: str) -> None:
        """Press keys, one after another; those held together count each."""
        for tecla in teclas:
            self.batidas += len(tecla.split("+"))
            self.pagina.keyboard.press(tecla)

    def escrever(self, texto: str) -> None:
        """Type."""
        self.batidas += len(texto)
        self.pagina.keyboard.type(texto)


@pytest.fixture
def teclado(pagina: Page) -> Teclado:
    """The keys of that page."""
    return Teclado(pagina)


def roteadas(servidor: NoAr, sigla: str) -> int:
    with servidor.app.app_context():
        consulta = select(func.count()).select_from(Encaminhamento).join(Orgao).where(Orgao.sigla == sigla)
        return db.session().execute(consulta).scalar_one()


def na_mao(pagina: Page) -> str:
    """What the hands are on, in its own words."""
    return str(pagina.evaluate("document.activeElement.textContent.trim()"))


def test_twenty_petitions_are_routed_by_keyboard_alone_in_three_keys_each(teclado: Teclado, servidor: NoAr) -> None:
    pagina = teclado.pagina
    with servidor.app.app_context():
        carregar_cadastros()
        sugestoes.treinar_de_arquivo([])
    esperando(servidor, [f"Leitos de UTI do hospital {n:02d}" for n in range(QUANTAS)])
    entrar(pagina, da_mesa(servidor, "Ana Dias"))
    teclado.bater("e")
    expect(pagina.get_by_role("button", name="Assumir")).to_be_visible()
    acordada(pagina)
    teclado.bater("e")
    for _ in range(QUANTAS):
        expect(pagina.get_by_text(re.compile("Com você até")).first).to_be_visible()
        acordada(pagina)
        assunto = pagina.get_by_role("heading", level=1).inner_text()
        antes = teclado.batidas
        teclado.bater("1", "Control+Enter")
        expect(pagina.get_by_text(f"“{assunto}” encaminhada à SES.")).to_be_visible()
        assert teclado.batidas - antes == 3
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Nenhuma demanda aguarda triagem")
    assert roteadas(servidor, "SES") == QUANTAS


def test_inside_the_agencys_field_a_number_still_takes_the_suggestion(teclado: Teclado, servidor: NoAr) -> None:
    pagina = teclado.pagina
    with servidor.app.app_context():
        carregar_cadastros()
        sugestoes.treinar_de_arquivo([])
    esperando(servidor, ["Leitos de UTI do hospital"])
    entrar(pagina, da_mesa(servidor, "Ana Dias"))
    teclado.bater("e")
    expect(pagina.get_by_role("button", name="Assumir")).to_be_visible()
    acordada(pagina)
    teclado.bater("e")
    expect(pagina.get_by_text(re.compile("Com você até")).first).to_be_visible()
    acordada(pagina)
    teclado.bater("e", "1")
    expect(pagina.get_by_role("button", name="Encaminhar à SES")).to_be_visible()
    expect(pagina.get_by_label("Buscar órgão")).to_have_value("")
    teclado.bater("Escape", "1")
    expect(pagina.get_by_role("button", name="Encaminhar", exact=True)).to_be_visible()
    teclado.bater("1", "Control+Enter")
    expect(pagina.get_by_text("“Leitos de UTI do hospital” encaminhada à SES.")).to_be_visible()


def test_without_a_suggestion_the_agency_is_typed(teclado: Teclado, servidor: NoAr) -> None:
    pagina = teclado.pagina
    esperando(servidor, ["Ponte que caiu"])
    entrar(pagina, da_mesa(servidor, "Bia"))
    teclado.bater("j", "Enter")
    expect(pagina.get_by_role("heading", level=1, name="Ponte que caiu")).to_be_visible()
    acordada(pagina)
    teclado.bater("e")
    expect(pagina.get_by_text(re.compile("Com você até")).first).to_be_visible()
    acordada(pagina)
    teclado.bater("e")
    teclado.escrever("der-mg")
    teclado.bater("Enter")
    expect(pagina.get_by_role("button", name="Encaminhar ao DER-MG")).to_be_visible()
    teclado.bater("Control+Enter")
    expect(pagina.get_by_text("“Ponte que caiu” encaminhada ao DER-MG.")).to_be_visible()
    assert roteadas(servidor, "DER-MG") == 1


def test_keys_are_letters_while_somebody_types(teclado: Teclado, servidor: NoAr, tmp_path: Path) -> None:
    pagina = teclado.pagina
    esperando(servidor, ["Uma", "Outra"])
    entrar(pagina, da_mesa(servidor, "Caio"))
    teclado.bater("e")
    expect(pagina.get_by_role("button", name="Assumir")).to_be_visible()
    acordada(pagina)
    teclado.bater("e")
    expect(pagina.get_by_text(re.compile("Com você até")).first).to_be_visible()
    acordada(pagina)
    endereco = pagina.url
    teclado.bater("d")
    expect(pagina.get_by_label("O que o autor precisa esclarecer")).to_be_focused()
    teclado.escrever("jkxeda/?1s")
    expect(pagina.get_by_label("O que o autor precisa esclarecer")).to_have_value("jkxeda/?1s")
    assert pagina.url == endereco
    expect(pagina.get_by_role("dialog")).to_have_count(0)
    expect(pagina.locator(".marcadas")).to_be_hidden()
    olhar(pagina, "triagem-mesa-teclado", tmp_path)


def test_marked_rows_are_kept_from_page_to_page_and_let_go(teclado: Teclado, servidor: NoAr, tmp_path: Path) -> None:
    pagina = teclado.pagina
    esperando(servidor, [f"Pedido {n:02d}" for n in range(60)])
    entrar(pagina, da_mesa(servidor, "Davi"))
    teclado.bater("j", "x", "j", "x", "j", "x", "x")
    expect(pagina.get_by_text("2 marcadas")).to_be_visible()
    olhar(pagina, "triagem-marcadas", tmp_path)
    pagina.get_by_role("link", name="Próxima página").click()
    acordada(pagina)
    teclado.bater("j", "x")
    expect(pagina.get_by_text("3 marcadas")).to_be_visible()
    enviadas = pagina.evaluate("new FormData(document.getElementById('marcadas')).getAll('demandas')")
    assert len(set(enviadas)) == 3
    pagina.goto("/triagem")
    acordada(pagina)
    expect(pagina.locator(".fila :checked")).to_have_count(2)
    pagina.get_by_role("button", name="Desmarcar").click()
    expect(pagina.locator(".marcadas")).to_be_hidden()
    expect(pagina.locator(".fila :checked")).to_have_count(0)


def test_a_campaign_walks_and_is_marked_as_one_row(teclado: Teclado, servidor: NoAr, tmp_path: Path) -> None:
    pagina, onde = teclado.pagina, "aba=todas&q=diamantino"
    esperando(servidor, ["Antes do trecho diamantino"])
    with servidor.app.app_context():
        ids = [sobre(f"Trecho diamantino {n}", CAMPANHA, m).id for n, m in enumerate(("Carbonita", "Serro", "Berilo"))]
    esperando(servidor, ["Depois do trecho diamantino"])
    entrar(pagina, da_mesa(servidor, "Gil"))
    pagina.goto(f"/triagem?{onde}")
    acordada(pagina)
    teclado.bater("j", "j")
    assert na_mao(pagina) == "Trecho diamantino 2"
    teclado.bater("x")
    expect(pagina.get_by_text("3 marcadas")).to_be_visible()
    teclado.bater("j")
    assert na_mao(pagina) == "Antes do trecho diamantino"
    teclado.bater("k")
    assert na_mao(pagina) == "Trecho diamantino 2"
    olhar(pagina, "triagem-campanha-na-fila", tmp_path)
    enviadas = pagina.evaluate("new FormData(document.getElementById('marcadas')).getAll('demandas')")
    assert sorted(map(int, enviadas)) == sorted(ids)

    for modo in ("tabela", "quadro"):
        pagina.goto(f"/triagem/{modo}?{onde}")
        pagina.get_by_text("Mais 2 nesta").click()
        olhar(pagina, f"triagem-{modo}-campanha", tmp_path)
    pagina.goto(f"/triagem?{onde}")
    acordada(pagina)
    pagina.get_by_text("Mais 2 nesta página").click()
    pagina.get_by_role("checkbox", name="Marcar “Trecho diamantino 0”").uncheck()
    expect(pagina.get_by_text("2 marcadas")).to_be_visible()
    assert pagina.locator("[data-marca-todas]").evaluate("(caixa) => caixa.indeterminate")
    pagina.get_by_role("link", name="Trecho diamantino 0").focus()
    teclado.bater("x")
    expect(pagina.locator(".marcadas")).to_be_hidden()
    teclado.bater("x")
    expect(pagina.get_by_text("3 marcadas")).to_be_visible()
    teclado.bater("Enter")
    expect(pagina.get_by_role("heading", level=1, name="Trecho diamantino 0")).to_be_visible()
    expect(pagina.locator("details.dobradas")).to_have_attribute("open", "")


def test_what_was_marked_is_decided_in_bulk_and_then_forgotten(teclado: Teclado, servidor: NoAr) -> None:
    pagina = teclado.pagina
    esperando(servidor, ["Uma das marcadas", "Outra das marcadas"])
    entrar(pagina, da_mesa(servidor, "Fábio"))
    pagina.goto("/triagem?q=marcadas")
    acordada(pagina)
    teclado.bater("j", "x", "j", "x")
    pagina.get_by_role("button", name="Decidir em lote").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("2 demandas marcadas")
    pagina.get_by_role("button", name="Encaminhar").click()
    pagina.get_by_role("checkbox", name=re.compile(r"^DER-MG\b")).check()
    pagina.get_by_role("button", name="Conferir o que acontece").click()
    pagina.get_by_role("button", name="Encaminhar 2 demandas").click()
    expect(pagina.get_by_text("Uma das marcadas")).to_be_visible()
    acordada(pagina)
    pagina.get_by_role("link", name="Voltar à fila").click()
    acordada(pagina)
    expect(pagina.locator(".marcadas")).to_be_hidden()


def test_the_help_says_every_key_and_switches_the_letters_off(teclado: Teclado, servidor: NoAr, tmp_path: Path) -> None:
    pagina = teclado.pagina
    esperando(servidor, ["Mais uma"])
    entrar(pagina, da_mesa(servidor, "Eva"))
    teclado.bater("?")
    ajuda = pagina.get_by_role("dialog", name="Teclas da mesa")
    for tecla in ("j", "k", "x", "/", "Enter", "?"):
        expect(ajuda.locator("kbd", has_text=re.compile(rf"^{re.escape(tecla)}$")).first).to_be_visible()
    olhar(pagina, "triagem-ajuda", tmp_path)
    ajuda.get_by_label("Usar teclas de uma letra").uncheck()
    teclado.bater("Escape")
    teclado.bater("j", "x")
    expect(pagina.locator(".marcadas")).to_be_hidden()
