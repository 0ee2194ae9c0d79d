"""Versions of a draft: one for each change, of text or of files, all of them kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from peticionamento.comum.db import db
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Documento, Peticao, VersaoRascunho

CAMPOS = (
    "tipo_id", "assunto", "municipio_digitado", "texto_html", "campos", "tema_id", "unidade_id", "acesso",
    "hipotese_id", "referencia", "proposicao", "proposicao_dados",
)  # fmt: skip
"""What a person fills in, by column: all that a version keeps besides the documents."""

CAMPOS_DO_DOCUMENTO = (
    "papel", "nome", "tipo_documento_id", "complemento", "numero", "formato", "conferencia", "acesso", "hipotese_id",
    "pessoa_id", "observacao", "arquivo_id", "dados", "texto_html",
)  # fmt: skip


def retrato(peticao: Peticao) -> dict[str, Any]:
    """A draft as a version keeps it: every field by name, and its documents with their files' hashes."""
    return {nome: _simples(getattr(peticao, nome)) for nome in CAMPOS} | {
        "documentos": [_do_documento(documento) for documento in peticao.documentos]
    }


def _do_documento(documento: Documento) -> dict[str, Any]:
    arquivo = documento.arquivo
    return {nome: _simples(getattr(documento, nome)) for nome in CAMPOS_DO_DOCUMENTO} | {
        "id": documento.id,
        "sha256": arquivo.sha256 if arquivo else None,
        "tamanho": arquivo.tamanho_bytes if arquivo else None,
    }


def _simples(valor: Any) -> Any:
    return str(valor) if isinstance(valor, str) else valor


def ultima(peticao_id: int) -> VersaoRascunho | None:
    """The newest version of a draft, applied or not."""
    consulta = (
        select(VersaoRascunho)
        .where(VersaoRascunho.peticao_id == peticao_id)
        .order_by(VersaoRascunho.numero.desc())
        .limit(1)
    )
    return db.session().execute(consulta).scalar_one_or_none()


def registrar(peticao: Peticao, *, por: Pessoa, agora: datetime, aparelho: str = "") -> VersaoRascunho | None:
    """Keep the draft as it now is, as its next version; None when nothing changed since the last one.

    Call it at the end of every change, in its transaction, with the draft's row locked. The draft's own `versao`
    follows: it is the number of its newest version. `aparelho` is the browser's User-Agent.
    """
    session = db.session()
    session.flush()  # a document's id is part of its version
    conteudo, anterior = retrato(peticao), ultima(peticao.id)
    if anterior is not None and anterior.conteudo == conteudo:
        return None
    numero = _proximo_numero(peticao, anterior, agora)
    versao = VersaoRascunho(
        peticao_id=peticao.id,
        numero=numero,
        conteudo=conteudo,
        pessoa_id=por.id,
        aparelho=aparelho[:200],
        salva_em=agora,
    )
    session.add(versao)
    peticao.versao = numero
    peticao.alterada_em = agora
    return versao


def _proximo_numero(peticao: Peticao, anterior: VersaoRascunho | None, agora: datetime) -> int:
    if anterior is not None:
        return anterior.numero + 1
    # The first is written as the draft begins; one begun before versions were kept goes on from its own count.
    return peticao.versao if peticao.criada_em == agora else peticao.versao + 1
