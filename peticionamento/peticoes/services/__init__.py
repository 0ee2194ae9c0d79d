"""Use cases of the author's room, one subject a file."""

from peticionamento.peticoes.services.acompanhamento import (
    AnexoDeResposta,
    acompanhar,
    documento_legivel,
    juntar_resposta,
    marcar_lida,
)
from peticionamento.peticoes.services.anexos import anexar, remover_anexo
from peticionamento.peticoes.services.faltas import MINIMO_TEXTO, faltas
from peticionamento.peticoes.services.protocolo import protocolar
from peticionamento.peticoes.services.rascunhos import (
    LIMITE_CAMPO,
    LIMITE_REFERENCIA,
    Rascunho,
    RascunhoMudou,
    comecar,
    descartar,
    rascunhar,
)

__all__ = [
    "LIMITE_CAMPO",
    "LIMITE_REFERENCIA",
    "MINIMO_TEXTO",
    "AnexoDeResposta",
    "Rascunho",
    "RascunhoMudou",
    "acompanhar",
    "anexar",
    "comecar",
    "descartar",
    "documento_legivel",
    "faltas",
    "juntar_resposta",
    "marcar_lida",
    "protocolar",
    "rascunhar",
    "remover_anexo",
]
