"""Fingerprints for demands filed before there were any: the same that filing gives, a few hundred in a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import joinedload, lazyload, load_only

from peticionamento.comum.db import db, transaction
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.impressao import impressao
from peticionamento.triagem.models import Demanda

LOTE = 500
"""Demands in one transaction, which holds their rows for a fraction of a second."""


@dataclass(frozen=True)
class Feito:
    """What one batch did."""

    lidas: int
    dadas: int
    """Those that got a fingerprint: a short text, or a repetition, has none."""


def sem_impressao() -> int:
    """How many demands are without one, those that will stay so too."""
    return int(db.session().execute(_sem_impressao(func.count())).scalar_one())


def dar(lote: int = LOTE) -> Iterator[Feito]:
    """Give fingerprints to the demands without one, in the order of their ids; yields after each batch is on disk.

    Stopped half-way it leaves what it has done, and goes on from there when run again; of the texts that have no
    fingerprint, it looks at each once more. A demand's version stays, so that nobody's page becomes an old one.
    """
    ultima = 0
    while True:
        with transaction() as session:
            consulta = (
                _sem_impressao(Demanda.id, Peticao)
                .where(Demanda.id > ultima)
                .order_by(Demanda.id)
                .limit(lote)
                .options(
                    load_only(Peticao.especie, Peticao.texto_html),
                    lazyload(Peticao.tipo),
                    joinedload(Peticao.autor).options(load_only(Pessoa.nome), lazyload("*")),
                )
                .with_for_update(of=Demanda, key_share=True)
            )
            linhas = session.execute(consulta).all()
            novas = [{"chave": id_, "nova": texto} for id_, peticao in linhas if (texto := impressao(peticao))]
            if novas:
                mudar = update(Demanda.__table__).where(Demanda.id == bindparam("chave"))  # type: ignore[arg-type]
                session.connection().execute(mudar.values(impressao=bindparam("nova")), novas)
        if not linhas:
            return
        ultima = linhas[-1][0]
        yield Feito(len(linhas), len(novas))


def _sem_impressao(*colunas: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*colunas)
        .select_from(Demanda)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(Demanda.impressao == "", Peticao.texto_html.is_not(None))
    )
