"""The coordinator's page."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.formularios import Formulario, chave
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora, hoje
from peticionamento.comum.texto import plural
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp
from peticionamento.triagem.coordenacao import numeros, services
from peticionamento.triagem.coordenacao.ajuda import MINIMO_DE_TEMPOS
from peticionamento.triagem.coordenacao.services import Resultado

ESCOLHA = "Escolha a pessoa."


def _pessoa(valor: str | int) -> int:
    return chave(valor or 0)


class EntregarForm(Formulario):
    """How many of the queue's first demands go to whom."""

    quantas = IntegerField("Quantas", [InputRequired("Informe quantas demandas.")], default=10)
    pessoa = SelectField("Para quem", [InputRequired(ESCOLHA)], coerce=_pessoa, validate_choice=False)


class RecolherForm(Formulario):
    """Whose demands go back to the queue."""

    de = SelectField("De quem", [InputRequired(ESCOLHA)], coerce=_pessoa, validate_choice=False)


def _pagina(entregar: EntregarForm | None = None, recolher: RecolherForm | None = None) -> str:
    dia, calendario = hoje(), calendario_local()
    mesa = numeros.mesa(calendario, dia)
    entregar, recolher = entregar or EntregarForm(formdata=None), recolher or RecolherForm(formdata=None)
    equipe = [SelectChoice(c.pessoa_id, f"{c.nome} ({c.na_mao} na mão)") for c in mesa.cargas]
    entregar.pessoa.choices = [SelectChoice("", "Escolha"), *equipe]
    maos = [SelectChoice(c.pessoa_id, f"{c.nome} ({c.na_mao})") for c in mesa.cargas if c.na_mao]
    recolher.de.choices = [SelectChoice("", "Escolha"), *maos] if maos else []
    return render_template(
        "triagem/coordenacao/pagina.html",
        mesa=mesa,
        limite_das_atrasadas=numeros.LIMITE_DAS_ATRASADAS,
        minimo_de_tempos=MINIMO_DE_TEMPOS,
        form_entregar=entregar,
        form_recolher=recolher,
    )


@bp.get("/coordenacao")
@perm("triagem.coordenar")
def coordenacao() -> str:
    """Load, rhythm, backlog, what is late and why."""
    return _pagina()


@bp.post("/coordenacao/entregar")
@perm("triagem.coordenar")
def entregar_demandas() -> tuple[str, int] | Response:
    """Hand the queue's first demands to somebody."""
    form = EntregarForm()
    if form.validate():
        with form.aceitando_recusa():
            feito = services.entregar(form.quantas.data or 0, form.pessoa.data, por=pessoa_atual(), agora=agora())
            _dizer(feito, "entregue", "entregues", "Nenhuma demanda espera sem dono.")
            return redirect(url_for("triagem.coordenacao"), 303)
    return _pagina(entregar=form), form.status


@bp.post("/coordenacao/recolher")
@perm("triagem.coordenar")
def recolher_demandas() -> tuple[str, int] | Response:
    """Take back what somebody holds."""
    form = RecolherForm()
    if form.validate():
        with form.aceitando_recusa():
            feito = services.recolher(form.de.data, por=pessoa_atual())
            _dizer(feito, "de volta à fila", "de volta à fila", "A pessoa não tem nenhuma demanda na mão.")
            return redirect(url_for("triagem.coordenacao"), 303)
    return _pagina(recolher=form), form.status


def _dizer(feito: Resultado, uma: str, muitas: str, nenhuma: str) -> None:
    if feito.feitas:
        flash(f"{plural(feito.feitas, 'demanda', 'demandas')} {uma if feito.feitas == 1 else muitas}.", "sucesso")
    elif not feito.recusas:
        flash(nenhuma, "alerta")
    for demanda_id, motivo in feito.recusas:
        flash(f"A demanda {demanda_id} ficou como estava: {motivo}", "alerta")
