"""Saved views of the queue, each person's own or everybody's, and how a person likes the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import Ator, exigir, pode
from peticionamento.comum.texto import limpar_linha
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import Preferencia, Vista

LIMITE_NOME = 60
MAXIMO = 50
"""Views of one person."""


@dataclass(frozen=True)
class Salva:
    """A saved view as the queue offers it."""

    id: int
    nome: str
    argumentos: dict[str, str]
    compartilhada: bool
    de_quem: str
    """Who shared it; empty for one's own."""
    pode_remover: bool


def salvar(nome: str, argumentos: Mapping[str, str], *, por: Pessoa, compartilhada: bool = False) -> Vista:
    """Keep filters under a name; one of that name that the person had is replaced. Raises Recusa, SemPermissao."""
    exigir(por, "triagem.fila")
    nome = limpar_linha(nome)
    if not nome:
        raise Recusa("Dê um nome à vista.", "nome")
    if len(nome) > LIMITE_NOME:
        raise Recusa(f"O nome pode ter no máximo {LIMITE_NOME} caracteres.", "nome")
    with transaction() as session:
        suas = {v.nome: v for v in session.execute(select(Vista).where(Vista.pessoa_id == por.id)).scalars()}
        if nome not in suas and len(suas) >= MAXIMO:
            raise Recusa(f"Você já tem {MAXIMO} vistas. Remova uma que não use mais.", "nome")
        vista = suas.get(nome) or Vista(pessoa_id=por.id, nome=nome)
        vista.consulta, vista.compartilhada = urlencode(sorted(argumentos.items())), compartilhada
        session.add(vista)
        session.flush()
        return vista


def remover(vista_id: int, *, por: Pessoa) -> None:
    """Remove one's own view, or, coordinating, one that somebody shared. Raises NaoEncontrado."""
    with transaction() as session:
        vista = session.get(Vista, vista_id)
        alheia = vista is not None and vista.pessoa_id != por.id
        if vista is None or (alheia and not (vista.compartilhada and pode(por, "triagem.configurar"))):
            raise NaoEncontrado()
        session.delete(vista)


def de(pessoa: Pessoa) -> list[Salva]:
    """The views a person can choose: their own first, then those that others share."""
    consulta = (
        select(Vista, Pessoa.nome)
        .join(Pessoa, Pessoa.id == Vista.pessoa_id)
        .where(or_(Vista.pessoa_id == pessoa.id, Vista.compartilhada))
        .order_by(Vista.pessoa_id != pessoa.id, Vista.nome, Vista.id)
    )
    configura = pode(pessoa, "triagem.configurar")
    return [
        Salva(
            v.id, v.nome, dict(parse_qsl(v.consulta)), v.compartilhada, "" if v.pessoa_id == pessoa.id else nome,
            v.pessoa_id == pessoa.id or configura,
        )
        for v, nome in db.session().execute(consulta)
    ]  # fmt: skip


def colunas_de(ator: Ator) -> list[str]:
    """The columns a person chose for the table; empty when they never did."""
    consulta = select(Preferencia.colunas).where(Preferencia.pessoa_id == ator.pessoa_id)
    return list(db.session().execute(consulta).scalar_one_or_none() or [])


def escolher_colunas(colunas: Sequence[str], *, por: Pessoa) -> None:
    """Keep the columns a person wants in the table, in their order. Raises Recusa when none is left."""
    if not colunas:
        raise Recusa("Escolha pelo menos uma coluna.", "colunas")
    valores = {"pessoa_id": por.id, "colunas": list(colunas)}
    with transaction() as session:
        session.execute(
            insert(Preferencia)
            .values(valores)
            .on_conflict_do_update(index_elements=["pessoa_id"], set_={"colunas": list(colunas)})
        )
