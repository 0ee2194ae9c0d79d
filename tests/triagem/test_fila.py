"""The queue: its views and their counts, what is on top, page after page, and the place kept from demand to demand."""

from __future__ import annotations

import html
import importlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from peticionamento.comum.db import transaction
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import diligencias, queries, services
from peticionamento.triagem.filtros import Filtros
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.queries import Aba
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]

MODULO = importlib.import_module("peticionamento.triagem.queries.fila")


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador("Ana Dias")


def nova(assunto: str) -> Demanda:
    return triagem.demanda(peticoes.protocolada(assunto=assunto))


def mudar(demanda: Demanda, **valores: object) -> None:
    """What the priority's own routine writes, and time."""
    with transaction() as session:
        session.execute(update(Demanda).where(Demanda.id == demanda.id).values(**valores))


def assuntos(pessoa: Pessoa, aba: Aba) -> list[str]:
    return [linha.assunto for linha in queries.fila(pessoa, aba, None).itens]


def ver(cliente: FlaskClient, caminho: str, status: int = 200) -> str:
    resposta = cliente.get(caminho)
    assert resposta.status_code == status, (caminho, resposta.status)
    return html.unescape(resposta.text)


def test_each_view_shows_its_own_and_counts_it(ana: Pessoa) -> None:
    bia = contas.triador("Bia Melo")
    fora = contas.pessoa(contas.Papel.TRIADOR, "SES", nome="De outra casa")
    nova("Livre")
    for pessoa in (ana, bia, fora):
        triagem.em_triagem(pessoa, peticoes.protocolada(assunto=f"Com {pessoa.nome}"))
    mudar(nova("Venceu"), vence_dia=hoje() - timedelta(days=1))
    mudar(nova("Vence hoje"), vence_dia=hoje())
    mudar(nova("Devolvida"), devolvida_em=agora())
    pergunta = triagem.em_triagem(ana, peticoes.protocolada(assunto="Com o autor"))
    diligencias.pedir(pergunta.id, "Qual hospital?", triagem.daqui_a(5), por=ana, versao=pergunta.versao, agora=agora())
    triagem.entregue(["SES"], peticao=peticoes.protocolada(assunto="Na SES"))
    triagem.responder(triagem.entregue(["SES"], peticao=peticoes.protocolada(assunto="A SES respondeu")))
    na_mesa = {
        "Livre", "Com Ana Dias", "Com Bia Melo", "Com De outra casa", "Venceu", "Vence hoje", "Devolvida",
    }  # fmt: skip
    esperadas = {
        Aba.AGUARDANDO: na_mesa,
        Aba.MINHAS: {"Com Ana Dias"},
        Aba.EQUIPE: {"Com Ana Dias", "Com Bia Melo"},
        Aba.ATRASADAS: {"Venceu"},
        Aba.VENCEM_HOJE: {"Vence hoje"},
        Aba.DEVOLVIDAS: {"Devolvida"},
        Aba.EM_DILIGENCIA: {"Com o autor"},
        Aba.A_HOMOLOGAR: {"A SES respondeu"},
        Aba.TODAS: na_mesa | {"Com o autor", "Na SES", "A SES respondeu"},
    }
    assert {aba: set(assuntos(ana, aba)) for aba in Aba} == esperadas
    assert queries.totais(ana) == {aba: len(da_aba) for aba, da_aba in esperadas.items()}


def test_two_agencies_answers_are_one_line_with_both(ana: Pessoa) -> None:
    demanda = triagem.entregue(["SES", "SEE"])
    triagem.responder(demanda, "SEE")
    triagem.responder(demanda, "SES")
    (linha,) = queries.fila(ana, Aba.A_HOMOLOGAR, None).itens
    assert (linha.id, linha.orgaos, linha.respondida_em is not None) == (demanda.id, "SEE, SES", True)
    assert queries.totais(ana)[Aba.A_HOMOLOGAR] == 1
    triagem.homologar(demanda, "SEE")
    (linha,) = queries.fila(ana, Aba.A_HOMOLOGAR, None).itens
    assert linha.orgaos == "SES"


def test_most_points_come_first_then_the_nearest_day_then_the_oldest(ana: Pessoa) -> None:
    amanha, depois = hoje() + timedelta(days=1), hoje() + timedelta(days=2)
    for assunto, prioridade, vence in (
        ("quarta", -3, depois), ("segunda", -8, depois), ("primeira", -8, amanha), ("terceira", -8, depois),
    ):  # fmt: skip
        mudar(nova(assunto), prioridade=prioridade, vence_dia=vence)
    assert assuntos(ana, Aba.AGUARDANDO) == ["primeira", "segunda", "terceira", "quarta"]
    assert [linha.pontos for linha in queries.fila(ana, Aba.AGUARDANDO, None).itens] == [8, 8, 8, 3]


@pytest.mark.parametrize("aba", [Aba.AGUARDANDO, Aba.A_HOMOLOGAR, Aba.EM_DILIGENCIA, Aba.TODAS])
def test_pages_go_on_to_the_last_and_none_is_seen_twice(ana: Pessoa, aba: Aba, monkeypatch: pytest.MonkeyPatch) -> None:
    esperadas = set()
    for n in range(5):
        if aba is Aba.A_HOMOLOGAR:
            demanda = triagem.entregue(["SES"])
            triagem.responder(demanda)
        elif aba is Aba.EM_DILIGENCIA:
            demanda = triagem.em_triagem(ana)
            vence = triagem.daqui_a(2 + n % 2)
            diligencias.pedir(demanda.id, "Qual hospital?", vence, por=ana, versao=demanda.versao, agora=agora())
        else:
            demanda = nova(f"Pedido {n}")
            mudar(demanda, prioridade=-(n % 2))
        esperadas.add(demanda.id)
    paginar = MODULO.paginar
    monkeypatch.setattr(MODULO, "paginar", lambda *a, **k: paginar(*a, **{**k, "tamanho": 2}))
    vistas: list[int] = []
    cursor: str | None = None
    for _ in range(3):
        pagina = queries.fila(ana, aba, cursor, Filtros(q="leitos") if aba is Aba.A_HOMOLOGAR else Filtros())
        vistas += [linha.id for linha in pagina.itens]
        cursor = pagina.proximo
    assert cursor is None
    assert (len(vistas), set(vistas)) == (5, esperadas)


def test_counts_stop_where_the_tab_does(ana: Pessoa, como: Como, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULO, "TETO", 2)
    for n in range(5):
        nova(f"Pedido {n}")
    assert queries.totais(ana)[Aba.AGUARDANDO] == 3


def test_another_views_page_shows_the_first(como: Como, ana: Pessoa) -> None:
    """A cursor of the desk's order means nothing to a view ordered otherwise."""
    for n in range(27):
        nova(f"Pedido {n:02d}")
    cliente = como(ana)
    proxima = re.search(r'href="([^"]*depois=[^"]*)"[^>]*>Próxima', ver(cliente, "/triagem"))
    assert proxima is not None
    depois = re.sub(r".*depois=([^&]*).*", r"\1", proxima[1])
    assert ver(cliente, f"/triagem?depois={depois}").count('class="marcar"') == 2
    assert ver(cliente, f"/triagem?aba=todas&depois={depois}").count('class="marcar"') == 25


def test_the_next_one_is_mine_first_then_the_top_that_nobody_holds_within_the_view(ana: Pessoa) -> None:
    bia = contas.triador()
    atual = triagem.em_triagem(ana)
    alta, baixa = nova("Alta"), nova("Ponte")
    mudar(alta, prioridade=-5)
    mudar(baixa, prioridade=-1)
    assert queries.proxima(ana, atual.id) == alta.id
    assert queries.proxima(ana, atual.id, Aba.AGUARDANDO, Filtros(q="ponte")) == baixa.id
    assert queries.proxima(ana, atual.id, Aba.ATRASADAS) is None
    assert queries.proxima(ana, atual.id, Aba.TODAS, Filtros(q="ponte")) == baixa.id
    services.assumir(alta.id, por=bia, versao=alta.versao, agora=agora())
    assert queries.proxima(ana, atual.id) == baixa.id
    minha = triagem.em_triagem(ana, peticoes.protocolada(assunto="Minha, sem pontos"))
    mudar(minha, prioridade=0)
    assert queries.proxima(ana, atual.id) == minha.id
    mudar(alta, reservada_ate=agora() - timedelta(seconds=1))
    services.soltar(minha.id, por=ana, versao=minha.versao)
    assert queries.proxima(ana, atual.id) == alta.id, "a claim that has ended holds nothing"


def test_the_address_keeps_the_place_through_a_decision(como: Como, ana: Pessoa) -> None:
    demanda = triagem.em_triagem(ana, peticoes.protocolada(assunto="Ponte de Minas"))
    seguinte = nova("Ponte de Itira")
    urgente = nova("Outro assunto")
    mudar(urgente, prioridade=-9)
    cliente = como(ana)
    onde = "aba=aguardando&q=ponte&de=2020-01-01"
    mesa = ver(cliente, f"/triagem/{demanda.id}?{onde}")
    for caminho in (f"/triagem/{seguinte.id}?", f"/triagem/{demanda.id}/distribuir?", "/triagem?"):
        links = [link for link in re.findall(r'(?:href|action)="([^"]*)"', mesa) if link.startswith(caminho)]
        assert any(all(parte in link for parte in onde.split("&")) for link in links), (caminho, links)
    resposta = cliente.post(
        f"/triagem/{demanda.id}/distribuir?{onde}",
        data={
            "versao": str(demanda.versao),
            "orgaos": [cadastros.orgao("SES").id],
            "instrucao": "Informar a situação.",
            "prazo": "10",
        },
    )
    assert resposta.location.startswith(f"/triagem/{seguinte.id}?"), resposta.location
    assert all(parte in resposta.location for parte in onde.split("&"))


def test_chips_say_the_filters_and_take_themselves_off(como: Como, ana: Pessoa) -> None:
    helena = contas.deputada("Helena Prates")
    demanda = triagem.demanda(peticoes.protocolada(helena, assunto="Ponte"))
    pagina = ver(
        como(ana),
        f"/triagem?q=ponte&deputado={helena.id}&municipio={demanda.municipio_id}&orgao=SES&tema=99&de=2026-03-02",
    )
    fichas = dict(re.findall(r'class="ficha" href="([^"]*)" aria-label="Tirar o filtro ([^"]*)"', pagina))
    assert set(fichas.values()) == {
        "“ponte”", "Dep. Helena Prates", "Teófilo Otoni", "Órgão: SES", "Tema: fora da lista", "Desde 2 mar",
    }  # fmt: skip
    (sem_helena,) = [url for url, rotulo in fichas.items() if rotulo == "Dep. Helena Prates"]
    assert "deputado" not in sem_helena
    assert "q=ponte" in sem_helena
    assert "Nenhuma demanda encontrada." in pagina
    assert "Tirar os filtros" in pagina


def test_where_the_words_were_found_is_shown_and_nothing_in_it_runs(como: Como, ana: Pessoa) -> None:
    texto = "<p>O trator &lt;script&gt;alert(1)&lt;/script&gt; atende a Associação de Lavradores.</p>"
    rascunho = peticoes.rascunho(assunto="Máquina", texto=texto)
    peticoes.services.protocolar(rascunho.id, contas.SENHA, por=rascunho.autor, versao=rascunho.versao, agora=agora())
    pagina = como(ana).get("/triagem?q=associacao").text
    assert "<mark>Associação</mark>" in pagina
    assert "&lt;script&gt;alert(1)" in pagina
    assert "<script>alert(1)" not in pagina


def test_the_filters_form_leads_back_to_the_queue_and_to_the_demand_open(como: Como, ana: Pessoa) -> None:
    cliente, demanda = como(ana), triagem.demanda()
    formulario = ver(cliente, f"/triagem/filtros?aba=atrasadas&q=ponte&demanda={demanda.id}")
    assert 'value="ponte"' in formulario
    assert "Teófilo Otoni" in formulario
    resposta = cliente.get("/triagem/filtros?aba=atrasadas&q=ponte&orgao=&de=24/11/2026&aplicar=1")
    assert resposta.status_code == 303
    assert resposta.location == "/triagem?aba=atrasadas&q=ponte&de=2026-11-24"
    da_mesa = cliente.get(f"/triagem/filtros?q=ponte&demanda={demanda.id}&aplicar=1")
    assert da_mesa.location == f"/triagem/{demanda.id}?aba=aguardando&q=ponte"


@pytest.mark.parametrize(
    ("consulta", "frase"),
    [
        ("de=ontem", "Escreva o dia assim: 24/11/2026."),
        ("ate=31/02/2026", "Escreva o dia assim: 24/11/2026."),
        ("de=2026-11-24&ate=2026-11-23", "O último dia vem antes do primeiro."),
        (f"q={'x' * 201}", "Buscar: 201 caracteres; o máximo é 200."),
    ],
)
def test_a_bad_filter_is_said_beside_its_field_and_kept(como: Como, ana: Pessoa, consulta: str, frase: str) -> None:
    pagina = ver(como(ana), f"/triagem/filtros?{consulta}&aplicar=1", 422)
    assert frase in pagina
    assert f'value="{consulta.split("=", 1)[1].split("&")[0]}"' in pagina


def test_the_form_comes_as_a_fragment_to_the_script(como: Como, ana: Pessoa) -> None:
    fragmento = como(ana).get("/triagem/filtros?q=ponte", headers={"HX-Request": "true"}).text
    assert "<html" not in fragmento
    assert '<input type="hidden" name="q" value="ponte"' in fragmento


def test_a_page_costs_the_same_however_long_the_queue_and_however_narrowed(
    como: Como, ana: Pessoa, contar_consultas: Contar
) -> None:
    helena = contas.deputada()
    consulta = f"?q=pedido&deputado={helena.id}&regiao=Norte&tema=1&orgao=SES&marcador=1&tipo=1"
    cliente = como(ana)
    medidas = []
    for quantas in (1, 6):
        for n in range(quantas):
            triagem.demanda(peticoes.protocolada(helena, assunto=f"Pedido {n}"))
        linha = []
        for caminho in ("", "?q=pedido", consulta, "?aba=todas", "?aba=a-homologar", "/filtros"):
            cliente.get(f"/triagem{caminho}")
            with contar_consultas() as vistas:
                assert cliente.get(f"/triagem{caminho}").status_code == 200
            linha.append(len(vistas))
        medidas.append(linha)
    assert medidas[0] == medidas[1]
    assert max(medidas[0]) <= 12, medidas


def test_only_the_desk_sees_the_queue_and_its_filters(como: Como) -> None:
    for pessoa in (contas.deputada(), contas.agente()):
        for caminho in ("/triagem", "/triagem/filtros", "/triagem/exportar.csv"):
            assert como(pessoa).get(caminho).status_code == 403


def test_a_view_nobody_knows_is_the_waiting_one(como: Como, ana: Pessoa) -> None:
    nova("Ponte")
    assert "1 demanda aguarda triagem." in ver(como(ana), "/triagem?aba=outra")
