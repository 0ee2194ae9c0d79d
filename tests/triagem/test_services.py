"""SEGOV's desk: claims that end, one decision that wins, and the loser told who and what."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.atendimento import services as atendimento
from peticionamento.comum.db import db
from peticionamento.comum.erros import AcaoIndevida, Conflito, Recusa, SemPermissao
from peticionamento.comum.historico import de_quem_trabalha
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.peticoes.models import Acompanhamento, Etapa
from peticionamento.triagem import queries, services
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoDemanda, EstadoEncaminhamento
from peticionamento.triagem.queries import Aba
from peticionamento.triagem.services import Destino
from tests.factories import cadastros, contas, triagem


def assumir(demanda: Demanda, por: Pessoa, **outros: object) -> Demanda:
    return services.assumir(demanda.id, por=por, versao=demanda.versao, **{"agora": agora(), **outros})  # type: ignore[arg-type]


def distribuir(demanda: Demanda, por: Pessoa, *destinos: Destino, versao: int | None = None) -> Demanda:
    vista = demanda.versao if versao is None else versao
    return services.distribuir(demanda.id, destinos, por=por, versao=vista, agora=agora())


def test_a_claim_is_written_down_and_ends(app: Flask) -> None:
    demanda, ana = triagem.demanda(), contas.triador("Ana")
    assumir(demanda, ana)
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM
    assert demanda.triador_id == ana.id
    assert demanda.reservada_ate is not None
    assert timedelta(minutes=29) < demanda.reservada_ate - agora() <= timedelta(minutes=30)
    assert de_quem_trabalha(demanda.peticao_id)[0].texto == "Assumiu a triagem."


def test_claiming_ones_own_renews_it_and_says_nothing(app: Flask) -> None:
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana)
    linhas, versao = len(de_quem_trabalha(demanda.peticao_id)), demanda.versao
    assumir(demanda, ana, agora=agora() + timedelta(minutes=10))
    assert demanda.reservada_ate is not None
    assert demanda.reservada_ate > agora() + timedelta(minutes=35)
    assert (len(de_quem_trabalha(demanda.peticao_id)), demanda.versao) == (linhas, versao)


def test_a_live_claim_is_the_coordinators_alone_to_take(app: Flask) -> None:
    demanda = triagem.em_triagem(contas.triador("Ana"))
    with pytest.raises(Conflito, match="Ana está com esta demanda até"):
        assumir(demanda, contas.triador("Bruno"))
    carla = contas.coordenadora("Carla")
    assert assumir(demanda, carla).triador_id == carla.id
    assert de_quem_trabalha(demanda.peticao_id)[0].texto == "Assumiu a triagem no lugar de Ana."


def test_a_claim_that_ended_is_anybodys(app: Flask) -> None:
    demanda, bruno = triagem.em_triagem(contas.triador("Ana")), contas.triador("Bruno")
    assert assumir(demanda, bruno, agora=agora() + timedelta(minutes=31)).triador_id == bruno.id


def test_letting_go_puts_it_back_in_the_queue(app: Flask) -> None:
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana)
    services.soltar(demanda.id, por=ana, versao=demanda.versao)
    assert (demanda.estado, demanda.triador_id, demanda.reservada_ate) == (EstadoDemanda.AGUARDANDO, None, None)


def test_routing_makes_one_routing_an_agency_with_its_deliveries(app: Flask) -> None:
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana)
    distribuir(demanda, ana, triagem.destino("SES"), triagem.destino("DER-MG", dias_uteis=5))
    assert demanda.estado is EstadoDemanda.DISTRIBUIDA
    assert demanda.triador_id is None
    assert {(e.orgao.sigla, e.vence_dia) for e in demanda.encaminhamentos} == {
        ("SES", triagem.daqui_a(10)),
        ("DER-MG", triagem.daqui_a(5)),
    }
    entregas = db.session().execute(select(Entrega.canal, Entrega.destino).order_by(Entrega.id)).all()
    assert [tuple(e) for e in entregas] == [
        (Canal.INTERNO, "SES/PROTOCOLO"),
        (Canal.CORREIO, "parlamentar@ses.invalid"),
        (Canal.INTERNO, "DER-MG/PROTOCOLO"),
    ]
    assert de_quem_trabalha(demanda.peticao_id)[0].texto == "Encaminhou à SES e ao DER-MG."
    acompanhamento = db.session().get_one(Acompanhamento, demanda.peticao_id)
    assert (acompanhamento.etapa, acompanhamento.onde) == (Etapa.NO_ORGAO, "Na SES e no DER-MG")
    assert acompanhamento.vence_dia == triagem.daqui_a(5)


def test_routing_needs_a_claim_first(app: Flask) -> None:
    demanda = triagem.demanda()
    with pytest.raises(AcaoIndevida, match="Aguarda triagem"):
        distribuir(demanda, contas.triador(), triagem.destino())
    assert cadastros.quantos(Encaminhamento) == 0


def test_bad_routings_are_refused_beside_their_field(app: Flask) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    ses = triagem.destino("SES")
    sabado = hoje() + timedelta(days=(5 - hoje().weekday()) % 7 + 7)
    ruins: list[tuple[str, list[Destino]]] = [
        ("orgaos", []),
        ("orgaos", [ses, ses]),
        ("orgaos", [Destino(999_999, "Informar.", ses.vence_dia)]),
        ("instrucao", [Destino(ses.orgao_id, "  ", ses.vence_dia)]),
        ("instrucao", [Destino(ses.orgao_id, "x" * 4001, ses.vence_dia)]),
        ("prazo", [Destino(ses.orgao_id, "Informar.", hoje() - timedelta(days=1))]),
        ("prazo", [Destino(ses.orgao_id, "Informar.", hoje())]),
        ("prazo", [Destino(ses.orgao_id, "Informar.", sabado)]),
        ("prazo", [Destino(ses.orgao_id, "Informar.", hoje() + timedelta(days=900))]),
    ]
    for campo, destinos in ruins:
        with pytest.raises(Recusa) as recusa:
            distribuir(demanda, ana, *destinos)
        assert recusa.value.campo == campo, destinos
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM
    assert cadastros.quantos(Encaminhamento) == 0


def test_only_segov_routes(app: Flask) -> None:
    demanda = triagem.em_triagem()
    with pytest.raises(Recusa):
        distribuir(demanda, contas.agente("SES"), triagem.destino())
    with pytest.raises(SemPermissao):
        services.mover(demanda, services.AcaoDemanda.DISTRIBUIR, por=contas.deputada())


def test_a_stale_page_is_told_who_did_what(app: Flask) -> None:
    ana, carla = contas.triador("Ana Dias"), contas.coordenadora("Carla")
    demanda = triagem.em_triagem(ana)
    vista = demanda.versao
    distribuir(demanda, ana, triagem.destino("SES"))
    with pytest.raises(Conflito, match=r"Ana Dias, .*: Encaminhou à SES\."):
        distribuir(demanda, carla, triagem.destino("SEE"), versao=vista)
    assert [e.orgao.sigla for e in demanda.encaminhamentos] == ["SES"]


@pytest.mark.comprometido
def test_two_triagers_at_once_one_wins_and_the_other_is_told(app: Flask) -> None:
    ana, carla = contas.triador("Ana Dias"), contas.coordenadora("Carla Reis")
    demanda = triagem.em_triagem(ana)
    destinos = {ana.id: triagem.destino("SES"), carla.id: triagem.destino("SEE")}
    nomes = {ana.id: "Ana Dias", carla.id: "Carla Reis"}
    chave, versao = demanda.id, demanda.versao
    db.session().commit()
    largada = threading.Barrier(2)
    venceu: list[int] = []
    perdeu: list[tuple[int, str]] = []

    def decidir(pessoa_id: int) -> None:
        with app.app_context():
            pessoa = db.session().get_one(Pessoa, pessoa_id)
            largada.wait()
            try:
                services.distribuir(chave, [destinos[pessoa_id]], por=pessoa, versao=versao, agora=agora())
                venceu.append(pessoa_id)
            except Conflito as conflito:
                perdeu.append((pessoa_id, conflito.mensagem))

    linhas = [threading.Thread(target=decidir, args=(p,)) for p in destinos]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    assert len(venceu) == 1
    assert len(perdeu) == 1
    assert perdeu[0][0] != venceu[0]
    assert nomes[venceu[0]] in perdeu[0][1]
    assert "Encaminhou" in perdeu[0][1]
    assert cadastros.quantos(Encaminhamento) == 1


def test_after_a_refusal_the_demand_is_back_with_its_reason(app: Flask) -> None:
    demanda = triagem.entregue(["SES", "SEE"])
    enc = triagem.encaminhamento(demanda, "SEE")
    atendimento.recusar(enc.id, "Não é assunto de escola.", por=contas.agente("SEE"), versao=enc.versao, agora=agora())
    assert demanda.estado is EstadoDemanda.AGUARDANDO
    assert enc.estado is EstadoEncaminhamento.RECUSADO
    assert queries.recusas_de(demanda) == [("SEE", "Não é assunto de escola.")]
    carla = contas.coordenadora()
    assert [linha.id for linha in queries.fila(carla, Aba.DEVOLVIDAS, None).itens] == [demanda.id]
    assumir(demanda, carla)
    services.prosseguir(demanda.id, por=carla, versao=demanda.versao, agora=agora())
    assert demanda.estado is EstadoDemanda.DISTRIBUIDA
    assert demanda.devolvida_em is None


def test_going_on_without_anybody_is_refused(app: Flask) -> None:
    demanda = triagem.entregue(["SES"])
    enc = triagem.encaminhamento(demanda)
    atendimento.recusar(enc.id, "Não nos compete responder.", por=contas.agente(), versao=enc.versao, agora=agora())
    carla = contas.coordenadora()
    assumir(demanda, carla)
    with pytest.raises(Recusa, match="encaminhe-a a um"):
        services.prosseguir(demanda.id, por=carla, versao=demanda.versao, agora=agora())


def test_an_agency_that_has_it_is_not_sent_it_twice(app: Flask) -> None:
    demanda = triagem.entregue(["SES", "SEE"])
    enc = triagem.encaminhamento(demanda, "SEE")
    atendimento.recusar(enc.id, "Não é assunto de escola.", por=contas.agente("SEE"), versao=enc.versao, agora=agora())
    carla = contas.coordenadora()
    assumir(demanda, carla)
    with pytest.raises(Recusa, match="já está na SES"):
        distribuir(demanda, carla, triagem.destino("SES"))
    distribuir(demanda, carla, triagem.destino("SEE"))  # the one that declined may be asked again, with a better reason
    assert len(demanda.vivos) == 2
