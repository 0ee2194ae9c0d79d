"""Calendar feeds: an address that a calendar program reads without signing in, secret and revocable."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import exigir, obter, pode
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Agenda

MAXIMO_DE_AGENDAS = 10


def _resumo(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def criar_agenda(*, por: Pessoa, agora: datetime) -> str:
    """Make a feed and return its token (32 random bytes), which nobody can read again: only its SHA-256 is kept.

    Raises Recusa beyond ten feeds, SemPermissao.
    """
    exigir(por, "peticoes.agenda")
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        if len(agendas_de(por)) >= MAXIMO_DE_AGENDAS:
            raise Recusa(f"Você já tem {MAXIMO_DE_AGENDAS} endereços. Revogue um que não use mais.")
        session.add(Agenda(pessoa_id=por.id, resumo_token=_resumo(token), criada_em=agora))
    return token


def agendas_de(pessoa: Pessoa) -> list[Agenda]:
    """The person's feeds that were not revoked, newest first."""
    consulta = (
        select(Agenda).where(Agenda.pessoa_id == pessoa.id, Agenda.revogada_em.is_(None)).order_by(Agenda.id.desc())
    )
    return list(db.session().execute(consulta).scalars())


def revogar_agenda(agenda_id: int, *, por: Pessoa, agora: datetime) -> None:
    """End a feed: its address is not found from now on. Revoking twice is no error. Raises NaoEncontrado."""
    with transaction():
        agenda = obter(Agenda, agenda_id, por, "peticoes.agenda", travada=True)
        agenda.revogada_em = agenda.revogada_em or agora


def ler_agenda(token: str, *, agora: datetime) -> Pessoa:
    """Whose feed this is, noting that it was read.

    Raises NaoEncontrado for an unknown or revoked one, and while its person may not sign in or has no office.
    """
    with transaction() as session:
        consulta = select(Agenda).where(Agenda.resumo_token == _resumo(token), Agenda.revogada_em.is_(None))
        agenda = session.execute(consulta).scalar_one_or_none()
        pessoa = session.get(Pessoa, agenda.pessoa_id) if agenda is not None else None
        if agenda is None or pessoa is None or not pessoa.is_active or not pode(pessoa, "peticoes.agenda"):
            raise NaoEncontrado()
        agenda.lida_em = agora
        return pessoa
