"""The documents the program writes itself: the signed petition, the receipt, the answer, the letter that forwards it.

Each is a row with its data frozen; its PDF is drawn the first time somebody opens it (`emitir`), so that no filing and
no approval waits for a drawing: the same data always give the same bytes. A signature is over data too (`Assinatura`),
never over the drawing.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from subprocess import TimeoutExpired
from typing import Any

from peticionamento.cadastros.models import HipoteseLegal, Unidade
from peticionamento.comum import arquivos, pdf
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.protocolo import codigo_crc
from peticionamento.comum.tempo import data_hora_oficial, data_por_extenso, hoje
from peticionamento.comum.texto import tamanho
from peticionamento.contas.cpf import mascarar
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import regras
from peticionamento.peticoes.models import Documento, PapelDocumento, Peticao
from peticionamento.peticoes.services.principal import corpo

logger = logging.getLogger(__name__)

FUNDAMENTO = "art. 4º da Lei federal nº 14.063/2020 e no Decreto estadual nº 47.222/2017"
"""Legal ground printed beside a signature by password (assinatura eletrônica avançada)."""

SEGOV = "Secretaria de Estado de Governo (SEGOV)"
_MODELOS = {
    PapelDocumento.PRINCIPAL: "peticao",
    PapelDocumento.RECIBO: "recibo",
    PapelDocumento.RESPOSTA: "resposta",
    PapelDocumento.OFICIO: "oficio",
    PapelDocumento.TERMO: "termo",
}


def conteudo(peticao: Peticao, *, em: datetime | None = None) -> dict[str, Any]:
    """What the signature covers: the words, who receives and may read them, and the files by hash. `em` dates it."""
    return {
        "especie": peticao.especie.rotulo,
        "tipo": peticao.tipo.nome,
        "assunto": peticao.assunto,
        "municipio": peticao.municipio.nome if peticao.municipio else "",
        "texto": corpo(peticao, agora=em),
        "destinatario": _destinatario(regras.unidade_da(peticao)),
        "acesso": _acesso(regras.acesso_da(peticao)),
        "referencia": peticao.referencia,
        "proposicao": peticao.proposicao or "",
        "anexos": [_arquivo(documento) for documento in peticao.documentos],
    }


def _destinatario(unidade_id: int | None) -> str:
    unidade = db.session().get(Unidade, unidade_id) if unidade_id is not None else None
    return f"{unidade.orgao.nome} ({unidade.sigla})" if unidade else SEGOV


def _acesso(acesso: regras.Acesso) -> str:
    hipotese = db.session().get(HipoteseLegal, acesso.hipotese_id) if acesso.hipotese_id is not None else None
    return f"{acesso.nivel.rotulo}: {hipotese.rotulo}" if hipotese else acesso.nivel.rotulo


def _arquivo(documento: Documento) -> dict[str, Any]:
    arquivo = documento.arquivo
    return {
        "papel": documento.papel.value,
        "nome": documento.nome,
        "tipo": documento.tipo_documento.nome if documento.tipo_documento else "",
        "complemento": documento.complemento,
        "numero": documento.numero,
        "formato": documento.formato.value,
        "conferencia": documento.conferencia.value if documento.conferencia else "",
        "acesso": documento.acesso.value,
        "tamanho": tamanho(arquivo.tamanho_bytes) if arquivo else "",
        "sha256": arquivo.sha256 if arquivo else "",
    }


def retrato(peticao: Peticao) -> str:
    """A hash of what a draft would sign, its date aside: if it differs at the filing, something else was reviewed."""
    return hashlib.sha256(canonico(conteudo(peticao, em=peticao.criada_em))).hexdigest()


def canonico(dados: dict[str, Any]) -> bytes:
    """The bytes that a signature is over: JSON in UTF-8, keys in order, no spaces."""
    return json.dumps(dados, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Assinatura:
    """What a person signed (`assinado`), the block that says so, and the codes it is known by."""

    assinado: dict[str, Any]
    bloco: dict[str, str]
    numero_sei: int
    sha256: str
    crc: str
    tamanho_bytes: int

    def dados(self) -> dict[str, Any]:
        """As the signed document's row keeps it; `canonico(assinado)` can be hashed again at any time."""
        return {
            "assinado": self.assinado,
            "assinatura": self.bloco,
            "numero_sei": str(self.numero_sei),
            "sha256": self.sha256,
            "crc": self.crc,
        }


def assinar(peticao: Peticao, processo: str, por: Pessoa, *, numero_sei: int, agora: datetime) -> Assinatura:
    """Sign a draft as it stands: `numero_sei` is the signed document's number, `processo` the number it goes under."""
    bloco = {
        "nome": por.nome,
        "cargo": por.cargo or "Usuário externo",
        "cpf": mascarar(por.cpf),
        "em": data_hora_oficial(agora),
        "fundamento": FUNDAMENTO,
    }
    assinado = {
        "conteudo": conteudo(peticao, em=agora),
        "processo": processo,
        "numero_sei": numero_sei,
        "assinante": {"id": por.id, "nome": por.nome, "cargo": bloco["cargo"]},
        "em": agora.isoformat(),
    }
    bytes_ = canonico(assinado)
    return Assinatura(assinado, bloco, numero_sei, hashlib.sha256(bytes_).hexdigest(), codigo_crc(bytes_), len(bytes_))


def recibo(
    peticao: Peticao, processo: str, assinatura: Assinatura, anexos: Sequence[Documento], *, peticionamento: str
) -> dict[str, Any]:
    """The data of a receipt (Recibo Eletrônico de Protocolo). `peticionamento` names the filing, in SEI's words."""
    numero_sei = str(assinatura.numero_sei)
    linhas = [
        {"nome": d.nome, "numero_sei": str(d.numero_sei), "tamanho": tamanho(d.arquivo.tamanho_bytes),
         "sha256": d.arquivo.sha256}
        for d in anexos
        if d.arquivo
    ]  # fmt: skip
    if not any(linha["numero_sei"] == numero_sei for linha in linhas):  # not an uploaded file: words
        linhas.insert(
            0,
            {
                "nome": peticao.especie.rotulo,
                "numero_sei": numero_sei,
                "tamanho": tamanho(assinatura.tamanho_bytes),
                "sha256": assinatura.sha256,
            },
        )
    return {
        "numero": processo,
        "peticionamento": peticionamento,
        "tipo": peticao.tipo.nome,
        "assunto": peticao.assunto,
        "municipio": peticao.municipio.nome if peticao.municipio else "",
        "assinatura": assinatura.bloco,
        "crc": assinatura.crc,
        "sha256": assinatura.sha256,
        "numero_sei": numero_sei,
        "documentos": linhas,
    }


def resposta(peticao: Peticao, texto_html: str, *, numero_sei: int, agora: datetime) -> Documento:
    """The row of what the author is answered, by default what the agencies said. `texto_html` is already clean."""
    return Documento(
        peticao_id=peticao.id,
        papel=PapelDocumento.RESPOSTA,
        nome="Resposta consolidada.pdf",
        numero_sei=numero_sei,
        texto_html=texto_html,
        criado_em=agora,
        dados=_cabecalho(peticao, numero_sei, agora),
    )


def _cabecalho(peticao: Peticao, numero_sei: int, agora: datetime) -> dict[str, Any]:
    """What stands above the words of a document of SEGOV's in a process."""
    return {
        "numero": peticao.numero,
        "assunto": peticao.assunto,
        "autor": peticao.autor.nome,
        "em": data_hora_oficial(agora),
        "numero_sei": str(numero_sei),
    }


@dataclass(frozen=True)
class Carta:
    """A letter that forwards a petition to another power or body; `texto_html` is already clean."""

    destinatario: str
    cargo: str
    entidade: str
    texto_html: str

    @property
    def a_quem(self) -> str:
        """Whom it is for, in one line: `Desembargadora Ana Reis, Presidente, Tribunal de Justiça`."""
        return ", ".join(parte for parte in (self.destinatario, self.cargo, self.entidade) if parte)


def oficio(peticao: Peticao, carta: Carta, por: Pessoa, *, numero_sei: int, agora: datetime) -> Documento:
    """The letter's row; `por` signs it for SEGOV."""
    dia = hoje(agora)
    titulo = f"Ofício SEGOV nº {numero_sei}/{dia.year}"
    return Documento(
        peticao_id=peticao.id,
        papel=PapelDocumento.OFICIO,
        nome=f"{titulo.replace('/', '-')}.pdf",
        numero=f"{numero_sei}/{dia.year}",
        numero_sei=numero_sei,
        texto_html=carta.texto_html,
        pessoa_id=por.id,
        criado_em=agora,
        dados={
            "instituicao": "ESTADO DE MINAS GERAIS",
            "gabinete": SEGOV,
            "titulo": titulo,
            "data": data_por_extenso(dia),
            "destinatario": carta.a_quem,
            "assunto": f"{peticao.assunto} (processo {peticao.numero})",
            "autor": por.nome,
            "cargo": por.cargo or SEGOV,
        },
    )


def termo(peticao: Peticao, texto_html: str, *, numero_sei: int, agora: datetime) -> Documento:
    """The row of the term that a process was split, or formed by splitting another. `texto_html` is the program's."""
    return Documento(
        peticao_id=peticao.id,
        papel=PapelDocumento.TERMO,
        nome="Termo de desmembramento.pdf",
        numero_sei=numero_sei,
        acesso=peticao.acesso,
        hipotese_id=peticao.hipotese_id,
        texto_html=texto_html,
        criado_em=agora,
        dados=_cabecalho(peticao, numero_sei, agora),
    )


def _desenhar(documento: Documento) -> bytes:
    dados = dict(documento.dados or {})
    if documento.papel is PapelDocumento.PRINCIPAL:
        assinado = dados.pop("assinado")
        dados = {**assinado["conteudo"], "processo": assinado["processo"], **dados}
    if documento.texto_html is not None:
        dados["blocos"] = pdf.blocos(documento.texto_html)
    return pdf.gerar(_MODELOS[documento.papel], dados, em=documento.criado_em)


def emitir(documento: Documento) -> Documento:
    """Write a document's file if it is not written yet. Safe to run twice and by two at once.

    Raises RuntimeError or TimeoutExpired when it cannot be drawn, OSError when it cannot be stored.
    """
    if documento.arquivo_id is not None or documento.dados is None:
        return documento
    guardado = arquivos.guardar_gerado(_desenhar(documento))
    with transaction():
        documento = travar(Documento, documento.id)
        if documento.arquivo_id is None:
            documento.arquivo = arquivos.nomear(guardado)
        return documento


def emitir_se_der(documento: Documento) -> Documento:
    """The same for a page that can do with the words alone: what keeps the file from being written is logged."""
    try:
        return emitir(documento)
    except (RuntimeError, OSError, TimeoutExpired):
        logger.exception("document %s was not drawn", documento.id)
        db.session().rollback()
        return documento
