"""The queue as a spreadsheet: exactly the rows that the view shows, in its order, all of them."""

from __future__ import annotations

import csv
import importlib
import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from peticionamento.cadastros.models import Municipio
from peticionamento.comum.db import transaction
from peticionamento.comum.tempo import hoje
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import Cor, Demanda, DemandaMarcador, Marcador
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]

MODULO = importlib.import_module("peticionamento.triagem.queries.fila")


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador("Ana Dias")


@pytest.fixture
def ponte(ana: Pessoa) -> Demanda:
    """With everything that a sheet tells."""
    helena = contas.deputada("Helena Prates")
    demanda = triagem.em_triagem(ana, peticoes.protocolada(helena, assunto="Ponte"))
    with transaction() as session:
        session.execute(update(Pessoa).where(Pessoa.id == helena.id).values(partido="PV"))
        session.execute(update(Municipio).where(Municipio.id == demanda.municipio_id).values(regiao="Teófilo Otoni"))
        session.execute(
            update(Demanda)
            .where(Demanda.id == demanda.id)
            .values(prioridade=-9, ods=3, vence_dia=hoje() + timedelta(days=3))
        )
        marcador = Marcador(nome="Conferir", cor=Cor.AZUL)
        session.add(marcador)
        session.flush()
        session.add(DemandaMarcador(demanda_id=demanda.id, marcador_id=marcador.id, pessoa_id=ana.id))
    return demanda


def em_csv(cliente: FlaskClient, consulta: str = "") -> list[dict[str, str]]:
    resposta = cliente.get(f"/triagem/exportar.csv{consulta}")
    assert (resposta.status_code, resposta.mimetype) == (200, "text/csv")
    assert "attachment; filename=triagem-" in resposta.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(resposta.data.decode("utf-8-sig")), delimiter=";"))


def em_xlsx(cliente: FlaskClient, consulta: str = "") -> list[list[object]]:
    resposta = cliente.get(f"/triagem/exportar.xlsx{consulta}")
    assert resposta.status_code == 200
    folha = openpyxl.load_workbook(io.BytesIO(resposta.data)).active
    return [list(linha) for linha in folha.iter_rows(values_only=True)]


def em_ods(cliente: FlaskClient, consulta: str = "") -> list[list[str]]:
    resposta = cliente.get(f"/triagem/exportar.ods{consulta}")
    assert (resposta.status_code, resposta.mimetype) == (200, "application/vnd.oasis.opendocument.spreadsheet")
    tabela = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    with zipfile.ZipFile(io.BytesIO(resposta.data)) as pacote:
        raiz = fromstring(pacote.read("content.xml"))
    return [
        ["".join(celula.itertext()) for celula in linha.findall(f"{tabela}table-cell")]
        for linha in raiz.iter(f"{tabela}table-row")
    ]


def test_a_row_tells_all_that_the_desk_knows(como: Como, ana: Pessoa, ponte: Demanda) -> None:
    (linha,) = em_csv(como(ana))
    assert linha["Endereço"].endswith(f"/triagem/{ponte.id}")
    assert linha["Protocolada em"].startswith(f"{hoje():%d/%m/%Y}")
    assert {nome: linha[nome] for nome in linha if nome not in ("Endereço", "Protocolada em")} == {
        "Pontos": "9",
        "Número": ponte.peticao.numero,
        "Assunto": "Ponte",
        "Deputado": "Helena Prates",
        "Partido": "PV",
        "Município": "Teófilo Otoni",
        "Região": "Teófilo Otoni",
        "Tipo": "Obra",
        "Tema": "",
        "ODS": "3",
        "Urgência": "Normal",
        "Acesso": "Público",
        "Situação": "Em triagem",
        "Vence": f"{hoje() + timedelta(days=3):%d/%m/%Y}",
        "Com quem": "Ana Dias",
        "Órgãos": "",
        "Marcadores": "Conferir",
    }


def test_the_three_kinds_say_the_same(como: Como, ana: Pessoa, ponte: Demanda) -> None:
    triagem.demanda(peticoes.protocolada(assunto="Outra; de todo dia"))
    cliente = como(ana)
    do_csv = em_csv(cliente)
    cabeca, *do_ods = em_ods(cliente)
    assert cabeca == list(do_csv[0])
    assert do_ods == [list(linha.values()) for linha in do_csv]
    cabeca_xlsx, *do_xlsx = em_xlsx(cliente)
    assert cabeca_xlsx == cabeca
    assert [linha[2] for linha in do_xlsx] == ["Ponte", "Outra; de todo dia"]
    assert do_xlsx[0][13] == datetime.combine(hoje() + timedelta(days=3), time())


def test_the_sheet_has_the_views_rows_under_its_filters(como: Como, ana: Pessoa, ponte: Demanda) -> None:
    triagem.responder(triagem.entregue(["SES"], peticao=peticoes.protocolada(assunto="Leitos")))
    triagem.demanda(peticoes.protocolada(assunto="Escola"))
    cliente = como(ana)

    def dos(consulta: str) -> list[str]:
        return [linha["Assunto"] for linha in em_csv(cliente, consulta)]

    assert dos("") == ["Ponte", "Escola"]
    assert dos("?q=escola") == ["Escola"]
    assert dos("?partido=PV") == ["Ponte"]
    assert dos("?aba=minhas") == ["Ponte"]
    assert dos("?aba=todas") == ["Escola", "Leitos", "Ponte"]
    assert dos("?aba=todas&q=leitos&orgao=SES") == ["Leitos"]
    (leitos,) = em_csv(cliente, "?aba=a-homologar")
    assert (leitos["Órgãos"], leitos["Situação"]) == ("SES", "Distribuída")


def test_a_long_view_is_read_a_part_at_a_time(
    como: Como, ana: Pessoa, contar_consultas: Contar, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        triagem.demanda(peticoes.protocolada(assunto=f"Pedido {n}"))
    cliente = como(ana)
    monkeypatch.setattr(MODULO, "LOTE", 2)
    with contar_consultas() as vistas:
        linhas = em_csv(cliente)
    assert [linha["Assunto"] for linha in linhas] == [f"Pedido {n}" for n in range(5)]
    assert sum("cadastros_tipo_processo" in comando for comando in vistas.comandos) == 3


def test_what_people_typed_does_not_run_in_the_sheet(como: Como, ana: Pessoa) -> None:
    triagem.demanda(peticoes.protocolada(assunto='=HYPERLINK("http://x";"y")'))
    assert em_csv(como(ana))[0]["Assunto"] == '\'=HYPERLINK("http://x";"y")'


def test_an_empty_view_is_a_heading(como: Como, ana: Pessoa) -> None:
    cliente = como(ana)
    assert em_csv(cliente) == []
    assert len(em_xlsx(cliente)) == len(em_ods(cliente)) == 1
