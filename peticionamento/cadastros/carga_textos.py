"""Load model texts from `dados/textos.toml`: what is missing, and what nobody edited."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import select

from peticionamento.cadastros.models import DocumentoModelo, Orgao, TextoPadrao, TipoProcesso, Unidade
from peticionamento.cadastros.services.textos import DOCUMENTO, TEXTO, Especie
from peticionamento.comum.db import db

ARQUIVO = Path(__file__).resolve().parent / "dados" / "textos.toml"
INTOCADO = 1
"""The version of a text that no administrator has edited yet: it goes on following the file."""


def _lidos(tabela: str) -> list[dict[str, Any]]:
    with ARQUIVO.open("rb") as arquivo:
        linhas: list[dict[str, Any]] = tomllib.load(arquivo)[tabela]
        return linhas


def carregar_modelos() -> int:
    """Write the model documents, before the process types that name them; returns how many changed."""
    session = db.session()
    conhecidos = {linha.nome: linha for linha in session.execute(select(DocumentoModelo)).scalars()}
    return sum(_igualar(DOCUMENTO, conhecidos.get(lido["nome"]), lido) for lido in _lidos("documento"))


def carregar_textos() -> int:
    """Write the texts to insert, and tie the model documents to their types, which are there by now.

    Returns how many changed.
    """
    session = db.session()
    session.flush()  # the types may have been written by this very load
    tipos = dict(session.execute(select(TipoProcesso.slug, TipoProcesso.id)).all())
    recebem = select(Orgao.sigla, Unidade.id).join(Unidade, Unidade.orgao_id == Orgao.id).where(Unidade.recebe)
    unidades = dict(session.execute(recebem).all())
    mudaram = 0
    modelos = {linha.nome: linha for linha in session.execute(select(DocumentoModelo)).scalars()}
    for lido in _lidos("documento"):
        mudaram += _por(modelos[lido["nome"]], tipo_processo_id=tipos[lido["tipo"]] if "tipo" in lido else None)
    textos = {linha.titulo: linha for linha in session.execute(select(TextoPadrao)).scalars()}
    for lido in _lidos("texto"):
        lugar = {
            "tipo_processo_id": tipos[lido["tipo"]] if "tipo" in lido else None,
            "unidade_id": unidades[lido["unidade"]] if "unidade" in lido else None,
        }
        mudaram += _igualar(TEXTO, textos.get(lido["titulo"]), lido, **lugar)
    return mudaram


def _igualar(especie: Especie[Any], linha: Any, lido: dict[str, Any], **lugar: int | None) -> bool:
    """Make the row as the file says, if there is none or nobody edited it; returns whether that changed anything."""
    if linha is None:
        linha = especie.modelo(versao=INTOCADO, ativo=True)
        db.session().add(linha)
    titulo = lido[especie.titulo]
    return _por(linha, **{especie.titulo: titulo, especie.html: especie.limpar(lido["html"])}, **lugar)


def _por(linha: Any, **colunas: Any) -> bool:
    if linha.versao != INTOCADO:
        return False
    mudaram = {nome: valor for nome, valor in colunas.items() if getattr(linha, nome) != valor}
    for nome, valor in mudaram.items():
        setattr(linha, nome, valor)
    return bool(mudaram)
