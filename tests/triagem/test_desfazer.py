"""A routing waits a while before its delivery begins, and until then it can be taken back whole."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.atendimento import services as atendimento
from peticionamento.comum import saida
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado, Recusa
from peticionamento.comum.historico import de_quem_trabalha, do_autor
from peticionamento.comum.permissoes import visiveis
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import services as distribuicao
from peticionamento.distribuicao.models import Entrega
from peticionamento.peticoes.models import Acompanhamento, Etapa
from peticionamento.triagem import services
from peticionamento.triagem.desfazer import desfazer as _desfazer
from peticionamento.triagem.desfazer import restam_s
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoDemanda, EstadoEncaminhamento
from tests.factories import cadastros, contas, triagem

pytestmark = pytest.mark.config(desfazer_s=60)


def desfazer(demanda: Demanda, por: Pessoa) -> Demanda:
    return _desfazer(demanda.id, por=por, versao=demanda.versao, agora=agora())


def entregas(demanda: Demanda) -> list[Entrega]:
    ids = [e.id for e in demanda.encaminhamentos]
    return list(db.session().execute(select(Entrega).where(Entrega.encaminhamento_id.in_(ids))).scalars())


def acompanhamento(demanda: Demanda) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, demanda.peticao_id, populate_existing=True)


def test_a_delivery_waits_for_the_time_to_undo(app: Flask) -> None:
    demanda = triagem.entregar(triagem.distribuida(["SES"]))
    assert [e.estado for e in demanda.encaminhamentos] == [EstadoEncaminhamento.A_ENTREGAR]
    assert {e.estado for e in entregas(demanda)} == {EstadoSaida.NA_FILA}
    assert restam_s(demanda, agora=agora()) in (59, 60)
    assert db.session().execute(saida.perdidas(Entrega)).first() is None
    with no_instante(agora() + timedelta(seconds=61)):
        triagem.entregar(demanda)
        assert restam_s(demanda, agora=agora()) == 0
    assert [e.estado for e in demanda.encaminhamentos] == [EstadoEncaminhamento.ENTREGUE]


def test_undoing_gives_the_demand_back_and_nothing_was_sent(app: Flask) -> None:
    carla = contas.coordenadora("Carla Reis")
    demanda = triagem.distribuida(["SES", "DER-MG"])
    avisos = cadastros.quantos(Aviso)
    desfazer(demanda, carla)
    assert (demanda.estado, demanda.triador_id) == (EstadoDemanda.EM_TRIAGEM, carla.id)
    assert {e.estado for e in demanda.encaminhamentos} == {EstadoEncaminhamento.DESFEITO}
    assert demanda.vivos == []
    assert cadastros.quantos(Entrega) == 0
    assert cadastros.quantos(Aviso) == avisos
    situacao = acompanhamento(demanda)
    assert (situacao.etapa, situacao.orgaos, situacao.vence_dia) == (Etapa.EM_TRIAGEM, [], demanda.vence_dia)
    assert de_quem_trabalha(demanda.peticao_id)[0].texto == (
        "Desfez o encaminhamento à SES e ao DER-MG, antes da entrega."
    )
    assert do_autor(demanda.peticao_id, demanda.peticao.autor_id)[0].texto == (
        "A Secretaria de Governo desfez o encaminhamento à SES e ao DER-MG e decide de novo."
    )


def test_an_agency_never_hears_of_what_was_undone(app: Flask) -> None:
    agente = contas.agente("SES")
    demanda = triagem.distribuida(["SES"])
    enc = demanda.encaminhamentos[0]
    desfazer(demanda, contas.triador())
    for permissao in ("atendimento.ler", "atendimento.caixa"):
        assert db.session().execute(select(Encaminhamento.id).where(visiveis(agente, permissao))).all() == []
    with pytest.raises(NaoEncontrado):
        atendimento.receber(enc.id, por=agente, versao=enc.versao, agora=agora())


def test_the_same_agency_can_be_chosen_again_after_undoing(app: Flask) -> None:
    ana = contas.triador()
    demanda = desfazer(triagem.distribuida(["SES"]), ana)
    services.distribuir(demanda.id, [triagem.destino("SES")], por=ana, versao=demanda.versao, agora=agora())
    assert demanda.estado is EstadoDemanda.DISTRIBUIDA
    assert acompanhamento(demanda).orgaos == ["SES"]
    assert len(entregas(demanda)) == 1


def test_a_delivery_that_has_begun_is_not_taken_back(app: Flask) -> None:
    demanda = triagem.distribuida(["SES", "SEE"])
    primeira = entregas(demanda)[0]
    with no_instante(agora() + timedelta(seconds=61)):
        assert saida.reservar(Entrega, primeira.id) is not None
        with pytest.raises(AcaoIndevida, match="A entrega à SES já começou: não dá mais para desfazer"):
            desfazer(demanda, contas.triador())
    db.session().refresh(demanda)
    assert demanda.estado is EstadoDemanda.DISTRIBUIDA
    assert len(entregas(demanda)) == 2
    assert {e.estado for e in demanda.encaminhamentos} == {EstadoEncaminhamento.A_ENTREGAR}


def test_what_arrived_is_not_taken_back(app: Flask) -> None:
    demanda = triagem.distribuida(["SES"])
    with no_instante(agora() + timedelta(seconds=61)):
        triagem.entregar(demanda)
        with pytest.raises(AcaoIndevida, match="A entrega já começou"):
            desfazer(demanda, contas.triador())


def test_undoing_leaves_the_agencies_of_an_earlier_routing_alone(app: Flask) -> None:
    ana = contas.triador()
    demanda = triagem.distribuida(["SES", "SEE"])
    with no_instante(agora() + timedelta(seconds=61)):
        triagem.entregar(demanda)
        enc = triagem.encaminhamento(demanda, "SEE")
        motivo = "Não é assunto que caiba ao órgão."
        atendimento.recusar(enc.id, motivo, por=contas.agente("SEE"), versao=enc.versao, agora=agora())
        services.assumir(demanda.id, por=ana, versao=demanda.versao, agora=agora())
        services.distribuir(demanda.id, [triagem.destino("DER-MG")], por=ana, versao=demanda.versao, agora=agora())
        assert demanda.devolvida_em is None
        desfazer(demanda, ana)
    assert [e.orgao.sigla for e in demanda.vivos] == ["SES"]
    assert demanda.devolvida_em is not None  # the agency that declined is still to be answered for
    assert acompanhamento(demanda).orgaos == ["SES", "SEE"]


def test_a_stale_page_undoes_nothing(app: Flask) -> None:
    ana = contas.triador("Ana Dias")
    demanda = triagem.distribuida(["SES"])
    vista = demanda.versao
    desfazer(demanda, ana)
    with pytest.raises(Conflito, match="Ana Dias"):
        _desfazer(demanda.id, por=contas.triador(), versao=vista, agora=agora())


def test_only_the_desk_undoes(app: Flask) -> None:
    demanda = triagem.distribuida(["SES"])
    for pessoa in (contas.deputada(), contas.agente("SES")):
        with pytest.raises(Recusa):
            desfazer(demanda, pessoa)
    assert len(entregas(demanda)) == 1


def test_a_delivery_tried_and_failed_has_begun(app: Flask) -> None:
    demanda = triagem.distribuida(["SES"])
    with transaction():
        entregas(demanda)[0].tentativas = 1
    with pytest.raises(AcaoIndevida, match="já começou"):
        desfazer(demanda, contas.triador())


@pytest.mark.comprometido
@pytest.mark.config(desfazer_s=0)
def test_undoing_and_delivering_at_once_end_one_way_or_the_other(app: Flask) -> None:
    """Either it arrived and is not undone, or it is undone and never arrives; nobody waits for ever."""
    ana = contas.triador()
    pares = []
    for _ in range(4):
        demanda = triagem.distribuida(["SES"])
        [entrega] = entregas(demanda)
        pares.append((demanda.id, demanda.versao, entrega.id))
    db.session().commit()
    largada = threading.Barrier(2)

    def entregador() -> None:
        with app.app_context():
            for _, _, entrega_id in pares:
                largada.wait()
                distribuicao.entregar(entrega_id)

    linha = threading.Thread(target=entregador)
    linha.start()
    for demanda_id, versao, _ in pares:
        largada.wait()
        with suppress(AcaoIndevida):
            _desfazer(demanda_id, por=ana, versao=versao, agora=agora())
    linha.join(timeout=30)
    assert not linha.is_alive()
    db.session().expire_all()
    for demanda_id, _, _ in pares:
        demanda = db.session().get_one(Demanda, demanda_id)
        fim = (demanda.estado, demanda.encaminhamentos[0].estado, [e.estado for e in entregas(demanda)])
        assert fim in (
            (EstadoDemanda.DISTRIBUIDA, EstadoEncaminhamento.ENTREGUE, [EstadoSaida.ENTREGUE]),
            (EstadoDemanda.EM_TRIAGEM, EstadoEncaminhamento.DESFEITO, []),
        )


@pytest.mark.config(desfazer_s=0)
def test_without_time_to_undo_the_delivery_begins_at_once(app: Flask) -> None:
    demanda = triagem.entregar(triagem.distribuida(["SES"]))
    assert demanda.encaminhamentos[0].estado is EstadoEncaminhamento.ENTREGUE
