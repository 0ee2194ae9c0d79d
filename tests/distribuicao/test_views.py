"""The panel: the truth at every moment, with Redis down too."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.comum import fila, saida
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.fila import Fila
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import services
from peticionamento.distribuicao.models import Canal, Entrega
from tests.factories import cadastros, contas, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


@pytest.fixture(autouse=True)
def trabalhador_vivo(app: Flask) -> Iterator[None]:
    """A worker in RQ's registry, as one that waits for work."""
    redis = fila.conexao()
    operario = Worker([fila.fila(Fila.ENTREGAS)], connection=redis, serializer=JSONSerializer)
    operario.register_birth()
    yield
    operario.register_death()


def uma_que_falhou(*, definitiva: bool = True) -> Entrega:
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    demanda = triagem.entregue(["SES"])
    entrega = (
        db.session()
        .execute(select(Entrega).where(Entrega.canal == Canal.CORREIO, Entrega.peticao_id == demanda.peticao_id))
        .scalar_one()
    )
    reservada = saida.reservar(Entrega, entrega.id)
    assert reservada is not None
    falha = Falha("o servidor de e-mail não aceitou o endereço", "550 <b>User</b> unknown", not definitiva)
    services.relatar(entrega.id, reservada[1], falha)
    return entrega


def test_all_delivered_is_calm(app: Flask, como: Como) -> None:
    triagem.entregue(["SES"])
    assert "Tudo entregue." in texto(como(contas.triador()).get("/distribuicao"))


def test_a_failure_is_said_with_its_cause_and_the_technical_text_behind_a_fold(app: Flask, como: Como) -> None:
    entrega = uma_que_falhou()
    resposta = como(contas.coordenadora()).get("/distribuicao")
    pagina = texto(resposta)
    assert "menos 1" in pagina
    assert "o servidor de e-mail não aceitou o endereço" in pagina.lower()
    assert "550 &lt;b&gt;User&lt;/b&gt; unknown" in resposta.get_data(as_text=True)
    assert entrega.encaminhamento.orgao.sigla in pagina


def test_a_person_tries_it_again_and_the_panel_says_so(app: Flask, como: Como) -> None:
    entrega = uma_que_falhou()
    cliente = como(contas.coordenadora())
    url = f"/distribuicao/entregas/{entrega.id}/reentregar"
    resposta = cliente.post(url, data={"versao": entrega.versao}, follow_redirects=True)
    assert "posta de novo na fila" in texto(resposta)
    db.session().refresh(entrega)
    assert entrega.estado is EstadoSaida.NA_FILA
    assert cliente.post(url, data={"versao": 1}).status_code == 409


def test_what_moves_is_a_fragment(app: Flask, como: Como) -> None:
    cliente = como(contas.triador())
    fragmento = texto(cliente.get("/distribuicao/agora"))
    assert "<html" not in fragmento
    assert "Entregues hoje" in fragmento


def test_an_agency_filters_the_list(app: Flask, como: Como) -> None:
    uma_que_falhou()
    cliente = como(contas.triador())
    assert "parlamentar@ses.invalid" in texto(cliente.get("/distribuicao?orgao=SES"))
    assert "parlamentar@ses.invalid" not in texto(cliente.get("/distribuicao?orgao=SEE"))


def test_with_the_queue_down_the_panel_works_and_says_so(app: Flask, como: Como) -> None:
    uma_que_falhou(definitiva=False)
    antes = app.extensions["redis"]
    app.extensions["redis"] = fila.ligar("redis://127.0.0.1:1/0")
    try:
        pagina = como(contas.triador()).get("/distribuicao")
    finally:
        app.extensions["redis"].close()
        app.extensions["redis"] = antes
    assert pagina.status_code == 200
    assert "fora" in texto(pagina)


def test_the_panel_costs_the_same_behind_many_deliveries(app: Flask, como: Como, contar_consultas: Contar) -> None:
    cliente = como(contas.triador())
    medidas = []
    for _ in range(2):
        uma_que_falhou()
        with contar_consultas() as vistas:
            assert cliente.get("/distribuicao").status_code == 200
        medidas.append(len(vistas))
        for _ in range(3):
            uma_que_falhou()
    assert medidas[0] == medidas[1]
    assert medidas[0] <= 9


def test_a_notice_that_did_not_go_is_seen_and_sent_again(app: Flask, como: Como) -> None:
    demanda = triagem.demanda()
    aviso = db.session().execute(select(Aviso).where(Aviso.peticao_id == demanda.peticao_id)).scalar_one()
    with transaction():
        saida.falhou(aviso, Falha("o servidor de e-mail não aceitou o endereço", "550", adianta_tentar=False))
    cliente = como(contas.coordenadora())
    assert "1 aviso por e-mail não saiu" in texto(cliente.get("/distribuicao"))
    url = f"/distribuicao/avisos/{aviso.id}/reenviar"
    assert "posto de novo na fila" in texto(cliente.post(url, data={"versao": aviso.versao}, follow_redirects=True))
    db.session().refresh(aviso)
    assert (aviso.estado, aviso.tentativas) == (EstadoSaida.NA_FILA, 0)
    assert cliente.post(url, data={"versao": 1}).status_code == 409
