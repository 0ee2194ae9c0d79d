"""The e-mail channel: what goes along, what comes back, and links that end."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from peticionamento.atendimento import services as atendimento
from peticionamento.comum import links
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.correio import Carta, enviar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.historico import de_quem_trabalha
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora, dia_por_extenso
from peticionamento.distribuicao import caixa_de_devolucoes, devolucoes, jobs, services
from peticionamento.distribuicao.models import AjustesDoCanal, Canal, Entrega
from peticionamento.distribuicao.models_correio import Devolucao, LinkDoProcesso, TipoDevolucao
from tests.factories import cadastros, contas, triagem
from tests.fixtures.correio import ServidorSMTP

CAIXA = "devolucoes@peticionamento.mg.gov.br"


@pytest.fixture
def smtp(app: Flask, servidor_smtp: ServidorSMTP) -> Iterator[ServidorSMTP]:
    antes = app.config["PETICIONAMENTO"]
    app.config["PETICIONAMENTO"] = replace(antes, smtp_url=servidor_smtp.url, devolucoes=CAIXA)
    yield servidor_smtp
    app.config["PETICIONAMENTO"] = antes


def entregue() -> Entrega:
    """A delivery whose message went."""
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    linha = triagem.encaminhamento(triagem.entregue(["SES"]))
    consulta = select(Entrega).where(Entrega.encaminhamento_id == linha.id, Entrega.canal == Canal.CORREIO)
    entrega = db.session().execute(consulta).scalar_one()
    services.entregar(entrega.id)
    assert entrega.estado is EstadoSaida.ENTREGUE
    return entrega


def relatorio(
    para: str,
    *,
    acao: str = "failed",
    status: str = "5.1.1",
    cabecalhos: str = "",
    motivo: str = "smtp; 550 No such user",
) -> bytes:
    """A delivery report as Postfix writes one (RFC 3464)."""
    return (
        f"From: MAILER-DAEMON@ses.invalid\r\nTo: {para}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.ses.invalid\r\nArrival-Date: Wed, 25 Nov 2026 10:00:00 -0300\r\n\r\n"
        f"Final-Recipient: rfc822; parlamentar@ses.invalid\r\nAction: {acao}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 No such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{cabecalhos}Subject: Demanda\r\n\r\n--b--\r\n"
    ).encode()


def volta_de(entrega: Entrega) -> str:
    return CAIXA.replace("@", f"+{entrega.chave}@")


def todas() -> list[Devolucao]:
    return list(db.session().execute(select(Devolucao).order_by(Devolucao.id)).scalars())


# What goes.


def test_each_message_comes_back_to_an_address_of_its_own(app: Flask, servidor_smtp: ServidorSMTP) -> None:
    vistos: list[str] = []
    original = servidor_smtp.handle_DATA

    async def anotar(servidor: Any, sessao: Any, envelope: Any) -> str:
        vistos.append(envelope.mail_from)
        return await original(servidor, sessao, envelope)

    servidor_smtp.handle_DATA = anotar  # type: ignore[method-assign]
    com = replace(app.config["PETICIONAMENTO"], smtp_url=servidor_smtp.url, devolucoes=CAIXA)
    app.config["PETICIONAMENTO"] = com
    entrega = entregue()
    assert vistos == [volta_de(entrega)]
    app.config["PETICIONAMENTO"] = replace(com, devolucoes="")
    assert enviar("a@ses.invalid", Carta("x", "x", "x"), chave="f" * 32) is None
    assert vistos[1] == "nao-responda@peticionamento.invalid"


def ajustar(**dados: Any) -> None:
    with transaction() as session:
        session.merge(AjustesDoCanal(canal=Canal.CORREIO, ligado=True, dados=dados))


def texto(smtp: ServidorSMTP) -> str:
    parte = smtp.mensagens[-1].get_body(("plain",))
    assert parte is not None
    return str(parte.get_content())


def anexos(smtp: ServidorSMTP) -> list[tuple[str, bytes]]:
    return [(str(a.get_filename()), a.get_payload(decode=True)) for a in smtp.mensagens[-1].iter_attachments()]  # type: ignore[misc]


def test_the_signed_petition_goes_along_unless_the_settings_say_otherwise(app: Flask, smtp: ServidorSMTP) -> None:
    entregue()
    ((nome, conteudo),) = anexos(smtp)
    assert nome.endswith(".pdf")
    assert conteudo.startswith(b"%PDF")
    assert "/distribuicao/processos/" not in texto(smtp)


def test_the_whole_process_goes_along_where_the_settings_say_so(app: Flask, smtp: ServidorSMTP) -> None:
    ajustar(anexo="processo")
    entrega = entregue()
    ((nome, conteudo),) = anexos(smtp)
    numero = entrega.encaminhamento.demanda.peticao.numero or ""
    assert nome == f"Processo {numero.replace('/', '-')}.pdf"
    assert conteudo.startswith(b"%PDF")


@pytest.mark.parametrize("dados", [{"anexo": "link"}, {"anexo": "processo", "limite_mb": 0}, {"limite_mb": 0}])
def test_what_is_too_heavy_or_not_wanted_is_behind_a_link_that_opens(
    app: Flask, smtp: ServidorSMTP, cliente: FlaskClient, dados: dict[str, Any]
) -> None:
    ajustar(**dados)
    entregue()
    assert anexos(smtp) == []
    token = texto(smtp).split("/distribuicao/processos/")[1].split()[0]
    link = db.session().execute(select(LinkDoProcesso)).scalar_one()
    assert link.resumo == links.resumo(token)
    assert f"o link vale até {dia_por_extenso(link.vence_dia)}" in texto(smtp)
    resposta = cliente.get(f"/distribuicao/processos/{token}")
    assert (resposta.status_code, resposta.mimetype) == (200, "application/pdf")
    assert resposta.data.startswith(b"%PDF")
    assert resposta.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Processo%20")
    assert resposta.headers["Referrer-Policy"] == "no-referrer"
    assert resposta.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"


def um_link(smtp: ServidorSMTP) -> tuple[Entrega, str]:
    ajustar(anexo="link")
    entrega = entregue()
    return entrega, "/distribuicao/processos/" + texto(smtp).split("/distribuicao/processos/")[1].split()[0]


def test_a_link_to_the_process_ends(app: Flask, smtp: ServidorSMTP, cliente: FlaskClient) -> None:
    _, onde = um_link(smtp)
    with transaction():
        link = db.session().execute(select(LinkDoProcesso)).scalar_one()
        link.vence_dia -= timedelta(days=90)
    resposta = cliente.get(onde)
    assert resposta.status_code == 410
    assert "Este link terminou." in resposta.text
    assert "Ele valeu até" in resposta.text


def test_an_agency_that_declined_reads_no_more(app: Flask, smtp: ServidorSMTP, cliente: FlaskClient) -> None:
    entrega, onde = um_link(smtp)
    enc = entrega.encaminhamento
    atendimento.recusar(enc.id, "Não cabe ao órgão.", por=contas.agente(), versao=enc.versao, agora=agora())
    resposta = cliente.get(onde)
    assert resposta.status_code == 410
    assert "A demanda não está mais com o órgão." in resposta.text


def test_a_link_that_was_never_given_is_not_found(cliente: FlaskClient) -> None:
    assert cliente.get(f"/distribuicao/processos/{links.token('inventado')}").status_code == 404


# What comes back.


def test_one_that_failed_for_good_waits_for_a_person_with_the_cause(app: Flask, smtp: ServidorSMTP) -> None:
    contas.coordenadora()
    entrega = entregue()
    devolucao = devolucoes.receber(relatorio(volta_de(entrega)), agora=agora())
    assert devolucao is not None
    assert (devolucao.tipo, devolucao.entrega_id, devolucao.codigo) == (TipoDevolucao.DEFINITIVA, entrega.id, "5.1.1")
    assert devolucao.para == "parlamentar@ses.invalid"
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA
    assert entrega.erro == "a mensagem voltou: o endereço não existe"
    assert "550 No such user" in (entrega.erro_tecnico or "")
    assert entrega.entregue_em is None
    frase = "Demanda voltou sem chegar à SES por e-mail (parlamentar@ses.invalid): o endereço não existe"
    assert any(linha.texto.startswith(frase) for linha in de_quem_trabalha(entrega.peticao_id))
    avisos = db.session().execute(select(Aviso).where(Aviso.modelo == "distribuicao/espera_pessoa")).scalars().all()
    assert len(avisos) == 1
    services.reentregar(entrega.id, por=contas.coordenadora(), versao=entrega.versao, agora=agora())
    services.entregar(entrega.id)
    assert entrega.estado is EstadoSaida.ENTREGUE


def test_the_same_message_read_twice_is_one(app: Flask, smtp: ServidorSMTP) -> None:
    entrega = entregue()
    conteudo = relatorio(volta_de(entrega))
    assert devolucoes.receber(conteudo, agora=agora()) is not None
    versao = entrega.versao
    assert devolucoes.receber(conteudo, agora=agora()) is None
    assert (entrega.versao, len(todas())) == (versao, 1)


def test_one_that_is_only_late_is_noted(app: Flask, smtp: ServidorSMTP) -> None:
    entrega = entregue()
    devolucoes.receber(relatorio(volta_de(entrega), acao="delayed", status="4.4.1"), agora=agora())
    assert entrega.estado is EstadoSaida.ENTREGUE
    assert [d.tipo for d in devolucoes.da_entrega(entrega.id)] == [TipoDevolucao.PASSAGEIRA]
    assert "o servidor continua tentando" in de_quem_trabalha(entrega.peticao_id)[0].texto


def test_our_message_id_says_whose_it_is_when_the_address_does_not(app: Flask, smtp: ServidorSMTP) -> None:
    entrega = entregue()
    cabecalhos = f"Message-ID: {smtp.ids[-1]}\r\n"
    devolucao = devolucoes.receber(relatorio(CAIXA, cabecalhos=cabecalhos), agora=agora())
    assert devolucao is not None
    assert devolucao.entrega_id == entrega.id


def test_a_message_returned_whole_says_whose_it_is_too(app: Flask, smtp: ServidorSMTP) -> None:
    entrega = entregue()
    conteudo = relatorio(CAIXA, cabecalhos=f"Message-ID: {smtp.ids[-1]}\r\n").replace(
        b"text/rfc822-headers", b"message/rfc822"
    )
    devolucao = devolucoes.receber(conteudo, agora=agora())
    assert devolucao is not None
    assert (devolucao.entrega_id, devolucao.tipo) == (entrega.id, TipoDevolucao.DEFINITIVA)


@pytest.mark.parametrize(
    ("status", "causa"),
    [
        ("5.1.1", "o endereço não existe"),
        ("5.2.1", "a caixa está desativada"),
        ("4.2.2", "a caixa está cheia"),
        ("5.3.4", "a mensagem é grande demais para a caixa"),
        ("5.7.26", "o servidor do destinatário não aceita mensagens nossas"),
        ("4.4.7", "o servidor do destinatário não foi alcançado"),
        ("5.0.0", "o servidor do destinatário devolveu a mensagem"),
        ("", "o servidor do destinatário devolveu a mensagem"),
    ],
)
def test_the_cause_is_said_in_words(status: str, causa: str) -> None:
    assert devolucoes.ler(relatorio(CAIXA, status=status)).causa == causa


def test_an_answer_of_a_person_away_is_kept_and_changes_nothing(app: Flask, smtp: ServidorSMTP) -> None:
    entrega = entregue()
    resposta = f"From: parlamentar@ses.invalid\r\nTo: {volta_de(entrega)}\r\nSubject: Férias\r\n\r\nVolto em janeiro."
    devolucao = devolucoes.receber(resposta.encode(), agora=agora())
    assert devolucao is not None
    assert devolucao.tipo is TipoDevolucao.OUTRA
    assert "Volto em janeiro." in devolucao.texto
    assert entrega.estado is EstadoSaida.ENTREGUE


@pytest.mark.parametrize(
    "conteudo",
    [
        b"", b"nada disso \xff\x00", relatorio(CAIXA), relatorio(CAIXA.replace("@", f"+{'0' * 32}@")),
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n--x--",
        b"To: =?utf-8?b?////?=\r\nMessage-ID: <>\r\nReferences: <<<\r\n\r\n", b"\r\n" * 1000,
    ],
)  # fmt: skip
def test_what_belongs_to_none_is_kept_and_nothing_is_dropped(app: Flask, conteudo: bytes) -> None:
    devolucao = devolucoes.receber(conteudo, agora=agora())
    assert devolucao is not None
    assert devolucao.entrega_id is None
    assert devolucoes.sem_entrega() == [devolucao]
    assert "\x00" not in devolucao.texto


def test_one_given_up_meanwhile_is_not_put_back(app: Flask, smtp: ServidorSMTP) -> None:
    entrega = entregue()
    with transaction():
        entrega.estado = EstadoSaida.DESISTIDA
    devolucoes.receber(relatorio(volta_de(entrega)), agora=agora())
    assert entrega.estado is EstadoSaida.DESISTIDA
    assert "voltou: o endereço não existe" in de_quem_trabalha(entrega.peticao_id)[0].texto


# From a mail server's pipe, and from a mailbox.


def rodar(terminal: FlaskCliRunner, *partes: str, entrada: bytes = b"") -> Result:
    return terminal.invoke(args=["distribuicao", *partes], input=entrada)


def test_a_mail_server_pipes_one_in(app: Flask, smtp: ServidorSMTP, terminal: FlaskCliRunner) -> None:
    entrega = entregue()
    primeira = rodar(terminal, "receber-devolucao", entrada=relatorio(volta_de(entrega)))
    assert (primeira.exit_code, primeira.output) == (0, "Não chegou: parlamentar@ses.invalid.\n")
    segunda = rodar(terminal, "receber-devolucao", entrada=relatorio(volta_de(entrega)))
    assert (segunda.exit_code, segunda.output) == (0, "Já tinha sido recebida.\n")


@dataclass
class CaixaImap:
    """A mailbox on this machine, enough of IMAP for one reader."""

    mensagens: dict[int, bytes] = field(default_factory=dict)
    vistas: set[int] = field(default_factory=set)
    porta: int = 0
    recusa: str = ""

    @property
    def url(self) -> str:
        """Where it is read."""
        return f"imap://leitor:s%40nha@127.0.0.1:{self.porta}/INBOX"

    def responder(self, etiqueta: str, comando: str) -> bytes:
        """What the server says to a line."""
        if self.recusa and self.recusa in comando:
            return f"{etiqueta} NO nada feito\r\n".encode()
        if comando.startswith("CAPABILITY"):
            return f"* CAPABILITY IMAP4rev1\r\n{etiqueta} OK feito\r\n".encode()
        if comando.startswith("LOGIN"):
            situacao = "OK" if '"s@nha"' in comando else "NO"
            return f"{etiqueta} {situacao} entrada\r\n".encode()
        if comando.startswith("SELECT"):
            return f"* {len(self.mensagens)} EXISTS\r\n{etiqueta} OK feito\r\n".encode()
        if comando.startswith("UID SEARCH"):
            novas = " ".join(str(n) for n in self.mensagens if n not in self.vistas)
            return f"* SEARCH {novas}\r\n{etiqueta} OK feito\r\n".encode()
        if comando.startswith("UID FETCH"):
            numero = int(comando.split()[2])
            corpo = self.mensagens[numero]
            cabeca = f"* 1 FETCH (UID {numero} BODY[] {{{len(corpo)}}}\r\n".encode()
            return cabeca + corpo + f")\r\n{etiqueta} OK feito\r\n".encode()
        if comando.startswith("UID STORE"):
            self.vistas.add(int(comando.split()[2]))
            return f"{etiqueta} OK feito\r\n".encode()
        return f"* BYE\r\n{etiqueta} OK feito\r\n".encode()


@contextmanager
def no_ar(caixa: CaixaImap) -> Iterator[CaixaImap]:
    class Ligacao(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK pronto\r\n")
            for linha in self.rfile:
                etiqueta, _, comando = linha.decode().strip().partition(" ")
                self.wfile.write(caixa.responder(etiqueta, comando))
                if comando.startswith("LOGOUT"):
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Ligacao) as servidor:
        servidor.daemon_threads = True
        caixa.porta = servidor.server_address[1]
        linha = threading.Thread(target=servidor.serve_forever, args=(0.05,))
        linha.start()
        try:
            yield caixa
        finally:
            servidor.shutdown()
            linha.join()


@pytest.fixture
def caixa(app: Flask) -> Iterator[CaixaImap]:
    with no_ar(CaixaImap()) as caixa:
        app.config["PETICIONAMENTO"] = replace(app.config["PETICIONAMENTO"], devolucoes_imap=caixa.url)
        yield caixa


def test_the_mailbox_is_read_once_and_marked(
    app: Flask, smtp: ServidorSMTP, caixa: CaixaImap, terminal: FlaskCliRunner
) -> None:
    entrega = entregue()
    caixa.mensagens = {7: relatorio(volta_de(entrega)), 9: b"Subject: propaganda\r\n\r\nCompre."}
    resultado = rodar(terminal, "devolucoes")
    assert (resultado.exit_code, resultado.output) == (0, "Mensagens lidas: 2.\n")
    assert caixa.vistas == {7, 9}
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA
    assert jobs.ler_devolucoes() == 0
    assert len(todas()) == 2


def test_one_that_could_not_be_kept_stays_unread(caixa: CaixaImap) -> None:
    caixa.mensagens = {1: b"a\r\n\r\n", 2: b"b\r\n\r\n"}

    def receber(conteudo: bytes) -> None:
        if conteudo.startswith(b"b"):
            raise RuntimeError("o banco caiu")

    with pytest.raises(RuntimeError):
        caixa_de_devolucoes.ler(caixa.url, receber, espera_s=5)
    assert caixa.vistas == {1}


@pytest.mark.parametrize("recusa", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_mailbox_that_refuses_is_said_so(app: Flask, caixa: CaixaImap, terminal: FlaskCliRunner, recusa: str) -> None:
    caixa.mensagens, caixa.recusa = {1: b"a\r\n\r\n"}, recusa
    resultado = rodar(terminal, "devolucoes")
    assert resultado.exit_code == 1
    assert "A caixa das devoluções não respondeu" in resultado.output
    assert caixa.vistas == set()


def test_without_a_mailbox_the_command_says_what_is_missing(app: Flask, terminal: FlaskCliRunner) -> None:
    resultado = rodar(terminal, "devolucoes")
    assert resultado.exit_code == 1
    assert "Falta DEVOLUCOES_IMAP" in resultado.output
    assert jobs.ler_devolucoes() == 0
