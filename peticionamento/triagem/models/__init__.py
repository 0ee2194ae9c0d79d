"""Tables of SEGOV's desk."""

from __future__ import annotations

from peticionamento.triagem.models.decisoes import Combinacao, Fundamento, NaoAcolhimento, Oficio
from peticionamento.triagem.models.demanda import DECIDIDAS, AcaoDemanda, Demanda, EstadoDemanda, Urgencia
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
    Resumo,
    Vista,
)

__all__ = [
    "DECIDIDAS",
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
    "Resumo",
    "Urgencia",
    "Vista",
]
