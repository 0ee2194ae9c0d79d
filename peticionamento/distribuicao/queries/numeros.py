"""The figures of the panel: all together, and for each agency and channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, func, or_, select

from peticionamento.cadastros.models import Orgao
from peticionamento.comum.db import db
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import BRASILIA, agora
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.queries.pendentes import PENDENTES
from peticionamento.distribuicao.vez import em_estado

UMA_HORA = timedelta(hours=1)


@dataclass(frozen=True)
class Numeros:
    """The five figures of the panel. Times in seconds."""

    na_fila: int
    entregando: int
    falhando: int
    aguardam_pessoa: int
    entregues_hoje: int
    mais_antiga_s: float | None
    proxima_tentativa_s: float | None
    mediana_s: float | None
    p95_s: float | None

    @property
    def com_problema(self) -> int:
        """Deliveries that did not go at the first try and are not there yet."""
        return self.falhando + self.aguardam_pessoa

    @property
    def a_caminho(self) -> int:
        """Deliveries that wait for their first try or are being carried."""
        return self.na_fila + self.entregando


@dataclass(frozen=True)
class PorOrgao:
    """One agency and channel: what waits, what went today, how fast. Times in seconds."""

    orgao_id: int
    sigla: str
    canal: Canal
    na_fila: int
    falhando: int
    aguardam_pessoa: int
    desde_em: datetime | None
    """Since when the oldest of those waits."""
    entregues_hoje: int
    por_hora: int
    """How many went in the last hour."""
    mediana_s: float | None
    p95_s: float | None

    @property
    def pendentes(self) -> int:
        """All that did not arrive yet."""
        return self.na_fila + self.falhando + self.aguardam_pessoa


def _inicio_do_dia() -> datetime:
    return agora().astimezone(BRASILIA).replace(hour=0, minute=0, second=0, microsecond=0)


def _espera() -> ColumnElement[float]:
    """How long a delivery took, from when the routing could no longer be undone."""
    parada = timedelta(seconds=current_app.config["PETICIONAMENTO"].desfazer_s)
    return func.greatest(0, func.extract("epoch", Entrega.entregue_em - Entrega.criada_em - parada))


def numeros() -> Numeros:
    """The figures, in two statements."""
    instante = agora()
    na_fila = Entrega.estado == EstadoSaida.NA_FILA
    falhou = Entrega.estado == EstadoSaida.FALHOU
    reservada = func.coalesce(Entrega.reservada_ate > instante, False)
    pendentes = (
        db.session()
        .execute(
            select(
                func.count().filter(na_fila, ~reservada),
                func.count().filter(reservada),
                func.count().filter(falhou, ~reservada),
                func.count().filter(Entrega.estado == EstadoSaida.AGUARDA_PESSOA),
                func.min(Entrega.criada_em).filter(na_fila),
                func.min(Entrega.proxima_em).filter(falhou),
            ).where(em_estado(*PENDENTES))
        )
        .one()
    )
    hoje = (
        db.session()
        .execute(
            select(
                func.count(),
                func.percentile_cont(0.5).within_group(_espera()),
                func.percentile_cont(0.95).within_group(_espera()),
            ).where(Entrega.entregue_em >= _inicio_do_dia())
        )
        .one()
    )
    fila_, entregando, falhando, aguardam, antiga, proxima = pendentes
    return Numeros(
        na_fila=fila_,
        entregando=entregando,
        falhando=falhando,
        aguardam_pessoa=aguardam,
        entregues_hoje=hoje[0],
        mais_antiga_s=(instante - antiga).total_seconds() if antiga else None,
        proxima_tentativa_s=max((proxima - instante).total_seconds(), 0.0) if proxima else None,
        mediana_s=hoje[1],
        p95_s=hoje[2],
    )


def por_orgao() -> list[PorOrgao]:
    """Each agency and channel with something pending or delivered today, those in trouble first."""
    entregue_hoje = Entrega.entregue_em >= _inicio_do_dia()
    pendente = em_estado(*PENDENTES)
    consulta = (
        select(
            Orgao.id,
            Orgao.sigla,
            Entrega.canal,
            func.count().filter(Entrega.estado == EstadoSaida.NA_FILA),
            func.count().filter(Entrega.estado == EstadoSaida.FALHOU),
            func.count().filter(Entrega.estado == EstadoSaida.AGUARDA_PESSOA),
            func.min(Entrega.criada_em).filter(pendente),
            func.count().filter(entregue_hoje),
            func.count().filter(Entrega.entregue_em >= agora() - UMA_HORA),
            func.percentile_cont(0.5).within_group(_espera()).filter(entregue_hoje),
            func.percentile_cont(0.95).within_group(_espera()).filter(entregue_hoje),
        )
        .join(Orgao, Orgao.id == Entrega.orgao_id)
        # The last hour, too: at midnight it is yesterday's.
        .where(or_(pendente, Entrega.entregue_em >= min(_inicio_do_dia(), agora() - UMA_HORA)))
        .group_by(Orgao.id, Orgao.sigla, Entrega.canal)
    )
    linhas = [PorOrgao(*linha) for linha in db.session().execute(consulta)]
    return sorted(linhas, key=lambda p: (-p.aguardam_pessoa, -p.falhando, -p.na_fila, p.sigla, p.canal))
