"""Two browsers on one demand: each sees the other within seconds, one decision wins, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora
from peticionamento.triagem.models import Demanda
from tests.browser.mesa import acordada, da_mesa, entrar, esperando
from tests.browser.olhar import olhar
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr

pytestmark = pytest.mark.navegador

VISTO_MS = 5000
"""Within how long everybody sees who is on what."""
ESCRITO = "Informar o cronograma que a Carla pediu, com o custo de cada etapa."

Sentar = Callable[..., Page]


@pytest.fixture
def sentar(navegador: Browser, servidor: NoAr) -> Iterator[Sentar]:
    """`sentar(nome)`: somebody at the desk in a browser of their own; no page may err."""
    contextos: list[BrowserContext] = []
    erros: list[str] = []

    def nova(nome: str, *, coordena: bool = False) -> Page:
        contexto = navegador.new_context(base_url=servidor.url, locale="pt-BR", timezone_id="America/Sao_Paulo")
        contexto.set_default_timeout(ESPERA_MS)
        contexto.on("weberror", lambda erro: erros.append(str(erro.error)))
        contextos.append(contexto)
        pagina = contexto.new_page()
        pagina.set_viewport_size({"width": 1280, "height": 900})
        return entrar(pagina, da_mesa(servidor, nome, coordena=coordena))

    yield nova
    for contexto in contextos:
        contexto.close()
    assert not erros, f"erros de JavaScript: {erros}"


def abrir(pagina: Page, demanda_id: int) -> None:
    pagina.goto(f"/triagem/{demanda_id}")
    acordada(pagina)


def assumir(pagina: Page, nome: str = "Assumir") -> None:
    pagina.get_by_role("button", name=nome).click()
    expect(pagina.get_by_text(re.compile("Com você até")).first).to_be_visible()
    acordada(pagina)


def test_everybody_sees_who_is_on_what_within_five_seconds(sentar: Sentar, servidor: NoAr) -> None:
    (demanda_id,) = esperando(servidor, ["Ponte do Jequitinhonha"])
    ana, bruno = sentar("Ana Dias"), sentar("Bruno")
    abrir(ana, demanda_id)
    linha = bruno.locator(f'[data-demanda="{demanda_id}"]')
    expect(linha).not_to_contain_text("Lendo")
    assumir(ana)
    expect(linha).to_contain_text("Lendo: Ana Dias", timeout=VISTO_MS)
    ana.get_by_role("button", name="Soltar").click()
    expect(linha).not_to_contain_text("Lendo", timeout=VISTO_MS)


@pytest.mark.parametrize("onde", ["tabela", "quadro"])
def test_the_table_and_the_board_show_it_within_five_seconds_too(sentar: Sentar, servidor: NoAr, onde: str) -> None:
    (demanda_id,) = esperando(servidor, ["Ponte do Jequitinhonha"])
    ana, bruno = sentar("Ana Dias"), sentar("Bruno")
    abrir(ana, demanda_id)
    bruno.goto(f"/triagem/{onde}")
    acordada(bruno)
    lugar = bruno.locator(f'[data-demanda="{demanda_id}"] [data-lendo]')
    expect(lugar).to_be_empty()
    assumir(ana)
    expect(lugar).to_have_text("Lendo: Ana Dias", timeout=VISTO_MS)
    bruno.reload()
    expect(lugar).to_have_text("Lendo: Ana Dias", timeout=1)  # drawn by the server, too
    ana.get_by_role("button", name="Soltar").click()
    expect(lugar).to_be_empty(timeout=VISTO_MS)


def test_who_decides_second_is_warned_then_refused_and_keeps_the_text(
    sentar: Sentar, servidor: NoAr, tmp_path: Path
) -> None:
    (demanda_id,) = esperando(servidor, ["Leitos de UTI"])
    ana, carla = sentar("Ana Dias"), sentar("Carla Reis", coordena=True)
    abrir(ana, demanda_id)
    assumir(ana)
    abrir(carla, demanda_id)
    assumir(carla, "Assumir o lugar")
    aviso = ana.locator('[data-aviso="mudou"]')
    expect(aviso).to_contain_text("Carla Reis", timeout=VISTO_MS)
    expect(aviso).to_contain_text("Assumiu a triagem no lugar de Ana Dias.")

    ana.goto(f"/triagem/{demanda_id}")
    expect(ana.get_by_text(re.compile("Com Carla Reis até"))).to_be_visible()
    outra = carla.context.new_page()
    abrir(outra, demanda_id)
    carla.get_by_label("Instrução ao órgão").fill(ESCRITO)
    outra.get_by_role("checkbox", name=re.compile(r"^SES\b")).check()
    outra.get_by_role("button", name="Encaminhar à SES").click()
    expect(outra.get_by_text("“Leitos de UTI” encaminhada à SES.")).to_be_visible()

    expect(carla.locator('[data-aviso="mudou"]')).to_contain_text("Encaminhou à SES.", timeout=VISTO_MS)
    expect(carla.get_by_label("Instrução ao órgão")).to_have_value(ESCRITO)
    olhar(carla, "triagem-mudou", tmp_path)
    carla.get_by_role("checkbox", name=re.compile(r"^DER-MG\b")).check()
    carla.get_by_role("button", name="Encaminhar ao DER-MG").click()
    expect(carla.get_by_role("heading", name="O que você tinha escrito")).to_be_visible()
    expect(carla.get_by_label("Instrução ao órgão")).to_have_value(ESCRITO)
    expect(carla.get_by_text(re.compile(r"Carla Reis, .*Encaminhou à SES\.")).first).to_be_visible()
    olhar(carla, "triagem-colisao", tmp_path)
    with servidor.app.app_context():
        demanda = db.session().get_one(Demanda, demanda_id)
        assert [e.orgao.sigla for e in demanda.encaminhamentos] == ["SES"]


def test_reading_on_keeps_the_claim_and_leaving_lets_it_end(sentar: Sentar, servidor: NoAr) -> None:
    (demanda_id,) = esperando(servidor, ["Estrada vicinal"])
    ana = sentar("Ana")
    abrir(ana, demanda_id)
    assumir(ana)
    ana.clock.install()
    renovou = "**/renovar"
    # The first page's own sign is not waited for; the clock would end it half-way, and it would be sent again.
    ana.goto("about:blank")
    with ana.expect_response(renovou) as primeira:
        abrir(ana, demanda_id)
    primeira.value.finished()
    pedidos: list[str] = []
    ana.on("request", lambda pedido: pedidos.append(pedido.url) if pedido.url.endswith("/renovar") else None)
    ana.clock.run_for(181_000)
    assert pedidos == [], "nobody touched anything"
    ana.mouse.move(300, 300)
    ana.mouse.move(340, 320, steps=4)
    with ana.expect_response(renovou) as resposta:
        ana.clock.run_for(61_000)
    assert resposta.value.ok
    with servidor.app.app_context():
        ate = db.session().get_one(Demanda, demanda_id).reservada_ate
        assert ate is not None
        assert (ate - agora()).total_seconds() > 29 * 60


def test_a_page_nobody_looks_at_asks_nothing(sentar: Sentar, servidor: NoAr) -> None:
    ana = sentar("Ana")
    pedidos: list[str] = []
    with ana.expect_response("**/presencas*"):
        ana.reload()
    ana.evaluate("""() => {
        Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    ana.wait_for_timeout(500)
    ana.on("request", lambda pedido: pedidos.append(pedido.url))
    ana.wait_for_timeout(VISTO_MS)
    assert pedidos == []
    with ana.expect_response("**/presencas*"):
        ana.evaluate("""() => {
            Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""")
