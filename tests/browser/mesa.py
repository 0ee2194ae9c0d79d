"""SEGOV's desk for the browser's tests: demands that wait, and somebody of the desk before a page of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from playwright.sync_api import Page, expect

from peticionamento.comum.tempo import agora, no_instante
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.no_ar import NoAr


def esperando(servidor: NoAr, assuntos: Sequence[str], siglas: Sequence[str] = ("SES", "DER-MG")) -> list[int]:
    """File petitions, the oldest first, with agencies to send them to; their demands."""
    with servidor.app.app_context():
        for sigla in siglas:
            cadastros.orgao(sigla)
        ids = []
        for n, assunto in enumerate(assuntos):
            with no_instante(agora() - timedelta(hours=len(assuntos) - n)):
                ids.append(triagem.demanda(peticoes.protocolada(assunto=assunto)).id)
        return ids


def da_mesa(servidor: NoAr, nome: str, *, coordena: bool = False) -> str:
    """Somebody who works at the desk; their address."""
    with servidor.app.app_context():
        return (contas.coordenadora(nome) if coordena else contas.triador(nome)).email


def entrar(pagina: Page, email: str) -> Page:
    """Sign in, and stand at the queue with its scripts awake."""
    pagina.goto("/entrar")
    pagina.get_by_label("CPF ou e-mail").fill(email)
    pagina.get_by_label("Senha").fill(contas.SENHA)
    pagina.get_by_role("button", name="Entrar").click()
    expect(pagina.get_by_role("button", name="Sair")).to_be_visible()
    pagina.goto("/triagem")
    acordada(pagina)
    return pagina


def acordada(pagina: Page) -> None:
    """Wait until the page's scripts hear."""
    expect(pagina.locator("html[data-pronto]")).to_be_attached()
