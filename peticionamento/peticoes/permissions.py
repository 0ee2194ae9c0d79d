"""What may be done in the author's room, and to which petitions."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from peticionamento.comum.permissoes import Ator, Papel, declarar
from peticionamento.peticoes.models import Peticao


def do_autor(ator: Ator) -> ColumnElement[bool]:
    """The petitions the actor wrote."""
    return Peticao.autor_id == ator.pessoa_id


declarar("peticoes.listar", Papel.DEPUTADO, linhas=do_autor)
declarar("peticoes.escrever", Papel.DEPUTADO, linhas=do_autor)
declarar("peticoes.protocolar", Papel.DEPUTADO, linhas=do_autor)
declarar("peticoes.acompanhar", Papel.DEPUTADO, linhas=do_autor)
declarar("peticoes.ler", Papel.DEPUTADO, linhas=do_autor)
"""To read a petition's documents; later rooms widen it to those it was sent to."""
