"""The web server and the worker as children of `make run`: started, watched, stopped."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from peticionamento.servidores import parada, portas, processos
from peticionamento.servidores.erros import ServidorNaoSubiu, fim_do_registro

_ESPERA_WEB_S = 60.0
_ESTAVEL_S = 20.0
"""A child that lived this long did start; one that dies sooner is started again after a growing pause."""
_PAUSA_MAXIMA_S = 30.0


@dataclass
class Filho:
    """A child: what it is called in sentences, its command, and how long it may take to end."""

    nome: str
    comando: Sequence[str]
    instancia: Path
    raiz: Path
    ambiente: Mapping[str, str]
    espera_s: float = 10
    _processo: psutil.Popen | None = field(default=None, init=False)
    _desde: float = field(default=0, init=False)
    _quedas: int = field(default=0, init=False)

    @property
    def registro(self) -> Path:
        """Where its output goes."""
        return self.instancia / "registros" / f"{self.nome}.log"

    @property
    def memoria(self) -> Path:
        """Where its pid is kept for the next run."""
        return _memorias(self.instancia) / f"{self.nome}.json"

    def iniciar(self) -> None:
        """Start it."""
        self._desde = time.monotonic()
        self._processo = processos.iniciar(
            self.comando, memoria=self.memoria, registro=self.registro, pasta=self.raiz, ambiente=self.ambiente
        )

    def fim(self) -> int | None:
        """Its exit code, or None while it lives (or waits to be started again)."""
        return None if self._processo is None else self._processo.poll()

    def recomecar(self) -> None:
        """Start it again, at once if it had lived long, else after a pause that doubles with each early death."""
        vida = time.monotonic() - self._desde
        self._quedas = 0 if vida > _ESTAVEL_S else self._quedas + 1
        parada.esperar(min(_PAUSA_MAXIMA_S, 2.0**self._quedas) if self._quedas > 1 else 0)
        self.iniciar()

    def parar(self) -> None:
        """Ask it to end what it is doing and go; by force after `espera_s`."""
        if self._processo is None:
            return
        processos.parar(self._processo, espera_s=self.espera_s, matar=True)
        self.memoria.unlink(missing_ok=True)


def _memorias(instancia: Path) -> Path:
    return instancia / "processos"


def parar_sobras(instancia: Path) -> None:
    """Stop the children that a killed run left behind; they would hold the port and the queue."""
    for memoria in sorted(_memorias(instancia).glob("*.json")):
        if (sobra := processos.sobra(memoria)) is not None:
            print(f"Sobrou um processo ({memoria.stem}, pid {sobra.pid}) de uma execução interrompida; parando.")
            processos.parar(sobra, espera_s=5, matar=True)
        memoria.unlink(missing_ok=True)


def comando_web(porta: int) -> list[str]:
    """The web server: two processes of eight threads, so that a slow upload does not hold up everybody else."""
    return [
        sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{portas.LOCAL}:{porta}", "--workers", "2",
        "--threads", "8", "--timeout", "60", "--graceful-timeout", "5", "--no-control-socket", "--access-logfile", "-",
    ]  # fmt: skip


def esperar_saude(web: Filho, porta: int) -> None:
    """Wait until the web server says it is well. Raises Parada, or ServidorNaoSubiu when it does not."""
    limite = time.monotonic() + _ESPERA_WEB_S
    while time.monotonic() < limite:
        if web.fim() is not None:
            break
        if _saudavel(porta):
            return
        parada.esperar(0.1)
    raise ServidorNaoSubiu(f"O servidor web não subiu.{fim_do_registro(web.registro)}")


def _saudavel(porta: int) -> bool:
    conexao = http.client.HTTPConnection(portas.LOCAL, porta, timeout=5)
    try:
        conexao.request("GET", "/saude")
        return conexao.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        conexao.close()
