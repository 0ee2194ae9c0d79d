"""Use cases of the author's room, one subject a file."""

from peticionamento.peticoes.services.acompanhamento import (
    AnexoDeResposta,
    Situacao,
    acompanhar,
    acompanhar_varias,
    apensar,
    desapensar,
    documento_legivel,
    esquecer_orgaos,
    juntar_oficio,
    juntar_resposta,
    marcar_lida,
    revencer,
)
from peticionamento.peticoes.services.anexos import Classificacao, anexar, classificar, remover_anexo
from peticionamento.peticoes.services.autoria import autor_da_peticao
from peticionamento.peticoes.services.avaliacoes import avaliar, concluir, dentro_do_prazo, fim_do_prazo, reabrir
from peticionamento.peticoes.services.continuacao import Caminho, caminho, continuar
from peticionamento.peticoes.services.diligencias import abrir_diligencia, diligencia_aberta, encerrar_diligencia
from peticionamento.peticoes.services.faltas import MINIMO_TEXTO, exigir_hipotese, faltas
from peticionamento.peticoes.services.gabinete import anotar_referencia, pedir_de_novo
from peticionamento.peticoes.services.principal import corpo, marcas_pendentes, texto_inicial, valores_de
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
from peticionamento.peticoes.services.versoes import registrar
from peticionamento.peticoes.services.volta import voltar

__all__ = [
    "LIMITE_CAMPO",
    "LIMITE_REFERENCIA",
    "MINIMO_TEXTO",
    "AnexoDeResposta",
    "Caminho",
    "Classificacao",
    "Rascunho",
    "RascunhoMudou",
    "Situacao",
    "abrir_diligencia",
    "acompanhar",
    "acompanhar_varias",
    "anexar",
    "anotar_referencia",
    "apensar",
    "autor_da_peticao",
    "avaliar",
    "caminho",
    "classificar",
    "comecar",
    "concluir",
    "continuar",
    "corpo",
    "dentro_do_prazo",
    "desapensar",
    "descartar",
    "diligencia_aberta",
    "documento_legivel",
    "encerrar_diligencia",
    "esquecer_orgaos",
    "exigir_hipotese",
    "faltas",
    "fim_do_prazo",
    "juntar_oficio",
    "juntar_resposta",
    "marcar_lida",
    "marcas_pendentes",
    "pedir_de_novo",
    "protocolar",
    "rascunhar",
    "reabrir",
    "registrar",
    "remover_anexo",
    "revencer",
    "texto_inicial",
    "valores_de",
    "voltar",
]
