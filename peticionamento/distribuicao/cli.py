"""`flask distribuicao …`: what a mail server or a timer calls."""

from __future__ import annotations

import sys

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from peticionamento.comum.tempo import agora
from peticionamento.distribuicao import bp, caixa_de_devolucoes, devolucoes

EX_TEMPFAIL = 75
"""What a mail server takes for "later": it keeps the message and pipes it again."""


@bp.cli.command("devolucoes")
def ler_caixa() -> None:
    """Lê a caixa das mensagens devolvidas (DEVOLUCOES_IMAP)."""
    config = current_app.config["PETICIONAMENTO"]
    if not config.devolucoes_imap:
        raise click.ClickException("Falta DEVOLUCOES_IMAP: imaps://usuario:senha@servidor/INBOX")
    try:
        lidas = caixa_de_devolucoes.ler(
            config.devolucoes_imap,
            lambda conteudo: devolucoes.receber(conteudo, agora=agora()),
            espera_s=config.espera_rede_s,
        )
    except caixa_de_devolucoes.CaixaFora as erro:
        raise click.ClickException(f"A caixa das devoluções não respondeu: {erro}") from erro
    click.echo(f"Mensagens lidas: {lidas}.")


@bp.cli.command("receber-devolucao")
def receber_devolucao() -> None:
    """Recebe pela entrada padrão uma mensagem devolvida, como o servidor de e-mail a entrega a um programa."""
    try:
        devolucao = devolucoes.receber(sys.stdin.buffer.read(), agora=agora())
    except OperationalError:
        click.echo("O banco de dados não respondeu; entregue de novo mais tarde.", err=True)
        sys.exit(EX_TEMPFAIL)
    click.echo("Já tinha sido recebida." if devolucao is None else f"{devolucao.tipo.rotulo}: {devolucao.para}.")
