"""Who was helped by the suggestions, on the coordinator's page: by person, in the period."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.tempo import BRASILIA, agora, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import em_lote, jobs, services
from peticionamento.triagem.coordenacao import ajuda
from peticionamento.triagem.coordenacao.ajuda import Ajuda, Ajudas, Tempo
from peticionamento.triagem.desfazer import desfazer
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.models.sugestoes import (
    Desfecho,
    EstadoModelo,
    FonteModelo,
    ModeloSugestoes,
    SugestaoDeOrgaos,
)
from tests.factories import contas, triagem

Como = Callable[[Pessoa], FlaskClient]
SEGUNDA = date(2026, 11, 23)
D = Desfecho


def as_(hora: int, minuto: int = 0, *, dias_antes: int = 0) -> datetime:
    return datetime.combine(SEGUNDA - timedelta(days=dias_antes), time(hora, minuto), tzinfo=BRASILIA)


@pytest.fixture
def modelo(app: Flask) -> int:
    with transaction() as session:
        linha = ModeloSugestoes(estado=EstadoModelo.PRONTO, fonte=FonteModelo.COMPETENCIAS)
        session.add(linha)
        session.flush()
        return linha.id


def com_sugestao(modelo: int, *siglas: str) -> Demanda:
    """A demand that these agencies were suggested for."""
    demanda = triagem.demanda()
    with transaction() as session:
        sugeridas = [{"sigla": sigla, "probabilidade": 0.9} for sigla in siglas]
        session.add(
            SugestaoDeOrgaos(demanda_id=demanda.id, rodada=1, modelo_id=modelo, sugeridas=sugeridas, escolhidos=[])
        )
    return demanda


def decidir(demanda: Demanda, por: Pessoa, *siglas: str, em: datetime, leva_s: int = 120) -> Demanda:
    """Claim at an instant and route `leva_s` seconds later."""
    with no_instante(em):
        services.assumir(demanda.id, por=por, versao=demanda.versao, agora=agora())
    with no_instante(em + timedelta(seconds=leva_s)):
        destinos = [triagem.destino(sigla) for sigla in siglas]
        return services.distribuir(demanda.id, destinos, por=por, versao=demanda.versao, agora=agora())


def lidas(*equipe: Pessoa) -> Ajudas:
    """The period of thirty days that ends on Monday."""
    return ajuda.ajudas(as_(0, dias_antes=29), as_(0, dias_antes=-1), [(p.id, p.nome) for p in equipe])


def contas_de(uma: Ajuda) -> tuple[int, int, int, int]:
    return uma.aceitas, uma.mudadas, uma.ignoradas, uma.outras


def test_accepted_changed_ignored_and_without_by_person_and_by_all(modelo: int) -> None:
    ana, bia, caio = contas.triador("Ana"), contas.triador("Bia"), contas.triador("Caio")
    for hora in (8, 9, 10):
        decidir(com_sugestao(modelo, "SES", "SEE"), ana, "SES", em=as_(hora))
    decidir(com_sugestao(modelo, "SES"), ana, "SES", "SEE", em=as_(11))
    decidir(com_sugestao(modelo, "SES"), bia, "SEE", em=as_(11))
    decidir(com_sugestao(modelo), bia, "SEE", em=as_(12))
    com_sugestao(modelo, "SES")  # nobody has decided it
    achadas = lidas(ana, bia, caio)
    assert [(a.nome, *contas_de(a)) for a in achadas.pessoas] == [
        ("Ana", 3, 1, 0, 0),
        ("Bia", 0, 0, 1, 1),
        ("Caio", 0, 0, 0, 0),
    ]
    assert contas_de(achadas.equipe) == (3, 1, 1, 1)
    assert [a.parte for a in achadas.pessoas] == [0.75, 0.0, None]
    assert achadas.equipe.parte == 0.6


def test_the_period_ends_at_its_edges_in_brasilia(modelo: int) -> None:
    ana = contas.triador("Ana")
    primeira, ultima = as_(0, dias_antes=29), as_(0, dias_antes=-1)
    for instante in (primeira - timedelta(seconds=1), primeira, ultima - timedelta(seconds=1), ultima):
        decidir(com_sugestao(modelo, "SES"), ana, "SES", em=instante - timedelta(minutes=2))
    assert lidas(ana).equipe.aceitas == 2


def test_what_was_undone_within_the_minute_does_not_count_and_what_came_instead_does(modelo: int) -> None:
    ana = contas.triador("Ana")
    um, outro = (decidir(com_sugestao(modelo, "SES"), ana, "SES", em=as_(hora)) for hora in (9, 10))
    assert lidas(ana).equipe.aceitas == 2
    for demanda in (um, outro):
        desfazer(demanda.id, por=ana, versao=demanda.versao, agora=agora())
    assert contas_de(lidas(ana).equipe) == (0, 0, 0, 0)
    with no_instante(as_(9, 5)):
        services.distribuir(um.id, [triagem.destino("SEE")], por=ana, versao=um.versao, agora=agora())
    assert contas_de(lidas(ana).pessoas[0]) == (0, 0, 1, 0)


def test_the_time_is_from_the_last_claim_of_who_decided(modelo: int) -> None:
    ana, bia = contas.triador("Ana"), contas.triador("Bia")
    demandas = [com_sugestao(modelo, "SES") for _ in range(5)]
    with no_instante(as_(8)):  # Bia had one in hand first, and so had Ana
        services.assumir(demandas[0].id, por=bia, versao=demandas[0].versao, agora=agora())
        services.soltar(demandas[0].id, por=bia, versao=demandas[0].versao)
        services.assumir(demandas[1].id, por=ana, versao=demandas[1].versao, agora=agora())
        services.soltar(demandas[1].id, por=ana, versao=demandas[1].versao)
    for n, demanda in enumerate(demandas):
        decidir(demanda, ana, "SES", em=as_(9 + n), leva_s=60 * (n + 1))
    for n in range(5):
        decidir(com_sugestao(modelo, "SES"), ana, "SEE", em=as_(15, n), leva_s=600 if n else 7200)
    dela = lidas(ana).pessoas[0]
    assert (dela.com, dela.sem) == (Tempo(180.0, 5), Tempo(600.0, 5))
    assert lidas(ana).se_compara


def test_a_median_of_too_few_is_not_said(modelo: int) -> None:
    ana = contas.triador("Ana")
    for hora in range(8, 12):
        decidir(com_sugestao(modelo, "SES"), ana, "SES", em=as_(hora))
    achadas = lidas(ana)
    assert achadas.equipe.com.medidas == 4
    assert not achadas.equipe.com.se_diz
    assert not achadas.se_compara


def test_a_demand_that_the_coordinator_handed_out_has_no_time(modelo: int) -> None:
    ana = contas.triador("Ana")
    demanda = com_sugestao(modelo, "SES")
    with transaction():
        demanda.triador_id, demanda.estado = ana.id, demanda.estado.EM_TRIAGEM
    with no_instante(as_(9)):
        services.distribuir(demanda.id, [triagem.destino("SES")], por=ana, versao=demanda.versao, agora=agora())
    dela = lidas(ana).pessoas[0]
    assert (dela.aceitas, dela.com) == (1, Tempo(None, 0))


def test_a_bulk_shows_no_suggestion_and_counts_for_none(modelo: int) -> None:
    ana = contas.triador("Ana")
    demandas = [com_sugestao(modelo, "SES") for _ in range(3)]
    with no_instante(as_(9)):
        ato = em_lote.Encaminhar([triagem.destino("SES")])
        quando = agora() - timedelta(seconds=20)  # a bulk has one instant, and its rows are written one after another
        feitas = em_lote.decidir({d.id: d.versao for d in demandas}, ato, por=ana, agora=quando)
    assert all(linha.vai for linha in feitas)
    assert contas_de(lidas(ana).pessoas[0]) == (0, 0, 0, 3)


def test_who_left_the_team_still_has_a_line(modelo: int) -> None:
    ana, bia = contas.triador("Ana"), contas.triador("Bia")
    decidir(com_sugestao(modelo, "SES"), bia, "SES", em=as_(9))
    assert [(a.nome, a.aceitas) for a in lidas(ana).pessoas] == [("Ana", 0), ("Bia", 1)]


def test_the_period_is_found_by_its_index(modelo: int) -> None:
    demanda, ana = com_sugestao(modelo, "SES"), contas.triador("Ana")
    with transaction() as session:
        session.execute(
            text(
                "insert into triagem_sugestao (demanda_id, rodada, modelo_id, sugeridas, feita_em, escolhidos,"
                " desfecho, pessoa_id, decidida_em) select :demanda, n, :modelo, '[]', now(), '{SES}', 'aceita',"
                " :pessoa, cast(:fim as timestamptz) - make_interval(mins => n * 10) from generate_series(2, 40000) n"
            ),
            {"demanda": demanda.id, "modelo": modelo, "pessoa": ana.id, "fim": as_(12)},
        )
        session.execute(
            text(
                "insert into comum_andamento (peticao_id, entidade, entidade_id, acao, texto, quem, pessoa_id, em)"
                " select :peticao, 'demanda', n, 'assumir', 'Assumiu a triagem.', 'Ana', :pessoa, now()"
                " from generate_series(1000000, 1040000) n"
            ),
            {"peticao": demanda.peticao_id, "pessoa": ana.id},
        )
        session.execute(text("analyze triagem_sugestao, comum_andamento"))
    consulta = ajuda.por_pessoa(as_(0, dias_antes=29), as_(0, dias_antes=-1)).compile(
        dialect=db.engine.dialect, compile_kwargs={"literal_binds": True}
    )
    plano = "\n".join(db.session().execute(text(f"explain {consulta}".replace(":", r"\:"))).scalars())
    assert "ix_triagem_sugestao_decididas" in plano, plano
    assert "Seq Scan on triagem_sugestao" not in plano, plano
    assert "Seq Scan on comum_andamento" not in plano, plano


def uma_semana(modelo: int, ana: Pessoa, desde: datetime) -> None:
    """Five accepted in two minutes each, five ignored in five."""
    for n in range(5):
        decidir(com_sugestao(modelo, "SES"), ana, "SES", em=desde + timedelta(hours=n), leva_s=120)
        decidir(com_sugestao(modelo, "SES"), ana, "SEE", em=desde + timedelta(hours=n, minutes=30), leva_s=300)


def test_the_page_says_it_in_words_and_leads_to_the_quality(modelo: int, como: Como) -> None:
    contas.triador("Bia Reis")
    navegador = como(contas.coordenadora("Célia Rocha"))
    assert "nenhum encaminhamento teve sugestão à vista" in html.unescape(navegador.get("/triagem/coordenacao").text)
    uma_semana(modelo, contas.triador("Ana Sales"), agora() - timedelta(days=2))
    pagina = html.unescape(navegador.get("/triagem/coordenacao").text)
    secao = " ".join(pagina.split('id="t-ajuda"')[1].split("</section>")[0].split())
    assert "10 encaminhamentos tiveram sugestão à vista; em 5 a sugestão foi aceita (50%)." in secao
    assert "De assumir a decidir: 2 min quando aceita, 5 min quando não." in secao
    linhas = {linha.split("<")[0]: linha for linha in secao.split('<th scope="row">')[1:]}
    assert set(linhas) == {"Ana Sales", "Bia Reis", "Célia Rocha", "Toda a equipe"}
    assert "nenhuma" in linhas["Bia Reis"]
    assert "poucas para dizer" in linhas["Bia Reis"]
    assert 'href="/triagem/sugestoes"' in secao


def test_the_digest_has_a_line_of_it_once_there_is_something_to_say(modelo: int) -> None:
    contas.coordenadora("Célia Rocha")
    with no_instante(as_(8)):
        assert jobs.resumir() == 1
    uma_semana(modelo, contas.triador("Ana Sales"), as_(9))
    with no_instante(as_(8, dias_antes=-1)):
        assert jobs.resumir() == 1
    consulta = select(Aviso).where(Aviso.assunto.startswith("Triagem hoje")).order_by(Aviso.id)
    antes, depois = db.session().execute(consulta).scalars()
    dito = "Sugestões aceitas nos últimos 30 dias: 5 de 10 (50%)."
    for carta, quantas in ((antes, 0), (depois, 1)):
        assert [(carta.texto or "").count(dito), (carta.html or "").count(dito)] == [quantas, quantas]
