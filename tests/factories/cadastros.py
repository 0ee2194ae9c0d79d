"""Registers for tests: the real ones are few and quick to make by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from peticionamento.cadastros.models import (
    DocumentoModelo,
    Exigencia,
    HipoteseLegal,
    Municipio,
    Orgao,
    PapelExigencia,
    TextoPadrao,
    TipoDocumento,
    TipoProcesso,
    Unidade,
)
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


def tipo(slug: str = "obra", **colunas: Any) -> TipoProcesso:
    """A kind of demand; `colunas` when it is made: without them it asks for nothing but the text."""
    with transaction() as session:
        achado = session.execute(select(TipoProcesso).where(TipoProcesso.slug == slug)).scalar_one_or_none()
        if achado is not None:
            return achado
        padrao = {"nome": slug.capitalize(), "orientacao": "Diga onde.", "prazo_dias_uteis": 10, "ordem": 0}
        novo = TipoProcesso(slug=slug, ativo=True, **{**padrao, **colunas})
        session.add(novo)
        return novo


def tipo_documento(slug: str = "declaracao", nome: str | None = None, palavras: Sequence[str] = ()) -> TipoDocumento:
    """A type of document."""
    with transaction() as session:
        achado = session.execute(select(TipoDocumento).where(TipoDocumento.slug == slug)).scalar_one_or_none()
        if achado is not None:
            return achado
        novo = TipoDocumento(slug=slug, nome=nome or slug.capitalize(), palavras=list(palavras), ordem=0, ativo=True)
        session.add(novo)
        return novo


def exigir(
    tipo_processo: TipoProcesso, documento: TipoDocumento, papel: PapelExigencia = PapelExigencia.ESSENCIAL
) -> Exigencia:
    """Make a kind of demand ask for a document."""
    with transaction() as session:
        nova = Exigencia(
            tipo_processo=tipo_processo,
            tipo_documento=documento,
            papel=papel,
            dica="",
            ordem=len(tipo_processo.exigencias),
        )
        session.add(nova)
        return nova


def hipotese(nome: str = "Informação pessoal") -> HipoteseLegal:
    """A legal ground for restricted access."""
    with transaction() as session:
        achada = session.execute(select(HipoteseLegal).where(HipoteseLegal.nome == nome)).scalar_one_or_none()
        if achada is not None:
            return achada
        nova = HipoteseLegal(nome=nome, base_legal="art. 31 da Lei nº 12.527/2011", ativa=True)
        session.add(nova)
        return nova


def unidade_regional(sigla_do_orgao: str = "SES", cidade: str = "Montes Claros") -> Unidade:
    """A unit of an agency in a city, which receives nothing by itself."""
    orgao_, municipio_ = orgao(sigla_do_orgao), municipio(cidade)
    with transaction() as session:
        nova = Unidade(
            orgao=orgao_, sigla=f"{sigla_do_orgao}/{cidade}", nome=f"Regional de {cidade}", municipio=municipio_,
            recebe=False, ativa=True,
        )  # fmt: skip
        session.add(nova)
        return nova


def texto_padrao(html: str = "<p>{{autor}}, em {{data}}.</p>", titulo: str = "Fecho", **lugar: int) -> TextoPadrao:
    """A text to insert: an author's, or a unit's (`unidade_id`), of one type (`tipo_processo_id`) or of all."""
    with transaction() as session:
        novo = TextoPadrao(titulo=titulo, texto_html=html, **lugar)
        session.add(novo)
    return novo


def documento_modelo(html: str = "<h2>{{assunto}}</h2><p>{{autor}}</p>") -> DocumentoModelo:
    """A model document."""
    with transaction() as session:
        novo = DocumentoModelo(nome="Modelo", corpo_html=html)
        session.add(novo)
    return novo


def quantos(modelo: type) -> int:
    """How many rows a table has."""
    return len(db.session().execute(select(modelo)).scalars().all())
