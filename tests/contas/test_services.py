"""Use cases of the door: who gets in, who is put out, and what an account must be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.contas import services
from peticionamento.contas.cpf import formatar
from peticionamento.contas.models import Pessoa, Sessao
from peticionamento.contas.queries import pessoa_da_sessao
from tests.factories import cadastros, contas

NOVA = "outra-senha-bem-longa"


def entrar(identificacao: str, senha: str = contas.SENHA) -> str:
    """Sign in; the session's id."""
    return services.entrar(identificacao, senha, aparelho="Firefox", agora=agora()).sessao_id


def criar(**outros: Any) -> Pessoa:
    dados = {"cpf": contas.cpf(), "nome": "Ana Souza", "email": "Ana@Teste.invalid ", "senha": NOVA, **outros}
    return services.criar(**dados)


def test_a_person_signs_in_by_cpf_or_email(app: Flask) -> None:
    ana = contas.deputada()
    for identificacao in (ana.cpf, formatar(ana.cpf), f" {ana.email.upper()} "):
        sessao_id = entrar(identificacao)
        assert pessoa_da_sessao(sessao_id) is ana
        assert db.session().get_one(Sessao, sessao_id).aparelho == "Firefox"
    assert cadastros.quantos(Sessao) == 3


def test_unknown_wrong_and_blocked_hear_the_same(app: Flask) -> None:
    ana, bloqueada = contas.deputada(), contas.deputada()
    services.bloquear(bloqueada, agora=agora())
    pares = [
        (ana.cpf, "errada"),
        (ana.email, ""),
        (contas.cpf(), contas.SENHA),
        ("ninguem@teste.invalid", contas.SENHA),
        ("", contas.SENHA),
        ("abc", contas.SENHA),
        (bloqueada.cpf, contas.SENHA),
        (ana.cpf, contas.SENHA + " " * 300),
    ]
    for identificacao, senha in pares:
        with pytest.raises(Recusa) as recusa:
            entrar(identificacao, senha)
        assert (recusa.value.mensagem, recusa.value.campo) == (services.PAR_ERRADO, "senha")
    assert cadastros.quantos(Sessao) == 0


def test_a_session_ends_by_itself(app: Flask) -> None:
    sessao_id = entrar(contas.deputada().cpf)
    assert pessoa_da_sessao(sessao_id) is not None
    assert pessoa_da_sessao(sessao_id, agora() + timedelta(hours=11)) is not None
    assert pessoa_da_sessao(sessao_id, agora() + timedelta(hours=12, seconds=1)) is None
    assert pessoa_da_sessao("inventada") is None


def test_signing_out_ends_one_device_or_all(app: Flask) -> None:
    ana, outra = contas.deputada(), contas.deputada()
    celular, mesa, alheia = entrar(ana.cpf), entrar(ana.cpf), entrar(outra.cpf)
    services.sair(celular, agora=agora())
    assert pessoa_da_sessao(celular) is None
    assert pessoa_da_sessao(mesa) is ana
    services.sair_de_todos(ana.id, agora=agora())
    assert pessoa_da_sessao(mesa) is None
    assert pessoa_da_sessao(alheia) is outra


def test_changing_the_password_cuts_the_other_devices(app: Flask) -> None:
    ana = contas.deputada()
    esta, outra = entrar(ana.cpf), entrar(ana.cpf)
    services.trocar_senha(ana.id, contas.SENHA, NOVA, agora=agora(), sessao_id=esta)
    assert pessoa_da_sessao(esta) is ana
    assert pessoa_da_sessao(outra) is None
    entrar(ana.cpf, NOVA)
    with pytest.raises(Recusa):
        entrar(ana.cpf, contas.SENHA)


def test_the_current_password_is_asked_for(app: Flask) -> None:
    ana = contas.deputada()
    sessao_id = entrar(ana.cpf)
    with pytest.raises(Recusa) as recusa:
        services.trocar_senha(ana.id, "errada", NOVA, agora=agora(), sessao_id=sessao_id)
    assert recusa.value.campo == "senha_atual"
    assert pessoa_da_sessao(sessao_id) is ana
    assert services.senha_confere(ana, contas.SENHA)


@pytest.mark.parametrize(
    ("senha", "frase"),
    [
        ("", "pelo menos 10 caracteres"),
        ("curta", "pelo menos 10 caracteres"),
        ("x" * 201, "no máximo 200 caracteres"),
        ("abababababab", "repete sempre os mesmos caracteres"),
    ],
)
def test_weak_passwords_are_refused_everywhere(app: Flask, senha: str, frase: str) -> None:
    ana = contas.deputada()
    antes = ana.senha_hash
    with pytest.raises(Recusa, match=frase) as recusa:
        services.trocar_senha(ana.id, contas.SENHA, senha, agora=agora(), sessao_id=None)
    assert recusa.value.campo == "senha_nova"
    with pytest.raises(Recusa, match=frase):
        services.redefinir_senha(ana, senha, agora=agora())
    with pytest.raises(Recusa, match=frase):
        criar(senha=senha)
    assert ana.senha_hash == antes


def test_an_administrators_new_password_cuts_every_device(app: Flask) -> None:
    ana = contas.deputada()
    sessao_id = entrar(ana.cpf)
    services.redefinir_senha(ana, NOVA, agora=agora())
    assert pessoa_da_sessao(sessao_id) is None
    entrar(ana.cpf, NOVA)


def test_blocking_cuts_every_device_and_can_be_undone(app: Flask) -> None:
    ana = contas.deputada()
    sessao_id = entrar(ana.cpf)
    services.bloquear(ana, agora=agora())
    assert not ana.is_active
    assert pessoa_da_sessao(sessao_id) is None
    services.desbloquear(ana)
    assert pessoa_da_sessao(sessao_id) is None  # what was cut stays cut
    entrar(ana.cpf)


def test_a_blocked_account_is_out_even_with_a_session_left_open(app: Flask) -> None:
    ana = contas.deputada()
    sessao_id = entrar(ana.cpf)
    with transaction():
        ana.bloqueada_em = agora()
    assert pessoa_da_sessao(sessao_id) is None


def test_passwords_are_kept_as_argon2id_and_renewed_when_the_cost_grows(app: Flask) -> None:
    ana = contas.deputada()
    assert ana.senha_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    with transaction():
        ana.senha_hash = PasswordHasher(memory_cost=8 * 1024, time_cost=1, parallelism=1).hash(contas.SENHA)
    entrar(ana.cpf)
    assert ana.senha_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    entrar(ana.cpf)


def test_a_hash_that_is_none_lets_nobody_in(app: Flask) -> None:
    ana = contas.deputada()
    with transaction():
        ana.senha_hash = "!"
    with pytest.raises(Recusa, match="não conferem"):
        entrar(ana.cpf)


def test_an_account_is_written_clean(app: Flask) -> None:
    ana = criar(cpf="123.456.789-09", nome="  Ana\x00  Souza ", cargo=" Deputada\testadual ")
    assert (ana.cpf, ana.nome, ana.email, ana.cargo) == (
        "12345678909", "Ana Souza", "ana@teste.invalid", "Deputada estadual",
    )  # fmt: skip
    assert entrar("ANA@teste.invalid", NOVA)


@pytest.mark.parametrize(
    ("campo", "valores"),
    [
        ("cpf", ["", "123", "111.111.111-11", "123.456.789-00"]),
        ("email", ["", "ana", "ana@", "@teste.invalid", "a b@teste.invalid", "a@b", "a@b.c\nd@e.f", "a@b.c,d@e.f"]),
        ("nome", ["", "\x00\u200b", "x" * 201]),
        ("cargo", ["x" * 121]),
    ],
)
def test_an_account_with_something_wrong_is_not_written(app: Flask, campo: str, valores: list[str]) -> None:
    for valor in valores:
        with pytest.raises(Recusa) as recusa:
            criar(**{campo: valor})
        assert recusa.value.campo == campo
    assert cadastros.quantos(Pessoa) == 0


def test_two_accounts_share_neither_cpf_nor_email(app: Flask) -> None:
    ana = criar()
    with pytest.raises(Recusa, match="Já existe uma conta com este CPF ou e-mail"):
        criar(cpf=ana.cpf, email="outra@teste.invalid")
    with pytest.raises(Recusa, match="Já existe uma conta com este CPF ou e-mail"):
        criar(email="ANA@TESTE.invalid")
    assert cadastros.quantos(Pessoa) == 1


def test_an_account_and_its_role_are_made_together_or_not_at_all(app: Flask) -> None:
    cadastros.unidade("SES")
    with pytest.raises(Recusa, match="precisa de uma unidade que exista"):
        criar(papel=Papel.AGENTE, unidade="XYZ")
    assert cadastros.quantos(Pessoa) == 0
    ana = criar(papel=Papel.AGENTE, unidade="ses")
    assert (ana.papeis, ana.onde) == ({Papel.AGENTE}, "SES")


def test_roles_are_given_with_their_unit(app: Flask) -> None:
    segov, ses, ana = cadastros.unidade("SEGOV"), cadastros.unidade("SES"), criar()
    services.dar_papel(ana, Papel.TRIADOR)  # SEGOV's own, by default
    services.dar_papel(ana, Papel.AGENTE, "SES/PROTOCOLO")
    assert [(lo.papel, lo.unidade_id) for lo in ana.lotacoes] == [(Papel.TRIADOR, segov.id), (Papel.AGENTE, ses.id)]
    assert ana.unidades_ids == {segov.id, ses.id}
    assert ana.cargo_na_tela == "SEGOV · atendimento, triagem"


@pytest.mark.parametrize(
    ("papel", "unidade", "frase"),
    [
        (Papel.AGENTE, None, "precisa de uma unidade que exista"),
        (Papel.AGENTE, "XYZ", "precisa de uma unidade que exista"),
        (Papel.TRIADOR, "SES/NADA", "precisa de uma unidade que exista"),
        (Papel.DEPUTADO, "SES", "usuário externo e não tem unidade"),
    ],
)
def test_roles_that_cannot_be_given(app: Flask, papel: Papel, unidade: str | None, frase: str) -> None:
    cadastros.unidade("SES")
    ana = criar()
    with pytest.raises(Recusa, match=frase) as recusa:
        services.dar_papel(ana, papel, unidade)
    assert recusa.value.campo == "unidade"
    assert ana.lotacoes == []


def test_a_role_is_given_once(app: Flask) -> None:
    ana = criar()
    services.dar_papel(ana, Papel.DEPUTADO)
    with pytest.raises(Recusa, match="já tem este papel"):
        services.dar_papel(ana, Papel.DEPUTADO)
    assert len(ana.lotacoes) == 1
