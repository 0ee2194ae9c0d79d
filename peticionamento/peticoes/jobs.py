"""RQ entry points of the author's room."""

from __future__ import annotations

from peticionamento.comum.tempo import agora
from peticionamento.peticoes.services import guarda, pacotes


def fazer_pacote(pacote_id: int) -> None:
    """Make one package."""
    pacotes.fazer(pacote_id)


def varrer_pacotes() -> int:
    """Put packages that lost their job back on the queue, and throw old ones away."""
    return pacotes.varrer()


def varrer_rascunhos() -> int:
    """Tell of drafts that will end, and delete those whose days are over, with their versions."""
    return guarda.varrer(agora())
