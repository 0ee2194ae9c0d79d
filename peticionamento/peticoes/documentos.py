"""The documents the program writes itself: the signed petition, the receipt, the consolidated answer.

The signed petition is drawn and stored before the filing's transaction, because the signature is over it. The receipt
and the answer are written from data kept in their row, the first time somebody opens them, so that no approval waits
for a PDF and none can be lost: the same data always give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peticionamento.comum import arquivos, pdf
from peticionamento.comum.db import transaction, travar
from peticionamento.comum.protocolo import codigo_crc
from peticionamento.comum.tempo import data_hora_oficial
from peticionamento.comum.texto import tamanho
from peticionamento.contas.cpf import mascarar
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Documento, PapelDocumento, Peticao

FUNDAMENTO = "art. 4º da Lei federal nº 14.063/2020 e no Decreto estadual nº 47.222/2017"
"""Legal ground printed beside a signature by password (assinatura eletrônica avançada)."""


@dataclass(frozen=True)
class Principal:
    """The signed petition: drawn, stored, waiting for its row."""

    retrato: str
    numero_sei: int
    crc: str
    guardado: arquivos.Guardado

    def documento(self, peticao: Peticao) -> Documento:
        """Its row. Call inside the filing's transaction."""
        return Documento(
            peticao_id=peticao.id,
            papel=PapelDocumento.PRINCIPAL,
            nome=f"Petição {self.numero_sei}.pdf",
            numero_sei=self.numero_sei,
            arquivo_id=arquivos.nomear(self.guardado).id,
            texto_html=peticao.texto_html,
            criado_em=peticao.protocolada_em,
        )


def conteudo(peticao: Peticao) -> dict[str, Any]:
    """What the signature covers: the words and the attachments by hash."""
    return {
        "tipo": peticao.tipo.nome,
        "assunto": peticao.assunto,
        "municipio": peticao.municipio.nome if peticao.municipio else "",
        "texto": peticao.texto_html,
        "anexos": [
            {"nome": d.nome, "tamanho": tamanho(d.arquivo.tamanho_bytes), "sha256": d.arquivo.sha256}
            for d in peticao.documentos
            if d.papel is PapelDocumento.ANEXO and d.arquivo
        ],
    }


def retrato(peticao: Peticao) -> str:
    """A hash of what the signature covers: if it differs at the commit, what was drawn is not what is there."""
    return hashlib.sha256(_canonico(conteudo(peticao))).hexdigest()


def _canonico(dados: dict[str, Any]) -> bytes:
    return json.dumps(dados, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _assinante(pessoa: Pessoa, em: datetime) -> dict[str, str]:
    return {
        "nome": pessoa.nome,
        "cargo": pessoa.cargo or "Usuário externo",
        "cpf": mascarar(pessoa.cpf),
        "em": data_hora_oficial(em),
        "fundamento": FUNDAMENTO,
    }


def assinar(peticao: Peticao, por: Pessoa, *, numero_sei: int, agora: datetime) -> Principal:
    """Draw the signed petition and put it in the store. `numero_sei` is its document number."""
    dados = conteudo(peticao)
    crc = codigo_crc(_canonico({**dados, "assinante": por.nome, "em": agora.isoformat()}))
    desenho = pdf.gerar(
        "peticao",
        {
            **dados,
            "blocos": pdf.blocos(peticao.texto_html),
            "assinatura": _assinante(por, agora),
            "numero_sei": str(numero_sei),
            "crc": crc,
        },
        em=agora,
    )
    return Principal(retrato(peticao), numero_sei, crc, arquivos.guardar_gerado(desenho))


def recibo(peticao: Peticao, principal: Principal, por: Pessoa, agora: datetime) -> Documento:
    """The receipt's row (Recibo Eletrônico de Protocolo). Petition and attachments already have their numbers."""
    linhas = [
        {
            "nome": "Petição",
            "numero_sei": str(principal.numero_sei),
            "tamanho": tamanho(principal.guardado.tamanho_bytes),
            "sha256": principal.guardado.sha256,
        }
    ]
    linhas += [
        {
            "nome": d.nome,
            "numero_sei": str(d.numero_sei),
            "tamanho": tamanho(d.arquivo.tamanho_bytes),
            "sha256": d.arquivo.sha256,
        }
        for d in peticao.documentos
        if d.papel is PapelDocumento.ANEXO and d.arquivo
    ]
    return Documento(
        peticao_id=peticao.id,
        papel=PapelDocumento.RECIBO,
        nome="Recibo eletrônico de protocolo.pdf",
        criado_em=agora,
        dados={
            "numero": peticao.numero,
            "tipo": peticao.tipo.nome,
            "assunto": peticao.assunto,
            "municipio": peticao.municipio.nome if peticao.municipio else "",
            "assinatura": _assinante(por, agora),
            "crc": principal.crc,
            "numero_sei": str(principal.numero_sei),
            "documentos": linhas,
        },
    )


def resposta(peticao: Peticao, texto_html: str, *, numero_sei: int, agora: datetime) -> Documento:
    """The consolidated answer's row. `texto_html` is already clean."""
    return Documento(
        peticao_id=peticao.id,
        papel=PapelDocumento.RESPOSTA,
        nome="Resposta consolidada.pdf",
        numero_sei=numero_sei,
        texto_html=texto_html,
        criado_em=agora,
        dados={
            "numero": peticao.numero,
            "assunto": peticao.assunto,
            "autor": peticao.autor.nome,
            "em": data_hora_oficial(agora),
            "numero_sei": str(numero_sei),
            "blocos": pdf.blocos(texto_html),
        },
    )


def emitir(documento: Documento) -> Documento:
    """Write a document's file if it is not written yet. Safe to run twice and by two at once."""
    if documento.arquivo_id is not None or documento.dados is None:
        return documento
    guardado = arquivos.guardar_gerado(pdf.gerar(documento.papel.value, documento.dados, em=documento.criado_em))
    with transaction():
        documento = travar(Documento, documento.id)
        if documento.arquivo_id is None:
            documento.arquivo = arquivos.nomear(guardado)
        return documento
