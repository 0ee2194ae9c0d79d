"""Process numbers, by the mask of the installation, and the sequences behind them.

SEI!MG's mask, the default: `OOOO.UU.SSSSSSS/AAAA-DV`; the check digits are ISO 7064 MOD 97-10 over the seventeen digits
before them. Worked out from published numbers (35 of 35 hold); no official text of it was found.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Protocol

from flask import current_app
from sqlalchemy import Sequence, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model, db

_FORMA = re.compile(r"([0-9]{4})\.([0-9]{2})\.([0-9]{7})/([0-9]{4})-([0-9]{2})")

numero_sei = Sequence("comum_numero_sei", start=1_000_001, metadata=Model.metadata)
"""A document's number: one plain sequence over the whole installation, seven digits or more. Gaps are fine."""


@dataclass(frozen=True)
class Numeracao:
    """The part of a process number that an installation fixes: agency (four digits) and unit (two)."""

    orgao: str
    unidade: str = "01"

    @classmethod
    def do_orgao(cls, codigo_uo: str) -> Numeracao:
        """The numbering of an agency, from its budget unit code: 1491 gives 1490."""
        return cls(orgao=codigo_uo[:3] + "0")


class Mascara(Protocol):
    """How an installation writes its process numbers; at most 25 characters."""

    def formar(self, numeracao: Numeracao, sequencia: int, ano: int) -> str:
        """Write a number. Raises ValueError when the sequence does not fit."""

    def valido(self, numero: str) -> bool:
        """Whether a text is a number of this mask, its check digits right."""


class SequenciaDeProcesso(Model):
    """The last process number given, by agency, unit and year. The row's lock makes numbers without gaps."""

    __tablename__ = "comum_sequencia_de_processo"

    orgao: Mapped[str] = mapped_column(String(4), primary_key=True)
    unidade: Mapped[str] = mapped_column(String(2), primary_key=True)
    ano: Mapped[int] = mapped_column(primary_key=True)
    ultimo: Mapped[int]


_PROXIMO = (
    insert(SequenciaDeProcesso)
    .values(orgao=bindparam("orgao"), unidade=bindparam("unidade"), ano=bindparam("ano"), ultimo=1)
    .on_conflict_do_update(index_elements=["orgao", "unidade", "ano"], set_={"ultimo": SequenciaDeProcesso.ultimo + 1})
    .returning(SequenciaDeProcesso.ultimo)
)
_PROXIMOS_SEI = select(numero_sei.next_value()).select_from(func.generate_series(1, bindparam("quantos")).alias("n"))


def digitos_verificadores(dezessete: str) -> str:
    """The two check digits of seventeen digits (agency, unit, sequence, year)."""
    if len(dezessete) != 17 or not dezessete.isdecimal():
        raise ValueError(f"a process number has seventeen digits before the check digits: {dezessete!r}")
    return f"{98 - int(dezessete + '00') % 97:02d}"


class _SeiMG:
    """The mask of SEI!MG."""

    def formar(self, numeracao: Numeracao, sequencia: int, ano: int) -> str:
        """Write a number. Raises ValueError when the sequence does not fit seven digits."""
        corpo = f"{numeracao.orgao}{numeracao.unidade}{sequencia:07d}{ano:04d}"
        return f"{numeracao.orgao}.{numeracao.unidade}.{sequencia:07d}/{ano:04d}-{digitos_verificadores(corpo)}"

    def valido(self, numero: str) -> bool:
        """Whether it has the form and leaves remainder 1 modulo 97."""
        partes = _FORMA.fullmatch(numero)
        return partes is not None and int("".join(partes.groups())) % 97 == 1


SEI_MG: Mascara = _SeiMG()
MASCARAS: dict[str, Mascara] = {"sei-mg": SEI_MG}
"""The masks an installation may choose by the setting MASCARA_NUMERO; SEIs elsewhere have others."""


def mascara() -> Mascara:
    """The mask of this installation. Raises LookupError when the setting names none."""
    nome = current_app.config["PETICIONAMENTO"].mascara_numero
    if nome not in MASCARAS:
        raise LookupError(f"MASCARA_NUMERO: {nome!r} is none of {', '.join(MASCARAS)}")
    return MASCARAS[nome]


def numero_valido(numero: str, por: Mascara = SEI_MG) -> bool:
    """Whether a text is a process number, by its form and its check digits."""
    return por.valido(numero)


def proximo_numero(numeracao: Numeracao, ano: int) -> str:
    """Take the next process number; those of the same agency, unit and year wait for this transaction to end.

    So it is the last thing a filing asks for: what can be done before is done before.
    """
    valores = {"orgao": numeracao.orgao, "unidade": numeracao.unidade, "ano": ano}
    return mascara().formar(numeracao, db.session().connection().execute(_PROXIMO, valores).scalar_one(), ano)


def proximo_numero_sei() -> int:
    """Take the next document number."""
    return proximos_numeros_sei(1)[0]


def proximos_numeros_sei(quantos: int) -> list[int]:
    """Take the next document numbers, however many, in one statement; ascending."""
    if not quantos:
        return []
    return sorted(db.session().connection().execute(_PROXIMOS_SEI, {"quantos": quantos}).scalars())


def codigo_crc(conteudo: bytes) -> str:
    """SEI's *código CRC*: CRC-32 of the signed content, eight hexadecimal digits. It detects accidents, not forgers."""
    return f"{zlib.crc32(conteudo):08X}"
