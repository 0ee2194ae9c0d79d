"""Sign and file: all or nothing.

A fixed number of SQL statements, whatever the documents; the process number, for which the other filings of the same
agency wait, is taken when all that can be written before it is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from peticionamento.cadastros.queries import numeracao_da_unidade
from peticionamento.comum import tempo
from peticionamento.comum.avisos import avisar_depois
from peticionamento.comum.db import db, inserir, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import exigir, visiveis
from peticionamento.comum.protocolo import proximo_numero
from peticionamento.contas.models import Pessoa
from peticionamento.contas.services import senha_confere
from peticionamento.peticoes import documentos, regras
from peticionamento.peticoes.models import (
    AcaoPeticao,
    Acompanhamento,
    Documento,
    EstadoPeticao,
    Etapa,
    Peticao,
)
from peticionamento.peticoes.services.assinatura import assinar, numerar
from peticionamento.peticoes.services.continuacao import Caminho, caminho_travado
from peticionamento.peticoes.services.faltas import faltas
from peticionamento.peticoes.services.juntadas import juntar, peticionamento, relacionar
from peticionamento.peticoes.services.rascunhos import RascunhoMudou
from peticionamento.peticoes.signals import protocolada

MUDOU = "O rascunho mudou depois que você o conferiu. Confira de novo e assine."
SENHA_ERRADA = "A senha não confere. Nada foi protocolado; o rascunho continua salvo."

_TRAVADA = (
    select(Peticao)
    .with_for_update(of=Peticao)
    .options(lazyload(Peticao.autor))  # who signs, in the session already
    .execution_options(populate_existing=True)
)
_DOCUMENTOS = (
    select(Documento)
    .where(Documento.peticao_id == bindparam("peticao"))
    .order_by(Documento.id)
    .execution_options(populate_existing=True)
)


def protocolar(
    peticao_id: int, senha: str, *, por: Pessoa, versao: int, agora: datetime, conferido: str | None = None
) -> Peticao:
    """Sign a draft by password and file it: process number, documents, receipt, and triage, all or nothing.

    What was written about a petition already filed goes into that one's process where it can. Filing what is already
    filed gives the same petition (a double click, a lost answer). `versao` is the version the person reviewed,
    `conferido` its picture (`documentos.retrato`): attachments come and go without a new version. Raises Recusa (wrong
    password; the first thing missing), Conflito, NaoEncontrado.
    """
    confere = senha_confere(por, senha)
    with transaction():
        peticao = _travar(peticao_id, por)
        if peticao.estado is not EstadoPeticao.RASCUNHO:
            return peticao
        if not confere:
            raise Recusa(SENHA_ERRADA, "senha")
        if peticao.versao != versao or conferido not in (None, documentos.retrato(peticao)):
            raise RascunhoMudou(MUDOU)
        if falta := faltas(peticao):
            raise falta[0]
        caminho = caminho_travado(peticao)
        if caminho is not None and caminho.direto:
            return juntar(peticao, caminho, por=por, agora=agora)
        return _abrir_processo(peticao, caminho, por, agora)


def _travar(peticao_id: int, por: Pessoa) -> Peticao:
    """The draft and its documents, locked. Raises NaoEncontrado, SemPermissao."""
    exigir(por, "peticoes.protocolar")
    consulta = _TRAVADA.where(Peticao.id == peticao_id, visiveis(por, "peticoes.protocolar"))
    peticao = db.session().execute(consulta).scalar_one_or_none()
    if peticao is None:
        raise NaoEncontrado()
    lista = db.session().execute(_DOCUMENTOS, {"peticao": peticao.id}).scalars().all()
    set_committed_value(peticao, "documentos", list(lista))
    return peticao


def _abrir_processo(peticao: Peticao, caminho: Caminho | None, por: Pessoa, agora: datetime) -> Peticao:
    """Give a signed draft a process of its own. `caminho` says why it is not the one it was written about."""
    regras.fixar(peticao)
    numeracao = numeracao_da_unidade(peticao.unidade_id)
    numerada = numerar(peticao, peticao, por=por)
    acompanhamento = Acompanhamento(
        peticao_id=peticao.id, autor_id=peticao.autor_id, protocolada_em=agora, etapa=Etapa.PROTOCOLADA,
        onde=Etapa.PROTOCOLADA.rotulo,
    )  # fmt: skip
    protocolada.send(peticao, agora=agora, acompanhamento=acompanhamento)
    inserir(acompanhamento)
    peticao.numero, peticao.protocolada_em = proximo_numero(numeracao, tempo.hoje(agora).year), agora
    mover(peticao, AcaoPeticao.PROTOCOLAR, por=por, detalhe=peticao.numero)
    assinar(numerada, por=por, agora=agora, peticionamento=peticionamento(peticao, caminho))
    relacionar(peticao, caminho, por=por, agora=agora)
    avisar_depois(por.email, "peticoes/protocolada", peticao_id=peticao.id, **_para_o_aviso(peticao, por))
    return peticao


def _para_o_aviso(peticao: Peticao, por: Pessoa) -> dict[str, object]:
    return {
        "pessoa": por.nome,
        "id": peticao.id,
        "assunto": peticao.assunto,
        "municipio": peticao.municipio.nome if peticao.municipio else "",
        "numero": peticao.numero,
        "em": tempo.data_hora_oficial(peticao.protocolada_em or tempo.agora()),
    }
