"""Pages of the markers: the coordinator's list, and putting them on the demand that is on the desk."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]

from peticionamento.comum.erros import Recusa
from peticionamento.comum.formularios import Formulario, chave, sem_nulos, uma_linha
from peticionamento.comum.permissoes import perm
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp, marcadores
from peticionamento.triagem.lugar import lugar
from peticionamento.triagem.models import Cor


class MarcadorForm(Formulario):
    """A marker."""

    nome = StringField("Nome", filters=[uma_linha, sem_nulos])
    cor = SelectField("Cor", choices=[SelectChoice(cor.value, cor.rotulo) for cor in Cor], coerce=Cor)
    ativo = BooleanField("Em uso", default=True)


@bp.get("/marcadores")
@perm("triagem.configurar")
def lista_de_marcadores() -> str:
    """The coordinator's list of markers."""
    return _marcadores(MarcadorForm(formdata=None))


def _marcadores(form: MarcadorForm, marcador_id: int | None = None) -> str:
    return render_template("triagem/marcadores.html", marcadores=marcadores.todos(), form=form, marcador_id=marcador_id)


@bp.get("/marcadores/<int:marcador_id>")
@perm("triagem.configurar")
def marcador(marcador_id: int) -> str:
    """One marker, to be changed."""
    return _marcadores(MarcadorForm(formdata=None, obj=marcadores.marcador(marcador_id)), marcador_id)


@bp.post("/marcadores")
@perm("triagem.configurar")
def criar_marcador() -> tuple[str, int] | Response:
    """Make a marker."""
    return _salvar_marcador(None)


@bp.post("/marcadores/<int:marcador_id>")
@perm("triagem.configurar")
def salvar_marcador(marcador_id: int) -> tuple[str, int] | Response:
    """Change a marker."""
    return _salvar_marcador(marcadores.marcador(marcador_id).id)


def _salvar_marcador(marcador_id: int | None) -> tuple[str, int] | Response:
    form = MarcadorForm()
    if form.validate():
        with form.aceitando_recusa():
            feito = marcadores.salvar(
                marcador_id, form.nome.data or "", form.cor.data, por=pessoa_atual(), ativo=form.ativo.data
            )
            flash(f"Marcador “{feito.nome}” salvo.", "sucesso")
            return redirect(url_for("triagem.lista_de_marcadores"), 303)
    return _marcadores(form, marcador_id), form.status


@bp.post("/<int:demanda_id>/marcadores")
@perm("triagem.classificar")
def marcar(demanda_id: int) -> Response:
    """Give a demand the markers ticked."""
    ids = [valor for valor in request.form.getlist("marcadores") if valor.isdecimal() and len(valor) < 18]
    try:
        marcadores.marcar(demanda_id, [chave(valor) for valor in ids], por=pessoa_atual())
    except Recusa as recusa:
        if recusa.campo != "marcadores":
            raise
        flash(recusa.mensagem, "alerta")
    aqui = lugar()
    return redirect(url_for("triagem.mesa", demanda_id=demanda_id, depois=aqui.depois, **aqui.argumentos), 303)
