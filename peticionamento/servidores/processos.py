"""Child processes: each in a session of its own, remembered on disk, and ended by pid.

A session of its own keeps the terminal's Ctrl-C away from the child, so that servers stop in the right order. What is
remembered on disk lets the next run find what a killed run left behind.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from peticionamento.servidores import parada

_MESMO_S = 60
"""Two readings of a process's start differ when the clock is set; a later process of the same pid differs by more."""


def iniciar(
    comando: Sequence[str | Path], *, memoria: Path, registro: Path, pasta: Path, ambiente: Mapping[str, str]
) -> psutil.Popen:
    """Start a child that the next run can find again by `memoria`; its output goes into `registro`."""
    filho = abrir(comando, registro=registro, cwd=pasta, env=dict(ambiente))
    memoria.parent.mkdir(parents=True, exist_ok=True)
    ficha = {"pid": filho.pid, "nascido": filho.create_time(), "pasta": str(pasta)}
    memoria.write_text(json.dumps(ficha), encoding="utf-8")
    return filho


def abrir(comando: Sequence[str | Path], *, registro: Path, **opcoes: Any) -> psutil.Popen:
    """Start a process in a session of its own; `opcoes` are those of `subprocess`."""
    registro.parent.mkdir(parents=True, exist_ok=True)
    with registro.open("ab") as saida:
        return psutil.Popen(
            [str(parte) for parte in comando],
            stdin=subprocess.DEVNULL,
            stdout=saida,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **opcoes,
        )


def sobra(memoria: Path) -> psutil.Process | None:
    """The remembered child, if it still lives and its pid was not given to another process."""
    try:
        lembrado = json.loads(memoria.read_text(encoding="utf-8"))
        processo = psutil.Process(lembrado["pid"])
        mesmo = abs(processo.create_time() - lembrado["nascido"]) < _MESMO_S and processo.cwd() == lembrado["pasta"]
    except (OSError, ValueError, KeyError, psutil.Error):
        return None
    return processo if mesmo and vivo(processo) else None


def vivo(processo: psutil.Process) -> bool:
    """Whether it still runs; one that ended and waits for its parent to look does not."""
    try:
        return bool(processo.is_running() and processo.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def parar(processo: psutil.Process, *, sinal: signal.Signals = signal.SIGTERM, espera_s: float, matar: bool) -> bool:
    """Ask a process to end and wait `espera_s` seconds; with `matar`, end it and its children by force after that.

    Returns whether it ended.
    """
    try:
        familia = [processo, *processo.children(recursive=True)] if matar else [processo]
        processo.send_signal(sinal)
    except psutil.NoSuchProcess:
        return esperar_fim(processo, 1)
    if esperar_fim(processo, espera_s):
        return True
    if not matar:
        return False
    for membro in familia:
        with suppress(psutil.NoSuchProcess):
            membro.kill()
    return esperar_fim(processo, 5)


def esperar_fim(processo: psutil.Process, espera_s: float) -> bool:
    """Wait until a process, ours or another's, ends; returns whether it did."""
    nosso = isinstance(processo, psutil.Popen)
    limite = time.monotonic() + espera_s
    while (processo.poll() is None) if nosso else vivo(processo):
        if time.monotonic() > limite:
            return False
        time.sleep(0.02)
    return True


def virar_registros(pasta: Path) -> None:
    """Begin new logs; those of the run before are kept beside them."""
    for registro in pasta.glob("*.log"):
        registro.replace(registro.with_suffix(".log.anterior"))


def executar(comando: Sequence[str | Path], *, pasta: Path, ambiente: Mapping[str, str]) -> int:
    """Run a command to its end, at the same terminal; returns its exit code. Raises Parada, the command ended."""
    filho = psutil.Popen(comando, cwd=pasta, env=dict(ambiente), stdin=subprocess.DEVNULL)
    try:
        while filho.poll() is None:
            parada.esperar(0.05)
        parada.conferir()
    except parada.Parada:
        parar(filho, espera_s=5, matar=True)
        raise
    return int(filho.returncode)


def flask(*argumentos: str) -> list[str]:
    """The `flask` command of this very environment."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *argumentos]
