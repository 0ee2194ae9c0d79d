"""`flask --app wsgi sei-local`: the make-believe SEI, for whoever develops or shows the channel."""

from __future__ import annotations

from contextlib import suppress

import click

from peticionamento.servidores.sei import Defeito, Sei

PORTA = 8010


@click.command("sei-local")
@click.option("--porta", type=click.IntRange(1, 65535), default=PORTA, show_default=True, help="Onde ele atende.")
@click.option(
    "--defeito",
    "defeitos",
    metavar="OPERACAO=DEFEITO",
    multiple=True,
    help=f"Estraga a próxima chamada da operação: {', '.join(Defeito)}.",
)
def sei_local(porta: int, defeitos: tuple[str, ...]) -> None:
    """Um SEI de mentira nesta máquina: simula o serviço web do SEI, e nada sai daqui."""
    pedidos = [_ler(pedido) for pedido in defeitos]
    try:
        servidor = Sei(porta=porta)
    except OSError as erro:
        raise click.ClickException(f"A porta {porta} já está em uso: escolha outra com --porta.") from erro
    for operacao, defeito in pedidos:
        servidor.estragar(operacao, defeito)
    acervo = servidor.acervo
    click.echo(f"SEI de mentira (simulação local) em {acervo.endereco}/\n\nPara usá-lo, no ambiente do programa:")
    click.echo(f"  SEI_URL={servidor.url}\n  SEI_SISTEMA={acervo.sistema}\n  SEI_SERVICO={acervo.chave}\n")
    for nome, quais in (
        ("Unidades", acervo.unidades),
        ("Tipos de processo", acervo.tipos),
        ("Tipos de documento", acervo.series),
        ("Hipóteses legais", acervo.hipoteses),
    ):
        click.echo(f"{nome}: {'; '.join(f'{chave} {valor}' for chave, valor in quais.items())}")
    click.echo("\nCtrl-C para.")
    try:
        with suppress(KeyboardInterrupt):
            servidor.servir()
    finally:
        servidor.fechar()


def _ler(pedido: str) -> tuple[str, Defeito]:
    operacao, _, defeito = pedido.partition("=")
    if defeito not in set(Defeito):
        raise click.BadParameter(f"“{pedido}”: escreva OPERACAO=DEFEITO, e o defeito é um de {', '.join(Defeito)}.")
    return operacao, Defeito(defeito)
