"""`flask --app wsgi demonstracao …`: load the demonstration, list its logins."""

from __future__ import annotations

import click

from peticionamento.comum.terminal import Erro, Grupo
from peticionamento.demonstracao import carga, pessoas

demonstracao = Grupo("demonstracao", help="Dados de demonstração: pessoas inventadas, órgãos e municípios reais.")


@demonstracao.command("carregar")
@click.option("--se-vazio", is_flag=True, help="Não faz nada, e não reclama, se o banco já tem dados.")
@click.option("--peticoes", type=click.IntRange(20, 400), default=300, show_default=True, help="Quantas petições.")
def carregar(se_vazio: bool, peticoes: int) -> None:
    """Carrega a demonstração em um banco vazio."""
    if carga.tem_dados():
        if not se_vazio:
            raise Erro("O banco já tem dados; a demonstração só entra em um banco vazio.")
        return
    with click.progressbar(length=peticoes, label="Carregando a demonstração") as barra:
        carga.carregar(peticoes, avanco=lambda: barra.update(1))


@demonstracao.command("contas")
def contas() -> None:
    """Mostra as contas de demonstração."""
    linhas = pessoas.contas_principais()
    if not linhas:
        raise Erro("Não há contas de demonstração neste banco.")
    click.echo(f"{'Quem':<34} {'E-mail':<46} {'CPF':<15}")
    for conta in linhas:
        click.echo(f"{conta.quem:<34} {conta.email:<46} {conta.cpf:<15}")
    click.echo(f"A senha de todas é: {pessoas.SENHA}")
