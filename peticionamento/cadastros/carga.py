"""Load the registers from the files in `dados/`: municipalities, agencies with their receiving unit, process types."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from peticionamento.cadastros.models import Municipio, Orgao, TipoProcesso, Unidade
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
    """Fill the empty registers; returns False, doing nothing, when there are agencies already.

    With `dominio_email` each agency gets an address there (the demonstration's), else none.
    """
    with transaction() as session:
        if session.execute(select(func.count()).select_from(Orgao)).scalar_one():
            return False
        session.add_all(_municipios())
        session.add_all(_tipos())
        _orgaos(dominio_email)
        return True


def _municipios() -> list[Municipio]:
    return [
        Municipio(
            id=int(linha["codigo_ibge"]),
            nome=linha["nome"],
            nome_busca=sem_acentos(linha["nome"]),
            latitude=float(linha["latitude"]),
            longitude=float(linha["longitude"]),
            capital=linha["capital"] == "1",
        )
        for linha in _linhas("municipios_mg.csv")
    ]


def _tipos() -> list[TipoProcesso]:
    with (DADOS / "tipos.toml").open("rb") as arquivo:
        lidos = tomllib.load(arquivo)["tipo"]
    return [TipoProcesso(**tipo, ordem=ordem, ativo=True) for ordem, tipo in enumerate(lidos)]


def _orgaos(dominio_email: str | None) -> None:
    session = db.session()
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
