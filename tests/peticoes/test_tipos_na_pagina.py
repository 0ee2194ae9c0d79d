"""The pages of a draft follow its type: what it fixes is not asked, what it asks is said, nothing typed is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peticionamento.cadastros.models import (
    FormaPrincipal,
    NivelAcesso,
    PapelExigencia,
    Recebimento,
    RegraAcesso,
    TipoProcesso,
)
from peticionamento.comum.db import db
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import EstadoPeticao, Peticao
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]
JSON = {"Accept": "application/json"}
CAMPOS = [
    {"nome": "emenda", "rotulo": "Número da emenda", "tipo": "linha", "obrigatorio": True, "dica": "Como no extrato."},
    {"nome": "objeto", "rotulo": "Objeto", "tipo": "texto", "obrigatorio": True, "dica": ""},
    {"nome": "desde", "rotulo": "Parada desde", "tipo": "data", "obrigatorio": False, "dica": ""},
]


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def dados(peticao: Peticao, **mudancas: str) -> dict[str, str]:
    return {
        "versao": str(peticao.versao),
        "tipo": str(peticao.tipo_id),
        "assunto": peticao.assunto,
        "municipio": peticao.municipio_digitado,
        **mudancas,
    }


def emenda() -> TipoProcesso:
    return cadastros.tipo("emenda", nome="Emenda", forma_principal=FormaPrincipal.CAMPOS, campos=CAMPOS)


def de_escolha() -> TipoProcesso:
    return cadastros.tipo("outra", nome="Outra", regra_acesso=RegraAcesso.ESCOLHA)


def redigir(peticao: Peticao) -> str:
    return f"/peticoes/{peticao.id}/redigir"


def test_one_press_on_a_type_begins_the_draft(app: Flask, como: Como) -> None:
    tipo = cadastros.tipo("saude", nome="Saúde", orientacao="Informe o hospital.")
    cadastros.exigir(tipo, cadastros.tipo_documento("declaracao", "Declaração"))
    cadastros.exigir(tipo, cadastros.tipo_documento("oficio", "Ofício"), PapelExigencia.COMPLEMENTAR)
    cliente = como(contas.deputada())
    pagina = texto(cliente.get("/peticoes/nova"))
    assert "Informe o hospital." in pagina
    pede = re.search(r'id="tipo-\d+-pede">(.*?)</p>', pagina, re.DOTALL)
    assert pede is not None
    assert " ".join(pede[1].split()) == "Pede: <b>declaração</b>. Acesso público. Recebe: SEGOV."
    assert f'<button name="tipo" value="{tipo.id}"' in pagina
    chave = re.search(r'name="chave"[^>]*value="([^"]+)"', pagina)
    assert chave is not None
    assert cliente.post("/peticoes/nova", data={"tipo": tipo.id, "chave": chave[1]}).status_code == 303


def test_a_fixed_access_is_told_and_not_asked(app: Flask, como: Como) -> None:
    peticao = peticoes.rascunho()
    cliente = como(peticao.autor)
    pagina = texto(cliente.get(redigir(peticao)))
    assert re.search(r"Acesso <b>público</b>, fixado para este tipo\.", pagina)
    assert 'name="acesso"' not in pagina
    assert 'name="hipotese"' not in pagina
    assert 'name="unidade"' not in pagina
    posta = dados(peticao, acesso="restrito", hipotese=str(cadastros.hipotese().id))
    assert cliente.post(redigir(peticao), data=posta).status_code == 303
    db.session().expire_all()
    assert peticao.acesso is NivelAcesso.PUBLICO


def test_a_restricted_petition_without_its_ground_comes_back_beside_the_field(app: Flask, como: Como) -> None:
    peticao, sigilo = peticoes.rascunho(tipo=de_escolha()), cadastros.hipotese()
    cliente = como(peticao.autor)
    enviado = dados(peticao, acesso="restrito", hipotese="", assunto="Assunto novo")
    volta = cliente.post(redigir(peticao), data=enviado)
    pagina = texto(volta)
    assert volta.status_code == 422
    assert 'id="hipotese-erro">Escolha a hipótese legal do acesso restrito.' in pagina
    assert "Assunto novo" in pagina
    assert "ainda não foi salvo" not in pagina  # it is: only the review waits
    assert cliente.post(redigir(peticao), data=enviado, headers=JSON).status_code == 200
    db.session().expire_all()
    boa = dados(peticao, acesso="restrito", hipotese=str(sigilo.id))
    assert cliente.post(redigir(peticao), data=boa).location.endswith("/conferir")
    conferir = texto(cliente.get(f"/peticoes/{peticao.id}/conferir"))
    assert "Restrito: Informação pessoal (art. 31 da Lei nº 12.527/2011)" in " ".join(conferir.split())


def test_the_unit_is_chosen_by_agency_and_city(app: Flask, como: Como) -> None:
    regional, sede = cadastros.unidade_regional("SES", "Montes Claros"), cadastros.unidade("SEE")
    tipo = cadastros.tipo("reuniao", recebimento=Recebimento.ESCOLHA, unidades=[regional, sede])
    peticao = peticoes.rascunho(tipo=tipo)
    cliente = como(peticao.autor)
    pagina = texto(cliente.get(redigir(peticao)))
    assert [grupo for grupo in re.findall(r'<optgroup label="([^"]+)"', pagina) if " · " in grupo] == [
        "SEE · Órgão SEE",
        "SES · Órgão SES",
    ]
    assert f'<option value="{regional.id}">Regional de Montes Claros</option>' in pagina
    ruim = cliente.post(redigir(peticao), data=dados(peticao, unidade="999999"))
    assert (ruim.status_code, "Escolha uma das unidades da lista." in texto(ruim)) == (422, True)
    cliente.post(redigir(peticao), data=dados(peticao, unidade=str(regional.id)))
    conferir = texto(cliente.get(f"/peticoes/{peticao.id}/conferir"))
    assert "que encaminha à SES: Regional de Montes Claros" in conferir


def test_a_form_of_fields_is_typed_kept_and_shown(app: Flask, como: Como) -> None:
    peticao = peticoes.rascunho(tipo=emenda(), texto="")
    cliente = como(peticao.autor)
    pagina = texto(cliente.get(redigir(peticao)))
    assert 'name="texto"' not in pagina
    assert "<input class" not in pagina.split('name="campo_desde"')[0][-5:]
    assert re.search(r'<input[^>]*name="campo_desde"[^>]*type="date"', pagina)
    assert "Como no extrato." in pagina
    longo = cliente.post(redigir(peticao), data=dados(peticao, campo_objeto="x" * 4001, campo_emenda="90123"))
    assert longo.status_code == 422
    assert "Objeto: 4.001 caracteres; o máximo é 4.000." in texto(longo)
    assert 'value="90123"' in texto(longo)
    mau = "<script>alert(1)</script>"
    salvo = cliente.post(redigir(peticao), data=dados(peticao, campo_objeto=mau, campo_estranho="nada"))
    assert salvo.status_code == 303
    db.session().expire_all()
    assert peticao.campos == {"objeto": mau}
    conferir = cliente.get(f"/peticoes/{peticao.id}/conferir").get_data(as_text=True)
    assert "<script>alert" not in conferir
    assert "Preencha “Número da emenda”." in html.unescape(conferir)
    assert f'href="{redigir(peticao)}#campo_emenda"' in conferir


def test_without_a_script_another_type_keeps_the_text(app: Flask, como: Como) -> None:
    peticao, outro = peticoes.rascunho(), emenda()
    antes = peticao.texto_html
    cliente = como(peticao.autor)
    ida = dados(peticao, texto=antes, formato="html", tipo=str(outro.id), ir="redigir")
    pagina = texto(cliente.post(redigir(peticao), data=ida, follow_redirects=True))
    assert 'name="campo_emenda"' in pagina
    db.session().expire_all()
    cliente.post(redigir(peticao), data=dados(peticao, campo_emenda="90123", ir="redigir"))
    db.session().expire_all()
    volta = dados(peticao, campo_emenda="90124", tipo=str(cadastros.tipo().id), ir="redigir")
    assert "habilitação de dez leitos" in texto(cliente.post(redigir(peticao), data=volta, follow_redirects=True))
    db.session().expire_all()
    assert (peticao.texto_html, peticao.campos) == (antes, {"emenda": "90124"})


def test_after_a_save_only_what_the_new_type_changes_is_drawn_anew(app: Flask, como: Como) -> None:
    peticao = peticoes.rascunho(tipo=de_escolha())
    cliente = como(peticao.autor)
    onde, aqui = f"/peticoes/{peticao.id}/faltas", {"tipo_mostrado": peticao.tipo_id, "forma_mostrada": "editor"}
    mesma = texto(cliente.get(onde, query_string=aqui))
    assert 'id="quem-recebe"' in mesma
    assert 'id="escolhas-do-tipo"' not in mesma
    assert 'id="principal-do-tipo"' not in mesma
    de_obra = texto(cliente.get(onde, query_string={**aqui, "tipo_mostrado": cadastros.tipo().id}))
    assert 'name="acesso"' in de_obra
    assert 'id="principal-do-tipo"' not in de_obra  # the editor stays under the hands that type in it
    de_emenda = texto(cliente.get(onde, query_string={"tipo_mostrado": emenda().id, "forma_mostrada": "campos"}))
    assert 'id="principal-do-tipo"' in de_emenda
    assert "habilitação de dez leitos" in de_emenda


def test_a_missing_document_leads_to_its_slot_from_the_review(app: Flask, como: Como) -> None:
    tipo, declaracao = cadastros.tipo("saude"), cadastros.tipo_documento("declaracao", "Declaração")
    cadastros.exigir(tipo, declaracao)
    peticao = peticoes.rascunho(tipo=tipo)
    cliente = como(peticao.autor)
    pagina = cliente.get(f"/peticoes/{peticao.id}/conferir").get_data(as_text=True)
    assert f'<a href="{redigir(peticao)}#vaga-{declaracao.id}">Falta o documento essencial: Declaração.</a>' in pagina
    assert "Falta 1 ponto para assinar." in pagina
    assert f'id="vaga-{declaracao.id}"' in cliente.get(redigir(peticao)).get_data(as_text=True)
    assinada = cliente.post(
        f"/peticoes/{peticao.id}/protocolar",
        data={"versao": peticao.versao, "retrato": documentos.retrato(peticao), "senha": contas.SENHA},
    )
    assert assinada.status_code == 422
    assert "Falta o documento essencial: Declaração." in texto(assinada)
    db.session().expire_all()
    assert peticao.estado is EstadoPeticao.RASCUNHO


@pytest.mark.parametrize("pagina", ["redigir", "conferir", "faltas"])
def test_a_page_of_the_draft_costs_the_same_however_much_the_type_asks(
    app: Flask, como: Como, contar_consultas: Contar, pagina: str
) -> None:
    medidas = []
    for quantos in (1, 6):
        unidades = [cadastros.unidade_regional("SES", f"Cidade {quantos}-{n}") for n in range(quantos)]
        tipo = cadastros.tipo(
            f"grande-{quantos}", recebimento=Recebimento.ESCOLHA, unidades=unidades, regra_acesso=RegraAcesso.ESCOLHA
        )
        for n in range(quantos):
            cadastros.exigir(tipo, cadastros.tipo_documento(f"documento-{quantos}-{n}"))
        peticao = peticoes.rascunho(tipo=tipo, assunto=f"Pedido {quantos}")
        for n in range(quantos):
            peticoes.com_anexo(peticao, f"anexo-{n}.pdf")
        cliente = como(peticao.autor)
        with contar_consultas() as vistas:
            assert cliente.get(f"/peticoes/{peticao.id}/{pagina}").status_code == 200
        medidas.append(len(vistas))
    assert medidas[0] == medidas[1]


def test_what_was_poured_from_the_fields_is_what_everybody_reads(app: Flask, como: Como) -> None:
    sigilo, unidade = cadastros.hipotese(), cadastros.unidade("SES")
    tipo = cadastros.tipo(
        "emenda", forma_principal=FormaPrincipal.CAMPOS, campos=CAMPOS, unidade=unidade,
        acesso=NivelAcesso.RESTRITO, hipotese=sigilo,
    )  # fmt: skip
    peticao = peticoes.rascunho(tipo=tipo, texto="")
    cliente = como(peticao.autor)
    cliente.post(redigir(peticao), data=dados(peticao, campo_emenda="90123", campo_objeto="Ambulância"))
    db.session().expire_all()
    envio = {"versao": peticao.versao, "retrato": documentos.retrato(peticao), "senha": contas.SENHA}
    assert cliente.post(f"/peticoes/{peticao.id}/protocolar", data=envio).status_code == 303
    db.session().expire_all()
    assert "90123" in peticao.texto_html
    linha = triagem.demanda_de(peticao)
    for pagina in (f"/peticoes/{peticao.id}", f"/triagem/{linha.id}"):
        leitora = cliente if pagina.startswith("/peticoes") else como(contas.triador())
        assert "Ambulância" in texto(leitora.get(pagina)), pagina
    mesa = " ".join(texto(como(contas.triador()).get(f"/triagem/{linha.id}")).split())
    assert "Acesso restrito" in mesa
    assert "endereçada à SES: Protocolo" in mesa
    assert "· acesso restrito" in texto(como(contas.triador()).get("/triagem"))
