"""The queue: its views, one page of each, how many each has, what comes next, and the whole of it for an export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, null, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, aliased

from peticionamento.cadastros.models import Municipio, NivelAcesso, Orgao, Tema, TipoProcesso
from peticionamento.comum.db import db
from peticionamento.comum.estados import Rotulado
from peticionamento.comum.paginacao import TAMANHO, Pagina, paginar
from peticionamento.comum.permissoes import Ator, visiveis
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.models import Lotacao, Pessoa
from peticionamento.peticoes.espera import Espera
from peticionamento.peticoes.espera import colunas as colunas_da_espera
from peticionamento.peticoes.models import Diligencia, Peticao
from peticionamento.triagem.filtros import Filtros
from peticionamento.triagem.models import (
    DA_MESA,
    MORTOS,
    NA_MESA,
    Demanda,
    DemandaMarcador,
    Encaminhamento,
    EstadoDemanda,
    EstadoEncaminhamento,
    Marcador,
)

TETO = 1000
"""Counts on tabs stop here: beyond it the tab says `1000+`."""
LOTE = 500
"""Rows of an export held in memory at once."""

TUDO = Filtros()


class Aba(Rotulado):
    """The views of the queue."""

    AGUARDANDO = "aguardando", "Aguardando"
    MINHAS = "minhas", "Minhas"
    EQUIPE = "equipe", "Da equipe"
    ATRASADAS = "atrasadas", "Atrasadas"
    VENCEM_HOJE = "vencem-hoje", "Vencem hoje"
    DEVOLVIDAS = "devolvidas", "Devolvidas"
    EM_DILIGENCIA = "em-diligencia", "Em diligência"
    A_HOMOLOGAR = "a-homologar", "A homologar"
    TODAS = "todas", "Todas"


FORA_DA_MESA = (Aba.EM_DILIGENCIA, Aba.A_HOMOLOGAR, Aba.TODAS)
"""Views of what the desk has not to decide now."""

E = EstadoDemanda
Chave = tuple[InstrumentedAttribute[Any], type]

DILIGENCIA_ABERTA = and_(Diligencia.peticao_id == Demanda.peticao_id, Diligencia.encerrada_em.is_(None))


@dataclass(frozen=True)
class NaFila:
    """A demand as the queue shows it."""

    id: int
    peticao_id: int
    assunto: str
    autor: str
    municipio: str
    """Empty: it is about the whole state."""
    estado: EstadoDemanda
    triador_id: int | None
    triador: str | None
    reservada_ate: datetime | None
    devolvida_em: datetime | None
    juntada_em: datetime | None
    rodada: int
    prioridade: int
    razoes: list[list[Any]]
    impressao: str
    acesso: NivelAcesso
    orgaos: str | None
    """Siglas of the agencies: those whose answer waits for review, or those the demand was sent to."""
    respondida_em: datetime | None
    """The first answer that waits for review, in that view alone."""
    espera: Espera
    vence_dia: date
    """The last day of triage's term, or of the author's while the demand waits for them."""

    @property
    def na_mesa(self) -> bool:
        """Whether it is the desk's to decide, so that triage's term counts."""
        return self.estado in DA_MESA

    @property
    def pontos(self) -> int:
        """Its priority, as people read it."""
        return -self.prioridade

    @property
    def reaberta(self) -> bool:
        """Whether its author was not content with the answer."""
        return self.rodada > 1

    @property
    def lendo(self) -> str | None:
        """Who is on it now; None when nobody is, or the claim has ended."""
        return self.triador if self.reservada_ate is not None and self.reservada_ate > agora() else None


def _condicao(aba: Aba, ator: Ator) -> ColumnElement[bool]:
    if aba is Aba.MINHAS:
        return and_(Demanda.estado == EstadoDemanda.EM_TRIAGEM, Demanda.triador_id == ator.pessoa_id)
    if aba is Aba.EQUIPE:
        colegas = select(Lotacao.pessoa_id).where(Lotacao.unidade_id.in_(ator.unidades_ids))
        return and_(Demanda.estado == EstadoDemanda.EM_TRIAGEM, Demanda.triador_id.in_(colegas))
    if aba is Aba.DEVOLVIDAS:
        return and_(NA_MESA, Demanda.devolvida_em.is_not(None))
    if aba is Aba.ATRASADAS:
        return and_(NA_MESA, Demanda.vence_dia < hoje())
    if aba is Aba.VENCEM_HOJE:
        return and_(NA_MESA, Demanda.vence_dia == hoje())
    if aba is Aba.EM_DILIGENCIA:
        return Demanda.estado == EstadoDemanda.EM_DILIGENCIA
    if aba is Aba.A_HOMOLOGAR:
        return _primeira_a_homologar()
    if aba is Aba.TODAS:
        return true()
    return NA_MESA


def _primeira_a_homologar() -> ColumnElement[bool]:
    """The oldest of a demand's answers that wait: a demand is one line, however many agencies answered."""
    antes = aliased(Encaminhamento)
    return and_(
        Encaminhamento.estado == EstadoEncaminhamento.RESPONDIDO,
        ~exists().where(
            antes.peticao_id == Encaminhamento.peticao_id,
            antes.estado == EstadoEncaminhamento.RESPONDIDO,
            tuple_(antes.respondido_em, antes.id) < tuple_(Encaminhamento.respondido_em, Encaminhamento.id),
        ),
    )


def _chaves(aba: Aba) -> list[Chave]:
    """The order of a view, each with an index that has it: priority first on the desk; elsewhere who waits longest."""
    if aba is Aba.EM_DILIGENCIA:
        return [(Diligencia.vence_dia, date), (Demanda.id, int)]
    if aba is Aba.A_HOMOLOGAR:
        return [(Encaminhamento.respondido_em, datetime), (Encaminhamento.id, int)]
    if aba is Aba.TODAS:
        return [(Demanda.id, int)]
    return [(Demanda.prioridade, int), (Demanda.vence_dia, date), (Demanda.id, int)]


def _da_aba(consulta: Select[*tuple[Any, ...]], ator: Ator, aba: Aba, filtros: Filtros) -> Select[*tuple[Any, ...]]:
    """Narrow a query over Demanda to one view, with what the view is made of."""
    if aba is Aba.EM_DILIGENCIA:
        consulta = consulta.join(Diligencia, DILIGENCIA_ABERTA)
    elif aba is Aba.A_HOMOLOGAR:
        consulta = consulta.join(Encaminhamento, Encaminhamento.peticao_id == Demanda.peticao_id)
    return filtros.aplicar(consulta.where(visiveis(ator, "triagem.fila"), _condicao(aba, ator)))


def _siglas(aba: Aba) -> ColumnElement[Any]:
    enviado = aliased(Encaminhamento)
    a_homologar = enviado.estado == EstadoEncaminhamento.RESPONDIDO
    return (
        select(func.string_agg(Orgao.sigla, aggregate_order_by(literal(", "), Orgao.sigla)))
        .join(enviado, enviado.orgao_id == Orgao.id)
        .where(
            enviado.peticao_id == Demanda.peticao_id,
            a_homologar if aba is Aba.A_HOMOLOGAR else enviado.estado.not_in(MORTOS),
        )
        .correlate(Demanda)
        .scalar_subquery()
    )


def fila(ator: Ator, aba: Aba, cursor: str | None, filtros: Filtros = TUDO) -> Pagina[NaFila]:
    """One page of a view, in its order."""
    triador = select(Pessoa.nome).where(Pessoa.id == Demanda.triador_id).correlate(Demanda).scalar_subquery()
    vence_dia = Diligencia.vence_dia if aba is Aba.EM_DILIGENCIA else Demanda.vence_dia
    chaves = _chaves(aba)
    consulta: Select[*tuple[Any, ...]] = (
        select(
            Demanda.id, Demanda.peticao_id, Peticao.assunto, Pessoa.nome, func.coalesce(Municipio.nome, ""),
            Demanda.estado, Demanda.triador_id, triador, Demanda.reservada_ate, Demanda.devolvida_em,
            Demanda.juntada_em, Demanda.rodada, Demanda.prioridade, Demanda.razoes, Demanda.impressao, Peticao.acesso,
            _siglas(aba) if aba in FORA_DA_MESA else null(),
            Encaminhamento.respondido_em if aba is Aba.A_HOMOLOGAR else null(),
            *colunas_da_espera(), vence_dia, *(coluna for coluna, _ in chaves),
        )
        .select_from(Demanda)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .join(Pessoa, Pessoa.id == Demanda.autor_id)
        .outerjoin(Municipio, Municipio.id == Demanda.municipio_id)
    )  # fmt: skip
    pagina = paginar(_da_aba(consulta, ator, aba, filtros), chaves, cursor, decrescente=aba is Aba.TODAS)
    return Pagina([_na_fila(tuple(linha)) for linha in pagina.itens], pagina.proximo, pagina.continua)


def _na_fila(linha: tuple[Any, ...]) -> NaFila:
    """The key columns at the end are the page's business."""
    return NaFila(*(*linha[:18], Espera(*linha[18:21]), linha[21]))


def totais(ator: Ator, filtros: Filtros = TUDO) -> dict[Aba, int]:
    """How many rows each view has under the filters, counted up to `TETO + 1`: one statement, an index each."""
    linha = db.session().execute(select(*(_total(ator, aba, filtros) for aba in Aba))).one()
    return dict(zip(Aba, linha, strict=True))


def _total(ator: Ator, aba: Aba, filtros: Filtros) -> ColumnElement[int]:
    consulta: Select[*tuple[Any, ...]] = select(Demanda.id).select_from(Demanda)
    if filtros.da_peticao:
        consulta = consulta.join(Peticao, Peticao.id == Demanda.peticao_id)
    linhas = _da_aba(consulta, ator, aba, filtros).limit(TETO + 1).subquery()
    return select(func.count()).select_from(linhas).scalar_subquery()


def proxima(ator: Ator, menos: int, aba: Aba = Aba.AGUARDANDO, filtros: Filtros = TUDO) -> int | None:
    """The demand to read after this one, within the view: the person's own first, then the top one nobody holds.

    None when the view has no other that the desk can decide.
    """
    livre = or_(Demanda.estado != EstadoDemanda.EM_TRIAGEM, Demanda.reservada_ate < agora())
    mesa = Aba.AGUARDANDO if aba in FORA_DA_MESA else aba
    for condicao in (_condicao(Aba.MINHAS, ator), and_(NA_MESA, livre)):
        consulta: Select[*tuple[Any, ...]] = select(Demanda.id).select_from(Demanda)
        if filtros.da_peticao:
            consulta = consulta.join(Peticao, Peticao.id == Demanda.peticao_id)
        consulta = _da_aba(consulta, ator, mesa, filtros).where(condicao, Demanda.id != menos)
        consulta = consulta.order_by(*(coluna for coluna, _ in _chaves(mesa))).limit(1)
        if (achada := db.session().execute(consulta).scalar_one_or_none()) is not None:
            return int(achada)
    return None


def _completa(aba: Aba) -> Select[*tuple[Any, ...]]:
    """All that a table or an export tells of a demand, and the key of its order."""
    triador = select(Pessoa.nome).where(Pessoa.id == Demanda.triador_id).correlate(Demanda).scalar_subquery()
    lendo = case((Demanda.reservada_ate > agora(), triador)).label("lendo")
    # Off the desk nothing is due of it, and its points say nothing any more.
    vence = Diligencia.vence_dia if aba is Aba.EM_DILIGENCIA else case((NA_MESA, Demanda.vence_dia))
    return (
        select(
            Demanda.id, Demanda.impressao, Demanda.triador_id, lendo, Peticao.numero, Peticao.assunto,
            Peticao.acesso, Pessoa.nome.label("autor"), Pessoa.partido,
            Municipio.nome.label("municipio"), Municipio.regiao, TipoProcesso.nome.label("tipo"),
            Tema.caminho.label("tema"), Demanda.ods, Demanda.urgencia, Demanda.estado, Demanda.prioridade,
            triador.label("triador"), _siglas(Aba.TODAS).label("orgaos"), _marcadores().label("marcadores"),
            Peticao.protocolada_em, vence.label("vence"), case((NA_MESA, -Demanda.prioridade)).label("pontos"),
            *(coluna for coluna, _ in _chaves(aba)),
        )
        .select_from(Demanda)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .join(Pessoa, Pessoa.id == Demanda.autor_id)
        .join(TipoProcesso, TipoProcesso.id == Demanda.tipo_id)
        .outerjoin(Municipio, Municipio.id == Demanda.municipio_id)
        .outerjoin(Tema, Tema.id == Demanda.tema_id)
    )  # fmt: skip


def completa(
    ator: Ator, aba: Aba, cursor: str | None, filtros: Filtros = TUDO, *, tamanho: int = TAMANHO
) -> Pagina[Any]:
    """One page of a view with all that a table tells of each demand."""
    consulta = _da_aba(_completa(aba), ator, aba, filtros)
    return paginar(consulta, _chaves(aba), cursor, decrescente=aba is Aba.TODAS, tamanho=tamanho)


def estados_do_quadro(aba: Aba) -> tuple[EstadoDemanda, ...]:
    """The columns that the board of a view has: the states its demands can be in, until they are over."""
    if aba in (Aba.MINHAS, Aba.EQUIPE):
        return (E.EM_TRIAGEM,)
    if aba is Aba.EM_DILIGENCIA:
        return (E.EM_DILIGENCIA,)
    if aba is Aba.A_HOMOLOGAR:  # what one agency answered may wait for another, or for the desk
        return E.AGUARDANDO, E.EM_TRIAGEM, E.EM_DILIGENCIA, E.DISTRIBUIDA
    if aba is Aba.TODAS:
        return E.AGUARDANDO, E.REABERTA, E.EM_TRIAGEM, E.EM_DILIGENCIA, E.DISTRIBUIDA, E.RESPONDIDA
    return E.AGUARDANDO, E.REABERTA, E.EM_TRIAGEM


def no_estado(ator: Ator, aba: Aba, estado: EstadoDemanda, filtros: Filtros = TUDO) -> Pagina[Any]:
    """The first demands of a view in one state, in the view's order; of all, those on the desk are by priority."""
    if aba is Aba.TODAS and estado in DA_MESA:
        aba = Aba.AGUARDANDO
    consulta = _da_aba(_completa(aba), ator, aba, filtros).where(Demanda.estado == estado)
    return paginar(consulta, _chaves(aba), None, decrescente=aba is Aba.TODAS)


def em_lotes(ator: Ator, aba: Aba, filtros: Filtros = TUDO) -> Iterator[Any]:
    """Every demand of the view with all that an export tells of it, in its order, read a few hundred at a time."""
    cursor: str | None = None
    while True:
        pagina = completa(ator, aba, cursor, filtros, tamanho=LOTE)
        yield from pagina.itens
        if pagina.proximo is None:
            return
        cursor = pagina.proximo


def _marcadores() -> ColumnElement[Any]:
    return (
        select(func.string_agg(Marcador.nome, aggregate_order_by(literal(", "), Marcador.nome)))
        .join(DemandaMarcador, DemandaMarcador.marcador_id == Marcador.id)
        .where(DemandaMarcador.demanda_id == Demanda.id)
        .correlate(Demanda)
        .scalar_subquery()
    )
