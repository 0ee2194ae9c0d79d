"""E-mail to the agency's address: says what arrived, by when, and where to answer; the signed petition goes along."""

from __future__ import annotations

from peticionamento.comum import arquivos, correio
from peticionamento.comum.saida import Falha
from peticionamento.distribuicao.models import Entrega
from peticionamento.peticoes.documentos import emitir
from peticionamento.peticoes.models import PapelDocumento
from peticionamento.peticoes.queries import documentos_de
from peticionamento.triagem.apensamento import ids_das_apensadas

LIMITE_ANEXO_BYTES = 5 * 1024 * 1024
"""A heavier petition is only linked: many mail servers refuse more."""


def entregar(entrega: Entrega) -> Falha | None:
    """Send the message; its Message-ID comes from the delivery's key, the same on every try."""
    encaminhamento = entrega.encaminhamento
    carta = correio.redigir(
        "distribuicao/encaminhada",
        encaminhamento=encaminhamento,
        peticao=encaminhamento.demanda.peticao,
        apensadas=len(ids_das_apensadas(encaminhamento.demanda_id)),
    )
    principal = emitir(next(d for d in documentos_de(entrega.peticao_id) if d.papel is PapelDocumento.PRINCIPAL))
    anexos = []
    if principal.arquivo and principal.arquivo.tamanho_bytes <= LIMITE_ANEXO_BYTES:
        anexos = [(principal.nome, arquivos.ler(principal.arquivo))]
    return correio.enviar(entrega.destino, carta, chave=entrega.chave, anexos=anexos)
