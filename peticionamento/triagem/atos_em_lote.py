"""More decisions that are taken of many demands (`em_lote.Ato`): forwarding by letter, and joining to another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from peticionamento.comum.texto import enumerar, no_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import apensamento, decisoes
from peticionamento.triagem.decisoes import Remessa
from peticionamento.triagem.models import Demanda


@dataclass(frozen=True)
class Remeter:
    """Forward each by a letter of its own to the same body; without a text, it says what its demand is about."""

    remessa: Remessa
    permissao: str = "triagem.remeter"
    juntas: int = 1
    """Each takes a document's number, which filings wait for meanwhile."""
    outras: tuple[int, ...] = ()

    def conferir(self, *, agora: datetime) -> None:
        """See `Ato`."""
        decisoes.conferida(self.remessa, sem_texto=True)

    def impedimento(self, demanda: Demanda) -> str:
        """See `Ato`."""
        return f"A demanda está {enumerar([no_orgao(e.orgao.sigla) for e in demanda.vivos])}." if demanda.vivos else ""

    def fazer(self, demandas: Sequence[Demanda], *, por: Pessoa, agora: datetime) -> None:
        """See `Ato`."""
        for demanda in demandas:
            texto = self.remessa.texto.strip() or decisoes.minuta(demanda)
            decisoes.remeter(
                demanda.id, replace(self.remessa, texto=texto), por=por, versao=demanda.versao, agora=agora
            )

    def __str__(self) -> str:
        return f"remeter a {self.remessa.entidade}"


@dataclass(frozen=True)
class Apensar:
    """Join each to the same demand, whose answer will be theirs."""

    principal_id: int
    numero: str
    permissao: str = "triagem.apensar"
    juntas: int = 1

    @property
    def outras(self) -> tuple[int, ...]:
        """See `Ato`: whoever joins two demands locks both in one order."""
        return (self.principal_id,)

    def conferir(self, *, agora: datetime) -> None:
        """See `Ato`."""

    def impedimento(self, demanda: Demanda) -> str:
        """See `Ato`."""
        if demanda.id == self.principal_id:
            return "É a demanda que recebe as outras."
        onde = enumerar([no_orgao(e.orgao.sigla) for e in demanda.vivos])
        return f"A demanda já está {onde}: só se apensa a que nenhum órgão recebeu." if onde else ""

    def fazer(self, demandas: Sequence[Demanda], *, por: Pessoa, agora: datetime) -> None:
        """See `Ato`."""
        for demanda in demandas:
            apensamento.apensar(demanda.id, self.principal_id, por=por, versao=demanda.versao, agora=agora)

    def __str__(self) -> str:
        return f"apensar à demanda {self.numero}"
