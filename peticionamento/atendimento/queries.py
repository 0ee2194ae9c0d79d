"""Reads of the agency's inbox and of SEGOV's review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from peticionamento.atendimento.models import AnexoResposta, Resposta
from peticionamento.cadastros.models import Municipio, NivelAcesso, Orgao
from peticionamento.comum.db import db
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.estados import Rotulado
from peticionamento.comum.paginacao import Pagina, paginar
from peticionamento.comum.permissoes import Ator, visiveis
from peticionamento.comum.tempo import hoje
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.espera import Espera
from peticionamento.peticoes.espera import colunas as colunas_da_espera
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoEncaminhamento

E = EstadoEncaminhamento
A_FAZER = (E.ENTREGUE, E.RECEBIDO, E.EM_AJUSTE)
"""States in which the agency has something to do."""
COM_PRAZO = (E.A_ENTREGAR, *A_FAZER)
"""States in which the agency's term still runs."""
TETO = 1000


class Aba(Rotulado):
    """The views of the inbox."""

    A_FAZER = "a-fazer", "A fazer"
    A_RECEBER = "a-receber", "A receber"
    EM_MAOS = "em-maos", "Em mãos"
    ATRASADAS = "atrasadas", "Atrasadas"
    RESPONDIDAS = "respondidas", "Respondidas e recusadas"


ABERTAS = (Aba.A_FAZER, Aba.A_RECEBER, Aba.EM_MAOS, Aba.ATRASADAS)
"""Views counted on their tabs; the answered ones only grow and are not."""


@dataclass(frozen=True)
class NaCaixa:
    """A routing as the inbox and the review list show it."""

    id: int
    numero: str
    assunto: str
    autor: str
    municipio: str
    orgao: str
    estado: EstadoEncaminhamento
    vence_dia: date
    respondido_em: datetime | None
    juntada_em: datetime | None
    """When the author last added documents, if the agency had it by then."""
    acesso: NivelAcesso
    espera: Espera

    @property
    def a_fazer(self) -> bool:
        """Whether it waits for the agency, so that its due day counts."""
        return self.estado in A_FAZER

    @property
    def fora_do_prazo(self) -> bool:
        """Whether the answer came after the due day."""
        return self.respondido_em is not None and hoje(self.respondido_em) > self.vence_dia


def _condicao(aba: Aba) -> ColumnElement[bool]:
    if aba is Aba.A_RECEBER:
        return Encaminhamento.estado == E.ENTREGUE
    if aba is Aba.EM_MAOS:
        return Encaminhamento.estado.in_([E.RECEBIDO, E.EM_AJUSTE])
    if aba is Aba.ATRASADAS:
        return and_(Encaminhamento.estado.in_(A_FAZER), Encaminhamento.vence_dia < hoje())
    if aba is Aba.RESPONDIDAS:
        return Encaminhamento.estado.in_([E.RESPONDIDO, E.HOMOLOGADO, E.RECUSADO])
    return Encaminhamento.estado.in_(A_FAZER)


def _lista(*chave: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Encaminhamento.id,
            Peticao.numero,
            Peticao.assunto,
            Pessoa.nome,
            Municipio.nome,
            Orgao.sigla,
            Encaminhamento.estado,
            Encaminhamento.vence_dia,
            Encaminhamento.respondido_em,
            case((Demanda.juntada_em > Encaminhamento.criado_em, Demanda.juntada_em)),
            case((Encaminhamento.acesso == NivelAcesso.RESTRITO, Encaminhamento.acesso), else_=Peticao.acesso),
            *colunas_da_espera(),
            *chave,
        )
        .join(Peticao, Peticao.id == Encaminhamento.peticao_id)
        .join(Demanda, Demanda.id == Encaminhamento.demanda_id)
        .join(Pessoa, Pessoa.id == Peticao.autor_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .join(Orgao, Orgao.id == Encaminhamento.orgao_id)
    )


def _pagina(
    consulta: Select[*tuple[Any, ...]], chaves: list[tuple[Any, type]], cursor: str | None, *, decrescente: bool
) -> Pagina[NaCaixa]:
    pagina = paginar(consulta, chaves, cursor, decrescente=decrescente)
    linhas = [_linha(tuple(linha)[: -len(chaves)]) for linha in pagina.itens]
    return Pagina(linhas, pagina.proximo, pagina.continua)


def _linha(colunas: tuple[Any, ...]) -> NaCaixa:
    return NaCaixa(*(*colunas[:-3], Espera(*colunas[-3:])))


def caixa(ator: Ator, aba: Aba, cursor: str | None) -> Pagina[NaCaixa]:
    """One page of the inbox of the actor's units: what is due first; the answered view, newest first."""
    condicao = (visiveis(ator, "atendimento.caixa"), _condicao(aba))
    if aba is Aba.RESPONDIDAS:
        consulta = _lista(Encaminhamento.id).where(*condicao)
        return _pagina(consulta, [(Encaminhamento.id, int)], cursor, decrescente=True)
    consulta = _lista(Encaminhamento.vence_dia, Encaminhamento.id).where(*condicao)
    return _pagina(consulta, [(Encaminhamento.vence_dia, date), (Encaminhamento.id, int)], cursor, decrescente=False)


def totais(ator: Ator) -> dict[Aba, int]:
    """How many rows the open views have, over the unit's own small index, up to `TETO + 1`."""
    dentro = visiveis(ator, "atendimento.caixa")
    contas = [
        select(func.count()).select_from(
            select(Encaminhamento.id).where(dentro, _condicao(aba)).limit(TETO + 1).subquery()
        )
        for aba in ABERTAS
    ]
    linha = db.session().execute(select(*(c.scalar_subquery() for c in contas))).one()
    return dict(zip(ABERTAS, linha, strict=True))


def vencem_hoje(ator: Ator) -> int:
    """How many of the routings to work on are due today, up to `TETO + 1`."""
    dentro = (
        select(Encaminhamento.id)
        .where(
            visiveis(ator, "atendimento.caixa"),
            Encaminhamento.estado.in_(A_FAZER),
            Encaminhamento.vence_dia == hoje(),
        )
        .limit(TETO + 1)
        .subquery()
    )
    return db.session().execute(select(func.count()).select_from(dentro)).scalar_one()


def le_peticao(ator: Ator, peticao_id: int) -> bool:
    """Whether the actor may read the petition itself: an agency that declined may not any more."""
    consulta = select(Peticao.id).where(Peticao.id == peticao_id, visiveis(ator, "peticoes.ler"))
    return db.session().execute(consulta).scalar_one_or_none() is not None


def a_homologar(ator: Ator, cursor: str | None) -> Pagina[NaCaixa]:
    """One page of the answers that wait for SEGOV's review, the oldest answer first."""
    consulta = _lista(Encaminhamento.respondido_em, Encaminhamento.id).where(
        visiveis(ator, "atendimento.homologar"), Encaminhamento.estado == E.RESPONDIDO
    )
    return _pagina(
        consulta, [(Encaminhamento.respondido_em, datetime), (Encaminhamento.id, int)], cursor, decrescente=False
    )


def total_a_homologar() -> int:
    """How many answers wait for review, up to `TETO + 1`."""
    dentro = select(Encaminhamento.id).where(Encaminhamento.estado == E.RESPONDIDO).limit(TETO + 1).subquery()
    return db.session().execute(select(func.count()).select_from(dentro)).scalar_one()


def respostas_de(encaminhamento_id: int) -> list[Resposta]:
    """Every answer an agency sent for a routing, the latest first."""
    consulta = (
        select(Resposta)
        .where(Resposta.encaminhamento_id == encaminhamento_id, Resposta.enviada_em.is_not(None))
        .order_by(Resposta.id.desc())
    )
    return list(db.session().execute(consulta).scalars())


def rascunho_de(encaminhamento_id: int) -> Resposta | None:
    """The draft of the answer, while the agency has the demand in hand."""
    consulta = select(Resposta).where(Resposta.encaminhamento_id == encaminhamento_id, Resposta.enviada_em.is_(None))
    return db.session().execute(consulta).scalar_one_or_none()


def anexo(anexo_id: int, ator: Ator) -> AnexoResposta:
    """A file of an answer that the actor may read: one's own agency's, and for SEGOV only what was sent.

    Raises NaoEncontrado.
    """
    consulta = (
        select(AnexoResposta)
        .join(Resposta, Resposta.id == AnexoResposta.resposta_id)
        .join(Encaminhamento, Encaminhamento.id == Resposta.encaminhamento_id)
        .where(
            AnexoResposta.id == anexo_id,
            visiveis(ator, "atendimento.ler_resposta"),
            Resposta.enviada_em.is_not(None) | visiveis(ator, "atendimento.responder"),
        )
    )
    linha = db.session().execute(consulta).scalar_one_or_none()
    if linha is None:
        raise NaoEncontrado()
    return linha
