"""The registers the program starts with: the real agencies of 2026 and the 853 municipalities."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from peticionamento.cadastros import queries
from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.models import Municipio, Orgao, TipoProcesso, Unidade
from peticionamento.comum.correio import endereco_valido
from peticionamento.comum.db import db
from peticionamento.comum.protocolo import Numeracao
from peticionamento.comum.texto import sem_acentos
from tests.factories import cadastros


@pytest.fixture
def carregados(app: Flask) -> None:
    assert carregar_cadastros("exemplo.invalid")


def por_sigla(sigla: str) -> Orgao:
    return db.session().execute(select(Orgao).where(Orgao.sigla == sigla)).scalar_one()


def test_all_the_municipalities_are_there_once(carregados: None) -> None:
    total, nomes = db.session().execute(select(func.count(), func.count(Municipio.nome.distinct()))).one()
    assert (total, nomes) == (853, 853)
    capital = db.session().execute(select(Municipio).where(Municipio.capital)).scalar_one()
    assert (capital.nome, capital.id) == ("Belo Horizonte", 3106200)
    lat, long = db.session().execute(select(func.min(Municipio.latitude), func.max(Municipio.longitude))).one()
    assert -23 < lat < -14
    assert -52 < long < -39


def test_the_agencies_are_those_of_2026_each_with_one_desk_that_receives(carregados: None) -> None:
    assert cadastros.quantos(Orgao) == 56
    recebem = select(Unidade.orgao_id, func.count()).where(Unidade.recebe).group_by(Unidade.orgao_id)
    assert {quantas for _, quantas in db.session().execute(recebem)} == {1}
    assert cadastros.quantos(Unidade) == 56 + 12
    ses = por_sigla("SES")
    assert ses.nome == "Secretaria de Estado de Saúde"
    fhemig = por_sigla("FHEMIG")
    assert fhemig.vinculado_a_id == ses.id


def test_segov_numbers_its_processes_as_it_does(carregados: None) -> None:
    assert queries.numeracao_da_segov() == Numeracao("1490", "01")


def test_the_demonstrations_addresses_can_be_written_to(carregados: None) -> None:
    for orgao in db.session().execute(select(Orgao)).scalars():
        assert orgao.email is not None
        assert endereco_valido(orgao.email), orgao.email


def test_without_a_domain_no_address_is_made_up(app: Flask) -> None:
    carregar_cadastros()
    assert db.session().execute(select(Orgao.email).where(Orgao.email.is_not(None))).all() == []


def test_each_kind_of_demand_guides_its_filer(carregados: None) -> None:
    tipos = queries.tipos_ativos()
    assert len(tipos) == cadastros.quantos(TipoProcesso) == 9
    assert tipos[-1].slug == "outra"
    for tipo in tipos:
        assert len(tipo.orientacao) > 80
        assert 1 <= tipo.prazo_dias_uteis <= 30


def test_registers_that_are_there_are_left_alone(carregados: None) -> None:
    assert not carregar_cadastros("outro.invalid")
    assert cadastros.quantos(Municipio) == 853
    email = por_sigla("SES").email
    assert email is not None
    assert email.endswith("exemplo.invalid")


def test_a_municipality_is_found_as_people_type_it(carregados: None) -> None:
    for digitado in ("Teófilo Otoni", "teofilo otoni", "  TEÓFILO OTONI ", "Teo\u0301filo Otoni"):
        achado = queries.municipio_por_nome(digitado)
        assert achado is not None
        assert achado.nome == "Teófilo Otoni"
    assert queries.municipio_por_nome("olhos d’agua") is queries.municipio_por_nome("Olhos d'Água") is not None
    for digitado in ("", "Teófilo", "São Paulo", "%", "' or 1=1"):
        assert queries.municipio_por_nome(digitado) is None


def test_the_names_are_in_the_order_of_the_alphabet(carregados: None) -> None:
    nomes = queries.nomes_de_municipios()
    assert len(nomes) == 853
    assert nomes == sorted(nomes, key=sem_acentos)
    assert nomes[0] == "Abadia dos Dourados"
