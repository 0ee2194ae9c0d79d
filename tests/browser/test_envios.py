"""Many files at once, in a real browser: dropped, cut in the middle, reloaded, cancelled; nothing is sent twice."""

from __future__ import annotations

import base64
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from sqlalchemy import select

from config import RAIZ
from peticionamento.cadastros.models import PapelExigencia
from peticionamento.comum.db import db
from peticionamento.peticoes.models import Documento
from peticionamento.servidores import portas
from tests.browser.olhar import olhar
from tests.factories import cadastros, contas, pdfs, peticoes
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr, ambiente_de, esperar
from tests.fixtures.ponte import Ponte

MEGABYTE = 1024 * 1024
GRANDE = 12


@dataclass
class Gabinete:
    """A deputy at the page of a new draft, behind a bridge that may be cut."""

    pagina: Page
    ponte: Ponte
    peticao_id: int
    partes: list[tuple[str, int, int]] = field(default_factory=list)
    """Every PATCH: its address, where it began, and its size in bytes."""
    ja_foram: int = 0

    def anotar(self, pedido: Request) -> None:
        """Write a PATCH down."""
        if pedido.method == "PATCH":
            cabecalhos = pedido.headers
            corpo = pedido.post_data_buffer or b""
            self.partes.append((pedido.url.rpartition("/")[2], int(cabecalhos["upload-offset"]), len(corpo)))

    def comecar(self, arquivo: Path) -> None:
        """Choose a large file, and come back when its second part is on its way."""
        antes = self.ponte.passados
        self.pagina.set_input_files("#arquivos", arquivo)
        esperar(lambda: self.ponte.passados - antes > 6 * MEGABYTE, que="metade do arquivo ter passado")
        self.pagina.evaluate("0")  # only when Playwright is asked for something does it tell what happened
        self.ja_foram = len(self.partes)

    def terminar(self, arquivo: Path) -> None:
        """Wait until the file is there, with no part sent since then from before what had already been kept."""
        expect(self.pagina.get_by_role("link", name=arquivo.name, exact=True)).to_be_visible()
        assert min(inicio for _, inicio, _ in self.partes[self.ja_foram :]) >= 4 * MEGABYTE, self.partes
        assert len({url for url, _, _ in self.partes}) == 1


@pytest.fixture
def ponte(servidor: NoAr) -> Iterator[Ponte]:
    ponte = Ponte(int(servidor.url.rpartition(":")[2]))
    ponte.ligar()
    yield ponte
    ponte.desligar()


@pytest.fixture
def contexto_na_ponte(navegador: Browser, ponte: Ponte) -> Iterator[BrowserContext]:
    contexto = navegador.new_context(base_url=ponte.url, locale="pt-BR", timezone_id="America/Sao_Paulo")
    contexto.set_default_timeout(ESPERA_MS)
    erros: list[str] = []
    contexto.on("weberror", lambda erro: erros.append(str(erro.error)))
    yield contexto
    contexto.close()
    assert not erros, f"erros de JavaScript: {erros}"


@pytest.fixture
def gabinete(contexto_na_ponte: BrowserContext, servidor: NoAr, ponte: Ponte) -> Gabinete:
    with servidor.app.app_context():
        tipo = cadastros.tipo("saude")
        if not tipo.exigencias:
            cadastros.exigir(tipo, cadastros.tipo_documento("declaracao", "Declaração do hospital", ["declaracao"]))
            fotos = cadastros.tipo_documento("fotografia", "Fotos dos veículos", ["foto"])
            cadastros.exigir(tipo, fotos, PapelExigencia.COMPLEMENTAR)
            cadastros.tipo_documento("anexo", "Anexo")
        autora = contas.deputada()
        peticao_id, email = peticoes.rascunho(autora, tipo=tipo).id, autora.email
    pagina = contexto_na_ponte.new_page()
    pagina.set_viewport_size({"width": 1280, "height": 900})
    gabinete = Gabinete(pagina, ponte, peticao_id)
    pagina.on("request", gabinete.anotar)
    pagina.goto("/entrar")
    pagina.get_by_label("CPF ou e-mail").fill(email)
    pagina.get_by_label("Senha").fill(contas.SENHA)
    pagina.get_by_role("button", name="Entrar").click()
    expect(pagina.get_by_role("button", name="Sair")).to_be_visible()
    pagina.goto(f"/peticoes/{peticao_id}/redigir")
    expect(pagina.locator("[data-envios].pronto")).to_be_attached()
    return gabinete


def escrever(pasta: Path, nome: str, conteudo: bytes) -> Path:
    arquivo = pasta / nome
    arquivo.write_bytes(conteudo)
    return arquivo


@pytest.fixture
def grande(tmp_path: Path) -> Path:
    """A real PDF of some megabytes that no compression makes smaller."""
    arquivo = tmp_path / "laudo grande.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 400))
        imagem = pdf.make_stream(os.urandom(GRANDE * MEGABYTE))
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=imagem))
        pdf.save(arquivo, compress_streams=False)
    return arquivo


def guardados(servidor: NoAr, peticao_id: int) -> dict[str, tuple[str | None, int]]:
    """The draft's documents by name: the type of each, and its size in bytes."""
    with servidor.app.app_context():
        consulta = select(Documento).where(Documento.peticao_id == peticao_id).order_by(Documento.id)
        lidos = db.session().execute(consulta).scalars().all()
        return {
            d.nome: (d.tipo_documento.slug if d.tipo_documento else None, d.arquivo.tamanho_bytes if d.arquivo else 0)
            for d in lidos
        }


SOLTAR = """([lista, alvo]) => {
  const dados = new DataTransfer();
  for (const [nome, base64] of lista) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    dados.items.add(new File([bytes], nome, { type: "application/pdf" }));
  }
  const onde = document.querySelector(alvo);
  for (const tipo of ["dragenter", "dragover", "drop"])
    onde.dispatchEvent(new DragEvent(tipo, { bubbles: true, cancelable: true, dataTransfer: dados }));
}"""


def soltar(pagina: Page, arquivos: dict[str, bytes], alvo: str = "[data-envios] .solta") -> None:
    """Drop files on the page, as from the desktop."""
    lista = [[nome, base64.b64encode(conteudo).decode()] for nome, conteudo in arquivos.items()]
    pagina.evaluate(SOLTAR, [lista, alvo])


@pytest.mark.navegador
def test_three_files_dropped_at_once_find_their_slots(gabinete: Gabinete, servidor: NoAr, tmp_path: Path) -> None:
    pagina = gabinete.pagina
    expect(pagina.get_by_text("PDF, JPG ou PNG até 50 MB cada; 200 MB ao todo.")).to_be_visible()
    expect(pagina.get_by_text("Falta este documento")).to_be_visible()
    um, dois, tres = pdfs.feito(), pdfs.feito(pdfs.so_um_link), pdfs.feito(pdfs.script_ao_abrir, pdfs.arquivo_dentro)
    soltar(pagina, {"Declaração da Santa Casa.pdf": um, "foto da ambulância.pdf": dois, "ofício 118.pdf": tres})
    for nome in ("Declaração da Santa Casa.pdf", "foto da ambulância.pdf", "ofício 118.pdf"):
        expect(pagina.get_by_role("link", name=nome)).to_be_visible()
    expect(pagina.get_by_text("Retirados: 1 script e 1 arquivo embutido.")).to_be_visible()
    expect(pagina.get_by_text("Falta este documento")).to_have_count(0)
    tipos = {nome: tipo for nome, (tipo, _) in guardados(servidor, gabinete.peticao_id).items()}
    assert tipos == {
        "Declaração da Santa Casa.pdf": "declaracao",
        "foto da ambulância.pdf": "fotografia",
        "ofício 118.pdf": "anexo",
    }
    soltar(pagina, {"outra.pdf": pdfs.feito(pdfs.programa_ao_clicar)}, "#vaga-outros")
    expect(pagina.get_by_role("link", name="outra.pdf")).to_be_visible()
    olhar(pagina, "peticoes-documentos", tmp_path)


@pytest.mark.navegador
def test_a_locked_pdf_is_named_and_the_others_go_on(gabinete: Gabinete, tmp_path: Path) -> None:
    pagina = gabinete.pagina
    preso = escrever(tmp_path, "contrato.pdf", pdfs.com_senha())
    bom = escrever(tmp_path, "declaracao.pdf", pdfs.feito())
    texto = escrever(tmp_path, "planilha.xlsx", b"PK")
    pagina.set_input_files("#arquivos", [preso, bom, texto])
    expect(pagina.get_by_role("link", name="declaracao.pdf")).to_be_visible()
    expect(pagina.get_by_text("“contrato.pdf” pede senha para abrir. Tire a senha e anexe de novo.")).to_be_visible()
    expect(
        pagina.get_by_text("Aqui entra PDF, JPG ou PNG até 50 MB. Converta o arquivo e anexe de novo.")
    ).to_be_visible()
    olhar(pagina, "peticoes-documentos-recusados", tmp_path)
    pagina.reload()
    expect(pagina.get_by_text("“contrato.pdf” pede senha para abrir.")).to_be_visible()
    pagina.get_by_role("button", name="Tirar da lista: contrato.pdf").click()
    expect(pagina.get_by_text("pede senha")).to_have_count(0)


@pytest.mark.navegador
def test_cut_in_the_middle_it_goes_on_from_there(gabinete: Gabinete, servidor: NoAr, grande: Path) -> None:
    pagina, ponte = gabinete.pagina, gabinete.ponte
    antes = ponte.passados
    gabinete.comecar(grande)
    ponte.cortar()
    expect(pagina.get_by_text(re.compile("sem resposta, parou em"))).to_be_visible()
    ponte.voltar()
    gabinete.terminar(grande)
    assert ponte.passados - antes < (GRANDE + 6) * MEGABYTE
    assert guardados(servidor, gabinete.peticao_id)[grande.name][1] == grande.stat().st_size


@pytest.mark.navegador
def test_the_browser_offline_waits_and_goes_on_by_itself(
    gabinete: Gabinete, contexto_na_ponte: BrowserContext, grande: Path
) -> None:
    pagina = gabinete.pagina
    gabinete.comecar(grande)
    contexto_na_ponte.set_offline(True)
    expect(pagina.get_by_text(re.compile("sem conexão, parou em .*; continua quando ela voltar"))).to_be_visible()
    contexto_na_ponte.set_offline(False)
    gabinete.terminar(grande)


@pytest.mark.navegador
def test_reloaded_in_the_middle_it_goes_on_by_itself(gabinete: Gabinete, servidor: NoAr, grande: Path) -> None:
    pagina = gabinete.pagina
    gabinete.comecar(grande)
    pagina.reload()
    gabinete.terminar(grande)
    assert list(guardados(servidor, gabinete.peticao_id)) == [grande.name]


@pytest.mark.navegador
def test_where_the_browser_kept_nothing_the_same_file_is_asked_for(
    gabinete: Gabinete, grande: Path, tmp_path: Path
) -> None:
    pagina = gabinete.pagina
    gabinete.comecar(grande)
    pagina.goto("about:blank")
    pagina.goto(gabinete.ponte.url + "/conta")
    pagina.evaluate(
        "new Promise((r) => { const p = indexedDB.deleteDatabase('envios'); p.onsuccess = p.onblocked = r; })"
    )
    pagina.goto(f"/peticoes/{gabinete.peticao_id}/redigir")
    expect(pagina.get_by_text(re.compile(r"parou em \d+,\d MB de 12,0 MB: escolha o mesmo arquivo"))).to_be_visible()
    olhar(pagina, "peticoes-documentos-parado", tmp_path)
    escolher = pagina.locator("input[data-continua]")
    escolher.set_input_files(escrever(tmp_path, "outro.pdf", pdfs.feito()))
    expect(pagina.locator("li").get_by_text("outro.pdf não é o mesmo arquivo")).to_be_visible()
    escolher.set_input_files(grande)
    gabinete.terminar(grande)


@pytest.mark.navegador
def test_cancelled_it_leaves_nothing(gabinete: Gabinete, servidor: NoAr, grande: Path) -> None:
    pagina = gabinete.pagina
    pagina.set_input_files("#arquivos", grande)
    pagina.get_by_role("button", name=f"Cancelar: {grande.name}").click()
    expect(pagina.locator("li").get_by_text(grande.name)).to_have_count(0)
    expect(pagina.locator("[data-envios-estado]")).to_have_text(f"Envio de {grande.name} cancelado.")
    pagina.reload()
    expect(pagina.locator("[data-envios].pronto")).to_be_attached()
    expect(pagina.get_by_text(grande.name)).to_have_count(0)
    assert guardados(servidor, gabinete.peticao_id) == {}


@contextmanager
def outro_servidor(servidor: NoAr, porta: int) -> Iterator[subprocess.Popen[bytes]]:
    """The same program once more, on a port of its own, that may be killed."""
    comando = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{portas.LOCAL}:{porta}", "--threads", "4"]
    ambiente = ambiente_de(servidor.trabalhador.config)
    with subprocess.Popen(
        comando, cwd=RAIZ, env=ambiente, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as processo:
        esperar(lambda: _responde(porta), que="o outro servidor")
        yield processo
        if processo.poll() is None:
            os.killpg(processo.pid, signal.SIGKILL)


def _responde(porta: int) -> bool:
    with socket.socket() as tomada:
        return tomada.connect_ex((portas.LOCAL, porta)) == 0


@pytest.mark.navegador
def test_a_server_killed_in_the_middle_goes_on_where_it_was(gabinete: Gabinete, servidor: NoAr, grande: Path) -> None:
    ponte, porta = gabinete.ponte, portas.livre()
    primeiro = ponte.destino
    with outro_servidor(servidor, porta) as processo:
        ponte.destino = porta
        ponte.cortar()  # connections kept open would go on to the first one
        ponte.voltar()
        gabinete.comecar(grande)
        os.killpg(processo.pid, signal.SIGKILL)
        processo.wait()
    ponte.destino = primeiro
    gabinete.terminar(grande)
    assert guardados(servidor, gabinete.peticao_id)[grande.name][1] == grande.stat().st_size


@pytest.mark.navegador
def test_by_keyboard_alone_a_slot_is_filled_and_described(gabinete: Gabinete, servidor: NoAr, tmp_path: Path) -> None:
    pagina = gabinete.pagina
    arquivo = escrever(tmp_path, "qualquer.pdf", pdfs.feito())
    pagina.on("filechooser", lambda _: None)  # from now on the choosers are the test's, before the key is pressed
    campo = pagina.get_by_label("Escolher Declaração do hospital")
    campo.focus()
    expect(campo).to_be_focused()
    with pagina.expect_file_chooser() as escolha:
        pagina.keyboard.press("Enter")
    escolha.value.set_files(arquivo)
    expect(pagina.get_by_role("link", name="qualquer.pdf")).to_be_visible()
    assert guardados(servidor, gabinete.peticao_id)["qualquer.pdf"][0] == "declaracao"
    pagina.locator("summary", has_text="Detalhes").focus()
    pagina.keyboard.press("Enter")
    pagina.get_by_label("Complemento").fill("da Santa Casa")
    pagina.get_by_label("Formato").select_option(label="Digitalizado")
    pagina.get_by_role("button", name="Salvar detalhes").press("Enter")
    expect(pagina.get_by_text("Diga com que o documento digitalizado foi conferido.")).to_be_visible()
    expect(pagina.get_by_label("Complemento")).to_have_value("da Santa Casa")
    olhar(pagina, "peticoes-documentos-detalhes", tmp_path)
    pagina.get_by_label("Conferência").select_option(label="Cópia simples")
    pagina.get_by_role("button", name="Salvar detalhes").press("Enter")
    expect(pagina.get_by_text("essencial · digitalizado, cópia simples")).to_be_visible()
    expect(pagina.get_by_text("Declaração do hospital da Santa Casa")).to_be_visible()
    pagina.get_by_role("button", name="Remover qualquer.pdf").press("Enter")
    expect(pagina.get_by_text("Falta este documento")).to_be_visible()
