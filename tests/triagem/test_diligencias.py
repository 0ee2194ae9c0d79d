"""Asking the author for more: the demand waits for them, triage's term stops, and an answer is never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, Recusa, SemPermissao
from peticionamento.comum.historico import de_quem_trabalha, do_autor
from peticionamento.comum.tempo import agora, hoje, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services as peticoes_services
from peticionamento.peticoes.models import (
    Acompanhamento,
    Diligencia,
    Documento,
    Especie,
    EstadoPeticao,
    Etapa,
    PapelDocumento,
    Peticao,
)
from peticionamento.triagem import diligencias, queries
from peticionamento.triagem.models import Demanda, EstadoDemanda
from peticionamento.triagem.queries import Aba
from tests.factories import contas, depois, peticoes, triagem


def acompanhamento(demanda: Demanda) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, demanda.peticao_id, populate_existing=True)


def so_a(demanda: Demanda) -> Diligencia:
    return db.session().execute(select(Diligencia).where(Diligencia.peticao_id == demanda.peticao_id)).scalar_one()


def test_asking_gives_the_demand_to_its_author(app: Flask) -> None:
    demanda = depois.em_diligencia()
    assert (demanda.estado, demanda.triador_id) == (EstadoDemanda.EM_DILIGENCIA, None)
    diligencia = so_a(demanda)
    assert (diligencia.pergunta, diligencia.vence_dia) == (depois.PERGUNTA, triagem.daqui_a(5))
    frase = do_autor(demanda.peticao_id, demanda.peticao.autor_id)[0].texto
    assert frase.startswith(f"A Secretaria de Governo pede um esclarecimento: “{depois.PERGUNTA}” Responder até ")
    onde = acompanhamento(demanda)
    assert (onde.etapa, onde.onde, onde.vence_dia) == (Etapa.EM_TRIAGEM, "A SEGOV espera um esclarecimento seu", None)
    aviso = db.session().execute(select(Aviso).order_by(Aviso.id.desc()).limit(1)).scalar_one()
    assert aviso.para == demanda.peticao.autor.email
    assert depois.PERGUNTA in (aviso.texto or "")
    assert peticoes_services.diligencia_aberta(demanda.peticao_id) is diligencia


def test_what_waits_for_its_author_is_on_a_tab_of_its_own(app: Flask) -> None:
    ana = contas.triador()
    depressa = depois.em_diligencia(dias_uteis=2)
    devagar = depois.em_diligencia(dias_uteis=9)
    linhas = queries.fila(ana, Aba.EM_DILIGENCIA, None).itens
    assert [(linha.id, linha.vence_dia) for linha in linhas] == [
        (depressa.id, triagem.daqui_a(2)), (devagar.id, triagem.daqui_a(9)),
    ]  # fmt: skip
    assert queries.fila(ana, Aba.AGUARDANDO, None).itens == []
    assert queries.totais(ana)[Aba.EM_DILIGENCIA] == 2


def test_the_answer_goes_into_the_process_and_the_demand_back_to_the_queue(app: Flask) -> None:
    demanda = depois.em_diligencia()
    resposta = depois.assinar(depois.continuacao(demanda.peticao, Especie.DILIGENCIA, anexo=True))
    assert resposta.estado is EstadoPeticao.JUNTADA
    assert (demanda.estado, demanda.triador_id) == (EstadoDemanda.AGUARDANDO, None)
    diligencia = so_a(demanda)
    assert diligencia.resposta_id == resposta.id
    assert diligencia.encerrada_em is not None
    consulta = select(Documento.papel, Documento.nome).where(Documento.juntada_id == resposta.id)
    consulta = consulta.where(Documento.peticao_id == demanda.peticao_id)
    trazidos = {linha.papel: linha.nome for linha in db.session().execute(consulta)}
    assert set(trazidos) == {PapelDocumento.ANEXO, PapelDocumento.PRINCIPAL, PapelDocumento.RECIBO}
    assert trazidos[PapelDocumento.PRINCIPAL].startswith("Resposta a diligência 1")
    linhas = [linha.texto for linha in de_quem_trabalha(demanda.peticao_id)]
    assert sum("respondeu à diligência" in texto for texto in linhas) == 1
    assert not any("Documentos juntados" in texto for texto in linhas)  # one act, one line
    assert do_autor(demanda.peticao_id, resposta.autor_id)[0].texto.startswith("Esclarecimento juntado ao processo: ")
    assert acompanhamento(demanda).vence_dia == demanda.vence_dia


def test_triages_term_stops_while_it_waits(app: Flask) -> None:
    dia = agora()
    demanda = depois.em_diligencia()
    with no_instante(dia + timedelta(days=21)):
        depois.assinar(depois.continuacao(demanda.peticao, Especie.DILIGENCIA))
        assert demanda.vence_dia == triagem.daqui_a(5)  # all five were left when it asked
        assert demanda.voltou_em == agora()


def test_what_was_late_when_it_asked_has_one_day_when_it_comes_back(app: Flask) -> None:
    triador = contas.triador()
    with no_instante(agora() - timedelta(days=40)):
        demanda = triagem.em_triagem(triador)
    diligencias.pedir(
        demanda.id, depois.PERGUNTA, triagem.daqui_a(3), por=triador, versao=demanda.versao, agora=agora()
    )
    depois.assinar(depois.continuacao(demanda.peticao, Especie.DILIGENCIA))
    assert demanda.vence_dia == triagem.daqui_a(1)


def test_taking_it_back_puts_it_in_the_hands_of_who_says_so(app: Flask) -> None:
    demanda, bruno = depois.em_diligencia(), contas.triador("Bruno")
    diligencias.retomar(demanda.id, por=bruno, versao=demanda.versao, agora=agora())
    assert (demanda.estado, demanda.triador_id) == (EstadoDemanda.EM_TRIAGEM, bruno.id)
    assert so_a(demanda).encerrada_em is not None
    assert so_a(demanda).resposta_id is None
    assert acompanhamento(demanda).onde == "Em triagem na SEGOV"
    assert de_quem_trabalha(demanda.peticao_id)[0].texto == "Retomou a demanda sem a resposta do autor."


def test_an_answer_that_comes_after_that_is_one_more_document(app: Flask) -> None:
    demanda = depois.em_diligencia()
    rascunho = depois.continuacao(demanda.peticao, Especie.DILIGENCIA)
    diligencias.retomar(demanda.id, por=contas.triador(), versao=demanda.versao, agora=agora())
    resposta = depois.assinar(rascunho)
    assert (resposta.estado, resposta.especie) == (EstadoPeticao.JUNTADA, Especie.INTERCORRENTE)
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM
    assert so_a(demanda).resposta_id is None
    assert "petição intercorrente" in do_autor(demanda.peticao_id, resposta.autor_id)[0].texto


def test_nothing_asked_nothing_to_answer(app: Flask) -> None:
    with pytest.raises(AcaoIndevida, match="não espera um esclarecimento agora"):
        depois.continuacao(peticoes.protocolada(), Especie.DILIGENCIA)


def test_a_restricted_process_takes_the_answer_it_asked_for(app: Flask) -> None:
    demanda = depois.em_diligencia(depois.restrita())
    assert depois.assinar(depois.continuacao(demanda.peticao, Especie.DILIGENCIA)).estado is EstadoPeticao.JUNTADA


def test_bad_questions_are_refused_beside_their_field(app: Flask) -> None:
    triador = contas.triador()
    demanda = triagem.em_triagem(triador)
    dia = triagem.daqui_a(5)
    for campo, pergunta, vence in [
        ("pergunta", " ", dia),
        ("pergunta", "x" * 4001, dia),
        ("prazo", depois.PERGUNTA, hoje()),
        ("prazo", depois.PERGUNTA, hoje() + timedelta(days=900)),
    ]:
        with pytest.raises(Recusa) as recusa:
            diligencias.pedir(demanda.id, pergunta, vence, por=triador, versao=demanda.versao, agora=agora())
        assert recusa.value.campo == campo, pergunta
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM


def test_only_what_is_in_triage_asks_and_only_segov(app: Flask) -> None:
    demanda = triagem.demanda()
    with pytest.raises(AcaoIndevida, match="“Aguarda triagem”, e dela não se pode pedir esclarecimento"):
        diligencias.pedir(
            demanda.id, depois.PERGUNTA, triagem.daqui_a(5), por=contas.triador(), versao=demanda.versao, agora=agora()
        )
    with pytest.raises((SemPermissao, Recusa)):
        diligencias.pedir(
            demanda.id, depois.PERGUNTA, triagem.daqui_a(5), por=contas.agente(), versao=demanda.versao, agora=agora()
        )
    with pytest.raises(AcaoIndevida, match="não se pode retomar"):
        diligencias.retomar(demanda.id, por=contas.triador(), versao=demanda.versao, agora=agora())


def test_what_an_agency_sent_back_is_still_so_after_the_answer(app: Flask) -> None:
    triador = contas.triador()
    demanda = triagem.em_triagem(triador)
    with transaction():
        demanda.devolvida_em = agora()
    diligencias.pedir(
        demanda.id, depois.PERGUNTA, triagem.daqui_a(5), por=triador, versao=demanda.versao, agora=agora()
    )
    depois.assinar(depois.continuacao(demanda.peticao, Especie.DILIGENCIA))
    assert demanda.devolvida_em is not None


@pytest.mark.comprometido
@pytest.mark.parametrize("vez", range(3))
def test_answered_and_taken_back_at_once_nothing_is_lost(app: Flask, vez: int) -> None:
    demanda, bruno = depois.em_diligencia(), contas.triador("Bruno")
    rascunho = depois.continuacao(demanda.peticao, Especie.DILIGENCIA, anexo=True)
    d, d_versao, r, r_versao, autora, triador = (
        demanda.id, demanda.versao, rascunho.id, rascunho.versao, rascunho.autor_id, bruno.id,
    )  # fmt: skip
    db.session().commit()

    def assinar() -> EstadoPeticao:
        pessoa = db.session().get_one(Pessoa, autora)
        return peticoes_services.protocolar(r, contas.SENHA, por=pessoa, versao=r_versao, agora=agora()).estado

    def retomar() -> EstadoDemanda:
        pessoa = db.session().get_one(Pessoa, triador)
        return diligencias.retomar(d, por=pessoa, versao=d_versao, agora=agora()).estado

    resposta, retomada = depois.ao_mesmo_tempo(app, assinar, retomar)
    assert resposta is EstadoPeticao.JUNTADA
    db.session().rollback()
    especie = db.session().get_one(Peticao, r).especie
    if retomada is EstadoDemanda.EM_TRIAGEM:
        assert especie is Especie.INTERCORRENTE
    else:
        assert isinstance(retomada, (Conflito, AcaoIndevida))
        assert especie is Especie.DILIGENCIA
        assert db.session().get_one(Demanda, d).estado is EstadoDemanda.AGUARDANDO


@pytest.mark.comprometido
def test_two_devices_sign_one_answer_once(app: Flask) -> None:
    demanda = depois.em_diligencia()
    rascunho = depois.continuacao(demanda.peticao, Especie.DILIGENCIA, anexo=True)
    r, versao, autora, origem = rascunho.id, rascunho.versao, rascunho.autor_id, demanda.peticao_id
    db.session().commit()

    def assinar() -> EstadoPeticao:
        pessoa = db.session().get_one(Pessoa, autora)
        return peticoes_services.protocolar(r, contas.SENHA, por=pessoa, versao=versao, agora=agora()).estado

    assert depois.ao_mesmo_tempo(app, assinar, assinar) == [EstadoPeticao.JUNTADA, EstadoPeticao.JUNTADA]
    db.session().rollback()
    consulta = select(Documento.papel).where(Documento.peticao_id == origem, Documento.juntada_id == r)
    assert sorted(db.session().execute(consulta).scalars()) == ["anexo", "principal", "recibo"]
