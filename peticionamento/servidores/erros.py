"""What stops `make run`, said in one line."""

from __future__ import annotations

from pathlib import Path


class ServidorNaoSubiu(Exception):
    """A server did not come up; the message is a Portuguese sentence for the person at the terminal."""


def fim_do_registro(registro: Path, linhas: int = 15) -> str:
    """The last lines of a log, indented, to be shown under the sentence; empty when there is none."""
    if not registro.exists():
        return ""
    texto = registro.read_text(encoding="utf-8", errors="replace").splitlines()[-linhas:]
    return "".join(f"\n    {linha}" for linha in texto)
