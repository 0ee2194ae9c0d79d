"""The words of a petition's main document, however it is written: in the editor, in a form's fields, in a file."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from peticionamento.cadastros.modelos_de_texto import completar, ha_marcas, marca, pendentes, preencher
from peticionamento.cadastros.models import DocumentoModelo, FormaPrincipal, TipoProcesso
from peticionamento.comum import tempo
from peticionamento.comum.db import db
from peticionamento.comum.texto import limpar_html
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Peticao

EXTERNO = "Usuário externo"
VAZIO = "—"
"""What a document says of an optional field left blank."""


def corpo(peticao: Peticao, *, agora: datetime | None = None) -> str:
    """The clean HTML of the main document of a draft, or of a petition being filed; "" when it is an uploaded file.

    Before the petition has its number the text holds `[número]`; called again when it has, the number is there.
    `agora` dates the document (the filing's instant, else now). What was filed is in its document's `texto_html`: the
    model may have changed since.
    """
    if peticao.forma_principal is FormaPrincipal.ARQUIVO:
        return ""
    if peticao.forma_principal is FormaPrincipal.EDITOR and not ha_marcas(peticao.texto_html):
        return peticao.texto_html
    valores = valores_de(peticao, agora=agora)
    if peticao.forma_principal is FormaPrincipal.EDITOR:
        return completar(peticao.texto_html, valores)
    # The reference and the proposition are the filer's to give or not; the document is not a draft's text to mend.
    opcionais = {"referencia": valores["referencia"] or VAZIO, "proposicao": valores["proposicao"] or VAZIO}
    rotulos = {campo["nome"]: campo["rotulo"] for campo in peticao.tipo.campos}
    return preencher(_modelo(peticao.tipo), {**valores, **opcionais, **_digitados(peticao)}, rotulos)


def marcas_pendentes(peticao: Peticao) -> list[str]:
    """The marks that the author still has to replace in the text; the number's fills itself at the filing."""
    if peticao.forma_principal is not FormaPrincipal.EDITOR:
        return []
    return pendentes(corpo(peticao), exceto=("numero",))


def texto_inicial(tipo: TipoProcesso, autor: Pessoa, *, agora: datetime) -> str:
    """What the editor begins with: the type's model, with what is known of a petition not yet written.

    Clean HTML of the editor: a table's words stay, its lines go.
    """
    if tipo.forma_principal is not FormaPrincipal.EDITOR or tipo.modelo_id is None:
        return ""
    return limpar_html(preencher(_modelo(tipo), _da_pessoa(autor, agora)))


def valores_de(peticao: Peticao, *, agora: datetime | None = None) -> dict[str, str | None]:
    """What fills a model's fields in for this petition; None is not known yet. `agora` as for `corpo`."""
    return {
        **_da_pessoa(peticao.autor, agora or peticao.protocolada_em or tempo.agora()),
        "municipio": peticao.municipio.nome if peticao.municipio else None,
        "numero": peticao.numero,
        "assunto": peticao.assunto or None,
        "referencia": peticao.referencia or None,
        "proposicao": peticao.proposicao or None,
    }


def _da_pessoa(autor: Pessoa, agora: datetime) -> dict[str, str | None]:
    dia = tempo.hoje(agora)
    return {
        "autor": autor.nome,
        "cargo": autor.cargo or EXTERNO,
        "data": tempo.data_por_extenso(dia),
        "ano": str(dia.year),
    }


def _modelo(tipo: TipoProcesso) -> str:
    """The type's model; without one the fields one under the other, so that nothing typed is missing."""
    modelo = db.session().get(DocumentoModelo, tipo.modelo_id) if tipo.modelo_id is not None else None
    if modelo is not None:
        return modelo.corpo_html
    return "".join(
        f"<p><strong>{html.escape(campo['rotulo'])}:</strong> {{{{{campo['nome']}}}}}</p>" for campo in tipo.campos
    )


def _digitados(peticao: Peticao) -> dict[str, str | None]:
    return {campo["nome"]: _valor(campo, peticao.campos.get(campo["nome"], "")) for campo in peticao.tipo.campos}


def _valor(campo: Mapping[str, Any], digitado: str) -> str | None:
    """One field as a document says it; None while a mandatory one is blank."""
    if not digitado:
        return None if campo.get("obrigatorio") else VAZIO
    if campo["tipo"] == "valor":
        return digitado if digitado.startswith("R$") else f"R$ {digitado}"
    if campo["tipo"] != "data":
        return digitado
    try:
        return tempo.data_por_extenso(date.fromisoformat(digitado))
    except ValueError:  # not a day yet; `faltas` says so
        return marca(digitado)
