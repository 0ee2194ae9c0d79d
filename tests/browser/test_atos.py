"""One act fewer: from the home page to the receipt with three PDFs in at most ten acts, counted."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from peticionamento.comum.db import transaction
from peticionamento.comum.protocolo import numero_valido
from tests.factories import cadastros, contas, peticoes
from tests.fixtures.no_ar import NoAr

MAXIMO = 10
TEXTO = "Solicito uma ambulância de suporte básico para o Hospital São Vicente, que atende sete municípios."

SOLTAR = """(zona, arquivos) => {
  const carga = new DataTransfer();
  for (const { nome, conteudo } of arquivos) {
    const bytes = Uint8Array.from(atob(conteudo), (c) => c.charCodeAt(0));
    carga.items.add(new File([bytes], nome, { type: "application/pdf" }));
  }
  for (const tipo of ["dragenter", "dragover", "drop"]) {
    zona.dispatchEvent(new DragEvent(tipo, { bubbles: true, cancelable: true, dataTransfer: carga }));
  }
}"""


@dataclass
class Atos:
    """What a person does, one by one: a click, a field filled, a drop."""

    feitos: list[str] = field(default_factory=list)

    def clicar(self, onde: Locator) -> None:
        """Press something."""
        self.feitos.append(f"clicar: {onde.text_content()}")
        onde.click()

    def preencher(self, campo: Locator, valor: str) -> None:
        """Fill one field."""
        self.feitos.append(f"preencher: {valor[:20]}")
        campo.fill(valor)

    def escrever(self, editor: Locator, texto: str) -> None:
        """Write in the editor, which is one field."""
        self.feitos.append("escrever o pedido")
        editor.press_sequentially(texto)

    def soltar(self, zona: Locator, arquivos: list[Path]) -> None:
        """Drop files, all in one movement."""
        self.feitos.append(f"soltar {len(arquivos)} arquivos")
        carga = [{"nome": a.name, "conteudo": base64.b64encode(a.read_bytes()).decode()} for a in arquivos]
        zona.evaluate(SOLTAR, carga)


@pytest.fixture
def inicio(pagina: Page, servidor: NoAr) -> Page:
    """The home page of a deputy, where a type asks for one document."""
    with servidor.app.app_context(), transaction():
        cadastros.unidade("SEGOV")
        cadastros.municipio("Capelinha")
        tipo = cadastros.tipo("ambulancia")
        cadastros.exigir(tipo, cadastros.tipo_documento("declaracao", "Declaração do hospital", ["declaracao"]))
        cadastros.tipo_documento("anexo", "Anexo")
        tipo.nome = "Ambulância"
        email = contas.deputada().email
    pagina.goto("/entrar")
    pagina.get_by_label("CPF ou e-mail").fill(email)
    pagina.get_by_label("Senha").fill(contas.SENHA)
    pagina.get_by_role("button", name="Entrar").click()
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Nenhuma petição ainda")
    return pagina


@pytest.mark.navegador
def test_a_petition_with_three_pdfs_takes_at_most_ten_acts(inicio: Page, tmp_path: Path) -> None:
    arquivos = []
    for nome in ("declaracao do hospital.pdf", "oficio 118.pdf", "proposta.pdf"):
        arquivo = tmp_path / nome
        arquivo.write_bytes(peticoes.pdf_pequeno() + f"\n% {nome}\n".encode())
        arquivos.append(arquivo)
    atos, pagina = Atos(), inicio
    atos.clicar(pagina.get_by_role("link", name="Nova petição").first)
    atos.clicar(pagina.get_by_role("button", name="Ambulância"))
    atos.preencher(pagina.get_by_label("Assunto"), "Ambulância para o Hospital São Vicente")
    atos.preencher(pagina.get_by_label("Município"), "Capelinha")
    atos.escrever(pagina.locator("trix-editor"), TEXTO)
    expect(pagina.locator("[data-envios].pronto")).to_be_attached()
    atos.soltar(pagina.locator(".solta"), arquivos)
    for arquivo in arquivos:
        expect(pagina.get_by_role("link", name=arquivo.name)).to_be_visible()
    atos.clicar(pagina.get_by_role("button", name="Conferir"))
    expect(pagina.get_by_role("heading", name="Confira e assine.")).to_be_visible()
    atos.preencher(pagina.get_by_label("Sua senha"), contas.SENHA)
    atos.clicar(pagina.get_by_role("button", name="Assinar e protocolar"))

    numero = pagina.get_by_role("heading", level=1).locator("b")
    expect(numero).to_be_visible()
    assert numero_valido(numero.inner_text())
    for arquivo in arquivos:
        expect(pagina.get_by_role("link", name=arquivo.name)).to_be_visible()
    assert len(atos.feitos) <= MAXIMO, atos.feitos
