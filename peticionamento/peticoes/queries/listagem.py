"""The office's filed petitions: how many, page by page, whole for the exports, and where the words were found."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from peticionamento.cadastros.models import Municipio, Tema, TipoProcesso
from peticionamento.comum.db import db
from peticionamento.comum.paginacao import Pagina, paginar
from peticionamento.comum.tempo import hoje
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import Gabinete
from peticionamento.peticoes.models import Acompanhamento, Especie, Etapa, Peticao
from peticionamento.peticoes.queries.filtros import CONFIGURACAO, Aba, Filtro, consulta_de_texto

CHAVES = [(Acompanhamento.protocolada_em, datetime), (Acompanhamento.peticao_id, int)]
LOTE = 500
"""Rows of an export held in memory at once."""
ABRE, FECHA = "\x02", "\x03"
"""Around a word found. No text of the database holds control characters, so they mark nothing else."""


_primeira = aliased(Peticao)
_PARTE_DE = (
    select(_primeira.numero)
    .where(_primeira.id == Peticao.origem_id, Peticao.especie == Especie.DESMEMBRAMENTO)
    .correlate(Peticao)
    .scalar_subquery()
    .label("parte_de")
)
"""Of a part that SEGOV split from a petition, that one's number: looked up for the rows of the page alone."""


@dataclass(frozen=True)
class Resumo:
    """How many of each: the headline and the tabs. Counted over one office's rows alone."""

    andamento: int
    respondidas: int
    atrasadas: int
    novas: int

    @property
    def todas(self) -> int:
        """All that were filed."""
        return self.andamento + self.respondidas

    def da_aba(self, aba: Aba) -> int:
        """How many a tab shows."""
        return int(getattr(self, aba))


def resumo(gabinete: Gabinete, filtro: Filtro = Filtro()) -> Resumo:  # noqa: B008 - frozen
    """The counts over the office's petitions that the filter leaves, in one statement."""
    respondida = Acompanhamento.etapa == Etapa.RESPONDIDA
    consulta: Select[*tuple[Any, ...]] = select(
        func.count().filter(~respondida),
        func.count().filter(respondida),
        func.count().filter(Acompanhamento.vence_dia < hoje()),
        func.count().filter(respondida, Acompanhamento.lida_em.is_(None)),
    ).select_from(Acompanhamento)
    if filtro:
        consulta = consulta.join(Peticao, Peticao.id == Acompanhamento.peticao_id)
    return Resumo(*db.session().execute(filtro.aplicar(consulta, gabinete)).one())


def lista(
    gabinete: Gabinete,
    aba: Aba,
    cursor: str | None,
    filtro: Filtro = Filtro(),  # noqa: B008 - frozen
) -> Pagina[Any]:
    """One page of the office's filed petitions, newest first."""
    consulta = select(
        Peticao.id,
        Peticao.numero,
        Peticao.assunto,
        Peticao.referencia,
        Peticao.proposicao,
        Peticao.autor_id,
        Municipio.nome.label("municipio"),
        Acompanhamento.etapa,
        Acompanhamento.onde,
        Acompanhamento.vence_dia,
        Acompanhamento.respondida_em,
        Acompanhamento.lida_em,
        Acompanhamento.reiteracoes,
        _PARTE_DE,
        Acompanhamento.protocolada_em,
        Acompanhamento.peticao_id,
    )
    return paginar(_filtrada(consulta, gabinete, aba, filtro), CHAVES, cursor, decrescente=True)


def em_lotes(gabinete: Gabinete, aba: Aba, filtro: Filtro) -> Iterator[Any]:
    """Every petition of the list with all that an export tells of it, newest first, read a few hundred at a time."""
    consulta = select(
        Peticao.numero,
        Peticao.assunto,
        Peticao.referencia,
        Peticao.proposicao,
        Peticao.acesso,
        Municipio.nome.label("municipio"),
        TipoProcesso.nome.label("tipo"),
        Tema.caminho.label("tema"),
        Pessoa.nome.label("autor"),
        Acompanhamento.etapa,
        Acompanhamento.onde,
        Acompanhamento.orgaos,
        Acompanhamento.vence_dia,
        Acompanhamento.respondida_em,
        Acompanhamento.lida_em,
        Acompanhamento.reiteracoes,
        Acompanhamento.protocolada_em,
        Acompanhamento.peticao_id,
    )
    consulta = (
        _filtrada(consulta, gabinete, aba, filtro)
        .join(TipoProcesso, TipoProcesso.id == Peticao.tipo_id)
        .join(Pessoa, Pessoa.id == Peticao.autor_id)
        .outerjoin(Tema, Tema.id == Peticao.tema_id)
    )
    cursor: str | None = None
    while True:
        pagina = paginar(consulta, CHAVES, cursor, decrescente=True, tamanho=LOTE)
        yield from pagina.itens
        if pagina.proximo is None:
            return
        cursor = pagina.proximo


def _filtrada(
    consulta: Select[*tuple[Any, ...]], gabinete: Gabinete, aba: Aba, filtro: Filtro
) -> Select[*tuple[Any, ...]]:
    juntada = (
        consulta.select_from(Acompanhamento)
        .join(Peticao, Peticao.id == Acompanhamento.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
    )
    return filtro.aplicar(juntada, gabinete).where(aba.condicao)


def trechos(ids: Sequence[int], texto: str) -> dict[int, list[tuple[str, bool]]]:
    """Where the words stand in the texts of these petitions: pieces of text, each with whether it is a word found.

    A petition whose text has none of the words (they are in its subject, its number) is left out.
    """
    opcoes = f"StartSel={ABRE}, StopSel={FECHA}, MaxWords=26, MinWords=12, ShortWord=2, MaxFragments=1"
    sem_tags = func.regexp_replace(Peticao.texto_html, "<[^>]*>", " ", "g")
    trecho = func.ts_headline(CONFIGURACAO, sem_tags, consulta_de_texto(texto), opcoes)
    linhas = db.session().execute(select(Peticao.id, trecho).where(Peticao.id.in_(ids)))
    return {id_: _partes(achado) for id_, achado in linhas if ABRE in achado}


def _partes(achado: str) -> list[tuple[str, bool]]:
    partes = []
    for pedaco in achado.split(ABRE):
        marcado, separador, resto = pedaco.partition(FECHA)
        partes += [(marcado, True), (resto, False)] if separador else [(pedaco, False)]
    return [(html.unescape(parte), marcada) for parte, marcada in partes if parte]
