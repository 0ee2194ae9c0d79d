"""The coordinator's page of the table of points."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import FieldList, Form, FormField, HiddenField, StringField

from peticionamento.comum.formularios import Formulario, uma_linha
from peticionamento.comum.permissoes import perm
from peticionamento.triagem import bp, pesos
from peticionamento.triagem.models import Criterio
from peticionamento.triagem.pesos import LINHAS, MEDIDAS, Digitada
from peticionamento.triagem.prioridade import Tabela, tabela


class PesoForm(Form):
    """One line; without either number it is no line."""

    limiar = StringField(filters=[uma_linha])
    pontos = StringField(filters=[uma_linha])

    @property
    def vazio(self) -> bool:
        """Whether the line says nothing."""
        return not (self.limiar.data or self.pontos.data)

    def digitada(self) -> Digitada:
        """The line, for the service."""
        return Digitada(_inteiro(self.limiar.data), _inteiro(self.pontos.data))

    def erradas(self, criterio: Criterio) -> list[str]:
        """Which of its fields are wrong."""
        return [] if self.vazio else pesos.erradas(criterio, self.digitada())


def _linhas(criterio: Criterio) -> Any:
    return FieldList(FormField(PesoForm), criterio.rotulo, max_entries=LINHAS + 1)


class PesosForm(Formulario):
    """The table: a list of lines for each criterion, called as it is."""

    visto = HiddenField()
    dias_uteis = _linhas(Criterio.DIAS_UTEIS)
    urgencia = _linhas(Criterio.URGENCIA)
    reiteracoes = _linhas(Criterio.REITERACOES)
    semelhantes = _linhas(Criterio.SEMELHANTES)
    idade = _linhas(Criterio.IDADE)

    def de(self, criterio: Criterio) -> Any:
        """A criterion's lines."""
        return self._fields[criterio.value]

    def digitada(self) -> dict[Criterio, list[Digitada]]:
        """What was typed, the blank lines left out."""
        return {
            criterio: [linha.form.digitada() for linha in self.de(criterio) if not linha.form.vazio]
            for criterio in Criterio
        }

    def preencher(self, da_tabela: Tabela) -> None:
        """Show a table."""
        for criterio, linhas in da_tabela.items():
            for limiar, pontos in linhas:
                self.de(criterio).append_entry({"limiar": str(limiar).replace("-", "−"), "pontos": str(pontos)})


def _inteiro(digitado: str | None) -> int | None:
    """A number as typed, with either sign for less than nothing; None for anything else."""
    limpo = (digitado or "").replace("−", "-").replace(" ", "")
    return int(limpo) if limpo.removeprefix("-").isdecimal() and len(limpo) < 6 else None


def _pagina(form: PesosForm) -> str:
    da_tabela = tabela()
    form.visto.data = pesos.retrato(da_tabela)  # having heard of the other's, the person may save over it
    for criterio in Criterio:
        lista = form.de(criterio)
        if len(lista) <= LINHAS and (not len(lista) or not lista[-1].form.vazio):
            lista.append_entry()
    maximo = sum(max((pontos for _, pontos in linhas), default=0) for linhas in da_tabela.values())
    return render_template("triagem/pesos.html", form=form, criterios=list(Criterio), medidas=MEDIDAS, maximo=maximo)


@bp.get("/pesos")
@perm("triagem.configurar")
def ver_pesos() -> str:
    """The table of points."""
    form = PesosForm(formdata=None)
    form.preencher(tabela())
    return _pagina(form)


@bp.post("/pesos")
@perm("triagem.configurar")
def salvar_pesos() -> tuple[str, int] | Response:
    """Put another in its place."""
    form = PesosForm()
    if form.validate():
        with form.aceitando_recusa():
            pesos.salvar(form.digitada(), visto=form.visto.data or "", por=current_user)
            flash("Tabela de pontos salva. A fila é refeita em instantes.", "sucesso")
            return redirect(url_for("triagem.ver_pesos"), 303)
    return _pagina(form), form.status
