"""Forms of the desk."""

from __future__ import annotations

import re
from datetime import date, datetime

from wtforms import SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.erros import Recusa
from peticionamento.comum.formularios import Tamanho, VersaoForm, chave, sem_nulos, uma_linha
from peticionamento.comum.prazos import LIMITE_DIAS_UTEIS, Calendario
from peticionamento.comum.tempo import hoje
from peticionamento.triagem.diligencias import LIMITE_PERGUNTA
from peticionamento.triagem.services import LIMITE_INSTRUCAO, Destino, conferir_vencimento

_DIAS = re.compile(r"^\s*(-?\d{1,6})\s*(dias?(\s+[uú]t(il|eis))?)?\s*$", re.IGNORECASE)
PRAZO_PADRAO = 10
PRAZO_DO_AUTOR = 5
INSTRUCAO_PADRAO = "Examinar o pedido e responder o que pode ser feito e em que prazo."
"""What an agency is asked unless the person writes something better: routing a plain demand takes no typing."""


class ComPrazo:
    """A form with a term in its field `prazo`: business days or a day."""

    prazo: StringField

    def validate_prazo(self, campo: StringField) -> None:
        """A term is a number of business days or a day still to come, so that all that is wrong is said at once."""
        prazo = ler_prazo(campo.data or "")
        if isinstance(prazo, date):
            try:
                conferir_vencimento(prazo, hoje(), calendario_local())
            except Recusa as recusa:
                raise ValidationError(recusa.mensagem) from recusa

    def vencimento(self, dia: date, calendario: Calendario) -> date:
        """The last day of the term asked for; the form is valid."""
        return vencimento(self.prazo.data or "", dia, calendario)


class DistribuirForm(ComPrazo, VersaoForm):
    """Where a demand goes, what is asked, and by when."""

    orgaos = SelectMultipleField(
        "Encaminhar a", [InputRequired("Escolha pelo menos um órgão.")], coerce=chave, validate_choice=False
    )
    instrucao = TextAreaField(
        "Instrução ao órgão",
        [InputRequired("Diga ao órgão o que se espera dele."), Tamanho(LIMITE_INSTRUCAO)],
        filters=[sem_nulos],
        default=INSTRUCAO_PADRAO,
    )
    prazo = StringField(
        "Prazo",
        [InputRequired("Informe o prazo.")],
        filters=[uma_linha],
        default=f"{PRAZO_PADRAO} dias úteis",
    )

    def destinos(self, dia: date, calendario: Calendario) -> list[Destino]:
        """The routings asked for; the form is valid."""
        vence = self.vencimento(dia, calendario)
        return [Destino(orgao_id, self.instrucao.data or "", vence) for orgao_id in self.orgaos.data or []]


class PedirForm(ComPrazo, VersaoForm):
    """What is asked of the author, and by when. Its field's id is its own: the page has another term."""

    pergunta = TextAreaField(
        "O que o autor precisa esclarecer",
        [InputRequired("Diga ao autor o que falta."), Tamanho(LIMITE_PERGUNTA)],
        filters=[sem_nulos],
    )
    prazo = StringField(
        "Prazo do autor",
        [InputRequired("Informe o prazo.")],
        id="prazo-do-autor",
        filters=[uma_linha],
        default=f"{PRAZO_DO_AUTOR} dias úteis",
    )


def ler_prazo(digitado: str) -> int | date:
    """A term as typed: `10`, `10 dias úteis`, `09/12/2026`. Raises ValidationError with its sentence."""
    if dias := _DIAS.match(digitado):
        numero = int(dias[1])
        if not 1 <= numero <= LIMITE_DIAS_UTEIS:
            raise ValidationError(f"O prazo precisa ser de 1 a {LIMITE_DIAS_UTEIS} dias úteis.")
        return numero
    try:
        return datetime.strptime(digitado.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a day, not an instant
    except ValueError:
        raise ValidationError("Escreva os dias úteis (10) ou o dia (09/12/2026).") from None


def vencimento(digitado: str, dia: date, calendario: Calendario) -> date:
    """The last day of a term as typed. Raises ValidationError."""
    prazo = ler_prazo(digitado)
    return prazo if isinstance(prazo, date) else calendario.somar(dia, prazo)
