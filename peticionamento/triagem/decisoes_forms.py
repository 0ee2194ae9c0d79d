"""Forms of the decisions besides routing, and what the desk shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from peticionamento.comum.formularios import Tamanho, VersaoForm, chave, sem_nulos, uma_linha
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import combinacoes, fundamentos
from peticionamento.triagem.decisoes import LIMITE_CARTA, LIMITE_EXPLICACAO, LIMITE_NOME, Remessa, minuta
from peticionamento.triagem.desfazer import restam_s
from peticionamento.triagem.models import Combinacao, Demanda


def numero(valor: str | int | None) -> int | None:
    """WTForms coercion: the row chosen, or none."""
    return chave(valor) if valor not in (None, "", "None") else None


class NaoAcolherForm(VersaoForm):
    """On what ground a demand is not accepted, and why."""

    fundamento = SelectField(
        "Fundamento", [InputRequired("Escolha o fundamento.")], coerce=numero, validate_choice=False
    )
    explicacao = TextAreaField(
        "Explicação ao autor",
        [InputRequired("Explique ao autor por que a demanda não é acolhida."), Tamanho(LIMITE_EXPLICACAO)],
        filters=[sem_nulos],
    )

    def oferecer(self) -> None:
        """Put the grounds in the list."""
        em_uso = [SelectChoice(*fundamento) for fundamento in fundamentos.em_uso()]
        self.fundamento.choices = [SelectChoice("", "Escolha"), *em_uso]


class RemeterForm(VersaoForm):
    """To whom a demand is forwarded, and the letter's words."""

    destinatario = StringField(
        "Destinatário",
        [InputRequired("Diga a quem o ofício é dirigido."), Tamanho(LIMITE_NOME)],
        filters=[uma_linha],
    )
    cargo = StringField("Cargo", [Tamanho(LIMITE_NOME)], filters=[uma_linha])
    entidade = StringField(
        "Poder, ente ou órgão",
        [InputRequired("Diga de que Poder, ente ou órgão é o destinatário."), Tamanho(LIMITE_NOME)],
        filters=[uma_linha],
    )
    carta = TextAreaField(
        "Texto do ofício", [InputRequired("Escreva o texto do ofício."), Tamanho(LIMITE_CARTA)], filters=[sem_nulos]
    )

    def remessa(self) -> Remessa:
        """What the form holds, for the service."""
        return Remessa(
            self.destinatario.data or "", self.cargo.data or "", self.entidade.data or "", self.carta.data or ""
        )


class RemeterVariasForm(RemeterForm):
    """The same for many demands: without a text, each letter says what its demand is about."""

    carta = TextAreaField("Texto do ofício", [Optional(), Tamanho(LIMITE_CARTA)], filters=[sem_nulos])


@dataclass(frozen=True)
class NaMesa:
    """What the desk shows of these decisions."""

    nao_acolher: NaoAcolherForm
    remeter: RemeterForm
    combinacoes: list[Combinacao]
    restam_s: int
    """Seconds in which the latest routing can still be undone."""


def na_mesa(demanda: Demanda, pessoa: Pessoa, veio: VersaoForm | None, *, agora: datetime) -> NaMesa:
    """The forms of a demand's desk; `veio` is the one that came back refused."""
    nao_acolher = veio if isinstance(veio, NaoAcolherForm) else NaoAcolherForm(formdata=None)
    remeter = veio if isinstance(veio, RemeterForm) else RemeterForm(formdata=None, data={"carta": minuta(demanda)})
    nao_acolher.versao.data = remeter.versao.data = str(demanda.versao)
    minha = demanda.triador_id == pessoa.id
    if minha:
        nao_acolher.oferecer()
    else:
        nao_acolher.fundamento.choices = []
    return NaMesa(
        nao_acolher, remeter, combinacoes.oferecidas(demanda) if minha else [], restam_s(demanda, agora=agora)
    )
