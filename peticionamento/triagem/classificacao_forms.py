"""The small form that says what a demand is about, and what the desk shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]

from peticionamento.cadastros.queries import nomes_de_municipios, temas_ativos
from peticionamento.comum.formularios import Tamanho, VersaoForm, chave, uma_linha
from peticionamento.comum.permissoes import pode
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.classificacao import CLASSIFICAVEIS, Classificacao, Nomes, desfazivel, nomes_de
from peticionamento.triagem.models import Demanda, Urgencia
from peticionamento.triagem.ods import ODS, nome_do_ods

RECUO = "\N{NO-BREAK SPACE}" * 3
"""What stands before a subtheme in the list."""


def _numero(valor: str | int | None) -> int | None:
    """WTForms coercion: the row chosen, or none."""
    return chave(valor) if valor not in (None, "", "None") else None


class ClassificarForm(VersaoForm):
    """What a demand is about. Ids of its own: the page has other fields of these names."""

    tema = SelectField("Tema", coerce=_numero, validate_choice=False, id="classificar-tema")
    municipio = StringField("Município", [Tamanho(80)], filters=[uma_linha], id="classificar-municipio")
    ods = SelectField(
        "ODS", coerce=_numero, validate_choice=False, id="classificar-ods",
        choices=[SelectChoice("", "Nenhum"), *(SelectChoice(numero, nome_do_ods(numero)) for numero in ODS)],
    )  # fmt: skip
    urgencia = SelectField(
        "Urgência", validate_choice=False, id="classificar-urgencia",
        choices=[SelectChoice(urgencia.value, urgencia.rotulo) for urgencia in Urgencia],
    )  # fmt: skip

    def classificacao(self) -> Classificacao:
        """What the form holds, for the service."""
        return Classificacao(
            self.tema.data, self.municipio.data or "", self.ods.data, self.urgencia.data or Urgencia.NORMAL
        )

    def oferecer(self, demanda: Demanda, nomes: Nomes) -> None:
        """Put the themes in the list, each subtheme below its theme; the demand's own too where it is out of use."""
        temas = [(tema.id, f"{RECUO}{tema.nome}" if tema.pai_id else tema.nome) for tema in temas_ativos()]
        if demanda.tema_id is not None and demanda.tema_id not in {id_ for id_, _ in temas}:
            temas.insert(0, (demanda.tema_id, f"{nomes.tema} (fora de uso)"))
        self.tema.choices = [SelectChoice("", "Sem tema"), *(SelectChoice(*tema) for tema in temas)]


@dataclass(frozen=True)
class NaMesa:
    """What the desk shows of a demand's classification."""

    nomes: Nomes
    pode: bool
    """Whether it may still be changed, by this person."""
    desfazivel: tuple[str, datetime] | None
    form: ClassificarForm | None
    """The form, where it is open."""
    municipios: list[str]
    """The names that complete what is typed in it."""


def em_branco(demanda: Demanda) -> ClassificarForm:
    """The form with what the demand has now."""
    return ClassificarForm(
        formdata=None,
        versao=str(demanda.versao),
        tema=demanda.tema_id,
        municipio=nomes_de(demanda).municipio,
        ods=demanda.ods,
        urgencia=demanda.urgencia.value,
    )


def na_mesa(demanda: Demanda, pessoa: Pessoa, form: ClassificarForm | None = None) -> NaMesa:
    """A demand's classification for its page; with `form`, as it came back or as it opens, the lists it needs."""
    nomes = nomes_de(demanda)
    permitido = demanda.estado in CLASSIFICAVEIS and pode(pessoa, "triagem.classificar")
    if form is None or not permitido:
        return NaMesa(nomes, permitido, desfazivel(demanda, agora()) if permitido else None, None, [])
    form.versao.data = str(demanda.versao)
    form.oferecer(demanda, nomes)
    return NaMesa(nomes, permitido, desfazivel(demanda, agora()), form, nomes_de_municipios())
