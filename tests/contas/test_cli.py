"""`flask usuarios …`: it does what it says, and wrong input gets a Portuguese sentence and a code that is not zero."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.contas import services
from peticionamento.contas.cpf import formatar
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import por_cpf_ou_email, sessoes_abertas
from tests.factories import cadastros, contas

SENHA = "senha-bem-longa-1"
Comando = Callable[..., Result]


@pytest.fixture
def usuarios(terminal: FlaskCliRunner) -> Comando:
    """`usuarios("criar", …, input="…")`: run one command; what the test wrote is committed, what it read, read anew."""

    def rodar(*argumentos: str, **opcoes: str) -> Result:
        db.session.commit()
        resultado = terminal.invoke(args=["usuarios", *argumentos], **opcoes)
        db.session.expire_all()
        return resultado

    return rodar


@pytest.fixture
def ana(app: object) -> Pessoa:
    return contas.deputada("Ana Souza")


def test_criar_makes_an_account_that_can_sign_in(usuarios: Comando) -> None:
    cadastros.unidade("SES")
    resultado = usuarios(
        "criar", "123.456.789-09", "Bia Lima", "Bia@teste.invalid", "--papel", "Agente", "--unidade", "SES",
        input=f"{SENHA}\n{SENHA}\n",
    )  # fmt: skip
    assert (resultado.exit_code, "Conta criada: Bia Lima." in resultado.output) == (0, True)
    assert "Senha: \nRepita a senha: \n" in resultado.output
    assert SENHA not in resultado.output
    bia = services.entrar("bia@teste.invalid", SENHA, aparelho="", agora=agora())
    assert (bia.papeis, bia.onde) == ({Papel.AGENTE}, "SES")


def test_criar_takes_a_deputys_party_and_partido_mends_it(usuarios: Comando) -> None:
    criada = usuarios(
        "criar", "123.456.789-09", "Bia Lima", "bia@teste.invalid", "--papel", "deputado", "--partido", " PV ",
        "--senha", SENHA,
    )  # fmt: skip
    assert criada.exit_code == 0
    bia = por_cpf_ou_email("bia@teste.invalid")
    assert bia is not None
    assert bia.partido == "PV"
    assert "Bia Lima: PSD." in usuarios("partido", "bia@teste.invalid", "PSD").output
    longa = usuarios("partido", "bia@teste.invalid", "P" * 21)
    assert (longa.exit_code, "A sigla do partido pode ter no máximo 20 caracteres." in longa.output) == (1, True)
    assert "Bia Lima está sem partido." in usuarios("partido", "bia@teste.invalid", "").output


@pytest.mark.parametrize(
    ("argumentos", "frase"),
    [
        (["111.111.111-11", "Bia", "bia@teste.invalid"], "O CPF não confere"),
        (["123.456.789-09", "", "bia@teste.invalid"], "Informe o nome"),
        (["123.456.789-09", "Bia", "bia"], "O e-mail não parece um endereço válido"),
        (["123.456.789-09", "Bia", "bia@teste.invalid", "--papel", "chefe"], "“chefe” não é um papel. Os papéis são:"),
        (["123.456.789-09", "Bia", "bia@teste.invalid", "--papel", "agente"], "precisa de uma unidade que exista"),
        (
            ["123.456.789-09", "Bia", "bia@teste.invalid", "--papel", "agente", "--unidade", "XYZ"],
            "precisa de uma unidade que exista",
        ),
        (["123.456.789-09", "Bia", "bia@teste.invalid", "--papel", "deputado", "--unidade", "SES"], "não tem unidade"),
        (["123.456.789-09", "Bia", "bia@teste.invalid", "--cargo", "x" * 121], "no máximo 120 caracteres"),
    ],
)
def test_criar_with_something_wrong_says_what_and_writes_nothing(
    usuarios: Comando, argumentos: list[str], frase: str
) -> None:
    cadastros.unidade("SES")
    resultado = usuarios("criar", *argumentos, "--senha", SENHA)
    assert resultado.exit_code == 1
    assert resultado.output.startswith("Erro: ")
    assert frase in resultado.output
    assert cadastros.quantos(Pessoa) == 0


def test_criar_asks_for_a_password_worth_its_name(usuarios: Comando, ana: Pessoa) -> None:
    resultado = usuarios("criar", contas.cpf(), "Bia", "bia@teste.invalid", "--senha", "curta")
    assert (resultado.exit_code, "pelo menos 10 caracteres" in resultado.output) == (1, True)
    resultado = usuarios("criar", ana.cpf, "Bia", "bia@teste.invalid", "--senha", SENHA)
    assert (resultado.exit_code, "Já existe uma conta" in resultado.output) == (1, True)


def test_papel_gives_a_role(usuarios: Comando, ana: Pessoa) -> None:
    cadastros.unidade("SEGOV")
    resultado = usuarios("papel", formatar(ana.cpf), "triador")
    assert (resultado.exit_code, resultado.output) == (0, "Ana Souza agora tem o papel triador.\n")
    assert ana.papeis == {Papel.DEPUTADO, Papel.TRIADOR}


@pytest.mark.parametrize(
    ("papel", "frase"),
    [
        (
            ["chefe"],
            "“chefe” não é um papel. Os papéis são: deputado, assessor, triador, coordenador, agente, administrador.",
        ),
        (["deputado"], "A pessoa já tem este papel"),
        (["agente"], "precisa de uma unidade que exista"),
        (["agente", "--unidade", "XYZ"], "precisa de uma unidade que exista"),
    ],
)
def test_papel_with_something_wrong(usuarios: Comando, ana: Pessoa, papel: list[str], frase: str) -> None:
    resultado = usuarios("papel", ana.email, *papel)
    assert (resultado.exit_code, frase in resultado.output) == (1, True)
    assert ana.papeis == {Papel.DEPUTADO}


def test_senha_changes_it_and_cuts_the_sessions(usuarios: Comando, ana: Pessoa) -> None:
    services.entrar(ana.cpf, contas.SENHA, aparelho="", agora=agora())
    resultado = usuarios("senha", ana.cpf, input=f"{SENHA}\n{SENHA}\n")
    assert (resultado.exit_code, "Senha de Ana Souza trocada" in resultado.output) == (0, True)
    assert sessoes_abertas(ana.id) == []
    services.entrar(ana.cpf, SENHA, aparelho="", agora=agora())


def test_senha_that_is_weak_changes_nothing(usuarios: Comando, ana: Pessoa) -> None:
    resultado = usuarios("senha", ana.cpf, "--senha", "x" * 30)
    assert (resultado.exit_code, "repete sempre os mesmos caracteres" in resultado.output) == (1, True)
    services.entrar(ana.cpf, contas.SENHA, aparelho="", agora=agora())


def test_bloquear_and_its_undoing(usuarios: Comando, ana: Pessoa) -> None:
    services.entrar(ana.cpf, contas.SENHA, aparelho="", agora=agora())
    resultado = usuarios("bloquear", ana.email)
    assert (resultado.exit_code, "Conta de Ana Souza bloqueada" in resultado.output) == (0, True)
    assert ana.bloqueada_em is not None
    assert sessoes_abertas(ana.id) == []
    resultado = usuarios("bloquear", ana.email, "--desfazer")
    assert (resultado.exit_code, resultado.output) == (0, "A conta de Ana Souza pode entrar de novo.\n")
    assert ana.bloqueada_em is None


@pytest.mark.parametrize(
    "comando",
    [
        ["papel", "{}", "triador"],
        ["senha", "{}", "--senha", SENHA],
        ["bloquear", "{}"],
        ["bloquear", "{}", "--desfazer"],
    ],
)
@pytest.mark.parametrize("quem", ["ninguem@teste.invalid", "123.456.789-09", "abc", ""])
def test_somebody_who_has_no_account(usuarios: Comando, comando: list[str], quem: str) -> None:
    resultado = usuarios(*(parte.format(quem) for parte in comando))
    assert resultado.exit_code == 1
    assert resultado.output == f"Erro: Não há conta com o CPF ou e-mail “{quem}”.\n"


def test_without_arguments_it_explains_itself(usuarios: Comando) -> None:
    assert "Cria e mantém as contas das pessoas." in usuarios().output
    assert usuarios("criar").exit_code == 1
    assert por_cpf_ou_email("123.456.789-09") is None


@pytest.mark.parametrize(
    ("palavras", "frase"),
    [
        (["criar"], "Falta informar CPF."),
        (["papel", "alguem@teste.invalid"], "Falta informar PAPEL."),
        (["senha", "a", "b", "--senha", "x"], "Há palavras a mais no comando."),
        (["bloquear", "a", "--já"], "Não há a opção --já."),
        (["senha", "a", "--senha"], "Falta o valor da opção --senha."),
        (
            ["apagar"],
            "“apagar” não é um comando. Os comandos são: bloquear, criar, papel, partido, representar, senha.",
        ),
    ],
)
def test_a_command_typed_wrong_is_said_in_portuguese(terminal: FlaskCliRunner, palavras: list[str], frase: str) -> None:
    dito = terminal.invoke(args=["usuarios", *palavras])
    assert dito.exit_code != 0
    assert frase in dito.output
    assert "Usage" not in dito.output
    assert "Error" not in dito.output


def test_two_different_passwords_change_nothing(terminal: FlaskCliRunner) -> None:
    pessoa = contas.deputada()
    antes = pessoa.senha_hash
    dito = terminal.invoke(args=["usuarios", "senha", pessoa.email], input="senha-nova-1\nsenha-nova-2\n")
    assert dito.exit_code != 0
    assert "As duas senhas não são iguais." in dito.output
    assert pessoa.senha_hash == antes
