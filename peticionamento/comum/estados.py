"""State, declared once.

A model with a life mixes in `ComEstado` and carries `TRANSICOES`: (from, action) -> `Regra`. `mover` is the only
code that changes a state; `acoes` reads the same table to draw the buttons, so that no page offers what the
service refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Enum, Integer
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum import historico
from peticionamento.comum.erros import AcaoIndevida, Conflito
from peticionamento.comum.permissoes import SISTEMA, Ator, exigir, pode
from peticionamento.comum.tempo import data_hora


class Rotulado(StrEnum):
    """An enum whose members carry their Portuguese label and, for states, the tone it is shown in.

    Tones: `neutro`, `anda` (under way), `bom`, `alerta`, `mau`; shape and words say it too, never colour alone.
    """

    rotulo: str
    tom: str

    def __new__(cls, valor: str, rotulo: str = "", tom: str = "neutro") -> Rotulado:
        # Each member has its label; without the default mypy would ask for it in a look-up by value, too.
        membro = str.__new__(cls, valor)
        membro._value_ = valor
        membro.rotulo = rotulo
        membro.tom = tom
        return membro


def coluna_de_estado(enum: type[Rotulado], **opcoes: Any) -> Any:
    """A text column that holds the enum's values, checked by the database; `opcoes` as for `mapped_column`."""
    return mapped_column(
        Enum(
            enum,
            native_enum=False,
            length=40,
            create_constraint=True,
            name=f"{enum.__name__.lower()}",
            values_callable=lambda e: [item.value for item in e],
        ),
        **opcoes,
    )


@dataclass(frozen=True)
class Regra:
    """What one action does from one state.

    `permissao` is None for what only the machine does. `andamento` is the history's sentence, `autor` the one the
    author reads (None: the author reads nothing); both may hold {detalhe}.
    """

    para: Rotulado
    permissao: str | None
    rotulo: str
    andamento: str
    autor: str | None = None


Transicoes = Mapping[tuple[Rotulado, Rotulado], Regra]


class ComEstado:
    """Mixin for rows with a life: a version for the optimistic lock, and the table of transitions."""

    TRANSICOES: ClassVar[Transicoes]
    ENTIDADE: ClassVar[str]
    """The word for it in sentences and in the history, unaccented."""

    versao: Mapped[int] = mapped_column(Integer, default=1)


def conferir_versao(linha: Any, versao: int | None) -> None:
    """Raise Conflito, saying who did what meanwhile, when the row is no longer the one the person saw."""
    if versao is not None and linha.versao != versao:
        raise Conflito(f"{o_que_mudou(linha.ENTIDADE, linha.id)} Confira e decida de novo.")


def o_que_mudou(entidade: str, entidade_id: int) -> str:
    """Who last did what to a row, in a sentence for somebody whose page is older than that."""
    ultimo = historico.ultimo(entidade, entidade_id)
    if ultimo is None:
        return "Outra pessoa mudou isto depois que você abriu a página."
    return f"{ultimo.quem}, {data_hora(ultimo.em)}: {ultimo.texto}"


def mover(
    linha: Any,
    acao: Rotulado,
    *,
    por: Ator,
    versao: int | None = None,
    detalhe: str = "",
    detalhe_autor: str | None = None,
) -> Rotulado:
    """Carry out one action of the row's table: version, state, permission, change, history.

    The row must be locked by the caller (`travar` or `obter(..., travada=True)`). `versao` is the version the person
    saw (None for the machine). `detalhe` fills the history's sentence, `detalhe_autor` the author's (by
    default the same). Returns the new state. Raises Conflito, AcaoIndevida, SemPermissao.
    """
    conferir_versao(linha, versao)
    regra: Regra | None = linha.TRANSICOES.get((linha.estado, acao))
    if regra is None:
        raise AcaoIndevida(f"A situação agora é “{linha.estado.rotulo}”, e dela não se pode {acao.rotulo}.")
    if regra.permissao is None:
        if por is not SISTEMA:
            raise AcaoIndevida("Só o próprio sistema faz isso.")
    else:
        exigir(por, regra.permissao)
    if linha.peticao_id is not None:
        # Before the row changes: an actor whom the last commit expired is read anew here, which writes out what is
        # changed, and a half moved row may be against its table's constraints.
        autor = regra.autor.format(detalhe=detalhe if detalhe_autor is None else detalhe_autor) if regra.autor else None
        historico.registrar(
            linha.peticao_id,
            linha.ENTIDADE,
            linha.id,
            acao,
            regra.andamento.format(detalhe=detalhe),
            por=por,
            para=regra.para,
            texto_autor=autor,
        )
    linha.estado = regra.para
    linha.versao += 1
    return regra.para


def acoes(linha: Any, ator: Ator) -> dict[Rotulado, Regra]:
    """What this actor may do to the row now: the buttons of its page."""
    return {
        acao: regra
        for (de, acao), regra in linha.TRANSICOES.items()
        if de == linha.estado and regra.permissao is not None and pode(ator, regra.permissao)
    }
