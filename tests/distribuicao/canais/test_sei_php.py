"""SOAP of another make, on either side: PHP's client with the local SEI, our client with PHP's server (SEI is PHP).

Optional: collected where PHP has its SOAP extension.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from peticionamento.distribuicao.canais.sei.servico import Acesso, Consultado, Gerado, Servico
from peticionamento.distribuicao.canais.sei.soap import WSDL, Recusado
from peticionamento.servidores import portas, sei

AQUI = Path(__file__).parent
CLIENTE = AQUI / "cliente_sei.php"
NUMERO = "1370.01.0041699/2020-85"


@pytest.fixture
def visto(tmp_path: Path) -> Path:
    """What PHP's server understood, a call a line."""
    return tmp_path / "visto"


@pytest.fixture
def servico(visto: Path) -> Iterator[Servico]:
    """Our client, before PHP's server."""
    porta = portas.livre()
    ambiente = {**os.environ, "VISTO": str(visto), "WSDL": str(WSDL)}
    comando = ["php", "-S", f"{portas.LOCAL}:{porta}", str(AQUI / "servidor_sei.php")]
    with subprocess.Popen(comando, env=ambiente, stderr=subprocess.DEVNULL) as php:
        for _ in range(100):
            with socket.socket() as tomada:
                if tomada.connect_ex((portas.LOCAL, porta)) == 0:
                    break
            time.sleep(0.05)
        yield Servico(Acesso(f"http://{portas.LOCAL}:{porta}/SeiWS.php", "S", "K", "110", 10))
        php.terminate()


def test_our_client_and_phps_server_understand_each_other(servico: Servico, visto: Path) -> None:
    procedimento = {
        "IdTipoProcedimento": "1", "NumeroProtocolo": NUMERO, "Especificacao": "Ação",
        "Assuntos": [{"CodigoEstruturado": "00.01", "Descricao": ""}],
        "Interessados": [{"Nome": "Ana"}, {"Nome": "Bia"}], "Observacao": "O", "NivelAcesso": "0",
    }  # fmt: skip
    assert servico.gerar_procedimento(procedimento) == Gerado(NUMERO, "https://sei.invalid/")
    documento = {"Tipo": "R", "ProtocoloProcedimento": NUMERO, "IdSerie": "11", "Remetente": {"Nome": "Ana"}}
    assert servico.incluir_documento(documento) == "8000001"
    assert servico.documentos_do(NUMERO) == ["8000001", "8000002"]
    assert servico.consultar_procedimento(NUMERO) == Consultado(
        NUMERO, "https://sei.invalid/", ("Observação",), ("110000001",), ("SEGOV/GAB",), "hoje: Registro"
    )
    servico.enviar_processo(NUMERO, "220")
    with pytest.raises(Recusado, match=r"Operação \[listarSeries\] não liberada"):
        servico.listar("series")
    chamadas = dict(json.loads(linha) for linha in visto.read_text(encoding="utf-8").splitlines())
    assert chamadas["gerarProcedimento"][:6] == ["S", "K", "110", procedimento, [], []]
    assert chamadas["incluirDocumento"][3] == documento
    assert chamadas["listarAndamentos"] == ["S", "K", "110", NUMERO, "S", [], ["2", "13"], []]
    assert chamadas["enviarProcesso"][3:6] == [NUMERO, ["220"], "N"]


def test_phps_own_client_carries_a_whole_delivery() -> None:
    with sei.ligado() as servidor:
        acervo = servidor.acervo
        argumentos = [servidor.url, acervo.sistema, acervo.chave, "110000001", "110000002", NUMERO, "1000000"]
        feito = subprocess.run(
            ["php", "-d", "display_errors=stderr", str(CLIENTE), *argumentos], capture_output=True, timeout=60
        )
        assert feito.returncode == 0, feito.stderr
        visto = json.loads(feito.stdout)
    (documento,) = acervo.processos[NUMERO].documentos
    assert hashlib.md5(documento.conteudo).hexdigest() == visto.pop("md5")
    assert [i["Nome"] for i in documento.dados["Interessados"]] == ["Ana Conceição"] * 2  # one written, one referred to
    assert visto == {
        "operacoes": 67,
        "unidades": ["SEGOV/GAB", "SES/PROTOCOLO", "SEE/PROTOCOLO"],
        "processo": NUMERO,
        "documento": documento.numero,
        "enviado": "1",
        "observacao": "Peticionamento: entrega abc.",
        "interessado": "Ana Conceição",
        "abertas": ["SES/PROTOCOLO"],
        "andamento": documento.numero,
        "numero": "1000123",
        "falha": "Serviço do sistema [PETICIONAMENTO] não encontrado.",
    }
