"""PostgreSQL in a folder: found again, recovered after a kill, never tripped over."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import RAIZ
from peticionamento.servidores import conta, postgres, processos
from peticionamento.servidores.postgres import Postgres

Ligar = Callable[[Path], Postgres]


@pytest.fixture
def ligar() -> Iterator[Ligar]:
    """Start servers that are all stopped after the test."""
    ligados: list[Postgres] = []

    def _ligar(pasta: Path) -> Postgres:
        ligados.append(postgres.ligar(pasta / "postgres", projeto=RAIZ, duravel=False))
        return ligados[-1]

    yield _ligar
    for servidor in ligados:
        servidor.parar()


@pytest.fixture
def servidor(ligar: Ligar, pasta_curta: Path) -> Postgres:
    return ligar(pasta_curta)


def valor(servidor: Postgres, comando: str) -> object:
    with servidor.conectar() as conexao:
        linha = conexao.execute(comando.encode()).fetchone()
    return linha and linha[0]


def test_keeps_its_data_over_a_restart(servidor: Postgres, ligar: Ligar, pasta_curta: Path) -> None:
    servidor.garantir_banco("guardado")
    servidor.parar()
    assert not processos.vivo(servidor.processo)

    outro = ligar(pasta_curta)

    assert outro.processo.pid != servidor.processo.pid
    assert valor(outro, "select count(*) from pg_database where datname = 'guardado'") == 1


def test_finds_the_server_of_a_killed_run(servidor: Postgres, ligar: Ligar, pasta_curta: Path) -> None:
    assert ligar(pasta_curta).processo.pid == servidor.processo.pid


def test_starts_after_its_process_was_killed(servidor: Postgres, ligar: Ligar, pasta_curta: Path) -> None:
    servidor.garantir_banco("guardado")
    servidor.processo.kill()

    outro = ligar(pasta_curta)

    assert valor(outro, "select count(*) from pg_database where datname = 'guardado'") == 1


def test_does_not_trip_over_a_pid_given_to_another_process(servidor: Postgres, ligar: Ligar, pasta_curta: Path) -> None:
    ficha = pasta_curta / "postgres" / "dados" / "postmaster.pid"
    linhas = ficha.read_text().splitlines()
    servidor.parar()
    with subprocess.Popen(["sleep", "60"]) as alheio:
        ficha.write_text("\n".join([str(alheio.pid), *linhas[1:]]) + "\n")
        try:
            assert valor(ligar(pasta_curta), "select 1") == 1
            assert alheio.poll() is None, "another's process was ended"
        finally:
            alheio.kill()


def test_a_half_made_folder_is_made_again(ligar: Ligar, pasta_curta: Path) -> None:
    meia = pasta_curta / "postgres" / "dados.novos"
    meia.mkdir(parents=True)
    (meia / "PG_VERSION").write_text("18\n")

    servidor = ligar(pasta_curta)

    assert valor(servidor, "select 1") == 1


def test_a_long_path_gets_a_short_socket(ligar: Ligar, pasta_curta: Path) -> None:
    funda = pasta_curta / ("uma-pasta-de-nome-comprido-" * 4)
    funda.mkdir(mode=0o711)

    servidor = ligar(funda)

    assert valor(servidor, "select 1") == 1
    assert len(str(servidor.soquete)) < 60
    assert servidor.soquete.stat().st_mode & 0o077 == 0


def test_nobody_else_may_connect(servidor: Postgres) -> None:
    assert valor(servidor, "show listen_addresses") == ""
    assert servidor.soquete.stat().st_mode & 0o077 == 0


def test_searches_in_portuguese(servidor: Postgres) -> None:
    with servidor.conectar() as conexao:
        conexao.execute("create extension if not exists pg_trgm")
        linha = conexao.execute(
            "select to_tsvector('portuguese', 'A EDUCAÇÃO no órgão')::text, similarity('AÇÃO', 'ação'), lower('ÁÇ')"
        ).fetchone()
    assert linha == ("'educ':2 'órgã':4", 1.0, "áç")


def test_as_root_it_runs_as_somebody_else(servidor: Postgres) -> None:
    esperado = os.geteuid() or conta.escolher(RAIZ).uid
    assert servidor.processo.uids().real == esperado != 0


def test_a_closed_folder_lets_another_account_pass_but_not_look(tmp_path: Path) -> None:
    fechada = tmp_path / "casa"
    (fechada / "projeto").mkdir(parents=True)
    fechada.chmod(0o700)

    abertas = conta.abrir_caminho(conta.Conta(65534, 65534), fechada / "projeto")

    assert fechada in abertas
    assert fechada.stat().st_mode & 0o777 == 0o711


def test_ourselves_need_nothing_opened(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert conta.abrir_caminho(conta.Conta(), tmp_path / "x") == []
    assert conta.Conta().opcoes() == {}


def test_says_in_a_line_why_it_did_not_start(ligar: Ligar, pasta_curta: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_ESPERA_S", 0.5)
    ligar(pasta_curta).parar()
    (pasta_curta / "postgres" / "dados" / "postgresql.conf").write_text("isto não é uma opção\n")

    with pytest.raises(postgres.ServidorNaoSubiu, match=r"O PostgreSQL não subiu(.|\n)*syntax error"):
        ligar(pasta_curta)
