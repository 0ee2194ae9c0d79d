"""Campaigns: one text that several deputies sent, seen as one on the queue and decided in one act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import func, select

from peticionamento.cadastros.models import Municipio
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Ator, visiveis
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import enumerar, plural
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.apensamento import SEM_DECISAO_FINAL
from peticionamento.triagem.models import Demanda, EstadoDemanda

EM_CURSO = (*SEM_DECISAO_FINAL, EstadoDemanda.APENSADA)
"""States in which a demand still counts for a campaign: one that ended years ago does not make another."""
REUNIVEIS = (EstadoDemanda.AGUARDANDO, EstadoDemanda.EM_TRIAGEM, EstadoDemanda.REABERTA)
MUNICIPIOS = 3
"""Municipalities named before the rest is counted."""
TETO = 500


@dataclass(frozen=True)
class Campanha:
    """One text in course, as a row of the queue tells of it."""

    deputados: int
    demandas: int
    municipios: Sequence[str] = ()

    def __str__(self) -> str:
        deputados = plural(self.deputados, "deputado", "deputados")
        return f"Campanha: {deputados}, {plural(self.demandas, 'demanda', 'demandas')}"

    @property
    def onde(self) -> str:
        """`Itamarandiba e Carbonita`; of many, the first and how many others."""
        mais = len(self.municipios) - MUNICIPIOS
        if mais <= 0:
            return enumerar(self.municipios)
        return enumerar(
            [*self.municipios[:MUNICIPIOS], "mais um município" if mais == 1 else f"mais {mais} municípios"]
        )


class Dobravel(Protocol):
    """A row that may be of a campaign."""

    @property
    def impressao(self) -> str:
        """Its text's fingerprint; empty when it has none."""

    @property
    def estado(self) -> EstadoDemanda:
        """Where it stands: what ended is not of a campaign any more."""


L = TypeVar("L", bound=Dobravel)


@dataclass(frozen=True)
class Dobra(Generic[L]):
    """A row of a list and, where it is of a campaign, the list's other rows of it, folded under this one."""

    linha: L
    outras: Sequence[L] = ()
    campanha: Campanha | None = None

    @property
    def fora(self) -> int:
        """Demands of the campaign that are not in this list: on another page, or out of its view and filters."""
        return max(0, self.campanha.demandas - 1 - len(self.outras)) if self.campanha else 0


def dobrar(linhas: Iterable[L], achadas: Mapping[str, Campanha]) -> list[Dobra[L]]:
    """Fold the rows of each campaign under the highest of them; the others stay as and where they are.

    Over the rows that were read for a page, without a statement: pages stay the keyset's, counts count demands, and a
    campaign that goes over a page is a row on each. To fold before paging would ask of every row of a queue of a
    million whether another of its text stands higher, on every page.
    """
    dobras: list[tuple[L, list[L], Campanha | None]] = []
    de_cima: dict[str, list[L]] = {}
    for linha in linhas:
        campanha = achadas.get(linha.impressao) if linha.estado in EM_CURSO else None
        if campanha is None:
            dobras.append((linha, [], None))
        elif linha.impressao in de_cima:
            de_cima[linha.impressao].append(linha)
        else:
            dobras.append((linha, de_cima.setdefault(linha.impressao, []), campanha))
    return [Dobra(*dobra) for dobra in dobras]


@dataclass(frozen=True)
class NaCampanha:
    """A demand of a campaign."""

    id: int
    versao: int
    numero: str
    assunto: str
    autor_id: int
    autor: str
    municipio: str
    estado: EstadoDemanda
    triador_id: int | None
    triador: str | None
    reservada_ate: datetime | None
    protocolada_em: datetime
    apensada_a_id: int | None

    @property
    def lendo(self) -> str | None:
        """Who is on it now; None when nobody is, or the claim has ended."""
        return self.triador if self.reservada_ate is not None and self.reservada_ate > agora() else None

    @property
    def reunivel(self) -> bool:
        """Whether it is on the desk, so that it can be joined to another."""
        return self.estado in REUNIVEIS


def campanhas(impressoes: Iterable[str]) -> dict[str, Campanha]:
    """The campaigns among these fingerprints: those that more than one deputy signs. One statement, or none."""
    procuradas = {impressao for impressao in impressoes if impressao}
    if not procuradas:
        return {}
    nomes = func.array_agg(Municipio.nome.distinct()).filter(Municipio.nome.is_not(None))
    deputados = func.count(Demanda.autor_id.distinct())
    consulta = (
        select(Demanda.impressao, deputados, func.count(), func.coalesce(nomes, []))
        .outerjoin(Municipio, Municipio.id == Demanda.municipio_id)
        .where(Demanda.impressao != "", Demanda.impressao.in_(procuradas), Demanda.estado.in_(EM_CURSO))
        .group_by(Demanda.impressao)
        .having(deputados > 1)
    )
    return {
        impressao: Campanha(quantos, demandas, municipios)
        for impressao, quantos, demandas, municipios in db.session().execute(consulta)
    }


def da_campanha(demanda: Demanda, ator: Ator) -> list[NaCampanha]:
    """The demands in course with this one's text, this one too, in the order they were filed."""
    if not demanda.impressao:
        return []
    triador = select(Pessoa.nome).where(Pessoa.id == Demanda.triador_id).correlate(Demanda).scalar_subquery()
    consulta = (
        select(
            Demanda.id, Demanda.versao, Peticao.numero, Peticao.assunto, Demanda.autor_id, Pessoa.nome,
            func.coalesce(Municipio.nome, ""), Demanda.estado, Demanda.triador_id, triador, Demanda.reservada_ate,
            Peticao.protocolada_em, Demanda.apensada_a_id,
        )
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .join(Pessoa, Pessoa.id == Demanda.autor_id)
        .outerjoin(Municipio, Municipio.id == Demanda.municipio_id)
        .where(
            visiveis(ator, "triagem.ler"),
            Demanda.impressao != "",
            Demanda.impressao == demanda.impressao,
            Demanda.estado.in_(EM_CURSO),
        )
        .order_by(Demanda.id)
        .limit(TETO)
    )  # fmt: skip
    return [NaCampanha(*linha) for linha in db.session().execute(consulta)]
