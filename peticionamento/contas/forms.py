"""Forms of the door."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from peticionamento.comum.formularios import Formulario, Tamanho, uma_linha


class EntrarForm(Formulario):
    """Sign in."""

    identificacao = StringField(
        "CPF ou e-mail", [InputRequired("Informe o CPF ou o e-mail."), Tamanho(254)], filters=[uma_linha]
    )
    senha = PasswordField("Senha", [InputRequired("Informe a senha."), Tamanho(200)])


class TrocarSenhaForm(Formulario):
    """Change one's password."""

    senha_atual = PasswordField("Senha atual", [InputRequired("Informe a senha atual."), Tamanho(200)])
    senha_nova = PasswordField("Senha nova", [InputRequired("Informe a senha nova."), Tamanho(200)])
