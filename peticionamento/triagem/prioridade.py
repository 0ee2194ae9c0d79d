"""Which demand comes first, and why: the points of the coordinator's table, kept with each demand on the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, select, update
from sqlalchemy.orm import aliased

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import db, transaction
from peticionamento.comum.memoria import lembrada
from peticionamento.comum.prazos import Calendario
from peticionamento.comum.tempo import dias_desde, hoje
from peticionamento.comum.texto import plural
from peticionamento.peticoes.espera import colunas as colunas_da_espera
from peticionamento.peticoes.models import Acompanhamento, Especie, Peticao
from peticionamento.triagem.models import NA_MESA, Criterio, Demanda, EstadoDemanda, Peso, Urgencia

E = EstadoDemanda
LOTE = 1000
"""Demands recounted in one transaction."""
ALTO = 4
"""From so many points on a demand is said to be at the top."""
URGENCIAS = {Urgencia.NORMAL: 0, Urgencia.ALTA: 1, Urgencia.URGENTE: 2}

Tabela = Mapping[Criterio, tuple[tuple[int, int], ...]]
"""(threshold, points) of each criterion."""

_EM_ABERTO = (E.AGUARDANDO, E.EM_TRIAGEM, E.REABERTA, E.EM_DILIGENCIA, E.DISTRIBUIDA, E.APENSADA)


@lembrada
def tabela() -> Tabela:
    """The coordinator's table."""
    linhas: dict[Criterio, tuple[tuple[int, int], ...]] = {}
    consulta = select(Peso.criterio, Peso.limiar, Peso.pontos).order_by(Peso.criterio, Peso.limiar)
    for criterio, limiar, pontos in db.session().connection().execute(consulta):
        linhas[criterio] = (*linhas.get(criterio, ()), (limiar, pontos))
    return linhas


def pontuar(medidas: Mapping[Criterio, int], tabela: Tabela) -> list[list[Any]]:
    """[criterion, value, points] of each criterion that gives points, most points first.

    Of a criterion the best line reached counts, alone. Business days left are reached from above: the fewer, the more.
    """
    razoes: list[list[Any]] = []
    for criterio, valor in medidas.items():
        alcancados = [
            pontos
            for limiar, pontos in tabela.get(criterio, ())
            if (valor <= limiar if criterio is Criterio.DIAS_UTEIS else valor >= limiar)
        ]
        if (pontos := max(alcancados, default=0)) > 0:
            razoes.append([criterio.value, valor, pontos])
    return sorted(razoes, key=lambda razao: -razao[2])


def _medidas(
    dias_uteis: int, urgencia: Urgencia, reiteracoes: int, semelhantes: int, idade: int
) -> dict[Criterio, int]:
    return {
        Criterio.DIAS_UTEIS: dias_uteis,
        Criterio.URGENCIA: URGENCIAS[urgencia],
        Criterio.REITERACOES: reiteracoes,
        Criterio.SEMELHANTES: semelhantes,
        Criterio.IDADE: idade,
    }


def _dar(demanda: Demanda, razoes: list[list[Any]]) -> None:
    demanda.razoes, demanda.prioridade = razoes, _prioridade(razoes)


def _prioridade(razoes: list[list[Any]]) -> int:
    return -sum(int(pontos) for _, _, pontos in razoes)


def ao_abrir(peticao: Peticao, vence_dia: date, *, agora: datetime) -> tuple[list[list[Any]], int]:
    """The first reasons and the priority of a petition's demand. Reads only the coordinator's table, remembered.

    Similar demands are counted within the hour, by the routine: a filing does not look at the others.
    """
    reiteracoes = 0
    if peticao.especie is Especie.REITERACAO and peticao.origem_id is not None:
        # The first demand's row is locked and in the session: it is about to count this repetition.
        reiteracoes = db.session().get_one(Acompanhamento, peticao.origem_id).reiteracoes + 1
    dias_uteis = calendario_local().entre(hoje(agora), vence_dia)
    razoes = pontuar(_medidas(dias_uteis, Urgencia.NORMAL, reiteracoes, 0, 0), tabela())
    return razoes, _prioridade(razoes)


def _contagens(condicao: Any) -> Select[*tuple[Any, ...]]:
    """What is counted of each demand: its repetitions (those of it, or which one it is itself), and similar ones."""
    outra = aliased(Demanda)
    semelhantes = (
        select(func.count())
        .where(
            outra.impressao == Demanda.impressao,
            outra.impressao != "",
            Demanda.impressao != "",
            outra.id != Demanda.id,
            outra.estado.in_(_EM_ABERTO),
        )
        .correlate(Demanda)
        .scalar_subquery()
    )
    ordem, vezes, _desde = colunas_da_espera()
    return (
        select(
            func.greatest(ordem, vezes).label("reiteracoes"), semelhantes.label("semelhantes"), Demanda.id,
            Demanda.vence_dia, Demanda.urgencia, Demanda.criada_em, Demanda.razoes,
        )
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(condicao)
    )  # fmt: skip


_DE_UMA = _contagens(Demanda.id == bindparam("demanda", type_=BigInteger))


def repontuar(demanda: Demanda, *, agora: datetime, reiteracoes: int | None = None) -> None:
    """Recount a demand's points after what changes them. Called in that change's transaction, demand locked.

    `reiteracoes` where the caller knows better than the table, which does not have the latest yet. One statement.
    """
    contada = db.session().connection().execute(_DE_UMA, {"demanda": demanda.id}).one()
    vezes = contada.reiteracoes if reiteracoes is None else reiteracoes
    dias_uteis = calendario_local().entre(hoje(agora), demanda.vence_dia)
    idade = dias_desde(demanda.criada_em, agora)
    _dar(demanda, pontuar(_medidas(dias_uteis, demanda.urgencia, vezes, contada.semelhantes, idade), tabela()))


def repontuar_mesa(*, agora: datetime) -> int:
    """Recount all that is on the desk; how many changed. Safe to run at any moment and twice.

    A demand that somebody is deciding is left alone: the next run takes it, if it is still there.
    """
    mudaram, ultimo = 0, 0
    vencimentos = _Vencimentos(calendario_local(), hoje(agora))
    while True:
        with transaction() as session:
            consulta = _contagens(NA_MESA & (Demanda.id > ultimo)).order_by(Demanda.id).limit(LOTE)
            lidas = session.execute(consulta.with_for_update(of=Demanda, skip_locked=True)).all()
            novas = [mudada for lida in lidas if (mudada := _mudada(lida, vencimentos, agora))]
            if novas:
                session.execute(update(Demanda), novas)
        mudaram += len(novas)
        if len(lidas) < LOTE:
            return mudaram
        ultimo = lidas[-1].id


class _Vencimentos(dict[date, int]):
    """Business days from today to each due day, worked out once each."""

    def __init__(self, calendario: Calendario, dia: date) -> None:
        super().__init__()
        self.calendario, self.dia = calendario, dia

    def __missing__(self, vence: date) -> int:
        self[vence] = self.calendario.entre(self.dia, vence)
        return self[vence]


def _mudada(lida: Any, vencimentos: _Vencimentos, agora: datetime) -> dict[str, Any] | None:
    medidas = _medidas(
        vencimentos[lida.vence_dia],
        lida.urgencia,
        lida.reiteracoes,
        lida.semelhantes,
        dias_desde(lida.criada_em, agora),
    )
    razoes = pontuar(medidas, tabela())
    if razoes == lida.razoes:
        return None
    return {"id": lida.id, "razoes": razoes, "prioridade": -sum(pontos for _, _, pontos in razoes)}


def em_palavras(razoes: Iterable[list[Any]], vencimento: str, espera: str = "") -> str:
    """`vence hoje, 2ª reiteração, 45 dias de espera`: where a demand's points come from.

    `vencimento` as `prazos.em_palavras` says it of the due day; `espera` as `Espera` does, where it says anything.
    """
    frases = [frase for criterio, valor, _ in razoes if (frase := _frase(criterio, valor, vencimento, espera))]
    return ", ".join(frases)


def _frase(criterio: str, valor: int, vencimento: str, espera: str) -> str:
    match criterio:
        case Criterio.DIAS_UTEIS:
            antes = "vence " if vencimento.startswith("em ") else "venceu " if vencimento.startswith("há ") else ""
            return antes + vencimento
        case Criterio.URGENCIA:
            return "urgente" if valor == URGENCIAS[Urgencia.URGENTE] else "urgência alta"
        case Criterio.REITERACOES:
            return espera or plural(valor, "reiteração", "reiterações")
        case Criterio.SEMELHANTES:
            return plural(valor, "demanda semelhante em aberto", "demandas semelhantes em aberto")
        case Criterio.IDADE:
            return f"protocolada há {plural(valor, 'dia', 'dias')}"
        case _:
            return ""


def porque(razoes: list[list[Any]], vencimento: str, espera: str = "") -> str:
    """The sentence of a row: `No alto porque: …`, or `Pontos por: …` for a demand with few; "" for one with none."""
    if not razoes:
        return ""
    alto = sum(pontos for _, _, pontos in razoes) >= ALTO
    return f"{'No alto porque' if alto else 'Pontos por'}: {em_palavras(razoes, vencimento, espera)}"
