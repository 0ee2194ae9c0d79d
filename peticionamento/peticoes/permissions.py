"""What may be done in the author's room, and to which petitions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, select

from peticionamento.comum.permissoes import Ator, Papel, declarar
from peticionamento.contas.models import Representacao
from peticionamento.peticoes.models import Agenda, Lote, Pacote, Peticao


def do_autor(ator: Ator) -> ColumnElement[bool]:
    """The petitions the actor wrote."""
    return Peticao.autor_id == ator.pessoa_id


def do_gabinete(ator: Ator) -> ColumnElement[bool]:
    """The petitions of the actor and of those they act for."""
    return do_autor(ator) | Peticao.autor_id.in_(_representados(ator))


def _representados(ator: Ator) -> Select[int]:
    return select(Representacao.representado_id).where(
        Representacao.representante_id == ator.pessoa_id, Representacao.encerrada_em.is_(None)
    )


def pacote_do_gabinete(ator: Ator) -> ColumnElement[bool]:
    """The packages of petitions the actor may follow."""
    return Pacote.peticao_id.in_(select(Peticao.id).where(do_gabinete(ator)))


def lote_do_gabinete(ator: Ator) -> ColumnElement[bool]:
    """The spreadsheets of the actor and of those they act for: the deputy signs what an assistant sent."""
    return (Lote.autor_id == ator.pessoa_id) | Lote.autor_id.in_(_representados(ator))


def da_propria_agenda(ator: Ator) -> ColumnElement[bool]:
    """The calendar feeds the actor made."""
    return Agenda.pessoa_id == ator.pessoa_id


declarar("peticoes.listar", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
declarar("peticoes.escrever", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
declarar("peticoes.protocolar", Papel.DEPUTADO, linhas=do_autor)
"""To sign, which is the author's own act."""

declarar("peticoes.juntar", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
"""To begin what comes after a filing: documents to add, a repetition, the answer to a diligência. Signing is apart."""

declarar("peticoes.avaliar", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
declarar("peticoes.reabrir", Papel.DEPUTADO, linhas=do_autor)
"""To make the State work again on what it had answered, which is the author's own act, like signing."""

declarar("peticoes.acompanhar", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
declarar("peticoes.ler", Papel.DEPUTADO, Papel.ASSESSOR, linhas=do_gabinete)
"""To read a petition's documents; later rooms widen it to those it was sent to."""

declarar("peticoes.baixar", Papel.DEPUTADO, Papel.ASSESSOR, linhas=pacote_do_gabinete)
"""To take away a whole process, once it is made."""

declarar("peticoes.lotes", Papel.DEPUTADO, Papel.ASSESSOR, linhas=lote_do_gabinete)
"""To make many petitions of a spreadsheet."""

declarar("peticoes.agenda", Papel.DEPUTADO, Papel.ASSESSOR, linhas=da_propria_agenda)
"""To take the due days into one's own calendar."""
