"""How long a demand has waited and how often it was repeated, in words: the same on the desk and at the agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from peticionamento.comum.db import db
from peticionamento.comum.tempo import dias_desde
from peticionamento.comum.texto import plural
from peticionamento.peticoes.models import Acompanhamento, Especie, EstadoPeticao, Peticao


@dataclass(frozen=True)
class Espera:
    """A petition in its chain of repetitions. `desde` is the filing of the first of them; of a part that was split from
    another petition, the filing of that one."""

    ordem: int
    """Which repetition it is itself; 0 is the first demand."""
    vezes: int
    """How often it was repeated, when it is the first."""
    desde: datetime

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.ordem or self.vezes)

    def __str__(self) -> str:
        """`2ª reiteração, 45 dias de espera`; `reiterada 2 vezes, 45 dias de espera`; empty when never repeated."""
        if not self:
            return ""
        feita = f"{self.ordem}ª reiteração" if self.ordem else f"reiterada {plural(self.vezes, 'vez', 'vezes')}"
        return f"{feita}, {plural(dias_desde(self.desde), 'dia', 'dias')} de espera"


def colunas() -> tuple[ColumnElement[Any], ...]:
    """What an `Espera` is made of, for a query over Peticao: index look-ups, one row each."""
    repete = Peticao.especie == Especie.REITERACAO
    primeira, irma, situacao = aliased(Peticao), aliased(Peticao), aliased(Acompanhamento)
    ordem = (
        select(func.count())
        .where(
            irma.origem_id == Peticao.origem_id,
            irma.especie == Especie.REITERACAO,
            irma.estado == EstadoPeticao.PROTOCOLADA,
            irma.protocolada_em <= Peticao.protocolada_em,
        )
        .correlate(Peticao)
        .scalar_subquery()
    )
    vezes = select(situacao.reiteracoes).where(situacao.peticao_id == Peticao.id).correlate(Peticao).scalar_subquery()
    desde = (
        select(primeira.protocolada_em)
        .where(primeira.id == Peticao.origem_id, Peticao.especie.in_([Especie.REITERACAO, Especie.DESMEMBRAMENTO]))
        .correlate(Peticao)
        .scalar_subquery()
    )
    return (
        case((repete, ordem), else_=0),
        case((repete, 0), else_=func.coalesce(vezes, 0)),
        func.coalesce(desde, Peticao.protocolada_em),
    )


def espera_de(peticao_id: int) -> Espera:
    """The wait of one filed petition."""
    return Espera(*db.session().execute(select(*colunas()).where(Peticao.id == peticao_id)).one())
