"""Forms of the author's room: shape and format only; rules that need the database are the service's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import Field, HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import DateInput

from peticionamento.cadastros.models import HipoteseLegal, NivelAcesso, Tema, TipoProcesso
from peticionamento.cadastros.queries import UnidadeOferecida
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
from peticionamento.peticoes.services import LIMITE_CAMPO, LIMITE_REFERENCIA, Rascunho
from peticionamento.peticoes.services.avaliacoes import LIMITE_COMENTARIO, LIMITE_MOTIVO

PREFIXO_CAMPO = "campo_"
"""Beginning of the names of the fields that a type's own form has."""

NIVEIS = [SelectChoice(nivel.value, nivel.rotulo) for nivel in NivelAcesso]


def chave_ou_nada(valor: str | int | None) -> int | None:
    """WTForms coercion: the id of a row; 0 for the empty choice; None where the page did not ask."""
    return None if valor is None else chave(valor or 0)


def nivel(valor: str | NivelAcesso | None) -> NivelAcesso | None:
    """WTForms coercion: an access level, None where the page did not ask. Raises ValueError for any other word."""
    return NivelAcesso(valor) if valor else None


class ParaQuemForm(Formulario):
    """Begin a draft: `autor` says for whom, where the person acts for several."""

    autor = HiddenField(filters=[sem_nulos])

    def autor_id(self) -> int | None:
        """The author's id; 0, which nobody has, when the field was tampered with."""
        digitado = str(self.autor.data or "")
        return None if not digitado else int(digitado) if re.fullmatch("[0-9]{1,18}", digitado) else 0


class NovaForm(ParaQuemForm):
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
    unidade = SelectField("Unidade que recebe", coerce=chave_ou_nada, validate_choice=False)
    acesso = RadioField("Nível de acesso", coerce=nivel, choices=NIVEIS, validate_choice=False)
    hipotese = SelectField("Hipótese legal", coerce=chave_ou_nada, validate_choice=False)
    tema = SelectField("Tema", coerce=chave_ou_nada, validate_choice=False)
    referencia = StringField(
        "Sua referência", [Tamanho(LIMITE_REFERENCIA)], filters=[uma_linha],
        description="Do seu gabinete: o número de um ofício, o nome de uma pasta. Serve para achar a petição depois.",
    )  # fmt: skip
    texto = TextAreaField("Texto do pedido", [Length(max=LIMITE_BRUTO)], filters=[sem_nulos])

    def rascunho(self) -> Rascunho:
        """What the form holds, for the service."""
        return Rascunho(
            tipo_id=self.tipo.data or 0,
            assunto=self.assunto.data or "",
            municipio=self.municipio.data or "",
            texto_html=self.texto_html() if self.texto.raw_data else None,
            campos={c.name.removeprefix(PREFIXO_CAMPO): c.data or "" for c in self.do_tipo() if c.raw_data},
            unidade_id=self.unidade.data,
            acesso=self.acesso.data,
            hipotese_id=self.hipotese.data,
            tema_id=self.tema.data,
            referencia=self.referencia.data,
        )

    def oferecer(
        self,
        tipos: Iterable[TipoProcesso],
        temas: Iterable[Tema],
        unidades: Iterable[UnidadeOferecida] = (),
        hipoteses: Iterable[HipoteseLegal] = (),
    ) -> None:
        """Put the choices in the lists."""
        self.tipo.choices = [SelectChoice(tipo.id, tipo.nome) for tipo in tipos]
        nenhuma = SelectChoice("", "Escolha na lista")
        self.unidade.choices = [nenhuma, *(SelectChoice(u.id, u.rotulo, optgroup=u.orgao) for u in unidades)]
        self.hipotese.choices = [nenhuma, *(SelectChoice(h.id, h.rotulo) for h in hipoteses)]
        self.tema.choices = [SelectChoice("", "Sem tema"), *(SelectChoice(t.id, t.caminho) for t in temas)]

    def do_tipo(self) -> list[Field]:
        """The fields of the types' own forms, in their order."""
        return [campo for nome, campo in self._fields.items() if nome.startswith(PREFIXO_CAMPO)]


def formulario_de(*tipos: TipoProcesso) -> type[RascunhoForm]:
    """The form with the fields that these types ask for; of two with the same name the last type's."""
    campos = {PREFIXO_CAMPO + campo["nome"]: _campo(campo) for tipo in tipos for campo in tipo.campos}
    return type("RascunhoForm", (RascunhoForm,), campos)


def _campo(campo: Mapping[str, Any]) -> Any:
    """One field as the administrator described it; what is typed stays as typed, right or not yet."""
    longo = campo["tipo"] == "texto"
    classe = TextAreaField if longo else StringField
    return classe(
        campo["rotulo"],
        [Tamanho(LIMITE_CAMPO)],
        filters=[sem_nulos if longo else uma_linha],
        description=campo.get("dica", ""),
        widget=DateInput() if campo["tipo"] == "data" else None,
    )


class AssinarForm(VersaoForm):
    """Sign by typing the password again. `retrato` is what the person reviewed, text and attachments."""

    retrato = HiddenField(validators=[InputRequired()])
    senha = PasswordField("Sua senha", [InputRequired("Digite a senha para assinar."), Tamanho(200)])


NOTAS = ["1, não resolve", "2", "3", "4", "5, resolve"]


class AvaliarForm(Formulario):
    """What the author thinks of an answer."""

    nota = RadioField(
        "A resposta resolve o que foi pedido?",
        [InputRequired("Escolha uma nota de 1 a 5.")],
        coerce=int,
        choices=[SelectChoice(nota, rotulo) for nota, rotulo in enumerate(NOTAS, start=1)],
    )
    comentario = TextAreaField("Comentário", [Optional(), Tamanho(LIMITE_COMENTARIO)], filters=[sem_nulos])


class ReabrirForm(Formulario):
    """Why an answered demand is sent back."""

    motivo = TextAreaField(
        "O que falta na resposta", [InputRequired("Diga o que falta na resposta."), Tamanho(LIMITE_MOTIVO)],
        filters=[sem_nulos],
    )  # fmt: skip


class ReferenciaForm(Formulario):
    """The sender's own reference, on a filed petition."""

    referencia = StringField("Sua referência", [Tamanho(LIMITE_REFERENCIA)], filters=[uma_linha])


class DeNovoForm(Formulario):
    """Begin a petition like a filed one; `chave` makes one draft however often it is sent."""

    chave = HiddenField(validators=[InputRequired(), Length(max=64)], filters=[sem_nulos])
