"""What comes back from SEI's address and is no answer is never taken for one, nor for a fault: the call may be done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from peticionamento.distribuicao.canais.sei.servico import Acesso, Servico
from peticionamento.distribuicao.canais.sei.soap import Recusado, SemResposta
from peticionamento.servidores import portas

ENVELOPE = b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>%s</e:Body></e:Envelope>'
HTML = b"<html><body>Em manuten\xc3\xa7\xc3\xa3o</body></html>"
GERADO = b'<n:gerarProcedimentoResponse xmlns:n="Sei"><parametros>%s</parametros></n:gerarProcedimentoResponse>'
Dizer = Callable[[int, bytes], None]

PROCEDIMENTO = {"IdTipoProcedimento": "1", "Assuntos": [], "Interessados": [], "Observacao": "", "NivelAcesso": "0"}


@pytest.fixture
def servico_e_dizer() -> Iterator[tuple[Servico, Dizer]]:
    """A client, and what to call so that whoever answers it says this."""
    dito: list[tuple[int, bytes]] = []

    class Atendente(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            codigo, corpo = dito[-1]
            self.send_response(codigo)
            self.send_header("Content-Length", str(len(corpo)))
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(corpo)

        def log_message(self, *_partes: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer((portas.LOCAL, 0), Atendente) as servidor:
        fio = threading.Thread(target=servidor.serve_forever, kwargs={"poll_interval": 0.05})
        fio.start()
        url = f"http://{portas.LOCAL}:{servidor.server_port}/SeiWS.php"
        yield Servico(Acesso(url, "S", "K", "110", 2)), lambda codigo, corpo: dito.append((codigo, corpo))
        servidor.shutdown()
        fio.join()


@pytest.mark.parametrize(
    ("codigo", "corpo", "definitiva"),
    [
        (200, HTML, False),
        (200, b"oi", False),
        (200, b"", False),
        (202, b"", False),
        (200, ENVELOPE % b"", False),
        (200, ENVELOPE % b"<outra/>", False),
        (200, ENVELOPE % (GERADO % b""), False),
        (200, ENVELOPE % (GERADO % b"<Estranho/>"), False),
        (200, b'<!DOCTYPE a [<!ENTITY b "c">]>' + ENVELOPE % (GERADO % b""), False),
        (500, HTML, False),
        (500, b"oi", False),
        (502, HTML, False),
        (429, HTML, False),
        (302, HTML, True),
        (404, HTML, True),
        (401, HTML, True),
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(
    servico_e_dizer: tuple[Servico, Dizer], codigo: int, corpo: bytes, definitiva: bool
) -> None:
    servico, dizer = servico_e_dizer
    dizer(codigo, corpo)
    with pytest.raises(SemResposta) as sem_resposta:
        servico.gerar_procedimento(PROCEDIMENTO)
    assert sem_resposta.value.definitiva is definitiva


def test_references_without_an_end_are_no_answer(servico_e_dizer: tuple[Servico, Dizer]) -> None:
    servico, dizer = servico_e_dizer
    dizer(200, ENVELOPE % (GERADO % b'<LinkAcesso id="a"><b href="#a"/></LinkAcesso>'))
    with pytest.raises(SemResposta):
        servico.gerar_procedimento(PROCEDIMENTO)


def test_a_fault_is_an_answer(servico_e_dizer: tuple[Servico, Dizer]) -> None:
    servico, dizer = servico_e_dizer
    falha = "<e:Fault><faultcode>x</faultcode><faultstring>Não. K</faultstring></e:Fault>".encode()
    dizer(500, ENVELOPE % falha)
    with pytest.raises(Recusado) as recusado:
        servico.gerar_procedimento(PROCEDIMENTO)
    assert recusado.value.texto == "Não. •••"
