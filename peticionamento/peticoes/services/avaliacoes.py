"""What the author thinks of an answer: rate it, or reopen the demand, within the term."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app
from sqlalchemy import select

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, Recusa
from peticionamento.comum.permissoes import obter
from peticionamento.comum.tempo import data_por_extenso, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Acompanhamento, AtoDoAutor, Avaliacao, Documento, PapelDocumento, Peticao
from peticionamento.peticoes.services.continuacao import situacao_de
from peticionamento.peticoes.services.juntadas import anotar
from peticionamento.peticoes.signals import mudando, reaberta

MINIMO_MOTIVO = 10
LIMITE_MOTIVO = 1000
LIMITE_COMENTARIO = 1000
NOTAS = range(1, 6)


def fim_do_prazo(situacao: Acompanhamento) -> date | None:
    """The last day to rate the answer and to reopen the demand; None while there is no answer."""
    if situacao.respondida_em is None:
        return None
    dias = current_app.config["PETICIONAMENTO"].dias_uteis_reabrir
    return calendario_local().somar(hoje(situacao.respondida_em), dias)


def dentro_do_prazo(situacao: Acompanhamento, dia: date) -> bool:
    """Whether the answer can still be rated and the demand reopened on that day."""
    fim = fim_do_prazo(situacao)
    return fim is not None and dia <= fim and situacao.concluida_em is None


def avaliar(peticao_id: int, nota: int, comentario: str, *, por: Pessoa, agora: datetime) -> Avaliacao:
    """Rate the answer that stands, 1 to 5, with a comment of up to 1,000 characters; within the term it may change.

    Raises Recusa (field), AcaoIndevida (no answer, or the term is over), NaoEncontrado.
    """
    comentario = comentario.strip()
    if nota not in NOTAS:
        raise Recusa("Escolha uma nota de 1 a 5.", "nota")
    if len(comentario) > LIMITE_COMENTARIO:
        raise Recusa(f"O comentário pode ter no máximo {LIMITE_COMENTARIO} caracteres.", "comentario")
    with transaction() as session:
        peticao = obter(Peticao, peticao_id, por, "peticoes.avaliar")
        mudando.send(peticao)
        situacao = _respondida(peticao)
        if not dentro_do_prazo(situacao, hoje(agora)):
            raise AcaoIndevida("O prazo para avaliar a resposta terminou.")
        resposta_id = _resposta_que_vale(peticao_id)
        consulta = select(Avaliacao).where(Avaliacao.resposta_id == resposta_id)
        avaliacao = session.execute(consulta).scalar_one_or_none()
        if avaliacao is None:
            avaliacao = Avaliacao(peticao_id=peticao_id, resposta_id=resposta_id)
            session.add(avaliacao)
        elif (avaliacao.nota, avaliacao.comentario) == (nota, comentario):
            return avaliacao
        avaliacao.nota, avaliacao.comentario, avaliacao.pessoa_id, avaliacao.dada_em = nota, comentario, por.id, agora
        fala = f": “{comentario}”" if comentario else "."
        anotar(peticao, AtoDoAutor.AVALIAR, f"Resposta avaliada com nota {nota} de 5{fala}", por=por)
        return avaliacao


def _resposta_que_vale(peticao_id: int) -> int | None:
    consulta = (
        select(Documento.id)
        .where(Documento.peticao_id == peticao_id, Documento.papel == PapelDocumento.RESPOSTA)
        .order_by(Documento.id.desc())
        .limit(1)
    )
    return db.session().execute(consulta).scalar_one_or_none()


def _respondida(peticao: Peticao) -> Acompanhamento:
    """Where an answered petition stands, locked. Raises Conflito, AcaoIndevida when it is not answered, or not now."""
    situacao = situacao_de(peticao.id, travada=True)
    if situacao.respondida_em is not None:
        return situacao
    if _resposta_que_vale(peticao.id) is not None:
        raise Conflito("A demanda já foi reaberta e voltou à Secretaria de Governo.")
    raise AcaoIndevida("A demanda ainda não foi respondida.")


def reabrir(peticao_id: int, motivo: str, *, por: Pessoa, agora: datetime) -> Peticao:
    """Send an answered demand back to SEGOV, with the reason (10 to 1,000 characters), within the term.

    Raises Recusa (the reason; the term is over, and what can be done instead), Conflito (already reopened),
    AcaoIndevida (not answered), NaoEncontrado.
    """
    motivo = motivo.strip()
    if len(motivo) < MINIMO_MOTIVO:
        raise Recusa("Diga o que falta na resposta.", "motivo")
    if len(motivo) > LIMITE_MOTIVO:
        raise Recusa(f"O motivo pode ter no máximo {LIMITE_MOTIVO} caracteres.", "motivo")
    with transaction():
        peticao = obter(Peticao, peticao_id, por, "peticoes.reabrir")
        mudando.send(peticao)
        situacao = _respondida(peticao)
        if not dentro_do_prazo(situacao, hoje(agora)):
            fim = fim_do_prazo(situacao)
            raise Recusa(
                f"O prazo para reabrir terminou em {data_por_extenso(fim) if fim else 'data anterior'}. Junte "
                "documentos ou faça uma nova petição: o pedido volta à Secretaria de Governo do mesmo jeito.",
                "motivo",
            )
        situacao.respondida_em = situacao.lida_em = None
        reaberta.send(peticao, motivo=motivo, por=por, agora=agora)
        return peticao


def concluir(peticao_id: int, *, agora: datetime) -> date | None:
    """Note that an answered petition ended for good. Called by triage, demand locked; the last day of the term.

    None, and nothing is done, when the term is not over.
    """
    situacao = situacao_de(peticao_id, travada=True)
    fim = fim_do_prazo(situacao)
    if fim is None or hoje(agora) <= fim:
        return None
    situacao.concluida_em = agora
    return fim
