"""The form in which a person says what is in SEI."""

from __future__ import annotations

from wtforms import RadioField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import AnyOf

from peticionamento.comum.formularios import Tamanho, VersaoForm, uma_linha

SIM, NAO = "sim", "nao"


class ProcessoNoSeiForm(VersaoForm):
    """Whether the process is there, and its number."""

    aberto = RadioField(
        "O processo foi aberto no SEI?",
        [AnyOf([SIM, NAO], "Diga se o processo está no SEI.")],
        choices=[SelectChoice(SIM, "Sim, está lá"), SelectChoice(NAO, "Não está lá: pode abrir")],
        validate_choice=False,
    )
    processo = StringField("Número do processo no SEI", [Tamanho(50)], filters=[uma_linha])

    def validate_processo(self, campo: StringField) -> None:
        """A process that is there has a number."""
        if self.aberto.data == SIM and not campo.data:
            raise ValidationError("Escreva o número que o SEI deu ao processo.")

    @property
    def encontrado(self) -> str | None:
        """The number; None when there is no process."""
        return str(self.processo.data) if self.aberto.data == SIM else None
