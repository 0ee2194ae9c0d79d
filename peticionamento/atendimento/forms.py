"""Forms of the agency's room and of SEGOV's review."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from peticionamento.atendimento.homologacao import LIMITE_AJUSTE
from peticionamento.atendimento.services import LIMITE_MOTIVO
from peticionamento.comum.formularios import LIMITE_BRUTO, Tamanho, TextoForm, VersaoForm, sem_nulos


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
