"""RQ entry points of distribution."""

from __future__ import annotations

from flask import current_app

from peticionamento.comum.tempo import agora
from peticionamento.distribuicao import caixa_de_devolucoes, devolucoes, horas, no_sei, turno, vez


def entregar(entrega_id: int) -> None:
    """Carry those whose turn it is, and this one."""
    turno.atender(entrega_id)


def varrer_entregas() -> int:
    """Put deliveries that lost their job back on the queue."""
    return vez.chamar()


def somar_horas() -> int:
    """Sum up the last hours for the plots."""
    return horas.somar()


def acompanhar_sei() -> int:
    """Read back how processes stand in SEI."""
    return no_sei.acompanhar()


def ler_devolucoes() -> int:
    """Read the mailbox of returns, if there is one."""
    config = current_app.config["PETICIONAMENTO"]
    if not config.devolucoes_imap:
        return 0
    return caixa_de_devolucoes.ler(
        config.devolucoes_imap,
        lambda conteudo: devolucoes.receber(conteudo, agora=agora()),
        espera_s=config.espera_rede_s,
    )
