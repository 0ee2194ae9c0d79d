"""Use cases of model texts: write, change, put aside. The two kinds differ in their columns and in their cleaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from peticionamento.cadastros.modelos_de_texto import conferir_campos
from peticionamento.cadastros.models import DocumentoModelo, TextoPadrao, TipoProcesso, Unidade
from peticionamento.comum import imagens
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import Conflito, Recusa
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.texto import conferir_texto, limpar_documento, limpar_html, limpar_linha, texto_de_html

LIMITE_TITULO = 120
MUDOU = "Outra pessoa mudou este texto depois que você abriu a página. O que você escreveu continua aqui, para copiar."

M = TypeVar("M", TextoPadrao, DocumentoModelo)


@dataclass(frozen=True)
class Especie(Generic[M]):
    """One kind of model text: its table, its columns, how its HTML is cleaned."""

    modelo: type[M]
    titulo: str
    html: str
    limpar: Callable[[str], str]


TEXTO = Especie(TextoPadrao, "titulo", "texto_html", limpar_html)
DOCUMENTO = Especie(DocumentoModelo, "nome", "corpo_html", limpar_documento)


@dataclass(frozen=True)
class Escrito:
    """What the page of a model text holds. `html` may be dirty: it is cleaned here; an id of 0 or None is no choice."""

    titulo: str
    html: str
    unidade_id: int | None = None
    tipo_id: int | None = None


def criar(especie: Especie[M], escrito: Escrito, *, por: Ator) -> M:
    """Write a new model text. Raises Recusa with its field, SemPermissao."""
    exigir(por, "cadastros.administrar")
    with transaction() as session:
        linha = especie.modelo(**_conferido(especie, escrito, None), ativo=True, versao=1)
        session.add(linha)
        session.flush()  # the page goes on to its id
        return linha


def alterar(especie: Especie[M], id_: int, escrito: Escrito, *, por: Ator, versao: int) -> M:
    """Change a model text; what was made of it before stays as it is.

    `versao` is the one the person saw. Raises Recusa with its field, Conflito, NaoEncontrado, SemPermissao.
    """
    exigir(por, "cadastros.administrar")
    with transaction():
        linha = _na_versao(especie, id_, versao)
        for coluna, valor in _conferido(especie, escrito, id_).items():
            setattr(linha, coluna, valor)
        linha.versao += 1
        return linha


def por_em_uso(especie: Especie[M], id_: int, ativo: bool, *, por: Ator, versao: int) -> M:
    """Offer a model text, or no longer: nothing is deleted. Raises Conflito, NaoEncontrado, Recusa, SemPermissao."""
    exigir(por, "cadastros.administrar")
    with transaction() as session:
        linha = _na_versao(especie, id_, versao)
        if not ativo and isinstance(linha, DocumentoModelo):
            usam = session.execute(
                select(TipoProcesso.nome).where(TipoProcesso.modelo_id == id_, TipoProcesso.ativo)
            ).scalars()
            if nomes := ", ".join(f"“{nome}”" for nome in usam):
                raise Recusa(f"Este modelo faz o documento principal de {nomes}. Escolha antes outro modelo ali.")
        linha.ativo = ativo
        linha.versao += 1
        return linha


def _na_versao(especie: Especie[M], id_: int, versao: int) -> M:
    linha = travar(especie.modelo, id_)
    if linha.versao != versao:
        raise Conflito(MUDOU)
    return linha


def _conferido(especie: Especie[M], escrito: Escrito, id_: int | None) -> dict[str, object]:
    """The columns' values. Raises Recusa beside `titulo`, `texto`, `unidade` or `tipo`."""
    titulo = limpar_linha(escrito.titulo)
    if not titulo:
        raise Recusa("Dê um nome, para que se ache na lista.", "titulo")
    if len(titulo) > LIMITE_TITULO:
        raise Recusa(f"O nome tem {len(titulo)} caracteres; o máximo é {LIMITE_TITULO}.", "titulo")
    unidade_id, tipo_id = escrito.unidade_id or None, escrito.tipo_id or None
    if unidade_id is not None and db.session().get(Unidade, unidade_id) is None:
        raise Recusa("Escolha uma das unidades da lista.", "unidade")
    if tipo_id is not None and db.session().get(TipoProcesso, tipo_id) is None:
        raise Recusa("Escolha um dos tipos da lista.", "tipo")
    html = conferir_html(especie, escrito, campos_proprios(tipo_id, id_ if especie is DOCUMENTO else None))
    _conferir_unico(especie, titulo, unidade_id, id_)
    return {especie.titulo: titulo, especie.html: html, "unidade_id": unidade_id, "tipo_processo_id": tipo_id}


def conferir_html(especie: Especie[Any], escrito: Escrito, proprios: Iterable[str]) -> str:
    """The clean HTML of a model text, or Recusa beside `texto`: empty, too long, pictures or fields that cannot be.

    `proprios` are the names of the fields of the type's own form.
    """
    html = especie.limpar(escrito.html)
    if not texto_de_html(html):
        raise Recusa("Escreva o texto.", "texto")
    conferir_texto(html)
    if especie is DOCUMENTO and escrito.html.lower().count("<img") > html.count("<img"):
        raise Recusa("As imagens vão dentro do texto, em PNG ou JPEG: data:image/png;base64,…", "texto")
    imagens.conferir(html, campo="texto")
    conferir_campos(html, proprios)
    return html


def campos_proprios(tipo_id: int | None, modelo_id: int | None = None) -> dict[str, str]:
    """Name and label of the form fields of a type, and of the types whose main document this model is."""
    consulta = select(TipoProcesso.campos).where(
        (TipoProcesso.id == tipo_id) | (TipoProcesso.modelo_id == modelo_id if modelo_id is not None else False)
    )
    listas = db.session().execute(consulta).scalars()
    return {campo["nome"]: campo["rotulo"] for lista in listas for campo in lista}


def _conferir_unico(especie: Especie[M], titulo: str, unidade_id: int | None, id_: int | None) -> None:
    modelo = especie.modelo
    consulta = select(modelo.id).where(
        getattr(modelo, especie.titulo) == titulo,
        modelo.unidade_id.is_not_distinct_from(unidade_id),
        modelo.id != (id_ or 0),
        modelo.ativo,
    )
    if db.session().execute(consulta.limit(1)).first() is not None:
        raise Recusa(f"Já existe “{titulo}”. Escolha outro nome ou altere o que existe.", "titulo")
