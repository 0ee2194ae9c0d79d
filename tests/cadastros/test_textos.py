"""Model texts: who is offered which, what is refused when one is saved, and the administrator's pages."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peticionamento.cadastros import textos_queries as queries
from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.carga_textos import carregar_textos
from peticionamento.cadastros.models import DocumentoModelo, TextoPadrao, TipoProcesso
from peticionamento.cadastros.services import textos as services
from peticionamento.cadastros.services.textos import DOCUMENTO, TEXTO, Escrito
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.permissoes import Papel
from peticionamento.contas.models import Pessoa
from tests.comum.test_pdf import figura
from tests.factories import cadastros, contas

Como = Callable[[Pessoa], FlaskClient]

FECHO = "<p>{{autor}}, em {{data}}.</p>"


@pytest.fixture
def administradora(app: Flask) -> Pessoa:
    return contas.pessoa(Papel.ADMINISTRADOR)


def texto(por: Pessoa, titulo: str = "Fecho", html: str = FECHO, **lugar: int) -> TextoPadrao:
    return services.criar(TEXTO, Escrito(titulo, html, **lugar), por=por)


def recusado(por: Pessoa, escrito: Escrito, especie: services.Especie = DOCUMENTO) -> tuple[str | None, str]:  # type: ignore[type-arg]
    with pytest.raises(Recusa) as erro:
        services.criar(especie, escrito, por=por)
    return erro.value.campo, erro.value.mensagem


def test_each_is_offered_its_own_texts(administradora: Pessoa) -> None:
    ses, see, obra, escola = (
        cadastros.unidade("SES").id,
        cadastros.unidade("SEE").id,
        cadastros.tipo(),
        cadastros.tipo("b"),
    )
    texto(administradora, "De todos")
    texto(administradora, "De obra", tipo_id=obra.id)
    texto(administradora, "Da SES", unidade_id=ses)
    texto(administradora, "Da SES, de obra", unidade_id=ses, tipo_id=obra.id)
    fora = texto(administradora, "Fora de uso")
    services.por_em_uso(TEXTO, fora.id, False, por=administradora, versao=1)

    def titulos(unidade: int | None, tipo: TipoProcesso) -> list[str]:
        return [t.titulo for t in queries.textos_para(unidade, tipo.id)]

    assert titulos(None, obra) == ["De obra", "De todos"]
    assert titulos(None, escola) == ["De todos"]
    assert titulos(ses, obra) == ["Da SES", "Da SES, de obra"]
    assert titulos(see, obra) == []
    with pytest.raises(NaoEncontrado, match="não está mais na lista"):
        queries.texto_para(fora.id, None, obra.id)


def test_only_clean_text_is_kept(administradora: Pessoa) -> None:
    sujo = '<script>1</script><table><tr><td onclick="x">Peço {{assunto}}</td></tr></table>'
    assert texto(administradora, "Um", sujo).texto_html == "Peço {{assunto}}"
    modelo = services.criar(DOCUMENTO, Escrito("Um", sujo), por=administradora)
    assert modelo.corpo_html == "<table><tbody><tr><td>Peço {{assunto}}</td></tr></tbody></table>"


def test_what_is_wrong_is_said_beside_its_field(administradora: Pessoa) -> None:
    assert recusado(administradora, Escrito("", FECHO)) == ("titulo", "Dê um nome, para que se ache na lista.")
    assert recusado(administradora, Escrito("x" * 121, FECHO)) == (
        "titulo",
        "O nome tem 121 caracteres; o máximo é 120.",
    )
    assert recusado(administradora, Escrito("Um", "<p> </p>")) == ("texto", "Escreva o texto.")
    assert recusado(administradora, Escrito("Um", FECHO, unidade_id=9_999)) == (
        "unidade", "Escolha uma das unidades da lista.",
    )  # fmt: skip
    assert recusado(administradora, Escrito("Um", FECHO, tipo_id=9_999)) == ("tipo", "Escolha um dos tipos da lista.")
    assert recusado(administradora, Escrito("Um", "<p>{{emenda}}</p>"))[1].startswith("O campo {{emenda}} não existe.")
    texto(administradora, "Fecho")
    assert recusado(administradora, Escrito("Fecho", FECHO), TEXTO) == (
        "titulo", "Já existe “Fecho”. Escolha outro nome ou altere o que existe.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("src", "frase"),
    [
        ("https://mg.gov.br/brasao.png", "As imagens vão dentro do texto, em PNG ou JPEG: data:image/png;base64,…"),
        ("data:image/png;base64,AAAA", "Uma das imagens não pôde ser aberta como PNG."),
        ("data:image/png;base64,AAAAA", "Uma das imagens chegou incompleta."),
        (figura(30, 30, "CMYK", "JPEG"), "Uma das imagens não está em cores RGB nem em tons de cinza."),
        (figura(9_000, 900, "1"), "Uma das imagens tem 9000 × 900 pontos; reduza-a antes de usá-la."),
        (figura(10, 10).replace("image/png", "image/jpeg"), "Uma das imagens não pôde ser aberta como JPEG."),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused(administradora: Pessoa, src: str, frase: str) -> None:
    assert recusado(administradora, Escrito("Um", f'<p>a</p><img src="{src}">')) == ("texto", frase)


def test_pictures_have_a_size(administradora: Pessoa) -> None:
    uri = f"data:image/png;base64,{'A' * 700_000}"
    assert (
        recusado(administradora, Escrito("Um", f'a<img src="{uri}">'))[1]
        == "Uma das imagens tem 512 kB; o máximo é 500 kB."
    )
    services.criar(
        DOCUMENTO, Escrito("Com timbre", f'<p>a <img src="{figura()}" alt="Timbre"></p>'), por=administradora
    )


def test_a_model_may_use_the_fields_of_its_type_and_of_those_that_use_it(administradora: Pessoa) -> None:
    tipo = _com_campos("emenda")
    html = "<p>{{emenda}}</p>"
    modelo = services.criar(DOCUMENTO, Escrito("Emenda", html, tipo_id=tipo.id), por=administradora)
    with transaction():
        tipo.modelo_id = modelo.id
    alterado = services.alterar(DOCUMENTO, modelo.id, Escrito("Emenda", html + html), por=administradora, versao=1)
    assert (alterado.tipo_processo_id, alterado.versao) == (None, 2)
    with pytest.raises(Recusa, match="faz o documento principal de “Obra”"):
        services.por_em_uso(DOCUMENTO, modelo.id, False, por=administradora, versao=2)


def _com_campos(*nomes: str) -> TipoProcesso:
    tipo = cadastros.tipo()
    with transaction():
        tipo.campos = [
            {"nome": n, "rotulo": n.title(), "tipo": "linha", "obrigatorio": True, "dica": ""} for n in nomes
        ]
    return tipo


def test_what_somebody_changed_meanwhile_is_not_written_over(administradora: Pessoa) -> None:
    um = texto(administradora)
    services.alterar(TEXTO, um.id, Escrito("Fecho", "<p>Novo.</p>"), por=administradora, versao=1)
    with pytest.raises(Conflito, match="Outra pessoa mudou este texto"):
        services.alterar(TEXTO, um.id, Escrito("Fecho", "<p>Velho.</p>"), por=administradora, versao=1)
    with pytest.raises(Conflito):
        services.por_em_uso(TEXTO, um.id, False, por=administradora, versao=1)
    assert db.session().get_one(TextoPadrao, um.id).texto_html == "<p>Novo.</p>"


@pytest.mark.parametrize("papel", [papel for papel in Papel if papel is not Papel.ADMINISTRADOR])
def test_only_the_administrator_writes_them(app: Flask, papel: Papel) -> None:
    with pytest.raises(SemPermissao):
        texto(contas.pessoa(papel))


def test_the_program_starts_with_texts_and_keeps_what_was_edited(app: Flask) -> None:
    assert carregar_cadastros()
    administradora = contas.pessoa(Papel.ADMINISTRADOR)
    assert (cadastros.quantos(TextoPadrao), cadastros.quantos(DocumentoModelo)) == (8, 2)
    emenda = db.session().execute(select(TipoProcesso).where(TipoProcesso.slug == "emenda")).scalar_one()
    modelo = db.session().get_one(DocumentoModelo, emenda.modelo_id)
    assert (modelo.nome, modelo.tipo_processo_id) == ("Acompanhamento de emenda parlamentar", emenda.id)
    for especie, tabela in ((TEXTO, TextoPadrao), (DOCUMENTO, DocumentoModelo)):
        for linha in db.session().execute(select(tabela)).scalars():
            escrito = Escrito("x", getattr(linha, especie.html), linha.unidade_id, linha.tipo_processo_id)
            services.conferir_html(especie, escrito, services.campos_proprios(linha.tipo_processo_id))
    um = db.session().execute(select(TextoPadrao).where(TextoPadrao.unidade_id.is_(None)).limit(1)).scalar_one()
    services.alterar(TEXTO, um.id, Escrito(um.titulo, "<p>Meu.</p>"), por=administradora, versao=1)
    with transaction():
        assert carregar_textos() == 0
    assert db.session().get_one(TextoPadrao, um.id).texto_html == "<p>Meu.</p>"


def dados(**mudancas: object) -> dict[str, object]:
    return {"titulo": "Fecho", "unidade": 0, "tipo": 0, "texto": FECHO, "formato": "html", "versao": "0", **mudancas}


def test_the_administrator_writes_changes_and_puts_aside_a_text(como: Como, administradora: Pessoa) -> None:
    cliente = como(administradora)
    assert "Ainda não há textos padrão." in cliente.get("/cadastros/textos").text
    assert cliente.post("/cadastros/textos/novo", data=dados()).status_code == 303
    um = db.session().execute(select(TextoPadrao)).scalar_one()
    pagina = cliente.get(f"/cadastros/textos/{um.id}").text
    assert "Como fica" in pagina
    assert "Beatriz Nogueira, em " in pagina
    ruim = cliente.post(f"/cadastros/textos/{um.id}", data=dados(versao="1", titulo="Novo nome", texto="<p>{{x}}</p>"))
    assert ruim.status_code == 422
    assert "O campo {{x}} não existe." in ruim.text
    assert "Novo nome" in ruim.text
    assert cliente.post(f"/cadastros/textos/{um.id}", data=dados(versao="7")).status_code == 409
    assert cliente.post(f"/cadastros/textos/{um.id}", data=dados(versao="1", texto="<p>Outro.</p>")).status_code == 303
    assert cliente.post(f"/cadastros/textos/{um.id}/desativar", data={"versao": "2"}).status_code == 303
    assert "Fora de uso" in cliente.get("/cadastros/textos").text
    assert cliente.post(f"/cadastros/textos/{um.id}/reativar", data={"versao": "3"}).status_code == 303
    assert "Em uso" in cliente.get("/cadastros/textos").text


def test_a_model_document_is_tried_as_a_pdf_before_it_is_saved(como: Como, administradora: Pessoa) -> None:
    cliente = como(administradora)
    html = "<h2>Título</h2><table><tr><th>Autor</th></tr><tr><td>{{autor}}</td></tr></table><p>Processo {{numero}}</p>"
    previa = cliente.post("/cadastros/modelos/previa", data=dados(titulo="Meu modelo", texto=html))
    assert (previa.status_code, previa.mimetype) == (200, "application/pdf")
    with pypdfium2.PdfDocument(previa.data) as documento:
        lido = documento[0].get_textpage().get_text_range()
    for dito in (
        "EXEMPLO DE MODELO, SEM VALOR",
        "Meu modelo",
        "Beatriz Nogueira",
        "Documento assinado eletronicamente",
    ):
        assert dito in lido
    assert cadastros.quantos(DocumentoModelo) == 0
    ruim = cliente.post("/cadastros/modelos/previa", data=dados(texto="<p>{{x}}</p>"))
    assert ruim.status_code == 422
    assert "O campo {{x}} não existe." in ruim.text


def test_a_model_document_comes_back_as_it_was_typed(como: Como, administradora: Pessoa) -> None:
    cliente = como(administradora)
    html = '<h2>Um</h2>\n<table>\n  <tbody><tr><td colspan="2">a &amp; b</td></tr></tbody>\n</table>'
    assert cliente.post("/cadastros/modelos/novo", data=dados(texto=html, titulo="Um")).status_code == 303
    modelo = db.session().execute(select(DocumentoModelo)).scalar_one()
    assert modelo.corpo_html == html
    pagina = cliente.get(f"/cadastros/modelos/{modelo.id}").text
    assert "&lt;h2&gt;Um&lt;/h2&gt;" in pagina
    assert "a &amp;amp; b" in pagina


def test_a_long_list_goes_on_to_the_next_page(como: Como, administradora: Pessoa) -> None:
    for n in range(30):
        texto(administradora, f"Título muito acentuado é ç ã õ número {n:02d}")
    cliente = como(administradora)
    primeira = queries.lista(TEXTO, None)
    segunda = queries.lista(TEXTO, primeira.proximo)
    vistos = [linha.titulo for linha in (*primeira.itens, *segunda.itens)]
    assert len(vistos) == len(set(vistos)) == 30
    assert segunda.proximo is None
    assert "Próxima página" in cliente.get("/cadastros/textos").text
