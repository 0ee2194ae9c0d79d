"""The history: one for those who work, one for the author, and neither can be rewritten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from peticionamento.comum import historico
from peticionamento.comum.db import transaction
from peticionamento.comum.historico import Andamento
from peticionamento.comum.permissoes import SISTEMA
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Peticao
from tests.factories import contas, peticoes


@pytest.fixture
def autora(app: Flask) -> Pessoa:
    return contas.deputada("Ana Autora")


@pytest.fixture
def peticao(autora: Pessoa) -> Peticao:
    """A petition with four lines: the author's, a servant's for both, a servant's for the office, the machine's."""
    peticao = peticoes.rascunho(autora)
    triador = contas.triador("Tiago Triador")
    with transaction():
        anotar = ("peticao", peticao.id)
        historico.registrar(peticao.id, *anotar, "a", "Protocolou.", por=autora, texto_autor="Você protocolou.")
        historico.registrar(peticao.id, *anotar, "b", "Assumiu a triagem.", por=triador, texto_autor="Em análise.")
        historico.registrar(peticao.id, *anotar, "c", "Soltou a demanda.", por=triador)
        historico.registrar(peticao.id, *anotar, "d", "Chegou à unidade.", por=SISTEMA, texto_autor="Chegou à SES.")
    return peticao


def test_those_who_work_read_everything_newest_first(peticao: Peticao) -> None:
    linhas = historico.de_quem_trabalha(peticao.id)
    assert [(linha.quem, linha.onde, linha.texto) for linha in linhas] == [
        ("Sistema", None, "Chegou à unidade."),
        ("Tiago Triador", "SEGOV", "Soltou a demanda."),
        ("Tiago Triador", "SEGOV", "Assumiu a triagem."),
        ("Ana Autora", None, "Protocolou."),
    ]


def test_the_author_reads_their_lines_with_offices_for_names(peticao: Peticao, autora: Pessoa) -> None:
    linhas = historico.do_autor(peticao.id, autora.id)
    assert [(linha.quem, linha.onde, linha.texto) for linha in linhas] == [
        ("Sistema", None, "Chegou à SES."),
        ("SEGOV", None, "Em análise."),
        ("Ana Autora", None, "Você protocolou."),
    ]


def test_the_latest_line_about_a_row(peticao: Peticao) -> None:
    ultimo = historico.ultimo("peticao", peticao.id)
    assert ultimo is not None
    assert (ultimo.quem, ultimo.acao) == ("Sistema", "d")
    assert historico.ultimo("demanda", peticao.id) is None


def test_a_line_keeps_the_instant_it_counts_from(peticao: Peticao) -> None:
    ontem = agora() - timedelta(days=1)
    with transaction():
        historico.registrar(peticao.id, "peticao", peticao.id, "e", "Ontem.", por=SISTEMA, em=ontem)
    # It stands where it belongs by its instant, though it was written last.
    ultima = historico.de_quem_trabalha(peticao.id)[-1]
    assert (ultima.texto, ultima.em) == ("Ontem.", ontem)


def test_a_petitions_history_is_its_own(peticao: Peticao) -> None:
    outra = peticoes.rascunho()
    assert historico.de_quem_trabalha(outra.id) == []


def test_the_database_refuses_to_change_or_delete_a_line(peticao: Peticao, sessao: Session) -> None:
    for comando in (
        update(Andamento).values(texto="Nada houve."),
        update(Andamento).where(Andamento.peticao_id == peticao.id).values(quem="Ninguém"),
        delete(Andamento),
        text("delete from comum_andamento"),
    ):
        with pytest.raises(DatabaseError, match="the history only grows"), sessao.begin_nested():
            sessao.execute(comando)
    assert len(historico.de_quem_trabalha(peticao.id)) == 4
