"""What every page shares: refusals drawn for people and told to scripts, strict headers, nothing inline."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from config import RAIZ
from peticionamento import create_app
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Papel, aberta
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao.models import Entrega
from peticionamento.servidores import portas
from tests.factories import contas, peticoes
from tests.fixtures.app import Cliente
from tests.fixtures.banco import config_de_teste
from tests.fixtures.servidores import Servidores
from tests.whole.casa import montar

Como = Callable[[Pessoa], FlaskClient]
JSON = {"Accept": "application/json"}


def conferir(resposta: TestResponse, status: int, titulo: str) -> None:
    """A refusal is a page of the house, in Portuguese, with a way on."""
    assert resposta.status_code == status
    assert f"<h1>{titulo}</h1>" in resposta.text
    assert f"Erro {status}" in resposta.text
    assert 'lang="pt-BR"' in resposta.text
    assert 'class="topo"' in resposta.text
    assert 'class="botao principal"' in resposta.text


def test_403_says_whose_page_it_is(app: Flask, como: Como) -> None:
    cliente = como(contas.deputada())
    resposta = cliente.get("/triagem")
    conferir(resposta, 403, "Seu perfil não dá acesso a esta página.")
    assert "peça o acesso ao administrador" in resposta.text
    assert cliente.get("/triagem", headers=JSON).json == {
        "titulo": "Seu perfil não dá acesso a esta página.",
        "mensagem": "Se você precisa dela, peça o acesso ao administrador do seu órgão.",
    }


def test_404_for_people_for_strangers_and_for_scripts(app: Flask, cliente: FlaskClient, como: Como) -> None:
    for quem in (cliente, como(contas.deputada())):
        conferir(quem.get("/nada/aqui"), 404, "Página não encontrada.")
    resposta = cliente.get("/nada/aqui", headers=JSON)
    assert (resposta.status_code, resposta.json["titulo"]) == (404, "Página não encontrada.")
    assert "<script>" not in cliente.get("/<script>alert(1)</script>").text


def test_405_says_how_to_ask(cliente: FlaskClient) -> None:
    resposta = cliente.get("/sair")
    conferir(resposta, 405, "Este endereço não funciona assim.")
    assert set(resposta.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_409_says_who_did_what(app: Flask, como: Como) -> None:
    casa = montar()
    cliente, onde = (
        como(contas.coordenadora("Carla")),
        f"/distribuicao/entregas/{casa.protocolada['entrega_id']}/reentregar",
    )
    versao = db.session().get_one(Entrega, casa.protocolada["entrega_id"]).versao
    assert cliente.post(onde, data={"versao": versao}).status_code == 303
    resposta = cliente.post(onde, data={"versao": versao})
    conferir(resposta, 409, "Alguém decidiu antes.")
    assert "Carla, " in resposta.text
    assert "Pediu nova tentativa" in resposta.text
    resposta = cliente.post(onde, data={"versao": versao}, headers=JSON)
    assert (resposta.status_code, "Pediu nova tentativa" in resposta.json["mensagem"]) == (409, True)


@pytest.mark.config(limite_peticao_bytes=1000)
def test_413_keeps_what_was_saved(app: Flask, como: Como) -> None:
    rascunho = peticoes.rascunho()
    cliente, onde = como(rascunho.autor), f"/peticoes/{rascunho.id}/anexos"
    resposta = cliente.post(onde, data={"arquivos": (io.BytesIO(b"x" * 2_000_000), "grande.pdf")})
    conferir(resposta, 413, "Os arquivos são grandes demais.")
    resposta = cliente.post(onde, data={"arquivos": (io.BytesIO(b"x" * 2_000_000), "grande.pdf")}, headers=JSON)
    assert (resposta.status_code, resposta.json["titulo"]) == (413, "Os arquivos são grandes demais.")
    assert "Leitos de UTI" in cliente.get(f"/peticoes/{rascunho.id}/redigir").text


def test_422_tells_a_script_what_is_wrong_with_a_file(app: Flask, como: Como) -> None:
    rascunho = peticoes.rascunho()
    dados = {"arquivos": (io.BytesIO(b"x"), "planilha.xlsx")}
    resposta = como(rascunho.autor).post(f"/peticoes/{rascunho.id}/anexos", data=dados, headers=JSON)
    assert resposta.status_code == 422
    assert resposta.json["mensagem"].startswith("“planilha.xlsx” não é PDF, JPG ou PNG.")


@pytest.mark.config(limite_entrada="1 per minute")
def test_429_asks_to_wait(cliente: FlaskClient) -> None:
    dados = {"identificacao": "ana@teste.invalid", "senha": "errada"}
    assert cliente.post("/entrar", data=dados).status_code == 422
    pagina = cliente.post("/entrar", data=dados)
    assert pagina.status_code == 429
    assert "Muitas tentativas seguidas. Espere um minuto e tente de novo." in pagina.text
    assert 'value="ana@teste.invalid"' in pagina.text


@pytest.mark.config(sem_csrf=False)
def test_400_for_a_form_that_is_not_ours(cliente: FlaskClient) -> None:
    conferir(cliente.post("/entrar"), 400, "Este formulário não vale mais.")
    resposta = cliente.post("/entrar", headers=JSON)
    assert (resposta.status_code, resposta.json["titulo"]) == (400, "Este formulário não vale mais.")


@pytest.fixture
def com_falha(app: Flask) -> Flask:
    """A page of ours that breaks."""

    @app.get("/teste/falha")
    @aberta("a test")
    def falha() -> str:
        raise ZeroDivisionError("segredo interno")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def test_500_hides_what_broke_and_writes_it_down(
    com_falha: Flask, cliente: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    resposta = cliente.get("/teste/falha")
    conferir(resposta, 500, "Algo falhou do nosso lado.")
    assert "segredo interno" not in resposta.text
    assert "segredo interno" in caplog.text
    resposta = cliente.get("/teste/falha", headers=JSON)
    assert (resposta.status_code, resposta.json["titulo"]) == (500, "Algo falhou do nosso lado.")


@pytest.fixture
def sem_banco(servidores: Servidores, tmp_path: Path) -> Iterator[FlaskClient]:
    """The browser of somebody signed in, while the database is away."""
    url = f"postgresql+psycopg://postgres@127.0.0.1:{portas.livre()}/peticionamento"
    app = create_app(config_de_teste(url, servidores.redis_url(0), tmp_path))
    app.test_client_class = Cliente
    cliente = app.test_client()
    with cliente.session_transaction() as conteudo:
        conteudo["_user_id"] = "uma-sessao"
    yield cliente
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("onde", ["/", "/peticoes", "/conta", "/entrar"])
def test_503_when_the_database_is_away(sem_banco: FlaskClient, onde: str) -> None:
    conferir(sem_banco.get(onde), 503, "O sistema está sem acesso ao banco de dados.")
    resposta = sem_banco.get(onde, headers=JSON)
    assert (resposta.status_code, resposta.json["titulo"]) == (503, "O sistema está sem acesso ao banco de dados.")


def test_503_is_drawn_without_asking_the_database_again(sem_banco: FlaskClient) -> None:
    vezes: list[object] = []
    with sem_banco.application.app_context():
        motor = db.engine
    event.listen(motor, "do_connect", lambda *_args: vezes.append(1))
    assert sem_banco.get("/conta").status_code == 503
    assert len(vezes) == 1


@pytest.mark.parametrize("onde", ["/nada/aqui", "/sair", "/conta?x=%00"])
def test_other_refusals_are_drawn_too_while_the_database_is_away(sem_banco: FlaskClient, onde: str) -> None:
    resposta = sem_banco.get(onde)
    assert resposta.status_code in (404, 405, 503)
    assert 'class="topo"' in resposta.text


def test_what_needs_no_database_goes_on_without_it(sem_banco: FlaskClient) -> None:
    assert sem_banco.get("/static/css/base.css").status_code == 200


def test_a_statement_that_fails_for_want_of_the_database_is_503(app: Flask, cliente: FlaskClient) -> None:
    @app.get("/teste/banco")
    @aberta("a test")
    def banco() -> str:
        raise OperationalError("select 1", {}, Exception("server closed the connection"))

    conferir(cliente.get("/teste/banco"), 503, "O sistema está sem acesso ao banco de dados.")


def test_every_answer_carries_the_strict_policy(app: Flask, cliente: FlaskClient, como: Como) -> None:
    dentro = como(contas.deputada())
    for resposta in (
        cliente.get("/entrar"),
        cliente.get("/nada"),
        cliente.get("/"),
        dentro.get("/peticoes"),
        dentro.get("/conta"),
    ):
        politica = {
            diretiva: set(fontes)
            for diretiva, *fontes in (parte.split() for parte in resposta.headers["Content-Security-Policy"].split(";"))
        }
        assert politica["default-src"] == {"'none'"}
        assert politica["script-src"] == {"'self'"}
        assert politica["object-src"] == politica["base-uri"] == {"'none'"}
        assert politica["form-action"] == politica["frame-ancestors"] == {"'self'"}
        fontes = set().union(*politica.values())
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & fontes
        assert all(fonte.startswith("'") or fonte in ("data:", "blob:") for fonte in fontes)
        assert resposta.headers["X-Content-Type-Options"] == "nosniff"
        assert resposta.headers["Referrer-Policy"] == "same-origin"
        assert resposta.headers["Cache-Control"] == "no-store"


def test_each_page_has_a_nonce_of_its_own(cliente: FlaskClient) -> None:
    nonces = {_nonce(cliente.get("/entrar")) for _ in range(3)}
    assert len(nonces) == 3


def _nonce(resposta: TestResponse) -> str:
    _, _, resto = resposta.headers["Content-Security-Policy"].partition("'nonce-")
    nonce = resto.partition("'")[0]
    assert f'name="csp-nonce" content="{nonce}"' in resposta.text
    return nonce


def test_static_files_are_kept_by_browsers_but_not_their_absence(cliente: FlaskClient) -> None:
    assert cliente.get("/static/css/base.css").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    resposta = cliente.get("/static/css/nao-ha.css")
    assert (resposta.status_code, resposta.headers["Cache-Control"]) == (404, "no-store")


class Leitor(HTMLParser):
    """What a page runs, loads, links to and asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.dentro: list[str] = []
        self.defeitos: list[str] = []
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.titulos = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        dados = {nome: valor or "" for nome, valor in attrs}
        if "style" in dados or tag == "style" or any(nome.startswith("on") for nome in dados):
            self.defeitos.append(f"inline: <{tag} {attrs}>")
        if tag == "script" and "src" not in dados:
            self.defeitos.append("inline script")
        for nome in ("src", "href", "action", "hx-get", "hx-post", "data-src"):
            endereco = urlsplit(dados.get(nome, ""))
            if endereco.netloc or endereco.scheme not in ("", "data", "blob"):
                self.defeitos.append(f"elsewhere: {dados[nome]}")
        if tag in ("a", "iframe", "img") and (link := dados.get("href") or dados.get("src", "")).startswith("/"):
            self.links.add(link.partition("#")[0])
        if (ancora := dados.get("id")) is not None:
            self.ids.append(ancora)
        if dados.get("method", "").lower() == "post":
            self.dentro.append("form")
        if self.dentro and dados.get("name") == "csrf_token":
            self.dentro.append("token")
        self.titulos += tag == "h1"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.dentro:
            if "token" not in self.dentro:
                self.defeitos.append("a form without its token")
            self.dentro = []


def ler(pagina: str) -> Leitor:
    leitor = Leitor()
    leitor.feed(pagina)
    leitor.close()
    return leitor


@pytest.mark.parametrize("papel", list(Papel))
@pytest.mark.config(sem_csrf=False)
def test_every_page_one_can_reach_is_clean_and_leads_somewhere(app: Flask, como: Como, papel: Papel) -> None:
    cliente = como(montar().pessoas[papel])
    a_ver, vistas, paginas = ["/"], set(), 0
    while a_ver and len(vistas) < 120:
        onde = a_ver.pop()
        vistas.add(onde)
        resposta = cliente.get(onde, follow_redirects=True)
        assert resposta.status_code == 200, (onde, resposta.status)
        if resposta.mimetype != "text/html":
            continue
        leitor = ler(resposta.text)
        assert leitor.defeitos == [], onde
        assert leitor.titulos == 1, f"{onde}: {leitor.titulos} h1"
        assert len(leitor.ids) == len(set(leitor.ids)), f"{onde}: the same id twice in {sorted(leitor.ids)}"
        assert "<script>alert" not in resposta.text
        a_ver += sorted(leitor.links - vistas - set(a_ver))
        paginas += 1
    assert paginas >= 3


@pytest.mark.config(sem_csrf=False)
def test_the_pages_of_refusal_are_clean_too(app: Flask, cliente: FlaskClient, como: Como) -> None:
    for resposta in (cliente.get("/nada"), cliente.post("/entrar"), como(contas.deputada()).get("/triagem")):
        leitor = ler(resposta.text)
        assert leitor.defeitos == []
        assert leitor.titulos == 1


def test_the_door_shows_each_role_only_its_rooms(app: Flask, como: Como) -> None:
    esperados = {
        Papel.DEPUTADO: ["/peticoes", "/peticoes/busca", "/peticoes/prazos"],
        Papel.ASSESSOR: ["/peticoes", "/peticoes/busca", "/peticoes/prazos"],
        Papel.TRIADOR: ["/triagem", "/respostas", "/distribuicao"],
        Papel.COORDENADOR: ["/triagem", "/triagem/coordenacao", "/respostas", "/distribuicao"],
        Papel.AGENTE: ["/atendimento"],
        Papel.ADMINISTRADOR: ["/distribuicao", "/cadastros"],
    }
    for papel, enderecos in esperados.items():
        pagina = como(contas.pessoa(papel)).get("/conta").text
        navegacao = pagina.partition('<nav aria-label="Principal">')[2].partition("</nav>")[0]
        assert [parte.split('"')[0] for parte in navegacao.split('href="')[1:]] == enderecos
        for endereco in enderecos:
            aqui = como(contas.pessoa(papel)).get(endereco).text
            assert f'<a href="{endereco}" aria-current="page">' in aqui


def test_the_settings_for_htmx_are_what_it_reads(cliente: FlaskClient) -> None:
    pagina = cliente.get("/entrar").text
    texto = pagina.partition('name="htmx-config" content=\'')[2].partition("'")[0]
    ajustes = json.loads(texto)
    assert (ajustes["allowEval"], ajustes["allowScriptTags"], ajustes["selfRequestsOnly"]) == (False, False, True)
    assert (ajustes["includeIndicatorStyles"], ajustes["historyCacheSize"]) == (False, 0)
    assert "style" not in ajustes["attributesToSettle"]  # copied from what was swapped, the policy would refuse it


def test_no_sheet_loads_anything_from_another_host() -> None:
    for folha in (RAIZ / "static").rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", folha.read_text(encoding="utf-8")), folha
