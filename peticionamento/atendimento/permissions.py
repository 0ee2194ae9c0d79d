"""What may be done in the agency's room, and to which routings; and SEGOV's review of the answers."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased

from peticionamento.comum.permissoes import Ator, Papel, conceder, declarar
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import MORTOS, Demanda, Encaminhamento, EstadoDemanda, EstadoEncaminhamento

NAO_CHEGARAM = (EstadoEncaminhamento.A_ENTREGAR, EstadoEncaminhamento.DESFEITO)
"""States in which the agency has not heard of the demand."""


def da_unidade(ator: Ator) -> ColumnElement[bool]:
    """The routings that have arrived at the actor's own units."""
    return and_(Encaminhamento.unidade_id.in_(ator.unidades_ids), Encaminhamento.estado.not_in(NAO_CHEGARAM))


def _enviada_a_unidade(ator: Ator) -> ColumnElement[bool]:
    """The petitions sent to the actor's units, those they declined left out."""
    return exists().where(
        Encaminhamento.peticao_id == Peticao.id,
        da_unidade(ator),
        Encaminhamento.estado.not_in(MORTOS),
    )


def _a_espera_da_resposta_da_unidade(ator: Ator) -> ColumnElement[bool]:
    """The petitions joined to a demand that the actor's units are answering: until the answer goes, or it is unjoined.

    Being joined gives no more than being sent: the unit's routing is a living one of the demand's present round.
    """
    apensada, principal = aliased(Demanda), aliased(Demanda)
    return exists().where(
        apensada.peticao_id == Peticao.id,
        apensada.estado == EstadoDemanda.APENSADA,
        principal.id == apensada.apensada_a_id,
        Encaminhamento.demanda_id == principal.id,
        Encaminhamento.rodada == principal.rodada,
        da_unidade(ator),
        Encaminhamento.estado.not_in(MORTOS),
    )


declarar("atendimento.caixa", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.ler", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.receber", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.recusar", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.responder", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.homologar", Papel.TRIADOR, Papel.COORDENADOR)
declarar("atendimento.ler_resposta", Papel.AGENTE, linhas=da_unidade)
conceder("atendimento.ler_resposta", Papel.TRIADOR, Papel.COORDENADOR)
conceder("peticoes.ler", Papel.AGENTE, linhas=_enviada_a_unidade)
conceder("peticoes.ler", Papel.AGENTE, linhas=_a_espera_da_resposta_da_unidade)
