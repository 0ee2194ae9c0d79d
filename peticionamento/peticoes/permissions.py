"""What may be done in the author's room, and to which petitions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from peticionamento.comum.permissoes import Ator, Papel, declarar
from peticionamento.contas.models import Representacao
from peticionamento.peticoes.models import Pacote, Peticao


def do_autor(ator: Ator) -> ColumnElement[bool]:
    """The petitions the actor wrote."""
    return Peticao.autor_id == ator.pessoa_id


def do_gabinete(ator: Ator) -> ColumnElement[bool]:
    """The petitions of the actor and of those they act for."""
    representados = select(Representacao.representado_id).where(
        Representacao.representante_id == ator.pessoa_id, Representacao.encerrada_em.is_(None)
    )
    return do_autor(ator) | Peticao.autor_id.in_(representados)


def do_proprio_pacote(ator: Ator) -> ColumnElement[bool]:
    """The packages the actor asked for, of petitions they may still read."""
    return (Pacote.pessoa_id == ator.pessoa_id) & Pacote.peticao_id.in_(select(Peticao.id).where(do_gabinete(ator)))


declarar("peticoes.listar", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
declarar("peticoes.escrever", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
declarar("peticoes.protocolar", Papel.DEPUTADO, linhas=do_autor)
"""To sign, which is the author's own act."""

declarar("peticoes.acompanhar", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
declarar("peticoes.ler", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
"""To read a petition's documents; later rooms widen it to those it was sent to."""

declarar("peticoes.baixar", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_proprio_pacote)
"""To take away the package one asked for."""
