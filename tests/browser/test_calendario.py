"""The calendar in a real browser: a day put in, a spreadsheet, an outage; and an open term that moves by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from peticionamento.cadastros.models import Municipio
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import memoria
from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora, dia_por_extenso, hoje
from peticionamento.demonstracao import carga
from peticionamento.demonstracao.pessoas import DOMINIO, SENHA
from peticionamento.triagem.models import Demanda
from tests.browser.olhar import olhar
from tests.factories import contas, peticoes, triagem
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr, esperar

Entrar = Callable[[str], Page]


@pytest.fixture
def entrar(navegador: Browser, servidor: NoAr) -> Entrar:
    """Sign somebody of the demonstration in."""

    def entra(apelido: str) -> Page:
        contexto = navegador.new_context(base_url=servidor.url, locale="pt-BR", timezone_id="America/Sao_Paulo")
        contexto.set_default_timeout(ESPERA_MS)
        pagina = contexto.new_page()
        pagina.set_viewport_size({"width": 1280, "height": 900})
        pagina.goto("/entrar")
        pagina.get_by_label("CPF ou e-mail").fill(f"{apelido}@{DOMINIO}")
        pagina.get_by_label("Senha").fill(SENHA)
        pagina.get_by_role("button", name="Entrar").click()
        expect(pagina.get_by_role("button", name="Sair")).to_be_visible()
        return pagina

    return entra


@pytest.mark.navegador
def test_a_day_put_in_the_calendar_moves_an_open_term_and_says_so(
    entrar: Entrar, servidor: NoAr, tmp_path: Path
) -> None:
    with servidor.app.app_context():
        carga.carregar(20)
        demanda = triagem.demanda(peticoes.protocolada(contas.deputada("Beatriz Moura Sá"), assunto="Ponte nova"))
        era, chave, ponto = demanda.vence_dia, demanda.id, calendario_local().somar(hoje(), 2)
        cidade = db.session().execute(select(Municipio.nome).where(~Municipio.capital).limit(1)).scalar_one()
    pagina = entrar("administracao")
    pagina.get_by_role("link", name="Cadastros").click()
    pagina.get_by_role("link", name="Calendário").click()
    pagina.get_by_role("link", name="Novo dia").click()
    pagina.get_by_label("Dia").fill(ponto.isoformat())
    pagina.get_by_label("Nome").fill("Véspera")
    pagina.get_by_label("O que é").select_option("Ponto facultativo")
    olhar(pagina, "cadastros-dia", tmp_path)
    pagina.get_by_role("button", name="Salvar").click()
    expect(pagina.get_by_text("Informe o ato: sem decreto").first).to_be_visible()
    pagina.get_by_label("Lei ou decreto").fill("Decreto nº 48.999")
    pagina.get_by_role("button", name="Salvar").click()
    expect(pagina.get_by_text("Os prazos abertos são recontados em instantes.")).to_be_visible()
    _importar(pagina, tmp_path, cidade)
    pagina.goto(f"/cadastros/calendario?ano={ponto.year}")
    expect(pagina.get_by_role("link", name="Véspera")).to_be_visible()
    olhar(pagina, "cadastros-calendario", tmp_path)
    _indisponibilidade(pagina, tmp_path)

    def mudou() -> bool:
        with servidor.app.app_context():
            memoria.esquecer()
            vence = db.session().execute(select(Demanda.vence_dia).where(Demanda.id == chave)).scalar_one()
            return bool(vence == calendario_local().somar(era, 1))

    esperar(mudou, que="a recontagem")
    pagina.goto("/cadastros/calendario/historico")
    olhar(pagina, "cadastros-calendario-historico", tmp_path)
    mesa = entrar("triagem1")
    mesa.goto(f"/triagem/{chave}")
    mesa.locator(".prazo-da-triagem summary").click()
    expect(mesa.get_by_text(f"{dia_por_extenso(ponto)} não conta: ponto facultativo, Véspera")).to_be_visible()
    olhar(mesa, "triagem-prazo", tmp_path)


def _importar(pagina: Page, pasta: Path, cidade: str) -> None:
    """A spreadsheet with a good line and a bad one: read, seen, put in."""
    planilha = pasta / "dias.csv"
    planilha.write_text(
        f"dia;nome;tipo;ato;municipio\n02/12/2027;Padroeira;;;{cidade}\n31/02/2027;Errado;;;\n", encoding="utf-8"
    )
    pagina.get_by_role("link", name="Importar planilha").click()
    olhar(pagina, "cadastros-calendario-importar", pasta)
    pagina.get_by_label("Planilha .xlsx ou .csv").set_input_files(planilha)
    pagina.get_by_role("button", name="Ler a planilha").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("1 dia pronto, 1 linha com erro.")
    olhar(pagina, "cadastros-calendario-previa", pasta)
    pagina.get_by_role("button", name="Incluir 1 dia no calendário").click()
    expect(pagina.get_by_text("1 dia incluído no calendário.")).to_be_visible()


def _indisponibilidade(pagina: Page, pasta: Path) -> None:
    """An outage of yesterday."""
    ontem = agora() - timedelta(days=1)
    pagina.get_by_role("link", name="Indisponibilidades").click()
    pagina.get_by_label("Parou em").fill(f"{ontem:%Y-%m-%d}T09:00")
    pagina.get_by_label("Voltou em").fill(f"{ontem:%Y-%m-%d}T11:30")
    pagina.get_by_label("O que aconteceu").fill("Queda de energia")
    pagina.get_by_label("O que comprova", exact=True).fill("Chamado 4711")
    pagina.get_by_role("button", name="Registrar").click()
    expect(pagina.get_by_text("Indisponibilidade registrada. Os prazos")).to_be_visible()
    expect(pagina.get_by_text("Adia prazos")).to_be_visible()
    olhar(pagina, "cadastros-indisponibilidades", pasta)
