"""The office's numbers: month by month, by municipality, by agency; and what its petitions can be filtered by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Label, Select, bindparam, exists, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import BigInteger

from peticionamento.cadastros.models import Municipio, Tema, TipoProcesso
from peticionamento.comum.db import db
from peticionamento.comum.tempo import hoje
from peticionamento.contas.queries import Gabinete
from peticionamento.peticoes.models import Acompanhamento, Etapa, Peticao
from peticionamento.peticoes.queries.filtros import do_gabinete

POR_MES = text("""
    with meses as (
      select mes, mes at time zone 'America/Sao_Paulo' as de,
        (mes + interval '1 month') at time zone 'America/Sao_Paulo' as ate
      from generate_series(date_trunc('month', cast(:hoje as timestamp)) - make_interval(months => :meses - 1),
                           date_trunc('month', cast(:hoje as timestamp)), '1 month') as mes)
    select m.mes::date,
      (select count(*) from peticoes_acompanhamento a where a.autor_id = any(:autores)
         and a.protocolada_em >= m.de and a.protocolada_em < m.ate),
      (select count(*) from peticoes_acompanhamento a where a.autor_id = any(:autores)
         and a.respondida_em >= m.de and a.respondida_em < m.ate)
    from meses m order by m.mes""").bindparams(bindparam("autores", type_=ARRAY(BigInteger)))


@dataclass(frozen=True)
class MesNoGrafico:
    """Petitions filed and answered in one month."""

    mes: date
    pedidas: int
    respondidas: int


@dataclass(frozen=True)
class Soma:
    """How many petitions went to one place: a municipality (`chave` its id) or an agency (its sigla)."""

    chave: int | str
    nome: str
    todas: int
    respondidas: int
    atrasadas: int

    @property
    def andamento(self) -> int:
        """Those without an answer yet."""
        return self.todas - self.respondidas


def por_mes(gabinete: Gabinete, meses: int = 6) -> list[MesNoGrafico]:
    """Filed and answered in each of the last months, Brasília time, the current one last."""
    linhas = db.session().execute(POR_MES, {"hoje": hoje(), "meses": meses, "autores": list(gabinete.autores)})
    return [MesNoGrafico(*linha) for linha in linhas]


def _contagens() -> tuple[Label[int], Label[int], Label[int]]:
    return (
        func.count().label("todas"),
        func.count().filter(Acompanhamento.etapa == Etapa.RESPONDIDA).label("respondidas"),
        func.count().filter(Acompanhamento.vence_dia < hoje()).label("atrasadas"),
    )


def por_municipio(gabinete: Gabinete) -> list[Soma]:
    """Every municipality the office asked for, the most asked first (853 at most)."""
    todas, respondidas, atrasadas = _contagens()
    consulta = (
        select(Municipio.id, Municipio.nome, todas, respondidas, atrasadas)
        .select_from(Acompanhamento)
        .join(Peticao, Peticao.id == Acompanhamento.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(do_gabinete(Acompanhamento.autor_id, gabinete))
        .group_by(Municipio.id)
        .order_by(todas.desc(), Municipio.nome_busca)
    )
    return _somar(consulta)


def por_orgao(gabinete: Gabinete) -> list[Soma]:
    """Every agency that has or had a petition of the office, the most asked first; one sent to two counts in both."""
    orgaos = func.unnest(Acompanhamento.orgaos).table_valued("sigla").render_derived()
    orgao = orgaos.c.sigla
    todas, respondidas, atrasadas = _contagens()
    consulta = (
        select(orgao, orgao, todas, respondidas, atrasadas)
        .select_from(Acompanhamento)
        .join(orgaos, true())
        .where(do_gabinete(Acompanhamento.autor_id, gabinete))
        .group_by(orgao)
        .order_by(todas.desc(), orgao)
    )
    return _somar(consulta)


def _somar(consulta: Select[*tuple[Any, ...]]) -> list[Soma]:
    return [Soma(*linha) for linha in db.session().execute(consulta)]


def tipos_usados(gabinete: Gabinete) -> list[tuple[int, str]]:
    """(id, name) of the kinds of demand the office has filed, also those no longer offered."""
    usado = exists().where(
        Peticao.tipo_id == TipoProcesso.id,
        Peticao.protocolada_em.is_not(None),
        do_gabinete(Peticao.autor_id, gabinete),
    )
    consulta = select(TipoProcesso.id, TipoProcesso.nome).where(usado).order_by(TipoProcesso.nome)
    return [(id_, nome) for id_, nome in db.session().execute(consulta)]


def temas_usados(gabinete: Gabinete) -> list[tuple[int, str]]:
    """(id, path) of the themes of the office's petitions and of those above them, in the order of the tree."""
    usado = aliased(Tema)
    consulta = (
        select(Tema.id, Tema.caminho)
        .join(usado, (usado.id == Tema.id) | usado.caminho.startswith(Tema.caminho + " › ", autoescape=False))
        .join(Peticao, Peticao.tema_id == usado.id)
        .where(do_gabinete(Peticao.autor_id, gabinete), Peticao.protocolada_em.is_not(None))
        .distinct()
        .order_by(Tema.caminho)
    )
    return [(id_, caminho) for id_, caminho in db.session().execute(consulta)]
