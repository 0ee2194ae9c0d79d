"""Markers, saved views, the table of chosen columns and the board: the same query as the queue's."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.historico import de_quem_trabalha, do_autor
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import marcadores, vistas
from peticionamento.triagem.models import Cor, EstadoDemanda, Marcador
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador("Ana Sales")


@pytest.fixture
def celia(app: Flask) -> Pessoa:
    return contas.coordenadora("Célia Rocha")


def marcador(celia: Pessoa, nome: str = "Aguarda reunião", cor: Cor = Cor.ROXO) -> Marcador:
    return marcadores.salvar(None, nome, cor, por=celia)


def texto(resposta: object) -> str:
    return html.unescape(resposta.text)  # type: ignore[attr-defined]


def cabecas(pagina: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', pagina)


def colunas_do_quadro(pagina: str) -> dict[str, str]:
    achadas = ((re.search(r'id="q-(\w+)"', parte), parte) for parte in re.split(r"<section", pagina)[1:])
    return {achada[1]: parte for achada, parte in achadas if achada}


def test_markers_are_put_and_taken_and_the_author_does_not_see_them(celia: Pessoa, ana: Pessoa) -> None:
    um, dois = marcador(celia), marcador(celia, "Visita do secretário", Cor.AZUL)
    linha = triagem.demanda()
    assert marcadores.marcar(linha.id, [um.id, dois.id], por=ana)
    assert [m.nome for m in marcadores.das([linha.id])[linha.id]] == ["Aguarda reunião", "Visita do secretário"]
    assert marcadores.marcar(linha.id, [dois.id], por=ana)
    assert not marcadores.marcar(linha.id, [dois.id], por=ana)
    frases = [a.texto for a in de_quem_trabalha(linha.peticao_id)]
    assert frases[:2] == ["Desmarcou: Aguarda reunião.", "Marcou: Aguarda reunião e Visita do secretário."]
    assert not any("arcou" in a.texto for a in do_autor(linha.peticao_id, linha.autor_id))


def test_a_marker_out_of_use_stays_where_it_is_and_is_not_put_anew(celia: Pessoa, ana: Pessoa) -> None:
    velho = marcador(celia)
    com, sem = triagem.demanda(), triagem.demanda()
    marcadores.marcar(com.id, [velho.id], por=ana)
    marcadores.salvar(velho.id, velho.nome, velho.cor, por=celia, ativo=False)
    assert not marcadores.marcar(com.id, [velho.id], por=ana)
    marcadores.marcar(com.id, [], por=ana)
    assert com.id in marcadores.das([com.id])
    with pytest.raises(Recusa, match="não é mais usado"):
        marcadores.marcar(sem.id, [velho.id], por=ana)


def test_bad_markers_are_refused_and_only_the_coordinator_makes_them(celia: Pessoa, ana: Pessoa) -> None:
    marcador(celia)
    for nome, frase in (("  ", "Dê um nome"), ("x" * 41, "no máximo 40"), ("Aguarda  reunião", "Já existe")):
        with pytest.raises(Recusa, match=frase):
            marcadores.salvar(None, nome, Cor.AZUL, por=celia)
    with pytest.raises(SemPermissao):
        marcadores.salvar(None, "Outro", Cor.AZUL, por=ana)
    with pytest.raises(NaoEncontrado):
        marcadores.salvar(987_654, "Outro", Cor.AZUL, por=celia)


def test_the_markers_pages_and_the_filter_by_one(celia: Pessoa, ana: Pessoa, como: Como) -> None:
    dela = como(celia)
    assert "Nenhum marcador ainda." in texto(dela.get("/triagem/marcadores"))
    volta = dela.post("/triagem/marcadores", data={"nome": "", "cor": "verde"})
    assert volta.status_code == 422
    assert "Dê um nome ao marcador." in texto(volta)
    dela.post("/triagem/marcadores", data={"nome": "Urgente no rádio", "cor": "verde", "ativo": "y"})
    novo = marcadores.todos()[0]
    assert (novo.nome, novo.cor) == ("Urgente no rádio", Cor.VERDE)
    com = triagem.demanda(peticoes.protocolada(assunto="Com marca"))
    triagem.demanda(peticoes.protocolada(assunto="Sem marca"))
    seu = como(ana)
    assert seu.post(f"/triagem/{com.id}/marcadores", data={"marcadores": str(novo.id)}).status_code == 303
    pagina = texto(seu.get(f"/triagem?marcador={novo.id}"))
    assert "Com marca" in pagina
    assert "Sem marca" not in pagina
    assert '<span class="marcador marcador-verde">Urgente no rádio</span>' in pagina
    assert "checked" in texto(seu.get(f"/triagem/{com.id}"))
    assert seu.get("/triagem/marcadores").status_code == 403
    dela.post(f"/triagem/marcadores/{novo.id}", data={"nome": "Outro nome", "cor": "azul"})
    db.session().expire_all()
    assert (novo.nome, novo.ativo) == ("Outro nome", False)


def test_columns_are_each_persons_own_and_kept(ana: Pessoa, como: Como) -> None:
    triagem.demanda()
    seu = como(ana)
    assert cabecas(texto(seu.get("/triagem/tabela"))) == [
        "Demanda", "Pontos", "Vence", "Deputado", "Município", "Tema", "Situação", "Com quem",
    ]  # fmt: skip
    guardou = seu.post("/triagem/tabela/colunas", data={"colunas": ["numero", "partido", "inventada"]})
    assert guardou.status_code == 303
    assert cabecas(texto(seu.get("/triagem/tabela"))) == ["Demanda", "Partido", "Número"]
    assert len(cabecas(texto(como(contas.triador()).get("/triagem/tabela")))) == 8
    volta = seu.post("/triagem/tabela/colunas", data={})
    assert volta.status_code == 422
    assert "Escolha pelo menos uma coluna." in texto(volta)


def test_a_saved_view_brings_its_filters_back(ana: Pessoa, como: Como) -> None:
    triagem.demanda(peticoes.protocolada(assunto="Ponte do rio Preto"))
    triagem.demanda(peticoes.protocolada(assunto="Leitos de UTI"))
    seu = como(ana)
    onde = "/triagem/vistas?aba=aguardando&q=ponte"
    volta = seu.post(onde, data={"nome": " "})
    assert volta.status_code == 422
    assert "Dê um nome à vista." in texto(volta)
    assert "Leitos de UTI" not in texto(volta)  # the filters are still there
    assert seu.post(onde, data={"nome": "Só pontes"}).status_code == 303
    (salva,) = vistas.de(ana)
    assert salva.argumentos == {"aba": "aguardando", "q": "ponte"}
    assert 'href="/triagem/tabela?aba=aguardando&q=ponte"' in texto(seu.get("/triagem/tabela"))
    pagina = texto(seu.get("/triagem/tabela", query_string=salva.argumentos))
    assert "Ponte do rio Preto" in pagina
    assert "Leitos de UTI" not in pagina


def test_shared_views_are_everybodys_and_their_owners_to_remove(ana: Pessoa, celia: Pessoa, como: Como) -> None:
    bia = contas.triador("Bia")
    sua = vistas.salvar("Minhas urgentes", {"aba": "minhas"}, por=ana)
    de_todos = vistas.salvar("Norte", {"regiao": "Montes Claros"}, por=ana, compartilhada=True)
    assert [(v.nome, v.de_quem, v.pode_remover) for v in vistas.de(bia)] == [("Norte", "Ana Sales", False)]
    for vista in (sua, de_todos):
        with pytest.raises(NaoEncontrado):
            vistas.remover(vista.id, por=bia)
    with pytest.raises(NaoEncontrado):
        vistas.remover(sua.id, por=celia)
    vistas.remover(de_todos.id, por=celia)
    assert vistas.de(bia) == []
    assert como(ana).post(f"/triagem/vistas/{sua.id}/remover").status_code == 303
    assert vistas.de(ana) == []


def test_a_view_of_the_same_name_is_replaced_and_fifty_are_enough(ana: Pessoa) -> None:
    vistas.salvar("Uma", {"q": "ponte"}, por=ana)
    vistas.salvar("Uma", {"q": "rio"}, por=ana)
    assert [v.argumentos for v in vistas.de(ana)] == [{"q": "rio"}]
    for n in range(49):
        vistas.salvar(f"Vista {n}", {}, por=ana)
    with pytest.raises(Recusa, match="Você já tem 50 vistas"):
        vistas.salvar("Mais uma", {}, por=ana)
    vistas.salvar("Uma", {"q": "serra"}, por=ana)
    with pytest.raises(Recusa, match="no máximo 60"):
        vistas.salvar("x" * 61, {}, por=ana)


def test_the_board_has_a_column_a_state_of_the_same_query(ana: Pessoa, como: Como) -> None:
    triagem.demanda(peticoes.protocolada(assunto="Ponte à espera"))
    triagem.em_triagem(ana, peticoes.protocolada(assunto="Ponte na mão"))
    triagem.entregue(peticao=peticoes.protocolada(assunto="Ponte no órgão"))
    triagem.demanda(peticoes.protocolada(assunto="Leitos de UTI"))
    pagina = texto(como(ana).get("/triagem/quadro?aba=todas&q=ponte"))
    por_estado = colunas_do_quadro(pagina)
    assert list(por_estado) == [
        "aguardando", "reaberta", "em_triagem", "em_diligencia", "distribuida", "respondida",
    ]  # fmt: skip
    assert "Ponte à espera" in por_estado["aguardando"]
    assert "Ponte na mão" in por_estado["em_triagem"]
    assert "Ponte no órgão" in por_estado["distribuida"]
    assert "Nenhuma." in por_estado["respondida"]
    assert "Leitos de UTI" not in pagina


def test_the_board_is_of_the_view_that_is_open(ana: Pessoa, como: Como) -> None:
    triagem.em_triagem(ana, peticoes.protocolada(assunto="Ponte na mão"))
    triagem.em_triagem(contas.triador("Bia"), peticoes.protocolada(assunto="Ponte da colega"))
    triagem.entregue(peticao=peticoes.protocolada(assunto="Ponte no órgão"))
    reaberta = triagem.demanda(peticoes.protocolada(assunto="Ponte reaberta"))
    with transaction():
        reaberta.estado = EstadoDemanda.REABERTA
    seu = como(ana)
    aguardando = texto(seu.get("/triagem/quadro"))
    assert list(colunas_do_quadro(aguardando)) == ["aguardando", "reaberta", "em_triagem"]
    assert "Ponte reaberta" in colunas_do_quadro(aguardando)["reaberta"]
    assert "Ponte no órgão" not in aguardando
    minhas = texto(seu.get("/triagem/quadro?aba=minhas"))
    assert list(colunas_do_quadro(minhas)) == ["em_triagem"]
    assert "Ponte na mão" in minhas
    assert "Ponte da colega" not in minhas


def test_table_and_board_have_the_tabs_with_their_counts(ana: Pessoa, como: Como) -> None:
    triagem.em_triagem(ana, peticoes.protocolada(assunto="Ponte na mão"))
    seu = como(ana)
    for modo in ("tabela", "quadro"):
        pagina = texto(seu.get(f"/triagem/{modo}?q=ponte"))
        assert "1 demanda aguarda triagem." in pagina
        abas = re.findall(rf'href="/triagem/{modo}\?aba=([\w-]+)&q=ponte"[^>]*>\s*[\w ]+<b>(\d+)</b>', pagina)
        assert abas[:3] == [("aguardando", "1"), ("minhas", "1"), ("equipe", "1")]
        assert len(abas) == 9


def test_what_left_the_desk_has_no_points_and_nothing_due(ana: Pessoa, como: Como) -> None:
    fora = triagem.entregue(peticao=peticoes.protocolada(assunto="Ponte no órgão"))
    with transaction():
        fora.prioridade = -7
    pagina = texto(como(ana).get("/triagem/tabela?aba=todas"))
    assert '<td data-r="pontos" class="d num">—</td><td data-r="vence">—</td>' in pagina
    assert como(ana).get("/triagem/exportar.csv?aba=todas").text.splitlines()[1].startswith(";")


def test_saved_views_open_on_the_desk_from_the_filters(ana: Pessoa, como: Como) -> None:
    linha = triagem.demanda()
    vistas.salvar("Só pontes", {"aba": "todas", "q": "ponte"}, por=ana)
    seu = como(ana)
    assert 'href="/triagem?aba=todas&q=ponte">Só pontes' in texto(seu.get("/triagem/filtros"))
    dela = texto(seu.get(f"/triagem/filtros?demanda={linha.id}", headers={"HX-Request": "true"}))
    assert f'href="/triagem/{linha.id}?aba=todas&q=ponte">Só pontes' in dela


@pytest.mark.parametrize("pagina", ["/triagem/tabela", "/triagem/quadro", "/triagem/quadro?aba=todas"])
def test_they_cost_the_same_however_long(
    celia: Pessoa,
    ana: Pessoa,
    como: Como,
    contar_consultas: Callable[[], AbstractContextManager[Contagem]],
    pagina: str,
) -> None:
    marca, seu, medidas = marcador(celia), como(ana), []
    triagem.demanda()
    for _ in range(2):
        with contar_consultas() as vistas_:
            assert seu.get(pagina).status_code == 200
        medidas.append(len(vistas_))
        for _ in range(4):
            marcadores.marcar(triagem.demanda().id, [marca.id], por=ana)
    assert medidas[0] == medidas[1] <= 12, medidas


def test_the_table_pages_through_all(ana: Pessoa, como: Como) -> None:
    for n in range(27):
        triagem.demanda(peticoes.protocolada(assunto=f"Pedido {n:02d}"))
    seu, vistos = como(ana), []
    endereco: str | None = "/triagem/tabela"
    while endereco:
        pagina = texto(seu.get(endereco))
        vistos += re.findall(r"Pedido \d\d", pagina)
        achado = re.search(r'href="(/triagem/tabela\?[^"]*depois=[^"]*)"', pagina)
        endereco = achado[1] if achado else None
    assert sorted(vistos) == [f"Pedido {n:02d}" for n in range(27)]
