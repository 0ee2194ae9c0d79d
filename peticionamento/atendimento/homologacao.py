"""Use cases of SEGOV's review: approve or send back; when all are approved, the author gets one answer."""

from __future__ import annotations

import html
from datetime import datetime

from peticionamento.atendimento.models import Resposta
from peticionamento.atendimento.services import comecar_rascunho, ultima_enviada
from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.tempo import dia_por_extenso, hoje
from peticionamento.comum.texto import enumerar, pelo_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.services import AnexoDeResposta, juntar_resposta
from peticionamento.triagem import services as triagem
from peticionamento.triagem.apensamento import levar_as_apensadas
from peticionamento.triagem.models import (
    AcaoDemanda,
    AcaoEncaminhamento,
    Demanda,
    Encaminhamento,
    EstadoDemanda,
    EstadoEncaminhamento,
)

MINIMO_AJUSTE = 10
LIMITE_AJUSTE = 4000


def homologar(encaminhamento_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Approve an agency's answer; the last one of a demand sends the consolidated answer to the author.

    Raises Conflito (who did what meanwhile), AcaoIndevida, NaoEncontrado.
    """
    with transaction():
        encaminhamento = triagem.travar_encaminhamento(encaminhamento_id, por, "atendimento.homologar")
        demanda = encaminhamento.demanda
        mover(
            encaminhamento,
            AcaoEncaminhamento.HOMOLOGAR,
            por=por,
            versao=versao,
            detalhe=f"dada {pelo_orgao(encaminhamento.orgao.sigla)}",
        )
        encaminhamento.homologado_em = agora
        triagem.situar(demanda)
        responder_se_pronta(demanda, por=por, agora=agora)
        return demanda


def devolver(encaminhamento_id: int, ajuste: str, *, por: Pessoa, versao: int, agora: datetime) -> Encaminhamento:
    """Send an answer back to the agency, saying what to mend; the agency is told by e-mail.

    `ajuste` has 10 to 4,000 characters. Raises Recusa, Conflito, AcaoIndevida.
    """
    ajuste = ajuste.strip()
    if len(ajuste) < MINIMO_AJUSTE:
        raise Recusa("Diga ao órgão o que precisa ser ajustado.", "ajuste")
    if len(ajuste) > LIMITE_AJUSTE:
        raise Recusa(f"O pedido de ajuste pode ter no máximo {LIMITE_AJUSTE} caracteres.", "ajuste")
    with transaction():
        encaminhamento = triagem.travar_encaminhamento(encaminhamento_id, por, "atendimento.homologar")
        mover(encaminhamento, AcaoEncaminhamento.DEVOLVER, por=por, versao=versao, detalhe=f"“{ajuste}”")
        encaminhamento.motivo = ajuste
        resposta = ultima_enviada(encaminhamento.id)
        if resposta is not None:
            resposta.ajuste = ajuste
        comecar_rascunho(encaminhamento, resposta, agora=agora)
        triagem.situar(encaminhamento.demanda)
        if encaminhamento.orgao.email:
            avisar(
                encaminhamento.orgao.email,
                "atendimento/ajuste",
                peticao_id=encaminhamento.peticao_id,
                encaminhamento=encaminhamento,
                peticao=encaminhamento.demanda.peticao,
                ajuste=ajuste,
            )
        return encaminhamento


def responder_se_pronta(demanda: Demanda, *, por: Pessoa, agora: datetime) -> bool:
    """Send the consolidated answer if every agency still in the demand is approved. The demand is locked.

    Those joined to it get the same answer, each in its own process. Returns whether it went.
    """
    vivos = demanda.vivos
    prontos = bool(vivos) and all(e.estado is EstadoEncaminhamento.HOMOLOGADO for e in vivos)
    if demanda.estado is not EstadoDemanda.DISTRIBUIDA or not prontos:
        return False
    respostas = [(e, r) for e in vivos if (r := ultima_enviada(e.id)) is not None]
    texto_html = consolidar(respostas)
    anexos = [AnexoDeResposta(f"{e.orgao.sigla} - {a.nome}", a.arquivo_id) for e, r in respostas for a in r.anexos]
    onde = f"Respondida {enumerar([pelo_orgao(e.orgao.sigla) for e in vivos])}"
    triagem.responder(demanda.id, por=por)
    for uma in (demanda, *levar_as_apensadas(demanda, AcaoDemanda.RESPONDER, por=por)):
        juntar_resposta(uma.peticao_id, texto_html, anexos, onde=onde, agora=agora)
    return True


def consolidar(respostas: list[tuple[Encaminhamento, Resposta]]) -> str:
    """One text from the agencies' answers, each under its name and day, in the order they were asked."""
    return "".join(
        f"<h3>{html.escape(e.orgao.nome)} ({html.escape(e.orgao.sigla)})</h3>{r.texto_html}"
        f"<p><em>Resposta de {dia_por_extenso(hoje(r.enviada_em))}.</em></p>"
        for e, r in respostas
    )
