"""The internal inbox: nothing leaves the house, so the delivery is the routing's own change of state.

That change is made by `services.entregar` in the very transaction that marks the delivery done: exactly once.
"""

from __future__ import annotations

from peticionamento.comum.saida import Falha
from peticionamento.distribuicao.models import Entrega


def entregar(entrega: Entrega) -> Falha | None:
    """The unit must still be there to receive; nothing else can fail here."""
    unidade = entrega.encaminhamento.unidade
    if not unidade.ativa:
        return Falha(f"a unidade {unidade.sigla} foi desativada", adianta_tentar=False)
    return None
