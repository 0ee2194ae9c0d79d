"""The administrator's pages of document types and legal grounds."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peticionamento.cadastros import bp, registros_queries
from peticionamento.cadastros.registros_forms import DocumentoForm, HipoteseForm
from peticionamento.cadastros.services import registros as services
from peticionamento.comum.permissoes import perm


@bp.get("/documentos")
@perm("cadastros.administrar")
def documentos() -> str:
    """Every document type."""
    return render_template("cadastros/documentos.html", documentos=registros_queries.todos_os_documentos())


@bp.get("/documentos/novo")
@perm("cadastros.administrar")
def novo_documento() -> str:
    """A new document type."""
    return _pagina_do_documento(DocumentoForm(formdata=None, ordem="0", ativo=True), None)


@bp.post("/documentos/novo")
@perm("cadastros.administrar")
def criar_documento() -> tuple[str, int] | Response:
    """Make it."""
    return _salvar_documento(None)


@bp.get("/documentos/<int:tipo_documento_id>")
@perm("cadastros.administrar")
def documento(tipo_documento_id: int) -> str:
    """One document type."""
    linha = registros_queries.documento(tipo_documento_id)
    palavras = ", ".join(linha.palavras)
    form = DocumentoForm(formdata=None, nome=linha.nome, palavras=palavras, ordem=str(linha.ordem), ativo=linha.ativo)
    return _pagina_do_documento(form, tipo_documento_id)


@bp.post("/documentos/<int:tipo_documento_id>")
@perm("cadastros.administrar")
def alterar_documento(tipo_documento_id: int) -> tuple[str, int] | Response:
    """Change it."""
    return _salvar_documento(tipo_documento_id)


def _pagina_do_documento(form: DocumentoForm, tipo_documento_id: int | None) -> str:
    linha = registros_queries.documento(tipo_documento_id) if tipo_documento_id is not None else None
    usado_em = registros_queries.tipos_que_pedem(linha.id) if linha else []
    return render_template("cadastros/documento.html", form=form, linha=linha, usado_em=usado_em)


def _salvar_documento(tipo_documento_id: int | None) -> tuple[str, int] | Response:
    form = DocumentoForm()
    if form.validate():
        with form.aceitando_recusa():
            linha = services.salvar_documento(tipo_documento_id, form.editado(), por=current_user)
            flash(f"“{linha.nome}” foi salvo.", "sucesso")
            return redirect(url_for("cadastros.documentos"), 303)
    return _pagina_do_documento(form, tipo_documento_id), form.status


@bp.get("/hipoteses")
@perm("cadastros.administrar")
def hipoteses() -> str:
    """Every legal ground for restricted access."""
    return render_template("cadastros/hipoteses.html", hipoteses=registros_queries.todas_as_hipoteses())


@bp.get("/hipoteses/nova")
@perm("cadastros.administrar")
def nova_hipotese() -> str:
    """A new legal ground."""
    return _pagina_da_hipotese(HipoteseForm(formdata=None, ativa=True), None)


@bp.post("/hipoteses/nova")
@perm("cadastros.administrar")
def criar_hipotese() -> tuple[str, int] | Response:
    """Make it."""
    return _salvar_hipotese(None)


@bp.get("/hipoteses/<int:hipotese_id>")
@perm("cadastros.administrar")
def hipotese(hipotese_id: int) -> str:
    """One legal ground."""
    linha = registros_queries.hipotese(hipotese_id)
    form = HipoteseForm(formdata=None, nome=linha.nome, base_legal=linha.base_legal, ativa=linha.ativa)
    return _pagina_da_hipotese(form, hipotese_id)


@bp.post("/hipoteses/<int:hipotese_id>")
@perm("cadastros.administrar")
def alterar_hipotese(hipotese_id: int) -> tuple[str, int] | Response:
    """Change it."""
    return _salvar_hipotese(hipotese_id)


def _pagina_da_hipotese(form: HipoteseForm, hipotese_id: int | None) -> str:
    linha = registros_queries.hipotese(hipotese_id) if hipotese_id is not None else None
    usada_em = registros_queries.tipos_que_usam(linha.id) if linha else []
    return render_template("cadastros/hipotese.html", form=form, linha=linha, usada_em=usada_em)


def _salvar_hipotese(hipotese_id: int | None) -> tuple[str, int] | Response:
    form = HipoteseForm()
    if form.validate():
        with form.aceitando_recusa():
            linha = services.salvar_hipotese(hipotese_id, form.editada(), por=current_user)
            flash(f"“{linha.nome}” foi salva.", "sucesso")
            return redirect(url_for("cadastros.hipoteses"), 303)
    return _pagina_da_hipotese(form, hipotese_id), form.status
