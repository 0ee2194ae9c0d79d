"""Tables of SEGOV's desk."""

from __future__ import annotations

from peticionamento.triagem.models.decisoes import Combinacao, Fundamento, NaoAcolhimento, Oficio
from peticionamento.triagem.models.demanda import AcaoDemanda, Demanda, EstadoDemanda, Urgencia
from peticionamento.triagem.models.encaminhamento import (
    MORTOS,
    AcaoEncaminhamento,
    Encaminhamento,
    EstadoEncaminhamento,
)
from peticionamento.triagem.models.mesa import (
    Cor,
    Criterio,
    DemandaMarcador,
    Marcador,
    Peso,
    Preferencia,
    Vista,
)

__all__ = [
    "MORTOS",
    "AcaoDemanda",
    "AcaoEncaminhamento",
    "Combinacao",
    "Cor",
    "Criterio",
    "Demanda",
    "DemandaMarcador",
    "Encaminhamento",
    "EstadoDemanda",
    "EstadoEncaminhamento",
    "Fundamento",
    "Marcador",
    "NaoAcolhimento",
    "Oficio",
    "Peso",
    "Preferencia",
    "Urgencia",
    "Vista",
]
