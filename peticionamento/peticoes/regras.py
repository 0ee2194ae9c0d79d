"""What a process type decides and what it leaves to its filer: one place for the page, the filing and the desk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from peticionamento.cadastros.models import NivelAcesso, Recebimento, RegraAcesso, TipoProcesso
from peticionamento.peticoes.models import Peticao

ANCORA_PRINCIPAL = "vaga-principal"
"""The place of the uploaded main document on the page of a draft."""

_INTEIRO = re.compile(r"\d+|\d{1,3}(?:\.\d{3})+")
_VALOR = re.compile(r"(?:R\$\s*)?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d{2})?")


def ancora(tipo_documento_id: int) -> str:
    """The place on the page of a draft of the documents of one type."""
    return f"vaga-{tipo_documento_id}"


@dataclass(frozen=True)
class Acesso:
    """An access level and, where it is restricted, its legal ground."""

    nivel: NivelAcesso
    hipotese_id: int | None = None

    @property
    def restrito(self) -> bool:
        """Whether only those who handle it may read it."""
        return self.nivel is NivelAcesso.RESTRITO


def acesso_de(tipo: TipoProcesso, escolhido: Acesso) -> Acesso:
    """The access that holds: the type's own where it fixes it, whatever was chosen, else the filer's choice."""
    if tipo.regra_acesso is RegraAcesso.FIXO:
        escolhido = Acesso(tipo.acesso, tipo.hipotese_id)
    return escolhido if escolhido.restrito else Acesso(NivelAcesso.PUBLICO)


def acesso_da(peticao: Peticao) -> Acesso:
    """The access that a draft would be filed with. What comes after a filing keeps its origin's."""
    if not peticao.inicial:
        return Acesso(peticao.acesso, peticao.hipotese_id)
    return acesso_de(peticao.tipo, Acesso(peticao.acesso, peticao.hipotese_id))


def unidade_da(peticao: Peticao) -> int | None:
    """The id of the unit that a draft would be filed to; None: SEGOV's triage, or none chosen yet."""
    tipo = peticao.tipo
    if not peticao.inicial:
        return peticao.unidade_id
    if tipo.recebimento is Recebimento.UNICO:
        return tipo.unidade_id
    return peticao.unidade_id if peticao.unidade_id in {u.id for u in tipo.unidades if u.ativa} else None


def fixar(peticao: Peticao) -> None:
    """Write into a petition, as it is filed, what its type decides: a type changed later does not change it."""
    acesso, unidade_id = acesso_da(peticao), unidade_da(peticao)
    agora = (acesso.nivel, acesso.hipotese_id, unidade_id)
    if agora != (peticao.acesso, peticao.hipotese_id, peticao.unidade_id):
        peticao.acesso, peticao.hipotese_id, peticao.unidade_id = agora


def campo_falta(campo: Mapping[str, Any], digitado: str) -> str | None:
    """What is wrong with one field of a type's form, as a sentence; None when nothing is."""
    rotulo, valor = campo["rotulo"], digitado.strip()
    if not valor:
        return f"Preencha “{rotulo}”." if campo.get("obrigatorio") else None
    match campo["tipo"]:
        case "numero" if not _INTEIRO.fullmatch(valor):
            return f"{rotulo}: “{valor}” não é um número inteiro."
        case "data" if not _e_dia(valor):
            return f"{rotulo}: “{valor}” não é uma data."
        case "valor" if not _VALOR.fullmatch(valor):
            return f"{rotulo}: “{valor}” não é um valor em reais, como 150.000,00."
    return None


def _e_dia(valor: str) -> bool:
    try:
        date.fromisoformat(valor)
    except ValueError:
        return False
    return True
