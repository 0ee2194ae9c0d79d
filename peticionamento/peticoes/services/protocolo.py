"""Sign and file: all or nothing.

A fixed number of SQL statements, whatever the documents; the process number, for which the other filings of the same
agency wait, is taken when all that can be written before it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, bindparam, exists, func, select
from sqlalchemy.orm import defer, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from peticionamento.cadastros.models import Municipio, TipoProcesso
from peticionamento.cadastros.queries import numeracao_da_unidade
from peticionamento.comum import envios, tempo
from peticionamento.comum.avisos import avisar_depois
from peticionamento.comum.db import db, escritas_juntas, inserir_objeto, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import Papel, exigir, visiveis
from peticionamento.comum.protocolo import numero_sei, proximo_numero
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
from peticionamento.peticoes.services.anexos import ALVO
from peticionamento.peticoes.services.assinatura import assinar, numerar
from peticionamento.peticoes.services.continuacao import Caminho, caminho_travado
from peticionamento.peticoes.services.faltas import faltas
from peticionamento.peticoes.services.juntadas import juntar, peticionamento, relacionar
from peticionamento.peticoes.services.rascunhos import RascunhoMudou
from peticionamento.peticoes.signals import protocolada

MUDOU = "O rascunho mudou depois que você o conferiu. Confira de novo e assine."
SENHA_ERRADA = "A senha não confere. Nada foi protocolado; o rascunho continua salvo."

_DOCUMENTOS = (
    select(Documento)
    .where(Documento.peticao_id == bindparam("peticao"))
    .order_by(Documento.id)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class _Quem:
    """Whoever holds these roles: the permission's condition is put together once for them, the person comes later."""

    papeis: frozenset[Papel]
    pessoa_id: Any = field(default_factory=lambda: bindparam("quem", type_=BigInteger))
    nome: str = ""
    onde: str | None = None
    unidades_ids: frozenset[int] = frozenset()


_DA_PETICAO_NAO = (Peticao.chave, Peticao.alterada_em, Peticao.aberta_em, Peticao.fim_avisado_em,
                   Peticao.escrita_por_id, Peticao.proposicao_dados)  # fmt: skip
_DO_TIPO_NAO = (TipoProcesso.slug, TipoProcesso.orientacao, TipoProcesso.prazo_dias_uteis, TipoProcesso.ordem,
                TipoProcesso.versao, TipoProcesso.documento_principal_id, TipoProcesso.extensoes_principal,
                TipoProcesso.limite_principal_bytes, TipoProcesso.extensoes_outros,
                TipoProcesso.limite_outros_bytes)  # fmt: skip
"""What no filing reads: each column costs, whatever is in it. One that is read after all is fetched then."""


@cache
def _rascunho_de(papeis: frozenset[Papel]) -> Select[*tuple[Any, ...]]:
    """A draft to be locked."""
    return (
        select(Peticao)
        .where(Peticao.id == bindparam("peticao"), visiveis(_Quem(papeis), "peticoes.protocolar"))
        .with_for_update(of=Peticao)
        # Who signs is in the session already; of the municipality only the name is signed.
        .options(
            lazyload(Peticao.autor),
            joinedload(Peticao.municipio).load_only(Municipio.nome),
            joinedload(Peticao.tipo).options(*map(defer, _DO_TIPO_NAO)),
            *map(defer, _DA_PETICAO_NAO),
        )
        .execution_options(populate_existing=True)
    )


_AO_LADO = select(
    exists().where(Documento.peticao_id == bindparam("peticao")),
    func.array(envios.A_CAMINHO.scalar_subquery()),
    numero_sei.next_value(),
)
"""Whether a draft has documents, the files still going up to it, and a number for what will be signed. Asked once it is
locked: a statement that waits for a lock sees the row as it has become, but what is beside it as it was."""


class _Travada(NamedTuple):
    """A draft with its documents, locked, and what was read beside it."""

    peticao: Peticao
    subindo: list[str]
    numero_sei: int


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
        travada = _travar(peticao_id, por, agora)
        peticao = travada.peticao
        if peticao.estado is not EstadoPeticao.RASCUNHO:
            return peticao
        if not confere:
            raise Recusa(SENHA_ERRADA, "senha")
        if peticao.versao != versao or conferido not in (None, documentos.retrato(peticao)):
            raise RascunhoMudou(MUDOU)
        if falta := faltas(peticao, travada.subindo):
            raise falta[0]
        caminho = caminho_travado(peticao)
        if caminho is not None and caminho.direto:
            return juntar(peticao, caminho, por=por, agora=agora)
        return _abrir_processo(travada, caminho, por, agora)


def _travar(peticao_id: int, por: Pessoa, agora: datetime) -> _Travada:
    """The draft, locked. Raises NaoEncontrado, SemPermissao."""
    exigir(por, "peticoes.protocolar")
    session = db.session()
    valores = {"peticao": peticao_id, "quem": por.id, "alvo": ALVO, "alvo_id": peticao_id, "agora": agora}
    peticao = session.execute(_rascunho_de(por.papeis), valores).scalar_one_or_none()
    if peticao is None:
        raise NaoEncontrado()
    ha_documentos, subindo, numero = session.connection().execute(_AO_LADO, valores).one()
    lista = list(session.execute(_DOCUMENTOS, valores).scalars()) if ha_documentos else []
    set_committed_value(peticao, "documentos", lista)
    return _Travada(peticao, subindo, numero)


def _abrir_processo(travada: _Travada, caminho: Caminho | None, por: Pessoa, agora: datetime) -> Peticao:
    """Give a signed draft a process of its own. `caminho` says why it is not the one it was written about."""
    peticao = travada.peticao
    regras.fixar(peticao)
    numeracao = numeracao_da_unidade(peticao.unidade_id)
    numerada = numerar(peticao, peticao, por=por, primeiro=travada.numero_sei)
    with escritas_juntas(peticao, e_confirmar=True):
        acompanhamento = Acompanhamento(
            peticao_id=peticao.id, autor_id=peticao.autor_id, protocolada_em=agora, etapa=Etapa.PROTOCOLADA,
            onde=Etapa.PROTOCOLADA.rotulo,
        )  # fmt: skip
        protocolada.send(peticao, agora=agora, acompanhamento=acompanhamento)
        inserir_objeto(acompanhamento)
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
