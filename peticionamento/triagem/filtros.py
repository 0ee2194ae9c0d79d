"""What the queue can be narrowed by, as its address carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, any_, exists, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from peticionamento.cadastros.models import Municipio, Orgao
from peticionamento.comum.db import db
from peticionamento.comum.formularios import chave, sem_nulos, uma_linha
from peticionamento.comum.tempo import BRASILIA
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.queries.filtros import consulta_de_texto, tema_e_subtemas
from peticionamento.triagem.models import Demanda, DemandaMarcador, Encaminhamento, EstadoEncaminhamento

LIMITE_TEXTO = 200
MUITAS = 10_000
"""Petitions with the words looked for that are still named one by one."""
SECULO = (date(1990, 1, 1), date(2100, 1, 1))
"""A day outside is a slip of the hand."""


@dataclass(frozen=True)
class Filtros:
    """What the address asks for; an empty one asks for everything. The fields are the address's own names."""

    q: str = ""
    """As people type it: words, "a phrase", -without, a number."""
    deputado: int | None = None
    partido: str = ""
    municipio: int | None = None
    regiao: str = ""
    """An intermediate region of IBGE, by its name."""
    tema: int | None = None
    """A theme stands for those under it too."""
    orgao: str = ""
    """The sigla of an agency that the demand was sent to, also if it declined."""
    tipo: int | None = None
    de: date | None = None
    ate: date | None = None
    """First and last day of filing, in Brasília."""
    marcador: int | None = None

    def __bool__(self) -> bool:
        return self != Filtros()

    @classmethod
    def ler(cls, argumentos: Mapping[str, str]) -> Filtros:
        """Read an address. What cannot be understood is left out: a mangled link still opens the queue."""
        return cls(**{nome: _LER[nome](valor) for nome in NOMES if (valor := argumentos.get(nome))})

    def argumentos(self) -> dict[str, Any]:
        """The same as an address carries it, without what is not asked for."""
        return {nome: str(valor) for nome in NOMES if (valor := getattr(self, nome))}

    def sem(self, nome: str) -> Filtros:
        """The same without one of them."""
        return replace(self, **{nome: getattr(Filtros(), nome)})

    @property
    def da_peticao(self) -> bool:
        """Whether the petition itself must be looked into, and not only the demand."""
        return bool(self.de or self.ate or (self.q and self._achadas is None))

    @cached_property
    def _achadas(self) -> ColumnElement[Any] | None:
        """The petitions that have the words, read once; None when they are too many to be named.

        PostgreSQL cannot tell how rare a rare word is, and would read the whole table in the queue's order looking for
        it. What is found by name is found at once; what is in many petitions is soon met in any order.
        """
        # In a query of its own, the words are not known to the plan: it goes to their index, however many it guesses.
        palavras = select(consulta_de_texto(self.q)).scalar_subquery()
        consulta = select(Peticao.id).where(Peticao.busca.op("@@")(palavras)).limit(MUITAS + 1)
        ids = db.session().execute(consulta).scalars().all()
        return None if len(ids) > MUITAS else literal(list(ids), ARRAY(BigInteger))

    def aplicar(self, consulta: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """Narrow a query over `Demanda`, joined to `Peticao` where `da_peticao`."""
        return consulta.where(*self._da_demanda(), *self._da_peticao())

    def _da_demanda(self) -> list[ColumnElement[bool]]:
        condicoes: list[ColumnElement[bool]] = []
        if self.deputado is not None:
            condicoes.append(Demanda.autor_id == self.deputado)
        if self.partido:
            do_partido = select(Pessoa.id).where(Pessoa.partido == self.partido).correlate(None)
            condicoes.append(Demanda.autor_id.in_(do_partido))
        if self.municipio is not None:
            condicoes.append(Demanda.municipio_id == self.municipio)
        if self.regiao:
            da_regiao = select(Municipio.id).where(Municipio.regiao == self.regiao).correlate(None)
            condicoes.append(Demanda.municipio_id.in_(da_regiao))
        if self.tema is not None:
            condicoes.append(Demanda.tema_id.in_(tema_e_subtemas(self.tema).correlate(None)))
        if self.tipo is not None:
            condicoes.append(Demanda.tipo_id == self.tipo)
        if self.orgao:
            condicoes.append(_foi_ao_orgao(self.orgao))
        if self.marcador is not None:
            condicoes.append(_tem_marcador(self.marcador))
        if self.q and self._achadas is not None:
            condicoes.append(Demanda.peticao_id == any_(self._achadas))
        return condicoes

    def _da_peticao(self) -> list[ColumnElement[bool]]:
        condicoes: list[ColumnElement[bool]] = []
        if self.de is not None:
            condicoes.append(Peticao.protocolada_em >= _meia_noite(self.de))
        if self.ate is not None:
            condicoes.append(Peticao.protocolada_em < _meia_noite(self.ate + timedelta(days=1)))
        if self.q and self._achadas is None:
            condicoes.append(Peticao.busca.op("@@")(consulta_de_texto(self.q)))
        return condicoes


NOMES = tuple(campo.name for campo in fields(Filtros))
"""The names of the filters in an address."""


def ler_dia(valor: str) -> date | None:
    """A day as the browser sends it (`2026-11-24`) or as people type it (`24/11/2026`); None when it is neither."""
    for formato in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            dia = datetime.strptime(valor.strip(), formato).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
        return dia if SECULO[0] <= dia < SECULO[1] else None
    return None


def _numero(valor: str) -> int | None:
    try:
        return chave(valor)
    except ValueError:
        return None


def _linha(valor: str) -> str:
    return (uma_linha(sem_nulos(valor)) or "")[:LIMITE_TEXTO]


_LER: dict[str, Any] = {
    **dict.fromkeys(("q", "partido", "regiao", "orgao"), _linha),
    **dict.fromkeys(("deputado", "municipio", "tema", "tipo", "marcador"), _numero),
    **dict.fromkeys(("de", "ate"), ler_dia),
}


def _foi_ao_orgao(sigla: str) -> ColumnElement[bool]:
    envio = aliased(Encaminhamento)
    orgao = select(Orgao.id).where(Orgao.sigla == sigla).correlate(None)
    return exists().where(
        envio.peticao_id == Demanda.peticao_id,
        envio.estado != EstadoEncaminhamento.DESFEITO,
        envio.orgao_id.in_(orgao),
    )


def _tem_marcador(marcador_id: int) -> ColumnElement[bool]:
    posto = aliased(DemandaMarcador)
    return exists().where(posto.demanda_id == Demanda.id, posto.marcador_id == marcador_id)


def _meia_noite(dia: date) -> datetime:
    return datetime.combine(dia, time(), BRASILIA)
