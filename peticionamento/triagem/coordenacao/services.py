"""Handing demands out and taking them back, each in a transaction of its own: one that cannot go stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.dialects.postgresql import insert

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import exigir, obter
from peticionamento.comum.tempo import BRASILIA, dia_por_extenso, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Etapa
from peticionamento.peticoes.services import acompanhar
from peticionamento.triagem.coordenacao import numeros
from peticionamento.triagem.models import AcaoDemanda, Demanda, Resumo
from peticionamento.triagem.services import ONDE_EM_TRIAGEM

MAXIMO_DE_UMA_VEZ = 200
HORA_DO_RESUMO = 7
"""From this hour of a business day on, Brasília time, the digest goes out."""


@dataclass(frozen=True)
class Resultado:
    """What came of handing out or taking back: how many went, and why each of the others did not."""

    feitas: int
    recusas: list[tuple[int, str]]


def entregar(quantas: int, pessoa_id: int, *, por: Pessoa, agora: datetime) -> Resultado:
    """Hand the first `quantas` demands that nobody holds, in the queue's order, to a person, until the end of the day.

    Raises Recusa (beside `quantas` or `pessoa`), SemPermissao.
    """
    exigir(por, "triagem.coordenar")
    if not 1 <= quantas <= MAXIMO_DE_UMA_VEZ:
        raise Recusa(f"Informe de 1 a {MAXIMO_DE_UMA_VEZ} demandas.", "quantas")
    pessoa = numeros.da_equipe(pessoa_id)
    if pessoa is None:
        raise Recusa("Escolha alguém da equipe da triagem.", "pessoa")
    nome, ate = pessoa.nome, datetime.combine(hoje(agora), time(23, 59, 59), tzinfo=BRASILIA)

    def dar(demanda_id: int) -> None:
        demanda = obter(Demanda, demanda_id, por, "triagem.coordenar", travada=True)
        if demanda.triador_id is not None:
            raise Recusa(f"{demanda.triador.nome if demanda.triador else 'Outra pessoa'} acabou de assumir.")
        mover(demanda, AcaoDemanda.ATRIBUIR, por=por, detalhe=nome)
        demanda.triador_id, demanda.reservada_ate = pessoa_id, ate
        if not demanda.vivos:
            acompanhar(
                demanda.peticao_id, Etapa.EM_TRIAGEM, ONDE_EM_TRIAGEM, vence_dia=demanda.vence_dia, prazo=demanda.prazo
            )

    return _cada(numeros.livres(quantas), dar)


def recolher(pessoa_id: int, *, por: Pessoa) -> Resultado:
    """Take back everything that a person holds: it goes to the queue. Raises SemPermissao."""
    exigir(por, "triagem.coordenar")

    def tirar(demanda_id: int) -> None:
        demanda = obter(Demanda, demanda_id, por, "triagem.coordenar", travada=True)
        if demanda.triador_id != pessoa_id:
            raise Recusa("Já não estava com a pessoa.")
        mover(demanda, AcaoDemanda.RECOLHER, por=por, detalhe=demanda.triador.nome if demanda.triador else "")
        demanda.triador_id = demanda.reservada_ate = None

    return _cada(numeros.na_mao_de(pessoa_id), tirar)


def _cada(ids: Sequence[int], fazer: Callable[[int], None]) -> Resultado:
    feitas, recusas = 0, []
    for demanda_id in ids:
        try:
            with transaction():
                fazer(demanda_id)
            feitas += 1
        except Recusa as recusa:
            recusas.append((demanda_id, recusa.mensagem))
    return Resultado(feitas, recusas)


def resumir(*, agora: datetime) -> int:
    """Mail the coordinators the morning digest, once a business day; how many letters. Safe to run twice."""
    dia, calendario = hoje(agora), calendario_local()
    if not calendario.e_util(dia) or agora.astimezone(BRASILIA).hour < HORA_DO_RESUMO:
        return 0
    with transaction():
        novo = db.session().execute(
            insert(Resumo).values(dia=dia, enviado_em=agora).on_conflict_do_nothing().returning(Resumo.dia)
        )
        if novo.scalar_one_or_none() is None:
            return 0
        mesa, hoje_vencem, para = numeros.mesa(calendario, dia), numeros.vencem_hoje(), numeros.coordenadores()
        for nome, email in para:
            avisar(email, "triagem/resumo", pessoa=nome, dia=dia_por_extenso(dia), mesa=mesa, vencem_hoje=hoje_vencem)
        return len(para)
