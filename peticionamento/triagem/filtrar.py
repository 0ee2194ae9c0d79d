"""The form of the queue's filters: on the queue itself where scripts run, else a page of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import DateInput

from peticionamento.comum.formularios import Formulario, Tamanho, sem_nulos, uma_linha
from peticionamento.comum.permissoes import perm
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp, queries, vistas
from peticionamento.triagem.filtros import LIMITE_TEXTO, Filtros, ler_dia
from peticionamento.triagem.lugar import lugar


def _lista(id_: str, rotulo: str, todos: str = "Todos") -> Any:
    opcoes = [SelectChoice("", todos)]
    return SelectField(rotulo, id=id_, choices=opcoes, filters=[sem_nulos], validate_choice=False)


def _dia(id_: str, rotulo: str) -> Any:
    return StringField(rotulo, id=id_, filters=[uma_linha, sem_nulos], widget=DateInput())


class FiltrosForm(Formulario):
    """What the queue can be narrowed by. It changes nothing, so it needs no token and travels in the address.

    The ids are its own: the desk has other forms about a theme or a municipality.
    """

    class Meta(Formulario.Meta):
        csrf = False

    q = StringField("Buscar", [Tamanho(LIMITE_TEXTO)], filters=[uma_linha, sem_nulos], id="filtro-q")
    deputado = _lista("filtro-deputado", "Deputado")
    partido = _lista("filtro-partido", "Partido")
    municipio = _lista("filtro-municipio", "Município")
    regiao = _lista("filtro-regiao", "Região", "Todas")
    tema = _lista("filtro-tema", "Tema")
    orgao = _lista("filtro-orgao", "Órgão a que foi")
    tipo = _lista("filtro-tipo", "Tipo da demanda")
    de = _dia("filtro-de", "Protocolada desde")
    ate = _dia("filtro-ate", "Protocolada até")
    marcador = _lista("filtro-marcador", "Marcador")

    def oferecer(self) -> None:
        """Fill the lists."""
        for nome, opcoes in vars(queries.opcoes()).items():
            self[nome].choices = [*self[nome].choices, *(SelectChoice(str(valor), rotulo) for valor, rotulo in opcoes)]

    def validate_de(self, campo: Field) -> None:
        """A day, of a year when somebody may have filed. Raises ValidationError."""
        _dia_valido(campo)

    def validate_ate(self, campo: Field) -> None:
        """The same, and the last day does not come before the first. Raises ValidationError."""
        ate, de = _dia_valido(campo), ler_dia(self.de.data or "")
        if ate and de and ate < de:
            raise ValidationError("O último dia vem antes do primeiro.")


def _dia_valido(campo: Field) -> date | None:
    dia = ler_dia(campo.data or "")
    if campo.data and dia is None:
        raise ValidationError("Escreva o dia assim: 24/11/2026.")
    return dia


@bp.get("/filtros")
@perm("triagem.fila")
def filtrar() -> str | tuple[str, int] | Response:
    """Choose the filters; applied, they lead to the queue, with the demand that was open still on the desk."""
    aqui, demanda_id = lugar(), request.args.get("demanda", type=int)
    form = FiltrosForm(request.args)
    if "aplicar" in request.args and form.validate():
        escolhidos: dict[str, Any] = {"aba": str(aqui.aba), **Filtros.ler(request.args).argumentos()}
        if demanda_id is not None:
            return redirect(url_for("triagem.mesa", demanda_id=demanda_id, **escolhidos), 303)
        return redirect(url_for("triagem.fila", **escolhidos), 303)
    form.oferecer()
    na_fila = "HX-Request" in request.headers
    return render_template(
        "triagem/_filtros.html" if na_fila else "triagem/filtros.html",
        form=form,
        aba=aqui.aba,
        onde=aqui.argumentos,
        demanda_id=demanda_id,
        na_fila=na_fila,
        salvas=vistas.de(pessoa_atual()),
    ), form.status
