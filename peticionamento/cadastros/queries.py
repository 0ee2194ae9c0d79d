"""Reads of the registers."""

from __future__ import annotations

from sqlalchemy import func, select

from peticionamento.cadastros.models import Feriado, Municipio, Orgao, TipoProcesso, Unidade
from peticionamento.comum.db import db
from peticionamento.comum.prazos import Calendario, calendario
from peticionamento.comum.protocolo import Numeracao
from peticionamento.comum.texto import sem_acentos

SIGLA_SEGOV = "SEGOV"


def calendario_local() -> Calendario:
    """The calendar with the registered local days."""
    linhas = db.session().execute(select(Feriado.dia, Feriado.nome))
    return calendario((dia, nome) for dia, nome in linhas)


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


def numeracao_da_segov() -> Numeracao:
    """How the processes that SEGOV opens are numbered."""
    codigo = db.session().execute(select(Orgao.codigo_uo).where(Orgao.sigla == SIGLA_SEGOV)).scalar_one()
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
