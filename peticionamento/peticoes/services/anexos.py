"""Documents of a draft: put into their slots, swapped, classified, taken off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from peticionamento.cadastros.models import FormaPrincipal, HipoteseLegal, NivelAcesso, TipoDocumento
from peticionamento.cadastros.queries import tipo_de_documento
from peticionamento.comum import arquivos, envios, recebidos
from peticionamento.comum.arquivos import ArquivoRecusado, Guardado
from peticionamento.comum.db import db, transaction
from peticionamento.comum.envios import Envio
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import obter
from peticionamento.comum.recebidos import Conteudo
from peticionamento.comum.tempo import agora as agora_mesmo
from peticionamento.comum.texto import limpar_linha, sem_acentos
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import regras
from peticionamento.peticoes.models import Conferencia, Documento, Formato, PapelDocumento, Peticao
from peticionamento.peticoes.regras import Acesso
from peticionamento.peticoes.services import versoes
from peticionamento.peticoes.services.rascunhos import rascunho_travado

E = TypeVar("E", bound=StrEnum)

ALVO = "peticao"
"""The name under which drafts receive uploads in parts."""

SLUG_ANEXO = "anexo"
"""The type of document of what comes without any."""

LIMITE_COMPLEMENTO = 60
LIMITE_NUMERO = 40


@dataclass(frozen=True)
class Classificacao:
    """What is said of a document: its slot, which one it is, how it came to be digital, who may read it."""

    tipo_documento_id: int | None = None
    """None: the slot is guessed by the file's name."""
    principal: bool = False
    """The main document, where the type takes it as a file."""
    troca: int | None = None
    """The document whose file this one takes the place of; all that was said of it stays."""
    complemento: str = ""
    numero: str = ""
    formato: Formato = Formato.NATO_DIGITAL
    conferencia: Conferencia | None = None
    acesso: NivelAcesso = NivelAcesso.PUBLICO
    hipotese_id: int | None = None


def anexar(
    peticao_id: int, nome: str, conteudo: Conteudo, *, por: Pessoa, agora: datetime, como: Classificacao | None = None
) -> Documento:
    """Put one file into a draft; its content must be what its name says.

    `nome` as sent by the browser. The same content in the same slot again changes nothing. Raises ArquivoRecusado,
    Recusa, Conflito, NaoEncontrado.
    """
    peticao = obter(Peticao, peticao_id, por, "peticoes.escrever")
    como, nome = como or Classificacao(), arquivos.nome_seguro(nome)
    guardado = recebidos.guardar(conteudo, nome, *_regra(peticao, como))
    with transaction():
        return _juntar(peticao_id, nome, guardado, como, por, agora)


def _regra(peticao: Peticao, como: Classificacao) -> tuple[Sequence[str], int]:
    """The extensions and the size in bytes that the slot takes."""
    tipo = peticao.tipo
    if _e_principal(peticao, como):
        return tipo.extensoes_principal, tipo.limite_principal_bytes
    return tipo.extensoes_outros, tipo.limite_outros_bytes


def _e_principal(peticao: Peticao, como: Classificacao) -> bool:
    trocado = _achar(peticao, como.troca)
    return trocado.papel is PapelDocumento.PRINCIPAL if trocado else como.principal


def _achar(peticao: Peticao, documento_id: int | None) -> Documento | None:
    return next((d for d in peticao.documentos if d.id == documento_id), None)


def _juntar(
    peticao_id: int, nome: str, guardado: Guardado, como: Classificacao, por: Pessoa, agora: datetime
) -> Documento:
    peticao = rascunho_travado(peticao_id, por)
    arquivo = arquivos.nomear(guardado)
    documento = _trocado(peticao, como)
    if documento is None:
        novo = _novo(peticao, nome, como)
        if igual := _igual(peticao, arquivo.id, novo, como):
            return igual
        documento = novo
    elif documento.arquivo_id == arquivo.id:
        return documento
    outros = [d.arquivo.tamanho_bytes for d in peticao.documentos if d.arquivo and d is not documento]
    arquivos.conferir_total(outros, arquivo.tamanho_bytes, nome)
    documento.nome, documento.arquivo, documento.observacao = nome, arquivo, guardado.observacao
    documento.pessoa_id, documento.criado_em = por.id, agora
    if documento not in peticao.documentos:
        peticao.documentos.append(documento)
    peticao.alterada_em = agora
    versoes.registrar(peticao, por=por, agora=agora)
    return documento


def _trocado(peticao: Peticao, como: Classificacao) -> Documento | None:
    """The document that gives its place: the one named, or the main one, of which there is only one."""
    if (documento := _achar(peticao, como.troca)) is not None:
        return documento
    if not como.principal:
        return None
    return next((d for d in peticao.documentos if d.papel is PapelDocumento.PRINCIPAL), None)


def _novo(peticao: Peticao, nome: str, como: Classificacao) -> Documento:
    if como.principal and peticao.forma_principal is not FormaPrincipal.ARQUIVO:
        raise Recusa("Neste tipo a petição é escrita na página. Anexe o arquivo como documento.", "arquivos")
    documento = Documento(papel=PapelDocumento.PRINCIPAL if como.principal else PapelDocumento.ANEXO, nome=nome)
    if como.principal:
        documento.tipo_documento = peticao.tipo.documento_principal
    elif como.tipo_documento_id is not None:
        documento.tipo_documento = _tipo(como.tipo_documento_id)
    else:
        documento.tipo_documento = _adivinhado(peticao, nome)
    _descrever(peticao, documento, como)
    return documento


def _tipo(tipo_documento_id: int) -> TipoDocumento:
    tipo = db.session().get(TipoDocumento, tipo_documento_id)
    if tipo is None or not tipo.ativo:
        raise Recusa("Escolha um dos tipos de documento da lista.", "tipo_documento")
    return tipo


def _adivinhado(peticao: Peticao, nome: str) -> TipoDocumento | None:
    """Where a file that came without a slot goes: where its name says, if that slot is empty; else a plain attachment.

    The main document is never guessed: its rules are its own.
    """
    ocupadas = {d.tipo_documento_id for d in peticao.documentos if d.papel is PapelDocumento.ANEXO}
    palavras = f" {re.sub('[^a-z0-9]+', ' ', sem_acentos(nome))} "
    for exigencia in peticao.tipo.exigencias if peticao.inicial else ():
        tipo = exigencia.tipo_documento
        if tipo.id not in ocupadas and any(f" {palavra} " in palavras for palavra in tipo.palavras):
            return tipo
    return tipo_de_documento(SLUG_ANEXO)


def _igual(peticao: Peticao, arquivo_id: int, novo: Documento, como: Classificacao) -> Documento | None:
    """The same bytes already in that slot; when no slot was named, the same file wherever it went before."""
    lugar = (novo.papel, novo.tipo_documento.id if novo.tipo_documento else None)
    sem_lugar = como.tipo_documento_id is None and not como.principal
    for documento in peticao.documentos:
        no_lugar = documento.nome == novo.nome if sem_lugar else (documento.papel, documento.tipo_documento_id) == lugar
        if documento.arquivo_id == arquivo_id and no_lugar:
            return documento
    return None


def _descrever(peticao: Peticao, documento: Documento, como: Classificacao) -> None:
    """Write what is said of a document, checked."""
    if como.formato is Formato.DIGITALIZADO and como.conferencia is None:
        raise Recusa("Diga com que o documento digitalizado foi conferido.", "conferencia")
    acesso = _acesso(peticao, como)
    documento.complemento = limpar_linha(como.complemento)[:LIMITE_COMPLEMENTO]
    documento.numero = limpar_linha(como.numero)[:LIMITE_NUMERO]
    documento.formato = como.formato
    documento.conferencia = como.conferencia if como.formato is Formato.DIGITALIZADO else None
    documento.acesso, documento.hipotese_id = acesso.nivel, acesso.hipotese_id


def _acesso(peticao: Peticao, como: Classificacao) -> Acesso:
    """The type's own where it fixes it, else the filer's choice for this document."""
    if not peticao.inicial:
        return regras.acesso_da(peticao)
    acesso = regras.acesso_de(peticao.tipo, Acesso(como.acesso, como.hipotese_id))
    if acesso.restrito and (acesso.hipotese_id is None or db.session().get(HipoteseLegal, acesso.hipotese_id) is None):
        raise Recusa("Escolha a hipótese legal do acesso restrito.", "hipotese")
    return acesso


def classificar(peticao_id: int, documento_id: int, como: Classificacao, *, por: Pessoa, agora: datetime) -> Documento:
    """Say anew what a document of a draft is; the main one stays the main one.

    Raises Recusa (with its field), Conflito, NaoEncontrado.
    """
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        documento = _achar(peticao, documento_id)
        if documento is None:
            raise NaoEncontrado()
        if documento.papel is not PapelDocumento.PRINCIPAL or peticao.forma_principal is not FormaPrincipal.ARQUIVO:
            documento.papel = PapelDocumento.ANEXO
            documento.tipo_documento = _tipo(como.tipo_documento_id) if como.tipo_documento_id is not None else None
        _descrever(peticao, documento, como)
        versoes.registrar(peticao, por=por, agora=agora)
        return documento


def remover_anexo(peticao_id: int, documento_id: int, *, por: Pessoa, agora: datetime) -> None:
    """Take a document off a draft. Taking off what is already gone is no error. Raises Conflito, NaoEncontrado."""
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        restam = [d for d in peticao.documentos if d.id != documento_id]
        if len(restam) != len(peticao.documentos):
            peticao.documentos = restam
            peticao.alterada_em = agora
            versoes.registrar(peticao, por=por, agora=agora)


def recusados(peticao: Peticao, *, agora: datetime) -> list[Envio]:
    """The uploads that ended refused and were not taken off the page: what will not be filed, and why."""
    return [envio for envio in envios.pendentes(ALVO, peticao.id, agora=agora) if envio.recusa]


def a_caminho(peticao: Peticao) -> list[str]:
    """The names of the files still going up to a draft."""
    return envios.a_caminho(ALVO, peticao.id, agora=agora_mesmo())


def faltas_dos_arquivos(peticao: Peticao, subindo: Iterable[str]) -> Iterator[Recusa]:
    """What about the files keeps a draft from being signed: types that its kind does not take, files on their way."""
    for documento in peticao.documentos:
        if documento.papel is PapelDocumento.PRINCIPAL and peticao.forma_principal is not FormaPrincipal.ARQUIVO:
            yield Recusa(f"Diga que documento é “{documento.nome}”, que era o principal, ou remova-o.", "documentos")
        elif documento.arquivo is not None:
            try:
                tamanho_bytes = documento.arquivo.tamanho_bytes
                recebidos.conferir(documento.nome, tamanho_bytes, *_regra(peticao, Classificacao(troca=documento.id)))
            except ArquivoRecusado as recusa:
                yield Recusa(recusa.mensagem, "documentos")
    for nome in subindo:
        yield Recusa(f"O envio de “{nome}” não terminou. Espere, continue-o ou cancele-o.", "documentos")


def de_dados(dados: dict[str, Any]) -> Classificacao:
    """What an upload in parts, or a plain form, says of its file. Unknown words are as if nothing was said."""
    formato = _um_de(Formato, dados.get("formato")) or Formato.NATO_DIGITAL
    return Classificacao(
        tipo_documento_id=_numero(dados.get("tipo_documento")),
        principal=dados.get("papel") == PapelDocumento.PRINCIPAL,
        troca=_numero(dados.get("troca")),
        complemento=str(dados.get("complemento", "")),
        numero=str(dados.get("numero", "")),
        formato=formato,
        conferencia=_um_de(Conferencia, dados.get("conferencia")),
    )


def _um_de(enum: type[E], valor: object) -> E | None:
    return next((membro for membro in enum if membro == valor), None)


def _numero(valor: object) -> int | None:
    digitos = str(valor or "")
    return int(digitos) if digitos.isascii() and digitos.isdecimal() and len(digitos) < 19 else None


def _acessar(peticao_id: int, por: Pessoa) -> Peticao:
    return obter(Peticao, peticao_id, por, "peticoes.escrever")


def _conferir_envio(envio: Envio, por: Pessoa) -> None:
    """What can be known before a byte is sent: the name, the size, and whether all of it would fit."""
    peticao, como = rascunho_travado(envio.alvo_id, por), de_dados(envio.dados)
    recebidos.conferir(envio.nome, envio.tamanho_bytes, *_regra(peticao, como))
    trocado = _trocado(peticao, como)
    if trocado is None:
        _novo(peticao, envio.nome, como)
    aqui = [d.arquivo.tamanho_bytes for d in peticao.documentos if d.arquivo and d is not trocado]
    a_caminho = [e.tamanho_bytes for e in envios.pendentes(ALVO, peticao.id, agora=envio.criado_em) if not e.recusa]
    arquivos.conferir_total(aqui + a_caminho, envio.tamanho_bytes, envio.nome)


def _guardar_envio(envio: Envio, caminho: Path, por: Pessoa) -> Guardado:
    peticao = _acessar(envio.alvo_id, por)
    return recebidos.guardar(caminho, envio.nome, *_regra(peticao, de_dados(envio.dados)))


def _juntar_envio(envio: Envio, guardado: Guardado, por: Pessoa, agora: datetime) -> Documento:
    return _juntar(envio.alvo_id, envio.nome, guardado, de_dados(envio.dados), por, agora)


envios.registrar(ALVO, envios.Receptor(_acessar, _conferir_envio, _guardar_envio, _juntar_envio))
