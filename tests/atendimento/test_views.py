"""The agency's pages and SEGOV's review: refusals beside the field, typed text kept, nobody else's demand."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.atendimento import queries
from peticionamento.comum import saida
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import Encaminhamento, EstadoEncaminhamento
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]
JSON = {"Accept": "application/json"}


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def estado(enc: Encaminhamento) -> EstadoEncaminhamento:
    db.session().refresh(enc)
    return enc.estado


@pytest.fixture
def ses(app: Flask) -> Pessoa:
    return contas.agente("SES")


@pytest.fixture
def recebido(ses: Pessoa) -> Encaminhamento:
    return triagem.receber(triagem.entregue(["SES"]), por=ses)


def resposta_de(enc: Encaminhamento, digitado: str, **mudancas: str) -> dict[str, str]:
    rascunho = queries.rascunho_de(enc.id)
    return {
        "versao": str(enc.versao),
        "versao_rascunho": str(rascunho.versao if rascunho else 0),
        "texto": digitado,
        "formato": "texto",
        **mudancas,
    }


def test_another_agency_finds_nothing_there(como: Como, recebido: Encaminhamento) -> None:
    see = como(contas.agente("SEE"))
    assert see.get(f"/atendimento/{recebido.id}").status_code == 404
    for acao in ("receber", "recusar", "responder", "resposta", "anexos"):
        dados = resposta_de(recebido, "Não é minha, mas respondo.", motivo="Não compete a este órgão.")
        assert see.post(f"/atendimento/{recebido.id}/{acao}", data=dados).status_code == 404, acao
    assert estado(recebido) is EstadoEncaminhamento.RECEBIDO
    assert recebido.demanda.peticao.assunto not in texto(see.get("/atendimento"))


def test_receiving_leads_to_the_answer(como: Como, ses: Pessoa) -> None:
    enc = triagem.encaminhamento(triagem.entregue(["SES"]))
    cliente = como(ses)
    ida = cliente.post(f"/atendimento/{enc.id}/receber", data={"versao": enc.versao})
    assert ida.location == f"/atendimento/{enc.id}#resposta"
    assert estado(enc) is EstadoEncaminhamento.RECEBIDO
    de_novo = cliente.post(f"/atendimento/{enc.id}/receber", data={"versao": 1})
    assert de_novo.status_code == 409
    assert ses.nome in texto(de_novo)


@pytest.mark.parametrize("motivo", ["", "curto", "x" * 100_000])
def test_declining_badly_is_said_beside_the_field(
    como: Como, ses: Pessoa, recebido: Encaminhamento, motivo: str
) -> None:
    resposta = como(ses).post(f"/atendimento/{recebido.id}/recusar", data={"versao": recebido.versao, "motivo": motivo})
    assert resposta.status_code == 422
    pagina = texto(resposta)
    assert 'aria-invalid="true"' in pagina
    assert motivo in pagina
    assert estado(recebido) is EstadoEncaminhamento.RECEBIDO


def test_the_answer_saves_itself_and_says_which_version(como: Como, ses: Pessoa, recebido: Encaminhamento) -> None:
    cliente = como(ses)
    url = f"/atendimento/{recebido.id}/resposta"
    salvo = cliente.post(url, data=resposta_de(recebido, "Em análise pela área técnica."), headers=JSON)
    assert salvo.status_code == 200
    assert salvo.json is not None
    assert re.fullmatch(r"Salva às \d{1,2}h\d\d, versão 2", salvo.json["mensagem"])
    velha = resposta_de(recebido, "Outro texto, de outra aba.", versao_rascunho="1")
    assert cliente.post(url, data=velha, headers=JSON).status_code == 409
    assert "Em análise pela área técnica." in texto(cliente.get(f"/atendimento/{recebido.id}"))


@pytest.mark.parametrize(("digitado", "frase"), [("", "Escreva a resposta."), ("a" * 100_000, "o máximo é 20.000")])
def test_an_answer_empty_or_too_long_is_not_sent(
    como: Como, ses: Pessoa, recebido: Encaminhamento, digitado: str, frase: str
) -> None:
    resposta = como(ses).post(f"/atendimento/{recebido.id}/responder", data=resposta_de(recebido, digitado))
    assert resposta.status_code == 422
    assert frase in texto(resposta)
    assert digitado in texto(resposta)
    assert estado(recebido) is EstadoEncaminhamento.RECEBIDO


def test_script_in_an_answer_never_reaches_a_page(como: Como, ses: Pessoa, recebido: Encaminhamento) -> None:
    mau = "<p>Resposta com <script>alert(1)</script><img src=x onerror=alert(2)> palavras de verdade.</p>"
    enviado = resposta_de(recebido, mau, formato="html")
    assert como(ses).post(f"/atendimento/{recebido.id}/responder", data=enviado).status_code == 303
    pagina = como(contas.triador()).get(f"/respostas/{recebido.id}").get_data(as_text=True)
    assert "palavras de verdade" in pagina
    assert "alert(" not in pagina


def test_a_lying_attachment_is_refused_and_a_true_one_kept(como: Como, ses: Pessoa, recebido: Encaminhamento) -> None:
    cliente, url = como(ses), f"/atendimento/{recebido.id}/anexos"
    recusada = cliente.post(url, data={"arquivos": (io.BytesIO(b"mentira"), "laudo.pdf")}, headers=JSON)
    assert recusada.status_code == 422
    assert recusada.json is not None
    assert "“laudo.pdf” não abre como PDF" in recusada.json["mensagem"]
    aceita = cliente.post(url, data={"arquivos": (io.BytesIO(peticoes.pdf_pequeno()), "laudo.pdf")}, headers=JSON)
    assert aceita.status_code == 200
    assert "laudo.pdf" in texto(aceita)
    rascunho = queries.rascunho_de(recebido.id)
    assert rascunho is not None
    assert [a.nome for a in rascunho.anexos] == ["laudo.pdf"]


def test_sending_back_badly_keeps_what_was_typed(como: Como, app: Flask) -> None:
    enc = triagem.responder(triagem.entregue(["SES"]))
    cliente = como(contas.coordenadora())
    for ajuste, frase in (("curto", "Diga ao órgão o que precisa ser ajustado."), ("y" * 5000, "o máximo é 4.000")):
        resposta = cliente.post(f"/respostas/{enc.id}/devolver", data={"versao": enc.versao, "ajuste": ajuste})
        assert resposta.status_code == 422
        assert frase in texto(resposta)
        assert ajuste in texto(resposta)
    assert estado(enc) is EstadoEncaminhamento.RESPONDIDO


def test_who_approves_second_is_told_who_did(como: Como, app: Flask) -> None:
    enc = triagem.responder(triagem.entregue(["SES"]))
    ana, carla = contas.triador("Ana Dias"), contas.coordenadora("Carla Reis")
    visto = {"versao": enc.versao}
    assert como(ana).post(f"/respostas/{enc.id}/homologar", data=visto).status_code == 303
    segunda = como(carla).post(f"/respostas/{enc.id}/homologar", data=visto)
    assert segunda.status_code == 409
    assert "Ana Dias" in texto(segunda)
    assert "Homologou" in texto(segunda)


def test_the_lists_cost_the_same_however_long(como: Como, ses: Pessoa, contar_consultas: Contar) -> None:
    agente, segov = como(ses), como(contas.triador())
    triagem.entregue(["SES"])
    triagem.responder(triagem.entregue(["SES"]))
    medidas = []
    for _ in range(2):
        linha = []
        for cliente, caminho in ((agente, "/atendimento"), (segov, "/respostas")):
            with contar_consultas() as vistas:
                assert cliente.get(caminho).status_code == 200
            linha.append(len(vistas))
        medidas.append(linha)
        for _ in range(3):
            triagem.entregue(["SES"])
            triagem.responder(triagem.entregue(["SES"]))
    assert medidas[0] == medidas[1]
    assert max(medidas[1]) <= 9


def test_without_a_script_the_files_go_with_the_answer(como: Como, ses: Pessoa, recebido: Encaminhamento) -> None:
    cliente, url = como(ses), f"/atendimento/{recebido.id}/responder"
    enviado = resposta_de(recebido, "Segue o laudo pedido, com o cronograma.")
    mentira = cliente.post(url, data={**enviado, "arquivos": (io.BytesIO(b"mentira"), "laudo.pdf")})
    assert mentira.status_code == 422
    assert "“laudo.pdf” não abre como PDF" in texto(mentira)
    assert "Segue o laudo pedido" in texto(mentira)
    assert estado(recebido) is EstadoEncaminhamento.RECEBIDO
    certo = cliente.post(url, data={**enviado, "arquivos": (io.BytesIO(peticoes.pdf_pequeno()), "laudo.pdf")})
    assert certo.status_code == 303
    [enviada] = queries.respostas_de(recebido.id)
    assert [a.nome for a in enviada.anexos] == ["laudo.pdf"]


def test_an_agency_reads_the_acts_and_not_the_notices(como: Como, ses: Pessoa, recebido: Encaminhamento) -> None:
    aviso = db.session().execute(select(Aviso).where(Aviso.peticao_id == recebido.peticao_id)).scalar_one()
    with transaction():
        saida.entregue(aviso)
    pagina = texto(como(ses).get(f"/atendimento/{recebido.id}"))
    assert "Encaminhou à SES." in pagina
    assert aviso.para not in pagina


def test_after_declining_an_agency_reads_only_its_own_part(como: Como, ses: Pessoa) -> None:
    demanda = triagem.entregue(["SES", "SEE"])
    triagem.receber(demanda, "SEE", contas.agente("SEE", "Rita da SEE"))
    enc = triagem.encaminhamento(demanda, "SES")
    cliente = como(ses)
    assert "Rita da SEE" in texto(cliente.get(f"/atendimento/{enc.id}"))
    recusa = {"versao": enc.versao, "motivo": "O hospital é da rede FHEMIG."}
    assert cliente.post(f"/atendimento/{enc.id}/recusar", data=recusa).status_code == 303
    pagina = texto(cliente.get(f"/atendimento/{enc.id}"))
    assert "Recusou a demanda" in pagina
    assert "Rita da SEE" not in pagina
