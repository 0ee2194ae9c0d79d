"""State: one way to change it, and buttons read from the same table. Every pair: `tests/whole/test_estados.py`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from peticionamento.comum.db import transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, SemPermissao
from peticionamento.comum.estados import acoes, conferir_versao, mover
from peticionamento.comum.historico import de_quem_trabalha, do_autor
from peticionamento.comum.permissoes import SISTEMA
from peticionamento.comum.tempo import no_instante
from peticionamento.triagem.models import AcaoDemanda, AcaoEncaminhamento, Demanda, EstadoDemanda, EstadoEncaminhamento
from tests.factories import contas, triagem

AS_10H42 = datetime(2026, 11, 25, 13, 42, tzinfo=UTC)


@pytest.fixture
def demanda(app: Flask) -> Demanda:
    return triagem.demanda()


def test_a_change_is_one_step_of_the_version_and_one_line_of_history(demanda: Demanda) -> None:
    ana = contas.triador("Ana")
    versao, linhas = demanda.versao, len(de_quem_trabalha(demanda.peticao_id))
    with transaction():
        assert mover(demanda, AcaoDemanda.ASSUMIR, por=ana, versao=versao) is EstadoDemanda.EM_TRIAGEM
        demanda.triador = ana
    assert (demanda.estado, demanda.versao) == (EstadoDemanda.EM_TRIAGEM, versao + 1)
    historico = de_quem_trabalha(demanda.peticao_id)
    assert len(historico) == linhas + 1
    assert (historico[0].quem, historico[0].onde, historico[0].texto) == ("Ana", "SEGOV", "Assumiu a triagem.")
    assert do_autor(demanda.peticao_id, demanda.peticao.autor_id)[0].texto == "Em análise na Secretaria de Governo."


def test_the_one_who_comes_second_is_told_who_and_what(demanda: Demanda) -> None:
    vista = demanda.versao
    with no_instante(AS_10H42), transaction():
        ana = contas.triador("Ana")
        mover(demanda, AcaoDemanda.ASSUMIR, por=ana, versao=vista)
        demanda.triador = ana
    with no_instante(AS_10H42), pytest.raises(Conflito) as conflito:
        mover(demanda, AcaoDemanda.ASSUMIR, por=contas.triador("Bruno"), versao=vista)
    assert conflito.value.mensagem == "Ana, 25 nov, 10h42: Assumiu a triagem. Confira e decida de novo."


def test_a_change_without_a_line_is_still_a_conflict(demanda: Demanda) -> None:
    with pytest.raises(Conflito, match="Outra pessoa mudou isto depois que você abriu a página"):
        conferir_versao(demanda, demanda.versao + 1)
    conferir_versao(demanda, demanda.versao)
    conferir_versao(demanda, None)  # the machine saw no page


def test_the_state_is_looked_at_before_the_person(demanda: Demanda) -> None:
    with pytest.raises(AcaoIndevida) as indevida:
        mover(demanda, AcaoDemanda.DISTRIBUIR, por=contas.deputada())
    assert indevida.value.mensagem == "A situação agora é “Aguarda triagem”, e dela não se pode encaminhar."
    with pytest.raises(SemPermissao):
        mover(demanda, AcaoDemanda.ASSUMIR, por=contas.deputada())


def test_what_only_the_machine_does_no_person_does(app: Flask) -> None:
    (encaminhamento,) = triagem.distribuida().encaminhamentos
    with pytest.raises(AcaoIndevida, match="Só o próprio sistema faz isso"):
        mover(encaminhamento, AcaoEncaminhamento.ENTREGAR, por=contas.coordenadora(), detalhe="à SES")
    with transaction():
        mover(encaminhamento, AcaoEncaminhamento.ENTREGAR, por=SISTEMA, detalhe="à unidade", detalhe_autor="à SES")
    assert encaminhamento.estado is EstadoEncaminhamento.ENTREGUE
    assert de_quem_trabalha(encaminhamento.peticao_id)[0].texto == "Chegou à unidade."
    assert do_autor(encaminhamento.peticao_id, encaminhamento.demanda.peticao.autor_id)[0].texto == "Chegou à SES."


def test_braces_in_what_a_person_typed_are_only_braces(app: Flask) -> None:
    (encaminhamento,) = triagem.entregue().encaminhamentos
    with transaction():
        mover(encaminhamento, AcaoEncaminhamento.RECUSAR, por=contas.agente(), detalhe="“{x} {0} {detalhe}”")
    assert de_quem_trabalha(encaminhamento.peticao_id)[0].texto == "Recusou a demanda: “{x} {0} {detalhe}”"


def test_the_buttons_are_those_of_the_state_and_of_the_person(app: Flask) -> None:
    demanda = triagem.em_triagem()
    do_triador = acoes(demanda, contas.triador())
    assert set(do_triador) == {
        AcaoDemanda.ASSUMIR, AcaoDemanda.SOLTAR, AcaoDemanda.PEDIR, AcaoDemanda.DISTRIBUIR, AcaoDemanda.PROSSEGUIR,
        AcaoDemanda.APENSAR, AcaoDemanda.NAO_ACOLHER, AcaoDemanda.REMETER, AcaoDemanda.DESMEMBRAR, AcaoDemanda.REUNIR,
    }  # fmt: skip
    assert do_triador[AcaoDemanda.DISTRIBUIR].rotulo == "Encaminhar"
    assert acoes(demanda, contas.deputada()) == {}
    assert acoes(demanda, contas.agente()) == {}


def test_the_machines_actions_are_no_buttons(app: Flask) -> None:
    (encaminhamento,) = triagem.distribuida().encaminhamentos
    assert acoes(encaminhamento, contas.agente()) == {}
    assert set(acoes(encaminhamento, SISTEMA)) == {AcaoEncaminhamento.DESFAZER}  # a person's; ENTREGAR is not offered
