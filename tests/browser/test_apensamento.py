"""A campaign joined and one demand joined by its number, in a real browser, without a mouse where it can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.olhar import olhar
from tests.factories import contas, peticoes, triagem
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr
from tests.triagem.test_semelhantes import CAMPANHA, LEITOS, sobre


@pytest.fixture
def mesa(navegador: Browser, servidor: NoAr) -> Iterator[tuple[Page, dict[str, str]]]:
    """The desk in Chromium: three deputies with one text, and one of them in the hands of who is signed in."""
    with servidor.app.app_context():
        triador = contas.triador("Caio Menezes")
        primeira = triagem.em_triagem(triador, sobre("Recapeamento da MG-114", CAMPANHA).peticao)
        for lugar in ("Itamarandiba", "Carbonita"):
            sobre(f"MG-114 em {lugar}", CAMPANHA, lugar)
        leitos = sobre("Leitos de UTI neonatal", LEITOS)
        mais = triagem.em_triagem(triador, peticoes.protocolada(assunto="Leitos de UTI"))
        email = triador.email
        dados = {
            "primeira": f"/triagem/{primeira.id}",
            "mais": f"/triagem/{mais.id}",
            "numero": str(leitos.peticao.numero),
        }
    contexto = navegador.new_context(base_url=servidor.url, locale="pt-BR")
    contexto.set_default_timeout(ESPERA_MS)
    pagina = contexto.new_page()
    estranhezas: list[str] = []
    pagina.on("pageerror", lambda erro: estranhezas.append(str(erro)))
    pagina.on("console", lambda fala: estranhezas.append(fala.text) if "Policy" in fala.text else None)
    pagina.goto("/entrar")
    pagina.get_by_label("CPF ou e-mail").fill(email)
    pagina.get_by_label("Senha").fill(contas.SENHA)
    pagina.get_by_role("button", name="Entrar").click()
    expect(pagina.get_by_role("button", name="Sair")).to_be_visible()
    yield pagina, dados
    contexto.close()
    assert estranhezas == []


@pytest.mark.navegador
def test_a_campaign_is_joined_and_another_demand_by_its_number(
    mesa: tuple[Page, dict[str, str]], tmp_path: Path
) -> None:
    pagina, dados = mesa
    pagina.goto(dados["primeira"])
    parecidas = pagina.locator("#parecidas")
    expect(parecidas.get_by_role("link", name="MG-114 em Carbonita")).to_be_visible()
    pagina.locator("#decisao").get_by_role("link", name="campanha · 3").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("3 deputados enviaram este texto, em 3 demandas.")
    olhar(pagina, "triagem-campanha", tmp_path)
    pagina.get_by_role("button", name="Apensar as marcadas a esta").click()
    expect(pagina.get_by_text("2 demandas apensadas.")).to_be_visible()
    olhar(pagina, "triagem-campanha-reunida", tmp_path)
    pagina.get_by_role("link", name="Ir para a demanda").click()
    expect(pagina.get_by_text("2 demandas apensadas a esta")).to_be_visible()
    expect(parecidas.get_by_text("Nenhuma demanda parecida")).to_be_visible()
    olhar(pagina, "triagem-principal", tmp_path)

    pagina.goto(dados["mais"])
    expect(parecidas.get_by_role("button", name="Apensar a “Leitos de UTI neonatal”")).to_be_visible()
    pagina.keyboard.press("a")
    pagina.keyboard.type("1/1999")
    pagina.keyboard.press("Enter")
    expect(pagina.get_by_role("textbox", name=re.compile("Número do processo"))).to_have_value("1/1999")
    olhar(pagina, "triagem-apensar-recusado", tmp_path)
    pagina.get_by_role("textbox", name=re.compile("Número do processo")).fill(dados["numero"])
    pagina.keyboard.press("Enter")
    expect(pagina.get_by_text(f"apensada à demanda {dados['numero']}")).to_be_visible()
    pagina.goto(dados["mais"])
    expect(pagina.get_by_text("Apensada a outra demanda")).to_be_visible()
    olhar(pagina, "triagem-apensada", tmp_path)
    pagina.get_by_role("button", name="Desapensar").click()
    expect(pagina.get_by_text("Demanda desapensada: está com você.")).to_be_visible()
    pagina.goto(f"{dados['mais']}/parecidas")
    expect(pagina.get_by_role("heading", level=1)).to_have_text("1 demanda parecida.")
    olhar(pagina, "triagem-parecidas", tmp_path)
