"""A marker put on a selection, or taken from it: a preview, a result for each, and nobody's demand changes hands."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peticionamento.comum.db import db
from peticionamento.comum.erros import Recusa, SemPermissao
from peticionamento.comum.historico import Andamento, de_quem_trabalha, do_autor
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import marcadores
from peticionamento.triagem.marcar_em_lote import Marcar
from peticionamento.triagem.models import Cor, Demanda, DemandaMarcador, Marcador
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]


@pytest.fixture
def visita(app: Flask) -> Marcador:
    return marcadores.salvar(None, "Visita", Cor.AZUL, por=contas.coordenadora())


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador("Ana Dias")


def texto(resposta: TestResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(resposta.get_data(as_text=True)))


def marcadas() -> set[int]:
    return set(db.session().execute(select(DemandaMarcador.demanda_id)).scalars())


def frases(demanda: Demanda) -> list[str]:
    return [linha.texto for linha in de_quem_trabalha(demanda.peticao_id) if "arcou" in linha.texto]


def test_a_marker_is_put_on_any_demand_and_taken_and_each_has_its_line_of_history(
    visita: Marcador, ana: Pessoa
) -> None:
    bruna = contas.triador("Bruna")
    demandas = [triagem.demanda(), triagem.em_triagem(bruna), triagem.respondida()]
    antes = [(d.estado, d.triador_id, d.versao) for d in demandas]
    ids = [d.id for d in demandas]
    por = Marcar(visita.id)
    assert por.resumo(por.previa(ids, por=ana, agora=agora()), feito=False) == "3 demandas recebem o marcador “Visita”."
    assert marcadas() == set()
    linhas = por.fazer(ids, por=ana, agora=agora())
    assert [linha.vai for linha in linhas] == [True, True, True]
    assert marcadas() == set(ids)
    tirar = Marcar(visita.id, tirar=True)
    assert [linha.vai for linha in tirar.fazer(ids[:2], por=ana, agora=agora())] == [True, True]
    assert marcadas() == {ids[2]}
    db.session().expire_all()
    assert [(d.estado, d.triador_id, d.versao) for d in demandas] == antes
    assert frases(demandas[0]) == ["Desmarcou: Visita.", "Marcou: Visita."]
    assert frases(demandas[2]) == ["Marcou: Visita."]
    assert not any("Visita" in linha.texto for linha in do_autor(demandas[0].peticao_id, demandas[0].autor_id))


def test_one_that_has_it_or_has_it_not_stops_none_of_the_others(visita: Marcador, ana: Pessoa) -> None:
    com, sem = triagem.demanda(), triagem.demanda()
    marcadores.marcar(com.id, [visita.id], por=ana)
    ids = [com.id, sem.id, 999_999]
    tirar, por = Marcar(visita.id, tirar=True), Marcar(visita.id)
    for linhas in (por.previa(ids, por=ana, agora=agora()), por.fazer(ids, por=ana, agora=agora())):
        assert [linha.motivo for linha in linhas] == ["Já tem este marcador.", ""]
    assert por.resumo(linhas, feito=True) == "1 demanda recebeu o marcador “Visita”; 1 já o tinha."
    assert frases(com) == ["Marcou: Visita."], "not twice"
    nova = triagem.demanda()
    ids = [nova.id, sem.id]
    for linhas in (tirar.previa(ids, por=ana, agora=agora()), tirar.fazer(ids, por=ana, agora=agora())):
        assert [linha.motivo for linha in linhas] == ["Não tem este marcador.", ""]
    assert tirar.resumo(linhas, feito=True) == "1 demanda perdeu o marcador “Visita”; 1 não o tinha."
    de_novo = tirar.fazer(ids, por=ana, agora=agora())
    assert tirar.resumo(de_novo, feito=True) == "Nenhuma demanda perdeu o marcador “Visita”; 2 não o tinham."


def test_a_marker_out_of_use_is_refused_and_only_the_desk_marks(visita: Marcador, ana: Pessoa) -> None:
    demanda = triagem.demanda()
    for marcador_id in (None, 987_654):
        with pytest.raises(Recusa, match="não é mais usado") as recusa:
            Marcar(marcador_id).fazer([demanda.id], por=ana, agora=agora())
        assert recusa.value.campo == "marcador"
    with pytest.raises(SemPermissao):
        Marcar(visita.id).previa([demanda.id], por=contas.deputada(), agora=agora())
    with pytest.raises(SemPermissao):
        marcadores.marcar_varias([demanda.id], visita.id, por=contas.agente("SES"))
    marcadores.salvar(visita.id, "Visita", Cor.AZUL, por=contas.coordenadora(), ativo=False)
    with pytest.raises(Recusa, match="não é mais usado"):
        marcadores.marcar_varias([demanda.id], visita.id, por=ana)
    for ids in ([], range(1, 202)):
        with pytest.raises(Recusa) as recusa:
            Marcar(marcadores.salvar(None, f"De {len(ids)}", Cor.AZUL, por=contas.coordenadora()).id).fazer(
                ids, por=ana, agora=agora()
            )
        assert recusa.value.campo == "demandas"
    assert marcadas() == set()


@pytest.mark.parametrize("tirar", [False, True])
def test_many_cost_the_statements_of_one(visita: Marcador, ana: Pessoa, contar_consultas: Contar, tirar: bool) -> None:
    custos = []
    for quantas in (1, 8):
        ids = [triagem.demanda().id for _ in range(quantas)]
        if tirar:
            marcadores.marcar_varias(ids, visita.id, por=ana)
        db.session().refresh(visita)
        db.session().refresh(ana)
        with contar_consultas() as contagem:
            assert marcadores.marcar_varias(ids, visita.id, por=ana, tirar=tirar) == set(ids)
        custos.append(len(contagem))
    assert custos[0] == custos[1] <= 3, custos
    linhas = select(Andamento.entidade_id).where(Andamento.acao == "marcar", Andamento.entidade_id.in_(ids))
    assert len(db.session().execute(linhas).all()) == 8 * (2 if tirar else 1)


def test_the_pages_from_the_selection_to_the_result(visita: Marcador, ana: Pessoa, como: Como) -> None:
    cliente = como(ana)
    livre = triagem.demanda(peticoes.protocolada(assunto="Ponte nova"))
    alheia = triagem.em_triagem(contas.triador("Bruna Sales"), peticoes.protocolada(assunto="Poço artesiano"))
    ids = [livre.id, alheia.id]
    pagina = texto(cliente.post("/triagem/lote", data={"demandas": ids}))
    assert "Pôr marcador" in pagina
    assert "Tirar marcador" in pagina
    pagina = texto(cliente.post("/triagem/lote", data={"demandas": ids, "ato": "por-marcador"}))
    assert f'<option value="{visita.id}">Visita</option>' in pagina
    assert "está com esta demanda" not in pagina, "who holds it does not matter to a marker"
    dados = {"ato": "por-marcador", "versao": "0", "marcador": visita.id}
    pagina = texto(cliente.post("/triagem/lote", data={"demandas": ids, "conferir": "sim", **dados}))
    assert "2 demandas recebem o marcador “Visita”." in pagina
    assert "Pôr o marcador em 2 demandas" in pagina
    vistas = re.findall(r'name="vistas" value="([\d-]+)"', pagina)
    pagina = texto(cliente.post("/triagem/lote/decidir", data={"vistas": vistas, **dados}))
    assert "2 demandas receberam o marcador “Visita”." in pagina
    assert "Continuar com estas demandas" in pagina
    assert "Desfazer" not in pagina
    assert marcadas() == set(ids)
    pagina = texto(cliente.post("/triagem/lote/decidir", data={"vistas": vistas, **dados}))
    assert "Nenhuma demanda recebeu o marcador “Visita”; 2 já o tinham." in pagina
    assert "Decidir de novo" not in pagina
    tirar = {**dados, "ato": "tirar-marcador"}
    pagina = texto(cliente.post("/triagem/lote", data={"demandas": ids[:1], "conferir": "sim", **tirar}))
    assert "1 demanda perde o marcador “Visita”." in pagina
    assert "Tirar o marcador de 1 demanda" in pagina
    cliente.post("/triagem/lote/decidir", data={"vistas": vistas[:1], **tirar})
    assert marcadas() == {alheia.id}


def test_the_page_says_which_field_is_wrong(visita: Marcador, ana: Pessoa, como: Como) -> None:
    demanda, cliente = triagem.demanda(), como(ana)
    for marcador, frase in (
        ("", "Escolha o marcador."),
        ("987654", "O marcador não é mais usado. Escolha de novo."),
        (str(2**63), "Escolha"),
        ("x", "Escolha"),
    ):
        dados = {"ato": "por-marcador", "versao": "0", "marcador": marcador}
        for onde, de in (
            ("/triagem/lote", {"demandas": [demanda.id], "conferir": "sim"}),
            ("/triagem/lote/decidir", {"vistas": [f"{demanda.id}-{demanda.versao}"]}),
        ):
            resposta = cliente.post(onde, data={**de, **dados})
            assert resposta.status_code == 422
            assert frase in texto(resposta)
    assert marcadas() == set()
