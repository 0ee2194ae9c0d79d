"""Reads of the registers: who can receive, and what an agency is called."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from peticionamento.cadastros import queries
from peticionamento.cadastros.models import Feriado, Unidade
from peticionamento.comum.db import transaction
from tests.factories import cadastros


def test_a_registered_local_day_does_not_count(app: Flask) -> None:
    carnaval = date(2027, 2, 9)
    assert queries.calendario_local().e_util(carnaval)
    with transaction() as session:
        session.add(Feriado(dia=carnaval, nome="Carnaval"))
    assert queries.calendario_local().motivo_de_nao_contar(carnaval) == "Carnaval"


def test_only_active_agencies_with_an_active_desk_receive_and_never_segov(app: Flask) -> None:
    for sigla in ("SES", "SEE", "SEGOV", "IMA", "IEF"):
        cadastros.unidade(sigla)
    with transaction():
        cadastros.orgao("IMA").ativo = False
        cadastros.unidade("IEF").ativa = False
    assert [sigla for _, sigla, _ in queries.orgaos_que_recebem()] == ["SEE", "SES"]
    for sigla in ("IMA", "IEF"):
        assert queries.unidade_que_recebe(cadastros.orgao(sigla).id) is None
    assert queries.unidade_que_recebe(cadastros.orgao("SES").id) is cadastros.unidade("SES")
    assert queries.unidade_que_recebe(999) is None


def test_a_unit_is_named_by_its_sigla_or_its_agencys(app: Flask) -> None:
    recebe = cadastros.unidade("SES")
    with transaction() as session:
        gabinete = Unidade(orgao_id=recebe.orgao_id, sigla="SES/GAB", nome="Gabinete", recebe=False, ativa=True)
        session.add(gabinete)
    assert queries.unidade_por_sigla("ses") is recebe
    assert queries.unidade_por_sigla("SES/PROTOCOLO") is recebe
    assert queries.unidade_por_sigla("ses/gab") is gabinete
    for sigla in ("", "/", "SES/", "XYZ", "SES/XYZ"):
        assert queries.unidade_por_sigla(sigla) is None


def test_an_agency_has_one_desk_that_receives(app: Flask) -> None:
    recebe = cadastros.unidade("SES")
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Unidade(orgao_id=recebe.orgao_id, sigla="SES/OUTRA", nome="Outra", recebe=True, ativa=True))


def test_kinds_put_aside_are_not_offered(app: Flask) -> None:
    obra, emenda = cadastros.tipo("obra"), cadastros.tipo("emenda")
    with transaction():
        obra.ativo = False
    assert queries.tipos_ativos() == [emenda]


def test_numbering_needs_segovs_code(app: Flask) -> None:
    with transaction():
        cadastros.orgao("SEGOV").codigo_uo = None
    with pytest.raises(LookupError, match="budget unit code"):
        queries.numeracao_da_segov()
