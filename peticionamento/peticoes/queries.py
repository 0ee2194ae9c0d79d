"""Reads of the author's room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text, true

from peticionamento.cadastros.models import Municipio
from peticionamento.comum.db import db
from peticionamento.comum.paginacao import Pagina, paginar
from peticionamento.comum.permissoes import Ator, visiveis
from peticionamento.comum.tempo import hoje
from peticionamento.peticoes.models import (
    Acompanhamento,
    Documento,
    EstadoPeticao,
    Etapa,
    Lote,
    PapelDocumento,
    Peticao,
)


class Aba(StrEnum):
    """The views of the author's list."""

    ANDAMENTO = "andamento"
    RESPONDIDAS = "respondidas"
    ATRASADAS = "atrasadas"
    TODAS = "todas"


@dataclass(frozen=True)
class Resumo:
    """How many of each: the headline and the tabs. Counted over one author's rows alone."""

    andamento: int
    respondidas: int
    atrasadas: int
    novas: int

    @property
    def todas(self) -> int:
        """All that were filed."""
        return self.andamento + self.respondidas


@dataclass(frozen=True)
class RascunhoNaLista:
    """A draft as the list shows it."""

    id: int
    titulo: str
    municipio: str
    alterada_em: datetime
    arquivos: int


@dataclass(frozen=True)
class MesNoGrafico:
    """Petitions filed and answered in one month."""

    mes: date
    pedidas: int
    respondidas: int


def _minhas(ator: Ator) -> ColumnElement[bool]:
    return Acompanhamento.autor_id == ator.pessoa_id


def _condicao(aba: Aba) -> ColumnElement[bool]:
    if aba is Aba.RESPONDIDAS:
        return Acompanhamento.etapa == Etapa.RESPONDIDA
    if aba is Aba.ANDAMENTO:
        return Acompanhamento.etapa != Etapa.RESPONDIDA
    if aba is Aba.ATRASADAS:
        return Acompanhamento.vence_dia < hoje()
    return true()


def resumo(ator: Ator) -> Resumo:
    """The counts over the author's own petitions, in one statement."""
    respondida = Acompanhamento.etapa == Etapa.RESPONDIDA
    consulta = select(
        func.count().filter(~respondida),
        func.count().filter(respondida),
        func.count().filter(Acompanhamento.vence_dia < hoje()),
        func.count().filter(respondida, Acompanhamento.lida_em.is_(None)),
    ).where(_minhas(ator))
    return Resumo(*db.session().execute(consulta).one())


def lista(ator: Ator, aba: Aba, cursor: str | None) -> Pagina[Any]:
    """One page of the author's filed petitions, newest first."""
    consulta: Select[*tuple[Any, ...]] = (
        select(
            Peticao.id,
            Peticao.numero,
            Peticao.assunto,
            Municipio.nome.label("municipio"),
            Acompanhamento.etapa,
            Acompanhamento.onde,
            Acompanhamento.vence_dia,
            Acompanhamento.respondida_em,
            Acompanhamento.lida_em,
            Acompanhamento.protocolada_em,
            Acompanhamento.peticao_id,
        )
        .join(Peticao, Peticao.id == Acompanhamento.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(_minhas(ator), _condicao(aba))
    )
    return paginar(
        consulta,
        [(Acompanhamento.protocolada_em, datetime), (Acompanhamento.peticao_id, int)],
        cursor,
        decrescente=True,
    )


def rascunhos(ator: Ator, limite: int = 100) -> list[RascunhoNaLista]:
    """The author's drafts, latest first."""
    arquivos = select(func.count()).where(Documento.peticao_id == Peticao.id).correlate(Peticao).scalar_subquery()
    consulta = (
        select(Peticao.id, Peticao.assunto, Peticao.municipio_digitado, Peticao.alterada_em, arquivos)
        .where(visiveis(ator, "peticoes.escrever"), Peticao.estado == EstadoPeticao.RASCUNHO)
        .order_by(Peticao.alterada_em.desc())
        .limit(limite)
    )
    return [
        RascunhoNaLista(id_, assunto or "Rascunho sem assunto", municipio, alterada_em, quantos)
        for id_, assunto, municipio, alterada_em, quantos in db.session().execute(consulta)
    ]


def novas(ator: Ator, limite: int = 5) -> list[Any]:
    """Answers not opened yet, newest first: (id, assunto, municipio, onde, respondida_em)."""
    consulta = (
        select(
            Peticao.id,
            Peticao.assunto,
            Municipio.nome.label("municipio"),
            Acompanhamento.onde,
            Acompanhamento.respondida_em,
        )
        .join(Peticao, Peticao.id == Acompanhamento.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(_minhas(ator), Acompanhamento.etapa == Etapa.RESPONDIDA, Acompanhamento.lida_em.is_(None))
        .order_by(Acompanhamento.respondida_em.desc())
        .limit(limite)
    )
    return list(db.session().execute(consulta).all())


def por_mes(ator: Ator, meses: int = 6) -> list[MesNoGrafico]:
    """Filed and answered in each of the last months, Brasília time, the current one last."""
    consulta = text("""
        with meses as (
          select generate_series(date_trunc('month', cast(:hoje as date)) - make_interval(months => :meses - 1),
                                 date_trunc('month', cast(:hoje as date)), '1 month')::date as mes)
        select m.mes,
          (select count(*) from peticoes_acompanhamento a where a.autor_id = :autor
             and (a.protocolada_em at time zone 'America/Sao_Paulo') >= m.mes
             and (a.protocolada_em at time zone 'America/Sao_Paulo') < m.mes + interval '1 month'),
          (select count(*) from peticoes_acompanhamento a where a.autor_id = :autor
             and (a.respondida_em at time zone 'America/Sao_Paulo') >= m.mes
             and (a.respondida_em at time zone 'America/Sao_Paulo') < m.mes + interval '1 month')
        from meses m order by m.mes""")
    linhas = db.session().execute(consulta, {"hoje": hoje(), "meses": meses, "autor": ator.pessoa_id})
    return [MesNoGrafico(*linha) for linha in linhas]


def por_municipio(ator: Ator, limite: int = 5) -> list[tuple[str, int]]:
    """The municipalities the author asks most for."""
    quantas = func.count().label("quantas")
    consulta = (
        select(Municipio.nome, quantas)
        .join(Peticao, Peticao.municipio_id == Municipio.id)
        .join(Acompanhamento, Acompanhamento.peticao_id == Peticao.id)
        .where(_minhas(ator))
        .group_by(Municipio.id)
        .order_by(quantas.desc(), Municipio.nome)
        .limit(limite)
    )
    return [(nome, n) for nome, n in db.session().execute(consulta)]


def documentos_de(peticao_id: int) -> list[Documento]:
    """All documents of a petition with their files: the signed petition first, the others in the order they came."""
    consulta = (
        select(Documento)
        .where(Documento.peticao_id == peticao_id)
        .order_by(Documento.papel != PapelDocumento.PRINCIPAL, Documento.id)
    )
    return list(db.session().execute(consulta).scalars())


def resposta_de(lista_: list[Documento]) -> Documento | None:
    """The consolidated answer among a petition's documents."""
    return next((d for d in lista_ if d.papel is PapelDocumento.RESPOSTA), None)


def acompanhamento_de(peticao_id: int) -> Acompanhamento:
    """Where a filed petition stands."""
    return db.session().get_one(Acompanhamento, peticao_id)


def lotes_de(ator: Ator, limite: int = 20) -> list[Any]:
    """The spreadsheets the person sent, newest first: (id, nome, enviado_em, criado_em, quantas)."""
    consulta = (
        select(
            Lote.id, Lote.nome, Lote.enviado_em, Lote.criado_em, func.jsonb_array_length(Lote.linhas).label("quantas")
        )
        .where(visiveis(ator, "peticoes.lotes"))
        .order_by(Lote.enviado_em.desc())
        .limit(limite)
    )
    return list(db.session().execute(consulta).all())
