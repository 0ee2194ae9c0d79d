"""Reads of the administrator's pages: process types, document types and legal grounds, those put aside too."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from peticionamento.cadastros.models import (
    DocumentoModelo,
    Exigencia,
    Feriado,
    HipoteseLegal,
    Orgao,
    TextoPadrao,
    TipoDocumento,
    TipoProcesso,
)
from peticionamento.comum.db import db
from peticionamento.comum.erros import NaoEncontrado


def quantos() -> dict[str, int]:
    """How many of each register the administrator keeps, in one statement."""
    modelos = {"tipos": TipoProcesso, "documentos": TipoDocumento, "hipoteses": HipoteseLegal, "orgaos": Orgao,
        "textos": TextoPadrao, "modelos": DocumentoModelo, "dias": Feriado}  # fmt: skip
    totais = [select(func.count()).select_from(modelo).scalar_subquery() for modelo in modelos.values()]
    return dict(zip(modelos, db.session().execute(select(*totais)).one(), strict=True))


def todos_os_tipos() -> list[TipoProcesso]:
    """Every process type, with the unit that receives and what it asks for; those put aside last."""
    consulta = (
        select(TipoProcesso)
        .options(selectinload(TipoProcesso.exigencias), joinedload(TipoProcesso.unidade))
        .order_by(TipoProcesso.ativo.desc(), TipoProcesso.ordem, TipoProcesso.nome)
    )
    return list(db.session().execute(consulta).scalars())


def tipo(tipo_id: int) -> TipoProcesso:
    """One process type. Raises NaoEncontrado."""
    linha = db.session().get(TipoProcesso, tipo_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


def todos_os_documentos() -> list[TipoDocumento]:
    """Every document type, those put aside last."""
    consulta = select(TipoDocumento).order_by(TipoDocumento.ativo.desc(), TipoDocumento.ordem, TipoDocumento.nome)
    return list(db.session().execute(consulta).scalars())


def documentos_ativos() -> list[TipoDocumento]:
    """The document types that can be asked for, in their order."""
    return [documento for documento in todos_os_documentos() if documento.ativo]


def todas_as_hipoteses() -> list[HipoteseLegal]:
    """Every legal ground, those put aside last."""
    consulta = select(HipoteseLegal).order_by(HipoteseLegal.ativa.desc(), HipoteseLegal.nome)
    return list(db.session().execute(consulta).scalars())


def documento(tipo_documento_id: int) -> TipoDocumento:
    """One document type. Raises NaoEncontrado."""
    linha = db.session().get(TipoDocumento, tipo_documento_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


def tipos_que_pedem(tipo_documento_id: int) -> list[str]:
    """The names of the types on offer that a document type serves: asked for, or as their main document."""
    pedem = select(Exigencia.tipo_processo_id).where(Exigencia.tipo_documento_id == tipo_documento_id)
    consulta = (
        select(TipoProcesso.nome)
        .where(
            TipoProcesso.ativo,
            TipoProcesso.id.in_(pedem) | (TipoProcesso.documento_principal_id == tipo_documento_id),
        )
        .order_by(TipoProcesso.ordem)
    )
    return list(db.session().execute(consulta).scalars())


def hipotese(hipotese_id: int) -> HipoteseLegal:
    """One legal ground. Raises NaoEncontrado."""
    linha = db.session().get(HipoteseLegal, hipotese_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


def tipos_que_usam(hipotese_id: int) -> list[str]:
    """The names of the types on offer whose restriction is on this legal ground."""
    consulta = select(TipoProcesso.nome).where(TipoProcesso.ativo, TipoProcesso.hipotese_id == hipotese_id)
    return list(db.session().execute(consulta.order_by(TipoProcesso.ordem)).scalars())


def todos_os_orgaos() -> list[Orgao]:
    """Every agency, those out of use last."""
    return list(db.session().execute(select(Orgao).order_by(Orgao.ativo.desc(), Orgao.sigla)).scalars())


def orgao(orgao_id: int) -> Orgao:
    """One agency. Raises NaoEncontrado."""
    linha = db.session().get(Orgao, orgao_id)
    if linha is None:
        raise NaoEncontrado()
    return linha
