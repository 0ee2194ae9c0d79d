"""SEGOV asks, the author answers with a document, SEGOV reads it: both sides of a diligência, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from peticionamento.contas.models import Pessoa
from tests.browser.olhar import olhar
from tests.factories import contas, peticoes, triagem
from tests.factories.depois import PERGUNTA
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr, esperar

ASSUNTO = "Leitos de UTI em Teófilo Otoni"
FALA = "O hospital tem trinta leitos, e o CNES segue no documento."
MOTIVO = "A resposta não diz quando os leitos abrem."


@dataclass
class Gente:
    """The people of the story by the words they sign in with, and the pages they opened."""

    navegador: Browser
    no_ar: NoAr
    emails: dict[str, str]
    demanda_id: int
    respondida_id: int
    abertas: list[Page] = field(default_factory=list)
    estranhezas: list[str] = field(default_factory=list)

    def entrar(self, quem: str) -> Page:
        """Sign in in a browser of one's own."""
        contexto = self.navegador.new_context(base_url=self.no_ar.url, locale="pt-BR")
        contexto.set_default_timeout(ESPERA_MS)
        pagina = contexto.new_page()
        self.abertas.append(pagina)
        pagina.on("pageerror", lambda erro: self.estranhezas.append(str(erro)))
        pagina.on("console", lambda fala: self.estranhezas.append(fala.text) if "Policy" in fala.text else None)
        pagina.set_viewport_size({"width": 1280, "height": 900})
        pagina.goto("/entrar")
        pagina.get_by_label("CPF ou e-mail").fill(self.emails[quem])
        pagina.get_by_label("Senha").fill(contas.SENHA)
        pagina.get_by_role("button", name="Entrar").click()
        expect(pagina.get_by_role("button", name="Sair")).to_be_visible()
        return pagina


@pytest.fixture
def gente(navegador: Browser, servidor: NoAr) -> Iterator[Gente]:
    """A deputy with a demand in triage and another answered, and the one who triages."""
    with servidor.app.app_context():
        autora: Pessoa = contas.deputada("Helena Prates")
        triador = contas.triador("Caio Menezes")
        demanda = triagem.em_triagem(triador, peticoes.protocolada(autora, assunto=ASSUNTO))
        respondida = triagem.respondida(["SES"], peticao=peticoes.protocolada(autora, assunto="Ambulância"))
        emails = {"autora": autora.email, "triador": triador.email}
        gente = Gente(navegador, servidor, emails, demanda.id, respondida.peticao_id)
    yield gente
    for pagina in gente.abertas:
        pagina.context.close()
    assert gente.estranhezas == []


@pytest.mark.navegador
def test_a_diligencia_from_both_sides(gente: Gente, tmp_path: Path) -> None:
    triador = gente.entrar("triador")
    _perguntar(triador, gente, tmp_path)
    esperar(lambda: any(PERGUNTA in _corpo(carta) for carta in gente.no_ar.smtp.mensagens), que="o aviso ao autor")
    autora = gente.entrar("autora")
    _responder(autora, tmp_path)
    _ler_a_resposta(triador, gente, tmp_path)


def _corpo(carta: object) -> str:
    return str(carta.get_body(("plain",)).get_content())  # type: ignore[attr-defined]


def _perguntar(pagina: Page, gente: Gente, pasta: Path) -> None:
    pagina.goto(f"/triagem/{gente.demanda_id}")
    pagina.get_by_text("Pedir esclarecimento ao autor").click()
    pagina.get_by_label("O que o autor precisa esclarecer").fill(PERGUNTA)
    pagina.get_by_label("Prazo do autor").fill("400")
    pagina.get_by_role("button", name="Perguntar ao autor").click()
    expect(pagina.get_by_text("O prazo precisa ser de 1 a 365 dias úteis.").first).to_be_visible()
    expect(pagina.get_by_label("O que o autor precisa esclarecer")).to_have_value(PERGUNTA)
    olhar(pagina, "triagem-pedir", pasta)
    pagina.get_by_label("Prazo do autor").fill("5 dias úteis")
    pagina.get_by_role("button", name="Perguntar ao autor").click()
    expect(pagina.get_by_text("Pergunta enviada ao autor")).to_be_visible()
    pagina.goto(f"/triagem/{gente.demanda_id}?aba=em-diligencia")
    expect(pagina.get_by_role("button", name="Retomar sem a resposta")).to_be_visible()
    olhar(pagina, "triagem-diligencia", pasta)


def _responder(pagina: Page, pasta: Path) -> None:
    pagina.goto("/peticoes")
    pagina.get_by_role("link", name=re.compile(f"^Responder.*{ASSUNTO}")).click()
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("A SEGOV espera um esclarecimento seu")
    expect(pagina.get_by_text(PERGUNTA).first).to_be_visible()
    olhar(pagina, "peticoes-diligencia", pasta)
    pagina.get_by_role("button", name="Responder").click()
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Responder à SEGOV sobre 1490")
    expect(pagina.get_by_text(PERGUNTA).first).to_be_visible()
    editor = pagina.locator("trix-editor")
    editor.click()
    editor.press_sequentially(FALA, delay=5)
    anexo = pasta / "cnes.pdf"
    anexo.write_bytes(peticoes.pdf_pequeno())
    with pagina.expect_file_chooser() as escolha:
        pagina.get_by_text("escolha no computador").click()
    escolha.value.set_files(anexo)
    expect(pagina.get_by_role("link", name="cnes.pdf").first).to_be_visible()
    expect(pagina.locator("[data-rascunho-estado]")).to_contain_text(re.compile(r"Salva às .* versão [2-9]"))
    olhar(pagina, "peticoes-responder", pasta)
    pagina.get_by_role("button", name="Conferir", exact=True).click()
    expect(pagina.get_by_text("Entra direto no processo")).to_be_visible()
    expect(pagina.get_by_text(FALA)).to_be_visible()
    pagina.get_by_label("Sua senha").fill(contas.SENHA)
    pagina.get_by_role("button", name="Assinar e juntar").dblclick()
    expect(pagina).to_have_url(re.compile(r"/recibo$"))
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Juntada ao processo")
    olhar(pagina, "peticoes-recibo-da-juntada", pasta)
    assert pagina.request.get(pagina.url + ".pdf").body().startswith(b"%PDF")
    pagina.get_by_role("link", name="Acompanhar").click()
    expect(pagina.get_by_text("Esclarecimento enviado")).to_be_visible()
    expect(pagina.get_by_role("link", name="cnes.pdf").first).to_be_visible()
    olhar(pagina, "peticoes-razao", pasta)


def _ler_a_resposta(pagina: Page, gente: Gente, pasta: Path) -> None:
    pagina.goto("/triagem")
    pagina.get_by_role("link", name=ASSUNTO).first.click()
    expect(pagina.get_by_text(re.compile("Documento novo em")).first).to_be_visible()
    expect(pagina.get_by_role("link", name=re.compile("Resposta a diligência")).first).to_be_visible()
    pagina.get_by_role("button", name="Assumir").click()
    expect(pagina.get_by_text(re.compile("Com você até")).first).to_be_visible()
    olhar(pagina, "triagem-respondida", pasta)


@pytest.mark.navegador
def test_an_answer_is_rated_and_the_demand_reopened(gente: Gente, tmp_path: Path) -> None:
    pagina = gente.entrar("autora")
    pagina.goto(f"/peticoes/{gente.respondida_id}")
    pagina.get_by_role("radio", name="2").check()
    pagina.get_by_label("Comentário").fill("Não diz quando.")
    olhar(pagina, "peticoes-avaliar", tmp_path)
    pagina.get_by_role("button", name="Avaliar a resposta").click()
    expect(pagina.get_by_text("Avaliação registrada.")).to_be_visible()
    expect(pagina.get_by_role("radio", name="2")).to_be_checked()
    pagina.get_by_text("Não resolve: reabrir a demanda").click()
    pagina.get_by_label("O que falta na resposta").fill(MOTIVO)
    pagina.get_by_role("button", name="Reabrir a demanda").click()
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Reaberta; aguarda triagem na SEGOV")
    olhar(pagina, "peticoes-reaberta", tmp_path)
    triador = gente.entrar("triador")
    triador.get_by_role("link", name="Ambulância").first.click()
    expect(triador.get_by_role("region", name="O autor reabriu")).to_contain_text(MOTIVO)
    olhar(triador, "triagem-reaberta", tmp_path)
