"""Registers for tests: the real ones are few and quick to make by hand."""

from __future__ import annotations

from sqlalchemy import select

from peticionamento.cadastros.models import Municipio, Orgao, TipoProcesso, Unidade
from peticionamento.comum.db import db, transaction
from peticionamento.comum.texto import sem_acentos

CODIGOS = {"SEGOV": "1491", "SES": None, "DER-MG": "2301", "SEE": "1261", "PMMG": "1251"}


def unidade(sigla: str = "SES", *, email: str | None = None) -> Unidade:
    """The receiving unit of an agency, which is made if it is not there."""
    with transaction() as session:
        achada = session.execute(
            select(Unidade).join(Orgao).where(Orgao.sigla == sigla, Unidade.recebe)
        ).scalar_one_or_none()
        if achada is not None:
            return achada
        orgao = Orgao(
            sigla=sigla, nome=f"Órgão {sigla}", tipo="secretaria", codigo_uo=CODIGOS.get(sigla), email=email, ativo=True
        )
        nova = Unidade(orgao=orgao, sigla=f"{sigla}/PROTOCOLO", nome="Protocolo", recebe=True, ativa=True)
        session.add(nova)
        return nova


def orgao(sigla: str = "SES", *, email: str | None = None) -> Orgao:
    """An agency that receives demands."""
    return unidade(sigla, email=email).orgao


def municipio(nome: str = "Teófilo Otoni") -> Municipio:
    """A municipality by name."""
    with transaction() as session:
        achado = session.execute(select(Municipio).where(Municipio.nome == nome)).scalar_one_or_none()
        if achado is not None:
            return achado
        codigo = 3_100_000 + sum(map(ord, nome))
        novo = Municipio(
            id=codigo, nome=nome, nome_busca=sem_acentos(nome), latitude=-17.8, longitude=-41.5, capital=False
        )
        session.add(novo)
        return novo


def tipo(slug: str = "obra") -> TipoProcesso:
    """A kind of demand."""
    with transaction() as session:
        achado = session.execute(select(TipoProcesso).where(TipoProcesso.slug == slug)).scalar_one_or_none()
        if achado is not None:
            return achado
        novo = TipoProcesso(slug=slug, nome="Obra", orientacao="Diga onde.", prazo_dias_uteis=10, ordem=0, ativo=True)
        session.add(novo)
        return novo


def quantos(modelo: type) -> int:
    """How many rows a table has."""
    return len(db.session().execute(select(modelo)).scalars().all())
