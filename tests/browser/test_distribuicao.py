"""The panel in a real browser: a pause, a failure, a new try, another address; and it told the truth all along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from peticionamento.comum.db import transaction
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models_painel import Hora
from tests.browser import mesa
from tests.browser.olhar import olhar
from tests.factories import distribuicao, peticoes, triagem
from tests.fixtures.correio import Modo
from tests.fixtures.no_ar import NoAr

ASSUNTO = "Ampliação da quadra da escola estadual"
MOTIVO = "Troca do servidor de e-mail da secretaria."
DEVAGAR_MS = 30_000


@pytest.fixture
def encaminhada(servidor: NoAr) -> Iterator[int]:
    """A demand sent to an agency with an e-mail address, at once; the servers as they were after it."""
    with servidor.app.app_context():
        distribuicao.com_email("SES")
        _um_mes()
        yield triagem.distribuida(["SES"], peticao=peticoes.protocolada(assunto=ASSUNTO)).peticao_id
    servidor.smtp.modo = Modo.ACEITAR


def _um_mes() -> None:
    """Hours enough for the plots to show something."""
    hora = agora().replace(minute=0, second=0, microsecond=0)
    with transaction() as session:
        for n in range(2, 30 * 24):
            quando = hora - timedelta(hours=n)
            if 11 <= quando.hour <= 22:
                session.add(
                    Hora(
                        inicio_em=quando, entregues=20 + (n * 7) % 31, falhas=5 if n % 11 == 0 else 0,
                        mediana_s=0.3, p95_s=0.9 + n % 3,
                    )
                )  # fmt: skip


def _painel(pagina: Page) -> Page:
    pagina.goto("/distribuicao")
    mesa.acordada(pagina)
    return pagina


def _linha(pagina: Page, assunto: str = ASSUNTO) -> Locator:
    return pagina.locator("#pendentes tr", has_text=assunto)


@pytest.mark.navegador
def test_a_pause_a_failure_a_new_try_and_another_address(
    pagina: Page, servidor: NoAr, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    mesa.entrar(pagina, mesa.da_mesa(servidor, "Carla", coordena=True))
    _pausar(pagina, servidor, tmp_path)
    request.getfixturevalue("encaminhada")
    _espera_em_pausa(pagina, tmp_path)
    servidor.smtp.modo = Modo.RECUSAR
    _retomar_e_falhar(pagina, tmp_path)
    _tentar_de_novo(pagina)
    servidor.smtp.modo = Modo.ACEITAR
    _mudar_o_endereco(pagina, servidor, tmp_path)


def _pausar(pagina: Page, servidor: NoAr, pasta: Path) -> None:
    _painel(pagina).get_by_role("link", name="Pausar canal ou órgão").click()
    pagina.get_by_label("Canal").select_option("E-mail")
    pagina.get_by_role("button", name="Pausar as entregas").click()
    expect(pagina.get_by_text("Diga o motivo.").first).to_be_visible()
    pagina.get_by_label("Motivo").fill(MOTIVO)
    pagina.get_by_role("button", name="Pausar as entregas").click()
    expect(pagina.get_by_text("E-mail: em pausa. O que espera fica na fila.")).to_be_visible()
    expect(pagina.locator("#paradas")).to_contain_text(MOTIVO)
    pagina.goto("/distribuicao/pausas")
    olhar(pagina, "distribuicao-pausas", pasta)


def _espera_em_pausa(pagina: Page, pasta: Path) -> None:
    """The inbox has it, the message waits and says why; the panel found that out by itself."""
    _painel(pagina)
    expect(_linha(pagina)).to_have_count(1, timeout=DEVAGAR_MS)
    expect(_linha(pagina)).to_contain_text("Em pausa por Carla")
    expect(_linha(pagina)).to_contain_text("quando a pausa acabar")
    olhar(pagina, "distribuicao-em-pausa", pasta)


def _retomar_e_falhar(pagina: Page, pasta: Path) -> None:
    _painel(pagina).locator("#paradas").get_by_role("button", name="Retomar").click()
    expect(pagina.get_by_text("E-mail: de volta.")).to_be_visible()
    # Not asked again: the panel draws itself anew.
    expect(_linha(pagina)).to_contain_text("Espera uma pessoa", timeout=DEVAGAR_MS)
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("menos 1")
    pagina.locator("#pendentes summary").first.click()
    expect(pagina.locator("#pendentes pre").first).to_contain_text("55")
    olhar(pagina, "distribuicao-falha", pasta)


def _tentar_de_novo(pagina: Page) -> None:
    _linha(pagina).get_by_role("button", name=re.compile("^Tentar de novo")).click()
    expect(pagina.get_by_text("posta de novo na fila")).to_be_visible()
    expect(_linha(pagina)).to_contain_text("Espera uma pessoa", timeout=DEVAGAR_MS)


def _mudar_o_endereco(pagina: Page, servidor: NoAr, pasta: Path) -> None:
    _linha(pagina).get_by_role("link", name=re.compile("^Decidir")).click()
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Não chegou à SES por e-mail")
    olhar(pagina, "distribuicao-entrega", pasta)
    mudar = pagina.get_by_role("region", name="Mudar o destino")
    mudar.get_by_label("Endereço de e-mail").fill("sem arroba")
    mudar.get_by_label("Motivo").fill("O endereço mudou.")
    mudar.get_by_role("button", name="Mudar e entregar").click()
    expect(pagina.get_by_text("Escreva um endereço de e-mail válido.").first).to_be_visible()
    mudar.get_by_label("Endereço de e-mail").fill("novo@ses.invalid")
    mudar.get_by_role("button", name="Mudar e entregar").click()
    expect(pagina.get_by_text("A entrega segue à SES por e-mail (novo@ses.invalid).")).to_be_visible()
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Tudo entregue", timeout=DEVAGAR_MS)
    para = [str(m["To"]) for m in servidor.smtp.mensagens if ASSUNTO in str(m["Subject"])]
    assert "novo@ses.invalid" in para
    assert "ses@orgao.invalid" not in para


@pytest.mark.navegador
def test_all_of_a_filter_at_once(pagina: Page, servidor: NoAr, tmp_path: Path) -> None:
    with servidor.app.app_context():
        distribuicao.com_email("SEE")
        servidor.smtp.modo = Modo.RECUSAR
        for n in range(2):
            triagem.distribuida(["SEE"], peticao=peticoes.protocolada(assunto=f"Reforma número {n}"))
    mesa.entrar(pagina, mesa.da_mesa(servidor, "Célia", coordena=True))
    _painel(pagina)
    expect(_linha(pagina, "Reforma")).to_have_count(2, timeout=DEVAGAR_MS)
    for n in range(2):
        expect(_linha(pagina, f"Reforma número {n}")).to_contain_text("Espera uma pessoa", timeout=DEVAGAR_MS)
    pagina.locator("#filtro").get_by_role("textbox", name="Órgão").fill("SEE")
    pagina.locator("#filtro select[name=canal]").select_option("E-mail")
    pagina.locator("#filtro").get_by_role("button", name="Filtrar").click()
    pagina.get_by_role("link", name="Agir sobre todas as que o filtro mostra").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("2 entregas pendentes")
    pagina.get_by_role("button", name="Fazer com todas").click()
    expect(pagina.get_by_text("Escolha o que fazer.").first).to_be_visible()
    pagina.get_by_label("Desistir").check()
    pagina.get_by_label("Motivo").fill("A secretaria já recebeu pela caixa interna.")
    olhar(pagina, "distribuicao-em-lote", tmp_path)
    pagina.get_by_role("button", name="Fazer com todas").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("2 feitas.")
    olhar(pagina, "distribuicao-em-lote-resultado", tmp_path)
    pagina.get_by_role("link", name="← Distribuição").click()
    expect(pagina.get_by_text("Nenhuma entrega pendente à SEE.")).to_be_visible()
    servidor.smtp.modo = Modo.ACEITAR
