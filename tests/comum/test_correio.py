"""E-mail: what is written, and what each answer of a mail server means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from peticionamento.comum import correio
from peticionamento.comum.correio import Carta
from peticionamento.comum.saida import Falha
from peticionamento.servidores import portas
from tests.fixtures.correio import Modo, ServidorSMTP

CARTA = Carta("Petição protocolada", "Olá, Ana.\n", "<p>Olá, <b>Ana</b>.</p>")
ANA = "ana@teste.invalid"


def configurar(app: Flask, **ajustes: object) -> None:
    app.config["PETICIONAMENTO"] = replace(app.config["PETICIONAMENTO"], **ajustes)


@pytest.fixture
def servidor(app: Flask, servidor_smtp: ServidorSMTP) -> ServidorSMTP:
    """A mail server, and the application told of it."""
    configurar(app, smtp_url=servidor_smtp.url, endereco_publico="https://peticionamento.mg.invalid")
    return servidor_smtp


def enviar(para: str = ANA, chave: str = "a1b2") -> Falha | None:
    return correio.enviar(para, CARTA, chave=chave)


def test_a_message_arrives_whole(servidor: ServidorSMTP) -> None:
    assert correio.enviar(ANA, CARTA, chave="a1b2", anexos=[("Petição 7.pdf", b"%PDF-1.7")]) is None
    (mensagem,) = servidor.mensagens
    assert mensagem["To"] == ANA
    assert mensagem["From"] == "Peticionamento SEI!MG <nao-responda@peticionamento.invalid>"
    assert mensagem["Subject"] == CARTA.assunto
    assert mensagem["Auto-Submitted"] == "auto-generated"
    assert mensagem["Date"] is not None
    texto, html = (mensagem.get_body((tipo,)) for tipo in ("plain", "html"))
    assert texto is not None
    assert html is not None
    assert texto.get_content().strip() == CARTA.texto.strip()
    assert html.get_content().strip() == CARTA.html
    (anexo,) = mensagem.iter_attachments()
    assert (anexo.get_filename(), anexo.get_content_type()) == ("Petição 7.pdf", "application/pdf")
    assert anexo.get_content() == b"%PDF-1.7"


def test_every_try_of_a_message_carries_the_same_id(servidor: ServidorSMTP) -> None:
    for chave in ("a1b2", "a1b2", "c3d4"):
        assert enviar(chave=chave) is None
    assert servidor.ids == ["<a1b2@peticionamento.mg.invalid>"] * 2 + ["<c3d4@peticionamento.mg.invalid>"]


def test_a_refusal_for_good_waits_for_a_person(servidor: ServidorSMTP) -> None:
    servidor.modo = Modo.RECUSAR
    falha = enviar()
    assert falha is not None
    assert falha.causa == "o servidor de e-mail recusou a mensagem"
    assert falha.tecnico.startswith("550 ")
    assert not falha.adianta_tentar


def test_a_server_that_puts_off_is_tried_again(servidor: ServidorSMTP) -> None:
    servidor.modo = Modo.ADIAR
    falha = enviar()
    assert falha is not None
    assert falha.tecnico.startswith("451 ")
    assert falha.adianta_tentar


class SemCaixas:
    """A mail server that knows nobody: for good, or for now when the name says so."""

    async def handle_RCPT(self, *_args: object) -> str:
        endereco = str(_args[3])
        return "450 4.2.1 Tente mais tarde" if endereco.startswith("cheia") else "550 5.1.1 Caixa inexistente"


@pytest.mark.parametrize(("endereco", "adianta"), [("ninguem@teste.invalid", False), ("cheia@teste.invalid", True)])
def test_an_address_the_server_does_not_take(app: Flask, endereco: str, adianta: bool) -> None:
    porta = portas.livre()
    controle = Controller(SemCaixas(), hostname=portas.LOCAL, port=porta)
    controle.start()
    try:
        configurar(app, smtp_url=f"smtp://{portas.LOCAL}:{porta}")
        falha = enviar(endereco)
    finally:
        controle.stop()
    assert falha is not None
    assert falha.causa == f"o servidor de e-mail não aceitou o endereço {endereco}"
    assert falha.adianta_tentar is adianta


def test_a_server_that_is_not_there_is_tried_again(app: Flask) -> None:
    configurar(app, smtp_url=f"smtp://127.0.0.1:{portas.livre()}")
    falha = enviar()
    assert falha is not None
    assert falha.causa == "o servidor de e-mail não respondeu"
    assert "ConnectionRefusedError" in falha.tecnico
    assert falha.adianta_tentar


def test_a_server_that_hangs_is_given_up_on_and_tried_again(app: Flask, servidor: ServidorSMTP) -> None:
    configurar(app, espera_rede_s=1)
    servidor.modo = Modo.TRAVAR
    falha = enviar()
    assert falha is not None
    assert falha.causa == "o servidor de e-mail não respondeu"
    assert falha.adianta_tentar


@pytest.mark.parametrize(
    "endereco",
    [
        "",
        "ana",
        "@teste.invalid",
        "ana@",
        "ana@localhost",
        "ana@[",
        "<",
        '"',
        "ana@teste.invalid\r\nBcc: outra@teste.invalid",
        "ana@teste.invalid,outra@teste.invalid",
        "ana maria@teste.invalid",
        "josé@teste.invalid",
        "a" * 250 + "@teste.invalid",
    ],
)
def test_what_is_no_address_reaches_no_server(servidor: ServidorSMTP, endereco: str) -> None:
    assert not correio.endereco_valido(endereco)
    falha = enviar(endereco)
    assert falha is not None
    assert falha.causa == "o endereço de e-mail não é válido"
    assert not falha.adianta_tentar
    assert servidor.tentativas == 0


def test_real_addresses_are_addresses() -> None:
    for endereco in ("ana@almg.gov.br", "ana.souza+mg@saude.mg.gov.br", "P1@teste.invalid"):
        assert correio.endereco_valido(endereco)
