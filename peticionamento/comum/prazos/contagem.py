"""Where a term ends: business days, running days or months; stops, extensions, and the last day moved when it must be.

- The day of the act is left out, the last one counts (Lei estadual 14.184/2002, art. 59; Código Civil, art. 132).
- Running days and months begin on the first business day after the act, and end on a business day: one that is none
  passes to the next (same articles).
- Months go from date to date. A month without that day ends on its last day (Lei federal 9.784/1999, art. 66, § 3º,
  the law on administrative procedure; the Código Civil, art. 132, § 3º, would give the first of the next month).
- While it is stopped no day counts; it goes on the day after, with at least one day left, so that nobody finds a term
  over at the moment it comes back to them.
- An extension is added to the term before its last day is moved.
- A term whose last day is one on which the system was out (`fora_do_ar`) passes to the next business day; a running one
  is not changed.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from peticionamento.comum.prazos.calendario import Calendario
from peticionamento.comum.texto import plural

NENHUM: Mapping[date, str] = {}


class Unidade(StrEnum):
    """What a term is counted in."""

    DIAS_UTEIS = "dias_uteis"
    DIAS_CORRIDOS = "dias_corridos"
    MESES = "meses"
    DIA_CERTO = "dia_certo"
    """Not counted: somebody named the last day."""


@dataclass(frozen=True)
class Parada:
    """The days after `de` up to and with `ate` do not count: the term was stopped, for a reason told in words."""

    de: date
    ate: date
    motivo: str


@dataclass(frozen=True)
class Prorrogacao:
    """More time that was granted."""

    quantidade: int
    unidade: Unidade
    motivo: str


@dataclass(frozen=True)
class Prazo:
    """All that a due day is worked out from, but the calendar: kept with each term, so that it can be counted again."""

    inicio: date
    """The day of the act."""
    quantidade: int = 0
    unidade: Unidade = Unidade.DIAS_UTEIS
    dia: date | None = None
    """The last day, where it was named (`DIA_CERTO`)."""
    paradas: tuple[Parada, ...] = ()
    prorrogacoes: tuple[Prorrogacao, ...] = ()

    @classmethod
    def ate_o_dia(cls, inicio: date, dia: date) -> Prazo:
        """A term whose last day was named."""
        return cls(inicio, unidade=Unidade.DIA_CERTO, dia=dia)

    def parado(self, de: date, ate: date, motivo: str) -> Prazo:
        """The same, having been stopped."""
        return replace(self, paradas=(*self.paradas, Parada(de, ate, motivo)))

    def prorrogado(self, quantidade: int, motivo: str, unidade: Unidade = Unidade.DIAS_UTEIS) -> Prazo:
        """The same, with more time."""
        return replace(self, prorrogacoes=(*self.prorrogacoes, Prorrogacao(quantidade, unidade, motivo)))


def em_dias_uteis(inicio: date, vence: date, calendario: Calendario) -> Prazo:
    """The term of business days that ends on `vence`: for one of which only the last day was kept."""
    return Prazo(inicio, max(calendario.entre(inicio, vence), 0))


@dataclass(frozen=True)
class Contagem:
    """Where a term ends, and the way there."""

    comeco: date
    """The first day that counts."""
    fim: date
    """The last day as counted, before it was moved."""
    adiada: tuple[tuple[date, str], ...]
    """The days that it could not end on, each with why."""
    vence: date


def contar(prazo: Prazo, calendario: Calendario, fora: Mapping[date, str] = NENHUM) -> Contagem:
    """Work out a term's last day.

    `fora`: the days on which the system was out, with what happened (`fora_do_ar.dias_fora_do_ar`).
    """
    fim = _fim(prazo, calendario)
    vence, adiada = fim, []
    while motivo := calendario.motivo_de_nao_contar(vence) or fora.get(vence):
        adiada.append((vence, motivo))
        vence += timedelta(days=1)
    return Contagem(calendario.somar(prazo.inicio, 1), fim, tuple(adiada), vence)


def _fim(prazo: Prazo, calendario: Calendario) -> date:
    dia, faltam = _a_percorrer(prazo, calendario)
    uteis = prazo.unidade is Unidade.DIAS_UTEIS
    for parada in sorted(prazo.paradas, key=lambda parada: (parada.de, parada.ate)):
        if parada.ate < dia:  # within another
            continue
        ate_parar = max(parada.de, dia)
        passaram = calendario.entre(dia, ate_parar) if uteis else (ate_parar - dia).days
        dia, faltam = parada.ate, max(faltam - passaram, 1)
    fim = calendario.somar(dia, faltam) if uteis else dia + timedelta(days=faltam)
    for prorrogacao in prazo.prorrogacoes:
        fim = _mais(fim, prorrogacao, calendario)
    return fim


def _a_percorrer(prazo: Prazo, calendario: Calendario) -> tuple[date, int]:
    """The day before the first that counts, and how many days, of the term's own kind, lie ahead."""
    if prazo.unidade is Unidade.DIAS_UTEIS:
        return prazo.inicio, prazo.quantidade
    if prazo.dia is not None:
        return prazo.inicio, (prazo.dia - prazo.inicio).days
    vespera = calendario.somar(prazo.inicio, 1) - timedelta(days=1)
    if prazo.unidade is Unidade.MESES:
        return vespera, (mais_meses(vespera, prazo.quantidade) - vespera).days
    return vespera, prazo.quantidade


def _mais(fim: date, prorrogacao: Prorrogacao, calendario: Calendario) -> date:
    match prorrogacao.unidade:
        case Unidade.DIAS_UTEIS:
            return calendario.somar(fim, prorrogacao.quantidade)
        case Unidade.MESES:
            return mais_meses(fim, prorrogacao.quantidade)
        case _:
            return fim + timedelta(days=prorrogacao.quantidade)


def mais_meses(dia: date, meses: int) -> date:
    """The day of the same number so many months later, or that month's last."""
    ano, mes = divmod(dia.year * 12 + dia.month - 1 + meses, 12)
    return date(ano, mes + 1, min(dia.day, monthrange(ano, mes + 1)[1]))


def quantidade_em_palavras(quantidade: int, unidade: Unidade) -> str:
    """`10 dias úteis`, `30 dias corridos`, `1 mês`."""
    um, varios = {
        Unidade.DIAS_UTEIS: ("dia útil", "dias úteis"),
        Unidade.MESES: ("mês", "meses"),
    }.get(unidade, ("dia corrido", "dias corridos"))
    return plural(quantidade, um, varios)
