"""Reads of the calendar: the administrator's pages, and the calendar as it was before changes not yet counted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import extract, func, or_, select

from peticionamento.cadastros.models import Feriado, MudancaCalendario, Municipio, TipoDeDia
from peticionamento.cadastros.queries import motivo_do_dia
from peticionamento.comum.db import db
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.indisponibilidade import Indisponibilidade
from peticionamento.comum.prazos import Calendario, calendario
from peticionamento.comum.prazos.calendario import feriados_de_minas
from peticionamento.comum.texto import sem_acentos

LIMITE_DA_LISTA = 500
LIMITE_DO_HISTORICO = 100


@dataclass(frozen=True)
class DiaDoAno:
    """A line of the year's list."""

    dia: date
    nome: str
    tipo: str
    tom: str
    ato: str
    onde: str
    conta: bool
    """Whether it is a business day all the same."""
    id: int | None
    """None: given by law, and not to be changed here."""


def dias_do_ano(ano: int, busca: str = "") -> list[DiaDoAno]:
    """The holidays that the law gives and the days registered, in order; those whose name, act or city holds `busca`.

    Weekends are left out. At most 500 registered days.
    """
    consulta = select(Feriado).where(extract("year", Feriado.dia) == ano).order_by(Feriado.dia, Feriado.id)
    if busca:
        padrao = f"%{_sem_curingas(busca)}%"
        consulta = consulta.outerjoin(Municipio, Municipio.id == Feriado.municipio_id).where(
            or_(
                func.unaccent(Feriado.nome).ilike(padrao),
                func.unaccent(Feriado.ato).ilike(padrao),
                Municipio.nome_busca.ilike(padrao),
            )
        )
    registrados = db.session().execute(consulta.limit(LIMITE_DA_LISTA)).scalars()
    dias = [
        DiaDoAno(f.dia, f.nome, f.tipo.rotulo, f.tipo.tom, f.ato, f.municipio.nome if f.municipio else "Todo o Estado",
            not f.suspende, f.id)
        for f in registrados
    ]  # fmt: skip
    da_lei = [
        DiaDoAno(dia, nome, TipoDeDia.FERIADO.rotulo, TipoDeDia.FERIADO.tom, "", "Todo o Estado", False, None)
        for dia, nome in feriados_de_minas(ano).items()
        if sem_acentos(busca) in sem_acentos(nome)
    ]
    return sorted([*da_lei, *dias], key=lambda dia: (dia.dia, dia.id or 0))


def _sem_curingas(busca: str) -> str:
    limpa = sem_acentos(busca.replace("\x00", "").strip())
    return limpa.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def feriado(feriado_id: int) -> Feriado:
    """One registered day. Raises NaoEncontrado."""
    linha = db.session().get(Feriado, feriado_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


def mudancas() -> Sequence[MudancaCalendario]:
    """The latest changes of the calendar, newest first: its history."""
    consulta = select(MudancaCalendario).order_by(MudancaCalendario.id.desc()).limit(LIMITE_DO_HISTORICO)
    return db.session().execute(consulta).scalars().all()


@dataclass(frozen=True)
class Pendente:
    """A change for which open terms are still to be counted again; see `MudancaCalendario`."""

    id: int
    antes: dict[str, Any]
    depois: dict[str, Any]
    em: datetime


def pendentes() -> list[Pendente]:
    """Those changes, in order."""
    m = MudancaCalendario
    consulta = select(m.id, m.antes, m.depois, m.em).where(m.recontada_em.is_(None)).order_by(m.id)
    return [Pendente(id_, antes or {}, depois or {}, em) for id_, antes, depois, em in db.session().execute(consulta)]


def indisponibilidades() -> Sequence[Indisponibilidade]:
    """The outages registered, newest first."""
    return db.session().execute(select(Indisponibilidade).order_by(Indisponibilidade.inicio_em.desc())).scalars().all()


def indisponibilidade(indisponibilidade_id: int) -> Indisponibilidade:
    """One outage. Raises NaoEncontrado."""
    linha = db.session().get(Indisponibilidade, indisponibilidade_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


class CalendariosAntes:
    """The calendar of each city as it was before some changes: terms of which only the last day is kept ran by it."""

    def __init__(self, mudancas: Sequence[Pendente]) -> None:
        linhas = db.session().execute(select(Feriado)).scalars()
        dias = {
            (f.dia, f.municipio_id): motivo_do_dia(f.tipo, f.nome, f.ato, f.municipio.nome if f.municipio else None)
            for f in linhas
            if f.suspende
        }
        for mudanca in reversed(mudancas):
            if "dia" in mudanca.depois:
                dias.pop((date.fromisoformat(mudanca.depois["dia"]), mudanca.depois["municipio_id"]), None)
            if "dia" in mudanca.antes:
                chave = (date.fromisoformat(mudanca.antes["dia"]), mudanca.antes["municipio_id"])
                dias[chave] = mudanca.antes["motivo"]
        self._dias = dias
        self.capital_id = db.session().execute(select(Municipio.id).where(Municipio.capital)).scalars().first()
        self._feitos: dict[int | None, Calendario] = {}

    def de(self, municipio_id: int | None) -> Calendario:
        """Of one city; None is the capital."""
        onde = self.capital_id if municipio_id is None else municipio_id
        if onde not in self._feitos:
            self._feitos[onde] = calendario(
                (dia, motivo) for (dia, cidade), motivo in self._dias.items() if cidade in (None, onde)
            )
        return self._feitos[onde]
