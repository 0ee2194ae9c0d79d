"""Pages that speak to the Assembly: the number brought, refused, taken off, and begun with."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.comum.db import db, transaction
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.assembleia.cliente import FORA
from peticionamento.peticoes.models import ConsultaAssembleia, Peticao
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.almg import AUTORA
from tests.peticoes.almg_de_mentira import Assembleia, Modo

Como = Callable[[Pessoa], FlaskClient]


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def dados(peticao: Peticao, **mudancas: str) -> dict[str, str]:
    return {
        "versao": str(peticao.versao),
        "tipo": str(peticao.tipo_id),
        "assunto": peticao.assunto,
        "municipio": peticao.municipio_digitado,
        "texto": peticao.texto_html,
        "formato": "html",
        **mudancas,
    }


def pedir(cliente: FlaskClient, peticao: Peticao, **mudancas: str) -> TestResponse:
    return cliente.post(f"/peticoes/{peticao.id}/assembleia", data=dados(peticao, **mudancas))


def test_what_was_typed_is_saved_first_and_the_rest_filled_in(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    almg.ter("RQN 8788/2024", autor="Deputado João Neves    PX")
    cliente = como(vazia.autor)
    pagina = texto(cliente.get(f"/peticoes/{vazia.id}/redigir"))
    assert "Trazer da Assembleia" in pagina
    ida = pedir(cliente, vazia, assunto="Digitado e não salvo", proposicao="rqn nº 8.788/24")
    assert (ida.status_code, ida.location) == (303, f"/peticoes/{vazia.id}/redigir")
    pagina = texto(cliente.get(ida.location))
    assert "RQN 8788/2024 está nesta petição. Da Assembleia vieram o texto, o município e o tema." in pagina
    assert "O assunto ficou como você escreveu." in pagina
    assert 'value="Digitado e não salvo"' in pagina
    assert 'href="https://www.almg.gov.br/projetos-de-lei/RQN/8788/2024"' in pagina
    assert f"O requerimento é de João Neves; a petição é de {AUTORA}." in pagina
    assert "Trazer outra proposição" in pagina


def test_replacing_is_asked_for(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    almg.ter("RQN 8788/2024")
    cliente = como(vazia.autor)
    pedir(cliente, vazia, assunto="O meu", proposicao="RQN 8788/2024", substituir="y")
    db.session().expire_all()
    assert vazia.assunto.startswith("Pedido de providências")


def test_enter_in_the_field_brings_it_too(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    ida = como(vazia.autor).post(
        f"/peticoes/{vazia.id}/redigir", data=dados(vazia, proposicao="RQN 8788/2024", ir="redigir")
    )
    assert (ida.status_code, ida.location) == (307, f"/peticoes/{vazia.id}/assembleia")


@pytest.mark.parametrize(
    ("digitada", "modo", "frase"),
    [
        ("8788/2024", Modo.NORMAL, "Falta a sigla no começo (RQN, RQC, IND, PL…), como RQN 8788/2024."),
        ("", Modo.NORMAL, "Digite o número da proposição, como RQN 8788/2024."),
        ("RQN 77/2024", Modo.NORMAL, "A Assembleia não tem RQN 77/2024. Confira a sigla, o número e o ano."),
        ("RQN 8788/2024", Modo.CAIDA, FORA),
        ("x" * 121, Modo.NORMAL, "Número na Assembleia: 121 caracteres; o máximo é 120."),
    ],
)
def test_a_refusal_stands_beside_the_number_and_the_text_is_safe(
    vazia: Peticao, almg: Assembleia, como: Como, digitada: str, modo: Modo, frase: str
) -> None:
    almg.ter("RQN 8788/2024")
    almg.modo = modo
    cliente = como(vazia.autor)
    volta = pedir(cliente, vazia, assunto="Meu assunto", proposicao=digitada)
    assert volta.status_code == 422
    pagina = texto(volta)
    assert frase in pagina
    assert 'aria-describedby="proposicao-dica proposicao-erro"' in pagina
    assert f'value="{digitada}"' in pagina
    db.session().expire_all()
    assert vazia.assunto == "Meu assunto"
    assert f'name="versao" value="{vazia.versao}"' in pagina


def test_a_text_that_is_refused_comes_back_with_the_number_typed(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    volta = pedir(como(vazia.autor), vazia, assunto="á" * 101, proposicao="RQN 8788/2024")
    assert volta.status_code == 422
    pagina = texto(volta)
    assert "101 caracteres; o máximo é 100." in pagina
    assert 'value="RQN 8788/2024"' in pagina
    assert almg.pedidos == []


def test_an_old_answer_says_its_age(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    almg.ter("RQN 8788/2024")
    cliente = como(vazia.autor)
    pedir(cliente, vazia, proposicao="RQN 8788/2024")
    with transaction() as session:
        for guardada in session.execute(select(ConsultaAssembleia)).scalars():
            guardada.lida_em = agora() - timedelta(days=3)
    almg.modo = Modo.CAIDA
    db.session().expire_all()
    ida = pedir(cliente, vazia, proposicao="RQN 8788/2024")
    assert "A Assembleia não respondeu agora: é o que ela dizia em " in texto(cliente.get(ida.location))


def test_it_is_removed_by_a_button_that_saves_too(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    almg.ter("RQN 8788/2024")
    cliente = como(vazia.autor)
    pedir(cliente, vazia, proposicao="RQN 8788/2024")
    db.session().expire_all()
    remover = f"/peticoes/{vazia.id}/assembleia/remover"
    ida = cliente.post(remover, data=dados(vazia, assunto="Outro assunto"))
    assert "já não cita a proposição da Assembleia" in texto(cliente.get(ida.location))
    db.session().expire_all()
    assert (vazia.proposicao, vazia.proposicao_dados, vazia.assunto) == (None, None, "Outro assunto")
    assert cliente.post(remover, data=dados(vazia, assunto="á" * 101)).status_code == 422


def test_it_is_seen_at_the_review_by_the_author_and_at_the_desk(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    almg.ter("RQN 8788/2024", autor="\n".join(f"Deputado {letra}" for letra in "ABCDE"))
    cliente = como(vazia.autor)
    pedir(cliente, vazia, proposicao="RQN 8788/2024")
    aviso = f"O requerimento é de A, B, C e mais 2; a petição é de {AUTORA}."
    assert aviso in texto(cliente.get(f"/peticoes/{vazia.id}/conferir"))
    db.session().expire_all()
    services.protocolar(vazia.id, contas.SENHA, por=vazia.autor, versao=vazia.versao, agora=agora())
    pagina = texto(cliente.get(f"/peticoes/{vazia.id}"))
    assert "RQN 8788/2024" in pagina
    assert "A, B, C e mais 2" in pagina
    mesa = texto(como(contas.triador()).get(f"/triagem/{triagem.demanda_de(vazia).id}"))
    assert "RQN 8788/2024" in mesa
    assert aviso in mesa


def test_a_petition_begins_with_a_number_once_for_each_page(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    almg.ter("RQN 8788/2024")
    cliente = como(vazia.autor)
    pagina = texto(cliente.get("/peticoes/nova"))
    assert "Começar por um requerimento da Assembleia" in pagina
    chaves = re.findall(r'name="chave"[^>]*value="([^"]+)"', pagina)
    assert len(set(chaves)) == 1
    envio = {"chave": chaves[0], "proposicao": "RQN 8788/2024"}
    idas = [cliente.post("/peticoes/nova/assembleia", data=envio) for _ in range(2)]
    assert [ida.status_code for ida in idas] == [303, 303]
    assert idas[0].location == idas[1].location
    assert cadastros.quantos(Peticao) == 2
    assert "Pedido de providências" in texto(cliente.get(idas[0].location))


def test_a_number_that_is_not_there_begins_nothing(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    cliente = como(vazia.autor)
    volta = cliente.post("/peticoes/nova/assembleia", data={"chave": "c", "proposicao": "RQN 8788/2024"})
    assert volta.status_code == 422
    pagina = texto(volta)
    assert "A Assembleia não tem RQN 8788/2024." in pagina
    assert 'value="RQN 8788/2024"' in pagina
    assert re.findall(r'name="chave"[^>]*value="([^"]+)"', pagina) == ["c", "c"]
    assert cadastros.quantos(Peticao) == 1


def test_what_the_assembly_says_is_shown_as_text(vazia: Peticao, almg: Assembleia, como: Como) -> None:
    mau = "<script>alert('x')</script>"
    almg.ter("RQN 8788/2024", assunto=f"Requer {mau} isto.", autor=f"Deputado {mau}", situacao=mau)
    cliente = como(vazia.autor)
    pedir(cliente, vazia, proposicao="RQN 8788/2024")
    for caminho in (f"/peticoes/{vazia.id}/redigir", f"/peticoes/{vazia.id}/conferir", "/peticoes"):
        assert "<script>alert" not in cliente.get(caminho).get_data(as_text=True)


def test_another_persons_draft_does_not_exist_there(app: Flask, almg: Assembleia, como: Como) -> None:
    rascunho, estranha = peticoes.rascunho(), contas.deputada()
    for fim in ("", "/remover"):
        resposta = como(estranha).post(f"/peticoes/{rascunho.id}/assembleia{fim}", data=dados(rascunho))
        assert resposta.status_code == 404
    assert almg.pedidos == []
