"""The antivirus hook, against a simulated clamd that speaks the protocol over a real socket."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest
from flask import Flask

from peticionamento.comum import antivirus, arquivos, jobs, recebidos
from peticionamento.comum.arquivos import Arquivo, EmQuarentena, Varredura
from peticionamento.comum.db import db, transaction
from tests.fixtures.clamd import AMEACA, ClamdSimulado

LIMPO = b"Nada demais."


def usar(app: Flask, url: str) -> None:
    app.config["PETICIONAMENTO"] = dataclasses.replace(app.config["PETICIONAMENTO"], clamd=url)


@pytest.fixture
def ligado(app: Flask, clamd: ClamdSimulado) -> ClamdSimulado:
    usar(app, clamd.url)
    return clamd


def receber(conteudo: bytes) -> Arquivo:
    guardado = recebidos.guardar(io.BytesIO(conteudo), "nota.txt", ["txt"])
    with transaction():
        return arquivos.nomear(guardado)


def test_without_an_antivirus_it_is_said_so(app: Flask) -> None:
    arquivo = receber(LIMPO)
    assert (arquivo.varredura, arquivo.pode_abrir) == (Varredura.SEM_ANTIVIRUS, True)
    situacao = antivirus.situacao()
    assert (situacao.configurado, situacao.responde, situacao.sem_antivirus) == (False, False, 1)
    assert jobs.varrer_quarentena() == 0


def test_a_clean_file_is_passed(app: Flask, ligado: ClamdSimulado) -> None:
    arquivo = receber(LIMPO)
    assert (arquivo.varredura, arquivo.ameaca) == (Varredura.LIMPO, None)
    assert arquivos.ler(arquivo) == LIMPO
    assert ligado.vistos == [len(LIMPO)]
    situacao = antivirus.situacao()
    assert situacao.versao == "ClamAV 1.4.3/27000/Mon Nov 23 08:00:00 2026"
    assert situacao.ultimo_em == arquivo.guardado_em


def test_a_threat_is_kept_where_nobody_can_open_it(app: Flask, ligado: ClamdSimulado) -> None:
    arquivo = receber(b"antes " + AMEACA + b" depois")
    assert (arquivo.varredura, arquivo.ameaca) == (Varredura.INFECTADO, "Teste.Ameaca")
    for abrir in (arquivos.abrir, arquivos.ler, arquivos.no_disco, lambda a: arquivos.pagina_em_png(a, 1)):
        with pytest.raises(EmQuarentena, match=r"a ameaça Teste\.Ameaca\. Ninguém pode abri-lo"):
            abrir(arquivo)
    assert antivirus.situacao().infectados == 1


def test_away_the_file_waits_until_the_antivirus_is_back(app: Flask, clamd: ClamdSimulado, pasta_curta: Path) -> None:
    usar(app, f"unix:{pasta_curta}/ninguem.ctl")
    bom, mau = receber(LIMPO), receber(AMEACA)
    assert {bom.varredura, mau.varredura} == {Varredura.EM_QUARENTENA}
    with pytest.raises(EmQuarentena, match="ainda não o verificou"):
        arquivos.ler(bom)
    assert jobs.varrer_quarentena() == 0
    situacao = antivirus.situacao()
    assert (situacao.configurado, situacao.responde, situacao.a_espera) == (True, False, 2)
    usar(app, clamd.url)
    assert jobs.varrer_quarentena() == 2
    db.session().expire_all()
    assert (bom.varredura, mau.varredura, mau.ameaca) == (Varredura.LIMPO, Varredura.INFECTADO, "Teste.Ameaca")
    assert arquivos.ler(bom) == LIMPO


@pytest.mark.parametrize("resposta", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: bobagem"])
def test_what_it_could_not_read_is_not_passed(app: Flask, ligado: ClamdSimulado, resposta: bytes) -> None:
    ligado.resposta = resposta
    assert receber(LIMPO).varredura is Varredura.EM_QUARENTENA


def test_over_tcp_too(app: Flask) -> None:
    simulado = ClamdSimulado(("127.0.0.1", 0))
    simulado.ligar()
    usar(app, simulado.url)
    assert receber(b"x" * 3_000_000).varredura is Varredura.LIMPO
    assert simulado.vistos == [3_000_000]
    simulado.desligar()


def test_what_it_says_today_stands_over_what_was_known(app: Flask, clamd: ClamdSimulado) -> None:
    arquivo = receber(AMEACA)
    assert arquivo.varredura is Varredura.SEM_ANTIVIRUS
    usar(app, clamd.url)
    assert receber(AMEACA).varredura is Varredura.INFECTADO
    clamd.resposta = b"stream: OK"
    assert receber(AMEACA).varredura is Varredura.LIMPO
    usar(app, "unix:/nenhum/lugar")
    assert receber(AMEACA).varredura is Varredura.LIMPO  # it is away: that takes nothing back


def test_files_from_before_there_was_an_antivirus_are_looked_through_too(app: Flask, clamd: ClamdSimulado) -> None:
    usar(app, "")
    bom, mau = receber(LIMPO), receber(AMEACA)
    assert {bom.varredura, mau.varredura} == {Varredura.SEM_ANTIVIRUS}
    assert jobs.varrer_quarentena() == 0
    usar(app, clamd.url)
    assert jobs.varrer_quarentena() == 2
    db.session().expire_all()
    assert (bom.varredura, mau.varredura) == (Varredura.LIMPO, Varredura.INFECTADO)
