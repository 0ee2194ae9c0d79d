"""Combinations of agencies and grounds: kept by the coordinator, offered where they fit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.cadastros.models import NivelAcesso, Tema
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa, SemPermissao
from peticionamento.triagem import combinacoes, fundamentos
from peticionamento.triagem.combinacoes import DestinoGuardado, Regra
from peticionamento.triagem.fundamentos import Editado
from peticionamento.triagem.models import Combinacao, Demanda, Fundamento
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Contar = Callable[[], AbstractContextManager[Contagem]]


def guardado(sigla: str = "SES", dias_uteis: int = 10, **mudancas: Any) -> DestinoGuardado:
    return DestinoGuardado(cadastros.orgao(sigla).id, "Informar a situação da obra.", dias_uteis, **mudancas)


def regra(nome: str, *destinos: DestinoGuardado, **condicoes: Any) -> Combinacao:
    return combinacoes.salvar(None, Regra(nome, destinos or (guardado(),), **condicoes), por=contas.coordenadora())


def tema(nome: str, pai: Tema | None = None) -> Tema:
    with transaction() as session:
        linha = Tema(nome=nome, caminho=nome, pai_id=pai.id if pai else None)
        session.add(linha)
    return linha


def nomes(demanda: Demanda) -> list[str]:
    return [c.nome for c in combinacoes.oferecidas(demanda)]


def test_a_combination_keeps_each_agency_with_its_instruction_term_and_access(app: Flask) -> None:
    linha = regra("Obras em hospital", guardado("SES", 5, acesso=NivelAcesso.RESTRITO), guardado("DER-MG", 15))
    assert combinacoes.destinos_de(linha) == [
        DestinoGuardado(cadastros.orgao("SES").id, "Informar a situação da obra.", 5, NivelAcesso.RESTRITO),
        DestinoGuardado(cadastros.orgao("DER-MG").id, "Informar a situação da obra.", 15, NivelAcesso.PUBLICO),
    ]


def test_it_is_offered_where_all_its_conditions_hold_the_most_particular_first(app: Flask) -> None:
    saude = tema("Saúde de teste")
    hospital = tema("Hospital de teste", saude)
    obra, outro = cadastros.tipo("obra"), cadastros.tipo("convenio")
    demanda = triagem.demanda(peticoes.protocolada(assunto="Reforma dos hospitais"))
    with transaction():
        demanda.tipo_id, demanda.tema_id = obra.id, hospital.id
    regra("Qualquer uma")
    regra("Pelo tema de cima", tema_id=saude.id)
    regra("Por palavra", palavras=["hospital", "posto de saúde"])
    regra("Por tipo, tema e palavra", tipo_id=obra.id, tema_id=hospital.id, palavras=["Hospital"])
    regra("De outro tipo", tipo_id=outro.id)
    regra("De outro tema", tema_id=tema("Estradas de teste").id)
    regra("De outra palavra", palavras=["ponte"])
    regra("Fora de uso", ativa=False)
    assert nomes(demanda) == ["Por tipo, tema e palavra", "Pelo tema de cima", "Por palavra", "Qualquer uma"]


def test_offering_costs_one_statement(app: Flask, contar_consultas: Contar) -> None:
    demanda = triagem.demanda()
    for n in range(5):
        regra(f"Regra {n}", palavras=["leito"])
    db.session().refresh(demanda)
    with contar_consultas() as contagem:
        assert len(combinacoes.oferecidas(demanda)) == 5
    assert len(contagem) == 1


def test_what_cannot_be_kept_is_refused_beside_its_field(app: Flask) -> None:
    ses = guardado()
    regra("Já existe")
    for campo, ruim in (
        ("nome", Regra("  ", [ses])),
        ("nome", Regra("x" * 81, [ses])),
        ("nome", Regra("Já existe", [ses])),
        ("destinos", Regra("Boa", [])),
        ("destinos", Regra("Boa", [ses, ses])),
        ("destinos", Regra("Boa", [DestinoGuardado(999_999, "Informar.", 5)])),
        ("destinos", Regra("Boa", [DestinoGuardado(ses.orgao_id, "x" * 4001, 5)])),
        ("destinos", Regra("Boa", [DestinoGuardado(ses.orgao_id, "Informar.", 0)])),
        ("palavras", Regra("Boa", [ses], palavras=["x" * 61])),
        ("tipo", Regra("Boa", [ses], tipo_id=999_999)),
        ("tema", Regra("Boa", [ses], tema_id=999_999)),
    ):
        with pytest.raises(Recusa) as recusa:
            combinacoes.salvar(None, ruim, por=contas.coordenadora())
        assert recusa.value.campo == campo
    assert cadastros.quantos(Combinacao) == 1


def test_two_coordinators_do_not_write_over_each_other(app: Flask) -> None:
    carla, linha = contas.coordenadora(), regra("Hospitais")
    vista = linha.versao
    combinacoes.salvar(linha.id, Regra("Hospitais e postos", [guardado()]), por=carla, versao=vista)
    with pytest.raises(Conflito, match="Outra pessoa mudou esta combinação"):
        combinacoes.salvar(linha.id, Regra("Hospitais só", [guardado()]), por=carla, versao=vista)
    assert linha.nome == "Hospitais e postos"
    with pytest.raises(NaoEncontrado):
        combinacoes.salvar(999_999, Regra("Nada", [guardado()]), por=carla, versao=1)


def test_the_desks_tables_are_the_coordinators(app: Flask) -> None:
    with pytest.raises(SemPermissao):
        combinacoes.salvar(None, Regra("Minha", [guardado()]), por=contas.triador())
    with pytest.raises(SemPermissao):
        fundamentos.salvar(None, Editado("Meu", "Porque sim."), por=contas.triador())


def test_grounds_are_taken_out_of_use_and_leave_the_choice(app: Flask) -> None:
    carla = contas.coordenadora()
    linha = fundamentos.salvar(None, Editado("Pedido prejudicado", "O pedido perdeu o objeto.", 9), por=carla)
    assert fundamentos.em_uso()[-1] == (linha.id, "Pedido prejudicado")
    fundamentos.salvar(linha.id, Editado("Pedido prejudicado", "Perdeu o objeto.", 9, ativo=False), por=carla)
    assert linha.id not in dict(fundamentos.em_uso())
    assert fundamentos.todos()[-1].id == linha.id
    for campo, ruim in (
        ("nome", Editado(" ", "Texto.")),
        ("nome", Editado("Já atendida", "Texto.")),
        ("nome", Editado("x" * 101, "Texto.")),
        ("texto", Editado("Novo", "  ")),
        ("texto", Editado("Novo", "x" * 2001)),
    ):
        with pytest.raises(Recusa) as recusa:
            fundamentos.salvar(None, ruim, por=carla)
        assert recusa.value.campo == campo
    assert db.session().execute(select(Fundamento).where(Fundamento.nome == "Novo")).first() is None
