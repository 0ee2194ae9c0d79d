"""Forms of the desk."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.erros import Recusa
from peticionamento.comum.formularios import Tamanho, VersaoForm, chave, sem_nulos, uma_linha
from peticionamento.comum.prazos import (
    LIMITE_DIAS_UTEIS,
    Calendario,
    Prazo,
    Unidade,
    contar,
    quantidade_em_palavras,
)
from peticionamento.comum.tempo import hoje
from peticionamento.triagem.diligencias import LIMITE_PERGUNTA
from peticionamento.triagem.services import LIMITE_INSTRUCAO, Destino, conferir_vencimento

_CONTADO = re.compile(
    r"^\s*(-?\d{1,6})\s*((?P<corridos>dias?\s+corridos?)|(?P<meses>m[eê]s(es)?)|dias?(\s+[uú]t(il|eis))?)?\s*$",
    re.IGNORECASE,
)
_LIMITES = {Unidade.DIAS_UTEIS: LIMITE_DIAS_UTEIS, Unidade.DIAS_CORRIDOS: 365, Unidade.MESES: 12}
PRAZO_PADRAO = 10
PRAZO_DO_AUTOR = 5
LIMITE_PARTICULARES = 20
"""Agencies of one routing that may be asked something of their own."""
INSTRUCAO_PADRAO = "Examinar o pedido e responder o que pode ser feito e em que prazo."
"""What an agency is asked unless the person writes something better: routing a plain demand takes no typing."""


class ComPrazo:
    """A form with a term in its field `prazo`: business days or a day."""

    prazo: StringField

    def validate_prazo(self, campo: StringField) -> None:
        """A term is a number of business days or a day still to come, so that all that is wrong is said at once."""
        prazo = ler_prazo(campo.data or "", hoje())
        if prazo.dia is not None:
            try:
                conferir_vencimento(prazo.dia, hoje(), calendario_local())
            except Recusa as recusa:
                raise ValidationError(recusa.mensagem) from recusa

    def vencimento(self, dia: date, calendario: Calendario) -> date:
        """The last day of the term asked for; the form is valid."""
        return vencimento(self.prazo_dado(dia), calendario)

    def prazo_dado(self, dia: date) -> Prazo:
        """The term asked for, given on `dia`; the form is valid."""
        return ler_prazo(self.prazo.data or "", dia)


class ParticularForm(ComPrazo, Form):
    """What one of the agencies is asked, where it differs; blank: as the others."""

    orgao = HiddenField(filters=[uma_linha])
    instrucao = TextAreaField("Instrução própria", [Tamanho(LIMITE_INSTRUCAO)], filters=[sem_nulos])
    prazo = StringField("Prazo próprio", [Optional()], filters=[uma_linha])
    acesso = SelectField(
        "Acesso", validate_choice=False, choices=[SelectChoice(nivel.value, nivel.rotulo) for nivel in NivelAcesso]
    )

    def destino(self, comum: Destino, dia: date, calendario: Calendario) -> Destino:
        """The agency's routing: the common one with what is its own."""
        return replace(
            comum,
            instrucao=(self.instrucao.data or "").strip() or comum.instrucao,
            vence_dia=self.vencimento(dia, calendario) if self.prazo.data else comum.vence_dia,
            prazo=self.prazo_dado(dia) if self.prazo.data else comum.prazo,
            acesso=NivelAcesso.RESTRITO if self.acesso.data == NivelAcesso.RESTRITO else NivelAcesso.PUBLICO,
        )


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

    particulares = FieldList(FormField(ParticularForm), max_entries=LIMITE_PARTICULARES)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check it all; what is wrong in the fields of one agency is also said at the top, in the same words."""
        valido: bool = super().validate(extra_validators)
        if self.particulares.errors:
            erros = [erro for linha in self.particulares for campo in linha.form for erro in campo.errors]
            self.particulares.errors = list(dict.fromkeys(erros))
        return valido

    def destinos(self, dia: date, calendario: Calendario) -> list[Destino]:
        """The routings asked for; the form is valid."""
        vence, prazo = self.vencimento(dia, calendario), self.prazo_dado(dia)
        comuns = [
            Destino(orgao_id, self.instrucao.data or "", vence, prazo=prazo) for orgao_id in self.orgaos.data or []
        ]
        proprios = {linha.orgao.data: linha.form for linha in self.particulares}
        return [
            proprios[chave_].destino(comum, dia, calendario) if (chave_ := str(comum.orgao_id)) in proprios else comum
            for comum in comuns
        ]

    def particularizar(self, de: dict[int, dict[str, str]] | None = None) -> None:
        """Give each agency chosen fields of its own, what is typed in them kept; `de` fills those it names."""
        escritos = {linha.orgao.data: linha.data for linha in self.particulares}
        while self.particulares.entries:
            self.particulares.pop_entry()
        for orgao_id in (self.orgaos.data or [])[:LIMITE_PARTICULARES]:
            dados = {**escritos.get(str(orgao_id), {}), **(de or {}).get(orgao_id, {}), "orgao": str(orgao_id)}
            dados.pop("csrf_token", None)
            self.particulares.append_entry(dados)


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


def ler_prazo(digitado: str, inicio: date) -> Prazo:
    """A term as typed: `10`, `10 dias úteis`, `30 dias corridos`, `2 meses`, `09/12/2026`; it is given on `inicio`.

    Raises ValidationError with its sentence.
    """
    if contado := _CONTADO.match(digitado):
        unidade = (
            Unidade.DIAS_CORRIDOS if contado["corridos"] else Unidade.MESES if contado["meses"] else Unidade.DIAS_UTEIS
        )
        numero, limite = int(contado[1]), _LIMITES[unidade]
        if not 1 <= numero <= limite:
            raise ValidationError(f"O prazo precisa ser de 1 a {quantidade_em_palavras(limite, unidade)}.")
        return Prazo(inicio, numero, unidade)
    try:
        dia = datetime.strptime(digitado.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a day, not an instant
    except ValueError:
        raise ValidationError("Escreva os dias úteis (10) ou o dia (09/12/2026).") from None
    return Prazo.ate_o_dia(inicio, dia)


def vencimento(prazo: Prazo, calendario: Calendario) -> date:
    """The last day of a term; one that was named is not moved: whoever named it is told that it is no business day."""
    return prazo.dia or contar(prazo, calendario).vence
