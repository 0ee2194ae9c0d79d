"""Forms of the agency's room and of SEGOV's review."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from peticionamento.atendimento.convites import LIMITE_FRASE, MotivoRecusa
from peticionamento.atendimento.homologacao import LIMITE_AJUSTE
from peticionamento.atendimento.services import LIMITE_MOTIVO
from peticionamento.comum.formularios import LIMITE_BRUTO, Formulario, Tamanho, TextoForm, VersaoForm, sem_nulos


class RecusarForm(VersaoForm):
    """Decline with a reason."""

    motivo = TextAreaField(
        "Por que o órgão não pode responder?",
        [InputRequired("Diga por que o órgão não pode responder e, se souber, quem pode."), Tamanho(LIMITE_MOTIVO)],
        filters=[sem_nulos],
    )


class ResponderForm(TextoForm):
    """An answer as it is typed: `versao` is the routing's, `versao_rascunho` the draft's."""

    versao_rascunho = HiddenField()
    texto = TextAreaField("Resposta", [Length(max=LIMITE_BRUTO)], filters=[sem_nulos])

    def numero_do_rascunho(self) -> int:
        """The draft's version as a number; 0, which no row has, when the field was tampered with."""
        digitado = str(self.versao_rascunho.data)
        return int(digitado) if digitado.isdecimal() and len(digitado) < 10 else 0


class DevolverForm(VersaoForm):
    """Send an answer back with what to mend."""

    ajuste = TextAreaField(
        "O que precisa ser ajustado?",
        [InputRequired("Diga ao órgão o que precisa ser ajustado."), Tamanho(LIMITE_AJUSTE)],
        filters=[sem_nulos],
    )


class ConviteForm(Formulario):
    """A focal point's answer by the link: one button receives, the other declines with a reason and a sentence."""

    RECEBER, RECUSAR = "receber", "recusar"

    decisao = HiddenField("Decisão")
    motivo = RadioField(
        "Por que o órgão recusa?",
        choices=[SelectChoice(motivo.value, motivo.rotulo) for motivo in MotivoRecusa],
        validate_choice=False,
    )
    frase = TextAreaField("Explique em uma frase", [Tamanho(LIMITE_FRASE)], filters=[sem_nulos])

    @property
    def recusa_pedida(self) -> bool:
        """Whether the button was that of declining."""
        return bool(self.decisao.data == self.RECUSAR)

    def motivo_escolhido(self) -> MotivoRecusa:
        """The reason of the list; the form was validated."""
        return MotivoRecusa(self.motivo.data)

    def validate_decisao(self, campo: Any) -> None:
        """One of the two buttons."""
        if campo.data not in (self.RECEBER, self.RECUSAR):
            raise ValidationError("Escolha receber ou recusar.")

    def validate_motivo(self, campo: Any) -> None:
        """Declining needs a reason of the list."""
        if self.recusa_pedida and campo.data not in {motivo.value for motivo in MotivoRecusa}:
            raise ValidationError("Escolha um motivo da lista.")
