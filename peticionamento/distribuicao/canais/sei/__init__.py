"""SEI's web service: a process at the agency's unit, with the petition, its attachments and what triage asks."""

from __future__ import annotations

from peticionamento.comum.db import soltar_conexao
from peticionamento.comum.saida import Falha
from peticionamento.distribuicao.canais.sei import falhas
from peticionamento.distribuicao.canais.sei.caminho import Caminho
from peticionamento.distribuicao.canais.sei.falhas import Impedimento
from peticionamento.distribuicao.canais.sei.remessa import acesso, ajustes, montar
from peticionamento.distribuicao.canais.sei.servico import Consultado, Servico
from peticionamento.distribuicao.canais.sei.soap import Recusado, SemResposta
from peticionamento.distribuicao.models import Entrega
from peticionamento.distribuicao.progresso import Caderno, ReservaPerdida

__all__ = [
    "Caderno",
    "Consultado",
    "Impedimento",
    "Recusado",
    "ReservaPerdida",
    "SemResposta",
    "consultar",
    "entregar",
    "experimentar",
]


def entregar(entrega: Entrega) -> Falha | None:
    """Carry a delivery as far as it goes; a later try goes on from there."""
    caderno = Caderno(entrega)
    try:
        remessa = montar(entrega)
        soltar_conexao()
        Caminho(remessa, Servico(remessa.acesso), caderno).percorrer()
    except Impedimento as impedimento:
        return impedimento.falha
    except Recusado as recusado:
        return falhas.da_recusa(recusado)
    except SemResposta as sem_resposta:
        return falhas.da_falta(sem_resposta)
    except ReservaPerdida:
        return Falha("outro trabalhador assumiu a entrega")
    return None


def experimentar() -> Falha | None:
    """Ask SEI for the units our service may see, and change nothing there: whether address and key are right."""
    try:
        ligacao = acesso(str(ajustes().get("unidade") or ""))
        soltar_conexao()
        Servico(ligacao).listar("unidades")
    except Impedimento as impedimento:
        return impedimento.falha
    except Recusado as recusado:
        return falhas.da_recusa(recusado)
    except SemResposta as sem_resposta:
        return falhas.da_falta(sem_resposta)
    return None


def consultar(numero: str) -> Consultado:
    """How a process stands in SEI. Raises Impedimento, Recusado, SemResposta."""
    ligacao = acesso(str(ajustes().get("unidade") or ""))
    soltar_conexao()
    return Servico(ligacao).consultar_procedimento(numero)
