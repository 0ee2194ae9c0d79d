"""The form that splits a petition into several demands."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, Form, FormField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from peticionamento.cadastros.queries import nomes_de_municipios, temas_ativos
from peticionamento.comum.erros import Recusa
from peticionamento.comum.formularios import Tamanho, VersaoForm, chave, sem_nulos, uma_linha
from peticionamento.peticoes.models import LIMITE_ASSUNTO
from peticionamento.peticoes.services import desmembramento as processos
from peticionamento.triagem.classificacao import nomes_de
from peticionamento.triagem.decisoes_forms import numero
from peticionamento.triagem.desmembramento import LIMITE_PARTES, Parte
from peticionamento.triagem.models import Demanda

DE_INICIO = 2
"""Places for parts that the page opens with; one that stays blank is no part."""
RECUO = "\N{NO-BREAK SPACE}" * 3


class ParteForm(Form):
    """One more demand."""

    assunto = StringField("Assunto", [Tamanho(LIMITE_ASSUNTO)], filters=[uma_linha])
    texto = TextAreaField("O que ela pede", filters=[sem_nulos])
    municipio = StringField("Município", [Tamanho(80)], filters=[uma_linha])
    tema = SelectField("Tema", coerce=numero, validate_choice=False)
    documentos = SelectMultipleField(
        "Documentos que vão junto", coerce=chave, validate_choice=False,
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip

    def parte(self) -> Parte:
        """What is typed, for the service."""
        return Parte(
            self.assunto.data or "", self.texto.data or "", self.municipio.data or "", self.tema.data,
            frozenset(self.documentos.data or []),
        )  # fmt: skip


class DesmembrarForm(VersaoForm):
    """The parts; one more than the service takes is read, so that it can say so."""

    partes = FieldList(FormField(ParteForm), "Demandas", max_entries=LIMITE_PARTES + 1)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check it all; what is wrong in a part is also said at the top, in the same words."""
        valido: bool = super().validate(extra_validators)
        if self.partes.errors:
            erros = [erro for linha in self.partes for campo in linha.form for erro in campo.errors]
            self.partes.errors = list(dict.fromkeys(erros))
        return valido

    def recusar(self, recusa: Recusa) -> None:
        """Put a refusal of one part beside its field too."""
        campos = [
            campo
            for n, linha in enumerate(self.partes)
            for campo in linha.form
            if f"partes-{n}-{campo.short_name}" == recusa.campo
        ]
        super().recusar(Recusa(recusa.mensagem, "partes") if campos else recusa)
        self.recusa = recusa
        for campo in campos:
            campo.errors = [*campo.errors, recusa.mensagem]

    def escritas(self) -> list[Parte]:
        """The parts as typed, the blank ones too, for the service."""
        return [linha.form.parte() for linha in self.partes]

    def mais_uma(self, demanda: Demanda, quantas: int = 1) -> None:
        """Put places for more parts at the end, with what the demand has and all the documents."""
        dados = {
            "municipio": nomes_de(demanda).municipio, "tema": demanda.tema_id,
            "documentos": [d.id for d in processos.copiaveis(demanda.peticao_id)],
        }  # fmt: skip
        for _ in range(min(quantas, LIMITE_PARTES - len(self.partes))):
            self.partes.append_entry(dados)

    def oferecer(self, demanda: Demanda) -> list[str]:
        """Put the lists in the fields; returns the names that complete a municipality."""
        self.versao.data = str(demanda.versao)
        temas = [SelectChoice(t.id, f"{RECUO}{t.nome}" if t.pai_id else t.nome) for t in temas_ativos()]
        escolhas = [
            SelectChoice(d.id, d.nome)
            for d in processos.copiaveis(demanda.peticao_id)
            if not processos.o_principal(d)  # it goes with every part, and is not asked
        ]
        for linha in self.partes:
            linha.form.tema.choices = [SelectChoice("", "Sem tema"), *temas]
            linha.form.documentos.choices = escolhas
        return nomes_de_municipios()


def em_branco(demanda: Demanda) -> DesmembrarForm:
    """The form as the page opens."""
    form = DesmembrarForm(formdata=None)
    form.mais_uma(demanda, DE_INICIO)
    return form
