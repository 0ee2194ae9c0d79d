"""The administrator's pages of model texts: those to insert while writing, and whole documents with fields."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peticionamento.cadastros import bp, textos_queries
from peticionamento.cadastros.exemplo import documento_de_exemplo, texto_de_exemplo
from peticionamento.cadastros.modelos_de_texto import CAMPOS
from peticionamento.cadastros.services import textos as services
from peticionamento.cadastros.services.textos import DOCUMENTO, TEXTO, Especie
from peticionamento.cadastros.textos_forms import DocumentoModeloForm, TextoPadraoForm
from peticionamento.comum import imagens, respostas_http
from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora


@bp.get("/textos")
@perm("cadastros.administrar")
def textos() -> str:
    """The texts to insert while writing."""
    pagina = textos_queries.lista(TEXTO, request.args.get("depois"))
    return render_template("cadastros/textos.html", pagina=pagina)


@bp.get("/modelos")
@perm("cadastros.administrar")
def modelos() -> str:
    """The whole documents with fields."""
    pagina = textos_queries.lista(DOCUMENTO, request.args.get("depois"))
    return render_template("cadastros/modelos.html", pagina=pagina)


def _pagina(especie: Especie[Any], form: TextoPadraoForm, id_: int | None, recusado: VersaoForm | None = None) -> str:
    """The page of one text. `form` as it came back, `recusado` the button that was refused."""
    linha = textos_queries.obter(especie, id_) if id_ is not None else None
    form.oferecer()
    proprios = services.campos_proprios(form.tipo.data or None, id_ if especie is DOCUMENTO else None)
    contexto: dict[str, Any] = {"limite_imagem": imagens.LIMITE_BYTES}
    if especie is TEXTO:
        contexto["previa"] = texto_de_exemplo(especie.limpar(form.texto_html()), proprios, agora=agora())
    return render_template(
        "cadastros/texto.html" if especie is TEXTO else "cadastros/modelo.html",
        form=form,
        linha=linha,
        campos=CAMPOS,
        proprios=proprios,
        recusado=recusado,
        **contexto,
    )


def _form(especie: Especie[Any], id_: int | None) -> TextoPadraoForm:
    """The form with what is kept; empty for a new text."""
    classe = TextoPadraoForm if especie is TEXTO else DocumentoModeloForm
    if id_ is None:
        return classe(formdata=None, formato="html", versao="0", unidade=0, tipo=0)
    linha = textos_queries.obter(especie, id_)
    return classe(
        formdata=None,
        titulo=getattr(linha, especie.titulo),
        texto=getattr(linha, especie.html),
        formato="html",
        unidade=linha.unidade_id or 0,
        tipo=linha.tipo_processo_id or 0,
        versao=str(linha.versao),
    )


def _salvar(especie: Especie[Any], id_: int | None, destino: str) -> tuple[str, int] | Response:
    form = TextoPadraoForm() if especie is TEXTO else DocumentoModeloForm()
    if form.validate():
        with form.aceitando_recusa():
            if id_ is None:
                linha = services.criar(especie, form.escrito(), por=current_user)
            else:
                linha = services.alterar(especie, id_, form.escrito(), por=current_user, versao=form.numero())
            flash(f"“{getattr(linha, especie.titulo)}” foi salvo.", "sucesso")
            return redirect(url_for(destino), 303)
    return _pagina(especie, form, id_), form.status


def _por_em_uso(especie: Especie[Any], id_: int, ativo: bool, destino: str) -> tuple[str, int] | Response:
    form = VersaoForm()
    with form.aceitando_recusa():
        services.por_em_uso(especie, id_, ativo, por=current_user, versao=form.numero())
        flash("Voltou a ser oferecido." if ativo else "Não é mais oferecido; continua aqui, se fizer falta.", "sucesso")
        return redirect(url_for(destino), 303)
    return _pagina(especie, _form(especie, id_), id_, form), form.status


@bp.get("/textos/novo")
@perm("cadastros.administrar")
def novo_texto() -> str:
    """A new text to insert."""
    return _pagina(TEXTO, _form(TEXTO, None), None)


@bp.post("/textos/novo")
@perm("cadastros.administrar")
def criar_texto() -> tuple[str, int] | Response:
    """Write it."""
    return _salvar(TEXTO, None, "cadastros.textos")


@bp.get("/textos/<int:texto_id>")
@perm("cadastros.administrar")
def texto(texto_id: int) -> str:
    """One text to insert, and how it looks filled in."""
    return _pagina(TEXTO, _form(TEXTO, texto_id), texto_id)


@bp.post("/textos/<int:texto_id>")
@perm("cadastros.administrar")
def alterar_texto(texto_id: int) -> tuple[str, int] | Response:
    """Change it."""
    return _salvar(TEXTO, texto_id, "cadastros.textos")


@bp.post("/textos/<int:texto_id>/desativar")
@perm("cadastros.administrar")
def desativar_texto(texto_id: int) -> tuple[str, int] | Response:
    """Offer it no longer."""
    return _por_em_uso(TEXTO, texto_id, False, "cadastros.textos")


@bp.post("/textos/<int:texto_id>/reativar")
@perm("cadastros.administrar")
def reativar_texto(texto_id: int) -> tuple[str, int] | Response:
    """Offer it again."""
    return _por_em_uso(TEXTO, texto_id, True, "cadastros.textos")


@bp.get("/modelos/novo")
@perm("cadastros.administrar")
def novo_modelo() -> str:
    """A new model document."""
    return _pagina(DOCUMENTO, _form(DOCUMENTO, None), None)


@bp.post("/modelos/novo")
@perm("cadastros.administrar")
def criar_modelo() -> tuple[str, int] | Response:
    """Write it."""
    return _salvar(DOCUMENTO, None, "cadastros.modelos")


@bp.get("/modelos/<int:modelo_id>")
@perm("cadastros.administrar")
def modelo(modelo_id: int) -> str:
    """One model document."""
    return _pagina(DOCUMENTO, _form(DOCUMENTO, modelo_id), modelo_id)


@bp.post("/modelos/<int:modelo_id>")
@perm("cadastros.administrar")
def alterar_modelo(modelo_id: int) -> tuple[str, int] | Response:
    """Change it."""
    return _salvar(DOCUMENTO, modelo_id, "cadastros.modelos")


@bp.post("/modelos/<int:modelo_id>/desativar")
@perm("cadastros.administrar")
def desativar_modelo(modelo_id: int) -> tuple[str, int] | Response:
    """Offer it no longer."""
    return _por_em_uso(DOCUMENTO, modelo_id, False, "cadastros.modelos")


@bp.post("/modelos/<int:modelo_id>/reativar")
@perm("cadastros.administrar")
def reativar_modelo(modelo_id: int) -> tuple[str, int] | Response:
    """Offer it again."""
    return _por_em_uso(DOCUMENTO, modelo_id, True, "cadastros.modelos")


@bp.post("/modelos/previa")
@perm("cadastros.administrar")
def previa_do_modelo() -> tuple[str, int] | Response:
    """The document as it is typed, as the PDF it would become; nothing is saved."""
    return _previa(None)


@bp.post("/modelos/<int:modelo_id>/previa")
@perm("cadastros.administrar")
def previa_do_modelo_salvo(modelo_id: int) -> tuple[str, int] | Response:
    """The same, with the fields of the types whose document it is."""
    return _previa(modelo_id)


def _previa(id_: int | None) -> tuple[str, int] | Response:
    form = DocumentoModeloForm()
    if form.validate():
        with form.aceitando_recusa():
            escrito, proprios = form.escrito(), services.campos_proprios(form.tipo.data or None, id_)
            limpo = services.conferir_html(DOCUMENTO, escrito, proprios)
            conteudo = documento_de_exemplo(escrito.titulo, limpo, proprios, agora=agora())
            return respostas_http.pdf_gerado(conteudo, "Exemplo.pdf")
    return _pagina(DOCUMENTO, form, id_), form.status
