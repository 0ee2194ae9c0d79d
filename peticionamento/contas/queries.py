"""Reads of the door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora
from peticionamento.contas.cpf import so_digitos
from peticionamento.contas.models import Pessoa, Sessao


def pessoa_da_sessao(sessao_id: str, instante: datetime | None = None) -> Pessoa | None:
    """Who is signed in with this cookie; None when the session ended or the account is blocked."""
    consulta = (
        select(Pessoa)
        .join(Sessao, Sessao.pessoa_id == Pessoa.id)
        .where(
            Sessao.id == sessao_id,
            Sessao.encerrada_em.is_(None),
            Sessao.vale_ate > (instante or agora()),
            Pessoa.bloqueada_em.is_(None),
        )
    )
    pessoa = db.session().execute(consulta).scalar_one_or_none()
    if pessoa is not None:
        pessoa.sessao_id = sessao_id
    return pessoa


def por_cpf_ou_email(valor: str) -> Pessoa | None:
    """A person by CPF (with or without its dots) or e-mail, as typed at the door or on the command line."""
    condicao = Pessoa.email == valor.strip().casefold() if "@" in valor else Pessoa.cpf == so_digitos(valor)
    return db.session().execute(select(Pessoa).where(condicao)).scalar_one_or_none()


def sessoes_abertas(pessoa_id: int) -> list[Sessao]:
    """The devices signed in, newest first."""
    consulta = (
        select(Sessao)
        .where(Sessao.pessoa_id == pessoa_id, Sessao.encerrada_em.is_(None), Sessao.vale_ate > agora())
        .order_by(Sessao.criada_em.desc())
        .limit(50)
    )
    return list(db.session().execute(consulta).scalars())
