"""The antivirus hook against a real clamd, with a signature of the test's own. Optional: collected where clamd is."""

from __future__ import annotations

import dataclasses
import io
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from peticionamento.comum import antivirus, arquivos, recebidos
from peticionamento.comum.arquivos import Arquivo, Varredura
from peticionamento.comum.db import transaction
from tests.factories import pdfs

EICAR = "".join(("X5O!P%@AP[4\\PZX54", "(P^)7CC)7}", "$EICAR-STANDARD", "-ANTIVIRUS-TEST", "-FILE!$H+H*")).encode()
"""The industry's harmless test string, put together here so that no scanner stops at this file."""

CONFIGURACAO = """
Foreground yes
LocalSocket {pasta}/clamd.ctl
DatabaseDirectory {pasta}/assinaturas
StreamMaxLength 60M
SelfCheck 0
{usuario}
"""


@pytest.fixture
def clamd(pasta_curta: Path) -> Iterator[str]:
    """A real clamd with one signature; its address as the setting says it."""
    (pasta_curta / "assinaturas").mkdir()
    (pasta_curta / "assinaturas" / "teste.ndb").write_text(f"Teste.Eicar:0:*:{EICAR.hex()}\n")
    usuario = "User root" if os.geteuid() == 0 else ""
    arquivo = pasta_curta / "clamd.conf"
    arquivo.write_text(CONFIGURACAO.format(pasta=pasta_curta, usuario=usuario))
    clamd = shutil.which("clamd")
    assert clamd is not None
    with subprocess.Popen(
        [clamd, "-c", str(arquivo)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as processo:
        limite = time.monotonic() + 60
        while not (pasta_curta / "clamd.ctl").exists():
            assert processo.poll() is None, "o clamd não ficou de pé"
            assert time.monotonic() < limite
            time.sleep(0.1)
        yield f"unix:{pasta_curta}/clamd.ctl"
        processo.terminate()


def receber(conteudo: bytes, nome: str) -> Arquivo:
    guardado = recebidos.guardar(io.BytesIO(conteudo), nome, ["txt", "pdf"])
    with transaction():
        return arquivos.nomear(guardado)


def test_a_real_clamd_passes_and_finds(app: Flask, clamd: str) -> None:
    app.config["PETICIONAMENTO"] = dataclasses.replace(app.config["PETICIONAMENTO"], clamd=clamd)
    situacao = antivirus.situacao()
    assert situacao.responde
    assert (situacao.versao or "").startswith("ClamAV ")
    assert receber(b"Nada demais.", "nota.txt").varredura is Varredura.LIMPO
    achado = receber(b"antes\n" + EICAR + b"\n", "nota.txt")
    assert (achado.varredura, achado.ameaca) == (Varredura.INFECTADO, "Teste.Eicar.UNOFFICIAL")
    assert not achado.pode_abrir
    assert receber(pdfs.feito(), "ofício.pdf").varredura is Varredura.LIMPO
    assert receber(os.urandom(30 * 1024 * 1024).hex()[: 45 * 1024 * 1024].encode(), "grande.txt").pode_abrir
