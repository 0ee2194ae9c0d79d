"""A term that is half over, nearly over, over: each told once to whom it runs for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import IntFlag
from math import ceil
from typing import Any, TypeVar

from sqlalchemy import select

from peticionamento.cadastros.models import Orgao
from peticionamento.cadastros.queries import SIGLA_SEGOV, calendario_local
from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.prazos import Calendario, Prazo
from peticionamento.comum.tempo import dia_por_extenso, hoje
from peticionamento.triagem.models import NA_MESA, Demanda, Encaminhamento, EstadoEncaminhamento
from peticionamento.triagem.prazos import calendario_do_orgao, prazo_da_triagem, prazo_do_orgao

LOTE = 100
"""Terms looked at in one transaction."""
COM_O_ORGAO = Encaminhamento.estado.in_(
    [EstadoEncaminhamento.ENTREGUE, EstadoEncaminhamento.RECEBIDO, EstadoEncaminhamento.EM_AJUSTE]
)
M = TypeVar("M", Demanda, Encaminhamento)


class Marco(IntFlag):
    """When an alert is given: a bit each in the row's `alertas`."""

    METADE = 1
    QUASE = 2
    """At 80 % of the term."""
    FIM = 4
    """On its last day."""


PARTES = {Marco.METADE: 0.5, Marco.QUASE: 0.8, Marco.FIM: 1.0}
FRASES = {
    Marco.METADE: "Metade do prazo já passou.",
    Marco.QUASE: "O prazo está no fim: restam menos de 20% dele.",
    Marco.FIM: "O prazo termina hoje, às 23h59.",
}
VENCEU = "O prazo terminou."


def marcos(prazo: Prazo, vence: date, calendario: Calendario) -> dict[Marco, date]:
    """The day of each alert. A part of a term is so many of its business days; those it was stopped are none of it."""
    todos = (prazo.inicio + timedelta(days=n) for n in range(1, (vence - prazo.inicio).days + 1))
    contam = [
        dia
        for dia in todos
        if calendario.e_util(dia) and not any(parada.de < dia <= parada.ate for parada in prazo.paradas)
    ]
    dias = {marco: contam[ceil(len(contam) * parte) - 1] if contam else vence for marco, parte in PARTES.items()}
    return {**dias, Marco.FIM: vence}


def alertar(*, agora: datetime) -> int:
    """Give the alerts whose day has come; how many letters. Safe to run at any moment and twice, by many at once.

    A row is locked, marked and told of in one transaction, and one that another worker holds is left to it. Marks
    that were passed together (a term of a day, a worker that was away) make one letter.
    """
    return _de_cada(Encaminhamento, COM_O_ORGAO, agora) + _de_cada(Demanda, NA_MESA, agora)


def _de_cada(modelo: type[M], condicao: Any, agora: datetime) -> int:
    dia, letras = hoje(agora), 0
    while True:
        with transaction():
            linhas = _travar(modelo, condicao, dia)
            letras += sum(_alertar(linha, dia) for linha in linhas)
        if len(linhas) < LOTE:
            return letras


def _travar(modelo: type[M], condicao: Any, dia: date) -> Sequence[M]:
    consulta = (
        select(modelo)
        .where(condicao, modelo.alerta_dia <= dia)
        .order_by(modelo.alerta_dia, modelo.id)
        .limit(LOTE)
        .with_for_update(of=modelo, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return db.session().execute(consulta).unique().scalars().all()


def _alertar(linha: Demanda | Encaminhamento, dia: date) -> bool:
    """Mark what has come, make the next appointment, and write the letter; whether there was one to write."""
    if isinstance(linha, Encaminhamento):
        calendario = calendario_do_orgao(linha)
        dias = marcos(prazo_do_orgao(linha, calendario), linha.vence_dia, calendario)
    else:
        calendario = calendario_local()
        dias = marcos(prazo_da_triagem(linha, calendario), linha.vence_dia, calendario)
    novos = [marco for marco in Marco if not linha.alertas & marco and dias[marco] <= dia]
    linha.alertas = int(linha.alertas | sum(novos))
    linha.alerta_dia = min((d for marco, d in dias.items() if not linha.alertas & marco), default=None)
    para = _para(linha)
    if not novos or para is None:
        return False
    frase = VENCEU if linha.vence_dia < dia else FRASES[max(novos)]
    _avisar(linha, para, frase)
    return True


def _para(linha: Demanda | Encaminhamento) -> str | None:
    """The address of whom the term runs for: the agency, or SEGOV."""
    if isinstance(linha, Encaminhamento):
        return linha.orgao.email
    return db.session().execute(select(Orgao.email).where(Orgao.sigla == SIGLA_SEGOV)).scalar_one_or_none()


def _avisar(linha: Demanda | Encaminhamento, para: str, frase: str) -> None:
    peticao = linha.demanda.peticao if isinstance(linha, Encaminhamento) else linha.peticao
    orgao = linha.orgao.sigla if isinstance(linha, Encaminhamento) else ""
    avisar(
        para,
        "triagem/alerta",
        peticao_id=peticao.id,
        frase=frase,
        orgao=orgao,
        caminho=f"atendimento/{linha.id}" if orgao else f"triagem/{linha.id}",
        assunto=peticao.assunto,
        municipio=peticao.municipio.nome if peticao.municipio else "",
        numero=peticao.numero,
        vence=dia_por_extenso(linha.vence_dia),
    )
