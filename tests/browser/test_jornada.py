"""The main job, door to door, in a real browser: filed, routed, answered by two agencies, read by the deputy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from peticionamento.comum import pdf
from peticionamento.comum.protocolo import numero_valido
from peticionamento.comum.tempo import agora
from peticionamento.demonstracao import carga
from peticionamento.demonstracao.pessoas import DOMINIO, SENHA
from tests.browser.olhar import olhar
from tests.fixtures.navegador import ESPERA_MS
from tests.fixtures.no_ar import NoAr, esperar

ASSUNTO = "Habilitação de doze leitos no Hospital São Vicente"
PEDIDO = "Solicito a habilitação de doze leitos de UTI, prontos desde outubro e ainda fechados."
RESPOSTAS = {
    "SES": "A habilitação dos doze leitos foi aprovada e será publicada em dezembro.",
    "SEINFRA": "O acesso ao hospital será recuperado entre março e maio, com recurso próprio.",
}


@pytest.fixture(scope="module")
def demonstrado(servidor: NoAr) -> NoAr:
    """The program on the air with a small demonstration in it."""
    with servidor.app.app_context():
        carga.carregar(45)
    return servidor


@dataclass
class Casa:
    """Opens a browser for each person: nobody shares a profile."""

    navegador: Browser
    url: str
    abertas: list[Page]
    alheios: list[str]

    def entrar(self, apelido: str) -> Page:
        """Sign in and stand at the person's own room."""
        contexto = self.navegador.new_context(base_url=self.url, locale="pt-BR", timezone_id="America/Sao_Paulo")
        contexto.set_default_timeout(ESPERA_MS)
        contexto.on("request", lambda pedido: self._anotar(pedido.url))
        pagina = contexto.new_page()
        pagina.on("pageerror", lambda erro: self.alheios.append(str(erro)))
        pagina.on("console", lambda fala: self.alheios.append(fala.text) if "Security Policy" in fala.text else None)
        self.abertas.append(pagina)
        pagina.set_viewport_size({"width": 1280, "height": 900})
        pagina.goto("/entrar")
        pagina.get_by_label("CPF ou e-mail").fill(f"{apelido}@{DOMINIO}")
        pagina.get_by_label("Senha").fill(SENHA)
        pagina.get_by_role("button", name="Entrar").click()
        expect(pagina.get_by_role("button", name="Sair")).to_be_visible()
        return pagina

    def _anotar(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:", "about:")):
            self.alheios.append(url)


@pytest.fixture
def casa(navegador: Browser, demonstrado: NoAr) -> Iterator[Casa]:
    """The house; at the end no page has asked another host for anything, nor erred."""
    casa = Casa(navegador, demonstrado.url, [], [])
    yield casa
    for pagina in casa.abertas:
        pagina.context.close()
    assert casa.alheios == []


@pytest.fixture
def oficio(tmp_path: Path) -> Path:
    """A real PDF to attach."""
    arquivo = tmp_path / "Oficio 118-2026.pdf"
    corpo = (
        f"<p>Senhor Secretário,</p><p>{PEDIDO}</p><p>Contando com a costumeira atenção, renovo protestos de estima.</p>"
    )
    carta = {
        "titulo": "Ofício nº 118/2026",
        "instituicao": "ASSEMBLEIA LEGISLATIVA DO ESTADO DE MINAS GERAIS",
        "gabinete": "Gabinete da deputada",
        "data": "24 de novembro de 2026",
        "destinatario": "A Sua Excelência o Senhor Secretário de Estado de Governo",
        "assunto": ASSUNTO,
        "blocos": pdf.blocos(corpo),
        "autor": "Deputada de demonstração",
        "cargo": "Deputada Estadual",
    }
    arquivo.write_bytes(pdf.gerar("oficio", carta, em=agora()))
    return arquivo


def redigir(pagina: Page, texto: str) -> None:
    """Type into the rich text editor."""
    editor = pagina.locator("trix-editor")
    editor.click()
    editor.press_sequentially(texto, delay=5)


@pytest.mark.navegador
def test_a_petitions_whole_way(casa: Casa, demonstrado: NoAr, oficio: Path, tmp_path: Path) -> None:
    deputada = _porta(casa, tmp_path)
    numero = _protocolar(deputada, oficio, tmp_path)
    triadora = casa.entrar("triagem2")
    _encaminhar(triadora, tmp_path)
    _entregue(casa, tmp_path)
    for sigla in RESPOSTAS:
        _responder(casa.entrar(f"atendimento.{sigla.lower()}"), sigla, oficio, tmp_path)
    _homologar(casa.entrar("coordenacao"), tmp_path)
    _ler(deputada, tmp_path)
    esperar(lambda: len(_cartas(demonstrado, ASSUNTO)) >= 3, que="os avisos por e-mail")
    para = [str(carta["To"]) for carta in _cartas(demonstrado, ASSUNTO)]
    assert sorted(para) == sorted(
        [f"parlamentar@{sigla.lower()}.{DOMINIO}" for sigla in RESPOSTAS] + [f"deputada1@{DOMINIO}"]
    )
    assert numero_valido(numero)


def _cartas(no_ar: NoAr, assunto: str) -> list[object]:
    return [carta for carta in no_ar.smtp.mensagens if assunto in str(carta["Subject"])]


def _porta(casa: Casa, pasta: Path) -> Page:
    estranho = casa.navegador.new_page(base_url=casa.url)
    estranho.goto("/peticoes")
    expect(estranho).to_have_url(re.compile("/entrar"))
    olhar(estranho, "entrar", pasta)
    estranho.get_by_label("CPF ou e-mail").fill(f"deputada1@{DOMINIO}")
    estranho.get_by_label("Senha").fill("errada")
    estranho.get_by_role("button", name="Entrar").click()
    expect(estranho.get_by_text("CPF, e-mail ou senha não conferem").first).to_be_visible()
    estranho.close()
    deputada = casa.entrar("deputada1")
    expect(deputada).to_have_url(re.compile("/peticoes$"))
    olhar(deputada, "peticoes-lista", pasta)
    deputada.goto("/conta")
    olhar(deputada, "conta", pasta)
    return deputada


def _protocolar(pagina: Page, oficio: Path, pasta: Path) -> str:
    pagina.goto("/peticoes")
    pagina.get_by_role("link", name="Nova petição").first.click()
    olhar(pagina, "peticoes-nova", pasta)
    pagina.get_by_role("button", name="Saúde: equipamento, leito").click()
    pagina.get_by_label("Assunto").fill(ASSUNTO)
    pagina.get_by_label("Município").fill("capelinha")
    redigir(pagina, PEDIDO)
    expect(pagina.locator("[data-rascunho-estado]")).to_contain_text(re.compile(r"Salva às .* versão [2-9]"))
    with pagina.expect_file_chooser() as escolha:
        pagina.get_by_text("escolha no computador").click()
    # The type must have the hospital's declaration, whose slot the file's name asks for.
    declaracao = oficio.with_name("Declaracao do hospital.pdf")
    declaracao.write_bytes(oficio.read_bytes() + b"\n")
    escolha.value.set_files([oficio, declaracao])
    for nome in (oficio.name, declaracao.name):
        expect(pagina.get_by_role("link", name=nome)).to_be_visible()
    pagina = _fechar_e_voltar(pagina)
    olhar(pagina, "peticoes-redigir", pasta)
    pagina.get_by_role("button", name="Conferir", exact=True).click()
    expect(pagina).to_have_url(re.compile(r"/conferir$"))
    expect(pagina.get_by_text(PEDIDO)).to_be_visible()
    olhar(pagina, "peticoes-conferir", pasta)
    pagina.get_by_label("Sua senha").fill("não é esta")
    pagina.get_by_role("button", name="Assinar e protocolar").click()
    expect(pagina.get_by_text("A senha não confere").first).to_be_visible()
    pagina.get_by_label("Sua senha").fill(SENHA)
    pagina.get_by_role("button", name="Assinar e protocolar").dblclick()
    expect(pagina).to_have_url(re.compile(r"/recibo$"))
    olhar(pagina, "peticoes-recibo", pasta)
    achado = re.search(r"1490\.01\.\d{7}/\d{4}-\d{2}", pagina.content())
    assert achado
    pdf = pagina.request.get(pagina.url + ".pdf").body()
    assert pdf.startswith(b"%PDF")
    assert b"pdfaid" in pdf
    pagina.get_by_role("link", name="Acompanhar").click()
    expect(pagina.get_by_role("heading", level=1)).to_be_visible()
    return achado[0]


def _fechar_e_voltar(pagina: Page) -> Page:
    """Close the page in the middle of typing and open the draft from the list: nothing is lost."""
    nova = pagina.context.new_page()
    pagina.close()
    nova.goto("/peticoes")
    nova.get_by_role("listitem").filter(has_text=ASSUNTO).or_(
        nova.locator(".pede").filter(has_text=ASSUNTO)
    ).first.get_by_role("link").last.click()
    expect(nova.get_by_label("Assunto")).to_have_value(ASSUNTO)
    expect(nova.locator("trix-editor")).to_contain_text(PEDIDO)
    expect(nova.get_by_role("link", name="Oficio 118-2026.pdf")).to_be_visible()
    return nova


def _encaminhar(pagina: Page, pasta: Path) -> None:
    expect(pagina).to_have_url(re.compile("/triagem$"))
    olhar(pagina, "triagem-fila", pasta)
    while not pagina.get_by_role("link", name=ASSUNTO).count():
        pagina.get_by_role("link", name="Próxima página").click()
    pagina.get_by_role("link", name=ASSUNTO).first.click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text(ASSUNTO)
    pagina.get_by_role("button", name="Assumir").click()
    expect(pagina.get_by_text(re.compile("Com você até")).first).to_be_visible()
    for sigla in RESPOSTAS:
        pagina.get_by_label("Buscar órgão").fill(sigla)
        pagina.get_by_role("checkbox", name=re.compile(rf"^{sigla}\b")).check()
    pagina.get_by_label("Instrução ao órgão").fill("Informar a situação e o cronograma.")
    olhar(pagina, "triagem-mesa", pasta)
    pagina.get_by_label("Prazo", exact=True).fill("0")
    aos_dois = "à (SEINFRA e à SES|SES e à SEINFRA)"  # the likeliest first
    encaminhar = pagina.get_by_role("button", name=re.compile(f"^Encaminhar {aos_dois}$"))
    encaminhar.click()
    expect(pagina.get_by_text("O prazo precisa ser de 1 a 365 dias úteis.").first).to_be_visible()
    expect(pagina.get_by_label("Instrução ao órgão")).to_have_value("Informar a situação e o cronograma.")
    pagina.get_by_label("Prazo", exact=True).fill("10 dias úteis")
    expect(pagina.locator("#vencimento")).to_contain_text(re.compile(r"\d+ \w{3}"))
    encaminhar.click()
    expect(pagina.get_by_text(re.compile(f"^“{ASSUNTO}” encaminhada {aos_dois}"))).to_be_visible()


def _entregue(casa: Casa, pasta: Path) -> None:
    pagina = casa.entrar("coordenacao")
    pagina.goto("/distribuicao")
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Tudo entregue", timeout=30_000)
    olhar(pagina, "distribuicao-painel", pasta)


def _responder(pagina: Page, sigla: str, anexo: Path, pasta: Path) -> None:
    expect(pagina).to_have_url(re.compile("/atendimento$"))
    if sigla == "SES":
        olhar(pagina, "atendimento-caixa", pasta)
    pagina.get_by_role("link", name=ASSUNTO).first.click()
    pagina.get_by_role("button", name="Receber").click()
    redigir(pagina, RESPOSTAS[sigla])
    expect(pagina.locator("[data-rascunho-estado]")).to_contain_text(re.compile("Salva às"))
    if sigla == "SES":
        with pagina.expect_file_chooser() as escolha:
            pagina.get_by_text("escolha no computador").click()
        escolha.value.set_files(anexo)
        expect(pagina.get_by_role("link", name=anexo.name).first).to_be_visible()
        olhar(pagina, "atendimento-demanda", pasta)
    pagina.get_by_role("button", name="Enviar a resposta").click()
    expect(pagina.get_by_text("Resposta enviada à SEGOV para homologação.")).to_be_visible()


def _homologar(pagina: Page, pasta: Path) -> None:
    pagina.goto("/respostas")
    olhar(pagina, "respostas-lista", pasta)
    for n, texto in enumerate(RESPOSTAS.values()):
        while not pagina.get_by_role("link", name=ASSUNTO).count():
            pagina.get_by_role("link", name="Próxima página").click()
        pagina.get_by_role("link", name=ASSUNTO).first.click()
        if n == 0:
            expect(pagina.get_by_text(texto).first).to_be_visible()
            olhar(pagina, "respostas-resposta", pasta)
        pagina.get_by_role("button", name="Homologar").click()
        expect(pagina.get_by_text("Resposta homologada.")).to_be_visible()
    expect(pagina.get_by_text("O autor já recebeu a resposta consolidada.")).to_be_visible()


def _ler(deputada: Page, pasta: Path) -> None:
    pagina = deputada.context.new_page()
    pagina.goto("/peticoes?aba=respondidas")
    pagina.get_by_role("link", name=ASSUNTO).first.click()
    for texto in RESPOSTAS.values():
        expect(pagina.get_by_text(texto).first).to_be_visible()
    expect(pagina.get_by_text("Recebida pela SES.").first).to_be_attached()
    expect(pagina.get_by_role("link", name=re.compile("SES - Oficio 118-2026.pdf")).first).to_be_visible()
    olhar(pagina, "peticoes-acompanhar", pasta)


@pytest.mark.navegador
def test_the_error_pages_are_designed_too(casa: Casa, tmp_path: Path) -> None:
    pagina = casa.entrar("deputada2")
    for caminho, titulo in (("/peticoes/999999", "Página não encontrada."), ("/triagem", "Seu perfil não dá acesso")):
        pagina.goto(caminho)
        expect(pagina.get_by_role("heading", level=1)).to_contain_text(titulo)
    olhar(pagina, "erro-sem-acesso", tmp_path)
