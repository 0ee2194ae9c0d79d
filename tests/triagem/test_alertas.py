"""A term half over, nearly over, over: each told once to whom it runs for, whatever runs at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.prazos import Prazo, calendario, contar
from peticionamento.comum.tempo import BRASILIA, no_instante
from peticionamento.triagem import alertas, diligencias
from peticionamento.triagem.alertas import Marco, marcos
from peticionamento.triagem.models import Demanda
from tests.factories import cadastros, contas, depois, peticoes, triagem
from tests.fixtures.banco import Contagem

MG = calendario()
SEGUNDA = datetime(2026, 11, 23, 10, tzinfo=BRASILIA)
"""A Monday; triage's five business days end on Monday the 30th, an agency's ten on 7 December."""
SES, SEGOV = "parlamentar@ses.invalid", "triagem@segov.invalid"


@pytest.fixture
def orgaos(app: Flask) -> None:
    cadastros.orgao("SES", email=SES)
    cadastros.orgao("SEGOV", email=SEGOV)


def no_dia(dia: date, hora: int = 9) -> int:
    """The routine runs on that day; how many letters."""
    instante = datetime(dia.year, dia.month, dia.day, hora, tzinfo=BRASILIA)
    with no_instante(instante):
        return alertas.alertar(agora=instante)


def cartas(para: str) -> list[str]:
    """The sentences that went to an address, in order."""
    consulta = select(Aviso.texto).where(Aviso.para == para).order_by(Aviso.id)
    textos = [texto or "" for texto in db.session().execute(consulta).scalars()]
    return [texto.splitlines()[0] for texto in textos if texto.startswith(("Metade", "O prazo t", "O prazo est"))]


METADE, QUASE, FIM = (alertas.FRASES[marco] for marco in Marco)


def test_a_term_of_ten_days_is_told_of_on_its_fifth_its_eighth_and_its_last() -> None:
    prazo = Prazo(date(2026, 11, 23), 10)
    assert marcos(prazo, date(2026, 12, 7), MG) == {
        Marco.METADE: date(2026, 11, 30), Marco.QUASE: date(2026, 12, 3), Marco.FIM: date(2026, 12, 7),
    }  # fmt: skip


def test_days_on_which_it_was_stopped_are_no_part_of_it() -> None:
    prazo = Prazo(date(2026, 11, 23), 4).parado(date(2026, 11, 24), date(2026, 12, 4), "x")
    vence = contar(prazo, MG).vence
    assert (vence, marcos(prazo, vence, MG)[Marco.METADE]) == (date(2026, 12, 9), date(2026, 12, 7))


@given(st.dates(date(2018, 1, 1), date(2030, 1, 1)), st.integers(1, 90))
def test_they_come_in_order_and_end_with_the_term(inicio: date, quantidade: int) -> None:
    prazo = Prazo(inicio, quantidade)
    vence = contar(prazo, MG).vence
    dias = list(marcos(prazo, vence, MG).values())
    assert dias == sorted(dias)
    assert inicio < dias[0] <= dias[-1] == vence


@pytest.mark.usefixtures("orgaos")
def test_an_agency_is_told_three_times_and_each_time_once(app: Flask) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.entregue(["SES"])
    encaminhamento = demanda.vivos[0]
    assert no_dia(date(2026, 11, 24)) == 0
    assert encaminhamento.alerta_dia == date(2026, 11, 30)
    dias = [date(2026, 11, 24) + timedelta(days=n) for n in range(24)]
    assert [dia for dia in dias for hora in (8, 20) if no_dia(dia, hora)] == [
        date(2026, 11, 30), date(2026, 12, 3), date(2026, 12, 7),
    ]  # fmt: skip
    assert cartas(SES) == [METADE, QUASE, FIM]
    assert (encaminhamento.alertas, encaminhamento.alerta_dia) == (7, None)
    carta = db.session().execute(select(Aviso).where(Aviso.para == SES).order_by(Aviso.id.desc())).scalars().first()
    assert carta is not None
    assert "Prazo da SES: segunda-feira, 7 de dezembro de 2026" in (carta.texto or "")
    assert f"/atendimento/{encaminhamento.id}" in (carta.texto or "")
    assert carta.peticao_id == demanda.peticao_id


@pytest.mark.usefixtures("orgaos")
def test_the_desk_is_told_of_triages_own_term(app: Flask) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.demanda()
    assert [no_dia(date(2026, 11, dia)) for dia in range(23, 31)] == [0, 0, 0, 1, 1, 0, 0, 1]
    assert cartas(SEGOV) == [METADE, QUASE, FIM]
    texto = db.session().execute(select(Aviso.texto).where(Aviso.para == SEGOV)).scalars().first()
    assert f"/triagem/{demanda.id}" in (texto or "")


@pytest.mark.usefixtures("orgaos")
def test_marks_passed_together_make_one_letter(app: Flask) -> None:
    with no_instante(SEGUNDA):
        triagem.entregue(["SES"])
    assert no_dia(date(2026, 12, 4)) == 1  # the worker was away
    assert no_dia(date(2026, 12, 9)) == 1
    assert cartas(SES) == [QUASE, alertas.VENCEU]


@pytest.mark.usefixtures("orgaos")
def test_a_term_that_moved_is_told_of_on_its_new_days_and_what_was_told_is_not_told_again(app: Flask) -> None:
    with no_instante(SEGUNDA):
        encaminhamento = triagem.entregue(["SES"]).vivos[0]
    no_dia(date(2026, 11, 30))
    with transaction():
        encaminhamento.prazo = encaminhamento.prazo.prorrogado(10, "x")  # type: ignore[union-attr]
        encaminhamento.vence_dia, encaminhamento.alerta_dia = date(2026, 12, 21), date(1970, 1, 1)
    assert no_dia(date(2026, 12, 7)) == 0
    assert encaminhamento.alerta_dia == date(2026, 12, 15)
    assert no_dia(date(2026, 12, 21)) == 1
    assert cartas(SES) == [METADE, FIM]


@pytest.mark.usefixtures("orgaos")
def test_a_demand_that_waits_for_its_author_is_no_concern_of_the_desk(app: Flask) -> None:
    with no_instante(SEGUNDA):
        demanda = depois.em_diligencia()
    assert no_dia(date(2026, 12, 4)) == 0
    quando = datetime(2026, 12, 7, 9, tzinfo=BRASILIA)
    with no_instante(quando):
        diligencias.retomar(demanda.id, por=contas.triador(), versao=demanda.versao, agora=quando)
    assert [no_dia(date(2026, 12, dia)) for dia in (8, 9, 10, 11, 14)] == [0, 0, 1, 1, 1]


@pytest.mark.usefixtures("orgaos")
def test_a_new_term_is_told_of_from_its_beginning(app: Flask) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.respondida(["SES"])
    assert no_dia(date(2026, 11, 30)) == 0  # nothing runs any more
    with no_instante(SEGUNDA + timedelta(days=3)):
        depois.reabrir(demanda)
    assert (demanda.alertas, no_dia(date(2026, 12, 1))) == (0, 1)


def test_an_agency_without_an_address_is_marked_and_not_written_to(app: Flask) -> None:
    with no_instante(SEGUNDA):
        encaminhamento = triagem.entregue(["DER-MG"]).vivos[0]
    antes = db.session().execute(select(func.count()).select_from(Aviso)).scalar_one()
    assert no_dia(date(2026, 12, 7)) == 0
    assert encaminhamento.alertas == 7
    assert db.session().execute(select(func.count()).select_from(Aviso)).scalar_one() == antes


@pytest.mark.usefixtures("orgaos")
def test_what_broke_while_it_was_written_is_neither_marked_nor_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.demanda()

    def cair(*_a: object, **_k: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as troca:
        troca.setattr(alertas, "avisar", cair)
        with pytest.raises(RuntimeError, match="killed"):
            no_dia(date(2026, 11, 30))
    db.session().refresh(demanda)
    assert (demanda.alertas, cartas(SEGOV)) == (0, [])
    assert no_dia(date(2026, 11, 30)) == 1


@pytest.mark.comprometido
@pytest.mark.usefixtures("orgaos")
def test_workers_at_once_write_each_letter_once(app: Flask) -> None:
    with no_instante(SEGUNDA):
        for n in range(6):
            triagem.demanda(peticoes.protocolada(assunto=f"Demanda {n}"))
            triagem.entregue(["SES"])
    db.session().rollback()
    largada, feitas = threading.Barrier(4), list[int]()

    def correr() -> None:
        with app.app_context():
            largada.wait()
            feitas.append(no_dia(date(2026, 12, 7)))

    linhas = [threading.Thread(target=correr) for _ in range(4)]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    no_dia(date(2026, 12, 7))
    assert (len(cartas(SES)), len(cartas(SEGOV))) == (6, 6)


@pytest.mark.comprometido
@pytest.mark.usefixtures("orgaos")
def test_one_in_somebodys_hands_is_told_of_by_the_next_run(app: Flask) -> None:
    with no_instante(SEGUNDA):
        primeira = triagem.demanda().id
        triagem.demanda()
    with db.engine.connect() as outra:
        outra.execute(text("select 1 from triagem_demanda where id = :id for update"), {"id": primeira})
        assert no_dia(date(2026, 11, 30)) == 1
    assert no_dia(date(2026, 11, 30)) == 1
    assert no_dia(date(2026, 11, 30)) == 0


@pytest.mark.usefixtures("orgaos")
def test_a_run_that_finds_nothing_asks_twice_however_many_there_are(
    app: Flask, contar_consultas: Callable[[], AbstractContextManager[Contagem]]
) -> None:
    with no_instante(SEGUNDA):
        for _ in range(3):
            triagem.demanda()
    no_dia(date(2026, 11, 24))
    with contar_consultas() as vistas:
        assert no_dia(date(2026, 11, 24)) == 0
    assert len(vistas) == 2


def test_a_filing_leaves_the_alerts_to_the_routine(app: Flask) -> None:
    demanda = triagem.demanda()
    lida = db.session().execute(select(Demanda.alertas, Demanda.alerta_dia, Demanda.prazo)).one()
    assert tuple(lida) == (0, date(1970, 1, 1), None)
    assert demanda.vivos == []
