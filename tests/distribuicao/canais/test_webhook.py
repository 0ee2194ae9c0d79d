"""The agency's own system: signed, the same on each try, never led into our own house, and each refusal understood."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import rede
from peticionamento.comum.db import db, transaction
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.distribuicao import services
from peticionamento.distribuicao.canais import webhook
from peticionamento.distribuicao.models import Canal, EnderecoDeEntrega, Entrega
from tests.factories import peticoes, triagem
from tests.fixtures.webhook import Ligado, SistemaDoOrgao, ligar_canal, permitir, segredo


def entrega() -> Entrega:
    """A delivery to the agency's own system, waiting."""
    triagem.distribuida(["SES"], peticao=peticoes.protocolada(assunto="Ponte do Jequitinhonha"))
    return db.session().execute(select(Entrega).where(Entrega.canal == Canal.WEBHOOK)).scalar_one()


def levar(linha: Entrega) -> Entrega:
    with no_instante(max(linha.proxima_em, agora())):
        services.entregar(linha.id)
    return linha


@pytest.fixture
def sistema(webhook_local: SistemaDoOrgao) -> SistemaDoOrgao:
    return webhook_local


def conferir(segredo_: str, cabecalhos: dict[str, str], corpo: bytes) -> bool:
    """Verify a message as any receiver would, by the specification and nothing of ours."""
    assinado = f"{cabecalhos['webhook-id']}.{cabecalhos['webhook-timestamp']}.".encode() + corpo
    chave = base64.b64decode(segredo_.removeprefix("whsec_"))
    certa = "v1," + base64.b64encode(hmac.new(chave, assinado, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(certa, dada) for dada in cabecalhos["webhook-signature"].split(" "))


def test_the_specifications_own_example_is_signed_as_it_says() -> None:
    assinatura = webhook.assinar(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert assinatura == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_demand_arrives_signed_and_whole(app: Flask, sistema: SistemaDoOrgao) -> None:
    endereco = ligar_canal(sistema.url)
    linha = levar(entrega())
    assert linha.estado is EstadoSaida.ENTREGUE
    (recebido,) = sistema.recebidos
    assert recebido.caminho == "/demandas"
    assert recebido.cabecalhos["webhook-id"] == linha.chave
    assert abs(int(recebido.cabecalhos["webhook-timestamp"]) - agora().timestamp()) < 60
    assert conferir(segredo(endereco), recebido.cabecalhos, recebido.corpo)
    assert not conferir(segredo(endereco), recebido.cabecalhos, recebido.corpo + b" ")
    assert recebido.dados["type"] == "demanda.encaminhada"
    dados, peticao = recebido.dados["data"], linha.encaminhamento.demanda.peticao
    assert dados["entrega"] == linha.chave
    assert dados["instrucao"] == "Informar a situação."
    assert dados["responder_ate"] == linha.encaminhamento.vence_dia.isoformat()
    assert dados["endereco"].endswith(f"/atendimento/{linha.encaminhamento_id}")
    assert dados["processo"]["numero"] == peticao.numero
    assert dados["processo"]["assunto"] == "Ponte do Jequitinhonha"
    assert dados["processo"]["autor"] == peticao.autor.nome
    assert dados["processo"]["municipio"]["ibge"] == peticao.municipio_id
    assert [d["papel"] for d in dados["processo"]["documentos"]] == ["principal"]


def test_what_is_documented_is_what_is_sent(app: Flask, sistema: SistemaDoOrgao) -> None:
    ligar_canal(sistema.url)
    levar(entrega())
    documento = Path("docs/webhook.md").read_text(encoding="utf-8")
    dados = sistema.recebidos[0].dados
    for nome in {*dados, *dados["data"], *dados["data"]["processo"], *dados["data"]["processo"]["documentos"][0]}:
        assert f'"{nome}"' in documento, nome


def test_each_try_has_the_same_id_and_a_time_of_its_own(app: Flask, sistema: SistemaDoOrgao) -> None:
    endereco = ligar_canal(sistema.url)
    sistema.sempre(500)
    linha = levar(entrega())
    assert (linha.estado, linha.erro) == (EstadoSaida.FALHOU, "o sistema do órgão falhou (HTTP 500)")
    assert "corpo <tecnico>" in (linha.erro_tecnico or "")
    sistema.sempre(200)
    levar(linha)
    assert linha.estado is EstadoSaida.ENTREGUE
    um, dois = sistema.recebidos
    assert um.cabecalhos["webhook-id"] == dois.cabecalhos["webhook-id"]
    assert um.cabecalhos["webhook-timestamp"] != dois.cabecalhos["webhook-timestamp"]
    assert conferir(segredo(endereco), dois.cabecalhos, dois.corpo)


def test_while_there_are_two_secrets_both_are_good(app: Flask, sistema: SistemaDoOrgao) -> None:
    endereco = ligar_canal(sistema.url, sais=("a" * 32, "b" * 32, "c" * 32))
    levar(entrega())
    (recebido,) = sistema.recebidos
    assert [conferir(segredo(endereco, n), recebido.cabecalhos, recebido.corpo) for n in range(3)] == [
        True, True, False,
    ]  # fmt: skip


def test_a_secret_is_made_of_ours_and_kept_nowhere(app: Flask) -> None:
    endereco = ligar_canal("https://ses.invalid/demandas")
    dado = segredo(endereco)
    assert len(base64.b64decode(dado.removeprefix("whsec_"))) == 32
    assert dado == segredo(endereco)
    assert dado.removeprefix("whsec_") not in str(endereco.dados)


@pytest.mark.parametrize(
    ("status", "frase"),
    [
        (400, "o sistema do órgão recusou a mensagem (HTTP 400)"),
        (401, "o sistema do órgão recusou a mensagem (HTTP 401)"),
        (404, "o sistema do órgão recusou a mensagem (HTTP 404)"),
        (301, "o endereço do sistema do órgão mudou: cadastre o novo"),
        (304, "o endereço do sistema do órgão mudou: cadastre o novo"),
    ],
)
def test_a_refusal_waits_for_a_person_at_once(app: Flask, sistema: SistemaDoOrgao, status: int, frase: str) -> None:
    ligar_canal(sistema.url)
    sistema.sempre(status, Location="/outro")
    linha = levar(entrega())
    assert (linha.estado, linha.erro) == (EstadoSaida.AGUARDA_PESSOA, frase)
    assert len(sistema.recebidos) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_what_passes_is_tried_again(app: Flask, sistema: SistemaDoOrgao, status: int) -> None:
    ligar_canal(sistema.url)
    sistema.sempre(status)
    assert levar(entrega()).estado is EstadoSaida.FALHOU


def test_gone_switches_the_address_off_and_waits_for_a_person(app: Flask, sistema: SistemaDoOrgao) -> None:
    endereco = ligar_canal(sistema.url)
    sistema.sempre(410)
    linha = levar(entrega())
    assert linha.estado is EstadoSaida.AGUARDA_PESSOA
    assert linha.erro == "o sistema do órgão disse que o endereço não existe mais; ele foi desligado"
    db.session().refresh(endereco)
    assert (endereco.ativo, endereco.versao) == (False, 2)
    triagem.distribuida(["SES"])  # and the next routing makes no delivery for it
    assert len(db.session().execute(select(Entrega).where(Entrega.canal == Canal.WEBHOOK)).all()) == 1


@pytest.mark.parametrize(
    ("pedido", "espera"),
    [
        ("3600", timedelta(hours=1)),
        (lambda: format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True), timedelta(hours=2)),
        ("99999999999", timedelta(days=1)),
        ("amanhã", timedelta(seconds=10)),
        ("-5", timedelta(seconds=10)),
        ("1", timedelta(seconds=10)),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(
    app: Flask, sistema: SistemaDoOrgao, pedido: str | Callable[[], str], espera: timedelta
) -> None:
    ligar_canal(sistema.url)
    texto = pedido if isinstance(pedido, str) else pedido()
    sistema.responder = lambda _: (429, {"Retry-After": texto.encode().decode("latin-1")}, b"")
    linha = entrega()
    services.entregar(linha.id)
    assert linha.estado is EstadoSaida.FALHOU
    assert linha.erro == "o sistema do órgão pediu para esperar (HTTP 429)"
    assert abs((linha.proxima_em - agora()) - espera) < timedelta(seconds=5)


def test_one_that_says_nothing_is_left_in_time(app: Flask, sistema: SistemaDoOrgao) -> None:
    ligar_canal(sistema.url)
    sistema.espera_s = 10
    linha = levar(entrega())
    assert linha.estado is EstadoSaida.FALHOU
    assert linha.erro == "o sistema do órgão não respondeu: o servidor não respondeu a tempo"


def test_one_that_is_not_there_is_tried_again(app: Flask) -> None:
    permitir(app)
    ligar_canal("http://127.0.0.1:1/demandas")
    linha = levar(entrega())
    assert linha.estado is EstadoSaida.FALHOU
    assert linha.erro == "o sistema do órgão não respondeu: o servidor não aceitou a ligação"


def test_an_endless_answer_is_not_read_to_the_end(app: Flask, sistema: SistemaDoOrgao) -> None:
    ligar_canal(sistema.url)
    sistema.responder = lambda _: (200, {}, b"x" * 20_000_000)
    assert levar(entrega()).estado is EstadoSaida.ENTREGUE
    resposta = rede.postar(sistema.url, b"{}", {}, regras=LOCAL, espera_s=5)
    assert len(resposta.corpo) == rede.LIMITE_RESPOSTA_BYTES


def test_an_agency_without_a_good_address_waits_for_a_person(app: Flask, sistema: SistemaDoOrgao) -> None:
    endereco = ligar_canal(sistema.url)
    linha = entrega()
    with transaction():
        endereco.ativo = False
    levar(linha)
    assert (linha.estado, linha.erro) == (
        EstadoSaida.AGUARDA_PESSOA, "o órgão não tem um endereço ligado para o sistema dele",
    )  # fmt: skip
    assert sistema.recebidos == []


def test_the_address_mended_is_the_one_that_the_next_try_goes_to(app: Flask, sistema: SistemaDoOrgao) -> None:
    endereco = ligar_canal(sistema.url.replace("/demandas", "/velho"))
    sistema.sempre(500)
    linha = levar(entrega())
    with transaction():
        db.session().get_one(EnderecoDeEntrega, endereco.id).endereco = sistema.url
    sistema.sempre(200)
    levar(linha)
    assert [r.caminho for r in sistema.recebidos] == ["/velho", "/demandas"]


def test_a_test_message_says_that_it_is_one(app: Flask, sistema: SistemaDoOrgao) -> None:
    endereco = ligar_canal(sistema.url)
    assert webhook.experimentar(endereco) is None
    (recebido,) = sistema.recebidos
    assert (recebido.dados["type"], recebido.dados["data"]) == ("teste", {"orgao": "SES"})
    assert conferir(segredo(endereco), recebido.cabecalhos, recebido.corpo)


# Where it may go.

LOCAL = rede.Regras((rede.ipaddress.ip_network("127.0.0.1/32"),), http=True)
PUBLICO = "93.184.215.14"


@pytest.fixture
def nomes(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What names resolve to, a list for each time they are asked; the last one stays."""
    respostas: dict[str, list[list[str]]] = {}

    def resolver(nome: str, _porta: int) -> list[str]:
        if nome not in respostas:
            return [nome]
        fila = respostas[nome]
        return fila.pop(0) if len(fila) > 1 else fila[0]

    monkeypatch.setattr(rede, "resolver", resolver)
    return respostas


@pytest.mark.parametrize(
    "ip",
    [
        "10.1.2.3", "172.16.0.1", "192.168.0.10", "127.0.0.1", "127.8.8.8", "0.0.0.0", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1",
        "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::", "2002:7f00:1::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_name_leads_into_our_own_house(nomes: dict[str, list[list[str]]], ip: str) -> None:
    nomes["orgao.mg.gov.br"] = [[ip]]
    with pytest.raises(rede.EnderecoProibido, match="o endereço leva a uma rede interna"):
        rede.conferir("https://orgao.mg.gov.br/x", rede.Regras())
    nomes["orgao.mg.gov.br"] = [[PUBLICO, ip]]  # one public address beside it does not make it good
    with pytest.raises(rede.EnderecoProibido):
        rede.conferir("https://orgao.mg.gov.br/x", rede.Regras())


@pytest.mark.parametrize("ip", [PUBLICO, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_public_addresses_are_good(nomes: dict[str, list[list[str]]], ip: str) -> None:
    nomes["orgao.mg.gov.br"] = [[ip]]
    assert rede.conferir("https://orgao.mg.gov.br/x", rede.Regras()).ips == (ip,)


def test_a_network_of_our_own_can_be_allowed(nomes: dict[str, list[list[str]]]) -> None:
    nomes["orgao.mg.gov.br"] = [["10.20.3.4"]]
    intranet = rede.Regras((rede.ipaddress.ip_network("10.20.0.0/16"),))
    assert rede.conferir("https://orgao.mg.gov.br/x", intranet).ips == ("10.20.3.4",)


@pytest.mark.parametrize(
    ("url", "frase"),
    [
        ("http://orgao.mg.gov.br/", "precisa começar com https://"),
        ("ftp://orgao.mg.gov.br/", "precisa começar com https://"),
        ("file:///etc/passwd", "precisa começar com https://"),
        ("https://ana:senha@orgao.mg.gov.br/", "não pode ter usuário ou senha"),
        ("https:///sem-nome", "precisa do nome do servidor"),
        ("https://orgao.mg.gov.br:porta/", "malformado"),
        ("https://127.0.0.1/", "rede interna"),
        ("https://[::1]/", "rede interna"),
        ("https://2130706433/", "rede interna"),
        ("https://0x7f.1/", "rede interna"),
    ],
)
def test_addresses_that_are_refused_as_they_stand(url: str, frase: str) -> None:
    with pytest.raises(rede.EnderecoProibido, match=frase):
        rede.conferir(url, rede.Regras())


def test_a_private_address_makes_a_delivery_wait_for_a_person(app: Flask, sistema: SistemaDoOrgao) -> None:
    permitir(app, webhook_redes=())
    ligar_canal(sistema.url)
    linha = levar(entrega())
    assert linha.estado is EstadoSaida.AGUARDA_PESSOA
    assert (linha.erro or "").startswith("o sistema do órgão não pode ser chamado: o endereço leva a uma rede interna")
    assert sistema.recebidos == []


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_is_checked_like_the_address(app: Flask, sistema: SistemaDoOrgao, status: int) -> None:
    ligar_canal(sistema.url)
    sistema.sempre(status, Location=f"http://127.0.0.2:{sistema.porta}/dentro")
    linha = levar(entrega())
    assert linha.estado is EstadoSaida.AGUARDA_PESSOA
    assert "o endereço leva a uma rede interna (127.0.0.2)" in (linha.erro or "")
    assert [r.caminho for r in sistema.recebidos] == ["/demandas"]


def test_a_redirect_within_what_is_allowed_carries_the_same_message(app: Flask, sistema: SistemaDoOrgao) -> None:
    endereco = ligar_canal(sistema.url)
    sistema.responder = lambda r: (307, {"Location": "/novo"}, b"") if r.caminho == "/demandas" else (200, {}, b"")
    assert levar(entrega()).estado is EstadoSaida.ENTREGUE
    um, dois = sistema.recebidos
    assert (dois.caminho, dois.corpo) == ("/novo", um.corpo)
    assert conferir(segredo(endereco), dois.cabecalhos, dois.corpo)


def test_redirects_without_end_are_left(app: Flask, sistema: SistemaDoOrgao) -> None:
    ligar_canal(sistema.url)
    sistema.sempre(307, Location="/demandas")
    linha = levar(entrega())
    assert linha.estado is EstadoSaida.AGUARDA_PESSOA
    assert "redireciona sem parar" in (linha.erro or "")
    assert len(sistema.recebidos) == 1 + rede.REDIRECIONAMENTOS


def test_a_name_that_changes_its_answer_gains_nothing(
    sistema_do_orgao: SistemaDoOrgao, nomes: dict[str, list[list[str]]]
) -> None:
    """DNS rebinding: what was checked is what is connected to, and the name is not asked again for that."""
    nomes["orgao.mg.gov.br"] = [["127.0.0.1"], ["10.0.0.1"]]
    url = f"http://orgao.mg.gov.br:{sistema_do_orgao.porta}/demandas"
    assert rede.postar(url, b"{}", {}, regras=LOCAL, espera_s=5).status == 204
    (recebido,) = sistema_do_orgao.recebidos
    assert recebido.cabecalhos["host"] == f"orgao.mg.gov.br:{sistema_do_orgao.porta}"
    assert nomes["orgao.mg.gov.br"] == [["10.0.0.1"]]  # asked once
    with pytest.raises(rede.EnderecoProibido):  # and the next request is checked anew
        rede.postar(url, b"{}", {}, regras=LOCAL, espera_s=5)


def test_a_redirect_to_a_name_that_turned_private_is_refused(
    sistema_do_orgao: SistemaDoOrgao, nomes: dict[str, list[list[str]]]
) -> None:
    nomes["orgao.mg.gov.br"] = [["127.0.0.1"], ["192.168.1.1"]]
    url = f"http://orgao.mg.gov.br:{sistema_do_orgao.porta}/demandas"
    sistema_do_orgao.sempre(308, Location=url)
    with pytest.raises(rede.EnderecoProibido, match=r"192\.168\.1\.1"):
        rede.postar(url, b"{}", {}, regras=LOCAL, espera_s=5)
    assert len(sistema_do_orgao.recebidos) == 1


def test_a_second_address_serves_when_the_first_does_not_answer(
    sistema_do_orgao: SistemaDoOrgao, nomes: dict[str, list[list[str]]]
) -> None:
    nomes["orgao.mg.gov.br"] = [["127.0.0.9", "127.0.0.1"]]
    largas = rede.Regras((rede.ipaddress.ip_network("127.0.0.0/8"),), http=True)
    url = f"http://orgao.mg.gov.br:{sistema_do_orgao.porta}/demandas"
    assert rede.postar(url, b"{}", {}, regras=largas, espera_s=5).status == 204


def test_a_name_that_is_not_there_is_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def sem_nome(_nome: str, _porta: int) -> list[str]:
        raise OSError("no such name")

    monkeypatch.setattr(rede, "resolver", sem_nome)
    ligar_canal("https://orgao.mg.gov.br/demandas")
    linha = levar(entrega())
    assert linha.estado is EstadoSaida.FALHOU
    assert linha.erro == "o sistema do órgão não respondeu: o nome orgao.mg.gov.br não foi encontrado"


# TLS keeps the name.


def certificado(pasta: Path, nome: str) -> tuple[ssl.SSLContext, Path]:
    """A server's own certificate for a name, and the file that makes it trusted."""
    chave = ec.generate_private_key(ec.SECP256R1())
    quem = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nome)])
    instante = datetime.now(UTC)
    feito = (
        x509.CertificateBuilder()
        .subject_name(quem).issuer_name(quem).public_key(chave.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(instante - timedelta(days=1)).not_valid_after(instante + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(nome)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(chave, hashes.SHA256())
    )  # fmt: skip
    publico, inteiro = pasta / "publico.pem", pasta / "inteiro.pem"
    publico.write_bytes(feito.public_bytes(serialization.Encoding.PEM))
    inteiro.write_bytes(
        publico.read_bytes()
        + chave.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexto.load_cert_chain(inteiro)
    return contexto, publico


SO_LOCAL = rede.Regras((rede.ipaddress.ip_network("127.0.0.1/32"),))


def test_the_certificate_is_asked_of_the_name_though_the_connection_goes_to_an_address(
    nomes: dict[str, list[list[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contexto, confiado = certificado(tmp_path, "orgao.mg.gov.br")
    nomes |= {"orgao.mg.gov.br": [["127.0.0.1"]], "outro.mg.gov.br": [["127.0.0.1"]]}
    with Ligado(SistemaDoOrgao(), contexto) as sistema:
        url = f"https://orgao.mg.gov.br:{sistema.porta}/demandas"
        with pytest.raises(rede.SemResposta, match="o certificado do servidor não é válido") as erro:
            rede.postar(url, b"{}", {}, regras=SO_LOCAL, espera_s=5)
        assert erro.value.definitiva
        monkeypatch.setenv("SSL_CERT_FILE", str(confiado))
        assert rede.postar(url, b"{}", {}, regras=SO_LOCAL, espera_s=5).status == 204
        with pytest.raises(rede.SemResposta, match="certificado"):
            rede.postar(url.replace("orgao.", "outro."), b"{}", {}, regras=SO_LOCAL, espera_s=5)
    assert len(sistema.recebidos) == 1
