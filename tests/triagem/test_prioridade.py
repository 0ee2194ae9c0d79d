"""What puts a demand at the top of the queue, and that it says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask

from peticionamento.comum.db import db, transaction
from peticionamento.comum.tempo import agora, hoje, no_instante
from peticionamento.peticoes.models import Especie
from peticionamento.triagem import jobs, prioridade
from peticionamento.triagem.models import Criterio, Demanda, EstadoDemanda, Urgencia
from peticionamento.triagem.prioridade import pontuar, porque
from tests.factories import contas, depois, peticoes, triagem
from tests.fixtures.banco import Contagem

Contar = Callable[[], AbstractContextManager[Contagem]]
C = Criterio
TABELA = {C.DIAS_UTEIS: ((-1, 5), (0, 4), (3, 2)), C.REITERACOES: ((1, 2), (4, 4)), C.URGENCIA: ((2, 4),)}


def de_novo(demanda: Demanda) -> Demanda:
    db.session().expire_all()
    return db.session().get_one(Demanda, demanda.id)


def pontos(demanda: Demanda) -> int:
    return -demanda.prioridade


@pytest.mark.parametrize(
    ("medidas", "razoes"),
    [
        ({C.DIAS_UTEIS: 4}, []),
        ({C.DIAS_UTEIS: 3}, [["dias_uteis", 3, 2]]),
        ({C.DIAS_UTEIS: 0}, [["dias_uteis", 0, 4]]),
        ({C.DIAS_UTEIS: -9}, [["dias_uteis", -9, 5]]),
        ({C.REITERACOES: 0, C.URGENCIA: 1}, []),
        ({C.REITERACOES: 7}, [["reiteracoes", 7, 4]]),
        ({C.IDADE: 400}, []),  # the table has nothing for it
        ({C.DIAS_UTEIS: 3, C.REITERACOES: 4}, [["reiteracoes", 4, 4], ["dias_uteis", 3, 2]]),
    ],
)
def test_of_a_criterion_the_best_line_reached_counts_alone(
    medidas: dict[Criterio, int], razoes: list[list[object]]
) -> None:
    assert pontuar(medidas, TABELA) == razoes


@pytest.mark.parametrize(
    ("razoes", "vencimento", "espera", "frase"),
    [
        ([], "vence hoje", "", ""),
        (
            [["dias_uteis", 0, 4], ["reiteracoes", 2, 3]],
            "vence hoje",
            "2ª reiteração",
            "No alto porque: vence hoje, 2ª reiteração",
        ),
        ([["dias_uteis", 3, 2]], "em 3 dias úteis", "", "Pontos por: vence em 3 dias úteis"),
        ([["dias_uteis", -2, 5]], "há 2 dias úteis", "", "No alto porque: venceu há 2 dias úteis"),
        ([["dias_uteis", -1, 5]], "venceu ontem", "", "No alto porque: venceu ontem"),
        ([["urgencia", 2, 4]], "", "", "No alto porque: urgente"),
        ([["semelhantes", 1, 1]], "", "", "Pontos por: 1 demanda semelhante em aberto"),
        ([["urgencia", 1, 2], ["idade", 16, 1]], "", "", "Pontos por: urgência alta, protocolada há 16 dias"),
        ([["reiteracoes", 3, 3]], "", "", "Pontos por: 3 reiterações"),
    ],
)  # fmt: skip
def test_the_points_are_said_in_words(razoes: list[list[object]], vencimento: str, espera: str, frase: str) -> None:
    assert porque(razoes, vencimento, espera) == frase


def test_a_demand_has_its_points_from_the_moment_it_is_filed(app: Flask) -> None:
    demanda = triagem.demanda()
    assert demanda.vence_dia == triagem.daqui_a(5)
    assert (demanda.razoes, demanda.prioridade) == ([["dias_uteis", 5, 1]], -1)


def test_points_at_filing_cost_no_statement_once_the_table_is_known(app: Flask, contar_consultas: Contar) -> None:
    demanda, peticao = triagem.demanda(), peticoes.protocolada()
    with contar_consultas() as vistas:
        prioridade.ao_abrir(peticao, demanda.vence_dia, agora=agora())
        assert sum("triagem_peso" in comando for comando in vistas.comandos) == 1
        quantas = len(vistas)
        prioridade.ao_abrir(peticao, demanda.vence_dia, agora=agora())
        assert len(vistas) == quantas


def test_a_repetition_lifts_itself_and_the_demand_it_repeats(app: Flask) -> None:
    primeira = triagem.demanda()
    origem = primeira.peticao
    primeira_vez = depois.assinar(depois.continuacao(origem, Especie.REITERACAO))
    assert de_novo(primeira).razoes == [["reiteracoes", 1, 2], ["dias_uteis", 5, 1]]
    segunda_vez = depois.assinar(depois.continuacao(origem, Especie.REITERACAO))
    assert de_novo(primeira).razoes[0] == ["reiteracoes", 2, 3]
    assert triagem.demanda_de(primeira_vez).razoes[0] == ["reiteracoes", 1, 2]
    assert triagem.demanda_de(segunda_vez).razoes[0] == ["reiteracoes", 2, 3]
    prioridade.repontuar_mesa(agora=agora())
    assert [de_novo(d).razoes[0][1] for d in (primeira, triagem.demanda_de(segunda_vez))] == [2, 2]


def test_the_routine_counts_the_days_that_went_by(app: Flask) -> None:
    with no_instante(agora() - timedelta(days=40)):
        antiga = triagem.demanda()
    nova = triagem.demanda()
    assert pontos(antiga) == 1
    assert jobs.repontuar() == 1  # the other has not changed
    assert [(c, p) for c, _, p in de_novo(antiga).razoes] == [("dias_uteis", 5), ("idade", 2)]
    assert (pontos(de_novo(antiga)), pontos(de_novo(nova))) == (7, 1)
    assert jobs.repontuar() == 0


def test_due_today_weighs_more_than_due_tomorrow(app: Flask) -> None:
    demanda = triagem.demanda()
    por_dia = {}
    for dias_uteis in (3, 1, 0, -1):
        with transaction():
            demanda.vence_dia = triagem.daqui_a(dias_uteis) if dias_uteis >= 0 else hoje() - timedelta(days=5)
            prioridade.repontuar(demanda, agora=agora())
        por_dia[dias_uteis] = pontos(demanda)
    assert por_dia == {3: 2, 1: 3, 0: 4, -1: 5}


def test_similar_open_demands_of_others_are_counted(app: Flask) -> None:
    campanha = [triagem.demanda() for _ in range(3)]
    with transaction():
        for demanda in campanha:
            demanda.impressao = "a" * 32
        sozinha = triagem.demanda()
        sozinha.impressao = ""
    jobs.repontuar()
    assert [de_novo(d).razoes[-1] for d in campanha] == [["semelhantes", 2, 1]] * 3
    assert "semelhantes" not in [c for c, _, _ in de_novo(sozinha).razoes]


def test_a_demand_that_comes_back_counts_from_its_new_term(app: Flask) -> None:
    with no_instante(agora() - timedelta(days=40)):
        peticao = peticoes.protocolada()
    demanda = triagem.respondida(peticao=peticao)
    depois.reabrir(demanda)
    assert demanda.estado is EstadoDemanda.REABERTA
    assert demanda.razoes == [["idade", 40, 2], ["dias_uteis", 5, 1]]


def test_what_left_the_desk_is_not_recounted(app: Flask) -> None:
    with no_instante(agora() - timedelta(days=40)):
        demanda = triagem.distribuida()
    assert jobs.repontuar() == 0
    assert pontos(de_novo(demanda)) == 1


def test_urgency_weighs(app: Flask) -> None:
    demanda = triagem.demanda()
    with transaction():
        demanda.urgencia = Urgencia.URGENTE
        prioridade.repontuar(demanda, agora=agora())
    assert demanda.razoes == [["urgencia", 2, 4], ["dias_uteis", 5, 1]]
    assert demanda.prioridade == -5


def test_the_routine_costs_the_same_however_many_are_on_the_desk(app: Flask, contar_consultas: Contar) -> None:
    medidas = []
    amanha = agora() + timedelta(days=1)
    for instante in (amanha, amanha + timedelta(days=20)):
        for _ in range(3):
            triagem.demanda()
        db.session().commit()
        with contar_consultas() as vistas:
            _repontuar(instante)
        medidas.append(len(vistas))
    assert medidas[0] == medidas[1]


def _repontuar(instante: datetime) -> None:
    assert prioridade.repontuar_mesa(agora=instante) > 0


@pytest.mark.comprometido
def test_a_demand_in_somebodys_hands_waits_for_the_next_run(app: Flask) -> None:
    demanda, ana = triagem.demanda(), contas.triador("Ana")
    futuro = agora() + timedelta(days=40)
    assert ana.id
    with db.engine.connect() as outra, outra.begin():
        outra.exec_driver_sql("select from triagem_demanda where id = %s for update", (demanda.id,))
        assert prioridade.repontuar_mesa(agora=futuro) == 0
    assert prioridade.repontuar_mesa(agora=futuro) == 1
