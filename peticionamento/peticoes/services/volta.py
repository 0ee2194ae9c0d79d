"""Bring an older version of a draft back, as its newest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from peticionamento.cadastros.queries import municipio_por_nome
from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.db import db, transaction
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Documento, Peticao
from peticionamento.peticoes.services.rascunhos import RascunhoMudou, rascunho_travado
from peticionamento.peticoes.services.versoes import CAMPOS, CAMPOS_DO_DOCUMENTO, NAO_APLICADA, registrar, versao_de


def voltar(peticao_id: int, numero: int, *, por: Pessoa, versao: int, agora: datetime) -> Peticao:
    """Make an older version the newest one, its files too. The present one stays among the versions.

    One that was not applied brings its text and fields alone. `versao` is the version the person saw. Raises
    RascunhoMudou, Conflito, NaoEncontrado.
    """
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        if peticao.versao != versao:
            raise RascunhoMudou("O rascunho foi salvo de novo enquanto você olhava. Compare outra vez e decida.")
        antiga = versao_de(peticao_id, numero)
        for nome in CAMPOS:
            if nome in antiga.conteudo and getattr(peticao, nome) != antiga.conteudo[nome]:
                setattr(peticao, nome, antiga.conteudo[nome])
        digitado = peticao.municipio_digitado
        peticao.municipio = municipio_por_nome(digitado) if digitado else None
        if NAO_APLICADA not in antiga.conteudo:
            _por_documentos(peticao, antiga.conteudo["documentos"], agora)
        registrar(peticao, por=por, agora=agora, nota={"volta_de": numero})
        return peticao


def _por_documentos(peticao: Peticao, antigos: list[dict[str, Any]], agora: datetime) -> None:
    """Make the documents those of a version. Files are kept by hash, so one taken off comes back whole."""
    presentes = {documento.id: documento for documento in peticao.documentos}
    guardados = _arquivos([antigo["arquivo_id"] for antigo in antigos])
    documentos = []
    for antigo in antigos:
        if antigo["arquivo_id"] is not None and antigo["arquivo_id"] not in guardados:
            continue
        documento = presentes.get(antigo["id"]) or Documento(criado_em=agora)
        for nome in CAMPOS_DO_DOCUMENTO:
            setattr(documento, nome, antigo[nome])
        documento.arquivo = guardados.get(antigo["arquivo_id"])
        documentos.append(documento)
    peticao.documentos = documentos


def _arquivos(ids: list[int | None]) -> dict[int | None, Arquivo]:
    consulta = select(Arquivo).where(Arquivo.id.in_([id_ for id_ in ids if id_ is not None]))
    return {arquivo.id: arquivo for arquivo in db.session().execute(consulta).scalars()}
