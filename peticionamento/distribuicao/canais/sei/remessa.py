"""What goes to SEI: read from the database once, into plain values, before the network is touched."""

from __future__ import annotations

import base64
import hashlib
import html
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired
from typing import IO, Any

from flask import current_app
from sqlalchemy import select

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.comum import arquivos, pdf
from peticionamento.comum.arquivos import Arquivo, Varredura
from peticionamento.comum.db import db, soltar_conexao
from peticionamento.comum.protocolo import Numeracao
from peticionamento.comum.tempo import BRASILIA, data_hora_oficial, dia_por_extenso
from peticionamento.distribuicao.canais.sei.falhas import Impedimento
from peticionamento.distribuicao.canais.sei.servico import Acesso
from peticionamento.distribuicao.models import AjustesDoCanal, Canal, EnderecoDeEntrega, Entrega
from peticionamento.peticoes.documentos import emitir
from peticionamento.peticoes.models import Documento, PapelDocumento, Peticao
from peticionamento.peticoes.queries import documentos_de
from peticionamento.triagem.apensamento import ids_das_apensadas
from peticionamento.triagem.models import Demanda, Encaminhamento

PARTE_BYTES = 1024 * 1024
"""A file above this goes in parts of this size, as SEI's own example does."""

LEVADOS = (PapelDocumento.PRINCIPAL, PapelDocumento.ANEXO, PapelDocumento.TERMO)
LIMITE_ESPECIFICACAO, LIMITE_NOME_NA_ARVORE, LIMITE_DESCRICAO = 100, 50, 250
_PUBLICO, _RESTRITO = "0", "1"
_EXIGIDOS = {
    "unidade": "a unidade do SEI que envia",
    "tipo_procedimento": "o tipo de processo",
    "serie_principal": "o tipo de documento da petição",
    "serie_anexo": "o tipo de documento dos anexos",
    "serie_instrucao": "o tipo de documento da instrução",
}


@dataclass(frozen=True)
class Peca:
    """One document to include. `numero` is ours, once in the process: by it SEI's documents are known again."""

    chave: str
    numero: str
    campos: Mapping[str, Any]
    nome_arquivo: str
    tamanho_bytes: int
    arquivo_id: int | None = None
    conteudo: bytes = b""

    def abrir(self) -> IO[bytes]:
        """Its content, from the store or from memory. No transaction stays open. Raises Impedimento."""
        if self.arquivo_id is None:
            return io.BytesIO(self.conteudo)
        arquivo = db.session().get_one(Arquivo, self.arquivo_id)
        if not arquivo.pode_abrir:
            espera = arquivo.varredura is Varredura.EM_QUARENTENA
            raise Impedimento(f"“{self.nome_arquivo}” está em quarentena", adianta_tentar=espera)
        aberto = arquivos.abrir(arquivo)
        soltar_conexao()
        return aberto

    def partes(self) -> Iterator[str]:
        """Its content in base64, at most `PARTE_BYTES` at a time."""
        with self.abrir() as conteudo:
            while parte := conteudo.read(PARTE_BYTES):
                yield base64.b64encode(parte).decode()

    def md5(self) -> str:
        """SEI checks what arrived by it; it guards against accidents alone."""
        resumo = hashlib.md5(usedforsecurity=False)
        with self.abrir() as conteudo:
            while parte := conteudo.read(PARTE_BYTES):
                resumo.update(parte)
        return resumo.hexdigest()


@dataclass(frozen=True)
class Remessa:
    """A whole delivery. `chave` is in the process's *observação*: by it SEI's process is known to be ours."""

    chave: str
    acesso: Acesso
    unidade: str
    """The agency's unit, by SEI's id."""
    numeracao: Numeracao | None
    """How the numbers are made that we give to processes; None: SEI numbers, and a lost answer needs a person."""
    procedimento: Mapping[str, Any]
    pecas: tuple[Peca, ...]


def acesso(unidade: str) -> Acesso:
    """Where SEI is, by the settings, acting for a unit. Raises Impedimento when they do not say."""
    config = current_app.config["PETICIONAMENTO"]
    if not (config.sei_url and config.sei_sistema and config.sei_servico):
        raise Impedimento("o SEI não está ligado a este programa: faltam SEI_URL, SEI_SISTEMA ou SEI_SERVICO")
    return Acesso(config.sei_url, config.sei_sistema, config.sei_servico, unidade, config.espera_rede_s)


def ajustes() -> dict[str, Any]:
    """The channel's settings, as the administrator left them."""
    linha = db.session().get(AjustesDoCanal, Canal.SEI)
    return dict(linha.dados) if linha else {}


def montar(entrega: Entrega) -> Remessa:
    """Gather a delivery; its documents are written if they are not yet. Raises Impedimento."""
    encaminhamento = entrega.encaminhamento
    endereco = db.session().execute(
        select(EnderecoDeEntrega).where(
            EnderecoDeEntrega.orgao_id == encaminhamento.orgao_id, EnderecoDeEntrega.canal == Canal.SEI
        )
    ).scalar_one_or_none()  # fmt: skip
    if endereco is None or not endereco.dados.get("unidade"):
        raise Impedimento(f"falta dizer a unidade do SEI que recebe por {encaminhamento.orgao.sigla}")
    ajustado = {**ajustes(), **{nome: v for nome, v in endereco.dados.items() if nome != "unidade" and v}}
    if faltam := [nome for chave, nome in _EXIGIDOS.items() if not ajustado.get(chave)]:
        raise Impedimento(f"nos ajustes do canal SEI falta: {', '.join(faltam)}")
    prefixo = str(ajustado.get("numeracao") or "")
    return Remessa(
        chave=entrega.chave,
        acesso=acesso(str(ajustado["unidade"])),
        unidade=str(endereco.dados["unidade"]),
        numeracao=Numeracao(*prefixo.split(".", 1)) if prefixo else None,
        procedimento=_procedimento(entrega, ajustado),
        pecas=(*_documentos(entrega.peticao_id, ajustado), _instrucao(encaminhamento, ajustado)),
    )


def _procedimento(entrega: Entrega, ajustado: dict[str, Any]) -> dict[str, Any]:
    encaminhamento = entrega.encaminhamento
    peticao = encaminhamento.demanda.peticao
    return {
        "IdTipoProcedimento": str(ajustado["tipo_procedimento"]),
        "Especificacao": peticao.assunto[:LIMITE_ESPECIFICACAO],
        "Assuntos": [{"CodigoEstruturado": str(c), "Descricao": ""} for c in ajustado.get("assuntos") or ()],
        # The name alone: SEI needs no more, and a CPF is nobody else's business.
        "Interessados": [{"Nome": peticao.autor.nome}],
        "Observacao": f"Peticionamento: processo {peticao.numero}, entrega {entrega.chave}.",
        **_acesso(encaminhamento.acesso, peticao.hipotese_id, ajustado),
    }


def _acesso(nivel: NivelAcesso, hipotese_id: int | None, ajustado: dict[str, Any]) -> dict[str, str]:
    if nivel is NivelAcesso.PUBLICO:
        return {"NivelAcesso": _PUBLICO}
    hipotese = (ajustado.get("hipoteses") or {}).get(str(hipotese_id)) or ajustado.get("hipotese")
    if not hipotese:
        raise Impedimento("a demanda é restrita, e nos ajustes do canal SEI falta a hipótese legal do SEI")
    return {"NivelAcesso": _RESTRITO, "IdHipoteseLegal": str(hipotese)}


def _documentos(peticao_id: int, ajustado: dict[str, Any]) -> Iterator[Peca]:
    for documento in documentos_de(peticao_id):
        if documento.papel in LEVADOS:
            try:
                yield _peca(emitir(documento), ajustado)
            except (RuntimeError, OSError, TimeoutExpired) as erro:
                causa = f"o documento “{documento.nome}” não pôde ser escrito"
                raise Impedimento(causa, f"{type(erro).__name__}: {erro}", adianta_tentar=True) from erro


def _peca(documento: Documento, ajustado: dict[str, Any]) -> Peca:
    arquivo = documento.arquivo
    if arquivo is None:
        raise RuntimeError(f"document {documento.id} has no file")
    principal = documento.papel is PapelDocumento.PRINCIPAL
    do_tipo = (ajustado.get("series") or {}).get(documento.tipo_documento.slug) if documento.tipo_documento else None
    conferencia = (ajustado.get("conferencias") or {}).get(documento.conferencia) if documento.conferencia else None
    numero = str(documento.numero_sei or f"D{documento.id}")
    campos = {
        "IdSerie": str(do_tipo or ajustado["serie_principal" if principal else "serie_anexo"]),
        "NomeArvore": Path(documento.nome).stem[:LIMITE_NOME_NA_ARVORE],
        "Descricao": documento.complemento[:LIMITE_DESCRICAO],
        "Data": documento.criado_em.astimezone(BRASILIA).strftime("%d/%m/%Y"),
        "Remetente": {"Nome": documento.peticao.autor.nome},
        **({"IdTipoConferencia": str(conferencia)} if conferencia else {}),
        **_acesso(documento.acesso, documento.hipotese_id, ajustado),
    }
    nome = documento.nome
    return Peca(f"documento-{documento.id}", numero, campos, nome, arquivo.tamanho_bytes, arquivo_id=arquivo.id)


def _instrucao(encaminhamento: Encaminhamento, ajustado: dict[str, Any]) -> Peca:
    """What triage asks of this agency. The same data always give the same bytes."""
    peticao = encaminhamento.demanda.peticao
    paragrafos = [p.strip() for p in encaminhamento.instrucao.split("\n") if p.strip()]
    if outras := _numeros(ids_das_apensadas(encaminhamento.demanda_id)):
        paragrafos.append(f"A resposta valerá também para: {', '.join(outras)}.")
    prazo = dia_por_extenso(encaminhamento.vence_dia)
    dados = {
        "numero": peticao.numero,
        "assunto": peticao.assunto,
        "autor": peticao.autor.nome,
        "orgao": encaminhamento.orgao.nome,
        "prazo": prazo,
        "em": data_hora_oficial(encaminhamento.criado_em),
        "encaminhamento": str(encaminhamento.id),
        "blocos": pdf.blocos("".join(f"<p>{html.escape(p)}</p>" for p in paragrafos)),
    }
    conteudo = pdf.gerar("instrucao", dados, em=encaminhamento.criado_em)
    campos = {
        "IdSerie": str(ajustado["serie_instrucao"]),
        "NomeArvore": "Encaminhamento da SEGOV",
        "Descricao": f"Responder até {prazo}",
        "Data": encaminhamento.criado_em.astimezone(BRASILIA).strftime("%d/%m/%Y"),
        **_acesso(encaminhamento.acesso, peticao.hipotese_id, ajustado),
    }
    numero = f"E{encaminhamento.id}"
    return Peca("instrucao", numero, campos, "encaminhamento.pdf", len(conteudo), conteudo=conteudo)


def _numeros(demandas: list[int]) -> list[str]:
    consulta = select(Peticao.numero).join(Demanda, Demanda.peticao_id == Peticao.id).where(Demanda.id.in_(demandas))
    return [str(numero) for numero in db.session().execute(consulta.order_by(Demanda.id)).scalars()]
