"""What waits for the office: requests for more, answers not read, drafts, petitions to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Row, Select, func, select

from peticionamento.cadastros.models import Municipio
from peticionamento.comum.db import db
from peticionamento.comum.paginacao import Pagina, paginar
from peticionamento.comum.tempo import hoje
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import Gabinete
from peticionamento.peticoes.models import (
    Acompanhamento,
    Diligencia,
    Documento,
    Especie,
    EstadoPeticao,
    Etapa,
    Peticao,
)
from peticionamento.peticoes.queries.filtros import do_gabinete


@dataclass(frozen=True)
class DiligenciaAberta:
    """A request for more that the office has still to answer."""

    peticao_id: int
    assunto: str
    municipio: str
    autor_id: int
    vence_dia: date
    tipo: str = "diligencia"


@dataclass(frozen=True)
class RespostaNova:
    """An answer that nobody of the office has opened yet."""

    peticao_id: int
    assunto: str
    municipio: str
    autor_id: int
    onde: str
    respondida_em: datetime
    tipo: str = "resposta"


@dataclass(frozen=True)
class RascunhoNaLista:
    """A draft as the lists show it."""

    id: int
    assunto: str
    municipio: str
    autor_id: int
    escrita_por_id: int | None
    escrita_por: str | None
    """Who wrote it, when that is not its author."""
    especie: Especie
    arquivos: int
    usada_em: datetime
    """When it was last changed, or opened to go on."""
    alterada_em: datetime
    tipo: str = "rascunho"

    @property
    def titulo(self) -> str:
        """The subject, or what stands for it while there is none."""
        return self.assunto or "Rascunho sem assunto"

    @property
    def dias_restantes(self) -> int:
        """For how many days more it is kept if nobody touches it; 0 on the last."""
        dias: int = current_app.config["PETICIONAMENTO"].dias_rascunho
        return max(dias - (hoje() - hoje(self.usada_em)).days, 0)


@dataclass(frozen=True)
class TotalDeRascunhos:
    """How many drafts the office has, and how many of them somebody else wrote for the person to sign."""

    todos: int
    para_assinar: int
    mais_antiga_em: datetime | None
    """When the oldest of those to sign was last written at."""

    @property
    def proprios(self) -> int:
        """Those still being written."""
        return self.todos - self.para_assinar


def diligencias(gabinete: Gabinete, limite: int = 50) -> list[DiligenciaAberta]:
    """The requests for more that are open, the first due first."""
    consulta = (
        select(Peticao.id, Peticao.assunto, Municipio.nome, Peticao.autor_id, Diligencia.vence_dia)
        .join(Peticao, Peticao.id == Diligencia.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(do_gabinete(Peticao.autor_id, gabinete), Diligencia.encerrada_em.is_(None))
        .order_by(Diligencia.vence_dia, Diligencia.id)
        .limit(limite)
    )
    return [DiligenciaAberta(*linha) for linha in db.session().execute(consulta)]


def novas(gabinete: Gabinete, limite: int = 3) -> list[RespostaNova]:
    """Answers not opened yet, newest first."""
    consulta = (
        select(
            Peticao.id,
            Peticao.assunto,
            Municipio.nome,
            Peticao.autor_id,
            Acompanhamento.onde,
            Acompanhamento.respondida_em,
        )
        .join(Peticao, Peticao.id == Acompanhamento.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(
            do_gabinete(Acompanhamento.autor_id, gabinete),
            Acompanhamento.etapa == Etapa.RESPONDIDA,
            Acompanhamento.lida_em.is_(None),
        )
        .order_by(Acompanhamento.respondida_em.desc())
        .limit(limite)
    )
    linhas: list[Any] = list(db.session().execute(consulta))
    return [RespostaNova(*linha) for linha in linhas]


def _para_assinar(gabinete: Gabinete) -> ColumnElement[bool]:
    """Drafts that somebody else wrote for the person, who alone can sign them."""
    return (Peticao.autor_id == gabinete.pessoa_id) & Peticao.escrita_por_id.is_not(None)


def total_de_rascunhos(gabinete: Gabinete) -> TotalDeRascunhos:
    """How many drafts there are, in one statement."""
    de_outro = _para_assinar(gabinete)
    consulta = select(
        func.count(), func.count().filter(de_outro), func.min(Peticao.alterada_em).filter(de_outro)
    ).where(do_gabinete(Peticao.autor_id, gabinete), Peticao.estado == EstadoPeticao.RASCUNHO)
    return TotalDeRascunhos(*db.session().execute(consulta).one())


def _rascunhos(gabinete: Gabinete) -> Select[*tuple[Any, ...]]:
    arquivos = select(func.count()).where(Documento.peticao_id == Peticao.id).correlate(Peticao).scalar_subquery()
    return (
        select(
            Peticao.assunto,
            Peticao.municipio_digitado,
            Peticao.autor_id,
            Peticao.escrita_por_id,
            Pessoa.nome,
            Peticao.especie,
            arquivos,
            func.greatest(Peticao.alterada_em, Peticao.aberta_em),
            Peticao.alterada_em,
            Peticao.id,
        )
        .outerjoin(Pessoa, Pessoa.id == Peticao.escrita_por_id)
        .where(do_gabinete(Peticao.autor_id, gabinete), Peticao.estado == EstadoPeticao.RASCUNHO)
    )


def _rascunho(linha: Row[Any]) -> RascunhoNaLista:
    valores = tuple(linha)
    return RascunhoNaLista(valores[-1], *valores[:-1])


def rascunhos(gabinete: Gabinete, limite: int = 5) -> list[RascunhoNaLista]:
    """The drafts touched last, without those that wait for the person's signature."""
    consulta = (
        _rascunhos(gabinete)
        .where(~_para_assinar(gabinete))
        .order_by(Peticao.alterada_em.desc(), Peticao.id.desc())
        .limit(limite)
    )
    return [_rascunho(linha) for linha in db.session().execute(consulta)]


def pagina_de_rascunhos(
    gabinete: Gabinete, cursor: str | None, *, para_assinar: bool = False
) -> Pagina[RascunhoNaLista]:
    """One page of the office's drafts, latest first; `para_assinar`: those that wait for the person's signature."""
    consulta = _rascunhos(gabinete)
    if para_assinar:
        consulta = consulta.where(_para_assinar(gabinete))
    pagina = paginar(consulta, [(Peticao.alterada_em, datetime), (Peticao.id, int)], cursor, decrescente=True)
    return Pagina([_rascunho(linha) for linha in pagina.itens], pagina.proximo, pagina.continua)
