"""Due days as people and as calendar programs read them: weeks in words, and an iCalendar feed (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from icalendar import Calendar, Event

from peticionamento.comum.tempo import data_por_extenso
from peticionamento.peticoes.queries import DeQuem, Prazo

PRODUTO = "-//Peticionamento//SEI!MG//PT"
RELER = timedelta(hours=1)
"""How often a program is asked to read the feed again."""


@dataclass(frozen=True)
class Semana:
    """Due days of one week, under its name in words."""

    nome: str
    prazos: list[Prazo] = field(default_factory=list)


def por_semana(prazos: Iterable[Prazo], hoje: date) -> list[Semana]:
    """The due days grouped by week, Monday to Sunday, those given in order."""
    return [
        Semana(nome_da_semana(segunda, hoje), list(grupo))
        for segunda, grupo in groupby(prazos, key=lambda p: _segunda(p.dia))
    ]


def _segunda(dia: date) -> date:
    return dia - timedelta(days=dia.weekday())


def nome_da_semana(segunda: date, hoje: date) -> str:
    """`Esta semana`, `Semana que vem`, `Semana passada`, else `De 7 a 11 de dezembro`, its business days."""
    perto = {0: "Esta semana", 7: "Semana que vem", -7: "Semana passada"}
    if (nome := perto.get((segunda - _segunda(hoje)).days)) is not None:
        return nome
    sexta = segunda + timedelta(days=4)
    fim = data_por_extenso(sexta).rpartition(" de ")[0]
    if segunda.month == sexta.month:
        return f"De {'1º' if segunda.day == 1 else segunda.day} a {fim}"
    return f"De {data_por_extenso(segunda).rpartition(' de ')[0]} a {fim}"


def titulo(prazo: Prazo) -> str:
    """What a calendar shows of a due day; of a restricted petition no more than its number."""
    assunto = f"petição {prazo.numero}" if prazo.restrita else f"{prazo.assunto} ({prazo.municipio})"
    if prazo.de_quem is DeQuem.GABINETE:
        return f"Responder à SEGOV: {assunto}"
    if prazo.de_quem is DeQuem.GABINETE_SE_QUISER:
        return f"Último dia para reabrir: {assunto}"
    return f"Resposta esperada: {assunto}" if prazo.de_quem is DeQuem.ORGAO else f"Triagem da SEGOV: {assunto}"


def ics(prazos: Sequence[Prazo], *, nome: str, dominio: str, enderecos: dict[int, str], agora: datetime) -> bytes:
    """The feed: one all-day event a due day, each with an id that stays, so that a changed day moves its event.

    `nome` is the calendar's own, `dominio` ends the ids, `enderecos` gives each petition's page, `agora` the stamp.
    """
    agenda = Calendar()
    agenda.add("prodid", PRODUTO)
    agenda.add("version", "2.0")
    agenda.add("name", nome)
    agenda.add("x-wr-calname", nome)
    agenda.add("refresh-interval", RELER, {"value": "DURATION"})
    agenda.add("x-published-ttl", "PT1H")
    for prazo in prazos:
        evento = Event()
        evento.add("uid", f"{prazo.chave}@{dominio}")
        evento.add("dtstamp", agora)
        evento.add("dtstart", prazo.dia)
        evento.add("dtend", prazo.dia + timedelta(days=1))
        evento.add("summary", titulo(prazo))
        evento.add("url", enderecos[prazo.peticao_id])
        if not prazo.restrita:
            evento.add("description", f"{prazo.numero}. {prazo.onde}.")
        evento.add("transp", "TRANSPARENT")  # a due day does not make anybody busy
        agenda.add_component(evento)
    return bytes(agenda.to_ical())
