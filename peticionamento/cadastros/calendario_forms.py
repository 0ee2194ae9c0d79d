"""Forms of the calendar and of outages."""

from __future__ import annotations

from datetime import datetime

from flask_wtf.file import FileField
from wtforms import DateField, DateTimeLocalField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from peticionamento.cadastros.models import TipoDeDia
from peticionamento.cadastros.services.calendario import LIMITE_ATO, LIMITE_NOME, DiaEditado
from peticionamento.cadastros.services.indisponibilidades import LIMITE_EVIDENCIA, LIMITE_MOTIVO, Registro
from peticionamento.comum.formularios import Formulario, Tamanho, sem_nulos, uma_linha
from peticionamento.comum.tempo import BRASILIA

_INSTANTES = ["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"]
"""As browsers send them, and as they are typed where there is no such field."""


class DiaForm(Formulario):
    """A day of the calendar."""

    dia = DateField("Dia", [InputRequired("Informe o dia, como 28/10/2026.")], format=["%Y-%m-%d", "%d/%m/%Y"])
    nome = StringField("Nome", [Tamanho(LIMITE_NOME)], filters=[uma_linha])
    tipo = SelectField(
        "O que é", choices=[SelectChoice(tipo.value, tipo.rotulo) for tipo in TipoDeDia], validate_choice=False
    )
    ato = StringField("Lei ou decreto", [Tamanho(LIMITE_ATO)], filters=[uma_linha])
    municipio = StringField("Município", filters=[uma_linha])

    def editado(self) -> DiaEditado:
        """What the form holds, for the service."""
        tipo = next((tipo for tipo in TipoDeDia if tipo.value == self.tipo.data), None)
        return DiaEditado(self.dia.data, self.nome.data or "", tipo, self.ato.data or "", self.municipio.data or "")


class ImportarForm(Formulario):
    """A spreadsheet of days."""

    planilha = FileField("Planilha .xlsx ou .csv")


class ConfirmarForm(Formulario):
    """The spreadsheet as it was read, to be read again: nothing is kept between the two pages."""

    linhas = HiddenField(filters=[sem_nulos])
    planilha = HiddenField()
    """Where a refusal of the whole is said."""


class IndisponibilidadeForm(Formulario):
    """An outage; times are Brasília's."""

    inicio = DateTimeLocalField(
        "Parou em", [InputRequired("Informe o dia e a hora em que o sistema parou.")], format=_INSTANTES
    )
    fim = DateTimeLocalField(
        "Voltou em", [InputRequired("Informe o dia e a hora em que o sistema voltou.")], format=_INSTANTES
    )
    motivo = StringField("O que aconteceu", [Tamanho(LIMITE_MOTIVO)], filters=[uma_linha])
    evidencia = TextAreaField("O que comprova", [Tamanho(LIMITE_EVIDENCIA)], filters=[sem_nulos])
    arquivo = FileField("Arquivo que comprova", [Optional()])

    def registro(self) -> Registro:
        """What the form holds, for the service."""
        return Registro(
            _em_brasilia(self.inicio.data), _em_brasilia(self.fim.data), self.motivo.data or "",
            self.evidencia.data or "",
        )  # fmt: skip


def _em_brasilia(digitado: datetime | None) -> datetime | None:
    return digitado.replace(tzinfo=BRASILIA) if digitado else None
