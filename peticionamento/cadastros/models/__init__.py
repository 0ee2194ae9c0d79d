"""The registers, one subject a file."""

from peticionamento.cadastros.models.orgaos import Feriado, Municipio, Orgao, Unidade
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
    "DocumentoModelo",
    "Exigencia",
    "Feriado",
    "FormaPrincipal",
    "HipoteseLegal",
    "Municipio",
    "NivelAcesso",
    "Orgao",
    "PapelExigencia",
    "Recebimento",
    "RegraAcesso",
    "Tema",
    "TextoPadrao",
    "TipoDocumento",
    "TipoProcesso",
    "TipoProcessoUnidade",
    "Unidade",
]
