"""Reads of the registers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from peticionamento.cadastros.models import (
    Exigencia,
    Feriado,
    HipoteseLegal,
    Municipio,
    Orgao,
    PapelExigencia,
    Tema,
    TipoDeDia,
    TipoDocumento,
    TipoProcesso,
    TipoProcessoUnidade,
    Unidade,
)
from peticionamento.cadastros.models.calendario import suspende
from peticionamento.comum.db import db
from peticionamento.comum.memoria import lembrada
from peticionamento.comum.prazos import Calendario, calendario
from peticionamento.comum.protocolo import Numeracao
from peticionamento.comum.texto import sem_acentos

SIGLA_SEGOV = "SEGOV"


_FERIADOS = select(Feriado.dia, Feriado.nome, Feriado.tipo, Feriado.ato, Municipio.nome).outerjoin(
    Municipio, Municipio.id == Feriado.municipio_id
)
_DA_CAPITAL = _FERIADOS.where(Feriado.municipio_id.is_(None) | Municipio.capital)
_DE_UM_MUNICIPIO = _FERIADOS.where(
    Feriado.municipio_id.is_(None) | (Feriado.municipio_id == bindparam("municipio", type_=BigInteger))
)


@lembrada
def calendario_local() -> Calendario:
    """The calendar with the registered days of the state and of its capital, where whoever serves all of it works."""
    return _calendario(db.session().connection().execute(_DA_CAPITAL))


@lembrada
def calendario_de(municipio_id: int | None) -> Calendario:
    """The calendar of who works in a city; None is the capital."""
    if municipio_id is None:
        return calendario_local()
    return _calendario(db.session().connection().execute(_DE_UM_MUNICIPIO, {"municipio": municipio_id}))


def _calendario(linhas: Iterable[Any]) -> Calendario:
    return calendario(
        (dia, motivo_do_dia(tipo, nome, ato, municipio))
        for dia, nome, tipo, ato, municipio in linhas
        if suspende(tipo, municipal=municipio is not None)
    )


def motivo_do_dia(tipo: TipoDeDia, nome: str, ato: str, municipio: str | None) -> str:
    """Why a registered day does not count: `Carnaval`, `ponto facultativo, Dia do Servidor, Decreto 48.999`."""
    feriado = tipo is TipoDeDia.FERIADO
    comeco = "" if feriado else f"{tipo.rotulo.lower()}, "
    onde = f", {'feriado ' if feriado else ''}em {municipio}" if municipio else ""
    return f"{comeco}{nome}{onde}{f', {ato}' if ato else ''}"


def tipos_ativos() -> list[TipoProcesso]:
    """The kinds of demand that can be filed, in their order."""
    consulta = select(TipoProcesso).where(TipoProcesso.ativo).order_by(TipoProcesso.ordem, TipoProcesso.nome)
    return list(db.session().execute(consulta).scalars())


def orgaos_que_recebem() -> list[tuple[int, str, str]]:
    """(id, sigla, name) of the agencies a demand can be sent to, by sigla."""
    consulta = (
        select(Orgao.id, Orgao.sigla, Orgao.nome)
        .join(Unidade, (Unidade.orgao_id == Orgao.id) & Unidade.recebe & Unidade.ativa)
        .where(Orgao.ativo, Orgao.sigla != SIGLA_SEGOV)
        .order_by(Orgao.sigla)
    )
    return [(id_, sigla, nome) for id_, sigla, nome in db.session().execute(consulta)]


_ESSENCIAIS = (
    select(Exigencia.tipo_documento_id, TipoDocumento.nome)
    .join(TipoDocumento, TipoDocumento.id == Exigencia.tipo_documento_id)
    .where(
        Exigencia.tipo_processo_id == bindparam("tipo", type_=BigInteger), Exigencia.papel == PapelExigencia.ESSENCIAL
    )
    .order_by(Exigencia.ordem)
)


@lembrada
def essenciais(tipo_processo_id: int) -> tuple[tuple[int, str], ...]:
    """(id, name) of the documents that a process type cannot do without, in their order."""
    linhas = db.session().connection().execute(_ESSENCIAIS, {"tipo": tipo_processo_id})
    return tuple((id_, nome) for id_, nome in linhas)


def unidade_que_recebe(orgao_id: int) -> Unidade | None:
    """The desk where an agency's demands arrive; None when the agency takes none."""
    consulta = (
        select(Unidade)
        .join(Orgao, Orgao.id == Unidade.orgao_id)
        .where(Unidade.orgao_id == orgao_id, Unidade.recebe, Unidade.ativa, Orgao.ativo)
    )
    return db.session().execute(consulta).scalar_one_or_none()


def unidade_por_sigla(sigla: str) -> Unidade | None:
    """A unit by its sigla (`SES/PROTOCOLO`), or an agency's receiving unit by the agency's alone (`SES`)."""
    consulta = select(Unidade).join(Orgao, Orgao.id == Unidade.orgao_id)
    if "/" in sigla:
        consulta = consulta.where(func.upper(Unidade.sigla) == sigla.upper())
    else:
        consulta = consulta.where(func.upper(Orgao.sigla) == sigla.upper(), Unidade.recebe)
    return db.session().execute(consulta).scalar_one_or_none()


_CODIGO_DA_UNIDADE = select(
    func.coalesce(
        select(Orgao.codigo_uo)
        .join(Unidade, Unidade.orgao_id == Orgao.id)
        .where(Unidade.id == bindparam("unidade", type_=BigInteger))
        .scalar_subquery(),
        select(Orgao.codigo_uo).where(Orgao.sigla == SIGLA_SEGOV).scalar_subquery(),
    )
)


def numeracao_da_segov() -> Numeracao:
    """How the processes that SEGOV opens are numbered."""
    return numeracao_da_unidade(None)


@lembrada
def numeracao_da_unidade(unidade_id: int | None) -> Numeracao:
    """How the processes that a unit opens are numbered: by its agency, or by SEGOV where that one has no code.

    None is SEGOV's triage. Raises LookupError when SEGOV has no code either.
    """
    codigo = db.session().connection().execute(_CODIGO_DA_UNIDADE, {"unidade": unidade_id}).scalar_one()
    if codigo is None:
        raise LookupError("SEGOV has no budget unit code")
    return Numeracao.do_orgao(codigo)


def municipio_por_nome(nome: str) -> Municipio | None:
    """A municipality by the name as typed, accents and case aside."""
    return (
        db.session()
        .execute(select(Municipio).where(Municipio.nome_busca == sem_acentos(nome.strip())))
        .scalar_one_or_none()
    )


def nomes_de_municipios() -> list[str]:
    """The 853 names, for the list that completes what is typed."""
    return list(db.session().execute(select(Municipio.nome).order_by(Municipio.nome_busca)).scalars())


def temas_ativos() -> list[Tema]:
    """The themes that can be chosen, as a tree laid flat: each root, then its subthemes, in their order.

    A subtheme goes with its root: what hangs on an inactive one is left out.
    """
    consulta = select(Tema).where(Tema.ativo).order_by(Tema.ordem, Tema.nome)
    filhos: dict[int | None, list[Tema]] = {}
    for tema in db.session().execute(consulta).scalars():
        filhos.setdefault(tema.pai_id, []).append(tema)
    return [tema for raiz in filhos.get(None, []) for tema in (raiz, *filhos.get(raiz.id, []))]


LUGAR_ALMG = "/regiao de planejamento"
"""In the Assembly's tree the municipalities hang under a theme; such a path says where, not what about."""


def tema_do_caminho_almg(caminhos: list[str]) -> Tema | None:
    """The theme that the Assembly's subject paths mean: the deepest beginning among them, accents and case aside.

    `caminhos` as the Assembly gives them (`/Tema/Segurança Pública/Crime`); between equals the path it names first.
    """
    por_inicio = {inicio: tema for tema in temas_ativos() for inicio in tema.caminhos_almg}
    achados: list[tuple[int, Tema]] = []
    for caminho in caminhos:
        partes = [" ".join(parte.split()) for parte in sem_acentos(caminho).strip().rstrip("/").split("/")]
        if LUGAR_ALMG in "/".join(partes):
            continue
        for quantas in range(len(partes), 1, -1):
            if tema := por_inicio.get("/".join(partes[:quantas])):
                achados.append((quantas, tema))
                break
    return max(achados, key=lambda achado: achado[0])[1] if achados else None


def tipos_para_escolher() -> list[TipoProcesso]:
    """The kinds of demand that can be filed, with the documents they ask for and the unit that receives."""
    consulta = (
        select(TipoProcesso)
        .where(TipoProcesso.ativo)
        .options(
            selectinload(TipoProcesso.exigencias),
            joinedload(TipoProcesso.unidade),
            joinedload(TipoProcesso.documento_principal),
        )
        .order_by(TipoProcesso.ordem, TipoProcesso.nome)
    )
    return list(db.session().execute(consulta).scalars())


@dataclass(frozen=True)
class UnidadeOferecida:
    """A unit that a filer may choose, by agency and city."""

    id: int
    orgao: str
    nome: str
    cidade: str | None
    """None: it serves the whole state from the capital."""

    @property
    def rotulo(self) -> str:
        """City and name; the name alone when it says the city already, or when there is none to say."""
        return self.nome if self.cidade is None or self.cidade in self.nome else f"{self.cidade}: {self.nome}"


def unidades_do_tipo(tipo_id: int) -> list[UnidadeOferecida]:
    """The units among which the filer of this type chooses, by agency: its seat first, then by city."""
    consulta = (
        select(Unidade.id, Orgao.sigla, Orgao.nome, Unidade.nome, Municipio.nome)
        .join(TipoProcessoUnidade, TipoProcessoUnidade.unidade_id == Unidade.id)
        .join(Orgao, Orgao.id == Unidade.orgao_id)
        .outerjoin(Municipio, Municipio.id == Unidade.municipio_id)
        .where(TipoProcessoUnidade.tipo_processo_id == tipo_id, Unidade.ativa, Orgao.ativo)
        .order_by(Orgao.sigla, Municipio.nome_busca.nulls_first(), Unidade.nome)
    )
    return [
        UnidadeOferecida(id_, f"{sigla} · {orgao}", nome, cidade)
        for id_, sigla, orgao, nome, cidade in db.session().execute(consulta)
    ]


def hipoteses_ativas() -> list[HipoteseLegal]:
    """The legal grounds that can be chosen, by name."""
    consulta = select(HipoteseLegal).where(HipoteseLegal.ativa).order_by(HipoteseLegal.nome)
    return list(db.session().execute(consulta).scalars())


def hipotese(id_: int | None) -> HipoteseLegal | None:
    """A legal ground by its id."""
    return db.session().get(HipoteseLegal, id_) if id_ is not None else None


def unidade(id_: int | None) -> Unidade | None:
    """A unit, with its agency, by its id."""
    return db.session().get(Unidade, id_) if id_ is not None else None


def tipos_de_documento_ativos() -> list[TipoDocumento]:
    """The types of document that can be chosen, in their order."""
    consulta = select(TipoDocumento).where(TipoDocumento.ativo).order_by(TipoDocumento.ordem, TipoDocumento.nome)
    return list(db.session().execute(consulta).scalars())


def tipo_de_documento(slug: str) -> TipoDocumento | None:
    """A type of document by its slug."""
    return db.session().execute(select(TipoDocumento).where(TipoDocumento.slug == slug)).scalar_one_or_none()
