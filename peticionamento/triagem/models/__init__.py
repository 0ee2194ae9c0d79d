"""Tables of SEGOV's desk."""

from __future__ import annotations

from peticionamento.triagem.models.decisoes import Combinacao, Fundamento, NaoAcolhimento, Oficio
from peticionamento.triagem.models.demanda import (
    DA_MESA,
    DECIDIDAS,
    NA_MESA,
    AcaoDemanda,
    Demanda,
    EstadoDemanda,
    Urgencia,
)
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
from peticionamento.triagem.models.sugestoes import (
    Desfecho,
    EstadoModelo,
    FonteModelo,
    ModeloSugestoes,
    SugestaoDeOrgaos,
)

__all__ = [
    "DA_MESA",
    "DECIDIDAS",
    "MORTOS",
    "NA_MESA",
    "AcaoDemanda",
    "AcaoEncaminhamento",
    "Combinacao",
    "Cor",
    "Criterio",
    "Demanda",
    "DemandaMarcador",
    "Desfecho",
    "Encaminhamento",
    "EstadoDemanda",
    "EstadoEncaminhamento",
    "EstadoModelo",
    "FonteModelo",
    "Fundamento",
    "Marcador",
    "ModeloSugestoes",
    "NaoAcolhimento",
    "Oficio",
    "Peso",
    "Preferencia",
    "Resumo",
    "SugestaoDeOrgaos",
    "Urgencia",
    "Vista",
]
