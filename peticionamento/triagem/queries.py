"""Reads of SEGOV's desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from peticionamento.cadastros.models import Municipio, NivelAcesso, Orgao
from peticionamento.comum.db import db
from peticionamento.comum.estados import Rotulado
from peticionamento.comum.paginacao import Pagina, paginar
from peticionamento.comum.permissoes import Ator, visiveis
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.espera import Espera
from peticionamento.peticoes.espera import colunas as colunas_da_espera
from peticionamento.peticoes.models import Diligencia, Documento, PapelDocumento, Peticao
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoDemanda, EstadoEncaminhamento

TETO = 1000
"""Counts on tabs stop here: beyond it the tab says `1000+`."""

NA_MESA = Demanda.estado.in_([EstadoDemanda.AGUARDANDO, EstadoDemanda.EM_TRIAGEM, EstadoDemanda.REABERTA])


class Aba(Rotulado):
    """The views of the queue."""

    AGUARDANDO = "aguardando", "Aguardando"
    MINHAS = "minhas", "Minhas"
    DEVOLVIDAS = "devolvidas", "Devolvidas"
    ATRASADAS = "atrasadas", "Atrasadas"
    EM_DILIGENCIA = "em-diligencia", "Em diligência"


@dataclass(frozen=True)
class NaFila:
    """A demand as the queue shows it."""

    id: int
    assunto: str
    autor: str
    municipio: str
    estado: EstadoDemanda
    triador_id: int | None
    triador: str | None
    reservada_ate: datetime | None
    devolvida_em: datetime | None
    juntada_em: datetime | None
    rodada: int
    acesso: NivelAcesso
    espera: Espera
    vence_dia: date
    """The last day of triage's term, or of the author's while the demand waits for them."""

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
    if aba is Aba.DEVOLVIDAS:
        return and_(NA_MESA, Demanda.devolvida_em.is_not(None))
    if aba is Aba.ATRASADAS:
        return and_(NA_MESA, Demanda.vence_dia < hoje())
    if aba is Aba.EM_DILIGENCIA:
        return Demanda.estado == EstadoDemanda.EM_DILIGENCIA
    return NA_MESA


def fila(ator: Ator, aba: Aba, cursor: str | None) -> Pagina[NaFila]:
    """One page of the queue, oldest deadline first: triage's own, or the author's where the demand waits for them."""
    vence_dia = Diligencia.vence_dia if aba is Aba.EM_DILIGENCIA else Demanda.vence_dia
    consulta: Select[*tuple[Any, ...]] = (
        select(
            Demanda.id, Peticao.assunto, Pessoa.nome, Municipio.nome, Demanda.estado, Demanda.triador_id,
            select(Pessoa.nome).where(Pessoa.id == Demanda.triador_id).correlate(Demanda).scalar_subquery(),
            Demanda.reservada_ate, Demanda.devolvida_em, Demanda.juntada_em, Demanda.rodada,
            Peticao.acesso, *colunas_da_espera(), vence_dia, Demanda.id,
        )
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .join(Pessoa, Pessoa.id == Peticao.autor_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(visiveis(ator, "triagem.fila"), _condicao(aba, ator))
    )  # fmt: skip
    if aba is Aba.EM_DILIGENCIA:
        consulta = consulta.join(
            Diligencia, and_(Diligencia.peticao_id == Demanda.peticao_id, Diligencia.encerrada_em.is_(None))
        )
    pagina = paginar(consulta, [(vence_dia, date), (Demanda.id, int)], cursor)
    linhas = [NaFila(*(*linha[:-5], Espera(*linha[-5:-2]), linha[-2])) for linha in pagina.itens]
    return Pagina(linhas, pagina.proximo, pagina.continua)


def totais(ator: Ator) -> dict[Aba, int]:
    """How many rows each view has, counted up to `TETO + 1` over the small index of what is on the desk."""
    consultas = [
        select(func.count()).select_from(select(Demanda.id).where(_condicao(aba, ator)).limit(TETO + 1).subquery())
        for aba in Aba
    ]
    linha = db.session().execute(select(*(c.scalar_subquery() for c in consultas))).one()
    return dict(zip(Aba, linha, strict=True))


def proxima(ator: Ator, menos: int) -> int | None:
    """The demand to read after this one: the person's own first, then the oldest deadline that nobody holds."""
    livre = and_(NA_MESA, or_(Demanda.estado != EstadoDemanda.EM_TRIAGEM, Demanda.reservada_ate < agora()))
    for condicao in (_condicao(Aba.MINHAS, ator), livre):
        consulta = (
            select(Demanda.id).where(condicao, Demanda.id != menos).order_by(Demanda.vence_dia, Demanda.id).limit(1)
        )
        if (achada := db.session().execute(consulta).scalar_one_or_none()) is not None:
            return achada
    return None


ORDEM_DE_LEITURA = (
    PapelDocumento.ANEXO,
    PapelDocumento.PRINCIPAL,
    PapelDocumento.RESPOSTA,
    PapelDocumento.ANEXO_RESPOSTA,
)
"""What is read beside the decision, in this order: the page already shows the petition's words, so that its PDF comes
after what the author attached. The receipt tells triage nothing new."""


def para_ler(documentos: list[Documento]) -> list[Documento]:
    """Those of a petition's documents that are read on the desk and at the agency, in the order of reading.

    What its author added later comes before all, the latest addition first: it is what nobody has read.
    """
    return sorted((d for d in documentos if d.papel in ORDEM_DE_LEITURA), key=_leitura)


def _leitura(documento: Documento) -> tuple[int, int, int]:
    if documento.juntada_id is not None:
        return -documento.juntada_id, documento.papel is not PapelDocumento.PRINCIPAL, documento.id
    return 0, ORDEM_DE_LEITURA.index(documento.papel), 0


def escolhido(documentos: list[Documento], pedido: int | None) -> Documento | None:
    """The document of that id, else the first."""
    return next((d for d in documentos if d.id == pedido), documentos[0] if documentos else None)


def encaminhamentos_de(demanda_id: int) -> list[Encaminhamento]:
    """Every routing of a demand, declined ones too, in order."""
    consulta = select(Encaminhamento).where(Encaminhamento.demanda_id == demanda_id).order_by(Encaminhamento.id)
    return list(db.session().execute(consulta).scalars())


@dataclass(frozen=True)
class Origem:
    """The demand that a petition is about."""

    demanda_id: int
    numero: str
    protocolada_em: datetime


def origem_de(peticao: Peticao) -> Origem | None:
    """The demand that a petition repeats or adds to; None for a first one."""
    if peticao.origem_id is None:
        return None
    consulta = (
        select(Demanda.id, Peticao.numero, Peticao.protocolada_em)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(Demanda.peticao_id == peticao.origem_id)
    )
    id_, numero, em = db.session().execute(consulta).one()
    return Origem(id_, numero or "", em or agora())


def recusas_de(demanda_id: int) -> list[tuple[str, str]]:
    """(agency, reason) of each agency that declined: shown to whoever decides next."""
    consulta = (
        select(Orgao.sigla, Encaminhamento.motivo)
        .join(Orgao, Orgao.id == Encaminhamento.orgao_id)
        .where(Encaminhamento.demanda_id == demanda_id, Encaminhamento.estado == EstadoEncaminhamento.RECUSADO)
        .order_by(Encaminhamento.id)
    )
    return [(sigla, motivo or "") for sigla, motivo in db.session().execute(consulta)]
