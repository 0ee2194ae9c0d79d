"""The list as a spreadsheet: exactly the rows that the page would show, all of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import openpyxl
import pytest
from flask.testing import FlaskClient

from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.queries import listagem
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]


def em_csv(cliente: FlaskClient, consulta: str = "") -> list[dict[str, str]]:
    resposta = cliente.get(f"/peticoes/exportar.csv{consulta}")
    assert (resposta.status_code, resposta.mimetype) == (200, "text/csv")
    assert "attachment; filename=peticoes-" in resposta.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(resposta.data.decode("utf-8-sig")), delimiter=";"))


def em_xlsx(cliente: FlaskClient, consulta: str = "") -> list[tuple[object, ...]]:
    resposta = cliente.get(f"/peticoes/exportar.xlsx{consulta}")
    assert resposta.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(resposta.data)).active.iter_rows(values_only=True))


def test_the_sheet_has_what_the_filter_leaves(como: Como) -> None:
    autora = contas.deputada("Helena Prates")
    cliente = como(autora)
    ponte = peticoes.protocolada(autora, assunto="Ponte")
    services.anotar_referencia(ponte.id, "Pasta B-3", por=autora)
    triagem.respondida(["SES"], peticao=peticoes.protocolada(autora, assunto="Leitos"))
    peticoes.protocolada(contas.deputada(), assunto="De outra")
    todas = em_csv(cliente)
    assert [linha["Assunto"] for linha in todas] == ["Leitos", "Ponte"]
    leitos, da_ponte = todas
    assert da_ponte["Número"] == ponte.numero
    assert (da_ponte["Sua referência"], da_ponte["Deputado"], da_ponte["Acesso"]) == (
        "Pasta B-3", "Helena Prates", "Público",
    )  # fmt: skip
    assert da_ponte["Endereço"].endswith(f"/peticoes/{ponte.id}")
    assert (leitos["Situação"], leitos["Órgãos"], leitos["Respondida em"] != "") == ("Respondida", "SES", True)
    assert [linha["Assunto"] for linha in em_csv(cliente, "?aba=respondidas")] == ["Leitos"]
    assert [linha["Assunto"] for linha in em_csv(cliente, "?q=pasta")] == ["Ponte"]
    cabecalho, *linhas = em_xlsx(cliente, "?orgao=SES")
    assert list(cabecalho) == list(todas[0])
    assert [linha[1] for linha in linhas] == ["Leitos"]


def test_a_long_list_is_read_a_part_at_a_time(
    como: Como, contar_consultas: Contar, monkeypatch: pytest.MonkeyPatch
) -> None:
    autora = contas.deputada()
    for n in range(5):
        peticoes.protocolada(autora, assunto=f"Pedido {n}")
    cliente = como(autora)
    monkeypatch.setattr(listagem, "LOTE", 2)
    with contar_consultas() as vistas:
        linhas = em_csv(cliente)
    assert [linha["Assunto"] for linha in linhas] == [f"Pedido {n}" for n in (4, 3, 2, 1, 0)]
    assert sum("peticoes_acompanhamento" in comando for comando in vistas.comandos) == 3


def test_what_people_typed_does_not_run_in_the_sheet(como: Como) -> None:
    autora = contas.deputada()
    peticoes.protocolada(autora, assunto='=HYPERLINK("http://x";"y")')
    cliente = como(autora)
    assert em_csv(cliente)[0]["Assunto"] == '\'=HYPERLINK("http://x";"y")'
    _, linha = em_xlsx(cliente)
    assert linha[1] == '=HYPERLINK("http://x";"y")'  # text: openpyxl would say so of a formula too, see test_planilhas


def test_an_empty_list_is_a_heading(como: Como) -> None:
    cliente = como(contas.deputada())
    assert em_csv(cliente) == []
    assert len(em_xlsx(cliente)) == 1
