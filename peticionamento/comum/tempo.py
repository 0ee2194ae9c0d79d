"""Instants, the legal time zone, and how dates are said in Portuguese."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

BRASILIA = ZoneInfo("America/Sao_Paulo")
"""Official time of Brasília, by which acts are in time (`tempestivo`)."""

IDIOMA = "pt_BR"


_relogio: ContextVar[datetime | None] = ContextVar("relogio", default=None)


def agora() -> datetime:
    """The current instant, aware, in UTC."""
    return _relogio.get() or datetime.now(UTC)


@contextmanager
def no_instante(instante: datetime) -> Iterator[None]:
    """Hold the clock at `instante`: the demonstration and the tests live through weeks with it. Nothing else may."""
    ficha = _relogio.set(instante)
    try:
        yield
    finally:
        _relogio.reset(ficha)


def hoje(instante: datetime | None = None) -> date:
    """The day in Brasília at `instante` (now by default)."""
    return (instante or agora()).astimezone(BRASILIA).date()


def hora(instante: datetime) -> str:
    """`10h42`, Brasília time."""
    return instante.astimezone(BRASILIA).strftime("%Hh%M").removeprefix("0")


def dia_curto(dia: date) -> str:
    """`26 nov`; with the year when it is not the current one."""
    formato = "d MMM" if dia.year == hoje().year else "d MMM y"
    return format_date(dia, formato, locale=IDIOMA).replace(".", "").replace(" de ", " ")


def dia_por_extenso(dia: date) -> str:
    """`quinta-feira, 26 de novembro de 2026`."""
    return f"{format_date(dia, 'EEEE', locale=IDIOMA)}, {data_por_extenso(dia)}"


def data_por_extenso(dia: date) -> str:
    """`26 de novembro de 2026`, `1º de dezembro de 2026`: as a document is dated."""
    ordinal = "1º" if dia.day == 1 else str(dia.day)
    return format_date(dia, f"'{ordinal} de' MMMM 'de' y", locale=IDIOMA)


def dia_e_mes(instante: datetime) -> str:
    """`25 de dezembro`, Brasília time; with the year when it is not the current one."""
    dia = hoje(instante)
    ordinal = "1º" if dia.day == 1 else str(dia.day)
    return format_date(dia, f"'{ordinal} de' MMMM" + ("" if dia.year == hoje().year else " 'de' y"), locale=IDIOMA)


def data_hora(instante: datetime) -> str:
    """`24 nov, 10h42`, Brasília time."""
    return f"{dia_curto(hoje(instante))}, {hora(instante)}"


def data_hora_oficial(instante: datetime) -> str:
    """`24/11/2026 10:42:07`, as SEI prints beside a signature."""
    return instante.astimezone(BRASILIA).strftime("%d/%m/%Y %H:%M:%S")


def dias_desde(instante: datetime, ate: datetime | None = None) -> int:
    """How many days of the calendar have gone by since, Brasília time."""
    return (hoje(ate) - hoje(instante)).days


def ha_quanto(instante: datetime, ate: datetime | None = None) -> str:
    """`há 3 min`, `há 2 h`, `há 5 dias`: how long ago, in one unit."""
    segundos = max(0.0, ((ate or agora()) - instante).total_seconds())
    return f"há {duracao(segundos)}"


def duracao(segundos: float) -> str:
    """A length of time in one unit: `0,4 s`, `41 s`, `3 min`, `2 h`, `5 dias`."""
    if segundos < 0.95:
        return f"{segundos:.1f} s".replace(".", ",")
    if segundos < 60:
        return f"{segundos:.0f} s"
    if segundos < 3600:
        return f"{segundos // 60:.0f} min"
    if segundos < 86400:
        return f"{segundos // 3600:.0f} h"
    dias = int(segundos // 86400)
    return "1 dia" if dias == 1 else f"{dias} dias"
