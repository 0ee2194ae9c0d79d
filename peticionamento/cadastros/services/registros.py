"""Document types and legal grounds as the administrator keeps them. Never deleted: documents point at them."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import select

from peticionamento.cadastros.models import HipoteseLegal, TipoDocumento
from peticionamento.cadastros.registros_queries import tipos_que_pedem, tipos_que_usam
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.texto import enumerar, limpar_linha, sem_acentos

logger = logging.getLogger(__name__)

LIMITE_NOME_DOCUMENTO = 80
LIMITE_PALAVRA = 40
LIMITE_NOME_HIPOTESE = 120
LIMITE_BASE_LEGAL = 200


@dataclass(frozen=True)
class DocumentoEditado:
    """What the page of a document type holds. `palavras` parted by commas or spaces."""

    nome: str
    palavras: str = ""
    ordem: int = 0
    ativo: bool = True


@dataclass(frozen=True)
class HipoteseEditada:
    """What the page of a legal ground holds."""

    nome: str
    base_legal: str
    ativa: bool = True


def salvar_documento(tipo_documento_id: int | None, editado: DocumentoEditado, *, por: Ator) -> TipoDocumento:
    """Make a document type (no id) or change one. Raises Recusa with its field, NaoEncontrado, SemPermissao."""
    exigir(por, "cadastros.administrar")
    nome, palavras = limpar_linha(editado.nome), _palavras(editado.palavras)
    with transaction() as session:
        linha = travar(TipoDocumento, tipo_documento_id) if tipo_documento_id else TipoDocumento(ativo=True)
        _conferir_nome(TipoDocumento, nome, tipo_documento_id, LIMITE_NOME_DOCUMENTO)
        if any(len(palavra) > LIMITE_PALAVRA for palavra in palavras):
            raise Recusa(f"Cada palavra tem no máximo {LIMITE_PALAVRA} letras.", "palavras")
        if not 0 <= editado.ordem <= 9_999:
            raise Recusa("A ordem é um número de 0 a 9.999.", "ordem")
        if linha.ativo and not editado.ativo and (usam := tipos_que_pedem(linha.id)):
            raise Recusa(f"Está em uso em {_entre_aspas(usam)}. Tire-o desses tipos antes.", "ativo")
        linha.nome, linha.palavras, linha.ordem, linha.ativo = nome, palavras, editado.ordem, editado.ativo
        if tipo_documento_id is None:
            linha.slug = _slug(nome)
            session.add(linha)
        logger.info("document type %s saved by person %s", linha.slug, por.pessoa_id)
        return linha


def salvar_hipotese(hipotese_id: int | None, editada: HipoteseEditada, *, por: Ator) -> HipoteseLegal:
    """Make a legal ground (no id) or change one. Raises Recusa with its field, NaoEncontrado, SemPermissao."""
    exigir(por, "cadastros.administrar")
    nome, base = limpar_linha(editada.nome), limpar_linha(editada.base_legal)
    with transaction() as session:
        linha = travar(HipoteseLegal, hipotese_id) if hipotese_id else HipoteseLegal(ativa=True)
        _conferir_nome(HipoteseLegal, nome, hipotese_id, LIMITE_NOME_HIPOTESE)
        if not base:
            raise Recusa("Diga a lei e o artigo: sem isso não há restrição.", "base_legal")
        if len(base) > LIMITE_BASE_LEGAL:
            raise Recusa(f"A base legal tem no máximo {LIMITE_BASE_LEGAL} caracteres.", "base_legal")
        if linha.ativa and not editada.ativa and (usam := tipos_que_usam(linha.id)):
            raise Recusa(f"Está em uso em {_entre_aspas(usam)}. Escolha antes outra hipótese ali.", "ativa")
        linha.nome, linha.base_legal, linha.ativa = nome, base, editada.ativa
        session.add(linha)
        logger.info("legal ground %s saved by person %s", nome, por.pessoa_id)
        return linha


def _conferir_nome(modelo: type[TipoDocumento] | type[HipoteseLegal], nome: str, id_: int | None, maximo: int) -> None:
    if not nome:
        raise Recusa("Dê um nome.", "nome")
    if len(nome) > maximo:
        raise Recusa(f"O nome tem {len(nome)} caracteres; o máximo é {maximo}.", "nome")
    igual = select(modelo.id).where(modelo.nome == nome, modelo.id != (id_ or 0))
    if db.session().execute(igual).first() is not None:
        raise Recusa(f"Já existe “{nome}”.", "nome")


def _palavras(digitadas: str) -> list[str]:
    """The words, plain and once each, in their order."""
    return list(dict.fromkeys(sem_acentos(digitadas).replace(",", " ").split()))


def _slug(nome: str) -> str:
    base = "-".join("".join(c if c.isalnum() else " " for c in sem_acentos(nome)).split())[:50] or "documento"
    usados = set(db.session().execute(select(TipoDocumento.slug)).scalars())
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, 1000))) if s not in usados)


def _entre_aspas(nomes: list[str]) -> str:
    return enumerar([f"“{nome}”" for nome in nomes])
