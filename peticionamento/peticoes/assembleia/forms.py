"""Forms that ask for a proposition's number; whether it is one is the service's to say."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from peticionamento.comum.formularios import Formulario, Tamanho, sem_nulos, uma_linha
from peticionamento.peticoes.forms import ParaQuemForm

LIMITE = 120
"""Characters: enough for the address of a proposition's page."""


class ProposicaoForm(Formulario):
    """Bring a proposition to a draft."""

    proposicao = StringField("Número na Assembleia", [Tamanho(LIMITE)], filters=[uma_linha])
    substituir = BooleanField("Substituir o que já escrevi")


class PeloNumeroForm(ParaQuemForm):
    """Begin a draft from a proposition; `chave` makes one draft however often it is sent."""

    proposicao = StringField("Número na Assembleia", [Tamanho(LIMITE)], filters=[uma_linha])
    chave = HiddenField(validators=[InputRequired(), Length(max=64)], filters=[sem_nulos])
