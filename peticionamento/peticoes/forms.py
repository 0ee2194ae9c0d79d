"""Forms of the author's room: shape and format only; rules that need the database are the service's."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from peticionamento.comum.formularios import (
    LIMITE_BRUTO,
    Formulario,
    Tamanho,
    TextoForm,
    VersaoForm,
    chave,
    sem_nulos,
    uma_linha,
)
from peticionamento.peticoes.models import LIMITE_ASSUNTO
from peticionamento.peticoes.services import Rascunho


class NovaForm(Formulario):
    """Choose the kind of demand; `chave` makes one draft however often it is sent."""

    tipo = RadioField("Tipo da demanda", [InputRequired("Escolha o tipo da demanda.")], coerce=chave)
    chave = HiddenField(validators=[InputRequired(), Length(max=64)], filters=[sem_nulos])


class RascunhoForm(TextoForm):
    """A petition as it is typed."""

    tipo = SelectField("Tipo da demanda", coerce=chave, validate_choice=False)
    assunto = StringField(
        "Assunto", [Tamanho(LIMITE_ASSUNTO)], filters=[uma_linha], description="Uma linha que diga o que se pede."
    )
    municipio = StringField("Município", [Tamanho(80)], filters=[uma_linha])
    texto = TextAreaField("Texto do pedido", [Length(max=LIMITE_BRUTO)], filters=[sem_nulos])

    def rascunho(self) -> Rascunho:
        """What the form holds, for the service."""
        return Rascunho(
            tipo_id=self.tipo.data or 0,
            assunto=self.assunto.data or "",
            municipio=self.municipio.data or "",
            texto_html=self.texto_html(),
        )


class AssinarForm(VersaoForm):
    """Sign by typing the password again. `retrato` is what the person reviewed, text and attachments."""

    retrato = HiddenField(validators=[InputRequired()])
    senha = PasswordField("Sua senha", [InputRequired("Digite a senha para assinar."), Tamanho(200)])
