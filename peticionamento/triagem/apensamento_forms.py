"""Forms of joining, and what the desk shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union_all
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired

from peticionamento.cadastros.models import Municipio
from peticionamento.comum.db import db
from peticionamento.comum.formularios import Formulario, Tamanho, VersaoForm, sem_nulos, uma_linha
from peticionamento.comum.permissoes import pode
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.apensamento import pode_desapensar
from peticionamento.triagem.campanhas import Campanha, campanhas
from peticionamento.triagem.desmembramento import e_parte, pode_reunir
from peticionamento.triagem.models import Demanda, EstadoDemanda


class ApensarForm(VersaoForm):
    """Which demand this one is joined to."""

    principal = StringField(
        "Número do processo da outra demanda",
        [InputRequired("Escreva o número do processo da outra demanda."), Tamanho(40)],
        id="apensar-principal",
        filters=[uma_linha, sem_nulos],
    )


def _demanda_vista(valor: str) -> tuple[int, int]:
    """WTForms coercion of `id-versao`. Raises ValueError."""
    chave, _, versao = str(valor).partition("-")
    if not (chave.isdecimal() and versao.isdecimal() and len(chave) < 19 and len(versao) < 10):
        raise ValueError(valor)
    return int(chave), int(versao)


class ReunirForm(Formulario):
    """Those of a campaign that are joined to one of them, each as the page showed it."""

    demandas = SelectMultipleField(
        "Demandas", [InputRequired("Marque pelo menos uma demanda.")], coerce=_demanda_vista, validate_choice=False
    )


@dataclass(frozen=True)
class Reunida:
    """A demand joined to another, or the other one."""

    id: int
    numero: str
    assunto: str
    autor: str
    municipio: str
    estado: EstadoDemanda
    criada_em: datetime
    apensada_a_id: int | None
    parte: bool
    """Whether it was split from this one."""


@dataclass(frozen=True)
class Reuniao:
    """What the desk shows of a demand and those it goes with."""

    form: ApensarForm
    principal: Reunida | None
    """What this one is joined to."""
    apensadas: list[Reunida]
    """Those that wait for this one's answer, or had it."""
    pode_desapensar: bool
    partes: list[Reunida]
    """Those split from this one, the ones brought together again too."""
    pode_reunir: bool
    campanha: Campanha | None


def na_mesa(demanda: Demanda, pessoa: Pessoa, form: ApensarForm | None = None) -> Reuniao:
    """A demand's company for its page; `form` as it came back. Two statements."""
    form = form or ApensarForm(formdata=None)
    form.versao.data = str(demanda.versao)
    apensada = demanda.estado is EstadoDemanda.APENSADA
    lidas = _reunidas(demanda.apensada_a_id if apensada else None, demanda)
    partes = [r for r in lidas if r.parte]
    return Reuniao(
        form,
        next((r for r in lidas if apensada and r.id == demanda.apensada_a_id), None),
        [r for r in lidas if r.apensada_a_id == demanda.id],
        apensada and pode_desapensar(demanda, agora()) and pode(pessoa, "triagem.apensar"),
        partes,
        pode(pessoa, "triagem.desmembrar") and pode_reunir(demanda, partes, agora()),
        campanhas([demanda.impressao]).get(demanda.impressao),
    )


def _reunidas(principal_id: int | None, demanda: Demanda) -> list[Reunida]:
    """The demand of that id, or those joined to the other; and those split from it."""
    onde = Demanda.id == principal_id if principal_id is not None else Demanda.apensada_a_id == demanda.id
    partes = select(Demanda.id).join(Peticao, Peticao.id == Demanda.peticao_id).where(e_parte(demanda))
    consulta = (
        select(
            Demanda.id, Peticao.numero, Peticao.assunto, Pessoa.nome, Municipio.nome, Demanda.estado,
            Demanda.criada_em, Demanda.apensada_a_id, e_parte(demanda),
        )
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .join(Pessoa, Pessoa.id == Demanda.autor_id)
        .outerjoin(Municipio, Municipio.id == Demanda.municipio_id)
        # By ids, each kind by its own index: `or` over two tables would read them.
        .where(Demanda.id.in_(union_all(select(Demanda.id).where(onde), partes)))
        .order_by(Demanda.id)
    )  # fmt: skip
    return [
        Reunida(id_, numero or "", assunto, autor, municipio or "Estado todo", estado, criada_em, apensada_a, parte)
        for id_, numero, assunto, autor, municipio, estado, criada_em, apensada_a, parte in db.session().execute(
            consulta
        )
    ]
