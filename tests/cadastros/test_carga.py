"""The registers the program starts with: the real agencies of 2026 and the 853 municipalities."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, func, select, update

from peticionamento.cadastros import queries
from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.models import (
    FormaPrincipal,
    Municipio,
    Orgao,
    PapelExigencia,
    RegraAcesso,
    TipoDocumento,
    TipoProcesso,
    TipoProcessoUnidade,
    Unidade,
)
from peticionamento.comum.correio import endereco_valido
from peticionamento.comum.db import db, transaction
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


POR_REGIAO = {
    "Barbacena": 49, "Belo Horizonte": 74, "Divinópolis": 61, "Governador Valadares": 58, "Ipatinga": 44,
    "Juiz de Fora": 146, "Montes Claros": 86, "Patos de Minas": 34, "Pouso Alegre": 80, "Teófilo Otoni": 86,
    "Uberaba": 29, "Uberlândia": 24, "Varginha": 82,
}  # fmt: skip


def test_every_municipality_is_of_one_of_the_thirteen_regions_each_with_its_seat(carregados: None) -> None:
    consulta = select(Municipio.regiao, func.count()).group_by(Municipio.regiao)
    assert dict(db.session().execute(consulta).all()) == POR_REGIAO
    sedes = select(Municipio.nome).where(Municipio.nome == Municipio.regiao)
    assert set(db.session().execute(sedes).scalars()) == set(POR_REGIAO)


def test_an_installation_without_regions_gets_them_and_keeps_what_was_changed(carregados: None) -> None:
    with transaction() as session:
        session.execute(update(Municipio).values(regiao=""))
        session.execute(update(Municipio).where(Municipio.nome == "Betim").values(regiao="Outra"))
    assert carregar_cadastros()
    regioes = dict(db.session().execute(select(Municipio.nome, Municipio.regiao)).all())
    assert (regioes["Betim"], regioes["Almenara"], regioes["Contagem"]) == ("Outra", "Teófilo Otoni", "Belo Horizonte")
    assert not carregar_cadastros()


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


def tipo(slug: str) -> TipoProcesso:
    return db.session().execute(select(TipoProcesso).where(TipoProcesso.slug == slug)).scalar_one()


def test_the_types_ask_for_what_is_natural_and_no_more(carregados: None) -> None:
    essenciais = {
        t.slug: [e.tipo_documento.nome for e in t.exigencias if e.papel is PapelExigencia.ESSENCIAL]
        for t in queries.tipos_para_escolher()
    }
    assert {slug: nomes for slug, nomes in essenciais.items() if nomes} == {
        "equipamento-de-saude": ["Declaração"],
        "emenda": ["Extrato"],
    }
    assert [c["nome"] for c in tipo("emenda").campos] == [
        "emenda", "ano", "beneficiario", "objeto", "valor", "etapa",
    ]  # fmt: skip
    assert tipo("oficio-assinado").forma_principal is FormaPrincipal.ARQUIVO
    escolha = {t.slug for t in queries.tipos_ativos() if t.regra_acesso is RegraAcesso.ESCOLHA}
    assert escolha == {"seguranca-publica", "outra"}


def test_a_meeting_is_asked_of_a_unit_by_agency_and_city(carregados: None) -> None:
    unidades = queries.unidades_do_tipo(tipo("reuniao").id)
    assert [u.orgao for u in unidades] == sorted(u.orgao for u in unidades)
    da_saude = [(u.cidade, u.rotulo) for u in unidades if u.orgao.startswith("SES ·")]
    assert da_saude[0] == (None, "Protocolo e atendimento parlamentar")
    assert ("Montes Claros", "Superintendência Regional de Saúde de Montes Claros") in da_saude
    assert queries.unidades_do_tipo(tipo("obra").id) == []


def test_every_legal_ground_names_its_law(carregados: None) -> None:
    hipoteses = queries.hipoteses_ativas()
    assert 6 <= len(hipoteses) <= 8
    assert all("Lei" in hipotese.base_legal and "art. " in hipotese.base_legal for hipotese in hipoteses)
    assert hipoteses[0].rotulo == "Dados pessoais sensíveis (art. 11 da Lei nº 13.709/2018)"


def test_a_file_name_speaks_for_one_document_type_at_most(carregados: None) -> None:
    palavras = [p for t in db.session().execute(select(TipoDocumento)).scalars() for p in t.palavras]
    assert len(palavras) == len(set(palavras))
    assert palavras == [sem_acentos(palavra) for palavra in palavras]


def test_an_old_database_gets_what_is_new_and_keeps_what_was_edited(carregados: None) -> None:
    """As `make run` finds it: agencies and eight bare types, one of them edited, a document type renamed."""
    session = db.session()
    with transaction():
        session.delete(tipo("oficio-assinado"))
        tipo("emenda").exigencias, tipo("emenda").campos, tipo("emenda").forma_principal = [], [], FormaPrincipal.EDITOR
        obra = tipo("obra")
        obra.orientacao, obra.versao, obra.exigencias = "Do administrador.", 2, []
        session.execute(delete(TipoProcessoUnidade))
        session.execute(delete(Unidade).where(Unidade.municipio_id.is_not(None)))
        session.execute(update(TipoDocumento).where(TipoDocumento.slug == "oficio").values(nome="Ofício externo"))
    session.expire_all()
    assert carregar_cadastros()
    session.expire_all()
    assert tipo("oficio-assinado").documento_principal is not None
    assert (len(tipo("emenda").campos), tipo("emenda").forma_principal) == (6, FormaPrincipal.CAMPOS)
    assert next(e.tipo_documento.slug for e in tipo("emenda").exigencias) == "extrato"
    assert (tipo("obra").orientacao, tipo("obra").exigencias) == ("Do administrador.", [])
    assert len(tipo("reuniao").unidades) == 25
    assert cadastros.quantos(Unidade) == 56 + 12
    assert tipo("oficio-assinado").documento_principal.nome == "Ofício externo"
    assert not carregar_cadastros()


def test_the_command_says_whether_anything_was_missing(app: Flask, terminal: FlaskCliRunner) -> None:
    assert "Cadastros carregados." in terminal.invoke(args=["cadastros", "carregar"]).output
    assert "já estavam carregados" in terminal.invoke(args=["cadastros", "carregar"]).output
