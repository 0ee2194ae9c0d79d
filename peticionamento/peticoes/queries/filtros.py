"""Which petitions a list shows: the tab, and the filters of its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from peticionamento.cadastros.models import Tema
from peticionamento.comum.tempo import BRASILIA, hoje
from peticionamento.contas.queries import Gabinete
from peticionamento.peticoes.models import Acompanhamento, Etapa, Peticao

CONFIGURACAO: ColumnElement[Any] = literal_column("'comum_portugues'::regconfig")

_NUMERO_CRU = re.compile(r"(\d{4})(\d{2})(\d{7})(\d{4})(\d{2})")
_SEQUENCIA = re.compile(r"0*(\d{1,7}(?:/\d{4})?)(?:-\d{2})?")
_ORDINAL = re.compile(r"\b(?:nº|n°|n\.)\s*(?=\d)", re.IGNORECASE)
_MILHAR = re.compile(r"(?<=\d)\.(?=\d{3}/\d{4}\b)")


class Aba(StrEnum):
    """The views of the office's list."""

    ANDAMENTO = "andamento"
    RESPONDIDAS = "respondidas"
    ATRASADAS = "atrasadas"
    TODAS = "todas"

    @property
    def condicao(self) -> ColumnElement[bool]:
        """Which petitions it shows."""
        if self is Aba.RESPONDIDAS:
            return Acompanhamento.etapa == Etapa.RESPONDIDA
        if self is Aba.ANDAMENTO:
            return Acompanhamento.etapa != Etapa.RESPONDIDA
        if self is Aba.ATRASADAS:
            return Acompanhamento.vence_dia < hoje()
        return true()


@dataclass(frozen=True)
class Filtro:
    """What the address of a list asks for; an empty one asks for everything. Days are days of Brasília."""

    texto: str = ""
    """As people type it: words, "a phrase", -without, a number."""
    etapa: Etapa | None = None
    nova: bool = False
    """Answered, and nobody of the office has opened the answer."""
    de: date | None = None
    ate: date | None = None
    """First and last day of filing."""
    orgao: str = ""
    municipio: int | None = None
    tema: int | None = None
    """A theme stands for those under it too."""
    tipo: int | None = None
    autor: int | None = None

    def __bool__(self) -> bool:
        return self != Filtro()

    def aplicar(self, consulta: Select[*tuple[Any, ...]], gabinete: Gabinete) -> Select[*tuple[Any, ...]]:
        """Narrow a query over `Acompanhamento` joined to `Peticao` to the office's rows that are asked for."""
        condicoes: list[ColumnElement[bool]] = [do_gabinete(Acompanhamento.autor_id, gabinete, self.autor)]
        if self.etapa is not None:
            condicoes.append(Acompanhamento.etapa == self.etapa)
        if self.nova:
            condicoes += [Acompanhamento.etapa == Etapa.RESPONDIDA, Acompanhamento.lida_em.is_(None)]
        if self.de is not None:
            condicoes.append(Acompanhamento.protocolada_em >= _meia_noite(self.de))
        if self.ate is not None:
            condicoes.append(Acompanhamento.protocolada_em < _meia_noite(self.ate + timedelta(days=1)))
        if self.orgao:
            condicoes.append(Acompanhamento.orgaos.contains([self.orgao]))
        if self.municipio is not None:
            condicoes.append(Peticao.municipio_id == self.municipio)
        if self.tema is not None:
            condicoes.append(Peticao.tema_id.in_(tema_e_subtemas(self.tema)))
        if self.tipo is not None:
            condicoes.append(Peticao.tipo_id == self.tipo)
        if self.texto:
            condicoes.append(Peticao.busca.op("@@")(consulta_de_texto(self.texto)))
        return consulta.where(*condicoes)


def do_gabinete(
    coluna: InstrumentedAttribute[int], gabinete: Gabinete, autor: int | None = None
) -> ColumnElement[bool]:
    """The office's rows, or one of its authors' alone; one author is an equality, which keeps the index's order.

    An author who is not of the office gives nothing.
    """
    autores = [a for a in gabinete.autores if autor in (None, a)]
    return coluna == autores[0] if len(autores) == 1 else coluna.in_(autores)


def consulta_de_texto(texto: str) -> ColumnElement[Any]:
    """What is looked for, as PostgreSQL takes it: stems without accents, quotes for a phrase, - for without."""
    return func.websearch_to_tsquery(CONFIGURACAO, normalizar(texto))


def normalizar(texto: str) -> str:
    """Write numbers as the index keeps them: a process number's dots put back, zeros before a sequence off.

    `RQN nº 8.788/2024` is `RQN 8788/2024`; `0004127/2026-20` is `4127/2026`.
    """
    texto = _MILHAR.sub("", _ORDINAL.sub("", texto))
    return " ".join(_palavra(palavra) for palavra in texto.split())


def _palavra(palavra: str) -> str:
    if cru := _NUMERO_CRU.fullmatch(palavra):
        orgao, unidade, sequencia, ano, digitos = cru.groups()
        return f"{orgao}.{unidade}.{sequencia}/{ano}-{digitos}"
    sequencia_ = _SEQUENCIA.fullmatch(palavra)
    return sequencia_[1] if sequencia_ else palavra


def _meia_noite(dia: date) -> datetime:
    return datetime.combine(dia, time(), BRASILIA)


def tema_e_subtemas(tema_id: int) -> Select[int]:
    """A theme and those under it."""
    raiz = aliased(Tema)
    return (
        select(Tema.id)
        .join(raiz, raiz.id == tema_id)
        .where((Tema.id == raiz.id) | Tema.caminho.startswith(raiz.caminho + " › ", autoescape=False))
    )
