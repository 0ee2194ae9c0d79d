"""Settings: read once, and everything wrong told at once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

import config
from config import MEGABYTE, Config, ConfiguracaoInvalida, ler

MINIMO = {
    "DATABASE_URL": "postgresql+psycopg://localhost/peticionamento",
    "REDIS_URL": "redis://localhost:6379/0",
    "SECRET_KEY": "x" * 32,
    "SMTP_URL": "smtp://localhost:25",
}


def test_the_least_that_must_be_said_and_what_follows_from_it() -> None:
    lida = ler(MINIMO)
    assert (lida.database_url, lida.redis_url, lida.smtp_url) == (
        MINIMO["DATABASE_URL"], MINIMO["REDIS_URL"], MINIMO["SMTP_URL"],
    )  # fmt: skip
    assert (lida.limite_arquivo_bytes, lida.limite_peticao_bytes) == (50 * MEGABYTE, 200 * MEGABYTE)
    assert lida.pausas_s == (10, 60, 300, 1800, 7200)
    assert lida.limite_entrada == "10 per minute"
    assert lida.arquivos_url.startswith("file:///")
    assert not lida.desenvolvimento


def test_everything_missing_is_told_in_one_message() -> None:
    with pytest.raises(ConfiguracaoInvalida) as invalida:
        ler({})
    assert str(invalida.value).splitlines() == [
        "Configuração incompleta. Corrija no ambiente (ou rode `make run`):",
        "  - DATABASE_URL: falta",
        "  - REDIS_URL: falta",
        "  - SECRET_KEY: falta",
        "  - SMTP_URL: falta",
    ]


@pytest.mark.parametrize(
    ("nome", "valor", "frase"),
    [
        ("DATABASE_URL", "   ", "DATABASE_URL: falta"),
        ("SECRET_KEY", "curta", "SECRET_KEY: precisa de pelo menos 32 caracteres"),
        ("LIMITE_ARQUIVO_MB", "0", "LIMITE_ARQUIVO_MB: precisa ser um número inteiro positivo, e é '0'"),
        ("LIMITE_PETICAO_MB", "-1", "LIMITE_PETICAO_MB: precisa ser um número inteiro positivo, e é '-1'"),
        ("RESERVA_S", "1,5", "RESERVA_S: precisa ser um número inteiro positivo"),
        ("PROXIES", "dois", "PROXIES: precisa ser um número inteiro positivo"),
        ("SEI_URL", "http://sei.mg.gov.br/ws", "SEI_URL: precisa começar com https://, e é 'http://sei.mg.gov.br/ws'"),
        ("CLAMD", "localhost:3310", "CLAMD: precisa ser unix:/caminho ou tcp://servidor:porta"),
        ("WEBHOOK_REDES", "10.0.0.0/8,intranet", "WEBHOOK_REDES: precisa ser uma lista de redes separadas por vírgula"),
        ("WEBHOOK_HTTP", "sim", "WEBHOOK_HTTP: precisa ser 0 ou 1, e é 'sim'"),
        ("DEVOLUCOES", "a+b@c.br", "DEVOLUCOES: precisa ser um endereço de e-mail sem +, e é 'a+b@c.br'"),
        ("DEVOLUCOES_IMAP", "imap://u:s@fora/x", "DEVOLUCOES_IMAP: precisa ser imaps://usuario:senha@servidor/pasta"),
        ("PAUSAS_S", "10,x", "PAUSAS_S: precisa ser uma lista de segundos separados por vírgula, e é '10,x'"),
        ("PAUSAS_S", "10,,20", "PAUSAS_S: precisa ser uma lista de segundos"),
    ],
)
def test_what_is_malformed_is_told_with_its_value(nome: str, valor: str, frase: str) -> None:
    with pytest.raises(ConfiguracaoInvalida) as invalida:
        ler({**MINIMO, nome: valor})
    assert frase in str(invalida.value)


def test_two_mistakes_are_told_together() -> None:
    with pytest.raises(ConfiguracaoInvalida) as invalida:
        ler({**MINIMO, "SECRET_KEY": "curta", "RESERVA_S": "x"})
    assert len(str(invalida.value).splitlines()) == 3


def test_what_is_set_is_taken() -> None:
    lida = ler(
        {
            **MINIMO,
            "AMBIENTE": "desenvolvimento",
            "ARQUIVOS_URL": "s3://peticoes",
            "LIMITE_ARQUIVO_MB": "7",
            "PAUSAS_S": "1, 2,3",
            "PORT": "9000",
            "LIMITE_ENTRADA": "3 per hour",
            "PROXIES": "2",
            "CLAMD": "unix:/run/clamav/clamd.ctl",
        }
    )
    assert lida.desenvolvimento
    assert (lida.arquivos_url, lida.limite_arquivo_bytes, lida.pausas_s) == ("s3://peticoes", 7 * MEGABYTE, (1, 2, 3))
    assert (lida.endereco_publico, lida.limite_entrada, lida.proxies) == ("http://127.0.0.1:9000", "3 per hour", 2)
    assert lida.clamd == "unix:/run/clamav/clamd.ctl"
    assert (
        ler({**MINIMO, "ENDERECO_PUBLICO": "https://p.mg.gov.br", "PORT": "9"}).endereco_publico
        == "https://p.mg.gov.br"
    )


def test_settings_do_not_change_while_the_program_runs() -> None:
    lida = ler(MINIMO)
    with pytest.raises(FrozenInstanceError):
        lida.secret_key = "outra"  # type: ignore[misc]


def test_the_environment_wins_over_what_make_run_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local = tmp_path / "ambiente"
    linhas = [f"{nome}={valor}" for nome, valor in {**MINIMO, "SMTP_URL": "smtp://do-arquivo:1025"}.items()]
    local.write_text("\n".join([*linhas, "", "sem igual", "REMETENTE=A = B <a@b.invalid>"]), encoding="utf-8")
    monkeypatch.setattr(config, "AMBIENTE_LOCAL", local)
    for nome in (*MINIMO, "REMETENTE"):
        monkeypatch.delenv(nome, raising=False)
    assert ler().smtp_url == "smtp://do-arquivo:1025"
    assert ler().remetente == "A = B <a@b.invalid>"
    monkeypatch.setenv("SMTP_URL", "smtp://do-ambiente:25")
    assert ler().smtp_url == "smtp://do-ambiente:25"


def test_every_setting_has_a_safe_default_or_must_be_said() -> None:
    assert Config.ambiente == "producao"
    assert not Config.sem_csrf
    assert Config.proxies == 0
    assert "SEM_CSRF" not in Path(config.__file__).read_text(encoding="utf-8")  # no switch of it outside of tests


@pytest.mark.parametrize("esquema", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_database_may_be_named_as_others_name_it(esquema: str) -> None:
    lida = ler({**MINIMO, "DATABASE_URL": f"{esquema}://ana:s@banco/peticoes"})
    assert lida.database_url == "postgresql+psycopg://ana:s@banco/peticoes"
