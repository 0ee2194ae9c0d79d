"""Load document types, legal grounds and process types from `dados/`: what is missing, and what nobody edited."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from peticionamento.cadastros.models import (
    DocumentoModelo,
    Exigencia,
    FormaPrincipal,
    HipoteseLegal,
    NivelAcesso,
    Orgao,
    PapelExigencia,
    Recebimento,
    RegraAcesso,
    TipoDocumento,
    TipoProcesso,
    Unidade,
)
from peticionamento.cadastros.models.tipos import MEGABYTE
from peticionamento.comum.db import db

DADOS = Path(__file__).resolve().parent / "dados"
INTOCADO = 1
"""The version of a process type that no administrator has edited yet: it goes on following the file."""


def _lidos(nome: str, tabela: str) -> list[dict[str, Any]]:
    with (DADOS / nome).open("rb") as arquivo:
        linhas: list[dict[str, Any]] = tomllib.load(arquivo)[tabela]
        return linhas


def carregar_documentos() -> int:
    """Write the document types that are not there; returns how many were missing."""
    session = db.session()
    conhecidos = set(session.execute(select(TipoDocumento.slug)).scalars())
    novos = [
        TipoDocumento(**lido, ordem=ordem, ativo=True)
        for ordem, lido in enumerate(_lidos("documentos.toml", "documento"))
        if lido["slug"] not in conhecidos
    ]
    session.add_all(novos)
    return len(novos)


def carregar_hipoteses() -> int:
    """Write the legal grounds that are not there; returns how many were missing."""
    session = db.session()
    conhecidas = set(session.execute(select(HipoteseLegal.nome)).scalars())
    novas = [
        HipoteseLegal(**lida, ativa=True)
        for lida in _lidos("hipoteses.toml", "hipotese")
        if lida["nome"] not in conhecidas
    ]
    session.add_all(novas)
    return len(novas)


def carregar_tipos() -> int:
    """Write the process types that are not there, and bring those nobody edited up to the file.

    Returns how many changed. Units, document types, legal grounds and models they name are there already; a model
    that is not yet stays out until the next load.
    """
    session = db.session()
    consulta = select(TipoProcesso).options(selectinload(TipoProcesso.unidades), selectinload(TipoProcesso.exigencias))
    conhecidos = {tipo.slug: tipo for tipo in session.execute(consulta).scalars()}
    nomes = _Nomes()
    mudaram = 0
    for ordem, lido in enumerate(_lidos("tipos.toml", "tipo")):
        tipo = conhecidos.get(lido["slug"])
        if tipo is None:
            tipo = TipoProcesso(slug=lido["slug"], versao=INTOCADO, unidades=[], exigencias=[])
            session.add(tipo)
        if tipo.versao == INTOCADO:
            mudaram += _igualar(tipo, nomes.colunas(lido, ordem), nomes.exigencias(lido))
    return mudaram


def _igualar(tipo: TipoProcesso, colunas: dict[str, Any], pedidos: list[tuple[int, PapelExigencia, str]]) -> bool:
    mudou = False
    for coluna, valor in colunas.items():
        if getattr(tipo, coluna) != valor:
            setattr(tipo, coluna, valor)
            mudou = True
    if [(e.tipo_documento_id, e.papel, e.dica) for e in tipo.exigencias] != pedidos:
        tipo.exigencias.clear()
        db.session().flush()  # a document asked for once more would meet its old row
        tipo.exigencias = [
            Exigencia(tipo_documento_id=documento, papel=papel, dica=dica, ordem=ordem)
            for ordem, (documento, papel, dica) in enumerate(pedidos)
        ]
        mudou = True
    return mudou


class _Nomes:
    """What the file calls by name, by its row."""

    def __init__(self) -> None:
        session = db.session()
        session.flush()  # the names may have been written by this very load
        unidades = session.execute(select(Unidade, Orgao.sigla).join(Orgao, Orgao.id == Unidade.orgao_id)).all()
        self.unidades = {unidade.sigla: unidade for unidade, _ in unidades}
        self.unidades |= {sigla: unidade for unidade, sigla in unidades if unidade.recebe}
        self.documentos = dict(session.execute(select(TipoDocumento.slug, TipoDocumento.id)).all())
        self.hipoteses = dict(session.execute(select(HipoteseLegal.nome, HipoteseLegal.id)).all())
        self.modelos = dict(session.execute(select(DocumentoModelo.nome, DocumentoModelo.id)).all())

    def colunas(self, lido: dict[str, Any], ordem: int) -> dict[str, Any]:
        """Every column of a type as the file has it, the defaults too."""
        return {
            "nome": lido["nome"],
            "orientacao": lido["orientacao"],
            "prazo_dias_uteis": lido["prazo_dias_uteis"],
            "ordem": ordem,
            "ativo": True,
            "recebimento": Recebimento(lido.get("recebimento", "unico")),
            "unidade": self.unidades[lido["unidade"]] if "unidade" in lido else None,
            "unidades": sorted((self.unidades[sigla] for sigla in lido.get("unidades", [])), key=lambda u: u.sigla),
            "regra_acesso": RegraAcesso(lido.get("regra_acesso", "fixo")),
            "acesso": NivelAcesso(lido.get("acesso", "publico")),
            "hipotese_id": self.hipoteses[lido["hipotese"]] if "hipotese" in lido else None,
            "forma_principal": FormaPrincipal(lido.get("forma_principal", "editor")),
            "documento_principal_id": self.documentos[lido.get("documento_principal", "peticao")],
            "modelo_id": self.modelos.get(lido.get("modelo", "")),
            "campos": lido.get("campos", []),
            "extensoes_principal": lido.get("extensoes_principal", ["pdf"]),
            "limite_principal_bytes": lido.get("limite_principal_mb", 20) * MEGABYTE,
            "extensoes_outros": lido.get("extensoes_outros", ["pdf", "jpg", "jpeg", "png"]),
            "limite_outros_bytes": lido.get("limite_outros_mb", 50) * MEGABYTE,
        }

    def exigencias(self, lido: dict[str, Any]) -> list[tuple[int, PapelExigencia, str]]:
        """The documents a type asks for: (document type's id, role, hint)."""
        return [
            (self.documentos[slug], PapelExigencia(papel), dica) for slug, papel, dica in lido.get("documentos", [])
        ]
