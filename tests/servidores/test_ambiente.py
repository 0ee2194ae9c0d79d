"""What `make run` reads, and what it tells other shells."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

import config
from peticionamento.servidores import ambiente, portas
from peticionamento.servidores.erros import ServidorNaoSubiu, fim_do_registro


def test_reads_what_the_person_overrides() -> None:
    pedido = ambiente.ler({"PORT": "9000", "DATABASE_URL": "postgresql://x/y", "REDIS_URL": " ", "SMTP_URL": ""})
    assert pedido == ambiente.Pedido(9000, "postgresql://x/y", None, None)


@pytest.mark.parametrize("porta", ["x", "0", "65536", "-1", "8000.5", "²"])
def test_a_port_that_is_none(porta: str) -> None:
    with pytest.raises(ServidorNaoSubiu, match="PORT precisa ser um número"):
        ambiente.ler({"PORT": porta})


def test_the_secret_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    segredo = ambiente.segredo(tmp_path)
    assert len(segredo) >= 32
    assert ambiente.segredo(tmp_path) == segredo
    assert (tmp_path / "chave").stat().st_mode & 0o777 == 0o600


def test_another_shell_finds_the_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "AMBIENTE_LOCAL", tmp_path / "ambiente")
    for nome in ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "SECRET_KEY"):
        monkeypatch.delenv(nome, raising=False)
    ambiente.contar(
        tmp_path / "ambiente",
        {
            "DATABASE_URL": "postgresql+psycopg://a/b?host=/x",
            "REDIS_URL": "redis://c",
            "SMTP_URL": "smtp://d",
            "SECRET_KEY": "s" * 32,
        },
    )
    lida = config.ler()
    assert (lida.database_url, lida.redis_url) == ("postgresql+psycopg://a/b?host=/x", "redis://c")
    assert (tmp_path / "ambiente").stat().st_mode & 0o777 == 0o600


def test_a_port_in_use_is_said_and_another_is_chosen_when_none_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as tomada:
        tomada.bind((portas.LOCAL, 0))
        tomada.listen()
        ocupada = tomada.getsockname()[1]
        with pytest.raises(ServidorNaoSubiu, match=f"A porta {ocupada} já está em uso"):
            portas.escolher(ocupada)
        monkeypatch.setattr(portas, "PADRAO", ocupada)
        assert portas.escolher(None) > ocupada


def test_the_end_of_a_log(tmp_path: Path) -> None:
    registro = tmp_path / "x.log"
    assert fim_do_registro(registro) == ""
    registro.write_text("um\ndois\ntrês\n")
    assert fim_do_registro(registro, 2) == "\n    dois\n    três"
