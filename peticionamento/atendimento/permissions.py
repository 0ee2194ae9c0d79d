"""What may be done in the agency's room, and to which routings; and SEGOV's review of the answers."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists

from peticionamento.comum.permissoes import Ator, Papel, conceder, declarar
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import MORTOS, Encaminhamento, EstadoEncaminhamento

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


declarar("atendimento.caixa", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.ler", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.receber", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.recusar", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.responder", Papel.AGENTE, linhas=da_unidade)
declarar("atendimento.homologar", Papel.TRIADOR, Papel.COORDENADOR)
declarar("atendimento.ler_resposta", Papel.AGENTE, linhas=da_unidade)
conceder("atendimento.ler_resposta", Papel.TRIADOR, Papel.COORDENADOR)
conceder("peticoes.ler", Papel.AGENTE, linhas=_enviada_a_unidade)
