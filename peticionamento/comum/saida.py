"""The outbox: rows that ask for something outside the database, tried until done or until a person must look.

`distribuicao.Entrega` and `comum.Aviso` are such rows. A job reserves its row for a while (`SKIP LOCKED`, a lease with
an end), works with no transaction open, and then reports; a report whose lease was lost is refused. So a job can
be run twice, die in the middle, or be lost with all of Redis.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from flask import current_app
from sqlalchemy import Index, Integer, Select, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum import fila
from peticionamento.comum.db import db, soltar_conexao, transaction
from peticionamento.comum.estados import ComEstado, Regra, Rotulado, Transicoes, coluna_de_estado, mover
from peticionamento.comum.permissoes import SISTEMA
from peticionamento.comum.tempo import agora

logger = logging.getLogger(__name__)

JITTER = 0.2
"""A pause varies by this share, so that what failed together is not tried again together."""


class EstadoSaida(Rotulado):
    """Where an outbox row stands."""

    NA_FILA = "na_fila", "Na fila", "anda"
    FALHOU = "falhou", "Falhou; será tentada de novo", "alerta"
    AGUARDA_PESSOA = "aguarda_pessoa", "Espera uma pessoa", "mau"
    ENTREGUE = "entregue", "Entregue", "bom"
    DESISTIDA = "desistida", "Desistida por uma pessoa", "neutro"
    GUARDADO = "guardado", "Guardado para o resumo do dia", "anda"
    RESUMIDO = "resumido", "No resumo do dia", "bom"
    DISPENSADO = "dispensado", "Não enviado, por preferência"


class AcaoSaida(Rotulado):
    """What can happen to an outbox row."""

    ENTREGAR = "entregar", "entregar"
    FALHAR = "falhar", "registrar a falha"
    ESGOTAR = "esgotar", "encerrar as tentativas"
    REENTREGAR = "reentregar", "tentar de novo"
    DESISTIR = "desistir", "desistir"
    VOLTAR = "voltar", "registrar que voltou"
    GUARDAR = "guardar", "guardar para o resumo do dia"
    RESUMIR = "resumir", "pôr no resumo do dia"
    DISPENSAR = "dispensar", "deixar de enviar, por preferência"


def transicoes(permissao: str, coisa: str) -> Transicoes:
    """The table of an outbox row; `permissao` guards the person's new try, `coisa` names it in the history."""
    tabela: dict[tuple[Rotulado, Rotulado], Regra] = {}
    minuscula = coisa[:1].lower() + coisa[1:]
    for de in (EstadoSaida.NA_FILA, EstadoSaida.FALHOU):
        tabela[de, AcaoSaida.ENTREGAR] = Regra(EstadoSaida.ENTREGUE, None, "", f"{coisa} entregue {{detalhe}}.")
        tabela[de, AcaoSaida.FALHAR] = Regra(EstadoSaida.FALHOU, None, "", f"{coisa} não foi entregue {{detalhe}}.")
        tabela[de, AcaoSaida.ESGOTAR] = Regra(
            EstadoSaida.AGUARDA_PESSOA, None, "", f"{coisa} não foi entregue {{detalhe}}; agora espera uma pessoa."
        )
    for de in (EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA):
        tabela[de, AcaoSaida.REENTREGAR] = Regra(
            EstadoSaida.NA_FILA, permissao, "Tentar de novo", f"Pediu nova tentativa: {minuscula} {{detalhe}}."
        )
    for de in (EstadoSaida.NA_FILA, EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA):
        tabela[de, AcaoSaida.DESISTIR] = Regra(
            EstadoSaida.DESISTIDA, permissao, "Desistir", f"Desistiu de entregar: {minuscula} {{detalhe}}."
        )
    return tabela


class Saida(ComEstado):
    """Columns of an outbox row."""

    TAREFA: str
    FILA: fila.Fila
    PRAZO_S: int | None = None
    """How long one try may run, when RQ's three minutes are too few."""

    id: Mapped[int] = mapped_column(primary_key=True)
    estado: Mapped[EstadoSaida] = coluna_de_estado(EstadoSaida, default=EstadoSaida.NA_FILA)
    tentativas: Mapped[int] = mapped_column(Integer, default=0)
    proxima_em: Mapped[datetime] = mapped_column(default=agora)
    reserva: Mapped[str | None] = mapped_column(String(32))
    reservada_ate: Mapped[datetime | None]
    erro: Mapped[str | None] = mapped_column(Text)
    erro_tecnico: Mapped[str | None] = mapped_column(Text)
    chave: Mapped[str] = mapped_column(String(32), default=lambda: uuid.uuid4().hex, unique=True)
    criada_em: Mapped[datetime] = mapped_column(default=agora)
    entregue_em: Mapped[datetime | None]

    @property
    def job_id(self) -> str:
        """The job that would carry this try: `entrega-42-3`."""
        return f"{self.ENTIDADE}-{self.id}-{self.tentativas}-{self.versao}"

    @property
    def em_entrega(self) -> bool:
        """Whether a worker holds it right now."""
        return self.reservada_ate is not None and self.reservada_ate > agora()

    def detalhe(self) -> str:
        """How and to whom, for the history: `à SES pela caixa interna`."""
        raise NotImplementedError


def indice_de_pendentes(tabela: str) -> Index:
    """A small index over the rows still to go out, so that the panel costs the same behind a million done ones."""
    return Index(
        f"ix_{tabela}_pendentes",
        "proxima_em",
        postgresql_where=db.text("estado in ('na_fila', 'falhou', 'aguarda_pessoa')"),
    )


S = TypeVar("S", bound=Saida)


@dataclass(frozen=True)
class Falha:
    """A try that failed: the cause in Portuguese, the technical text, and whether another try makes sense."""

    causa: str
    tecnico: str = ""
    adianta_tentar: bool = True
    nao_antes: datetime | None = None
    """Until when the other side asked to wait."""


def por_na_fila(linha: Saida) -> None:
    """Ask for the row's job once the transaction is on disk (the row must have its id)."""
    fila.enfileirar_depois(
        linha.FILA, linha.TAREFA, linha.id, job_id=linha.job_id, em=linha.proxima_em, prazo_s=linha.PRAZO_S
    )


def reservar(modelo: type[S], chave: int) -> tuple[S, str] | None:
    """Reserve a row for one try, in a short transaction of its own.

    Returns the row and the lease's token, or None when there is nothing to do: done, waiting for a person, its
    time not yet come, or in another worker's hands.
    """
    with transaction() as session:
        linha = session.execute(
            select(modelo)
            .where(modelo.id == chave)
            .with_for_update(skip_locked=True, of=modelo)
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if linha is None or linha.estado not in (EstadoSaida.NA_FILA, EstadoSaida.FALHOU):
            return None
        if linha.em_entrega or linha.proxima_em > agora() + timedelta(seconds=1):
            return None
        linha.reserva = uuid.uuid4().hex
        linha.reservada_ate = agora() + timedelta(seconds=current_app.config["PETICIONAMENTO"].reserva_s)
        return linha, linha.reserva


def tentar(trabalho: Callable[[], Falha | None]) -> Falha | None:
    """Run one try. What nobody foresaw is a try that failed: on the panel, tried again, in the end a person's.

    Else the row would be taken up again at the end of each lease, for ever, and nobody would know why.
    """
    try:
        return trabalho()
    except Exception as erro:
        logger.exception("a try broke")
        soltar_conexao()
        return Falha("o programa falhou ao entregar", f"{type(erro).__name__}: {erro}")


def travar_reservada(modelo: type[S], chave: int, reserva: str) -> S | None:
    """Lock a row for its report; None when the lease was lost meanwhile (another worker has it, or it is done)."""
    return (
        db.session()
        .execute(
            select(modelo)
            .where(modelo.id == chave, modelo.reserva == reserva)
            .with_for_update(of=modelo)
            .execution_options(populate_existing=True)
        )
        .scalar_one_or_none()
    )


def entregue(linha: Saida) -> None:
    """Write down that it went out. The row is locked by the caller."""
    mover(linha, AcaoSaida.ENTREGAR, por=SISTEMA, detalhe=linha.detalhe())
    linha.tentativas += 1
    linha.entregue_em = agora()
    linha.erro = linha.erro_tecnico = linha.reserva = linha.reservada_ate = None


def falhou(linha: Saida, falha: Falha, *, nao_antes: datetime | None = None) -> None:
    """Write down a failed try and make the next appointment; after the last pause it waits for a person.

    `nao_antes`: the way is known to be closed until then, so the appointment is not earlier.
    """
    pausas = current_app.config["PETICIONAMENTO"].pausas_s
    linha.tentativas += 1
    linha.erro, linha.erro_tecnico = falha.causa, falha.tecnico[:4000]
    linha.reserva = linha.reservada_ate = None
    detalhe = f"{linha.detalhe()}: {falha.causa.rstrip('.')}"
    if not falha.adianta_tentar or linha.tentativas > len(pausas):
        mover(linha, AcaoSaida.ESGOTAR, por=SISTEMA, detalhe=detalhe)
        return
    mover(linha, AcaoSaida.FALHAR, por=SISTEMA, detalhe=detalhe)
    pausa = pausas[linha.tentativas - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - jitter, not a secret
    linha.proxima_em = max(agora() + timedelta(seconds=pausa), nao_antes or agora(), falha.nao_antes or agora())
    por_na_fila(linha)


def perdidas(modelo: type[S], limite: int = 500) -> Select[S]:
    """Rows whose time has come and that no worker holds: what the sweep puts back on the queue."""
    instante = agora()
    return (
        select(modelo)
        .where(
            modelo.estado.in_([EstadoSaida.NA_FILA, EstadoSaida.FALHOU]),
            modelo.proxima_em <= instante,
            or_(modelo.reservada_ate.is_(None), modelo.reservada_ate <= instante),
        )
        .order_by(modelo.proxima_em)
        .limit(limite)
    )


def varrer(modelo: type[S]) -> int:
    """Put lost rows back on the queue; returns how many jobs were made. A row whose job is alive is left alone."""
    linhas = db.session().execute(perdidas(modelo)).scalars().all()
    return sum(
        fila.enfileirar(linha.FILA, linha.TAREFA, linha.id, job_id=linha.job_id, prazo_s=linha.PRAZO_S)
        for linha in linhas
    )
