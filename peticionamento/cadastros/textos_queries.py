"""Reads of model texts: those to choose from while writing, and the administrator's lists."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from peticionamento.cadastros.models import DocumentoModelo, TextoPadrao, TipoProcesso, Unidade
from peticionamento.cadastros.services.textos import Especie
from peticionamento.comum.db import db
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.paginacao import Pagina, paginar

LETRAS_NO_CURSOR = 20
"""Of a title: a cursor is a part of an address, and a short one."""


def textos_para(unidade_id: int | None, tipo_id: int) -> list[TextoPadrao]:
    """The texts to insert into what is written for a demand of this type, by title.

    `unidade_id` is the agency's unit that answers; None: those of every author.
    """
    consulta = (
        select(TextoPadrao)
        .where(
            TextoPadrao.ativo,
            TextoPadrao.unidade_id.is_not_distinct_from(unidade_id),
            TextoPadrao.tipo_processo_id.is_(None) | (TextoPadrao.tipo_processo_id == tipo_id),
        )
        .order_by(TextoPadrao.titulo, TextoPadrao.id)
    )
    return list(db.session().execute(consulta).scalars())


def texto_para(texto_id: int, unidade_id: int | None, tipo_id: int) -> TextoPadrao:
    """One of them. Raises NaoEncontrado."""
    achado = next((texto for texto in textos_para(unidade_id, tipo_id) if texto.id == texto_id), None)
    if achado is None:
        raise NaoEncontrado("Este texto padrão não está mais na lista. Recarregue a página.")
    return achado


def lista(especie: Especie[Any], cursor: str | None) -> Pagina[Any]:
    """One page of the texts of a kind, by title: (titulo, unidade, tipo, ativo, id)."""
    modelo = especie.modelo
    titulo = getattr(modelo, especie.titulo)
    comeco = func.left(titulo, LETRAS_NO_CURSOR)
    consulta = (
        select(
            titulo.label("titulo"),
            Unidade.sigla.label("unidade"),
            TipoProcesso.nome.label("tipo"),
            modelo.ativo,
            comeco,
            modelo.id,
        )
        .outerjoin(Unidade, Unidade.id == modelo.unidade_id)
        .outerjoin(TipoProcesso, TipoProcesso.id == modelo.tipo_processo_id)
    )
    return paginar(consulta, [(comeco, str), (modelo.id, int)], cursor)  # type: ignore[list-item]


def obter(especie: Especie[Any], id_: int) -> Any:
    """One text of a kind. Raises NaoEncontrado."""
    linha = db.session().get(especie.modelo, id_)
    if linha is None:
        raise NaoEncontrado()
    return linha


def modelos_em_uso() -> list[tuple[int, str]]:
    """(id, name) of the model documents a process type may choose, by name."""
    consulta = select(DocumentoModelo.id, DocumentoModelo.nome).where(DocumentoModelo.ativo)
    return [(id_, nome) for id_, nome in db.session().execute(consulta.order_by(DocumentoModelo.nome))]


def unidades() -> list[tuple[int, str]]:
    """(id, sigla and name) of the units in use, by sigla."""
    consulta = select(Unidade.id, Unidade.sigla, Unidade.nome).where(Unidade.ativa).order_by(Unidade.sigla)
    return [(id_, f"{sigla} · {nome}") for id_, sigla, nome in db.session().execute(consulta)]


def tipos() -> list[tuple[int, str]]:
    """(id, name) of every process type, in their order: a text may be of one put aside."""
    consulta = select(TipoProcesso.id, TipoProcesso.nome).order_by(TipoProcesso.ordem, TipoProcesso.nome)
    return [(id_, nome) for id_, nome in db.session().execute(consulta)]
