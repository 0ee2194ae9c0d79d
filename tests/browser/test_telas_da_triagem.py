"""The pages round the desk in a real browser: coordination, table, board, bulk, campaign, suggestions, points; joined.

Each is looked at at both widths, with axe; `make telas` keeps the pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.demonstracao import carga
from peticionamento.demonstracao.pessoas import DOMINIO, SENHA
from peticionamento.triagem import apensamento, services
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoEncaminhamento
from tests.browser.mesa import acordada
from tests.browser.olhar import olhar
from tests.factories import contas, triagem
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr, esperar
from tests.triagem.test_semelhantes import CAMPANHA, sobre

Entrar = Callable[[str], Page]
CAMPANHAS = {
    "Itamarandiba": ("Lúcia Antunes Prado", "Recapeamento da MG-114"),
    "Carbonita": ("Rui Sampaio Leal", "MG-114 no trecho de Carbonita"),
    "Capelinha": ("Iracema Duarte", "Rodovia MG-114, interditada desde a enchente"),
}
VERTEDOURO = "<p>O vertedouro da barragem {} precisa de vistoria antes das chuvas de janeiro.</p>"
BARRAGENS = ("de Peti", "do Funil", "de Salto Grande", "de Nova Ponte")
HOSPITAIS = {
    "Almenara": ("Noêmia Vilela", "<p>Peço oito leitos de retaguarda no hospital de Almenara, hoje sem nenhum.</p>"),
    "Jequitinhonha": (
        "Aldo Ferraz Pinto",
        "<p>Os pacientes de Jequitinhonha esperam leito em cadeiras; peço ampliar a enfermaria.</p>",
    ),
    "Pedra Azul": (
        "Selma Queiroga",
        "<p>O hospital de Pedra Azul fecha a enfermaria aos domingos por falta de leito e de pessoal.</p>",
    ),
}


@dataclass
class Palco:
    """The program on the air with a small demonstration in it, and what these pages need besides."""

    no_ar: NoAr
    campanha: int
    """A demand of a campaign of three deputies."""
    encaminhamento: int
    """At SES: a demand that two others are joined to."""


@pytest.fixture(scope="module")
def palco(servidor: NoAr) -> Palco:
    """Set the stage."""
    with servidor.app.app_context():
        carga.carregar(45)
        otilia = contas.triador("Otília Nunes")
        da_campanha = [
            sobre(assunto, CAMPANHA, lugar, contas.deputada(quem)) for lugar, (quem, assunto) in CAMPANHAS.items()
        ]
        autora = contas.deputada("Beatriz Moura Sá")
        barragens = [sobre(f"Vistoria na barragem {qual}", VERTEDOURO.format(qual), autor=autora) for qual in BARRAGENS]
        assumir(barragens[-1], otilia)
        principal, *outras = [
            assumir(sobre(f"Leitos em {lugar}", pedido, lugar, contas.deputada(quem)), otilia)
            for lugar, (quem, pedido) in HOSPITAIS.items()
        ]
        services.distribuir(principal.id, [triagem.destino("SES")], por=otilia, versao=principal.versao, agora=agora())
        for outra in outras:
            apensamento.apensar(outra.id, principal.id, por=otilia, versao=outra.versao, agora=agora())
        palco = Palco(servidor, da_campanha[0].id, principal.encaminhamentos[0].id)
        esperar(lambda: entregue(palco.encaminhamento), que="a entrega à SES")
        return palco


def assumir(demanda: Demanda, por: Pessoa) -> Demanda:
    """Put it in the person's hands."""
    return services.assumir(demanda.id, por=por, versao=demanda.versao, agora=agora())


def entregue(encaminhamento_id: int) -> bool:
    """Whether the worker has carried it."""
    db.session.remove()
    return db.session().get_one(Encaminhamento, encaminhamento_id).estado is EstadoEncaminhamento.ENTREGUE


@pytest.fixture
def entrar(navegador: Browser, palco: Palco) -> Iterator[Entrar]:
    """Sign somebody of the demonstration in, in a profile of their own; at the end no page has erred."""
    contextos: list[BrowserContext] = []
    erros: list[str] = []

    def entra(apelido: str) -> Page:
        contexto = navegador.new_context(base_url=palco.no_ar.url, locale="pt-BR", timezone_id="America/Sao_Paulo")
        contexto.set_default_timeout(ESPERA_MS)
        contexto.on("weberror", lambda erro: erros.append(str(erro.error)))
        contextos.append(contexto)
        pagina = contexto.new_page()
        pagina.on("console", lambda fala: erros.append(fala.text) if "Security Policy" in fala.text else None)
        pagina.set_viewport_size({"width": 1280, "height": 900})
        pagina.goto("/entrar")
        pagina.get_by_label("CPF ou e-mail").fill(f"{apelido}@{DOMINIO}")
        pagina.get_by_label("Senha").fill(SENHA)
        pagina.get_by_role("button", name="Entrar").click()
        expect(pagina.get_by_role("button", name="Sair")).to_be_visible()
        return pagina

    yield entra
    for contexto in contextos:
        contexto.close()
    assert erros == []


@pytest.mark.navegador
def test_the_coordinators_pages(entrar: Entrar, tmp_path: Path) -> None:
    pagina = entrar("coordenacao")
    pagina.goto("/triagem/coordenacao")
    expect(pagina.get_by_role("row", name=re.compile(r"^Toda a equipe \d+ .* \d+% "))).to_be_visible()
    olhar(pagina, "triagem-coordenacao", tmp_path)
    pagina.get_by_role("link", name="Quanto as sugestões acertam").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("Sugestão de órgãos")
    olhar(pagina, "triagem-sugestoes", tmp_path)
    pagina.goto("/triagem/pesos")
    expect(pagina.get_by_role("heading", level=1)).to_be_visible()
    olhar(pagina, "triagem-pesos", tmp_path)


@pytest.mark.navegador
def test_table_board_and_campaign(entrar: Entrar, palco: Palco, tmp_path: Path) -> None:
    pagina = entrar("triagem1")
    pagina.goto("/triagem/tabela?aba=todas")
    for modo in ("Tabela", "Quadro"):
        modos = pagina.get_by_role("navigation", name="Modo de ver")
        modos.get_by_role("link", name=modo).click()
        expect(modos.get_by_role("link", name=modo)).to_have_attribute("aria-current", "page")
        expect(pagina.get_by_text("Leitos em Almenara").first).to_be_visible()
        olhar(pagina, f"triagem-{modo.lower()}", tmp_path)
    pagina.goto(f"/triagem/{palco.campanha}/campanha")
    expect(pagina.get_by_role("heading", level=1)).to_have_text("3 deputados enviaram este texto, em 3 demandas.")
    olhar(pagina, "triagem-campanha", tmp_path)


@pytest.mark.navegador
def test_a_bulk_is_seen_before_and_after(entrar: Entrar, tmp_path: Path) -> None:
    pagina = entrar("triagem2")
    pagina.goto("/triagem?q=vertedouro")
    acordada(pagina)
    for qual in BARRAGENS:
        pagina.get_by_label(f"Marcar “Vistoria na barragem {qual}”").check()
    pagina.get_by_role("button", name="Decidir em lote").click()
    pagina.get_by_role("button", name="Encaminhar").click()
    pagina.get_by_label("Buscar órgão").fill("SEMAD")
    pagina.get_by_role("checkbox", name=re.compile(r"^SEMAD\b")).check()
    pagina.get_by_label("Instrução").fill("Informar a data da última vistoria e a da próxima.")
    pagina.get_by_label("Prazo").fill("10")
    pagina.get_by_role("button", name="Conferir o que acontece").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("3 demandas vão; 1 fica.")
    expect(pagina.get_by_text(re.compile("Otília Nunes está com esta demanda"))).to_be_visible()
    olhar(pagina, "triagem-lote", tmp_path)
    pagina.get_by_role("button", name="Encaminhar 3 demandas").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("3 demandas decididas; 1 não pôde ser decidida.")
    olhar(pagina, "triagem-lote-resultado", tmp_path)


@pytest.mark.navegador
def test_the_agency_reads_what_waits_with_it_and_segov_to_whom_the_answer_goes(
    entrar: Entrar, palco: Palco, tmp_path: Path
) -> None:
    pagina = entrar("atendimento.ses")
    pagina.goto(f"/atendimento/{palco.encaminhamento}")
    pagina.get_by_role("button", name="Receber").click()
    apensadas = pagina.get_by_role("region", name="Demandas apensadas")
    expect(apensadas.get_by_text("2 demandas esperam a mesma resposta")).to_be_visible()
    pedido = apensadas.get_by_text("esperam leito em cadeiras")
    expect(pedido).to_be_hidden()
    apensadas.get_by_text("Ler a petição e 1 documento").first.click()
    expect(pedido).to_be_visible()
    documento = apensadas.get_by_role("link", name=re.compile("Petição")).first.get_attribute("href")
    assert documento is not None
    assert pagina.request.get(documento).body().startswith(b"%PDF")
    pagina.evaluate("scrollTo(0, 0)")  # the answer's column follows the reader down the page
    olhar(pagina, "atendimento-apensadas", tmp_path)
    pagina.locator("trix-editor").click()
    pagina.locator("trix-editor").press_sequentially("Os leitos das três cidades entram no plano de 2027.")
    pagina.get_by_role("button", name="Enviar a resposta").click()
    expect(pagina.get_by_text("Resposta enviada à SEGOV para homologação.")).to_be_visible()
    segov = entrar("coordenacao")
    segov.goto(f"/respostas/{palco.encaminhamento}")
    expect(segov.get_by_text("A mesma resposta vai a 3 autores, em 3 processos")).to_be_visible()
    expect(segov.get_by_role("button", name="Homologar e responder aos 3 autores")).to_be_visible()
    olhar(segov, "respostas-apensadas", tmp_path)
