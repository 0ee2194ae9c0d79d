"""`flask --app wsgi usuarios …`: people from the command line. Wrong input: a Portuguese sentence and exit code 1."""

from __future__ import annotations

import click

from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.comum.terminal import Erro, Grupo, pedir_senha
from peticionamento.contas import queries, services
from peticionamento.contas.models import Pessoa

usuarios = Grupo("usuarios", help="Cria e mantém as contas das pessoas.")


def _pessoa(quem: str) -> Pessoa:
    pessoa = queries.por_cpf_ou_email(quem)
    if pessoa is None:
        raise Erro(f"Não há conta com o CPF ou e-mail “{quem}”.")
    return pessoa


def _papel(nome: str) -> Papel:
    try:
        return Papel(nome.strip().lower())
    except ValueError:
        raise Erro(f"“{nome}” não é um papel. Os papéis são: {', '.join(Papel)}.") from None


@usuarios.command("criar")
@click.argument("cpf")
@click.argument("nome")
@click.argument("email")
@click.option("--papel", "papel", help="deputado, assessor, triador, coordenador, agente ou administrador")
@click.option("--unidade", help="SES, ou SES/GAB; só para quem é do governo")
@click.option("--cargo", help="Como a pessoa assina, por exemplo “Deputada estadual”")
@click.option("--partido", help="A sigla do partido, para um deputado")
@click.option("--senha", callback=pedir_senha, help="Pedida em seguida quando não é dada aqui")
def criar(
    cpf: str,
    nome: str,
    email: str,
    papel: str | None,
    unidade: str | None,
    cargo: str | None,
    partido: str | None,
    senha: str,
) -> None:
    """Cria uma conta."""
    escolhido = _papel(papel) if papel else None
    try:
        pessoa = services.criar(cpf, nome, email, senha, cargo=cargo, partido=partido, papel=escolhido, unidade=unidade)
    except Recusa as recusa:
        raise Erro(recusa.mensagem) from recusa
    click.echo(f"Conta criada: {pessoa.nome}.")


@usuarios.command("papel")
@click.argument("quem")
@click.argument("papel")
@click.option("--unidade", help="SES, ou SES/GAB; só para quem é do governo")
def papel(quem: str, papel: str, unidade: str | None) -> None:
    """Dá um papel a QUEM (CPF ou e-mail)."""
    pessoa = _pessoa(quem)
    try:
        services.dar_papel(pessoa, _papel(papel), unidade)
    except Recusa as recusa:
        raise Erro(recusa.mensagem) from recusa
    click.echo(f"{pessoa.nome} agora tem o papel {papel}.")


@usuarios.command("partido")
@click.argument("quem")
@click.argument("sigla")
def partido(quem: str, sigla: str) -> None:
    """Anota o partido de QUEM (CPF ou e-mail); "" tira."""
    try:
        pessoa = services.filiar(_pessoa(quem), sigla)
    except Recusa as recusa:
        raise Erro(recusa.mensagem) from recusa
    click.echo(f"{pessoa.nome}: {pessoa.partido}." if pessoa.partido else f"{pessoa.nome} está sem partido.")


@usuarios.command("senha")
@click.argument("quem")
@click.option("--senha", callback=pedir_senha, help="Pedida em seguida quando não é dada aqui")
def senha(quem: str, senha: str) -> None:
    """Troca a senha de QUEM (CPF ou e-mail) e encerra as sessões."""
    pessoa = _pessoa(quem)
    try:
        services.redefinir_senha(pessoa, senha, agora=agora())
    except Recusa as recusa:
        raise Erro(recusa.mensagem) from recusa
    click.echo(f"Senha de {pessoa.nome} trocada; todos os aparelhos saíram.")


@usuarios.command("bloquear")
@click.argument("quem")
@click.option("--desfazer", is_flag=True, help="Desbloqueia")
def bloquear(quem: str, desfazer: bool) -> None:
    """Bloqueia a conta de QUEM (CPF ou e-mail) e encerra as sessões."""
    pessoa = _pessoa(quem)
    if desfazer:
        services.desbloquear(pessoa)
        click.echo(f"A conta de {pessoa.nome} pode entrar de novo.")
        return
    services.bloquear(pessoa, agora=agora())
    click.echo(f"Conta de {pessoa.nome} bloqueada; todos os aparelhos saíram.")


@usuarios.command("representar")
@click.argument("assessor")
@click.argument("deputado")
@click.option("--encerrar", is_flag=True, help="Encerra a representação")
def representar(assessor: str, deputado: str, encerrar: bool) -> None:
    """Faz o ASSESSOR agir pelo DEPUTADO (CPF ou e-mail de cada um): ver, escrever e acompanhar; não assinar."""
    quem, por_quem = _pessoa(assessor), _pessoa(deputado)
    try:
        if encerrar:
            services.encerrar_representacao(quem, por_quem, agora=agora())
            click.echo(f"{quem.nome} não age mais por {por_quem.nome}.")
            return
        services.representar(quem, por_quem)
    except Recusa as recusa:
        raise Erro(recusa.mensagem) from recusa
    click.echo(f"{quem.nome} agora age por {por_quem.nome}.")
