"""Use cases of the author's room: draft, attach, sign and file, follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.cadastros.models import TipoProcesso
from peticionamento.cadastros.queries import municipio_por_nome, numeracao_da_segov
from peticionamento.comum import arquivos, tempo
from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import exigir, obter
from peticionamento.comum.protocolo import proximo_numero, proximo_numero_sei
from peticionamento.comum.texto import conferir_texto, limpar_html, limpar_linha, milhar, texto_de_html
from peticionamento.contas.models import Pessoa
from peticionamento.contas.services import senha_confere
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import (
    LIMITE_ASSUNTO,
    AcaoPeticao,
    Acompanhamento,
    Documento,
    EstadoPeticao,
    Etapa,
    PapelDocumento,
    Peticao,
)
from peticionamento.peticoes.signals import protocolada

MINIMO_TEXTO = 20
MUDOU = "O rascunho mudou depois que você o conferiu. Confira de novo e assine."


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


@dataclass(frozen=True)
class AnexoDeResposta:
    """A file that goes home with the answer."""

    nome: str
    arquivo_id: int


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
                municipio_digitado="", assunto="", texto_html="", versao=1, criada_em=agora, alterada_em=agora,
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


def _rascunho_travado(peticao_id: int, por: Pessoa) -> Peticao:
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
        peticao = _rascunho_travado(peticao_id, por)
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
        session.delete(_rascunho_travado(peticao_id, por))


def anexar(peticao_id: int, nome: str, conteudo: IO[bytes], *, por: Pessoa, agora: datetime) -> Documento:
    """Attach one file to a draft; its content must be what its name says.

    `nome` as sent by the browser, `conteudo` a seekable stream. Attaching the same content under the same name again
    changes nothing. Raises ArquivoRecusado, Conflito, NaoEncontrado.
    """
    obter(Peticao, peticao_id, por, "peticoes.escrever")
    nome = arquivos.nome_seguro(nome)
    guardado = arquivos.guardar(conteudo, nome)
    with transaction():
        peticao = _rascunho_travado(peticao_id, por)
        arquivo = arquivos.nomear(guardado)
        for documento in peticao.documentos:
            if documento.arquivo_id == arquivo.id and documento.nome == nome:
                return documento
        arquivos.conferir_total((d.arquivo for d in peticao.documentos if d.arquivo), arquivo, nome)
        documento = Documento(papel=PapelDocumento.ANEXO, nome=nome, arquivo=arquivo, criado_em=agora)
        peticao.documentos.append(documento)
        peticao.alterada_em = agora
        return documento


def remover_anexo(peticao_id: int, documento_id: int, *, por: Pessoa, agora: datetime) -> None:
    """Take an attachment off a draft. Taking off what is already gone is no error. Raises Conflito, NaoEncontrado."""
    with transaction():
        peticao = _rascunho_travado(peticao_id, por)
        restam = [d for d in peticao.documentos if d.id != documento_id]
        if len(restam) != len(peticao.documentos):
            peticao.documentos = restam
            peticao.alterada_em = agora


def faltas(peticao: Peticao) -> list[Recusa]:
    """What a draft still needs before it can be signed, each with its field."""
    lista = []
    if not peticao.assunto:
        lista.append(Recusa("Informe o assunto: uma linha que diga o que se pede.", "assunto"))
    if peticao.municipio_id is None:
        digitado = peticao.municipio_digitado
        frase = f"“{digitado}” não é um dos 853 municípios de Minas Gerais." if digitado else "Informe o município."
        lista.append(Recusa(frase, "municipio"))
    if len(texto_de_html(peticao.texto_html)) < MINIMO_TEXTO:
        lista.append(Recusa("Escreva o pedido.", "texto"))
    return lista


def protocolar(
    peticao_id: int, senha: str, *, por: Pessoa, versao: int, agora: datetime, conferido: str | None = None
) -> Peticao:
    """Sign a draft by password and file it: process number, documents, receipt, and triage, all or nothing.

    Filing what is already filed gives the same petition (a double click, a lost answer). `versao` is the version the
    person reviewed, `conferido` its picture (`documentos.retrato`): attachments come and go without a new version.
    Raises Recusa (wrong password; the first thing missing), Conflito, NaoEncontrado.
    """
    peticao = obter(Peticao, peticao_id, por, "peticoes.protocolar")
    if peticao.estado is EstadoPeticao.PROTOCOLADA:
        return peticao
    if peticao.versao != versao or conferido not in (None, documentos.retrato(peticao)):
        raise RascunhoMudou(MUDOU)
    if not senha_confere(por, senha):
        raise Recusa("A senha não confere. Nada foi protocolado; o rascunho continua salvo.", "senha")
    if falta := faltas(peticao):
        raise falta[0]
    principal = documentos.assinar(peticao, por, numero_sei=proximo_numero_sei(), agora=agora)
    with transaction() as session:
        peticao = obter(Peticao, peticao_id, por, "peticoes.protocolar", travada=True)
        if peticao.estado is EstadoPeticao.PROTOCOLADA:
            return peticao
        if peticao.versao != versao or documentos.retrato(peticao) != principal.retrato:
            raise RascunhoMudou(MUDOU)
        peticao.numero = proximo_numero(numeracao_da_segov(), tempo.hoje(agora).year)
        peticao.protocolada_em = agora
        mover(peticao, AcaoPeticao.PROTOCOLAR, por=por, versao=versao, detalhe=peticao.numero)
        session.add(principal.documento(peticao))
        for anexo in peticao.documentos:
            if anexo.papel is PapelDocumento.ANEXO:
                anexo.numero_sei = proximo_numero_sei()
        session.add(documentos.recibo(peticao, principal, por, agora))
        session.add(
            Acompanhamento(
                peticao_id=peticao.id, autor_id=por.id, protocolada_em=agora,
                etapa=Etapa.PROTOCOLADA, onde=Etapa.PROTOCOLADA.rotulo,
            )
        )  # fmt: skip
        session.flush()  # the listeners' rows point at these
        protocolada.send(peticao, agora=agora)
        avisar(por.email, "peticoes/protocolada", peticao_id=peticao.id, peticao=peticao, pessoa=por)
        return peticao


def acompanhar(peticao_id: int, etapa: Etapa, onde: str, *, vence_dia: date | None = None) -> None:
    """Write down where a petition stands, for its author's list. Called by the later rooms, in their transaction.

    `onde` in words (`No DER-MG e na SEINFRA`); `vence_dia` the nearest due day, None when nothing is due.
    """
    acompanhamento = _acompanhamento_travado(peticao_id)
    acompanhamento.etapa, acompanhamento.onde, acompanhamento.vence_dia = etapa, onde[:300], vence_dia


def _acompanhamento_travado(peticao_id: int) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, peticao_id, with_for_update=True, populate_existing=True)


def juntar_resposta(
    peticao_id: int, texto_html: str, anexos: list[AnexoDeResposta], *, onde: str, agora: datetime
) -> Documento:
    """Add the consolidated answer to a petition and tell its author. Called inside the last approval's transaction.

    `texto_html` is already clean; `onde` says who answered (`Respondida pela SES`).
    """
    session = db.session()
    peticao = travar(Peticao, peticao_id)
    resposta = documentos.resposta(peticao, texto_html, numero_sei=proximo_numero_sei(), agora=agora)
    session.add(resposta)
    for anexo in anexos:
        session.add(
            Documento(
                peticao_id=peticao_id, papel=PapelDocumento.ANEXO_RESPOSTA, nome=anexo.nome,
                arquivo_id=anexo.arquivo_id, numero_sei=proximo_numero_sei(), criado_em=agora,
            )
        )  # fmt: skip
    acompanhar(peticao_id, Etapa.RESPONDIDA, onde)
    _acompanhamento_travado(peticao_id).respondida_em = agora
    avisar(peticao.autor.email, "peticoes/respondida", peticao_id=peticao_id, peticao=peticao, onde=onde)
    return resposta


def marcar_lida(peticao_id: int, *, por: Pessoa, agora: datetime) -> None:
    """Note that the author has opened the answer; the first time counts."""
    with transaction():
        obter(Peticao, peticao_id, por, "peticoes.acompanhar")
        acompanhamento = _acompanhamento_travado(peticao_id)
        if acompanhamento.respondida_em and acompanhamento.lida_em is None:
            acompanhamento.lida_em = agora


def documento_legivel(documento_id: int, *, por: Pessoa) -> Documento:
    """A document that the person may read, its file written if it is not yet. Raises NaoEncontrado."""
    documento = db.session().get(Documento, documento_id)
    if documento is None:
        raise NaoEncontrado()
    obter(Peticao, documento.peticao_id, por, "peticoes.ler")
    return documentos.emitir(documento)
