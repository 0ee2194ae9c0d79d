"""The number of a proposition at the Assembly, as people type it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from peticionamento.comum.erros import Recusa
from peticionamento.comum.tempo import hoje
from peticionamento.comum.texto import limpar_linha, sem_acentos

CAMPO = "proposicao"
PRIMEIRO_ANO = 1947
"""The year of the first of the legislatures that the Assembly counts."""

_POR_EXTENSO = {
    "requerimento de comissao": "RQC",
    "requerimento": "RQN",
    "indicacao": "IND",
    "projeto de lei complementar": "PLC",
    "projeto de lei": "PL",
    "projeto de resolucao": "PRE",
    "proposta de emenda a constituicao": "PEC",
}
_ENDERECO = re.compile(r"^.*/projetos-de-lei/")
_FORMA = re.compile(
    r"([a-z]{2,6})[\s./°-]*(?:n(?:[º°o.]|um(?:ero)?)*\s*)?([0-9][0-9.]{0,9})\s*(?:/|-|\s|de\s)\s*([0-9]{4}|[0-9]{2})[/.]?"
)


@dataclass(frozen=True)
class Referencia:
    """Kind, number and year of a proposition; in words, its normal form: `RQN 8788/2024`."""

    sigla: str
    numero: int
    ano: int

    def __str__(self) -> str:
        return f"{self.sigla} {self.numero}/{self.ano}"

    @property
    def link(self) -> str:
        """The Assembly's public page about it."""
        return f"https://www.almg.gov.br/projetos-de-lei/{self.sigla}/{self.numero}/{self.ano}"


def interpretar(digitado: str) -> Referencia:
    """Read a reference: `RQN 8788/2024`, `rqn8788/24`, `Requerimento nº 8.788/2024`, or the address of its page.

    Raises Recusa, beside the field, with what is missing.
    """
    plano = _ENDERECO.sub("", sem_acentos(limpar_linha(digitado).replace("º", "°")))
    if not plano:
        raise Recusa("Digite o número da proposição, como RQN 8788/2024.", CAMPO)
    for nome, sigla in _POR_EXTENSO.items():
        if plano.startswith(nome):
            plano = sigla.lower() + plano[len(nome) :]
            break
    achada = _FORMA.fullmatch(plano)
    if achada is None:
        raise Recusa(_o_que_falta(plano), CAMPO)
    return Referencia(achada[1].upper(), _numero(achada[2]), _ano(achada[3]))


def _o_que_falta(plano: str) -> str:
    if not re.search(r"[0-9]", plano):
        return "Falta o número. Escreva a sigla, o número e o ano, como RQN 8788/2024."
    if not re.match(r"[a-z]", plano):
        return "Falta a sigla no começo (RQN, RQC, IND, PL…), como RQN 8788/2024."
    if not re.search(r"[0-9]\s*(?:/|-|\s|de\s)\s*[0-9]", plano):
        return "Falta o ano. Escreva a sigla, o número e o ano, como RQN 8788/2024."
    return "Não entendemos esse número. Escreva a sigla, o número e o ano, como RQN 8788/2024."


def _numero(digitos: str) -> int:
    numero = int(digitos.replace(".", ""))
    if not 1 <= numero < 1_000_000:
        raise Recusa("O número da proposição vai de 1 a 999.999. Confira o que foi digitado.", CAMPO)
    return numero


def _ano(digitos: str) -> int:
    """The year, of two digits too: `24` is 2024, `98` is 1998."""
    ano, este = int(digitos), hoje().year
    if len(digitos) == 2:
        ano += 2000 if 2000 + ano <= este else 1900
    if ano > este:
        raise Recusa(f"O ano {ano} ainda não chegou. Confira o ano da proposição.", CAMPO)
    if ano < PRIMEIRO_ANO:
        raise Recusa(f"O ano {ano} é anterior às proposições da Assembleia. Confira o ano.", CAMPO)
    return ano
