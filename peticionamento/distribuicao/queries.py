"""Reads of the distribution panel. It asks only the rows still to go out and those of today, so that it costs the same
behind a million finished deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from redis import RedisError
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy import ColumnElement, Select, case, func, select

from peticionamento.cadastros.models import Orgao
from peticionamento.comum import fila
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db
from peticionamento.comum.saida import AcaoSaida, EstadoSaida
from peticionamento.comum.tempo import BRASILIA, agora
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import Encaminhamento

PENDENTES = (EstadoSaida.NA_FILA, EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA)
URGENCIA = {EstadoSaida.AGUARDA_PESSOA: 0, EstadoSaida.FALHOU: 1, EstadoSaida.NA_FILA: 2}
LIMITE_DA_LISTA = 50


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
class Pendente:
    """A delivery not there yet, as the panel lists it."""

    id: int
    demanda_id: int
    versao: int
    numero: str
    assunto: str
    orgao: str
    canal: Canal
    destino: str
    estado: EstadoSaida
    tentativas: int
    proxima_em: datetime
    criada_em: datetime
    erro: str | None
    erro_tecnico: str | None

    @property
    def espera_pessoa(self) -> bool:
        """Whether nothing more happens until a person asks for a new try."""
        return self.estado is EstadoSaida.AGUARDA_PESSOA

    @property
    def pode_tentar(self) -> bool:
        """Whether a person may ask for a new try now."""
        return (self.estado, AcaoSaida.REENTREGAR) in Entrega.TRANSICOES


@dataclass(frozen=True)
class PorOrgao:
    """One agency and channel: what waits, what went today, how long it took. Times in seconds."""

    sigla: str
    canal: Canal
    na_fila: int
    falhando: int
    aguardam_pessoa: int
    entregues_hoje: int
    mediana_s: float | None
    p95_s: float | None


@dataclass(frozen=True)
class Trabalhadores:
    """What the queue's side of the house looks like; `fila_fora` when Redis does not answer."""

    fila_fora: bool
    vivos: int = 0
    ocupados: int = 0


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
            ).where(Entrega.estado.in_(PENDENTES))
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


def pendentes(sigla: str | None = None) -> list[Pendente]:
    """Deliveries that failed or wait for a person first, then the queue, oldest first; at most `LIMITE_DA_LISTA`."""
    consulta: Select[*tuple[Any, ...]] = (
        select(
            Entrega.id, Encaminhamento.demanda_id, Entrega.versao, Peticao.numero, Peticao.assunto, Orgao.sigla,
            Entrega.canal, Entrega.destino, Entrega.estado, Entrega.tentativas, Entrega.proxima_em, Entrega.criada_em,
            Entrega.erro, Entrega.erro_tecnico,
        )
        .join(Encaminhamento, Encaminhamento.id == Entrega.encaminhamento_id)
        .join(Orgao, Orgao.id == Encaminhamento.orgao_id)
        .join(Peticao, Peticao.id == Entrega.peticao_id)
        .where(Entrega.estado.in_(PENDENTES))
        .order_by(case(URGENCIA, value=Entrega.estado), Entrega.criada_em)
        .limit(LIMITE_DA_LISTA)
    )  # fmt: skip
    if sigla is not None:
        consulta = consulta.where(Orgao.sigla == sigla)
    return [Pendente(*linha) for linha in db.session().execute(consulta)]


def avisos_parados() -> list[Aviso]:
    """Notices by e-mail that did not go: those that wait for a person first; at most `LIMITE_DA_LISTA`."""
    consulta = (
        select(Aviso)
        .where(Aviso.estado.in_([EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA]))
        .order_by(case(URGENCIA, value=Aviso.estado), Aviso.criada_em)
        .limit(LIMITE_DA_LISTA)
    )
    return list(db.session().execute(consulta).scalars())


def por_orgao() -> list[PorOrgao]:
    """Each agency and channel with something pending or delivered today, those in trouble first."""
    entregue_hoje = Entrega.entregue_em >= _inicio_do_dia()
    consulta = (
        select(
            Orgao.sigla,
            Entrega.canal,
            func.count().filter(Entrega.estado == EstadoSaida.NA_FILA),
            func.count().filter(Entrega.estado == EstadoSaida.FALHOU),
            func.count().filter(Entrega.estado == EstadoSaida.AGUARDA_PESSOA),
            func.count().filter(entregue_hoje),
            func.percentile_cont(0.5).within_group(_espera()).filter(entregue_hoje),
            func.percentile_cont(0.95).within_group(_espera()).filter(entregue_hoje),
        )
        .join(Encaminhamento, Encaminhamento.id == Entrega.encaminhamento_id)
        .join(Orgao, Orgao.id == Encaminhamento.orgao_id)
        .where(Entrega.estado.in_(PENDENTES) | entregue_hoje)
        .group_by(Orgao.sigla, Entrega.canal)
    )
    linhas = [PorOrgao(*linha) for linha in db.session().execute(consulta)]
    return sorted(linhas, key=lambda p: (-p.aguardam_pessoa, -p.falhando, -p.na_fila, p.sigla, p.canal))


def trabalhadores() -> Trabalhadores:
    """The workers alive now, by RQ's own registry; says so when Redis is down."""
    try:
        vivos = Worker.all(connection=fila.conexao(), serializer=JSONSerializer)
    except RedisError:
        return Trabalhadores(fila_fora=True)
    limite = agora() - timedelta(minutes=2)
    ativos = [w for w in vivos if w.last_heartbeat is not None and w.last_heartbeat >= limite]
    return Trabalhadores(False, len(ativos), sum(1 for w in ativos if w.get_current_job_id() is not None))
