"""Under which account PostgreSQL runs, because it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PASSAGEM = stat.S_IXGRP | stat.S_IXOTH
_LEITURA = stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True)
class Conta:
    """An account to run a program under; None means: as we are."""

    uid: int | None = None
    gid: int | None = None

    def opcoes(self) -> dict[str, Any]:
        """The arguments of `subprocess` that change to the account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def entregar(self, pasta: Path) -> None:
        """Make the account the owner of a folder that only it may enter."""
        pasta.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(pasta, self.uid, self.gid)


def escolher(projeto: Path) -> Conta:
    """The account for PostgreSQL: ourselves, or, as root, the owner of the project, or `nobody`.

    The owner comes first so that the same folder then works for root and for its owner. No account is made.
    """
    if os.geteuid() != 0:
        return Conta()
    dono = projeto.stat()
    if dono.st_uid != 0 and _conhecida(dono.st_uid):
        return Conta(dono.st_uid, dono.st_gid)
    ninguem = pwd.getpwnam("nobody")
    return Conta(ninguem.pw_uid, ninguem.pw_gid)


def _conhecida(uid: int) -> bool:
    """Whether the account has a name: `initdb` asks for it."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def abrir_caminho(conta: Conta, *destinos: Path) -> list[Path]:
    """Let another account pass through the folders above `destinos`; returns those that had to be changed.

    A checkout in root's home is the usual case: /root is closed to everyone else. Passing is allowed, listing is not.
    """
    abertas: list[Path] = []
    if conta.uid is None:
        return abertas
    for pasta in dict.fromkeys(pasta for destino in destinos for pasta in destino.resolve().parents):
        atual = pasta.stat()
        if atual.st_uid != conta.uid and not atual.st_mode & stat.S_IXOTH:
            pasta.chmod(stat.S_IMODE(atual.st_mode) | _PASSAGEM)
            abertas.append(pasta)
    return abertas


def abrir_leitura(conta: Conta, raiz: Path) -> None:
    """Let another account read a program's folder, closed when pip ran under a strict umask."""
    if conta.uid is None or raiz.stat().st_mode & stat.S_IROTH:
        return
    for pasta, _, arquivos in os.walk(raiz):
        Path(pasta).chmod(stat.S_IMODE(Path(pasta).stat().st_mode) | _PASSAGEM | _LEITURA)
        for nome in arquivos:
            arquivo = Path(pasta) / nome
            modo = stat.S_IMODE(arquivo.stat().st_mode)
            arquivo.chmod(modo | _LEITURA | (_PASSAGEM if modo & stat.S_IXUSR else 0))
