"""What the panel tells: of queues and workers in words, of what waits and why; bounded, and drawn without colour."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rq import Worker
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from peticionamento.comum import fila, saida
from peticionamento.comum.db import db, transaction
from peticionamento.comum.fila import Fila, Tarefa
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import BRASILIA, agora, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import graficos, horas, pausas, queries, services
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.models_painel import Hora
from peticionamento.distribuicao.queries import Filtro, Ponto
from peticionamento.distribuicao.queries.pendentes import ORDEM
from tests.factories import cadastros, contas, distribuicao, triagem

Como = Callable[[Pessoa], FlaskClient]
MOTIVO = "Troca do servidor."


def texto(resposta: TestResponse) -> str:
    return " ".join(html.unescape(resposta.get_data(as_text=True)).split())


def ocupado(entrega: Entrega, *, dita: int | None = None) -> Worker:
    """A worker in RQ's registry with a delivery's job in hands."""
    redis = fila.conexao()
    operario = Worker([fila.fila(Fila.ENTREGAS)], connection=redis, serializer=JSONSerializer)
    operario.register_birth()
    job = Tarefa.fetch(entrega.job_id, connection=redis, serializer=JSONSerializer)
    job.set_status(JobStatus.STARTED)
    job.started_at = agora()
    if dita is not None:
        job.meta["entrega"] = dita
    job.save()
    operario.prepare_execution(job)
    return operario


def test_a_worker_is_said_to_do_what_it_does_in_the_houses_words(app: Flask, como: Como) -> None:
    distribuicao.com_email("SES")
    uma, outra = distribuicao.esperam(["SES", "SES"], Canal.CORREIO)
    ocupado(uma, dita=outra.id)
    (trabalhador,) = queries.trabalhadores().lista
    numero = outra.encaminhamento.demanda.peticao.numero
    assert trabalhador.fazendo == f"entregando {numero} à SES por e-mail (ses@orgao.invalid)"
    assert trabalhador.ocupado_desde_em is not None
    pagina = texto(como(contas.triador()).get("/distribuicao"))
    assert f"entregando {numero}" in pagina
    assert "entrega-" not in pagina.replace("entrega-%", "").split("<main")[0]
    assert "peticionamento.distribuicao.jobs" not in pagina


def test_one_that_waits_and_one_that_died_are_told_apart(app: Flask) -> None:
    redis = fila.conexao()
    for _ in range(2):
        operario = Worker([fila.fila(Fila.ENTREGAS)], connection=redis, serializer=JSONSerializer)
        operario.register_birth()
    redis.hset(operario.key, "last_heartbeat", "2020-01-01T00:00:00.000000Z")
    (vivo,) = queries.trabalhadores().lista
    assert (vivo.nome, vivo.fazendo) == ("Trabalhador 1", None)


def test_queues_are_counted_in_words(app: Flask, como: Como) -> None:
    distribuicao.com_email("SES")
    (entrega,) = distribuicao.esperam(["SES"], Canal.CORREIO)
    distribuicao.falhar(entrega)
    das_entregas = next(f for f in queries.trabalhadores().filas if f.rotulo == "Entregas aos órgãos")
    assert (das_entregas.esperam, das_entregas.marcadas, das_entregas.quebradas) == (2, 1, 0)
    assert "Chamadas à espera" in texto(como(contas.triador()).get("/distribuicao"))


def test_what_strangers_put_on_the_queue_is_not_shown(app: Flask) -> None:
    distribuicao.com_email("SES")
    (entrega,) = distribuicao.esperam(["SES"])
    ocupado(entrega, dita=2**70)
    (trabalhador,) = queries.trabalhadores().lista
    assert trabalhador.fazendo == "entregando aos órgãos"


def test_a_paused_delivery_says_so_and_who_and_why(app: Flask, como: Como) -> None:
    distribuicao.com_email("SES")
    distribuicao.esperam(["SES"], Canal.CORREIO)
    carla = contas.coordenadora("Carla")
    pausas.pausar(Canal.CORREIO, None, MOTIVO, fim_em=None, por=carla, agora=agora())
    pagina = texto(como(contas.triador()).get("/distribuicao"))
    assert f"Em pausa por Carla: “{MOTIVO}”" in pagina
    assert "quando a pausa acabar" in pagina
    assert "E-mail em pausa" in pagina
    assert "Pausar canal ou órgão" not in pagina  # a triager does not
    assert "Pausar canal ou órgão" in texto(como(carla).get("/distribuicao"))


def test_an_open_breaker_is_seen_and_closed(app: Flask, como: Como) -> None:
    distribuicao.com_email("SES")
    (entrega,) = distribuicao.esperam(["SES"], Canal.CORREIO)
    distribuicao.falhar(entrega, durou_s=20)
    cliente = como(contas.coordenadora())
    pagina = texto(cliente.get("/distribuicao"))
    assert "E-mail da SES sem resposta desde" in pagina
    assert "Circuito aberto: nada é tentado até" in pagina
    (circuito,) = db.session().execute(text("select id, versao from distribuicao_disjuntor")).all()
    resposta = cliente.post(
        f"/distribuicao/disjuntores/{circuito.id}/fechar", data={"versao": circuito.versao}, follow_redirects=True
    )
    assert "o que espera é tentado agora" in texto(resposta)


def test_what_moved_not_is_not_sent_again(app: Flask, como: Como) -> None:
    cliente = como(contas.triador())
    primeira = cliente.get("/distribuicao/agora")
    assert primeira.headers["Cache-Control"] == "private, no-cache"
    with no_instante(agora() + timedelta(seconds=5)):
        segunda = cliente.get("/distribuicao/agora", headers={"If-None-Match": primeira.headers["ETag"]})
    assert (segunda.status_code, segunda.data) == (304, b"")
    distribuicao.com_email("SES")
    distribuicao.esperam(["SES"])
    terceira = cliente.get("/distribuicao/agora", headers={"If-None-Match": primeira.headers["ETag"]})
    assert terceira.status_code == 200
    assert "Ainda não entregues" in texto(terceira)


def test_a_filter_shows_what_it_says_and_what_makes_no_sense_is_no_filter(app: Flask) -> None:
    distribuicao.com_email("SES", "SEE")
    interna, ses, see = (
        *distribuicao.esperam(["SES"]),
        *distribuicao.esperam(["SES", "SEE"], Canal.CORREIO),
    )
    distribuicao.falhar(ses)

    def vistas(*pedido: str | None) -> set[int]:
        return {p.id for p in queries.pendentes(Filtro.lido(*pedido))} & {interna.id, ses.id, see.id}

    assert vistas("SES", None, None) == {interna.id, ses.id}
    assert vistas("SES", "interno", None) == {interna.id}
    assert vistas(None, "correio", "falhou") == {ses.id}
    assert vistas(None, "x", "entregue") == {interna.id, ses.id, see.id}
    assert vistas("\x00", None, None) == {interna.id, ses.id, see.id}
    assert Filtro.lido("\x00", "x", "").vazio
    assert queries.quantas(Filtro("SEE", Canal.CORREIO)) == 1


def test_those_that_wait_for_a_person_come_first_and_the_list_reads_an_index_in_that_order(app: Flask) -> None:
    distribuicao.com_email("SES", "SEE", "DER-MG")
    na_fila, falhou, espera = distribuicao.esperam(["SES", "SEE", "DER-MG"], Canal.CORREIO)
    distribuicao.falhar(falhou)
    distribuicao.falhar(espera, distribuicao.RECUSADA)
    ids = [p.id for p in queries.pendentes(Filtro(canal=Canal.CORREIO))]
    assert ids == [espera.id, falhou.id, na_fila.id]
    session = db.session()
    session.execute(text("set local enable_seqscan = off"))
    session.execute(text("set local enable_sort = off"))
    for filtro, indice in ((Filtro(), "lista"), (Filtro("SES"), "lista_orgao")):
        consulta = select(Entrega.id).where(*filtro.condicoes()).order_by(*ORDEM).limit(50)
        plano = "\n".join(
            session.execute(
                text("explain " + str(consulta.compile(db.engine, compile_kwargs={"literal_binds": True})))
            ).scalars()
        )
        assert f"ix_distribuicao_entrega_{indice} " in plano, plano
        assert "Sort" not in plano, plano


def test_rate_oldest_and_times_of_each_agency_and_channel(app: Flask) -> None:
    distribuicao.com_email("SES")
    instante = agora()
    with no_instante(instante - timedelta(minutes=10)):
        esperam = distribuicao.esperam(["SES"] * 3)
    for entrega in esperam[:2]:
        services.entregar(entrega.id)
    da_caixa = next(p for p in queries.por_orgao() if p.canal is Canal.INTERNO)
    assert (da_caixa.sigla, da_caixa.pendentes, da_caixa.por_hora) == ("SES", 1, 2)
    assert da_caixa.desde_em == esperam[2].criada_em
    assert da_caixa.mediana_s is not None
    assert 590 < da_caixa.mediana_s < 700


def de_hora(quando: datetime) -> tuple[int, int]:
    """Deliveries and failures of all that were summed up for an hour."""
    linha = (
        db.session()
        .execute(select(Hora.entregues, Hora.falhas).where(Hora.inicio_em == quando, Hora.orgao_id.is_(None)))
        .one_or_none()
    )
    return (linha.entregues, linha.falhas) if linha else (0, 0)


def test_hours_are_summed_once_however_often_that_is_done(app: Flask) -> None:
    distribuicao.com_email("SES", "SEE")
    inicio = agora().replace(minute=0, second=0, microsecond=0)
    antes = inicio - timedelta(hours=3)
    with no_instante(antes + timedelta(minutes=10)):
        for entrega in distribuicao.esperam(["SES", "SES", "SEE"]):
            services.entregar(entrega.id)
        distribuicao.falhar(distribuicao.esperam(["SES"], Canal.CORREIO)[0])
        assert horas.somar() > 0
        services.entregar(distribuicao.esperam(["SES"])[0].id)
    for _ in range(2):
        with no_instante(antes + timedelta(minutes=59)):
            horas.somar()
    assert de_hora(antes) == (4, 1)
    linhas = db.session().execute(select(Hora).where(Hora.orgao_id.is_not(None))).scalars()
    assert {(linha.canal, linha.entregues, linha.falhas) for linha in linhas} == {
        (Canal.INTERNO, 3, 0), (Canal.INTERNO, 1, 0), (Canal.CORREIO, 0, 1),
    }  # fmt: skip
    do_ponto = {p.inicio_em.astimezone(BRASILIA): p.entregues for p in queries.serie()[0]}
    assert do_ponto[antes.astimezone(BRASILIA)] == 4
    assert sum(p.entregues for p in queries.serie("SEE")[1]) == 1


def test_the_series_have_their_length_whatever_there_is(app: Flask) -> None:
    das_horas, dos_dias = queries.serie()
    assert (len(das_horas), len(dos_dias)) == (24, 30)
    assert graficos.horas(das_horas).frase == "Nenhuma entrega nem falha."


def test_a_plot_is_drawn_to_scale_and_said_in_a_sentence() -> None:
    inicio = datetime(2026, 11, 25, 8, tzinfo=BRASILIA)
    pontos = [Ponto(inicio + timedelta(hours=n), entregues=n * 100, falhas=3 if n == 2 else 0) for n in range(4)]
    desenho = graficos.horas(pontos)
    assert desenho.frase == ("600 entregas; a hora mais cheia, 11h, teve 300. 3 tentativas falharam, mais em 10h (3).")
    alturas = [coluna.altura for coluna in desenho.colunas]
    assert alturas == [0.0, 32.0, 64.0, 96.0]
    assert [coluna.y + coluna.altura for coluna in desenho.colunas] == [desenho.base] * 4
    assert desenho.colunas[2].altura_falhas == graficos.MENOR_FALHA
    assert all(coluna.x + coluna.largura <= desenho.largura for coluna in desenho.colunas)


def test_the_page_has_the_plots_with_words_for_those_who_do_not_see_them(app: Flask, como: Como) -> None:
    pagina = texto(como(contas.triador()).get("/distribuicao"))
    assert pagina.count("<svg") >= 2
    assert "<title id=" in pagina
    assert "abaixo dela, riscadas, as tentativas que falharam" in pagina
    assert pagina.count("Ver em tabela") == 2


def test_the_pages_of_one_delivery_and_of_many_say_what_became_of_them(app: Flask, como: Como) -> None:
    distribuicao.com_email("SES")
    (entrega,) = distribuicao.das(triagem.entregue(["SES"]), Canal.CORREIO)
    distribuicao.falhar(entrega, distribuicao.RECUSADA)
    cliente = como(contas.coordenadora())
    url = f"/distribuicao/entregas/{entrega.id}"
    pagina = texto(cliente.get(url))
    assert "Não chegou à SES por e-mail (ses@orgao.invalid)." in pagina
    assert "550 User unknown" in pagina
    assert "já está na caixa interna da SES, que pode recusá-la" in pagina
    recusada = cliente.post(f"{url}/desistir", data={"versao": entrega.versao, "motivo": ""})
    assert recusada.status_code == 422
    assert "Diga o motivo." in texto(recusada)
    velha = cliente.post(f"{url}/desistir", data={"versao": 1, "motivo": MOTIVO})
    assert velha.status_code == 409
    assert MOTIVO in texto(velha)  # what was typed is kept
    lote = cliente.post(
        "/distribuicao/em-lote?orgao=SES&canal=correio",
        data={"ato": "redirecionar", "motivo": MOTIVO, "canal_novo": "correio", "endereco": "novo@ses.invalid"},
    )
    assert "1 feita." in texto(lote)
    db.session().refresh(entrega)
    assert (entrega.destino, entrega.estado) == ("novo@ses.invalid", EstadoSaida.NA_FILA)
    distribuicao.falhar(entrega, distribuicao.RECUSADA)
    feita = cliente.post(f"{url}/desistir", data={"versao": entrega.versao, "motivo": MOTIVO}, follow_redirects=True)
    assert "desistida. O histórico guarda o motivo." in texto(feita)
    assert "Alguém desistiu desta entrega" in texto(cliente.get(url))


@pytest.mark.parametrize("onde", ["/distribuicao/pausas", "/distribuicao/em-lote"])
def test_the_forms_come_back_with_what_is_missing(app: Flask, como: Como, onde: str) -> None:
    distribuicao.com_email("SES")
    distribuicao.esperam(["SES"])
    resposta = como(contas.coordenadora()).post(onde, data={})
    assert resposta.status_code == 422
    assert "Diga o motivo." in texto(resposta)


def test_a_pause_from_its_page_and_its_end(app: Flask, como: Como) -> None:
    ses = cadastros.orgao("SES")
    cliente = como(contas.coordenadora())
    dados = {"canal": "correio", "orgao": ses.id, "motivo": MOTIVO, "fim": "4"}
    feita = cliente.post("/distribuicao/pausas", data=dados, follow_redirects=True)
    assert "E-mail na SES: em pausa." in texto(feita)
    (pausa,) = pausas.vivas(agora())
    assert pausa.fim_em is not None
    assert timedelta(hours=3, minutes=59) < pausa.fim_em - agora() < timedelta(hours=4)
    outra = cliente.post("/distribuicao/pausas", data=dados)
    assert outra.status_code == 409
    assert "Já está em pausa" in texto(outra)
    fim = cliente.post(f"/distribuicao/pausas/{pausa.id}/retomar", follow_redirects=True)
    assert "E-mail na SES: de volta." in texto(fim)
    assert "Nada está em pausa." in texto(cliente.get("/distribuicao/pausas"))
    assert cliente.post(f"/distribuicao/pausas/{pausa.id}/retomar").status_code == 409


def test_one_that_a_worker_holds_is_shown_as_being_delivered(app: Flask, como: Como) -> None:
    distribuicao.com_email("SES")
    (entrega,) = distribuicao.esperam(["SES"], Canal.CORREIO)
    assert saida.reservar(Entrega, entrega.id) is not None
    with transaction():
        entrega.urgente = True
    pagina = texto(como(contas.coordenadora()).get("/distribuicao?canal=correio"))
    assert "Sendo entregue" in pagina
    assert "Urgente" in pagina
    assert "Está sendo entregue" in texto(como(contas.coordenadora()).get(f"/distribuicao/entregas/{entrega.id}"))
