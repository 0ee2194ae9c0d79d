"""Use cases of the agency: receive, decline, draft and send an answer."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from sqlalchemy import select

from peticionamento.atendimento.models import AnexoResposta, Resposta
from peticionamento.cadastros.modelos_de_texto import pendentes
from peticionamento.comum import arquivos, recebidos
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import Ator, obter
from peticionamento.comum.tempo import ha_quanto
from peticionamento.comum.texto import conferir_texto, enumerar, limpar_html, o_orgao, pelo_orgao, texto_de_html
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import services as triagem
from peticionamento.triagem.models import AcaoEncaminhamento, Encaminhamento, EstadoEncaminhamento

MINIMO_MOTIVO = 10
MINIMO_RESPOSTA = 20
LIMITE_MOTIVO = 1000
EM_MAOS = (EstadoEncaminhamento.RECEBIDO, EstadoEncaminhamento.EM_AJUSTE)
"""States in which the agency writes its answer."""


def receber(encaminhamento_id: int, *, por: Ator, versao: int, agora: datetime) -> Encaminhamento:
    """The agency takes the demand in hand. Raises Conflito, AcaoIndevida, NaoEncontrado."""
    with transaction():
        encaminhamento = obter(Encaminhamento, encaminhamento_id, por, "atendimento.receber", travada=True)
        sigla = encaminhamento.orgao.sigla
        mover(encaminhamento, AcaoEncaminhamento.RECEBER, por=por, versao=versao, detalhe=pelo_orgao(sigla))
        encaminhamento.recebido_em = agora
        comecar_rascunho(encaminhamento, None, agora=agora)
        return encaminhamento


def recusar(encaminhamento_id: int, motivo: str, *, por: Ator, versao: int, agora: datetime) -> Encaminhamento:
    """The agency declines with a reason, and the demand goes back to triage.

    `motivo` has 10 to 1,000 characters. Raises Recusa, Conflito, AcaoIndevida, NaoEncontrado.
    """
    motivo = motivo.strip()
    if len(motivo) < MINIMO_MOTIVO:
        raise Recusa("Diga por que o órgão não pode responder e, se souber, quem pode.", "motivo")
    if len(motivo) > LIMITE_MOTIVO:
        raise Recusa(f"O motivo pode ter no máximo {LIMITE_MOTIVO} caracteres.", "motivo")
    with transaction():
        encaminhamento = triagem.travar_encaminhamento(encaminhamento_id, por, "atendimento.recusar")
        sigla = o_orgao(encaminhamento.orgao.sigla)
        mover(
            encaminhamento,
            AcaoEncaminhamento.RECUSAR,
            por=por,
            versao=versao,
            detalhe=f"“{motivo}”",
            detalhe_autor=f"{sigla[:1].upper()}{sigla[1:]} informou que não lhe cabe responder.",
        )
        encaminhamento.motivo = motivo
        triagem.devolver(encaminhamento, por=por, agora=agora)
        return encaminhamento


def comecar_rascunho(encaminhamento: Encaminhamento, anterior: Resposta | None, *, agora: datetime) -> Resposta:
    """Begin the draft of an answer, in the current transaction: empty, or a copy of the one that was sent back."""
    resposta = Resposta(encaminhamento_id=encaminhamento.id, texto_html="", versao=1, alterada_em=agora)
    if anterior is not None:
        resposta.texto_html = anterior.texto_html
        resposta.anexos = [AnexoResposta(nome=a.nome, arquivo_id=a.arquivo_id) for a in anterior.anexos]
    db.session().add(resposta)
    return resposta


def _rascunho_travado(encaminhamento_id: int, por: Pessoa) -> Resposta:
    encaminhamento = obter(Encaminhamento, encaminhamento_id, por, "atendimento.responder", travada=True)
    if encaminhamento.estado not in EM_MAOS:
        raise AcaoIndevida(f"A situação agora é “{encaminhamento.estado.rotulo}”: a resposta não muda mais.")
    consulta = select(Resposta).where(Resposta.encaminhamento_id == encaminhamento.id, Resposta.enviada_em.is_(None))
    return db.session().execute(consulta.execution_options(populate_existing=True)).scalar_one()


def ultima_enviada(encaminhamento_id: int) -> Resposta | None:
    """The latest answer an agency sent."""
    consulta = (
        select(Resposta)
        .where(Resposta.encaminhamento_id == encaminhamento_id, Resposta.enviada_em.is_not(None))
        .order_by(Resposta.id.desc())
        .limit(1)
    )
    return db.session().execute(consulta).scalar_one_or_none()


def rascunhar(encaminhamento_id: int, texto_html: str, *, por: Pessoa, versao: int | None, agora: datetime) -> Resposta:
    """Save the draft as typed. `versao` is the one the person saw (None: the very next step of the same request).

    Raises Recusa (too long), Conflito (saved elsewhere meanwhile), AcaoIndevida.
    """
    texto = limpar_html(texto_html)
    conferir_texto(texto)
    with transaction():
        resposta = _rascunho_travado(encaminhamento_id, por)
        if texto != resposta.texto_html:
            if versao is not None and versao != resposta.versao:
                raise Conflito(
                    f"Esta resposta foi salva em outra aba ou por um colega {ha_quanto(resposta.alterada_em)}. "
                    "Abra-a de novo para ver a versão mais nova; o texto desta página continua aqui."
                )
            resposta.texto_html, resposta.versao, resposta.alterada_em = texto, resposta.versao + 1, agora
        return resposta


def anexar(encaminhamento_id: int, nome: str, conteudo: IO[bytes], *, por: Pessoa) -> AnexoResposta:
    """Attach one file to the draft; its content must be what its name says. Raises ArquivoRecusado, AcaoIndevida."""
    obter(Encaminhamento, encaminhamento_id, por, "atendimento.responder")
    nome = arquivos.nome_seguro(nome)
    guardado = recebidos.guardar(conteudo, nome)
    with transaction():
        resposta = _rascunho_travado(encaminhamento_id, por)
        arquivo = arquivos.nomear(guardado)
        for anexo in resposta.anexos:
            if anexo.arquivo_id == arquivo.id and anexo.nome == nome:
                return anexo
        arquivos.conferir_total((a.arquivo.tamanho_bytes for a in resposta.anexos), arquivo.tamanho_bytes, nome)
        anexo = AnexoResposta(nome=nome, arquivo=arquivo)
        resposta.anexos.append(anexo)
        return anexo


def remover_anexo(encaminhamento_id: int, anexo_id: int, *, por: Pessoa) -> None:
    """Take a file off the draft; taking off what is gone is no error. Raises AcaoIndevida, NaoEncontrado."""
    with transaction():
        resposta = _rascunho_travado(encaminhamento_id, por)
        resposta.anexos = [a for a in resposta.anexos if a.id != anexo_id]


def responder(
    encaminhamento_id: int,
    texto_html: str,
    *,
    por: Pessoa,
    versao: int,
    agora: datetime,
    versao_rascunho: int | None = None,
) -> Encaminhamento:
    """Send the answer to SEGOV's review; the draft becomes a row that never changes.

    `versao` is the routing's and `versao_rascunho` the draft's, as the person saw them (None: the draft is not
    compared): a text that a colleague saved meanwhile is not written over unseen. Raises Recusa, Conflito,
    AcaoIndevida, NaoEncontrado.
    """
    limpo = limpar_html(texto_html)
    if len(texto_de_html(limpo)) < MINIMO_RESPOSTA:
        raise Recusa("Escreva a resposta.", "texto")
    if marcas := pendentes(limpo):
        raise Recusa(f"Complete no texto o que o modelo deixou em aberto: {enumerar(marcas)}.", "texto")
    with transaction():
        encaminhamento = triagem.travar_encaminhamento(encaminhamento_id, por, "atendimento.responder")
        if encaminhamento.estado in EM_MAOS:
            resposta = rascunhar(encaminhamento_id, texto_html, por=por, versao=versao_rascunho, agora=agora)
            resposta.enviada_em, resposta.enviada_por_id = agora, por.id
        sigla = encaminhamento.orgao.sigla
        mover(encaminhamento, AcaoEncaminhamento.RESPONDER, por=por, versao=versao, detalhe=pelo_orgao(sigla))
        encaminhamento.respondido_em = agora
        triagem.situar(encaminhamento.demanda)
        return encaminhamento
