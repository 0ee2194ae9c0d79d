"""Commands that say what is wrong in Portuguese to the first word, Click's own complaints too."""

from __future__ import annotations

from typing import IO, Any

import click
from flask.cli import AppGroup


class Erro(click.ClickException):
    """What went wrong; the command ends with code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it where errors are said."""
        click.echo(f"Erro: {self.message}", file=file, err=file is None)


class Comando(click.Command):
    """A command whose usage errors are in Portuguese."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line. Raises Erro."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as erro:
            raise Erro(f"{_frase(erro)} Veja como se usa com --help.") from erro


class Grupo(AppGroup):
    """A group of such commands."""

    command_class = Comando

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the command. Raises Erro when there is none of that name."""
        if args and self.get_command(ctx, args[0]) is None:
            raise Erro(f"“{args[0]}” não é um comando. Os comandos são: {', '.join(self.list_commands(ctx))}.")
        return super().resolve_command(ctx, args)


def _frase(erro: click.UsageError) -> str:
    match erro:
        case click.MissingParameter(param=click.Parameter() as falta):
            return f"Falta informar {falta.human_readable_name}."
        case click.NoSuchOption():
            return f"Não há a opção {erro.option_name}."
        case click.BadParameter(param=click.Parameter() as ruim):
            return f"O valor de {ruim.human_readable_name} não serve."
        case click.BadOptionUsage():
            return f"Falta o valor da opção {erro.option_name}."
        case _:
            return "Há palavras a mais no comando."


def pedir_senha(_ctx: click.Context, _parametro: click.Parameter, dada: str | None) -> str:
    """The password of an option, typed twice when it was not given. Raises Erro when the two differ."""
    if dada is not None:
        return dada
    senha: str = click.prompt("Senha", hide_input=True)
    if click.prompt("Repita a senha", hide_input=True) != senha:
        raise Erro("As duas senhas não são iguais. Nada mudou.")
    return senha
