"""The coordinator's page of the grounds for not accepting a demand."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from peticionamento.comum.formularios import Formulario, Tamanho, sem_nulos, uma_linha
from peticionamento.comum.permissoes import perm
from peticionamento.triagem import bp, fundamentos
from peticionamento.triagem.fundamentos import LIMITE_NOME, LIMITE_TEXTO, Editado


class FundamentoForm(Formulario):
    """One ground."""

    nome = StringField("Nome", [InputRequired("Dê um nome ao fundamento."), Tamanho(LIMITE_NOME)], filters=[uma_linha])
    texto = TextAreaField(
        "O que o autor lê",
        [InputRequired("Escreva o que o autor vai ler."), Tamanho(LIMITE_TEXTO)],
        filters=[sem_nulos],
    )
    ordem = IntegerField(
        "Ordem na lista",
        [InputRequired("Escreva um número de 0 a 999."), NumberRange(0, 999, "Escreva um número de 0 a 999.")],
        default=0,
    )
    ativo = BooleanField("Em uso", default=True)

    def editado(self) -> Editado:
        """What the form holds, for the service."""
        return Editado(self.nome.data or "", self.texto.data or "", self.ordem.data or 0, self.ativo.data)


@bp.get("/fundamentos")
@perm("triagem.configurar")
def ver_fundamentos() -> str:
    """All of them."""
    return render_template("triagem/fundamentos.html", fundamentos=fundamentos.todos())


@bp.get("/fundamentos/novo")
@perm("triagem.configurar")
def novo_fundamento() -> str:
    """An empty one."""
    return _pagina(FundamentoForm(formdata=None), None)


@bp.post("/fundamentos/novo")
@perm("triagem.configurar")
def criar_fundamento() -> tuple[str, int] | Response:
    """Make it."""
    return _salvar(None)


@bp.get("/fundamentos/<int:fundamento_id>")
@perm("triagem.configurar")
def fundamento(fundamento_id: int) -> str:
    """One of them, to change."""
    return _pagina(FundamentoForm(formdata=None, obj=fundamentos.fundamento(fundamento_id)), fundamento_id)


@bp.post("/fundamentos/<int:fundamento_id>")
@perm("triagem.configurar")
def alterar_fundamento(fundamento_id: int) -> tuple[str, int] | Response:
    """Change it."""
    fundamentos.fundamento(fundamento_id)
    return _salvar(fundamento_id)


def _pagina(form: FundamentoForm, fundamento_id: int | None) -> str:
    return render_template("triagem/fundamento.html", form=form, fundamento_id=fundamento_id)


def _salvar(fundamento_id: int | None) -> tuple[str, int] | Response:
    form = FundamentoForm()
    if form.validate():
        with form.aceitando_recusa():
            linha = fundamentos.salvar(fundamento_id, form.editado(), por=current_user)
            flash(f"Fundamento “{linha.nome}” salvo.", "sucesso")
            return redirect(url_for("triagem.ver_fundamentos"), 303)
    return _pagina(form, fundamento_id), form.status
