"""Forms of the channels' settings."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from peticionamento.comum.correio import endereco_valido
from peticionamento.comum.formularios import Formulario, Tamanho, VersaoForm, sem_nulos, uma_linha
from peticionamento.distribuicao.canais.correio import LIMITE_MB, Anexo

_LINHA = [uma_linha, sem_nulos]
_TAMANHO_MB = "Escreva um número de 0 a 25."
_NUMERO = Regexp(r"^\d{1,20}$", message="Escreva só o número, como está no SEI.")


def _opcional() -> Optional:
    return Optional(strip_whitespace=True)


class CorreioForm(VersaoForm):
    """What goes with a message."""

    anexo = RadioField(
        "O que vai com a mensagem",
        choices=[SelectChoice(a.value, a.rotulo) for a in Anexo],
        default=Anexo.PETICAO.value,
        validate_choice=False,
    )
    limite_mb = IntegerField(
        "Anexar até (MB)", [InputRequired(_TAMANHO_MB), NumberRange(0, 25, _TAMANHO_MB)], default=LIMITE_MB
    )

    def validate_anexo(self, campo: Any) -> None:
        """One of the list. Raises ValidationError."""
        if campo.data not in {anexo.value for anexo in Anexo}:
            raise ValidationError("Escolha o que vai com a mensagem.")

    def dados(self) -> dict[str, Any]:
        """As kept."""
        return {"anexo": self.anexo.data, "limite_mb": self.limite_mb.data}


class CanalForm(VersaoForm):
    """On or off."""

    ligado = BooleanField("Ligado")

    def dados(self) -> dict[str, Any]:
        """As kept."""
        return {}


class SeiForm(CanalForm):
    """What every process opened in SEI has in common."""

    unidade = StringField("Nossa unidade no SEI", [InputRequired("Escreva o número da unidade."), _NUMERO], _LINHA)
    tipo_procedimento = StringField("Tipo do processo", [InputRequired("Escreva o número do tipo."), _NUMERO], _LINHA)
    serie_principal = StringField(
        "Tipo de documento da petição", [InputRequired("Escreva o número do tipo."), _NUMERO], _LINHA
    )
    serie_anexo = StringField(
        "Tipo de documento dos anexos", [InputRequired("Escreva o número do tipo."), _NUMERO], _LINHA
    )
    serie_instrucao = StringField(
        "Tipo de documento da instrução", [InputRequired("Escreva o número do tipo."), _NUMERO], _LINHA
    )
    numeracao = StringField(
        "Numeração reservada a nós",
        [_opcional(), Regexp(r"^\d{4}\.\d{2}$", message="Escreva como 1490.02.")],
        _LINHA,
    )
    hipotese = StringField("Hipótese legal dos restritos", [_opcional(), _NUMERO], _LINHA)

    NOMES = (
        "unidade", "tipo_procedimento", "serie_principal", "serie_anexo", "serie_instrucao", "numeracao", "hipotese",
    )  # fmt: skip

    def dados(self) -> dict[str, Any]:
        """As kept."""
        return {nome: self[nome].data or "" for nome in self.NOMES}


class EnderecoWebhookForm(VersaoForm):
    """Where an agency's own system takes demands."""

    endereco = StringField(
        "Endereço do sistema do órgão", [InputRequired("Escreva o endereço."), Tamanho(254)], filters=_LINHA
    )
    ativo = BooleanField("Em uso", default=True)

    def dados(self) -> dict[str, Any]:
        """Nothing but the address."""
        return {}


class EnderecoSeiForm(VersaoForm):
    """Which unit of SEI takes an agency's demands."""

    endereco = StringField("Sigla da unidade no SEI", [InputRequired("Escreva a sigla."), Tamanho(60)], filters=_LINHA)
    unidade = StringField(
        "Número da unidade no SEI", [InputRequired("Escreva o número da unidade."), _NUMERO], filters=_LINHA
    )
    ativo = BooleanField("Em uso", default=True)

    def dados(self) -> dict[str, Any]:
        """What only the channel reads."""
        return {"unidade": self.unidade.data}


class TesteCorreioForm(Formulario):
    """To whom a test message goes."""

    para = StringField("Enviar um teste para", [InputRequired("Escreva um e-mail."), Tamanho(254)], filters=_LINHA)

    def validate_para(self, campo: Any) -> None:
        """An address that mail can be sent to. Raises ValidationError."""
        if not endereco_valido(campo.data or ""):
            raise ValidationError("O endereço de e-mail não é válido.")
