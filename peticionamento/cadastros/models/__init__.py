"""The registers, one subject a file."""

from peticionamento.cadastros.models.calendario import AcaoNoCalendario, Feriado, MudancaCalendario, TipoDeDia
from peticionamento.cadastros.models.orgaos import Municipio, Orgao, Unidade
from peticionamento.cadastros.models.temas import Tema
from peticionamento.cadastros.models.textos import DocumentoModelo, TextoPadrao
from peticionamento.cadastros.models.tipos import (
    Exigencia,
    FormaPrincipal,
    HipoteseLegal,
    NivelAcesso,
    PapelExigencia,
    Recebimento,
    RegraAcesso,
    TipoDocumento,
    TipoProcesso,
    TipoProcessoUnidade,
)

__all__ = [
    "AcaoNoCalendario",
    "DocumentoModelo",
    "Exigencia",
    "Feriado",
    "FormaPrincipal",
    "HipoteseLegal",
    "MudancaCalendario",
    "Municipio",
    "NivelAcesso",
    "Orgao",
    "PapelExigencia",
    "Recebimento",
    "RegraAcesso",
    "Tema",
    "TextoPadrao",
    "TipoDeDia",
    "TipoDocumento",
    "TipoProcesso",
    "TipoProcessoUnidade",
    "Unidade",
]
