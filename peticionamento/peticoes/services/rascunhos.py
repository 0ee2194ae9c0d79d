"""Drafts: begin, type, throw away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.cadastros.models import NivelAcesso, TipoProcesso
from peticionamento.cadastros.queries import municipio_por_nome
from peticionamento.comum import tempo
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, Recusa
from peticionamento.comum.permissoes import exigir, obter
from peticionamento.comum.texto import conferir_texto, limpar_html, limpar_linha, milhar
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import LIMITE_ASSUNTO, Especie, EstadoPeticao, Peticao


class RascunhoMudou(Conflito):
    """The draft is not the one the person saw: saved elsewhere, or with other attachments."""

    titulo = "Este rascunho mudou."


@dataclass(frozen=True)
class Rascunho:
    """What the form of a petition holds. `texto_html` may be dirty: it is cleaned here."""

    tipo_id: int
    assunto: str
    municipio: str
    texto_html: str


def comecar(tipo_id: int, chave: str, *, por: Pessoa, agora: datetime) -> Peticao:
    """Begin a draft. The same `chave` by the same person gives the same draft, however often it is sent.

    Raises Recusa for an unknown type, SemPermissao.
    """
    exigir(por, "peticoes.escrever")
    _conferir_tipo(tipo_id)
    with transaction() as session:
        session.execute(
            insert(Peticao)
            .values(
                autor_id=por.id, chave=chave[:64], tipo_id=tipo_id, estado=EstadoPeticao.RASCUNHO,
                municipio_digitado="", assunto="", texto_html="", versao=1,
                especie=Especie.INICIAL, acesso=NivelAcesso.PUBLICO, campos={}, referencia="",
                criada_em=agora, alterada_em=agora,
            )
            .on_conflict_do_nothing(index_elements=["autor_id", "chave"])
        )  # fmt: skip
        return session.execute(
            select(Peticao).where(Peticao.autor_id == por.id, Peticao.chave == chave[:64])
        ).scalar_one()


def _conferir_tipo(tipo_id: int) -> None:
    tipo = db.session().get(TipoProcesso, tipo_id)
    if tipo is None or not tipo.ativo:
        raise Recusa("Escolha um dos tipos da lista.", "tipo")


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
    _conferir_tipo(rascunho.tipo_id)
    texto = limpar_html(rascunho.texto_html)
    _conferir_tamanhos(limpar_linha(rascunho.assunto), texto)
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        digitado = limpar_linha(rascunho.municipio)[:80]
        municipio = municipio_por_nome(digitado) if digitado else None
        digitado = municipio.nome if municipio else digitado
        novo = (rascunho.tipo_id, limpar_linha(rascunho.assunto), digitado, texto)
        if novo != (peticao.tipo_id, peticao.assunto, peticao.municipio_digitado, peticao.texto_html):
            if peticao.versao != versao:
                raise RascunhoMudou(
                    f"Ele foi salvo em outra aba ou outro aparelho ({tempo.data_hora(peticao.alterada_em)}). "
                    "Abra a versão mais nova; o texto desta página continua aqui, para copiar."
                )
            peticao.tipo_id, peticao.assunto, peticao.municipio_digitado, peticao.texto_html = novo
            peticao.municipio = municipio
            peticao.versao += 1
            peticao.alterada_em = agora
        return peticao


def _conferir_tamanhos(assunto: str, texto: str) -> None:
    if len(assunto) > LIMITE_ASSUNTO:
        raise Recusa(f"O assunto tem {milhar(len(assunto))} caracteres; o máximo é {LIMITE_ASSUNTO}.", "assunto")
    conferir_texto(texto)


def descartar(peticao_id: int, *, por: Pessoa) -> None:
    """Throw a draft away, attachments too (a filed petition is never deleted). Raises Conflito, NaoEncontrado."""
    with transaction() as session:
        session.delete(rascunho_travado(peticao_id, por))
