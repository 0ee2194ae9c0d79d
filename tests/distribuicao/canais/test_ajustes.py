"""The administrator's pages of the channels: set, addressed, tried; a secret is shown once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peticionamento.comum.db import db
from peticionamento.comum.erros import SemPermissao
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import ajustes, devolucoes
from peticionamento.distribuicao.models import AjustesDoCanal, Canal, EnderecoDeEntrega, Entrega
from peticionamento.servidores.sei import Sei
from tests.factories import cadastros, contas, triagem
from tests.fixtures.correio import Modo, ServidorSMTP
from tests.fixtures.webhook import SistemaDoOrgao, ligar_canal, permitir, segredo


@pytest.fixture
def admin(app: Flask, como: Callable[[Pessoa], FlaskClient]) -> FlaskClient:
    """The administrator's browser."""
    return como(contas.pessoa(Papel.ADMINISTRADOR))


def endereco_do(canal: Canal = Canal.WEBHOOK) -> EnderecoDeEntrega:
    consulta = select(EnderecoDeEntrega).where(EnderecoDeEntrega.canal == canal)
    return db.session().execute(consulta.execution_options(populate_existing=True)).scalar_one()


def test_only_an_administrator_sets_a_channel(app: Flask, como: Callable[[Pessoa], FlaskClient]) -> None:
    assert como(contas.coordenadora()).get("/distribuicao/canais").status_code == 403
    with pytest.raises(SemPermissao):
        ajustes.ajustar(Canal.SEI, {}, ligado=True, por=contas.coordenadora(), versao=1)
    assert db.session().get(AjustesDoCanal, Canal.SEI) is None


def test_the_list_says_of_each_whether_it_is_on_and_how_many_have_it(app: Flask, admin: FlaskClient) -> None:
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    ligar_canal("https://ses.invalid/demandas")
    pagina = admin.get("/distribuicao/canais").text
    for canal in Canal:
        assert canal.rotulo in pagina
    assert ajustes.quantos()[Canal.WEBHOOK] == 1
    assert ajustes.quantos()[Canal.CORREIO] == 1


def test_messages_that_belong_to_none_are_shown(app: Flask, admin: FlaskClient) -> None:
    devolucoes.receber(b"From: x@y.invalid\r\nSubject: oi\r\n\r\n<script>alert(1)</script>", agora=agora())
    pagina = admin.get("/distribuicao/canais").text
    assert "não são de nenhuma entrega" in pagina
    assert "&lt;script&gt;alert(1)" in pagina


# E-mail.


def test_what_goes_with_a_message_is_set(app: Flask, admin: FlaskClient) -> None:
    pagina = admin.get("/distribuicao/canais/correio").text
    assert re.search(r'<input checked[^>]*value="peticao"', pagina)
    dados = {"anexo": "processo", "limite_mb": "8", "versao": "1"}
    assert admin.post("/distribuicao/canais/correio", data=dados).status_code == 303
    linha = ajustes.do_canal(Canal.CORREIO)
    assert (linha.dados, linha.versao) == ({"anexo": "processo", "limite_mb": 8}, 2)


@pytest.mark.parametrize(
    ("dados", "frase"),
    [
        ({"anexo": "tudo", "limite_mb": "5"}, "Escolha o que vai com a mensagem."),
        ({"anexo": "link", "limite_mb": "99"}, "Escreva um número de 0 a 25."),
        ({"anexo": "link", "limite_mb": ""}, "Escreva um número de 0 a 25."),
    ],
)
def test_what_cannot_be_is_refused(app: Flask, admin: FlaskClient, dados: dict[str, str], frase: str) -> None:
    resposta = admin.post("/distribuicao/canais/correio", data={**dados, "versao": "1"})
    assert resposta.status_code == 422
    assert frase in resposta.text


def test_somebody_elses_change_is_not_written_over(app: Flask, admin: FlaskClient) -> None:
    dados = {"anexo": "link", "limite_mb": "5", "versao": "1"}
    assert admin.post("/distribuicao/canais/correio", data=dados).status_code == 303
    resposta = admin.post("/distribuicao/canais/correio", data={**dados, "anexo": "peticao"})
    assert resposta.status_code == 409
    assert ajustes.MUDOU in resposta.text
    assert ajustes.do_canal(Canal.CORREIO).dados["anexo"] == "link"


def test_a_test_message_by_mail_says_how_it_went(app: Flask, admin: FlaskClient, servidor_smtp: ServidorSMTP) -> None:
    app.config["PETICIONAMENTO"] = replace(app.config["PETICIONAMENTO"], smtp_url=servidor_smtp.url)
    onde = "/distribuicao/canais/correio/teste"
    pagina = admin.post(onde, data={"para": "eu@segov.invalid"})
    assert pagina.status_code == 200
    assert "O teste chegou." in pagina.text
    assert str(servidor_smtp.mensagens[-1]["Subject"]) == "Teste do peticionamento eletrônico"
    servidor_smtp.modo = Modo.RECUSAR
    pagina = admin.post(onde, data={"para": "eu@segov.invalid"})
    assert "O teste não chegou." in pagina.text
    assert "O servidor de e-mail recusou a mensagem." in pagina.text
    assert "Caixa inexistente" in pagina.text.split("<details")[1]
    assert "O endereço de e-mail não é válido." in admin.post(onde, data={"para": "eu"}).text


# The agencies' own systems.


def test_an_agencys_system_is_set_up_from_nothing_to_a_delivery(
    app: Flask, admin: FlaskClient, sistema_do_orgao: SistemaDoOrgao
) -> None:
    permitir(app)
    orgao = cadastros.orgao("SES")
    onde = f"/distribuicao/canais/webhook/orgaos/{orgao.id}"
    assert "Segredo" not in admin.get(onde).text  # first the address
    dados = {"endereco": sistema_do_orgao.url, "ativo": "y", "versao": "1"}
    assert admin.post(onde, data=dados).status_code == 303
    assert "Sem segredo nada é enviado." in admin.get(onde).text
    mostrado = admin.post(f"{onde}/segredo", data={"versao": endereco_do().versao})
    assert mostrado.status_code == 200
    assert segredo(endereco_do()) in mostrado.text.replace("&#43;", "+")
    assert mostrado.headers["Cache-Control"] == "no-store"
    assert "whsec_" not in admin.get(onde).text
    assert "O teste chegou." in admin.post(f"{onde}/teste").text
    assert admin.post("/distribuicao/canais/webhook", data={"ligado": "y", "versao": "1"}).status_code == 303
    triagem.distribuida(["SES"])
    entregas = db.session().execute(select(Entrega).where(Entrega.canal == Canal.WEBHOOK)).scalars().all()
    assert [e.destino for e in entregas] == [sistema_do_orgao.url]
    assert "SES" in admin.get("/distribuicao/canais/webhook").text


def test_a_secret_is_changed_without_a_gap(app: Flask, admin: FlaskClient) -> None:
    endereco = ligar_canal("https://ses.invalid/demandas")
    onde = f"/distribuicao/canais/webhook/orgaos/{endereco.orgao_id}"
    antigo = segredo(endereco)
    trocado = admin.post(f"{onde}/segredo", data={"versao": endereco.versao})
    assert antigo not in trocado.text
    assert "O anterior continua valendo" in trocado.text
    assert segredo(endereco_do(), 1) == antigo
    assert "Há dois segredos em uso" in admin.get(onde).text
    de_novo = admin.post(f"{onde}/segredo", data={"versao": 1})  # the same press again: nothing is lost
    assert de_novo.status_code == 409
    assert segredo(endereco_do(), 1) == antigo
    assert admin.post(f"{onde}/segredo/encerrar", data={"versao": endereco_do().versao}).status_code == 303
    assert len(endereco_do().dados["sais"]) == 1
    assert segredo(endereco_do()) != antigo
    so_um = admin.post(f"{onde}/segredo/encerrar", data={"versao": endereco_do().versao})
    assert so_um.status_code == 422
    assert "Só há um segredo." in so_um.text


@pytest.mark.parametrize(
    ("url", "frase"),
    [
        ("http://ses.invalid/", "O endereço precisa começar com https://."),
        ("https://127.0.0.1/x", "O endereço leva a uma rede interna (127.0.0.1)."),
        ("https://169.254.169.254/latest", "O endereço leva a uma rede interna (169.254.169.254)."),
        ("https://a:b@ses.invalid/", "O endereço não pode ter usuário ou senha"),
        ("https://nao-existe.invalid/", "O nome nao-existe.invalid não foi encontrado."),
        ("", "Escreva o endereço."),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_as_it_is_set(
    app: Flask, admin: FlaskClient, url: str, frase: str
) -> None:
    orgao = cadastros.orgao("SES")
    dados = {"endereco": url, "ativo": "y", "versao": "1"}
    resposta = admin.post(f"/distribuicao/canais/webhook/orgaos/{orgao.id}", data=dados)
    assert resposta.status_code == 422
    assert frase in resposta.text
    assert db.session().execute(select(EnderecoDeEntrega)).all() == []


def test_no_secret_without_an_address_and_nothing_tested(app: Flask, admin: FlaskClient) -> None:
    orgao = cadastros.orgao("SES")
    onde = f"/distribuicao/canais/webhook/orgaos/{orgao.id}"
    resposta = admin.post(f"{onde}/segredo", data={"versao": "1"})
    assert resposta.status_code == 422
    assert "Salve primeiro o endereço." in resposta.text
    assert "O órgão ainda não tem um endereço." in admin.post(f"{onde}/teste").text


def test_a_system_that_refuses_the_test_says_what_it_said(
    app: Flask, admin: FlaskClient, sistema_do_orgao: SistemaDoOrgao
) -> None:
    permitir(app)
    endereco = ligar_canal(sistema_do_orgao.url)
    sistema_do_orgao.sempre(401)
    pagina = admin.post(f"/distribuicao/canais/webhook/orgaos/{endereco.orgao_id}/teste").text
    assert "O sistema do órgão recusou a mensagem (HTTP 401)." in pagina
    assert "corpo &lt;tecnico&gt;" in pagina.split("<details")[1]


def test_an_agency_that_is_not_there_is_not_found(app: Flask, admin: FlaskClient) -> None:
    for onde in ("webhook/orgaos/999", "sei/orgaos/999"):
        assert admin.get(f"/distribuicao/canais/{onde}").status_code == 404
        assert admin.post(f"/distribuicao/canais/{onde}", data={"versao": "1"}).status_code == 404


# SEI.

DO_SEI = {
    "ligado": "y", "unidade": "110000001", "tipo_procedimento": "100000256", "serie_principal": "11",
    "serie_anexo": "34", "serie_instrucao": "5", "numeracao": "1490.02", "hipotese": "7", "versao": "1",
}  # fmt: skip


def test_sei_is_set_and_each_agencys_unit_there(app: Flask, admin: FlaskClient) -> None:
    assert "SEI_URL, SEI_SISTEMA e SEI_SERVICO" in admin.get("/distribuicao/canais/sei").text
    assert admin.post("/distribuicao/canais/sei", data=DO_SEI).status_code == 303
    linha = ajustes.do_canal(Canal.SEI)
    assert linha.ligado
    assert linha.dados == {nome: valor for nome, valor in DO_SEI.items() if nome not in ("ligado", "versao")}
    orgao = cadastros.orgao("SES")
    onde = f"/distribuicao/canais/sei/orgaos/{orgao.id}"
    dados = {"endereco": "SES/PROTOCOLO", "unidade": "110000002", "ativo": "y", "versao": "1"}
    assert admin.get(onde).status_code == 200
    assert admin.post(onde, data=dados).status_code == 303
    assert (endereco_do(Canal.SEI).endereco, endereco_do(Canal.SEI).dados) == (
        "SES/PROTOCOLO", {"unidade": "110000002"},
    )  # fmt: skip
    assert "SES/PROTOCOLO" in admin.get("/distribuicao/canais/sei").text


def test_what_sei_could_not_understand_is_refused(app: Flask, admin: FlaskClient) -> None:
    resposta = admin.post("/distribuicao/canais/sei", data={**DO_SEI, "unidade": "SES", "numeracao": "x"})
    assert resposta.status_code == 422
    assert "Escreva só o número, como está no SEI." in resposta.text
    assert "Escreva como 1490.02." in resposta.text


def test_sei_is_tried_without_changing_anything_there(app: Flask, admin: FlaskClient, sei_local: Sei) -> None:
    assert admin.post("/distribuicao/canais/sei", data=DO_SEI).status_code == 303
    assert "O teste chegou." in admin.post("/distribuicao/canais/sei/teste").text


def test_sei_that_is_not_there_says_so(app: Flask, admin: FlaskClient) -> None:
    pagina = admin.post("/distribuicao/canais/sei/teste").text
    assert "O teste não chegou." in pagina
    assert "faltam SEI_URL, SEI_SISTEMA ou SEI_SERVICO." in pagina
