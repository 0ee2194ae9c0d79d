"""What this room does when triage announces something."""

from __future__ import annotations

from datetime import datetime

from peticionamento.atendimento import homologacao
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.signals import prosseguida


@prosseguida.connect
def responder_se_pronta(demanda: Demanda, *, por: Pessoa, agora: datetime) -> None:
    """Going on without an agency may leave only approved answers: then the author gets theirs."""
    homologacao.responder_se_pronta(demanda, por=por, agora=agora)
