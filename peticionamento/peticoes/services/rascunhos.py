"""Drafts: begin, type, throw away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.cadastros.models import HipoteseLegal, NivelAcesso, RegraAcesso, Tema, TipoProcesso
from peticionamento.cadastros.queries import municipio_por_nome
from peticionamento.comum import tempo
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, Recusa
from peticionamento.comum.permissoes import exigir, obter
from peticionamento.comum.texto import conferir_texto, limpar_html, limpar_linha, milhar
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import LIMITE_ASSUNTO, Especie, EstadoPeticao, Peticao

LIMITE_CAMPO = 4_000
"""Characters of one field of a type's form."""

LIMITE_REFERENCIA = 60


class RascunhoMudou(Conflito):
    """The draft is not the one the person saw: saved elsewhere, or with other attachments."""

    titulo = "Este rascunho mudou."


@dataclass(frozen=True)
class Rascunho:
    """What the form of a petition holds. `texto_html` may be dirty: it is cleaned here.

    What the page did not ask is None and stays as it is; an id of 0 is a choice taken back. `campos`, by name, are
    added to those kept: a field of another type comes back with that type.
    """

    tipo_id: int
    assunto: str
    municipio: str
    texto_html: str
    campos: dict[str, str] = field(default_factory=dict)
    unidade_id: int | None = None
    acesso: NivelAcesso | None = None
    hipotese_id: int | None = None
    tema_id: int | None = None
    referencia: str | None = None


def comecar(tipo_id: int, chave: str, *, por: Pessoa, agora: datetime) -> Peticao:
    """Begin a draft. The same `chave` by the same person gives the same draft, however often it is sent.

    Raises Recusa for an unknown type, SemPermissao.
    """
    exigir(por, "peticoes.escrever")
    tipo = _tipo_ativo(tipo_id)
    with transaction() as session:
        session.execute(
            insert(Peticao)
            .values(
                autor_id=por.id, chave=chave[:64], tipo_id=tipo_id, estado=EstadoPeticao.RASCUNHO,
                municipio_digitado="", assunto="", texto_html="", versao=1,
                especie=Especie.INICIAL, acesso=tipo.acesso, hipotese_id=tipo.hipotese_id, campos={}, referencia="",
                criada_em=agora, alterada_em=agora,
            )
            .on_conflict_do_nothing(index_elements=["autor_id", "chave"])
        )  # fmt: skip
        return session.execute(
            select(Peticao).where(Peticao.autor_id == por.id, Peticao.chave == chave[:64])
        ).scalar_one()


def _tipo_ativo(tipo_id: int) -> TipoProcesso:
    tipo = db.session().get(TipoProcesso, tipo_id)
    if tipo is None or not tipo.ativo:
        raise Recusa("Escolha um dos tipos da lista.", "tipo")
    return tipo


def rascunho_travado(peticao_id: int, por: Pessoa) -> Peticao:
    """A draft, locked. Raises Conflito when it was filed meanwhile, NaoEncontrado."""
    peticao = obter(Peticao, peticao_id, por, "peticoes.escrever", travada=True)
    if peticao.estado is not EstadoPeticao.RASCUNHO:
        raise Conflito(f"Esta petição já foi protocolada com o número {peticao.numero} e não muda mais.")
    return peticao


def rascunhar(peticao_id: int, rascunho: Rascunho, *, por: Pessoa, versao: int, agora: datetime) -> Peticao:
    """Save a draft as typed; what is incomplete stays so.

    `versao` is the version the person saw. Saving what is already there writes nothing, whatever the version: the same
    text sent again after a lost answer is no conflict. Raises Recusa (too long, unknown type), Conflito, NaoEncontrado.
    """
    tipo = _tipo_ativo(rascunho.tipo_id)
    texto = limpar_html(rascunho.texto_html)
    _conferir_tamanhos(limpar_linha(rascunho.assunto), texto)
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        digitado = limpar_linha(rascunho.municipio)[:80]
        municipio = municipio_por_nome(digitado) if digitado else None
        digitado = municipio.nome if municipio else digitado
        novo = {
            "tipo_id": rascunho.tipo_id,
            "assunto": limpar_linha(rascunho.assunto),
            "municipio_digitado": digitado,
            "texto_html": texto,
            **_escolhas(peticao, tipo, rascunho),
        }
        if any(getattr(peticao, nome) != valor for nome, valor in novo.items()):
            if peticao.versao != versao:
                raise RascunhoMudou(
                    f"Ele foi salvo em outra aba ou outro aparelho ({tempo.data_hora(peticao.alterada_em)}). "
                    "Abra a versão mais nova; o texto desta página continua aqui, para copiar."
                )
            for nome, valor in novo.items():
                setattr(peticao, nome, valor)
            peticao.tipo, peticao.municipio = tipo, municipio
            peticao.versao += 1
            peticao.alterada_em = agora
        return peticao


def _escolhas(peticao: Peticao, tipo: TipoProcesso, rascunho: Rascunho) -> dict[str, Any]:
    """What the type lets its filer say, by column: only what the page asked, the rest stays. Raises Recusa."""
    novas: dict[str, Any] = {"campos": _campos(peticao, tipo, rascunho.campos)}
    if rascunho.unidade_id is not None:
        novas["unidade_id"] = rascunho.unidade_id or None
        oferecidas = {unidade.id for unidade in (*tipo.unidades, *peticao.tipo.unidades)} | {peticao.unidade_id, None}
        if novas["unidade_id"] not in oferecidas:
            raise Recusa("Escolha uma das unidades da lista.", "unidade")
    novas |= _acesso(peticao, tipo, rascunho)
    if rascunho.tema_id is not None:
        novas["tema_id"] = rascunho.tema_id or None
        if rascunho.tema_id and db.session().get(Tema, rascunho.tema_id) is None:
            raise Recusa("Escolha um dos temas da lista.", "tema")
    if rascunho.referencia is not None:
        novas["referencia"] = limpar_linha(rascunho.referencia)
        if len(novas["referencia"]) > LIMITE_REFERENCIA:
            raise Recusa(f"A referência tem no máximo {LIMITE_REFERENCIA} caracteres.", "referencia")
    return novas


def _acesso(peticao: Peticao, tipo: TipoProcesso, rascunho: Rascunho) -> dict[str, Any]:
    """The level chosen; one posted where nobody was asked is ignored, and a new type's own is the first offered."""
    if RegraAcesso.ESCOLHA not in (tipo.regra_acesso, peticao.tipo.regra_acesso):
        return {}
    if rascunho.acesso is None:
        return {"acesso": tipo.acesso, "hipotese_id": tipo.hipotese_id} if tipo.id != peticao.tipo_id else {}
    novas: dict[str, Any] = {"acesso": rascunho.acesso}
    if rascunho.hipotese_id is not None:
        novas["hipotese_id"] = rascunho.hipotese_id or None
        if rascunho.hipotese_id and db.session().get(HipoteseLegal, rascunho.hipotese_id) is None:
            raise Recusa("Escolha uma das hipóteses legais da lista.", "hipotese")
    return novas


def _campos(peticao: Peticao, tipo: TipoProcesso, digitados: dict[str, str]) -> dict[str, str]:
    """The fields kept and those typed, which must be of the type that was shown or of the new one. Raises Recusa."""
    rotulos = {str(campo["nome"]): str(campo["rotulo"]) for campo in (*peticao.tipo.campos, *tipo.campos)}
    novos = {nome: valor.strip() for nome, valor in digitados.items() if nome in rotulos}
    for nome, valor in novos.items():
        if len(valor) > LIMITE_CAMPO:
            tem = milhar(len(valor))
            raise Recusa(f"{rotulos[nome]}: {tem} caracteres; o máximo é {milhar(LIMITE_CAMPO)}.", f"campo_{nome}")
    return {**peticao.campos, **novos}


def _conferir_tamanhos(assunto: str, texto: str) -> None:
    if len(assunto) > LIMITE_ASSUNTO:
        raise Recusa(f"O assunto tem {milhar(len(assunto))} caracteres; o máximo é {LIMITE_ASSUNTO}.", "assunto")
    conferir_texto(texto)


def descartar(peticao_id: int, *, por: Pessoa) -> None:
    """Throw a draft away, attachments too (a filed petition is never deleted). Raises Conflito, NaoEncontrado."""
    with transaction() as session:
        session.delete(rascunho_travado(peticao_id, por))
