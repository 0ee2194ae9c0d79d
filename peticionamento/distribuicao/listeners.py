"""What this room does when triage announces something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from peticionamento.distribuicao import services
from peticionamento.triagem.models import Encaminhamento
from peticionamento.triagem.signals import desfazendo, encaminhada


@encaminhada.connect
def preparar_entregas(encaminhamentos: Sequence[Encaminhamento], *, agora: datetime) -> None:
    """Routings get their deliveries."""
    services.preparar(encaminhamentos, agora=agora)


@desfazendo.connect
def cancelar_entregas(encaminhamento: Encaminhamento) -> None:
    """A routing that is taken back loses its deliveries, if none has begun."""
    services.cancelar(encaminhamento)
