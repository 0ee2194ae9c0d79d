"""The administrator's pages of types, document types and legal grounds."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.models import (
    FormaPrincipal,
    HipoteseLegal,
    NivelAcesso,
    PapelExigencia,
    RegraAcesso,
    TipoDocumento,
    TipoProcesso,
)
from peticionamento.comum.db import db, transaction
from peticionamento.comum.permissoes import Papel
from peticionamento.contas.models import Pessoa
from tests.factories import cadastros, contas

Como = Callable[[Pessoa], FlaskClient]


def texto(resposta: TestResponse) -> str:
    return html.unescape(resposta.get_data(as_text=True))


def enviado(pagina: TestResponse) -> dict[str, Any]:
    """What the browser would send back from the page of a type, untouched."""
    corpo = pagina.get_data(as_text=True)
    form = corpo[corpo.index('id="tipo-form"') : corpo.index("</form>", corpo.index('id="tipo-form"'))]
    dados: dict[str, Any] = {}

    def por(nome: str, valor: str) -> None:
        dados.setdefault(nome, []).append(html.unescape(valor))

    for marca in re.findall(r"<input[^>]*>", form):
        atributos = dict(re.findall(r'([\w-]+)="([^"]*)"', marca))
        marcavel = atributos.get("type") in ("checkbox", "radio")
        if "name" in atributos and (not marcavel or " checked" in marca):
            por(atributos["name"], atributos.get("value", "y" if marcavel else ""))
    for nome, opcoes in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        escolhida = re.search(r'<option selected[^>]*value="([^"]*)"', opcoes)
        por(nome, escolhida[1] if escolhida else re.findall(r'value="([^"]*)"', opcoes)[0])
    for nome, valor in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        por(nome, valor.strip())
    return dados


@pytest.fixture
def admin(app: Flask, como: Como) -> FlaskClient:
    carregar_cadastros()
    return como(contas.pessoa(Papel.ADMINISTRADOR))


def tipo(slug: str) -> TipoProcesso:
    db.session().expire_all()
    return db.session().query(TipoProcesso).filter_by(slug=slug).one()


def retrato(t: TipoProcesso) -> dict[str, Any]:
    fora = {"id", "versao", "busca"}
    colunas = {c.key: getattr(t, c.key) for c in TipoProcesso.__table__.columns if c.key not in fora}
    pedidos = [(e.tipo_documento_id, e.papel, e.dica) for e in t.exigencias]
    return {**colunas, "unidades": sorted(u.sigla for u in t.unidades), "pedidos": pedidos}


@pytest.mark.parametrize(
    "slug", ["obra", "equipamento-de-saude", "seguranca-publica", "emenda", "reuniao", "oficio-assinado", "outra"]
)
def test_saving_a_page_untouched_changes_nothing(admin: FlaskClient, slug: str) -> None:
    antes = retrato(tipo(slug))
    onde = f"/cadastros/tipos/{tipo(slug).id}"
    resposta = admin.post(onde, data=enviado(admin.get(onde)))
    assert resposta.status_code == 303, texto(resposta)
    assert retrato(tipo(slug)) == antes
    assert tipo(slug).versao == 2


def test_the_index_leads_to_each_register(admin: FlaskClient) -> None:
    pagina = texto(admin.get("/cadastros"))
    for onde in ("tipos", "documentos", "hipoteses", "modelos", "textos"):
        assert f'href="/cadastros/{onde}"' in pagina
    assert "Superintendência" not in pagina
    assert "9 tipos de demanda em uso" in texto(admin.get("/cadastros/tipos"))


def test_without_an_antivirus_the_administrator_reads_so(admin: FlaskClient) -> None:
    pagina = texto(admin.get("/cadastros"))
    assert "Sem antivírus" in pagina
    assert "Os arquivos recebidos não são verificados." in pagina


@pytest.mark.config(clamd="tcp://127.0.0.1:1")
def test_an_antivirus_that_is_away_is_told_too(admin: FlaskClient) -> None:
    pagina = texto(admin.get("/cadastros"))
    assert "O antivírus não responde" in pagina
    assert "À espera de verificação" in pagina


def test_a_type_is_changed_whole_from_its_page(admin: FlaskClient) -> None:
    onde = f"/cadastros/tipos/{tipo('outra').id}"
    dados = enviado(admin.get(onde))
    laudo = db.session().query(TipoDocumento).filter_by(slug="laudo").one()
    linha = next(nome for nome, valor in dados.items() if nome.endswith("-documento") and valor == [str(laudo.id)])
    dados |= {
        "nome": "Outra coisa", "prazo": "7", "regra_acesso": "fixo", "acesso": "restrito",
        "hipotese": str(db.session().query(HipoteseLegal).first().id),
        linha.replace("-documento", "-papel"): "essencial", linha.replace("-documento", "-dica"): "Do perito.",
    }  # fmt: skip
    assert admin.post(onde, data=dados).status_code == 303
    mudado = tipo("outra")
    assert (mudado.nome, mudado.prazo_dias_uteis) == ("Outra coisa", 7)
    assert (mudado.regra_acesso, mudado.acesso) == (RegraAcesso.FIXO, NivelAcesso.RESTRITO)
    primeira = mudado.exigencias[0]
    assert (primeira.tipo_documento.slug, primeira.papel, primeira.dica) == (
        "laudo", PapelExigencia.ESSENCIAL, "Do perito.",
    )  # fmt: skip


def test_a_field_is_added_on_the_blank_line_and_taken_off_by_clearing_it(admin: FlaskClient) -> None:
    onde = f"/cadastros/tipos/{tipo('emenda').id}"
    dados = enviado(admin.get(onde))
    assert dados["campos-6-rotulo"] == [""]
    dados |= {"campos-6-rotulo": "Órgão que executa", "campos-6-tipo": "linha", "campos-6-obrigatorio": "y"}
    assert admin.post(onde, data=dados).status_code == 303
    assert tipo("emenda").campos[-1] == {
        "nome": "orgao_que_executa", "rotulo": "Órgão que executa", "tipo": "linha", "obrigatorio": True, "dica": "",
    }  # fmt: skip
    dados = enviado(admin.get(onde))
    dados |= {"campos-6-rotulo": "", "campos-6-nome": "", "campos-6-dica": ""}
    admin.post(onde, data=dados)
    assert [c["nome"] for c in tipo("emenda").campos][-1] == "etapa"


def test_what_is_wrong_is_beside_its_field_and_everything_typed_is_kept(admin: FlaskClient) -> None:
    onde = f"/cadastros/tipos/{tipo('obra').id}"
    dados = enviado(admin.get(onde))
    dados |= {
        "orientacao": "A minha orientação nova.", "limite_outros": "900", "prazo": "muito", "acesso": "restrito",
        "recebimento": "escolha", "forma_principal": "campos",
    }  # fmt: skip
    resposta = admin.post(onde, data=dados)
    assert resposta.status_code == 422
    pagina = texto(resposta)
    for frase in (
        "O prazo vai de 1 a 120 dias úteis.",
        "O limite desta instalação é 50 MB por arquivo.",
        "Escolha a hipótese legal do acesso restrito.",
        "Marque as unidades entre as quais se escolhe.",
        "Descreva ao menos um campo do formulário.",
        "Escolha o modelo em que os campos entram.",
    ):
        assert pagina.count(frase) == 2, frase  # in the summary and beside its field
    assert "A minha orientação nova." in pagina
    assert tipo("obra").forma_principal is FormaPrincipal.EDITOR


def test_a_conflict_says_what_is_different_and_saving_again_decides(admin: FlaskClient) -> None:
    onde = f"/cadastros/tipos/{tipo('obra').id}"
    dados = enviado(admin.get(onde))
    admin.post(onde, data={**dados, "prazo": "3"})
    resposta = admin.post(onde, data={**dados, "prazo": "20"})
    assert resposta.status_code == 409
    pagina = texto(resposta)
    assert "Outra pessoa mudou este tipo" in pagina
    assert '<th scope="row">Prazo</th><td data-r="salvo:">3</td><td data-r="digitado:">20</td>' in pagina
    assert pagina.count('<td data-r="salvo:">') == 1
    assert tipo("obra").prazo_dias_uteis == 3
    assert admin.post(onde, data=enviado(resposta)).status_code == 303
    assert tipo("obra").prazo_dias_uteis == 20


def test_a_new_type_begins_plain(admin: FlaskClient) -> None:
    dados = enviado(admin.get("/cadastros/tipos/novo"))
    vazio = admin.post("/cadastros/tipos/novo", data=dados)
    assert vazio.status_code == 422
    assert "Dê um nome ao tipo." in texto(vazio)
    dados |= {"nome": "Iluminação", "orientacao": "Diga a rua e o poste."}
    assert admin.post("/cadastros/tipos/novo", data=dados).status_code == 303
    assert "Iluminação" in texto(admin.get("/cadastros/tipos"))


def test_a_type_put_aside_is_no_longer_offered(admin: FlaskClient, como: Como) -> None:
    obra, deputada = tipo("obra"), como(contas.deputada())
    assert obra.nome in texto(deputada.get("/peticoes/nova"))
    velha = admin.post(f"/cadastros/tipos/{obra.id}/desativar", data={"versao": "99"})
    assert velha.status_code == 409
    assert admin.post(f"/cadastros/tipos/{obra.id}/desativar", data={"versao": obra.versao}).status_code == 303
    assert obra.nome not in texto(deputada.get("/peticoes/nova"))
    recusa = deputada.post("/peticoes/nova", data={"tipo": obra.id, "chave": "k"})
    assert recusa.status_code == 422
    assert admin.post(f"/cadastros/tipos/{obra.id}/reativar", data={"versao": obra.versao}).status_code == 303
    assert obra.nome in texto(deputada.get("/peticoes/nova"))


def test_document_types_and_legal_grounds_are_kept_from_their_pages(admin: FlaskClient) -> None:
    criado = admin.post("/cadastros/documentos/novo", data={"nome": "Termo", "palavras": "termo", "ordem": "5"})
    assert criado.status_code == 303
    recusa = admin.post("/cadastros/documentos/novo", data={"nome": "Termo", "palavras": "outras", "ordem": "5"})
    assert recusa.status_code == 422
    assert "Já existe “Termo”." in texto(recusa)
    assert 'value="outras"' in texto(recusa)
    declaracao = db.session().query(TipoDocumento).filter_by(slug="declaracao").one()
    fora = admin.post(f"/cadastros/documentos/{declaracao.id}", data={"nome": "Declaração", "ordem": "3"})
    assert fora.status_code == 422
    assert "Está em uso em “Saúde: equipamento, leito, medicamento ou serviço”." in texto(fora)
    nova = admin.post("/cadastros/hipoteses/nova", data={"nome": "Sigilo", "base_legal": "", "ativa": "y"})
    assert (nova.status_code, "Diga a lei e o artigo" in texto(nova)) == (422, True)
    boa = {"nome": "Sigilo", "base_legal": "art. 1º da Lei nº 1", "ativa": "y"}
    assert admin.post("/cadastros/hipoteses/nova", data=boa).status_code == 303
    assert "Sigilo" in texto(admin.get("/cadastros/hipoteses"))


def test_the_lists_cost_the_same_however_long(admin: FlaskClient, contar_consultas: Any) -> None:
    medidas = []
    for volta in range(2):
        for onde in ("/cadastros/tipos", "/cadastros/documentos", "/cadastros/hipoteses", "/peticoes/nova"):
            with contar_consultas() as vistas:
                admin.get(onde)
            medidas.append((onde, len(vistas)))
        with transaction():
            for n in range(3):
                novo = cadastros.tipo(f"novo-{volta}-{n}")
                cadastros.exigir(novo, cadastros.tipo_documento(f"documento-{n}"))
    assert medidas[:4] == medidas[4:]
