"""A marker put on many demands, or taken from them: whatever their state, and whoever holds them.

It is not a decision: nothing is claimed, no version is asked for, and nothing of the author's changes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from wtforms import SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import exigir
from peticionamento.comum.texto import plural
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import em_lote, marcadores
from peticionamento.triagem.decisoes_forms import numero
from peticionamento.triagem.em_lote import Linha
from peticionamento.triagem.models import Marcador

JA_TEM = "Já tem este marcador."
NAO_TEM = "Não tem este marcador."


class MarcarForm(VersaoForm):
    """Which marker."""

    marcador = SelectField("Marcador", [InputRequired("Escolha o marcador.")], coerce=numero, validate_choice=False)

    def oferecer(self) -> None:
        """Put the markers in use in the list."""
        em_uso = [SelectChoice(m.id, m.nome) for m in marcadores.em_uso()]
        self.marcador.choices = [SelectChoice("", "Escolha"), *em_uso]


@dataclass(frozen=True)
class Marcar:
    """One marker, to be put or taken."""

    marcador_id: int | None
    tirar: bool = False

    @cached_property
    def marcador(self) -> Marcador:
        """The marker. Raises Recusa (field)."""
        return marcadores.usavel(self.marcador_id)

    def previa(self, ids: Collection[int], *, por: Pessoa, agora: datetime) -> list[Linha]:
        """What would happen to each demand. Raises Recusa (field), SemPermissao."""
        exigir(por, "triagem.classificar")
        com = marcadores.com(self.marcador.id, ids)
        return self._linhas(ids, {id_ for id_ in ids if (id_ in com) is self.tirar}, por, agora)

    def fazer(self, ids: Collection[int], *, por: Pessoa, agora: datetime) -> list[Linha]:
        """Do it to each, in one transaction, and say of which it was done. Raises Recusa (field), SemPermissao."""
        linhas = self._linhas(ids, set(), por, agora)
        foram = marcadores.marcar_varias(
            [linha.demanda_id for linha in linhas], self.marcador.id, por=por, tirar=self.tirar
        )
        return [replace(linha, motivo="") if linha.demanda_id in foram else linha for linha in linhas]

    def _linhas(self, ids: Collection[int], vao: set[int], por: Pessoa, agora: datetime) -> list[Linha]:
        motivo = NAO_TEM if self.tirar else JA_TEM
        lidas = em_lote.previa(ids, None, por=por, agora=agora)
        return [replace(linha, motivo="" if linha.demanda_id in vao else motivo) for linha in lidas]

    def resumo(self, linhas: Sequence[Linha], *, feito: bool) -> str:
        """How many get or lose the marker and how many not, in words; what was done, or what would be."""
        foram = sum(linha.vai for linha in linhas)
        um, varios = _VERBOS[self.tirar, feito]
        frase = plural(foram, f"demanda {um}", f"demandas {varios}") if foram else f"Nenhuma demanda {um}"
        frase += f" o marcador “{self.marcador.nome}”"
        if resto := len(linhas) - foram:
            um, varios = _RESTO[self.tirar, feito]
            frase += f"; {plural(resto, um, varios)}"
        return f"{frase}."


_VERBOS = {
    (False, False): ("recebe", "recebem"), (False, True): ("recebeu", "receberam"),
    (True, False): ("perde", "perdem"), (True, True): ("perdeu", "perderam"),
}  # fmt: skip
_RESTO = {
    (False, False): ("já o tem", "já o têm"), (False, True): ("já o tinha", "já o tinham"),
    (True, False): ("não o tem", "não o têm"), (True, True): ("não o tinha", "não o tinham"),
}  # fmt: skip
"""By whether it is taken, and whether it was done."""
