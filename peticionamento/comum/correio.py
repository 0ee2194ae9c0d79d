"""E-mail by SMTP, the only way mail leaves the house."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app

from peticionamento.comum import links
from peticionamento.comum.db import soltar_conexao
from peticionamento.comum.saida import Falha

_ENDERECO = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE | re.ASCII)


def endereco_valido(endereco: str) -> bool:
    """Whether mail can be sent there: the form browsers ask of an e-mail field, with a dot in the domain.

    The standard library writes headers that break, or breaks itself, when given less.
    """
    return len(endereco) <= 254 and _ENDERECO.fullmatch(endereco) is not None


@dataclass(frozen=True)
class Carta:
    """The three texts of a message."""

    assunto: str
    texto: str
    html: str


def redigir(modelo: str, **contexto: Any) -> Carta:
    """Fill the templates `emails/<modelo>.{assunto.txt,txt,html}`; `endereco`, the site's address, is always there.

    Not `render_template`: mail is written by jobs too, where there is no request for the pages' context to ask.
    """
    contexto["endereco"] = current_app.config["PETICIONAMENTO"].endereco_publico

    def preencher(fim: str) -> str:
        return current_app.jinja_env.get_template(f"emails/{modelo}.{fim}").render(**contexto)

    return Carta(" ".join(preencher("assunto.txt").split())[:300], preencher("txt"), preencher("html"))


def enviar(para: str, carta: Carta, *, chave: str, anexos: list[tuple[str, bytes]] | None = None) -> Falha | None:
    """Send one message; `chave` makes its Message-ID, the same on every try, so that a second copy can be known.

    `anexos` are PDFs as (name, content). Returns None when the server took it, else why not: a refusal for good
    (5xx) waits for a person, everything else is tried again.
    """
    if not endereco_valido(para):
        return Falha("o endereço de e-mail não é válido", repr(para), adianta_tentar=False)
    config = current_app.config["PETICIONAMENTO"]
    mensagem = _montar(para, carta, chave, anexos or [])
    soltar_conexao()
    try:
        with _ligar(config.smtp_url, config.espera_rede_s) as smtp:
            smtp.send_message(mensagem, from_addr=_volta(chave), to_addrs=[para])
    except smtplib.SMTPRecipientsRefused as erro:
        codigo, fala = next(iter(erro.recipients.values()))
        return Falha(f"o servidor de e-mail não aceitou o endereço {para}", f"{codigo} {fala!r}", codigo < 500)
    except smtplib.SMTPResponseException as erro:
        definitiva = 500 <= erro.smtp_code < 600
        return Falha("o servidor de e-mail recusou a mensagem", f"{erro.smtp_code} {erro.smtp_error!r}", not definitiva)
    except (OSError, smtplib.SMTPException) as erro:
        return Falha("o servidor de e-mail não respondeu", f"{type(erro).__name__}: {erro}")
    return None


def _volta(chave: str) -> str | None:
    """Where a message that cannot be delivered comes back to: an address of its own (VERP), if there is a mailbox."""
    caixa, _, dominio = current_app.config["PETICIONAMENTO"].devolucoes.rpartition("@")
    return f"{caixa}+{chave}@{dominio}" if caixa else None


def _montar(para: str, carta: Carta, chave: str, anexos: list[tuple[str, bytes]]) -> EmailMessage:
    config = current_app.config["PETICIONAMENTO"]
    mensagem = EmailMessage()
    mensagem["From"] = config.remetente
    mensagem["To"] = para
    mensagem["Subject"] = carta.assunto
    mensagem["Date"] = formatdate(localtime=False)
    mensagem["Message-ID"] = f"<{chave}@{_nosso_nome()}>"
    mensagem["Auto-Submitted"] = "auto-generated"
    mensagem.set_content(links.revelar(carta.texto))
    mensagem.add_alternative(links.revelar(carta.html), subtype="html")
    for nome, conteudo in anexos:
        mensagem.add_attachment(conteudo, maintype="application", subtype="pdf", filename=nome)
    return mensagem


def _nosso_nome() -> str:
    """The site's own name: for Message-IDs, and so that a connection does not ask the name service who we are."""
    return urlsplit(current_app.config["PETICIONAMENTO"].endereco_publico).hostname or "peticionamento"


def _ligar(url: str, espera_s: int) -> smtplib.SMTP:
    """Connect to `smtp://[user:password@]host[:port]`, `smtp+starttls://…` or `smtps://…`."""
    partes = urlsplit(url)
    host, nosso = partes.hostname or "localhost", _nosso_nome()
    certificados = ssl.create_default_context()  # without it Python takes any certificate
    if partes.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, partes.port or 465, nosso, timeout=espera_s, context=certificados)
    else:
        smtp = smtplib.SMTP(host, partes.port or 25, nosso, timeout=espera_s)
    if partes.scheme == "smtp+starttls":
        smtp.starttls(context=certificados)
    if partes.username:
        smtp.login(unquote(partes.username), unquote(partes.password or ""))
    return smtp
