"""One decision for many demands: a preview, a result for each, and one that cannot go stops none of the others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa, SemPermissao
from peticionamento.comum.historico import de_quem_trabalha, do_autor, ultimo
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao.models import Entrega
from peticionamento.peticoes.models import Acompanhamento
from peticionamento.triagem import em_lote, services
from peticionamento.triagem.em_lote import Encaminhar, Linha, NaoAcolher, Pedir
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoDemanda, Fundamento
from tests.factories import cadastros, contas, triagem
from tests.fixtures.banco import Contagem

Contar = Callable[[], AbstractContextManager[Contagem]]
EXPLICACAO = "O pedido já foi atendido no ano passado, como se vê no processo."


def encaminhar(*siglas: str) -> Encaminhar:
    return Encaminhar([triagem.destino(sigla) for sigla in siglas or ("SES",)])


def nao_acolher() -> NaoAcolher:
    fundamento = db.session().execute(select(Fundamento).where(Fundamento.nome == "Já atendida")).scalar_one()
    return NaoAcolher(fundamento.id, EXPLICACAO)


def decidir(demandas: list[Demanda], ato: Any, por: Pessoa) -> list[Linha]:
    return em_lote.decidir({d.id: d.versao for d in demandas}, ato, por=por, agora=agora())


def previa(demandas: list[Demanda], ato: Any, por: Pessoa) -> list[Linha]:
    return em_lote.previa([d.id for d in demandas], ato, por=por, agora=agora())


def test_a_selection_is_routed_claimed_or_not(app: Flask) -> None:
    ana = contas.triador()
    demandas = [triagem.demanda(), triagem.em_triagem(ana), triagem.demanda()]
    linhas = decidir(demandas, encaminhar("SES", "DER-MG"), ana)
    assert [linha.motivo for linha in linhas] == ["", "", ""]
    for demanda in demandas:
        db.session().refresh(demanda)
        assert (demanda.estado, demanda.triador_id) == (EstadoDemanda.DISTRIBUIDA, None)
        assert {e.orgao.sigla for e in demanda.vivos} == {"SES", "DER-MG"}
    assert em_lote.resumo(linhas) == "3 demandas decididas."


def test_one_that_cannot_go_stops_none_of_the_others(app: Flask) -> None:
    ana, bruna = contas.triador("Ana"), contas.triador("Bruna Sales")
    livre, alheia, outra = triagem.demanda(), triagem.em_triagem(bruna), triagem.demanda()
    respondida, com_a_ses = triagem.respondida(), triagem.devolvida("SEE", ["SES"])
    mudou = triagem.demanda()
    vistas = {d.id: d.versao for d in (livre, alheia, respondida, com_a_ses, mudou, outra)}
    services.assumir(mudou.id, por=bruna, versao=mudou.versao, agora=agora())
    services.soltar(mudou.id, por=bruna, versao=mudou.versao)
    linhas = em_lote.decidir(vistas, encaminhar("SES"), por=ana, agora=agora())
    motivos = {linha.demanda_id: linha.motivo for linha in linhas}
    assert [linha.demanda_id for linha in linhas] == list(vistas)
    assert (motivos[livre.id], motivos[outra.id]) == ("", "")
    assert motivos[alheia.id].startswith("Bruna Sales está com esta demanda até ")
    assert "A situação agora é “Respondida”" in motivos[respondida.id]
    assert motivos[com_a_ses.id] == "A demanda já está na SES."
    assert "Bruna Sales" in motivos[mudou.id]
    assert "Soltou a demanda" in motivos[mudou.id]
    db.session().expire_all()
    assert livre.estado is outra.estado is EstadoDemanda.DISTRIBUIDA
    assert (com_a_ses.estado, com_a_ses.triador_id) == (EstadoDemanda.AGUARDANDO, None)
    assert em_lote.resumo(linhas) == "2 demandas decididas; 4 não puderam ser decididas."


def test_the_preview_says_what_would_go_and_changes_nothing(app: Flask) -> None:
    carla = contas.coordenadora()
    livre, alheia, com_a_ses = triagem.demanda(), triagem.em_triagem(), triagem.devolvida("SEE", ["SES"])
    linhas = previa([livre, alheia, com_a_ses], encaminhar("SES"), carla)
    assert [linha.vai for linha in linhas] == [True, False, False]
    assert "está com esta demanda até" in linhas[1].motivo
    assert linhas[2].motivo == "A demanda já está na SES."
    assert linhas[0].versao == livre.versao
    assert (livre.estado, livre.triador_id) == (EstadoDemanda.AGUARDANDO, None)
    assert [linha.vai for linha in previa([livre, com_a_ses], nao_acolher(), carla)] == [True, False]
    assert [linha.vai for linha in previa([livre, com_a_ses], None, carla)] == [True, True]


def test_authors_are_asked_the_same_and_demands_refused_on_the_same_ground(app: Flask) -> None:
    ana = contas.triador()
    perguntadas, recusadas = [triagem.demanda() for _ in range(2)], [triagem.demanda() for _ in range(2)]
    decidir(perguntadas, Pedir("Qual é o número do convênio?", triagem.daqui_a(5)), ana)
    decidir(recusadas, nao_acolher(), ana)
    db.session().expire_all()
    assert {d.estado for d in perguntadas} == {EstadoDemanda.EM_DILIGENCIA}
    assert {d.estado for d in recusadas} == {EstadoDemanda.NAO_ACOLHIDA}


def test_what_no_demand_could_take_is_refused_beside_its_field_before_any(app: Flask) -> None:
    ana, demanda = contas.triador(), triagem.demanda()
    for campo, ato in (
        ("orgaos", Encaminhar([])),
        ("pergunta", Pedir("Oi?", triagem.daqui_a(5))),
        ("prazo", Pedir("Qual é o número do convênio?", triagem.daqui_a(0))),
        ("fundamento", NaoAcolher(None, EXPLICACAO)),
        ("explicacao", NaoAcolher(nao_acolher().fundamento_id, "Não.")),
    ):
        with pytest.raises(Recusa) as recusa:
            decidir([demanda], ato, ana)
        assert recusa.value.campo == campo
    for vistas in ({}, dict.fromkeys(range(1, 202), 1), {999_999: 1}):
        with pytest.raises(Recusa) as recusa:
            em_lote.decidir(vistas, encaminhar(), por=ana, agora=agora())
        assert recusa.value.campo == "demandas"
    assert cadastros.quantos(Encaminhamento) == 0


def test_only_the_desk_decides_in_bulk(app: Flask) -> None:
    demanda = triagem.demanda()
    with pytest.raises(SemPermissao):
        decidir([demanda], encaminhar(), contas.deputada())
    with pytest.raises(SemPermissao):
        em_lote.desfazer_todas({demanda.id: demanda.versao}, por=contas.agente("SES"), agora=agora())


@pytest.mark.config(desfazer_s=60)
def test_a_bulk_routing_is_undone_in_bulk(app: Flask) -> None:
    ana = contas.triador()
    demandas = [triagem.demanda(), triagem.demanda()]
    decidir(demandas, encaminhar("SES"), ana)
    db.session().expire_all()
    vistas = {d.id: d.versao for d in demandas} | {triagem.demanda().id: 1}
    linhas = em_lote.desfazer_todas(vistas, por=ana, agora=agora())
    assert [linha.vai for linha in linhas] == [True, True, False]
    db.session().expire_all()
    assert {(d.estado, d.triador_id) for d in demandas} == {(EstadoDemanda.EM_TRIAGEM, ana.id)}
    assert cadastros.quantos(Entrega) == 0


def test_the_preview_of_many_costs_what_that_of_one_costs(app: Flask, contar_consultas: Contar) -> None:
    ana = contas.triador()
    demandas = [triagem.demanda() for _ in range(6)]
    custos = []
    for quantas in (1, 6):
        ids = [d.id for d in demandas[:quantas]]
        db.session().expire_all()
        db.session().refresh(ana)
        ato = encaminhar("SES")
        with contar_consultas() as contagem:
            em_lote.previa(ids, ato, por=ana, agora=agora())
        custos.append(len(contagem))
    assert custos[0] == custos[1]


def test_demands_routed_together_cost_the_same_statements_however_many(app: Flask, contar_consultas: Contar) -> None:
    ana = contas.triador()
    demandas = [triagem.demanda() for _ in range(1 + 5 + em_lote.JUNTAS + 2 * em_lote.JUNTAS)]
    custos = []
    for quantas in (1, 5, em_lote.JUNTAS, 2 * em_lote.JUNTAS):
        vistas, ato = {d.id: d.versao for d in (demandas.pop() for _ in range(quantas))}, encaminhar("SES", "DER-MG")
        db.session().refresh(ana)
        with contar_consultas() as contagem:
            assert all(linha.vai for linha in em_lote.decidir(vistas, ato, por=ana, agora=agora()))
        custos.append(len(contagem))
    uma, cinco, uma_transacao, duas = custos
    assert uma == cinco == uma_transacao
    assert duas - uma_transacao <= 11


def test_one_that_the_database_refuses_stops_none_of_those_routed_with_it(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    ana = contas.triador()
    demandas = [triagem.demanda() for _ in range(5)]
    recusada = demandas[2]
    with transaction() as session:
        session.execute(
            text(
                "create function recusar_esta() returns trigger language plpgsql as "
                f"'begin if new.demanda_id = {recusada.id} then raise exception $e$boom$e$; end if; return new; end'"
            )
        )
        session.execute(
            text(
                "create trigger recusar_esta before insert on triagem_encaminhamento "
                "for each row execute function recusar_esta()"
            )
        )
    linhas = decidir(demandas, encaminhar("SES", "DER-MG"), ana)
    assert [linha.motivo for linha in linhas] == ["", "", em_lote.QUEBROU, "", ""]
    db.session().expire_all()
    assert (recusada.estado, recusada.versao) == (EstadoDemanda.AGUARDANDO, linhas[2].versao)
    assert ultimo(Demanda.ENTIDADE, recusada.id) is None
    outras = [d for d in demandas if d is not recusada]
    assert {d.estado for d in outras} == {EstadoDemanda.DISTRIBUIDA}
    assert [d.versao for d in outras] == [linha.versao for linha in linhas if linha.vai]
    assert cadastros.quantos(Entrega) == 2 * len(outras)
    assert f"demand {recusada.id} was not decided with the others" in caplog.text


@pytest.mark.config(desfazer_s=60)
def test_one_routed_with_others_leaves_the_same_traces_as_one_routed_alone(app: Flask) -> None:
    ana = contas.triador()
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    dois = [triagem.destino("SES"), triagem.destino("DER-MG", dias_uteis=5)]
    so, *juntas = [triagem.demanda() for _ in range(3)]
    agora_ = agora()
    with transaction():
        services.assumir(so.id, por=ana, versao=so.versao, agora=agora_)
        services.distribuir(so.id, dois, por=ana, versao=so.versao, agora=agora_)
    em_lote.decidir({d.id: d.versao for d in juntas}, Encaminhar(dois), por=ana, agora=agora_)
    db.session().expire_all()
    sozinha, *outras = [tracos(demanda) for demanda in (so, *juntas)]
    assert outras == [sozinha, sozinha]
    assert len(sozinha["entregas"]) == 3


def tracos(demanda: Demanda) -> dict[str, Any]:
    """What being claimed and routed leaves of a demand; its filing, with its number, aside."""
    acompanhamento = db.session().get_one(Acompanhamento, demanda.peticao_id)
    entregas = select(Entrega).where(Entrega.peticao_id == demanda.peticao_id).order_by(Entrega.destino)
    historia = de_quem_trabalha(demanda.peticao_id)
    return {
        "demanda": (demanda.estado, demanda.versao, demanda.triador_id, demanda.reservada_ate),
        "encaminhamentos": [(e.orgao.sigla, e.vence_dia, e.estado, e.criado_em) for e in demanda.encaminhamentos],
        "entregas": [(e.canal, e.destino, e.proxima_em) for e in db.session().execute(entregas).scalars()],
        "lista": (acompanhamento.etapa, acompanhamento.onde, acompanhamento.vence_dia, acompanhamento.orgaos),
        "historia": [(linha.quem, linha.texto) for linha in historia[:2]],
        "autor": [linha.texto for linha in do_autor(demanda.peticao_id, demanda.autor_id)[:2]],
    }
