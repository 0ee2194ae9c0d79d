"""The fingerprints of demands filed before there were any."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select, update

from peticionamento.comum.db import db, transaction
from peticionamento.peticoes.models import Especie, Peticao
from peticionamento.triagem import impressoes
from peticionamento.triagem.impressoes import Feito
from peticionamento.triagem.models import Demanda
from tests.fixtures.banco import Contagem
from tests.triagem.test_semelhantes import CAMPANHA, LEITOS, sobre

CURTO = "<p>Peço a reforma da escola.</p>"


def todas() -> dict[int, tuple[str, int]]:
    """The fingerprint and the version of each demand."""
    consulta = select(Demanda.id, Demanda.impressao, Demanda.versao).order_by(Demanda.id)
    return {id_: (impressao, versao) for id_, impressao, versao in db.session().execute(consulta)}


@pytest.fixture
def antigas(app: Flask) -> dict[int, tuple[str, int]]:
    """Demands whose fingerprints were taken away, as filing gave them: two of a campaign, one short, one repeated."""
    primeira = sobre("MG-114", CAMPANHA, "Itamarandiba")
    sobre("Rodovia MG-114", CAMPANHA, "Carbonita")
    sobre("Leitos de UTI", LEITOS + CAMPANHA)
    sobre("Escola", CURTO)
    repetida = sobre("MG-114, outra vez", CAMPANHA)
    with transaction() as session:
        reiteracao = {"especie": Especie.REITERACAO, "origem_id": primeira.peticao_id}
        session.execute(update(Peticao).where(Peticao.id == repetida.peticao_id).values(reiteracao))
        session.execute(update(Demanda).where(Demanda.id == repetida.id).values(impressao=""))
    dadas = todas()
    assert [bool(impressao) for impressao, _ in dadas.values()] == [True, True, True, False, False]
    with transaction() as session:
        session.execute(update(Demanda).values(impressao=""))
    return dadas


def rodar(app: Flask) -> str:
    resultado = app.test_cli_runner().invoke(args=["triagem", "impressoes"])
    assert resultado.exit_code == 0, resultado.output
    db.session().expire_all()
    return resultado.output


def test_each_gets_what_filing_gives_and_its_version_stays(app: Flask, antigas: dict[int, tuple[str, int]]) -> None:
    assert "3 demandas ganharam a impressão do texto." in rodar(app)
    assert todas() == antigas


def test_running_again_changes_nothing(app: Flask, antigas: dict[int, tuple[str, int]]) -> None:
    rodar(app)
    assert "Nada a fazer" in rodar(app)
    assert todas() == antigas


def test_each_batch_is_kept_and_a_run_that_stopped_goes_on(app: Flask, antigas: dict[int, tuple[str, int]]) -> None:
    lotes = impressoes.dar(lote=2)
    assert next(lotes) == Feito(2, 2)
    lotes.close()
    db.session().rollback()
    assert [bool(impressao) for impressao, _ in todas().values()] == [True, True, False, False, False]
    assert list(impressoes.dar(lote=2)) == [Feito(2, 1), Feito(1, 0)]
    db.session().expire_all()
    assert todas() == antigas


def test_what_has_one_is_left_as_it_is(app: Flask, antigas: dict[int, tuple[str, int]]) -> None:
    primeira = min(antigas)
    with transaction() as session:
        session.execute(update(Demanda).where(Demanda.id == primeira).values(impressao="f" * 32))
    assert "2 demandas ganharam" in rodar(app)
    assert todas()[primeira][0] == "f" * 32


def test_a_batch_is_two_statements_however_long(
    app: Flask, antigas: dict[int, tuple[str, int]], contar_consultas: Callable[[], AbstractContextManager[Contagem]]
) -> None:
    with contar_consultas() as vistas:
        next(impressoes.dar())
    assert len(vistas) == 2
