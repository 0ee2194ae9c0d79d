"""Coloured markers: the coordinator's list, and what the desk puts on demands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.comum import historico
from peticionamento.comum.db import db, escritas_juntas, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import Ator, exigir, obter, visiveis
from peticionamento.comum.texto import enumerar, limpar_linha
from peticionamento.triagem.models import Cor, Demanda, DemandaMarcador, Marcador

LIMITE_NOME = 40


@dataclass(frozen=True)
class Marca:
    """A marker as rows show it."""

    nome: str
    cor: Cor


def salvar(marcador_id: int | None, nome: str, cor: Cor, *, por: Ator, ativo: bool = True) -> Marcador:
    """Make a marker (`marcador_id` None) or change it. Raises Recusa (field), NaoEncontrado, SemPermissao."""
    exigir(por, "triagem.configurar")
    nome = limpar_linha(nome)
    if not nome:
        raise Recusa("Dê um nome ao marcador.", "nome")
    if len(nome) > LIMITE_NOME:
        raise Recusa(f"O nome pode ter no máximo {LIMITE_NOME} caracteres.", "nome")
    with transaction() as session:
        xara = select(Marcador.id).where(Marcador.nome == nome, Marcador.id != (marcador_id or 0))
        if session.execute(xara).first() is not None:
            raise Recusa("Já existe um marcador com este nome.", "nome")
        linha = Marcador() if marcador_id is None else marcador(marcador_id)
        linha.nome, linha.cor, linha.ativo = nome, cor, ativo
        session.add(linha)
        session.flush()
        return linha


def marcar(demanda_id: int, marcadores_ids: Collection[int], *, por: Ator) -> bool:
    """Give a demand exactly these markers; whether anything changed, which is a line of history.

    A marker out of use stays where it is and cannot be put anew. Raises Recusa, NaoEncontrado, SemPermissao.
    """
    with transaction() as session:
        demanda = obter(Demanda, demanda_id, por, "triagem.classificar", travada=True)
        atuais = {m.id: m for m in _da(demanda_id)}
        novos = {m.id: m for m in em_uso() if m.id in marcadores_ids and m.id not in atuais}
        if set(marcadores_ids) - set(atuais) - set(novos):
            raise Recusa("Um dos marcadores não é mais usado. Escolha de novo.", "marcadores")
        tirados = {id_: m for id_, m in atuais.items() if m.ativo and id_ not in marcadores_ids}
        if tirados:
            session.execute(
                delete(DemandaMarcador).where(
                    DemandaMarcador.demanda_id == demanda_id, DemandaMarcador.marcador_id.in_(tirados)
                )
            )
        if novos:
            linhas = [{"demanda_id": demanda_id, "marcador_id": id_, "pessoa_id": por.pessoa_id} for id_ in novos]
            session.execute(insert(DemandaMarcador).values(linhas).on_conflict_do_nothing())
        if frase := _frase([m.nome for m in novos.values()], [m.nome for m in tirados.values()]):
            historico.registrar(demanda.peticao_id, Demanda.ENTIDADE, demanda_id, "marcar", frase, por=por)
        return bool(frase)


def marcar_varias(
    demandas_ids: Collection[int], marcador_id: int | None, *, por: Ator, tirar: bool = False
) -> set[int]:
    """Put one marker on each of these demands, or take it from each; those that changed, with a line of history each.

    One statement for all and one for the history. Raises Recusa (field), SemPermissao.
    """
    exigir(por, "triagem.classificar")
    escolhido = usavel(marcador_id)
    destas = select(Demanda.id).where(Demanda.id.in_(demandas_ids), visiveis(por, "triagem.classificar"))
    if tirar:
        mudar = (
            delete(DemandaMarcador)
            .where(DemandaMarcador.marcador_id == escolhido.id, DemandaMarcador.demanda_id.in_(destas))
            .returning(DemandaMarcador.demanda_id)
            .cte("mudadas")
        )
    else:
        linhas = destas.add_columns(literal(escolhido.id), literal(por.pessoa_id)).order_by(Demanda.id)
        mudar = (
            insert(DemandaMarcador)
            .from_select(["demanda_id", "marcador_id", "pessoa_id"], linhas)
            .on_conflict_do_nothing()
            .returning(DemandaMarcador.demanda_id)
            .cte("mudadas")
        )
    mudadas = select(Demanda.id, Demanda.peticao_id).join(mudar, mudar.c.demanda_id == Demanda.id).order_by(Demanda.id)
    frase = _frase([], [escolhido.nome]) if tirar else _frase([escolhido.nome], [])
    with transaction() as session:
        feitas = session.execute(mudadas).all()
        with escritas_juntas():
            for demanda_id, peticao_id in feitas:
                historico.registrar(peticao_id, Demanda.ENTIDADE, demanda_id, "marcar", frase, por=por)
    return {demanda_id for demanda_id, _ in feitas}


def usavel(marcador_id: int | None) -> Marcador:
    """One of the markers in use. Raises Recusa (field)."""
    achado = db.session().get(Marcador, marcador_id) if marcador_id is not None else None
    if achado is None or not achado.ativo:
        raise Recusa("O marcador não é mais usado. Escolha de novo.", "marcador")
    return achado


def com(marcador_id: int, demandas_ids: Collection[int]) -> set[int]:
    """Which of these demands have the marker."""
    consulta = select(DemandaMarcador.demanda_id).where(
        DemandaMarcador.marcador_id == marcador_id, DemandaMarcador.demanda_id.in_(demandas_ids)
    )
    return set(db.session().execute(consulta).scalars())


def _frase(postos: Sequence[str], tirados: Sequence[str]) -> str:
    partes = [f"Marcou: {enumerar(sorted(postos))}."] if postos else []
    return " ".join([*partes, *([f"Desmarcou: {enumerar(sorted(tirados))}."] if tirados else [])])


def marcador(marcador_id: int) -> Marcador:
    """One of them. Raises NaoEncontrado."""
    linha = db.session().get(Marcador, marcador_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


def todos() -> list[Marcador]:
    """Every marker, those in use first."""
    return list(db.session().execute(select(Marcador).order_by(Marcador.ativo.desc(), Marcador.nome)).scalars())


def em_uso() -> list[Marcador]:
    """The markers that can be put."""
    return list(db.session().execute(select(Marcador).where(Marcador.ativo).order_by(Marcador.nome)).scalars())


def _da(demanda_id: int) -> list[Marcador]:
    consulta = (
        select(Marcador)
        .join(DemandaMarcador, DemandaMarcador.marcador_id == Marcador.id)
        .where(DemandaMarcador.demanda_id == demanda_id)
        .order_by(Marcador.nome)
    )
    return list(db.session().execute(consulta).scalars())


def das(demandas_ids: Collection[int]) -> dict[int, list[Marca]]:
    """The markers of each of these demands, in one statement; one without any is not there."""
    consulta = (
        select(DemandaMarcador.demanda_id, Marcador.nome, Marcador.cor)
        .join(Marcador, Marcador.id == DemandaMarcador.marcador_id)
        .where(DemandaMarcador.demanda_id.in_(demandas_ids))
        .order_by(Marcador.nome)
    )
    marcas: dict[int, list[Marca]] = {}
    for demanda_id, nome, cor in db.session().execute(consulta) if demandas_ids else ():
        marcas.setdefault(demanda_id, []).append(Marca(nome, cor))
    return marcas
