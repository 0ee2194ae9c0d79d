"""The calendar as the administrator keeps it: days, spreadsheets, outages, and what is written of each change."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.cadastros.calendario_queries import dias_do_ano, mudancas, pendentes
from peticionamento.cadastros.models import Feriado, TipoDeDia
from peticionamento.cadastros.queries import calendario_de, calendario_local
from peticionamento.cadastros.services import calendario as services
from peticionamento.cadastros.services import indisponibilidades
from peticionamento.cadastros.services.calendario import DiaEditado
from peticionamento.cadastros.services.indisponibilidades import Registro
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.indisponibilidade import Indisponibilidade, dias_fora
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.planilhas_lidas import PlanilhaRecusada
from peticionamento.comum.tempo import BRASILIA, agora
from peticionamento.contas.models import Pessoa
from tests.factories import cadastros, calendario, contas
from tests.fixtures.banco import Contagem

SERVIDOR = DiaEditado(
    date(2026, 10, 28), "Dia do Servidor", TipoDeDia.PONTO_FACULTATIVO, "Decreto nº 48.999/2026"
)  # fmt: skip
PADROEIRA = DiaEditado(date(2026, 12, 2), "Padroeira", municipio="montes claros")
CAIU = datetime(2026, 11, 24, 9, tzinfo=BRASILIA)


@pytest.fixture
def admin(app: Flask) -> Pessoa:
    for nome in ("Montes Claros", "Belo Horizonte"):
        cadastros.municipio(nome)
    with transaction():
        cadastros.municipio("Belo Horizonte").capital = True
    return contas.pessoa(Papel.ADMINISTRADOR)


def salvar(editado: DiaEditado, por: Pessoa, id_: int | None = None) -> Feriado:
    return services.salvar(id_, editado, por=por, agora=agora())


def test_a_day_of_the_state_does_not_count_anywhere(admin: Pessoa) -> None:
    salvar(SERVIDOR, admin)
    motivo = "ponto facultativo, Dia do Servidor, Decreto nº 48.999/2026"
    montes = cadastros.municipio("Montes Claros").id
    for cal in (calendario_local(), calendario_de(None), calendario_de(montes)):
        assert cal.motivo_de_nao_contar(SERVIDOR.dia or date.max) == motivo


def test_a_day_of_a_city_counts_everywhere_else(admin: Pessoa) -> None:
    salvar(PADROEIRA, admin)
    dia, montes = date(2026, 12, 2), cadastros.municipio("Montes Claros").id
    assert calendario_local().e_util(dia)
    assert calendario_de(montes).motivo_de_nao_contar(dia) == "Padroeira, feriado em Montes Claros"


def test_the_capitals_days_are_those_of_whoever_serves_the_whole_state(admin: Pessoa) -> None:
    salvar(DiaEditado(date(2026, 12, 8), "Imaculada", municipio="Belo Horizonte"), admin)
    assert not calendario_local().e_util(date(2026, 12, 8))
    assert calendario_de(cadastros.municipio("Montes Claros").id).e_util(date(2026, 12, 8))


@pytest.mark.parametrize(
    ("tipo", "municipio", "conta"),
    [
        (TipoDeDia.FERIADO, "", False),
        (TipoDeDia.PONTO_FACULTATIVO, "", False),
        (TipoDeDia.RECESSO, "", False),
        (TipoDeDia.FERIADO, "Montes Claros", False),
        (TipoDeDia.PONTO_FACULTATIVO, "Montes Claros", True),
        (TipoDeDia.RECESSO, "Montes Claros", True),
    ],
)
def test_an_optional_point_of_a_city_closes_the_citys_offices_and_not_the_states(
    admin: Pessoa, tipo: TipoDeDia, municipio: str, conta: bool
) -> None:
    salvar(DiaEditado(date(2026, 12, 3), "X", tipo, "Decreto 1", municipio), admin)
    assert calendario_de(cadastros.municipio("Montes Claros").id).e_util(date(2026, 12, 3)) is conta
    assert (pendentes() == []) is conta


@pytest.mark.parametrize(
    ("mudado", "frase", "campo"),
    [
        ({"dia": None}, "Informe o dia, como 28/10/2026.", "dia"),
        ({"dia": date(1999, 1, 4)}, "O dia fica entre 2000 e 2100.", "dia"),
        ({"dia": date(2026, 12, 25)}, "Já é feriado em todo o Estado: Natal.", "dia"),
        ({"nome": "  "}, "Dê um nome.", "nome"),
        ({"nome": "x" * 121}, "O nome tem 121 caracteres; o máximo é 120.", "nome"),
        ({"tipo": None}, "O tipo é feriado, ponto facultativo ou recesso.", "tipo"),
        ({"ato": ""}, "Informe o ato: sem decreto não há ponto facultativo nem recesso.", "ato"),
        ({"ato": "x" * 201}, "O ato tem 201 caracteres; o máximo é 200.", "ato"),
        ({"municipio": "Atlântida"}, "“Atlântida” não é um município de Minas Gerais.", "municipio"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(admin: Pessoa, mudado: dict[str, Any], frase: str, campo: str) -> None:
    with pytest.raises(Recusa) as recusa:
        salvar(DiaEditado(**{**vars(SERVIDOR), **mudado}), admin)
    assert (recusa.value.mensagem, recusa.value.campo) == (frase, campo)
    assert db.session().execute(select(Feriado)).first() is None


def test_one_day_is_registered_once_in_each_place(admin: Pessoa) -> None:
    salvar(SERVIDOR, admin)
    salvar(DiaEditado(SERVIDOR.dia, "Outro", municipio="Montes Claros"), admin)
    with pytest.raises(Recusa, match="Nesse dia já está “Dia do Servidor”"):
        salvar(DiaEditado(SERVIDOR.dia, "De novo"), admin)
    with pytest.raises(Recusa, match="Nesse dia já está “Outro”"):
        salvar(DiaEditado(SERVIDOR.dia, "De novo", municipio="Montes Claros"), admin)


def test_each_change_is_written_down_with_what_was_and_what_is(admin: Pessoa) -> None:
    linha = salvar(SERVIDOR, admin)
    salvar(DiaEditado(date(2026, 10, 30), "Dia do Servidor", SERVIDOR.tipo, SERVIDOR.ato), admin, linha.id)
    services.remover(linha.id, por=admin, agora=agora())
    motivo = "ponto facultativo, Dia do Servidor, Decreto nº 48.999/2026"
    de, para = ({"dia": dia, "municipio_id": None, "motivo": motivo} for dia in ("2026-10-28", "2026-10-30"))
    assert [(m.acao, m.antes, m.depois) for m in mudancas()] == [
        ("remover", para, None), ("alterar", de, para), ("incluir", None, de),
    ]  # fmt: skip
    assert calendario_local().e_util(date(2026, 10, 30))


def test_a_change_of_nothing_asks_for_no_counting(admin: Pessoa) -> None:
    linha = salvar(SERVIDOR, admin)
    salvar(SERVIDOR, admin, linha.id)
    assert [m.recontada_em is None for m in mudancas()] == [False, True]


def test_only_the_administrator_and_only_what_is_there(admin: Pessoa) -> None:
    with pytest.raises(SemPermissao):
        salvar(SERVIDOR, contas.coordenadora())
    with pytest.raises(SemPermissao):
        services.remover(1, por=contas.triador(), agora=agora())
    with pytest.raises(NaoEncontrado):
        salvar(SERVIDOR, admin, 999)
    with pytest.raises(SemPermissao):
        services.conferir(io.BytesIO(b"dia;nome\n"), "x.csv", por=contas.triador())
    with pytest.raises(SemPermissao):
        indisponibilidades.registrar(Registro(None, None, "", ""), por=contas.triador(), agora=agora())


def test_the_years_list_has_the_laws_days_too_and_finds_by_name_act_and_city(admin: Pessoa) -> None:
    salvar(SERVIDOR, admin)
    salvar(PADROEIRA, admin)
    dias = dias_do_ano(2026)
    assert [d.dia for d in dias] == sorted(d.dia for d in dias)
    assert {d.nome for d in dias} >= {"Natal", "Dia do Servidor", "Padroeira"}
    assert [d.nome for d in dias if d.id] == ["Dia do Servidor", "Padroeira"]
    assert [d.nome for d in dias_do_ano(2026, "SERVIDOR")] == ["Dia do Servidor"]
    assert [d.nome for d in dias_do_ano(2026, "48.999")] == ["Dia do Servidor"]
    assert [d.nome for d in dias_do_ano(2026, "montes")] == ["Padroeira"]
    assert dias_do_ano(2026, "%") == []
    assert [d.nome for d in dias_do_ano(2025) if d.id] == []


CSV = """dia;nome;tipo;ato;municipio
28/10/2026;Dia do Servidor;ponto facultativo;Decreto nº 48.999/2026;
2026-12-02;Padroeira;;;Montes Claros
31/02/2026;Errado;feriado;;
03/12/2026;;feriado;;
04/12/2026;Sem decreto;Recesso;;
07/12/2026;Longe;feriado;;Atlântida
28/10/2026;De novo;feriado;Lei 1;
09/12/2026;Que dia;folga;;
"""


def conferir(csv: str, por: Pessoa) -> list[services.LinhaDoCalendario]:
    return services.conferir(io.BytesIO(csv.encode()), "calendario.csv", por=por)


def test_a_spreadsheet_is_read_line_by_line_and_writes_nothing(admin: Pessoa) -> None:
    linhas = conferir(CSV, admin)
    assert [(linha.numero, linha.boa, linha.erros) for linha in linhas] == [
        (2, True, {}),
        (3, True, {}),
        (4, False, {"dia": "Informe o dia, como 28/10/2026."}),
        (5, False, {"nome": "Dê um nome."}),
        (6, False, {"ato": "Informe o ato: sem decreto não há ponto facultativo nem recesso."}),
        (7, False, {"municipio": "“Atlântida” não é um município de Minas Gerais."}),
        (8, False, {"dia": "O mesmo dia da linha 2."}),
        (9, False, {"tipo": "O tipo é feriado, ponto facultativo ou recesso."}),
    ]
    assert db.session().execute(select(Feriado)).first() is None


def test_the_good_lines_go_in_and_a_second_time_they_are_there_already(admin: Pessoa) -> None:
    assert services.importar(conferir(CSV, admin), por=admin, agora=agora()) == 2
    assert not calendario_local().e_util(date(2026, 10, 28))
    assert len(pendentes()) == 2
    linhas = conferir(CSV, admin)
    assert [linha.numero for linha in linhas if linha.ja_esta] == [2, 3]
    with pytest.raises(Recusa, match="Nenhuma linha está pronta"):
        services.importar(linhas, por=admin, agora=agora())


def test_what_somebody_put_there_meanwhile_stops_it_all(admin: Pessoa) -> None:
    linhas = conferir(CSV, admin)
    salvar(DiaEditado(date(2026, 12, 2), "Outro", municipio="Montes Claros"), admin)
    with pytest.raises(Recusa, match=r"Linha 3: Nesse dia já está “Outro”\. Nada foi incluído"):
        services.importar(linhas, por=admin, agora=agora())
    assert calendario_local().e_util(date(2026, 10, 28))


@pytest.mark.parametrize(
    ("csv", "frase"),
    [
        ("data;nome\n1;2\n", "Falta a coluna “dia”"),
        ("dia;nome\n", "não tem nenhuma linha preenchida"),
        ("dia;nome\n" + "01/12/2026;x\n" * 1001, "mais de 1000 linhas"),
    ],
)
def test_what_is_no_such_spreadsheet_is_refused_whole(admin: Pessoa, csv: str, frase: str) -> None:
    with pytest.raises(PlanilhaRecusada, match=frase):
        conferir(csv, admin)


def test_a_long_spreadsheet_is_checked_by_as_many_statements_as_a_short_one(
    admin: Pessoa, contar_consultas: Callable[[], AbstractContextManager[Contagem]]
) -> None:
    medidas = []
    for quantas in (1, 1, 200):  # the first reads who asks, too
        dias = [date(2027, 1, 4) + timedelta(days=n) for n in range(quantas)]
        csv = "dia;nome\n" + "".join(f"{dia:%d/%m/%Y};Dia\n" for dia in dias)
        with contar_consultas() as vistas:
            conferir(csv, admin)
        medidas.append(len(vistas))
    assert medidas[1] == medidas[2] <= 2


def registro(**mudado: Any) -> Registro:
    dado = {"inicio": CAIU, "fim": CAIU + timedelta(hours=2), "motivo": "Queda de energia", "evidencia": "Chamado 4711"}
    return Registro(**{**dado, **mudado})


def test_an_outage_is_kept_with_its_evidence_and_its_day_ends_no_term(admin: Pessoa) -> None:
    linha = calendario.indisponibilidade(CAIU, 120, por=admin)
    assert (linha.quem, linha.evidencia, linha.arquivo_nome) == (admin.nome, "Chamado 4711", "monitor.pdf")
    assert linha.arquivo is not None
    assert linha.arquivo.tipo == "application/pdf"
    assert dict(dias_fora()) == {CAIU.date(): "o sistema ficou fora do ar (9h00 a 11h00: Queda de energia)"}
    assert pendentes()[0].depois == {"dias": {"2026-11-24": dias_fora()[CAIU.date()]}}


def test_a_short_one_is_kept_and_asks_for_no_counting_until_another_adds_up(admin: Pessoa) -> None:
    primeira = registro(fim=CAIU + timedelta(minutes=40))
    indisponibilidades.registrar(primeira, por=admin, agora=CAIU + timedelta(days=1))
    assert (dict(dias_fora()), pendentes()) == ({}, [])
    segunda = registro(inicio=CAIU + timedelta(hours=3), fim=CAIU + timedelta(hours=3, minutes=40))
    linha = indisponibilidades.registrar(segunda, por=admin, agora=CAIU + timedelta(days=1))
    assert list(dias_fora()) == [CAIU.date()]
    assert len(pendentes()) == 1
    indisponibilidades.remover(linha.id, por=admin, agora=CAIU + timedelta(days=2))
    assert dict(dias_fora()) == {}
    assert [m.depois for m in pendentes()] == [pendentes()[0].depois, {"dias": {}}]


@pytest.mark.parametrize(
    ("mudado", "frase", "campo"),
    [
        ({"inicio": None}, "Informe o dia e a hora em que o sistema parou.", "inicio"),
        ({"fim": None}, "Informe o dia e a hora em que o sistema voltou.", "fim"),
        ({"fim": CAIU}, "O fim precisa ser depois do começo.", "fim"),
        ({"fim": CAIU + timedelta(days=9)}, "O fim ainda não chegou: registre depois que o sistema voltar.", "fim"),
        ({"inicio": CAIU - timedelta(days=40)}, "São mais de 30 dias: confira as datas.", "fim"),
        ({"motivo": " "}, "Diga o que aconteceu.", "motivo"),
        ({"motivo": "x" * 201}, "O motivo tem no máximo 200 caracteres.", "motivo"),
        (
            {"evidencia": ""},
            "Diga o que comprova: o registro do monitoramento, o número do chamado.",
            "evidencia",
        ),
    ],
)
def test_a_doubtful_outage_is_refused_beside_its_field(
    admin: Pessoa, mudado: dict[str, Any], frase: str, campo: str
) -> None:
    with pytest.raises(Recusa) as recusa:
        indisponibilidades.registrar(registro(**mudado), por=admin, agora=CAIU + timedelta(days=2))
    assert (recusa.value.mensagem, recusa.value.campo) == (frase, campo)
    assert db.session().execute(select(Indisponibilidade)).first() is None


def test_a_file_that_proves_nothing_is_refused_beside_its_field(admin: Pessoa) -> None:
    with pytest.raises(Recusa) as recusa:
        indisponibilidades.registrar(
            registro(), (io.BytesIO(b"nada"), "x.exe"), por=admin, agora=CAIU + timedelta(days=2)
        )
    assert recusa.value.campo == "arquivo"
