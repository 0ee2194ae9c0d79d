"""The mailbox of returns: read by IMAP, each message marked as seen once it is in the database."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit


class CaixaFora(Exception):
    """The mailbox did not answer as it should; the sentence says what it said."""


def ler(url: str, receber: Callable[[bytes], object], *, espera_s: int) -> int:
    """Hand every unseen message of `imaps://user:password@host[:port]/folder` to `receber`; how many there were.

    One that `receber` raises on stays unseen, and so do those after it: the next reading finds them. `imap://` is for
    a server on this machine. Raises CaixaFora.
    """
    partes = urlsplit(url)
    try:
        with _ligar(partes.scheme, partes.hostname or "localhost", partes.port, espera_s) as caixa:
            caixa.login(unquote(partes.username or ""), unquote(partes.password or ""))
            _bem(caixa.select(_citada(unquote(partes.path).strip("/") or "INBOX")))
            numeros = _bem(caixa.uid("SEARCH", "UNSEEN"))[0].split()
            for numero in numeros:
                receber(_conteudo(_bem(caixa.uid("FETCH", numero.decode(), "(BODY.PEEK[])"))))
                _bem(caixa.uid("STORE", numero.decode(), "+FLAGS.SILENT", r"(\Seen)"))
            return len(numeros)
    except (OSError, imaplib.IMAP4.error) as erro:
        raise CaixaFora(f"{type(erro).__name__}: {erro}") from erro


def _ligar(esquema: str, host: str, porta: int | None, espera_s: int) -> imaplib.IMAP4:
    if esquema == "imaps":
        return imaplib.IMAP4_SSL(host, porta or 993, ssl_context=ssl.create_default_context(), timeout=espera_s)
    return imaplib.IMAP4(host, porta or 143, timeout=espera_s)


def _citada(pasta: str) -> str:
    return '"' + pasta.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bem(resposta: tuple[str, list[Any]]) -> list[Any]:
    situacao, dados = resposta
    if situacao != "OK":
        raise imaplib.IMAP4.error(f"{situacao} {dados!r}")
    return dados


def _conteudo(dados: list[Any]) -> bytes:
    for parte in dados:
        if isinstance(parte, tuple):
            return bytes(parte[1])
    raise imaplib.IMAP4.error("the message has no content")
