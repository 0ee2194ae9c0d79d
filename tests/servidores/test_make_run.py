"""`make run` as a person lives it: up, down, up again after a kill, with nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config import RAIZ
from peticionamento.servidores import portas, processos
from tests.fixtures.no_ar import esperar

PARTES = ("config.py", "wsgi.py", "peticionamento", "migrations", "templates", "static")
PRONTO = "Ctrl-C para tudo."


class Casa:
    """A checkout of its own, and what runs in it."""

    def __init__(self, raiz: Path) -> None:
        self.raiz = raiz
        self.porta = portas.livre()
        self.saida = raiz.parent / "saida-0.log"
        self.rodando: list[psutil.Popen] = []

    def rodar(self, **ambiente: str) -> psutil.Popen:
        """Start it, without waiting."""
        self.saida = self.raiz.parent / f"saida-{len(self.rodando)}.log"
        limpo = {nome: valor for nome, valor in os.environ.items() if not nome.endswith("_URL")}
        self.rodando.append(
            processos.abrir(
                [sys.executable, "-m", "peticionamento.servidores"],
                registro=self.saida,
                cwd=self.raiz,
                env={
                    **limpo,
                    "PORT": str(self.porta),
                    "FLASK_DEMONSTRACAO_CARREGAR_PETICOES": "20",
                    "PYTHONIOENCODING": "utf-8",
                    **ambiente,
                },
            )
        )
        return self.rodando[-1]

    def pronta(self) -> bool:
        return PRONTO in self.saida.read_text(encoding="utf-8") or self.rodando[-1].poll() is not None

    def subir(self) -> psutil.Popen:
        """Start it and wait until it is ready."""
        processo = self.rodar()
        esperar(self.pronta, ate_s=120, que="tudo no ar")
        assert processo.poll() is None, self.saida.read_text(encoding="utf-8")
        return processo

    def saude(self) -> dict[str, object]:
        with urllib.request.urlopen(f"http://{portas.LOCAL}:{self.porta}/saude", timeout=5) as resposta:
            return dict(json.load(resposta))

    def vivos(self) -> list[psutil.Process]:
        """Every process that works in this checkout."""
        achados = []
        for processo in psutil.process_iter(["cwd"]):
            if (processo.info["cwd"] or "").startswith(str(self.raiz)) and processos.vivo(processo):
                achados.append(processo)
        return achados


@pytest.fixture
def casa(pasta_curta: Path) -> Iterator[Casa]:
    raiz = pasta_curta / "projeto"
    raiz.mkdir(mode=0o711)
    for parte in PARTES:
        origem = RAIZ / parte
        if origem.is_dir():
            shutil.copytree(origem, raiz / parte, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origem, raiz / parte)
    casa = Casa(raiz)
    yield casa
    for processo in casa.rodando:
        processos.parar(processo, espera_s=30, matar=True)
    for sobra in casa.vivos():
        sobra.kill()


def test_up_and_down_and_up_again(casa: Casa) -> None:
    processo = casa.subir()
    dito = casa.saida.read_text(encoding="utf-8")
    assert f"Peticionamento em http://{portas.LOCAL}:{casa.porta}" in dito
    assert "A senha de todas é" in dito
    saude = casa.saude()
    assert (saude["banco"], saude["fila"], saude["arquivos"]) == ("ok", "ok", "ok")

    recusada = casa.rodar()  # a second one in the same folder
    assert recusada.wait(timeout=30) == 1
    assert f"Já está rodando nesta pasta (pid {processo.pid})" in casa.saida.read_text(encoding="utf-8")

    _matar_trabalhador(casa)
    processo.kill()  # all it started lives on
    processo.wait()
    assert len(casa.vivos()) > 3
    processo = casa.subir()
    assert "Sobrou um processo (web" in casa.saida.read_text(encoding="utf-8")
    assert casa.saude()["banco"] == "ok"

    processo.send_signal(signal.SIGINT)
    assert processo.wait(timeout=40) == 0
    assert casa.saida.read_text(encoding="utf-8").endswith("Parando…\nTudo parado.\n")
    esperar(lambda: not casa.vivos(), que=f"nenhum processo: {casa.vivos()}")
    assert not (casa.raiz / "instance" / "ambiente").exists()


def _matar_trabalhador(casa: Casa) -> None:
    memoria = casa.raiz / "instance" / "processos" / "trabalhador.json"
    antigo = processos.sobra(memoria)
    assert antigo is not None
    antigo.kill()
    esperar(lambda: (novo := processos.sobra(memoria)) is not None and novo != antigo, que="outro trabalhador")


@pytest.mark.parametrize(
    ("ambiente", "frase"),
    [
        ({"PORT": "x"}, "PORT precisa ser um número de 1 a 65535, e é “x”.\n"),
        ({"DATABASE_URL": "postgresql://ninguem@127.0.0.1:1/x"}, "Não há acesso ao banco de DATABASE_URL: "),
    ],
)
def test_what_cannot_be_is_said_in_a_line(casa: Casa, ambiente: dict[str, str], frase: str) -> None:
    assert casa.rodar(**ambiente).wait(timeout=40) == 1
    dito = casa.saida.read_text(encoding="utf-8")
    assert dito.startswith(frase)
    assert dito.count("\n") == 1
    esperar(lambda: not casa.vivos(), que="nenhum processo")


def test_stopped_while_it_comes_up_it_leaves_nothing(casa: Casa) -> None:
    processo = casa.rodar()
    esperar(lambda: (casa.raiz / "instance" / "postgres" / "dados").exists(), que="o PostgreSQL subindo")
    processo.send_signal(signal.SIGTERM)
    assert processo.wait(timeout=40) == 0
    esperar(lambda: not casa.vivos(), que=f"nenhum processo: {casa.vivos()}")


def test_the_logs_of_the_run_before_are_kept(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("antes")
    processos.virar_registros(tmp_path)
    assert [arquivo.name for arquivo in tmp_path.iterdir()] == ["web.log.anterior"]
