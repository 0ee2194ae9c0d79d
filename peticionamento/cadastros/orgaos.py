"""The administrator's pages of agencies: what they do, by which demands are suggested to them, and their mail."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from peticionamento.cadastros import bp, registros_queries
from peticionamento.cadastros.services.orgaos import LIMITE_COMPETENCIAS, OrgaoEditado, salvar_orgao
from peticionamento.comum.formularios import Formulario, Tamanho, sem_nulos, uma_linha
from peticionamento.comum.permissoes import perm


class OrgaoForm(Formulario):
    """An agency."""

    competencias = TextAreaField("Competências", [Tamanho(LIMITE_COMPETENCIAS)], filters=[sem_nulos])
    palavras_chave = TextAreaField("Palavras-chave", filters=[sem_nulos])
    email = StringField("E-mail", filters=[uma_linha])


@bp.get("/orgaos")
@perm("cadastros.administrar")
def orgaos() -> str:
    """Every agency."""
    return render_template("cadastros/orgaos.html", orgaos=registros_queries.todos_os_orgaos())


@bp.get("/orgaos/<int:orgao_id>")
@perm("cadastros.administrar")
def orgao(orgao_id: int) -> str:
    """One agency."""
    linha = registros_queries.orgao(orgao_id)
    form = OrgaoForm(
        formdata=None,
        competencias=linha.competencias,
        palavras_chave=", ".join(linha.palavras_chave),
        email=linha.email or "",
    )
    return render_template("cadastros/orgao.html", form=form, linha=linha)


@bp.post("/orgaos/<int:orgao_id>")
@perm("cadastros.administrar")
def alterar_orgao(orgao_id: int) -> tuple[str, int] | Response:
    """Change it."""
    form, linha = OrgaoForm(), registros_queries.orgao(orgao_id)
    if form.validate():
        with form.aceitando_recusa():
            editado = OrgaoEditado(form.competencias.data or "", form.palavras_chave.data or "", form.email.data or "")
            salvar_orgao(orgao_id, editado, por=current_user)
            flash(f"{linha.sigla}: salvo. As sugestões mudam no próximo treino.", "sucesso")
            return redirect(url_for("cadastros.orgaos"), 303)
    return render_template("cadastros/orgao.html", form=form, linha=linha), form.status
