"""`inserir` and `escritas_juntas`: rows of several tables by one statement, as a flush would have written them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, escritas_juntas, inserir, inserir_objeto, transaction
from peticionamento.comum.historico import Andamento
from peticionamento.comum.saida import EstadoSaida
from peticionamento.peticoes.models import Peticao
from tests.factories import peticoes
from tests.fixtures.banco import Contagem

Contar = Callable[[], AbstractContextManager[Contagem]]


def andamento(peticao: Peticao, texto: str = "Aconteceu.") -> Andamento:
    return Andamento(
        peticao_id=peticao.id, entidade="peticao", entidade_id=peticao.id, acao="x", texto=texto, quem="Ana"
    )


def aviso(peticao: Peticao, para: str = "ana@example.org") -> Aviso:
    return Aviso(peticao_id=peticao.id, para=para, modelo="peticoes/protocolada", dados={"çé": ["100%", None, 3]})


def textos(peticao: Peticao) -> list[str]:
    consulta = select(Andamento.texto).where(Andamento.peticao_id == peticao.id).order_by(Andamento.id)
    return list(db.session().execute(consulta).scalars())


def test_new_rows_and_a_changed_one_go_by_one_statement(app: Flask, contar_consultas: Contar) -> None:
    peticao = peticoes.rascunho()
    antes = peticao.versao
    with transaction(), contar_consultas() as vistas:
        with escritas_juntas(peticao):
            peticao.assunto = "50% de desconto: %(x)s"
            peticao.versao += 1
            inserir_objeto(andamento(peticao))
            inserir_objeto(aviso(peticao))
            inserir_objeto(andamento(peticao, "100% feito: %s"))
        assert len(vistas) == 1
    lida = db.session().get_one(Peticao, peticao.id, populate_existing=True)
    assert (lida.assunto, lida.versao) == ("50% de desconto: %(x)s", antes + 1)
    assert textos(peticao)[-2:] == ["Aconteceu.", "100% feito: %s"]


def test_the_models_defaults_hold_and_each_row_has_its_own(app: Flask) -> None:
    peticao = peticoes.rascunho()
    with transaction(), escritas_juntas():
        inserir_objeto(aviso(peticao))
        inserir_objeto(aviso(peticao, "bia@example.org"))
    um, outro = db.session().execute(select(Aviso).where(Aviso.peticao_id == peticao.id).order_by(Aviso.id)).scalars()
    assert (um.estado, um.tentativas, um.versao) == (EstadoSaida.NA_FILA, 0, 1)
    assert um.dados == {"çé": ["100%", None, 3]}
    assert um.chave != outro.chave
    assert um.criada_em.tzinfo is not None


def test_more_than_fits_one_statement_goes_by_several_and_none_is_lost(app: Flask, contar_consultas: Contar) -> None:
    peticao = peticoes.rascunho()
    antes = len(textos(peticao))
    with transaction(), contar_consultas() as vistas:
        with escritas_juntas():
            for n in range(9):
                inserir_objeto(andamento(peticao, f"Linha {n}"))
            inserir_objeto(aviso(peticao))
        assert 1 < len(vistas) <= 3
    assert sorted(textos(peticao)[antes:]) == [f"Linha {n}" for n in range(9)]
    assert db.session().execute(select(Aviso.para).where(Aviso.peticao_id == peticao.id)).scalars().all() == [
        "ana@example.org"
    ]


def test_what_fails_inside_writes_nothing(app: Flask) -> None:
    peticao = peticoes.rascunho()
    antes = textos(peticao)
    with pytest.raises(KeyError), transaction(), escritas_juntas(peticao):
        inserir_objeto(andamento(peticao))
        raise KeyError
    assert textos(peticao) == antes
    with transaction():
        inserir_objeto(andamento(peticao, "Depois"))  # outside a block it goes at once
        assert textos(peticao) == [*antes, "Depois"]


def test_other_changes_of_the_session_are_written_too(app: Flask) -> None:
    peticao, outra = peticoes.rascunho(), peticoes.rascunho(assunto="Outra")
    with transaction(), escritas_juntas(peticao):
        peticao.assunto, outra.assunto = "Uma, mudada", "Outra, mudada"
        inserir_objeto(andamento(peticao))
    db.session().expire_all()
    assert (peticao.assunto, outra.assunto) == ("Uma, mudada", "Outra, mudada")


@pytest.mark.comprometido
def test_the_last_statement_goes_with_the_commit(app: Flask) -> None:
    peticao = peticoes.rascunho()
    with transaction():
        with escritas_juntas(peticao, e_confirmar=True):
            peticao.assunto = "Uma, mudada"
            inserir_objeto(andamento(peticao))
        with db.engine.connect() as outra:
            assert outra.execute(select(Peticao.assunto).where(Peticao.id == peticao.id)).scalar() != "Uma, mudada"
    with db.engine.connect() as outra:
        assert outra.execute(select(Peticao.assunto).where(Peticao.id == peticao.id)).scalar() == "Uma, mudada"
    assert textos(peticao)[-1] == "Aconteceu."


@pytest.mark.comprometido
def test_a_last_statement_that_fails_leaves_nothing_and_the_connection_serves_on(app: Flask) -> None:
    peticao = peticoes.rascunho()
    antes, assunto = textos(peticao), peticao.assunto
    with pytest.raises(IntegrityError), transaction(), escritas_juntas(peticao, e_confirmar=True):
        peticao.assunto = "Uma, mudada"
        inserir_objeto(andamento(peticao))
        inserir(Aviso, peticao_id=0, para="ana@example.org", modelo="peticoes/protocolada", dados={})
    assert (textos(peticao), peticao.assunto) == (antes, assunto)
    with transaction(), escritas_juntas(e_confirmar=True):
        inserir_objeto(andamento(peticao, "Depois"))
    assert textos(peticao) == [*antes, "Depois"]


@pytest.mark.comprometido
def test_inside_another_use_case_it_is_written_at_once_and_committed_with_it(app: Flask) -> None:
    peticao = peticoes.rascunho()
    antes = textos(peticao)
    with pytest.raises(KeyError), transaction():
        with transaction(), escritas_juntas(e_confirmar=True):
            inserir_objeto(andamento(peticao, "Dentro"))
        assert textos(peticao) == [*antes, "Dentro"]
        raise KeyError
    assert textos(peticao) == antes


def test_a_value_for_what_is_no_column_is_refused(app: Flask) -> None:
    with pytest.raises(KeyError, match="Aviso has no column destinatario"), transaction():
        inserir(Aviso, para="ana@example.org", modelo="peticoes/protocolada", dados={}, destinatario="Ana")
