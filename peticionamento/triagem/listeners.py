"""What this room does when an earlier one announces something."""

from __future__ import annotations

from datetime import datetime

from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.signals import protocolada
from peticionamento.triagem import services


@protocolada.connect
def abrir_demanda(peticao: Peticao, *, agora: datetime) -> None:
    """A filed petition becomes a demand in the queue."""
    services.abrir(peticao, agora=agora)
