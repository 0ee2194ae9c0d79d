"""Reads of the door: who is behind a cookie, whose devices are open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from flask import Flask

from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas import queries, services
from peticionamento.contas.cpf import formatar
from peticionamento.contas.models import Pessoa
from tests.factories import contas


def entrar(pessoa: Pessoa, aparelho: str) -> str:
    return services.entrar(pessoa.cpf, contas.SENHA, aparelho=aparelho, agora=agora()).sessao_id


def test_the_open_devices_of_a_person_newest_first(app: Flask) -> None:
    ana = contas.deputada()
    with no_instante(agora() - timedelta(hours=13)):
        entrar(ana, "velho")
    with no_instante(agora() - timedelta(hours=2)):
        entrar(ana, "mesa")
    entrar(ana, "celular")
    services.sair(entrar(ana, "saiu"), agora=agora())
    entrar(contas.deputada(), "alheio")
    assert [sessao.aparelho for sessao in queries.sessoes_abertas(ana.id)] == ["celular", "mesa"]


def test_somebody_is_found_by_what_identifies_them(app: Flask) -> None:
    ana = contas.deputada()
    for valor in (ana.cpf, formatar(ana.cpf), ana.email, f" {ana.email.title()} "):
        assert queries.por_cpf_ou_email(valor) is ana
    for valor in ("", "@", "abc", contas.cpf(), "ninguem@teste.invalid"):
        assert queries.por_cpf_ou_email(valor) is None


def test_knowing_who_asks_costs_the_same_for_anybody(
    app: Flask, contar_consultas: Callable[[], AbstractContextManager[Any]]
) -> None:
    cookies = [entrar(pessoa, "x") for pessoa in (contas.deputada(), contas.agente("SES"))]
    for cookie in cookies:
        db.session.expire_all()
        db.session.expunge_all()
        with contar_consultas() as vistas:
            pessoa = queries.pessoa_da_sessao(cookie)
            assert pessoa is not None
            assert pessoa.papeis
            assert pessoa.cargo_na_tela
        assert len(vistas) == 1  # the person with their roles, units and agencies
