"""Documents of a draft: attach, take off."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from peticionamento.comum import arquivos, recebidos
from peticionamento.comum.db import transaction
from peticionamento.comum.permissoes import obter
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Documento, PapelDocumento, Peticao
from peticionamento.peticoes.services.rascunhos import rascunho_travado


def anexar(peticao_id: int, nome: str, conteudo: IO[bytes], *, por: Pessoa, agora: datetime) -> Documento:
    """Attach one file to a draft; its content must be what its name says.

    `nome` as sent by the browser, `conteudo` a seekable stream. Attaching the same content under the same name again
    changes nothing. Raises ArquivoRecusado, Conflito, NaoEncontrado.
    """
    obter(Peticao, peticao_id, por, "peticoes.escrever")
    nome = arquivos.nome_seguro(nome)
    guardado = recebidos.guardar(conteudo, nome)
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        arquivo = arquivos.nomear(guardado)
        for documento in peticao.documentos:
            if documento.arquivo_id == arquivo.id and documento.nome == nome:
                return documento
        existentes = (d.arquivo.tamanho_bytes for d in peticao.documentos if d.arquivo)
        arquivos.conferir_total(existentes, arquivo.tamanho_bytes, nome)
        documento = Documento(papel=PapelDocumento.ANEXO, nome=nome, arquivo=arquivo, criado_em=agora)
        peticao.documentos.append(documento)
        peticao.alterada_em = agora
        return documento


def remover_anexo(peticao_id: int, documento_id: int, *, por: Pessoa, agora: datetime) -> None:
    """Take an attachment off a draft. Taking off what is already gone is no error. Raises Conflito, NaoEncontrado."""
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        restam = [d for d in peticao.documentos if d.id != documento_id]
        if len(restam) != len(peticao.documentos):
            peticao.documentos = restam
            peticao.alterada_em = agora
