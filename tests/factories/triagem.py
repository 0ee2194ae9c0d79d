"""Demands and routings for tests, carried as far as asked by the rooms' own use cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from peticionamento.atendimento import homologacao
from peticionamento.atendimento import services as atendimento
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import services as distribuicao
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem import services
from peticionamento.triagem.models import Demanda, Encaminhamento
from peticionamento.triagem.services import Destino
from tests.factories import cadastros, contas, peticoes

RESPOSTA = "<p>O processo de habilitação está em análise e termina em março.</p>"


def daqui_a(dias_uteis: int) -> date:
    """A business day."""
    return calendario_local().somar(hoje(), dias_uteis)


def demanda_de(peticao: Peticao) -> Demanda:
    """The demand that triage opened for a filed petition."""
    return db.session().execute(select(Demanda).where(Demanda.peticao_id == peticao.id)).scalar_one()


def demanda(peticao: Peticao | None = None) -> Demanda:
    """A demand waiting in the queue."""
    return demanda_de(peticao or peticoes.protocolada())


def em_triagem(por: Pessoa | None = None, peticao: Peticao | None = None) -> Demanda:
    """A demand that somebody has claimed."""
    linha = demanda(peticao)
    return services.assumir(linha.id, por=por or contas.triador(), versao=linha.versao, agora=agora())


def destino(sigla: str = "SES", *, dias_uteis: int = 10, instrucao: str = "Informar a situação.") -> Destino:
    """Where to send a demand."""
    return Destino(cadastros.orgao(sigla).id, instrucao, daqui_a(dias_uteis))


def distribuida(siglas: Sequence[str] = ("SES",), *, peticao: Peticao | None = None) -> Demanda:
    """A demand routed and not delivered yet."""
    return encaminhar(em_triagem(peticao=peticao), siglas)


def encaminhar(linha: Demanda, siglas: Sequence[str] = ("SES",)) -> Demanda:
    """Route a demand that somebody has claimed."""
    assert linha.triador is not None
    destinos = [destino(sigla) for sigla in siglas]
    return services.distribuir(linha.id, destinos, por=linha.triador, versao=linha.versao, agora=agora())


def entregar(linha: Demanda) -> Demanda:
    """Carry the internal deliveries of a demand, as the worker would."""
    for encaminhamento in linha.encaminhamentos:
        consulta = select(Entrega.id).where(
            Entrega.encaminhamento_id == encaminhamento.id, Entrega.canal == Canal.INTERNO
        )
        for entrega_id in db.session().execute(consulta).scalars().all():
            distribuicao.entregar(entrega_id)
    return linha


def entregue(siglas: Sequence[str] = ("SES",), *, peticao: Peticao | None = None) -> Demanda:
    """A demand in its agencies' inboxes."""
    return entregar(distribuida(siglas, peticao=peticao))


def devolvida(saiu: str = "SEE", ficou: Sequence[str] = ("SES",)) -> Demanda:
    """A demand back in the queue: one agency declined it, the others have it."""
    linha = entregue([*ficou, saiu])
    enc = encaminhamento(linha, saiu)
    motivo = "Não é assunto que caiba ao órgão."
    atendimento.recusar(enc.id, motivo, por=contas.agente(saiu), versao=enc.versao, agora=agora())
    return linha


def encaminhamento(linha: Demanda, sigla: str = "SES") -> Encaminhamento:
    """The living routing of a demand to one agency."""
    return next(e for e in linha.vivos if e.orgao.sigla == sigla)


def receber(linha: Demanda, sigla: str = "SES", por: Pessoa | None = None) -> Encaminhamento:
    """The agency takes it in hand."""
    enc = encaminhamento(linha, sigla)
    return atendimento.receber(enc.id, por=por or contas.agente(sigla), versao=enc.versao, agora=agora())


def responder(linha: Demanda, sigla: str = "SES", texto: str = RESPOSTA) -> Encaminhamento:
    """The agency receives and answers."""
    agente = contas.agente(sigla)
    enc = receber(linha, sigla, agente)
    return atendimento.responder(enc.id, texto, por=agente, versao=enc.versao, agora=agora() + timedelta(seconds=1))


def homologar(linha: Demanda, sigla: str = "SES") -> Demanda:
    """SEGOV approves the agency's answer."""
    enc = encaminhamento(linha, sigla)
    return homologacao.homologar(enc.id, por=contas.coordenadora(), versao=enc.versao, agora=agora())


def respondida(siglas: Sequence[str] = ("SES",), *, peticao: Peticao | None = None) -> Demanda:
    """A demand whose author has the consolidated answer."""
    linha = entregue(siglas, peticao=peticao)
    for sigla in siglas:
        responder(linha, sigla)
    for sigla in siglas:
        homologar(linha, sigla)
    return linha
