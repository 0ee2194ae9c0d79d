"""Asking the Assembly: what was read is kept for a while, and all processes together ask once a second."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import extract, func
from sqlalchemy.dialects.postgresql import insert

from peticionamento.comum.db import db, soltar_conexao, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.peticoes.assembleia.cliente import AssembleiaFora, buscar
from peticionamento.peticoes.assembleia.proposicao import Proposicao
from peticionamento.peticoes.assembleia.referencia import CAMPO, Referencia
from peticionamento.peticoes.models import ConsultaAssembleia, VezDaAssembleia

VALE_ACHADA = timedelta(hours=24)
VALE_NAO_ACHADA = timedelta(hours=1)
INTERVALO = timedelta(seconds=1.1)
"""The Assembly asks for one request a second; the tenth covers what a process takes to wake up."""
ESPERA_MAXIMA = timedelta(seconds=5)
OCUPADA = "Muitas consultas à Assembleia neste instante. Nada mudou no seu texto: tente de novo em alguns segundos."


@dataclass(frozen=True)
class Lida:
    """A proposition and when the Assembly said so; `velha` when it could not be asked again now."""

    proposicao: Proposicao
    em: datetime
    velha: bool = False


def consultar(referencia: Referencia, *, agora: datetime) -> Lida:
    """Read a proposition, from what is kept or from the Assembly. Never inside a use case: it waits for the network.

    With the Assembly down, what it said before is good enough, and its age is told. Raises Recusa when the Assembly
    has no such proposition, AssembleiaFora when it cannot be asked and never was.
    """
    guardada = _guardada(referencia)
    if guardada is not None and agora - guardada[1] < (VALE_ACHADA if guardada[0] else VALE_NAO_ACHADA):
        return _achada(referencia, *guardada)
    try:
        proposicao = buscar(referencia, current_app.config["PETICIONAMENTO"].almg_url, esperar_a_vez)
    except AssembleiaFora:
        if guardada is not None and guardada[0] is not None:
            return Lida(guardada[0], guardada[1], velha=True)
        raise
    _guardar(referencia, proposicao, agora)
    return _achada(referencia, proposicao, agora)


def _achada(referencia: Referencia, proposicao: Proposicao | None, em: datetime) -> Lida:
    if proposicao is None:
        raise Recusa(f"A Assembleia não tem {referencia}. Confira a sigla, o número e o ano.", CAMPO)
    return Lida(proposicao, em)


def _guardada(referencia: Referencia) -> tuple[Proposicao | None, datetime] | None:
    linha = db.session().get(ConsultaAssembleia, (referencia.sigla, referencia.numero, referencia.ano))
    if linha is None:
        return None
    return (Proposicao.guardada(linha.dados) if linha.dados else None), linha.lida_em


def _guardar(referencia: Referencia, proposicao: Proposicao | None, agora: datetime) -> None:
    valores = {"dados": proposicao.para_guardar() if proposicao else None, "lida_em": agora}
    with transaction() as session:
        session.execute(
            insert(ConsultaAssembleia)
            .values(sigla=referencia.sigla, numero=referencia.numero, ano=referencia.ano, **valores)
            .on_conflict_do_update(index_elements=["sigla", "numero", "ano"], set_=valores)
        )


def esperar_a_vez() -> None:
    """Take the next free second of all processes' and sleep until it comes. Raises AssembleiaFora when it is too far.

    The database's clock counts: the processes may be on several machines. The connection is let go while it sleeps.
    """
    relogio = func.clock_timestamp()
    vez = insert(VezDaAssembleia).values(id=1, proxima_em=relogio + INTERVALO)
    vez = vez.on_conflict_do_update(
        index_elements=["id"],
        set_={"proxima_em": func.greatest(VezDaAssembleia.proxima_em, relogio) + INTERVALO},
        where=VezDaAssembleia.proxima_em < relogio + ESPERA_MAXIMA,
    )
    daqui_a = extract("epoch", VezDaAssembleia.proxima_em - INTERVALO - relogio)
    with transaction() as session:
        espera = session.execute(vez.returning(daqui_a)).scalar_one_or_none()
    soltar_conexao()
    if espera is None:
        raise AssembleiaFora(OCUPADA, CAMPO)
    time.sleep(max(0.0, float(espera)))
