"""What a person does about a delivery that did not arrive: again, elsewhere, not at all, or back to triage."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.cadastros.models import Unidade
from peticionamento.comum import saida
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado, Recusa
from peticionamento.comum.historico import de_quem_trabalha
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import acoes, services
from peticionamento.distribuicao.acoes import Ato, Destino
from peticionamento.distribuicao.models import AjustesDoCanal, Canal, EnderecoDeEntrega, Entrega
from peticionamento.distribuicao.queries import Filtro
from peticionamento.triagem.models import EstadoDemanda, EstadoEncaminhamento
from tests.factories import cadastros, contas, distribuicao, triagem

MOTIVO = "O endereço antigo não existe mais."


@pytest.fixture
def carla(app: Flask) -> Pessoa:
    return contas.coordenadora("Carla")


def parada(sigla: str = "SES", *, entregue: bool = True) -> Entrega:
    """A message that waits for a person; its agency has the demand in its inbox, or not yet."""
    distribuicao.com_email(sigla)
    demanda = triagem.entregue([sigla]) if entregue else triagem.distribuida([sigla])
    (entrega,) = distribuicao.das(demanda, Canal.CORREIO)
    return distribuicao.falhar(entrega, distribuicao.RECUSADA)


def interna_parada(sigla: str = "SES") -> Entrega:
    """An internal delivery whose unit is closed."""
    (entrega,) = distribuicao.esperam([sigla])
    with transaction():
        entrega.encaminhamento.unidade.ativa = False
    services.entregar(entrega.id)
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA
    return entrega


def ultima_linha(entrega: Entrega) -> str:
    return de_quem_trabalha(entrega.peticao_id)[0].texto


def test_the_coordinator_is_told_once_however_often_it_waits(carla: Pessoa) -> None:
    entrega = parada()
    avisos = select(Aviso).where(Aviso.para == carla.email)
    (aviso,) = db.session().execute(avisos).scalars()
    assert aviso.assunto is not None
    assert aviso.assunto.startswith("Entrega à SES espera uma pessoa")
    assert "o servidor de e-mail não aceitou o endereço" in (aviso.texto or "")
    assert f"/distribuicao/entregas/{entrega.id}" in (aviso.texto or "")
    services.reentregar(entrega.id, por=carla, versao=entrega.versao, agora=agora())
    distribuicao.falhar(entrega, distribuicao.RECUSADA)
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA
    assert len(db.session().execute(avisos).scalars().all()) == 1


def test_nobody_is_told_of_a_try_that_will_be_made_again(carla: Pessoa) -> None:
    distribuicao.com_email("SES")
    (entrega,) = distribuicao.das(triagem.entregue(["SES"]), Canal.CORREIO)
    distribuicao.falhar(entrega)
    assert db.session().execute(select(Aviso).where(Aviso.para == carla.email)).scalars().all() == []


def test_a_new_try_may_say_why(carla: Pessoa) -> None:
    entrega = parada()
    services.reentregar(entrega.id, por=carla, versao=entrega.versao, agora=agora(), motivo="O servidor voltou.")
    assert ultima_linha(entrega).endswith("por e-mail (ses@orgao.invalid): “O servidor voltou.”.")


def test_giving_up_ends_it_with_its_reason(carla: Pessoa) -> None:
    entrega = parada()
    with pytest.raises(Recusa, match="Diga o motivo"):
        acoes.desistir(entrega.id, "", por=carla, versao=entrega.versao)
    acoes.desistir(entrega.id, MOTIVO, por=carla, versao=entrega.versao)
    assert entrega.estado is EstadoSaida.DESISTIDA
    assert ultima_linha(entrega) == f"Desistiu de entregar: demanda à SES por e-mail (ses@orgao.invalid): “{MOTIVO}”."
    assert saida.reservar(Entrega, entrega.id) is None
    with pytest.raises(AcaoIndevida, match="Desistida por uma pessoa"):
        acoes.desistir(entrega.id, MOTIVO, por=carla, versao=entrega.versao)


def test_the_inbox_is_not_given_up(carla: Pessoa) -> None:
    entrega = interna_parada()
    with pytest.raises(AcaoIndevida, match="Sem a caixa interna a SES não recebe nem responde"):
        acoes.desistir(entrega.id, MOTIVO, por=carla, versao=entrega.versao)


def test_what_is_being_carried_is_left_alone(carla: Pessoa) -> None:
    entrega = parada()
    services.reentregar(entrega.id, por=carla, versao=entrega.versao, agora=agora())
    assert saida.reservar(Entrega, entrega.id) is not None
    with pytest.raises(AcaoIndevida, match="sendo entregue neste instante"):
        acoes.desistir(entrega.id, MOTIVO, por=carla, versao=entrega.versao)


def test_a_message_goes_to_another_address_with_all_its_tries_before_it(carla: Pessoa) -> None:
    entrega = parada()
    acoes.redirecionar(
        entrega.id,
        Destino(Canal.CORREIO, " novo@ses.invalid "),
        MOTIVO,
        por=carla,
        versao=entrega.versao,
        agora=agora(),
    )
    assert (entrega.destino, entrega.estado, entrega.tentativas) == ("novo@ses.invalid", EstadoSaida.NA_FILA, 0)
    assert ultima_linha(entrega) == (
        "Pediu nova tentativa: demanda à SES por e-mail (novo@ses.invalid), em vez de por e-mail (ses@orgao.invalid): "
        f"“{MOTIVO}”."
    )


@pytest.mark.parametrize(
    ("destino", "frase"),
    [
        (Destino(Canal.CORREIO, "sem arroba"), "endereço de e-mail válido"),
        (Destino(Canal.SEI), "não tem endereço nesse canal"),
        (Destino(Canal.INTERNO, "1"), "muda de unidade, e não de canal"),
    ],
)
def test_it_goes_nowhere_that_cannot_be(carla: Pessoa, destino: Destino, frase: str) -> None:
    entrega = parada()
    with pytest.raises(Recusa, match=frase):
        acoes.redirecionar(entrega.id, destino, MOTIVO, por=carla, versao=entrega.versao, agora=agora())
    db.session().refresh(entrega)
    assert (entrega.canal, entrega.destino) == (Canal.CORREIO, "ses@orgao.invalid")
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA


def test_it_changes_its_channel_where_the_agency_has_that_and_forgets_what_the_other_side_called_it(
    carla: Pessoa,
) -> None:
    entrega = parada()
    with transaction() as session:
        session.add(AjustesDoCanal(canal=Canal.SEI, ligado=True, dados={}))
        session.add(EnderecoDeEntrega(orgao_id=entrega.orgao_id, canal=Canal.SEI, endereco="SES/GAB", dados={}))
        entrega.progresso = {"passo": 1}
    acoes.redirecionar(entrega.id, Destino(Canal.SEI), MOTIVO, por=carla, versao=entrega.versao, agora=agora())
    assert (entrega.canal, entrega.destino, entrega.progresso) == (Canal.SEI, "SES/GAB", None)


def test_a_channel_that_already_has_the_demand_is_not_taken_twice(carla: Pessoa) -> None:
    entrega = parada()
    with transaction() as session:
        outra = Entrega(
            encaminhamento_id=entrega.encaminhamento_id, peticao_id=entrega.peticao_id, orgao_id=entrega.orgao_id,
            canal=Canal.SEI, destino="SES/GAB", estado=EstadoSaida.AGUARDA_PESSOA,
        )  # fmt: skip
        session.add(outra)
    with pytest.raises(Recusa, match="já tem uma entrega à SES por esse canal"):
        acoes.redirecionar(outra.id, Destino(Canal.CORREIO, "a@b.invalid"), MOTIVO, por=carla, versao=1, agora=agora())


def test_the_inbox_moves_to_another_unit_of_the_agency_and_arrives_there(carla: Pessoa) -> None:
    entrega = interna_parada()
    with transaction() as session:
        nova = Unidade(orgao_id=entrega.orgao_id, sigla="SES/GAB", nome="Gabinete", ativa=True)
        session.add(nova)
    alheia = cadastros.unidade("SEE")
    for errada in (str(alheia.id), "x", "9" * 40):
        with pytest.raises(Recusa, match="unidade ativa do mesmo órgão"):
            acoes.redirecionar(
                entrega.id, Destino(Canal.INTERNO, errada), MOTIVO, por=carla, versao=entrega.versao, agora=agora()
            )
    acoes.redirecionar(
        entrega.id, Destino(Canal.INTERNO, str(nova.id)), MOTIVO, por=carla, versao=entrega.versao, agora=agora()
    )
    services.entregar(entrega.id)
    assert entrega.estado is EstadoSaida.ENTREGUE
    assert entrega.encaminhamento.unidade.sigla == "SES/GAB"
    assert entrega.encaminhamento.estado is EstadoEncaminhamento.ENTREGUE


def test_for_another_agency_it_goes_back_to_triage_with_its_reason(carla: Pessoa) -> None:
    entrega = interna_parada()
    acoes.devolver(entrega.id, MOTIVO, por=carla, versao=entrega.versao, agora=agora())
    assert entrega.estado is EstadoSaida.DESISTIDA
    assert entrega.encaminhamento.estado is EstadoEncaminhamento.DESFEITO
    demanda = entrega.encaminhamento.demanda
    assert demanda.estado is EstadoDemanda.AGUARDANDO
    textos = [linha.texto for linha in de_quem_trabalha(entrega.peticao_id)]
    assert f"Desfez o encaminhamento à SES (“{MOTIVO}”), antes da entrega." in textos
    assert "A demanda voltou à triagem: a SES não a recebeu, e o encaminhamento foi desfeito." in textos
    assert {e.estado for e in db.session().execute(select(Entrega)).scalars()} == {EstadoSaida.DESISTIDA}


def test_what_the_agency_has_in_its_inbox_does_not_go_back_so(carla: Pessoa) -> None:
    entrega = parada()
    with pytest.raises(AcaoIndevida, match="A SES já recebeu a demanda na caixa interna e pode recusá-la"):
        acoes.devolver(entrega.id, MOTIVO, por=carla, versao=entrega.versao, agora=agora())
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA


def test_whoever_saw_an_older_state_decides_again(carla: Pessoa) -> None:
    entrega, interna = parada(), interna_parada("SEE")
    with pytest.raises(Conflito):
        acoes.desistir(entrega.id, MOTIVO, por=carla, versao=1)
    destino = Destino(Canal.CORREIO, "a@b.invalid")
    with pytest.raises(Conflito):
        acoes.redirecionar(entrega.id, destino, MOTIVO, por=carla, versao=1, agora=agora())
    with pytest.raises(Conflito):
        acoes.devolver(interna.id, MOTIVO, por=carla, versao=1, agora=agora())


def test_an_agency_does_none_of_it(app: Flask) -> None:
    entrega, agente = parada(), contas.agente()
    with pytest.raises(NaoEncontrado):
        acoes.desistir(entrega.id, MOTIVO, por=agente, versao=entrega.versao)
    with pytest.raises(NaoEncontrado):
        acoes.redirecionar(
            entrega.id, Destino(Canal.CORREIO, "a@b.invalid"), MOTIVO, por=agente, versao=entrega.versao, agora=agora()
        )
    with pytest.raises(NaoEncontrado):
        acoes.devolver(entrega.id, MOTIVO, por=agente, versao=entrega.versao, agora=agora())


def test_all_of_a_filter_are_done_each_with_its_result(carla: Pessoa) -> None:
    da_ses = [parada("SES"), parada("SES", entregue=False)]
    da_see = parada("SEE")
    feitas = acoes.em_lote(Ato.DESISTIR, Filtro(orgao="SES"), MOTIVO, por=carla, agora=agora())
    assert Counter(f.recusa is None for f in feitas) == {
        True: 2,
        False: 1,
    }  # the inbox still waits, and is not given up
    assert {e.estado for e in da_ses} == {EstadoSaida.DESISTIDA}
    assert da_see.estado is EstadoSaida.AGUARDA_PESSOA
    assert acoes.resumo(feitas) == "2 feitas e 1 ficou como estava"
    recusada = next(f for f in feitas if f.recusa)
    assert "devolva a demanda à triagem" in (recusada.recusa or "")
    assert recusada.o_que == "à SES pela caixa interna"


def test_many_are_tried_again_and_sent_elsewhere(carla: Pessoa) -> None:
    paradas = [parada("SES"), parada("SES"), parada("SEE")]
    filtro = Filtro(canal=Canal.CORREIO, situacao=EstadoSaida.AGUARDA_PESSOA)
    with pytest.raises(Recusa, match="filtre primeiro um órgão"):
        acoes.em_lote(
            Ato.REDIRECIONAR, filtro, MOTIVO, por=carla, agora=agora(), destino=Destino(Canal.CORREIO, "a@b.invalid")
        )
    feitas = acoes.em_lote(
        Ato.REDIRECIONAR, Filtro("SES", Canal.CORREIO), MOTIVO, por=carla, agora=agora(),
        destino=Destino(Canal.CORREIO, "novo@ses.invalid"),
    )  # fmt: skip
    assert [f.recusa for f in feitas] == [None, None]
    assert [e.destino for e in paradas] == ["novo@ses.invalid", "novo@ses.invalid", "see@orgao.invalid"]
    feitas = acoes.em_lote(Ato.TENTAR, filtro, MOTIVO, por=carla, agora=agora())
    assert [f.entrega_id for f in feitas] == [paradas[2].id]
    assert {e.estado for e in paradas} == {EstadoSaida.NA_FILA}
    with pytest.raises(Recusa, match="Diga o motivo"):
        acoes.em_lote(Ato.TENTAR, filtro, " ", por=carla, agora=agora())
