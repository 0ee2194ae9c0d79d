"""The author's tables, one subject a file."""

from peticionamento.comum.envios import Envio
from peticionamento.peticoes.models.acompanhamento import Acompanhamento, Etapa
from peticionamento.peticoes.models.assembleia import ConsultaAssembleia, VezDaAssembleia
from peticionamento.peticoes.models.depois import (
    ACAO_REABRIR,
    Agenda,
    AtoDoAutor,
    Avaliacao,
    Diligencia,
    EstadoPacote,
    FormatoPacote,
    Pacote,
)
from peticionamento.peticoes.models.documento import Conferencia, Documento, Formato, PapelDocumento
from peticionamento.peticoes.models.peticao import LIMITE_ASSUNTO, AcaoPeticao, Especie, EstadoPeticao, Peticao
from peticionamento.peticoes.models.rascunho import Lote, VersaoRascunho

__all__ = [
    "ACAO_REABRIR",
    "LIMITE_ASSUNTO",
    "AcaoPeticao",
    "Acompanhamento",
    "Agenda",
    "AtoDoAutor",
    "Avaliacao",
    "Conferencia",
    "ConsultaAssembleia",
    "Diligencia",
    "Documento",
    "Envio",
    "Especie",
    "EstadoPacote",
    "EstadoPeticao",
    "Etapa",
    "Formato",
    "FormatoPacote",
    "Lote",
    "Pacote",
    "PapelDocumento",
    "Peticao",
    "VersaoRascunho",
    "VezDaAssembleia",
]
