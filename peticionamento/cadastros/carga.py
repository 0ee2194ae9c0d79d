"""Load the registers from the files in `dados/`: municipalities, agencies, units, what filing asks for."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from peticionamento.cadastros.carga_temas import carregar_temas
from peticionamento.cadastros.carga_textos import carregar_modelos, carregar_textos
from peticionamento.cadastros.carga_tipos import carregar_documentos, carregar_hipoteses, carregar_tipos
from peticionamento.cadastros.models import Municipio, Orgao, Unidade
from peticionamento.comum.db import db, transaction
from peticionamento.comum.texto import sem_acentos

DADOS = Path(__file__).resolve().parent / "dados"
ANO = "2026"
UNIDADE_PROTOCOLO = ("PROTOCOLO", "Protocolo e atendimento parlamentar")
UNIDADE_SEGOV = ("SUBRI", "Triagem de demandas parlamentares")


def _linhas(nome: str) -> Iterator[dict[str, str]]:
    with (DADOS / nome).open(encoding="utf-8", newline="") as arquivo:
        yield from csv.DictReader(arquivo)


def carregar_cadastros(dominio_email: str | None = None) -> bool:
    """Fill each register that is missing something; returns whether anything was.

    Safe to run on any database, again and again: what somebody edited stays. With `dominio_email` the agencies, when
    they are made, get an address there (the demonstration's), else none.
    """
    with transaction():
        mudaram = [
            _municipios(),
            _regioes(),
            _orgaos(dominio_email),
            _unidades_regionais(),
            _competencias(),
            carregar_documentos(),
            carregar_hipoteses(),
            carregar_modelos(),
            carregar_tipos(),
            carregar_textos(),
            carregar_temas(),
        ]
        return any(mudaram)


def _vazio(modelo: type[Municipio] | type[Orgao]) -> bool:
    return db.session().execute(select(func.count()).select_from(modelo)).scalar_one() == 0


def _municipios() -> int:
    if not _vazio(Municipio):
        return 0
    novos = [
        Municipio(
            id=int(linha["codigo_ibge"]),
            nome=linha["nome"],
            nome_busca=sem_acentos(linha["nome"]),
            latitude=float(linha["latitude"]),
            longitude=float(linha["longitude"]),
            capital=linha["capital"] == "1",
            regiao=linha["regiao"],
        )
        for linha in _linhas("municipios_mg.csv")
    ]
    db.session().add_all(novos)
    return len(novos)


def _regioes() -> int:
    """The regions of the municipalities that have none: those loaded before there were regions in the file."""
    session = db.session()
    session.flush()
    sem_regiao = {m.id: m for m in session.execute(select(Municipio).where(Municipio.regiao == "")).scalars()}
    if not sem_regiao:
        return 0
    for linha in _linhas("municipios_mg.csv"):
        if (municipio := sem_regiao.get(int(linha["codigo_ibge"]))) is not None:
            municipio.regiao = linha["regiao"]
    return sum(1 for municipio in sem_regiao.values() if municipio.regiao)


def _orgaos(dominio_email: str | None) -> int:
    session = db.session()
    if not _vazio(Orgao):
        return 0
    linhas = [linha for linha in _linhas("orgaos_mg.csv") if linha["ano"] == ANO]
    por_sigla = {
        linha["sigla"]: Orgao(
            sigla=linha["sigla"],
            nome=linha["nome"],
            tipo=linha["tipo"],
            codigo_uo=linha["codigo_uo"] or None,
            email=f"parlamentar@{linha['sigla'].lower().replace(' ', '')}.{dominio_email}" if dominio_email else None,
            ativo=True,
        )
        for linha in linhas
    }
    session.add_all(por_sigla.values())
    session.flush()  # the links between agencies and the units need their ids
    for linha in linhas:
        orgao = por_sigla[linha["sigla"]]
        if linha["vinculado_a"]:
            orgao.vinculado_a_id = por_sigla[linha["vinculado_a"]].id
        sigla, nome = UNIDADE_SEGOV if orgao.sigla == "SEGOV" else UNIDADE_PROTOCOLO
        session.add(Unidade(orgao_id=orgao.id, sigla=f"{orgao.sigla}/{sigla}", nome=nome, recebe=True, ativa=True))
    session.flush()  # the regional units ask for their agency's id
    return len(linhas)


def _competencias() -> int:
    """What each agency does, for those that say nothing of it yet."""
    with (DADOS / "competencias.toml").open("rb") as arquivo:
        lidas = tomllib.load(arquivo)
    mudos = select(Orgao).where(Orgao.sigla.in_(lidas), Orgao.competencias == "", Orgao.palavras_chave == [])
    orgaos = db.session().execute(mudos).scalars().all()
    for orgao in orgaos:
        lida = lidas[orgao.sigla]
        orgao.competencias = lida["texto"]
        orgao.palavras_chave = [palavra.strip() for palavra in lida["palavras"].split(",")]
    return len(orgaos)


def _unidades_regionais() -> int:
    """The units by city that are not there; of agencies and municipalities that are."""
    session = db.session()
    session.flush()
    orgaos = {sigla: id_ for id_, sigla in session.execute(select(Orgao.id, Orgao.sigla))}
    municipios = {nome: id_ for id_, nome in session.execute(select(Municipio.id, Municipio.nome))}
    conhecidas = set(session.execute(select(Unidade.sigla)).scalars())
    with (DADOS / "unidades.toml").open("rb") as arquivo:
        lidas = tomllib.load(arquivo)["unidade"]
    novas = [
        Unidade(
            orgao_id=orgaos[lida["orgao"]],
            sigla=lida["sigla"].format(cidade=cidade),
            nome=lida["nome"].format(cidade=cidade),
            municipio_id=municipios[cidade],
            recebe=False,
            ativa=True,
        )
        for lida in lidas
        for cidade in lida["cidades"]
        if lida["sigla"].format(cidade=cidade) not in conhecidas
    ]
    session.add_all(novas)
    return len(novas)
