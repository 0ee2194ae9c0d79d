"""The calendar changed: open terms are counted again, each change told, and nothing else moves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from peticionamento.cadastros.calendario_queries import pendentes
from peticionamento.cadastros.models import MudancaCalendario, TipoDeDia
from peticionamento.cadastros.queries import calendario_de
from peticionamento.cadastros.services import calendario, indisponibilidades
from peticionamento.cadastros.services.calendario import DiaEditado
from peticionamento.comum.db import db, transaction
from peticionamento.comum.historico import Andamento, do_autor
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.prazos import Prazo, Unidade
from peticionamento.comum.tempo import BRASILIA, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Acompanhamento, Diligencia
from peticionamento.triagem import apensamento, diligencias, recontagem
from peticionamento.triagem.models import Demanda, Encaminhamento
from peticionamento.triagem.prazos import A_VER, passos_do_orgao
from tests.factories import cadastros, contas, depois, triagem

SEGUNDA = datetime(2026, 11, 23, 10, tzinfo=BRASILIA)
"""A Monday; triage's five business days end on Monday the 30th, an agency's ten on 7 December."""
PONTO = DiaEditado(date(2026, 11, 27), "Véspera", TipoDeDia.PONTO_FACULTATIVO, "Decreto nº 48.999/2026")
MOTIVO = "não conta 27/11/2026 (ponto facultativo, Véspera, Decreto nº 48.999/2026)"


@pytest.fixture
def administrador(app: Flask) -> Pessoa:
    return contas.pessoa(Papel.ADMINISTRADOR)


@pytest.fixture
def incluir(administrador: Pessoa) -> Callable[[DiaEditado], int]:
    """Put a day in the calendar at 11h that Monday."""

    def incluindo(editado: DiaEditado) -> int:
        quando = SEGUNDA + timedelta(hours=1)
        return calendario.salvar(None, editado, por=administrador, agora=quando).id

    return incluindo


Incluir = Callable[[DiaEditado], int]


def recontar(quando: datetime = SEGUNDA + timedelta(hours=2)) -> int:
    with no_instante(quando):
        return recontagem.recontar(agora=quando)


def linhas(demanda: Demanda) -> list[str]:
    consulta = select(Andamento.texto).where(
        Andamento.peticao_id == demanda.peticao_id, Andamento.acao == recontagem.ACAO
    )
    return list(db.session().execute(consulta.order_by(Andamento.id)).scalars())


def na_lista(demanda: Demanda) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, demanda.peticao_id, populate_existing=True)


def test_an_optional_point_moves_triages_term_and_says_why(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.demanda()
    assert (demanda.vence_dia, demanda.prazo) == (date(2026, 11, 30), None)
    incluir(PONTO)
    assert recontar() == 1
    frase = f"O prazo da triagem passou de 30/11/2026 para 01/12/2026: {MOTIVO}."
    assert demanda.vence_dia == date(2026, 12, 1)
    assert linhas(demanda) == [frase]
    assert do_autor(demanda.peticao_id, demanda.peticao.autor_id)[0].texto == frase
    onde = na_lista(demanda)
    assert (onde.vence_dia, onde.prazo, onde.etapa) == (date(2026, 12, 1), Prazo(date(2026, 11, 23), 5), "protocolada")
    assert demanda.alerta_dia == A_VER


def test_an_agencys_term_moves_with_its_authors_list(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.entregue(["SES", "DER-MG"])
    triagem_era = demanda.vence_dia
    incluir(PONTO)
    assert recontar() == 2
    assert [e.vence_dia for e in demanda.vivos] == [date(2026, 12, 8)] * 2
    assert f"O prazo da SES passou de 07/12/2026 para 08/12/2026: {MOTIVO}." in linhas(demanda)
    assert f"O prazo do DER-MG passou de 07/12/2026 para 08/12/2026: {MOTIVO}." in linhas(demanda)
    assert na_lista(demanda).vence_dia == date(2026, 12, 8)
    assert demanda.vence_dia == triagem_era  # triage's own was over when it decided
    assert any("27 de novembro de 2026 não conta" in passo for passo in passos_do_orgao(demanda.vivos[0]))


def test_run_twice_it_changes_nothing_and_the_change_is_done_with(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        demandas = [triagem.demanda(), triagem.entregue()]
    incluir(PONTO)
    assert recontar() == 2
    antes = [(d.vence_dia, [e.vence_dia for e in d.encaminhamentos], linhas(d)) for d in demandas]
    assert pendentes() == []
    assert recontar() == 0
    with transaction() as session:  # as after a run that was killed before its end
        session.execute(text("update cadastros_mudanca_calendario set recontada_em = null"))
    assert recontar() == 0
    assert [(d.vence_dia, [e.vence_dia for e in d.encaminhamentos], linhas(d)) for d in demandas] == antes


def test_a_change_just_made_is_looked_at_again_because_others_may_not_know_it_yet(app: Flask, incluir: Incluir) -> None:
    incluir(PONTO)
    recontar(SEGUNDA + timedelta(hours=1, seconds=5))
    assert len(pendentes()) == 1
    with no_instante(SEGUNDA + timedelta(hours=1, seconds=6)):
        demanda = triagem.demanda()
        assert demanda.vence_dia == date(2026, 12, 1)  # already by the new one
    with no_instante(SEGUNDA + timedelta(hours=1, seconds=7)):
        outra = triagem.demanda()
        with transaction():
            outra.vence_dia = date(2026, 11, 30)  # as a process that remembers the old calendar would have filed it
    assert recontar() == 1
    assert (demanda.vence_dia, outra.vence_dia) == (date(2026, 12, 1), date(2026, 12, 1))
    assert pendentes() == []


def test_batches_go_on_from_where_the_last_one_ended(
    app: Flask, incluir: Incluir, monkeypatch: pytest.MonkeyPatch
) -> None:
    with no_instante(SEGUNDA):
        demandas = [triagem.demanda() for _ in range(5)]
    monkeypatch.setattr(recontagem, "LOTE", 2)
    incluir(PONTO)
    assert recontar() == 5
    assert {d.vence_dia for d in demandas} == {date(2026, 12, 1)}


def test_what_broke_half_way_is_finished_by_the_next_run(
    app: Flask, incluir: Incluir, monkeypatch: pytest.MonkeyPatch
) -> None:
    with no_instante(SEGUNDA):
        demandas = [triagem.demanda() for _ in range(4)]
    monkeypatch.setattr(recontagem, "LOTE", 2)
    incluir(PONTO)
    contar, vezes = recontagem.revencer, iter(range(9))

    def cair(vencimentos: dict[int, tuple[date, Prazo | None]]) -> None:
        if next(vezes) == 1:
            raise RuntimeError("killed")
        contar(vencimentos)

    monkeypatch.setattr(recontagem, "revencer", cair)
    with pytest.raises(RuntimeError, match="killed"):
        recontar()
    assert [len(linhas(d)) for d in demandas] == [1, 1, 0, 0]
    assert recontar() == 2
    assert [len(linhas(d)) for d in demandas] == [1, 1, 1, 1]
    assert {na_lista(d).vence_dia for d in demandas} == {date(2026, 12, 1)}


def test_a_municipal_holiday_moves_the_units_of_that_city_alone(app: Flask, incluir: Incluir) -> None:
    cadastros.municipio("Montes Claros")
    with no_instante(SEGUNDA):
        aqui, la = triagem.entregue(["SES"]), triagem.entregue(["DER-MG"])
    with transaction():
        la.vivos[0].unidade.municipio = cadastros.municipio("Montes Claros")
    incluir(DiaEditado(date(2026, 12, 2), "Padroeira", municipio="Montes Claros"))
    assert recontar() == 1
    assert (aqui.vivos[0].vence_dia, la.vivos[0].vence_dia) == (date(2026, 12, 7), date(2026, 12, 8))
    assert linhas(la) == [
        "O prazo do DER-MG passou de 07/12/2026 para 08/12/2026: não conta 02/12/2026 (Padroeira, feriado em Montes "
        "Claros)."
    ]


def test_a_mayors_optional_point_moves_nothing(app: Flask, incluir: Incluir) -> None:
    cadastros.municipio("Montes Claros")
    incluir(DiaEditado(date(2026, 12, 2), "Aniversário", TipoDeDia.PONTO_FACULTATIVO, "Decreto 1", "Montes Claros"))
    assert calendario_de(cadastros.municipio("Montes Claros").id).e_util(date(2026, 12, 2))
    assert pendentes() == []


def test_the_authors_term_to_answer_and_the_stopped_term_of_triage(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        demanda = depois.em_diligencia(dias_uteis=5)
        diligencia = db.session().execute(select(Diligencia)).scalar_one()
    era = demanda.vence_dia
    incluir(PONTO)
    assert recontar() == 1
    assert (diligencia.vence_dia, demanda.vence_dia) == (date(2026, 12, 1), era)
    assert linhas(demanda)[0].startswith("O prazo para o autor responder passou de 30/11/2026 para 01/12/2026: ")
    assert na_lista(demanda).vence_dia is None
    quinta = SEGUNDA + timedelta(days=10)  # 3 December
    with no_instante(quinta):
        diligencias.retomar(demanda.id, por=contas.triador(), versao=demanda.versao, agora=quinta)
    assert demanda.vence_dia == date(2026, 12, 10)  # all five were left, and the optional point lay in the stop
    assert na_lista(demanda).prazo == demanda.prazo


def test_a_term_that_ends_on_the_day_of_an_outage_moves_and_a_running_one_does_not(
    app: Flask, administrador: Pessoa
) -> None:
    with no_instante(SEGUNDA):
        vence, corre = triagem.demanda(), triagem.entregue()
    caiu = datetime(2026, 11, 30, 9, tzinfo=BRASILIA)
    quando = caiu + timedelta(hours=4)
    registro = indisponibilidades.Registro(caiu, caiu + timedelta(hours=3), "queda de energia", "Chamado 4711")
    indisponibilidades.registrar(registro, por=administrador, agora=quando)
    assert recontar(quando + timedelta(hours=1)) == 1
    assert (vence.vence_dia, corre.vivos[0].vence_dia) == (date(2026, 12, 1), date(2026, 12, 7))
    assert linhas(vence) == [
        "O prazo da triagem passou de 30/11/2026 para 01/12/2026: o sistema ficou fora do ar (9h00 a 12h00: queda de "
        "energia)."
    ]


def test_two_short_outages_of_one_day_are_added_up(app: Flask, administrador: Pessoa) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.demanda()
    for hora in (9, 15):
        caiu = datetime(2026, 11, 30, hora, tzinfo=BRASILIA)
        registro = indisponibilidades.Registro(caiu, caiu + timedelta(minutes=40), "queda", "Chamado")
        indisponibilidades.registrar(registro, por=administrador, agora=caiu + timedelta(hours=1))
    assert recontar(datetime(2026, 11, 30, 18, tzinfo=BRASILIA)) == 1
    assert demanda.vence_dia == date(2026, 12, 1)


def test_a_day_taken_out_brings_terms_back_but_never_to_a_day_that_is_over(
    app: Flask, incluir: Incluir, administrador: Pessoa
) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.demanda()
        longe = triagem.entregue()
    feriado_id = incluir(PONTO)
    recontar()
    terca = datetime(2026, 12, 1, 9, tzinfo=BRASILIA)
    calendario.remover(feriado_id, por=administrador, agora=terca)
    assert recontar(terca + timedelta(hours=1)) == 1
    assert (demanda.vence_dia, longe.vivos[0].vence_dia) == (date(2026, 12, 1), date(2026, 12, 7))
    assert linhas(longe)[-1].endswith(
        "passou de 08/12/2026 para 07/12/2026: volta a contar 27/11/2026 (ponto facultativo, Véspera, Decreto nº "
        "48.999/2026)."
    )
    assert recontar(terca + timedelta(hours=2)) == 0


def test_a_changed_day_moves_both_ways_at_once(app: Flask, incluir: Incluir, administrador: Pessoa) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.demanda()
    feriado_id = incluir(PONTO)
    recontar()
    outro = DiaEditado(date(2026, 12, 4), PONTO.nome, PONTO.tipo, PONTO.ato)
    calendario.salvar(feriado_id, outro, por=administrador, agora=SEGUNDA + timedelta(hours=3))
    recontar(SEGUNDA + timedelta(hours=4))
    assert demanda.vence_dia == date(2026, 11, 30)


def test_a_named_day_moves_only_when_it_stopped_being_a_business_day(app: Flask, incluir: Incluir) -> None:
    prazo = Prazo.ate_o_dia(date(2026, 11, 23), date(2026, 12, 7))
    with no_instante(SEGUNDA):
        fixada = triagem.entregue()
    with transaction():
        fixada.vivos[0].prazo = prazo
    incluir(PONTO)
    assert recontar() == 0
    incluir(DiaEditado(date(2026, 12, 7), "Outro", TipoDeDia.RECESSO, "Resolução 1"))
    assert recontar() == 1
    assert fixada.vivos[0].vence_dia == date(2026, 12, 8)


def test_running_days_move_only_at_their_end(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        demanda = triagem.entregue()
    with transaction():
        demanda.vivos[0].prazo = Prazo(date(2026, 11, 23), 14, Unidade.DIAS_CORRIDOS)
    incluir(PONTO)
    assert recontar() == 0
    incluir(DiaEditado(date(2026, 12, 7), "Outro", TipoDeDia.RECESSO, "Resolução 1"))
    assert recontar() == 1


def test_what_is_answered_or_ended_keeps_its_day(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        respondeu, fim = triagem.entregue(), triagem.respondida()
        triagem.responder(respondeu)
    incluir(PONTO)
    assert recontar() == 0
    assert (respondeu.vivos[0].vence_dia, fim.encaminhamentos[0].vence_dia) == (date(2026, 12, 7), date(2026, 12, 7))


def test_what_is_joined_to_another_shows_the_others_new_day(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        ana = contas.triador()
        outra, apensada = triagem.demanda(), triagem.em_triagem(ana)
        apensamento.apensar(apensada.id, outra.id, por=ana, versao=apensada.versao, agora=SEGUNDA)
    incluir(PONTO)
    assert recontar() == 2
    assert na_lista(apensada).vence_dia == na_lista(outra).vence_dia == date(2026, 12, 1)


def test_terms_kept_before_there_was_anything_to_keep_are_counted_by_the_old_calendar(
    app: Flask, incluir: Incluir
) -> None:
    with no_instante(SEGUNDA):
        demanda, com_orgao = triagem.demanda(), triagem.entregue()
    with transaction():
        demanda.vence_dia, com_orgao.vivos[0].prazo = date(2026, 12, 2), None  # seven days, of another setting
    incluir(PONTO)
    assert recontar() == 2
    assert (demanda.vence_dia, com_orgao.vivos[0].vence_dia) == (date(2026, 12, 3), date(2026, 12, 8))
    assert demanda.prazo == Prazo(date(2026, 11, 23), 7)


@pytest.mark.comprometido
def test_a_demand_in_somebodys_hands_is_left_for_the_next_run(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        ids = [triagem.demanda().id for _ in range(2)]
    incluir(PONTO)
    with db.engine.connect() as outra:
        outra.execute(text("select 1 from triagem_demanda where id = :id for update"), {"id": ids[0]})
        assert recontar() == 1
        assert len(pendentes()) == 1
    assert recontar() == 1
    assert pendentes() == []
    dias = db.session().execute(select(Demanda.vence_dia)).scalars().all()
    assert set(dias) == {date(2026, 12, 1)}


@pytest.mark.comprometido
def test_two_workers_at_once_write_one_line_for_each_term(app: Flask, incluir: Incluir) -> None:
    with no_instante(SEGUNDA):
        quantas = len([triagem.demanda() for _ in range(8)])
    incluir(PONTO)
    db.session().rollback()
    largada, feitas = threading.Barrier(2), list[int]()

    def correr() -> None:
        with app.app_context():
            largada.wait()
            feitas.append(recontar())

    linhas_ = [threading.Thread(target=correr) for _ in range(2)]
    for linha in linhas_:
        linha.start()
    for linha in linhas_:
        linha.join()
    recontar()
    consulta = select(func.count()).select_from(Andamento).where(Andamento.acao == recontagem.ACAO)
    assert db.session().execute(consulta).scalar_one() == quantas


def test_nothing_changed_costs_one_statement(app: Flask, contar_consultas: Callable[..., object]) -> None:
    triagem.demanda()
    with contar_consultas() as vistas:  # type: ignore[attr-defined]
        assert recontar() == 0
    assert len(vistas) == 1


def test_an_agency_in_a_city_with_holidays_gets_its_own_last_day(app: Flask, incluir: Incluir) -> None:
    cidade = cadastros.municipio("Montes Claros")
    cadastros.unidade("SES")
    with transaction():
        cadastros.unidade("SES").municipio = cidade
    incluir(DiaEditado(date(2026, 12, 2), "Padroeira", municipio="Montes Claros"))
    with no_instante(SEGUNDA + timedelta(hours=3)):
        demanda = triagem.distribuida(["SES"])
    assert demanda.vivos[0].vence_dia == date(2026, 12, 8)
    passos = passos_do_orgao(db.session().get_one(Encaminhamento, demanda.vivos[0].id))
    assert "quarta-feira, 2 de dezembro de 2026 não conta: Padroeira, feriado em Montes Claros." in passos


def test_the_history_of_the_calendar_says_who_and_when(app: Flask, incluir: Incluir, administrador: Pessoa) -> None:
    incluir(PONTO)
    mudanca = db.session().execute(select(MudancaCalendario)).scalar_one()
    assert (mudanca.quem, mudanca.texto) == (
        administrador.nome, "27/11/2026, ponto facultativo, Véspera, Decreto nº 48.999/2026",
    )  # fmt: skip
    recontar()
    db.session().refresh(mudanca)
    assert mudanca.recontada_em is not None
