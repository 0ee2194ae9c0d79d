"""What the environment asks of `make run`, and what other shells are told of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from peticionamento.servidores.erros import ServidorNaoSubiu


@dataclass(frozen=True)
class Pedido:
    """What was given; None means: ours."""

    porta: int | None
    database_url: str | None
    redis_url: str | None
    smtp_url: str | None


def ler(ambiente: Mapping[str, str]) -> Pedido:
    """Read what the person overrides. Raises ServidorNaoSubiu on a port that is none."""

    def dado(nome: str) -> str | None:
        return ambiente.get(nome, "").strip() or None

    porta = dado("PORT")
    if porta is not None and not (porta.isascii() and porta.isdecimal() and 1 <= int(porta) <= 65535):
        raise ServidorNaoSubiu(f"PORT precisa ser um número de 1 a 65535, e é “{porta}”.")
    return Pedido(int(porta) if porta else None, dado("DATABASE_URL"), dado("REDIS_URL"), dado("SMTP_URL"))


def segredo(instancia: Path) -> str:
    """This machine's SECRET_KEY, made once: a new one would sign everybody out."""
    arquivo = instancia / "chave"
    if not arquivo.exists():
        escrever(arquivo, secrets.token_hex(32))
    return arquivo.read_text(encoding="utf-8").strip()


def escrever(arquivo: Path, texto: str) -> None:
    """Write a file that only this account may read, whole or not at all."""
    provisorio = arquivo.with_name(f".{arquivo.name}")
    provisorio.unlink(missing_ok=True)
    with os.fdopen(os.open(provisorio, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as saida:
        saida.write(texto)
    provisorio.replace(arquivo)


def contar(arquivo: Path, valores: Mapping[str, str]) -> None:
    """Tell other shells where everything is (`config.py` reads it)."""
    escrever(arquivo, "".join(f"{nome}={valor}\n" for nome, valor in valores.items()))
