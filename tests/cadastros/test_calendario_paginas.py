"""The administrator's pages of the calendar and of outages."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peticionamento.cadastros.models import Feriado, TipoDeDia
from peticionamento.comum.db import db
from peticionamento.comum.indisponibilidade import Indisponibilidade
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import BRASILIA
from peticionamento.contas.models import Pessoa
from tests.factories import cadastros, calendario, contas
from tests.factories.peticoes import pdf_pequeno

Como = Callable[[Pessoa], FlaskClient]
DIA = {"dia": "2026-10-28", "nome": "Dia do Servidor", "tipo": "ponto_facultativo", "ato": "Decreto nº 48.999/2026"}


@pytest.fixture
def admin(app: Flask, como: Como) -> FlaskClient:
    cadastros.municipio("Montes Claros")
    return como(contas.pessoa(Papel.ADMINISTRADOR))


def texto(dados: bytes) -> str:
    return " ".join(html.unescape(dados.decode()).split())


def feriados() -> list[Feriado]:
    db.session().expire_all()
    return list(db.session().execute(select(Feriado).order_by(Feriado.dia)).scalars())


def test_a_day_is_put_in_changed_and_taken_out(admin: FlaskClient) -> None:
    feito = admin.post("/cadastros/calendario/novo", data=DIA, follow_redirects=True)
    assert "“Dia do Servidor” foi salvo. Os prazos abertos são recontados em instantes." in texto(feito.data)
    (linha,) = feriados()
    assert (linha.dia, linha.tipo, linha.ato) == (date(2026, 10, 28), TipoDeDia.PONTO_FACULTATIVO, DIA["ato"])
    pagina = texto(admin.get(f"/cadastros/calendario/{linha.id}").data)
    assert 'value="2026-10-28"' in pagina
    mudado = {**DIA, "dia": "30/10/2026", "municipio": "Montes Claros", "tipo": "feriado"}
    admin.post(f"/cadastros/calendario/{linha.id}", data=mudado)
    (linha,) = feriados()
    assert (linha.dia, linha.municipio_id) == (date(2026, 10, 30), cadastros.municipio("Montes Claros").id)
    fora = admin.post(f"/cadastros/calendario/{linha.id}/remover", follow_redirects=True)
    assert "O dia saiu do calendário." in texto(fora.data)
    assert feriados() == []
    historico = texto(admin.get("/cadastros/calendario/historico").data)
    assert "Incluiu 28/10/2026, ponto facultativo, Dia do Servidor, Decreto nº 48.999/2026." in historico
    assert "Retirou 30/10/2026, Dia do Servidor, feriado em Montes Claros" in historico
    assert "prazos em recontagem" in historico


def test_what_is_wrong_comes_back_with_what_was_typed(admin: FlaskClient) -> None:
    resposta = admin.post("/cadastros/calendario/novo", data={**DIA, "ato": ""})
    assert resposta.status_code == 422
    assert "Informe o ato: sem decreto não há ponto facultativo nem recesso." in texto(resposta.data)
    assert 'value="Dia do Servidor"' in texto(resposta.data)
    assert admin.post("/cadastros/calendario/novo", data={**DIA, "dia": "amanhã"}).status_code == 422
    assert feriados() == []


def test_the_year_is_shown_with_the_laws_days_and_searched(admin: FlaskClient) -> None:
    calendario.feriado(nome="Dia do Servidor", tipo=TipoDeDia.PONTO_FACULTATIVO, ato="Decreto 1")
    pagina = texto(admin.get("/cadastros/calendario?ano=2026").data)
    assert re.search(r"<h1>\d+ dias não contam em 2026\.</h1>", pagina)
    assert "Natal" in pagina
    assert "da lei; não se muda aqui" in pagina
    achado = texto(admin.get("/cadastros/calendario?ano=2026&q=servidor").data)
    assert "1 dia não conta em 2026, com “servidor”." in achado
    assert "Natal" not in achado
    assert "Nenhum dia com “xyz” em 2026." in texto(admin.get("/cadastros/calendario?ano=2026&q=xyz").data)


def test_a_citys_optional_point_is_shown_as_a_business_day(admin: FlaskClient) -> None:
    cidade = cadastros.municipio("Montes Claros")
    calendario.feriado(tipo=TipoDeDia.PONTO_FACULTATIVO, ato="Decreto 1", municipio_id=cidade.id)
    assert "conta como dia útil" in texto(admin.get("/cadastros/calendario?ano=2026&q=montes").data)


PLANILHA = "dia;nome;tipo;ato;municipio\n28/10/2026;Servidor;ponto facultativo;Decreto 1;\n31/02/2026;Errado;;;\n"


def enviar(admin: FlaskClient, conteudo: str, nome: str = "dias.csv") -> str:
    dados = {"planilha": (io.BytesIO(conteudo.encode()), nome)}
    return texto(admin.post("/cadastros/calendario/importar", data=dados).data)


def test_a_spreadsheet_is_seen_before_it_is_put_in(admin: FlaskClient) -> None:
    previa = enviar(admin, PLANILHA)
    assert "1 dia pronto, 1 linha com erro." in previa
    assert "Informe o dia, como 28/10/2026." in previa
    assert feriados() == []
    (linhas,) = re.findall(r'name="linhas"[^>]*value="([^"]*)"', admin_cru(admin, PLANILHA))
    feito = admin.post("/cadastros/calendario/incluir", data={"linhas": html.unescape(linhas)}, follow_redirects=True)
    assert "1 dia incluído no calendário." in texto(feito.data)
    assert [f.nome for f in feriados()] == ["Servidor"]
    assert "1 já está no calendário" in enviar(admin, PLANILHA)


def admin_cru(admin: FlaskClient, conteudo: str) -> str:
    dados = {"planilha": (io.BytesIO(conteudo.encode()), "dias.csv")}
    return admin.post("/cadastros/calendario/importar", data=dados).data.decode()


def test_what_the_page_sends_back_is_checked_again(admin: FlaskClient) -> None:
    torta = "dia;nome;tipo;ato;municipio\n28/10/2026;Servidor;recesso;;\n"
    resposta = admin.post("/cadastros/calendario/incluir", data={"linhas": torta})
    assert resposta.status_code == 422
    assert "Nenhuma linha está pronta." in texto(resposta.data)
    assert feriados() == []


def test_no_file_another_kind_of_file_and_the_model(admin: FlaskClient) -> None:
    assert "Escolha a planilha." in texto(admin.post("/cadastros/calendario/importar").data)
    assert "Envie uma planilha .xlsx ou .csv." in enviar(admin, "x", "dias.txt")
    modelo = admin.get("/cadastros/calendario/modelo.csv").data.decode("utf-8-sig")
    cadastros.municipio("Belo Horizonte")
    assert "2 dias prontos." in enviar(admin, modelo)


CAIU = {"inicio": "2026-11-24T09:00", "fim": "2026-11-24T11:30", "motivo": "Queda", "evidencia": "Chamado 4711"}


def test_an_outage_is_registered_in_brasilias_time_with_its_file(admin: FlaskClient) -> None:
    dados = {**CAIU, "arquivo": (io.BytesIO(pdf_pequeno()), "monitor.pdf")}
    feito = texto(admin.post("/cadastros/indisponibilidades", data=dados, follow_redirects=True).data)
    assert "Indisponibilidade registrada. Os prazos abertos são recontados em instantes." in feito
    assert "Adia prazos" in feito
    linha = db.session().execute(select(Indisponibilidade)).scalar_one()
    assert linha.inicio_em.astimezone(BRASILIA).hour == 9
    arquivo = admin.get(f"/cadastros/indisponibilidades/{linha.id}/arquivo")
    assert arquivo.data.startswith(b"%PDF")
    fora = admin.post(f"/cadastros/indisponibilidades/{linha.id}/remover", follow_redirects=True)
    assert "Nenhuma indisponibilidade registrada." in texto(fora.data)


def test_a_short_outage_says_that_it_moves_nothing(admin: FlaskClient) -> None:
    curta = {**CAIU, "fim": "24/11/2026 09:30"}
    feito = texto(admin.post("/cadastros/indisponibilidades", data=curta, follow_redirects=True).data)
    assert "Sozinha ela não muda prazos" in feito
    assert "Dentro do tolerado" in feito
    linha = db.session().execute(select(Indisponibilidade)).scalar_one()
    assert admin.get(f"/cadastros/indisponibilidades/{linha.id}/arquivo").status_code == 404


def test_a_doubtful_outage_comes_back(admin: FlaskClient) -> None:
    resposta = admin.post("/cadastros/indisponibilidades", data={**CAIU, "fim": "2026-11-24T08:00"})
    assert resposta.status_code == 422
    assert "O fim precisa ser depois do começo." in texto(resposta.data)


def test_the_registers_page_leads_there(admin: FlaskClient) -> None:
    assert 'href="/cadastros/calendario"' in admin.get("/cadastros").data.decode()
