"""The grounds for not accepting a demand: the coordinator's list."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.texto import limpar_linha, milhar
from peticionamento.triagem.models import Fundamento

LIMITE_NOME = 100
LIMITE_TEXTO = 2000


@dataclass(frozen=True)
class Editado:
    """A ground as the coordinator writes it."""

    nome: str
    texto: str
    ordem: int = 0
    ativo: bool = True


def salvar(fundamento_id: int | None, editado: Editado, *, por: Ator) -> Fundamento:
    """Make a ground (`fundamento_id` None) or change it; those of decisions already made keep the words they had.

    Raises Recusa (field), NaoEncontrado, SemPermissao.
    """
    exigir(por, "triagem.configurar")
    nome, texto = limpar_linha(editado.nome), editado.texto.strip()
    if not nome:
        raise Recusa("Dê um nome ao fundamento.", "nome")
    if len(nome) > LIMITE_NOME:
        raise Recusa(f"O nome pode ter no máximo {LIMITE_NOME} caracteres.", "nome")
    if not texto:
        raise Recusa("Escreva o que o autor vai ler.", "texto")
    if len(texto) > LIMITE_TEXTO:
        raise Recusa(f"O texto pode ter no máximo {milhar(LIMITE_TEXTO)} caracteres.", "texto")
    with transaction() as session:
        xara = select(Fundamento.id).where(Fundamento.nome == nome, Fundamento.id != (fundamento_id or 0))
        if session.execute(xara).first() is not None:
            raise Recusa("Já existe um fundamento com este nome.", "nome")
        linha = Fundamento() if fundamento_id is None else fundamento(fundamento_id)
        linha.nome, linha.texto, linha.ordem, linha.ativo = nome, texto, editado.ordem, editado.ativo
        session.add(linha)
        session.flush()
        return linha


def fundamento(fundamento_id: int) -> Fundamento:
    """One of them. Raises NaoEncontrado."""
    linha = db.session().get(Fundamento, fundamento_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


def todos() -> list[Fundamento]:
    """Every ground, those in use first, in their order."""
    consulta = select(Fundamento).order_by(Fundamento.ativo.desc(), Fundamento.ordem, Fundamento.nome)
    return list(db.session().execute(consulta).scalars())


def em_uso() -> list[tuple[int, str]]:
    """(id, name) of the grounds that can be chosen, in their order."""
    consulta = (
        select(Fundamento.id, Fundamento.nome).where(Fundamento.ativo).order_by(Fundamento.ordem, Fundamento.nome)
    )
    return [(id_, nome) for id_, nome in db.session().execute(consulta)]
