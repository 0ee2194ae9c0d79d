"""Which days count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

from peticionamento.comum.texto import plural

LIMITE_DIAS_UTEIS = 365


@lru_cache(maxsize=32)
def feriados_de_minas(ano: int) -> dict[date, str]:
    """The national and state holidays of a year, by law, with their names."""
    return dict(holidays.country_holidays("BR", subdiv="MG", years=ano, language="pt_BR"))


@dataclass(frozen=True)
class Calendario:
    """Which days count. `locais` maps a registered day to its name."""

    locais: dict[date, str] = field(default_factory=dict)

    def motivo_de_nao_contar(self, dia: date) -> str | None:
        """Why a day is not a business day, in words, or None when it is."""
        if dia.weekday() == 5:
            return "sábado"
        if dia.weekday() == 6:
            return "domingo"
        return self.locais.get(dia) or feriados_de_minas(dia.year).get(dia)

    def e_util(self, dia: date) -> bool:
        """Whether the day counts."""
        return self.motivo_de_nao_contar(dia) is None

    def somar(self, inicio: date, dias_uteis: int) -> date:
        """The last day of a term of `dias_uteis` (0 or more) that begins the day after `inicio`."""
        dia, faltam = inicio, dias_uteis
        while faltam > 0:
            dia += timedelta(days=1)
            if self.e_util(dia):
                faltam -= 1
        return dia

    def entre(self, de: date, ate: date) -> int:
        """Business days after `de` up to and with `ate`; negative when `ate` is before `de`."""
        if ate < de:
            return -self.entre(ate, de)
        return sum(1 for n in range(1, (ate - de).days + 1) if self.e_util(de + timedelta(days=n)))


def calendario(locais: Iterable[tuple[date, str]] = ()) -> Calendario:
    """A calendar with the given local days, each with its name."""
    return Calendario(dict(locais))


def em_palavras(calendario: Calendario, vence: date, hoje: date) -> str:
    """`vence hoje`, `em 3 dias úteis`, `venceu ontem`, `há 6 dias úteis`."""
    if vence == hoje:
        return "vence hoje"
    dias = calendario.entre(hoje, vence)
    if vence > hoje:
        return "vence amanhã" if dias <= 1 and (vence - hoje).days == 1 else f"em {_dias(max(dias, 1))}"
    return "venceu ontem" if (hoje - vence).days == 1 else f"há {_dias(max(-dias, 1))}"


def _dias(quantos: int) -> str:
    return plural(quantos, "dia útil", "dias úteis")
