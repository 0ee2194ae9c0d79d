"""The days on which the system was out for so long that a term may not end on them.

The judiciary's rule, as the state's law has none for a system that fails: Lei federal 11.419/2006, art. 10, § 2º, and
Resolução CNJ 185/2013, art. 11. More than 60 minutes in all between 6h and 23h, or any time at all between 23h and 24h,
by the clock of Brasília. From midnight to 6h nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from peticionamento.comum.tempo import BRASILIA, hoje, hora

FORA_DO_AR = "o sistema ficou fora do ar"
"""How such a day's reason begins."""
TOLERADO = timedelta(minutes=60)
_ABRE, _ULTIMA_HORA = time(6), time(23)


@dataclass(frozen=True)
class Intervalo:
    """An outage: two instants, and why."""

    inicio: datetime
    fim: datetime
    motivo: str


def dias_fora_do_ar(intervalos: Iterable[Intervalo]) -> dict[date, str]:
    """The days on which no term ends, each with what happened, in words. Outages that overlap are counted once."""
    por_dia: dict[date, list[Intervalo]] = {}
    for intervalo in sorted(intervalos, key=lambda intervalo: intervalo.inicio):
        dia = hoje(intervalo.inicio)
        while dia <= hoje(intervalo.fim):
            por_dia.setdefault(dia, []).append(intervalo)
            dia += timedelta(days=1)
    return {dia: _em_palavras(dia, quais) for dia, quais in sorted(por_dia.items()) if _impede(dia, quais)}


def _impede(dia: date, intervalos: list[Intervalo]) -> bool:
    abre, ultima_hora = _instante(dia, _ABRE), _instante(dia, _ULTIMA_HORA)
    meia_noite = _instante(dia + timedelta(days=1), time.min)
    return _fora(intervalos, abre, ultima_hora) > TOLERADO or _fora(intervalos, ultima_hora, meia_noite) > timedelta()


def _fora(intervalos: list[Intervalo], de: datetime, ate: datetime) -> timedelta:
    """How long it was out within a window; what two outages share is counted once."""
    total, contado_ate = timedelta(), de
    for intervalo in intervalos:
        inicio, fim = max(intervalo.inicio, contado_ate), min(intervalo.fim, ate)
        if fim > inicio:
            total += fim - inicio
            contado_ate = fim
    return total


def _instante(dia: date, hora: time) -> datetime:
    """In UTC: the clock of Brasília jumped by an hour twice a year up to 2019, and local times do not subtract."""
    return datetime.combine(dia, hora, tzinfo=BRASILIA).astimezone(UTC)


def _em_palavras(dia: date, intervalos: list[Intervalo]) -> str:
    partes = [
        f"{'0h00' if hoje(i.inicio) < dia else hora(i.inicio)} a {'24h00' if hoje(i.fim) > dia else hora(i.fim)}"
        for i in intervalos
    ]
    return f"{FORA_DO_AR} ({', '.join(partes)}: {'; '.join(dict.fromkeys(i.motivo for i in intervalos))})"
