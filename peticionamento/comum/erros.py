"""What a use case can refuse, each with a sentence for the person and the field it belongs to."""

from __future__ import annotations

from typing import ClassVar


class Recusa(Exception):
    """A use case refuses: `mensagem` is a Portuguese sentence, `campo` the form field it belongs beside."""

    status: ClassVar[int] = 422
    titulo: ClassVar[str] = "Não foi possível concluir."

    def __init__(self, mensagem: str, campo: str | None = None) -> None:
        super().__init__(mensagem)
        self.mensagem = mensagem
        self.campo = campo


class NaoEncontrado(Recusa):
    """There is no such row, or this person may not know that there is."""

    status = 404
    titulo = "Página não encontrada."

    def __init__(self, mensagem: str = "O endereço pode estar errado, ou esta página não é da sua conta.") -> None:
        super().__init__(mensagem)


class SemPermissao(Recusa):
    """The person's roles do not allow the action."""

    status = 403
    titulo = "Seu perfil não dá acesso a esta página."

    def __init__(self, mensagem: str = "Se você precisa dela, peça o acesso ao administrador do seu órgão.") -> None:
        super().__init__(mensagem)


class Conflito(Recusa):
    """Somebody changed the row since the person saw it."""

    status = 409
    titulo = "Alguém decidiu antes."


class AcaoIndevida(Recusa):
    """The row's state does not allow the action."""

    status = 409
    titulo = "Isso já não pode ser feito."
