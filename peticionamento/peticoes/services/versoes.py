"""Versions of a draft: one for each change, of text or of files, all of them kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from peticionamento.comum.db import db
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.comparacao import Juncao
from peticionamento.peticoes.models import Documento, Peticao, VersaoRascunho

NAO_APLICADA = "nao_aplicada"
"""Key in the content of a version that never was the draft: what another device's change kept from being saved."""

APLICADA = ~VersaoRascunho.conteudo.has_key(NAO_APLICADA)

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


@dataclass(frozen=True)
class _Anterior:
    """What a new version follows: the newest number, and the newest version that was the draft's own."""

    numero: int | None = None
    vigente: int | None = None
    conteudo: dict[str, Any] | None = None


def _anterior(peticao_id: int) -> _Anterior:
    de_um = VersaoRascunho.peticao_id == peticao_id
    maior = select(func.max(VersaoRascunho.numero)).where(de_um).scalar_subquery()
    consulta = (
        select(maior, VersaoRascunho.numero, VersaoRascunho.conteudo)
        .where(de_um, APLICADA)
        .order_by(VersaoRascunho.numero.desc())
        .limit(1)
    )
    linha = db.session().execute(consulta).one_or_none()
    return _Anterior(*linha) if linha else _Anterior()


def registrar(
    peticao: Peticao, *, por: Pessoa, agora: datetime, aparelho: str | None = None, nota: dict[str, Any] | None = None
) -> VersaoRascunho | None:
    """Keep the draft as it now is, as its next version; None when nothing changed since the last one.

    Call it at the end of every change, in its transaction, with the draft's row locked. The draft's own `versao`
    follows: it is the number of its newest version. `aparelho` is a User-Agent, by default that of the person's
    sign-in; `nota` is kept beside the content (`volta_de`: the version brought back).
    """
    session = db.session()
    session.flush()  # a document's id is part of its version
    conteudo, anterior = retrato(peticao), _anterior(peticao.id)
    if anterior.conteudo is None:
        mudou: tuple[str, ...] = ()
    else:
        mudou = tuple(nome for nome, valor in conteudo.items() if anterior.conteudo.get(nome) != valor)
        if not mudou:
            return None
    peticao.alterada_em = agora
    return _guardar(
        peticao, {**conteudo, "mudou": mudou, **(nota or {})}, anterior, por=por, agora=agora, aparelho=aparelho
    )


def guardar_recusada(
    peticao: Peticao, juncao: Juncao, *, base: int, por: Pessoa, agora: datetime
) -> tuple[int, int | None]:
    """Keep what could not be saved over another device's change, as a version that was not applied.

    It holds the draft as it would be with what was typed: taking it over later loses nothing else. `base` is the
    version it was typed over. The same text refused again is kept once. Returns its number, and that of the version
    that is the draft (None for a draft without versions).
    """
    conteudo = {
        **retrato(peticao),
        **{nome: _simples(valor) for nome, valor in juncao.levar.items()},
        NAO_APLICADA: True,
        "base": base,
        "mudou": list(juncao.conflitos),
    }
    iguais = select(VersaoRascunho.numero).where(
        VersaoRascunho.peticao_id == peticao.id,
        VersaoRascunho.pessoa_id == por.id,
        VersaoRascunho.conteudo == cast(conteudo | _de_quem(por), JSONB),
    )
    anterior = _anterior(peticao.id)
    numero = db.session().execute(iguais.limit(1)).scalar_one_or_none()
    if numero is None:
        numero = _guardar(peticao, conteudo, anterior, por=por, agora=agora).numero
    return numero, anterior.vigente


def _guardar(
    peticao: Peticao,
    conteudo: dict[str, Any],
    anterior: _Anterior,
    *,
    por: Pessoa,
    agora: datetime,
    aparelho: str | None = None,
) -> VersaoRascunho:
    numero = _proximo_numero(peticao, anterior, agora)
    versao = VersaoRascunho(
        peticao_id=peticao.id,
        numero=numero,
        conteudo=conteudo | _de_quem(por),
        pessoa_id=por.id,
        aparelho=(por.aparelho if aparelho is None else aparelho)[:200],
        salva_em=agora,
    )
    db.session().add(versao)
    peticao.versao = numero
    return versao


def _de_quem(por: Pessoa) -> dict[str, Any]:
    return {"sessao": sinal_da_sessao(por.sessao_id)} if por.sessao_id else {}


def sinal_da_sessao(sessao_id: str) -> str:
    """Tells two sign-ins apart without saying the secret that each one's cookie carries."""
    return hashlib.sha256(sessao_id.encode()).hexdigest()[:12]


def _proximo_numero(peticao: Peticao, anterior: _Anterior, agora: datetime) -> int:
    if anterior.numero is not None:
        return anterior.numero + 1
    # The first is written as the draft begins; one begun before versions were kept goes on from its own count.
    return peticao.versao if peticao.criada_em == agora else peticao.versao + 1


def versao_de(peticao_id: int, numero: int) -> VersaoRascunho:
    """One version of a draft. Raises NaoEncontrado."""
    consulta = select(VersaoRascunho).where(VersaoRascunho.peticao_id == peticao_id, VersaoRascunho.numero == numero)
    versao = db.session().execute(consulta).scalar_one_or_none()
    if versao is None:
        raise NaoEncontrado()
    return versao


def conteudo_em(peticao_id: int, numero: int) -> dict[str, Any] | None:
    """What the draft was when its version was `numero`; None when that is not known."""
    consulta = (
        select(VersaoRascunho.conteudo)
        .where(VersaoRascunho.peticao_id == peticao_id, VersaoRascunho.numero <= numero, APLICADA)
        .order_by(VersaoRascunho.numero.desc())
        .limit(1)
    )
    return db.session().execute(consulta).scalar_one_or_none()


def vigente(peticao_id: int) -> int | None:
    """The number of the version that is the draft; None when there is none."""
    consulta = select(func.max(VersaoRascunho.numero)).where(VersaoRascunho.peticao_id == peticao_id, APLICADA)
    return db.session().execute(consulta).scalar_one()
