"""Versions, suggestions kept for each demand, and what people did with them; the pages that show it."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.models import Orgao
from peticionamento.cadastros.services.orgaos import OrgaoEditado, salvar_orgao
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem import jobs
from peticionamento.triagem import services as triagem_services
from peticionamento.triagem.desfazer import desfazer
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.models.sugestoes import Desfecho, EstadoModelo, ModeloSugestoes, SugestaoDeOrgaos
from peticionamento.triagem.sugestoes import queries, services, textos
from tests.factories import cadastros, contas, peticoes, triagem

Como = Callable[[Pessoa], FlaskClient]
PEDIDO = "Leitos de UTI do hospital da cidade"


@pytest.fixture
def com_modelo(app: Flask) -> None:
    carregar_cadastros()
    services.treinar_de_arquivo([])


def hospital() -> Peticao:
    return peticoes.protocolada(assunto=PEDIDO)


def sugestao(demanda: Demanda) -> SugestaoDeOrgaos:
    linha = queries.sugestao_de(demanda.id, demanda.rodada)
    assert linha is not None
    return linha


def encaminhar(demanda: Demanda, por: Pessoa, *siglas: str) -> Demanda:
    destinos = [triagem.destino(sigla) for sigla in siglas]
    return triagem_services.distribuir(demanda.id, destinos, por=por, versao=demanda.versao, agora=agora())


def test_every_agency_that_is_loaded_says_what_it_does(app: Flask) -> None:
    carregar_cadastros()
    for orgao in db.session().execute(select(Orgao)).scalars():
        assert orgao.competencias, orgao.sigla
        assert len(orgao.palavras_chave) >= 7, orgao.sigla


def test_the_desk_does_not_suggest_itself_though_every_petition_is_addressed_to_it(com_modelo: None) -> None:
    pedido = "Ao Secretário de Estado de Governo, da SEGOV: leitos de UTI do hospital da cidade"
    demanda = triagem.em_triagem(contas.triador(), peticoes.protocolada(assunto=pedido[:100]))
    sugeridas = services.para_a_mesa(demanda) or []
    assert sugeridas[0]["sigla"] == "SES"
    assert "SEGOV" not in [s["sigla"] for s in sugeridas]
    assert "SEGOV" in queries.com_mesa()  # a file's texts may be its own


def test_what_the_administrator_wrote_stays(app: Flask) -> None:
    carregar_cadastros()
    ses = cadastros.orgao("SES")
    admin = contas.pessoa(Papel.ADMINISTRADOR)
    salvar_orgao(ses.id, OrgaoEditado("Cuida.", "posto, posto; leito\nUTI", "a@b.example"), por=admin)
    carregar_cadastros()
    assert (ses.competencias, ses.palavras_chave, ses.email) == ("Cuida.", ["posto", "leito", "UTI"], "a@b.example")


@pytest.mark.parametrize(
    ("editado", "campo"),
    [
        (OrgaoEditado("x" * 4001), "competencias"),
        (OrgaoEditado("", "x" * 61), "palavras_chave"),
        (OrgaoEditado("", ",".join(map(str, range(201)))), "palavras_chave"),
        (OrgaoEditado("", "", "sem arroba"), "email"),
    ],
)
def test_an_agency_badly_edited_is_refused(app: Flask, editado: OrgaoEditado, campo: str) -> None:
    admin = contas.pessoa(Papel.ADMINISTRADOR)
    with pytest.raises(Recusa) as recusa:
        salvar_orgao(cadastros.orgao().id, editado, por=admin)
    assert recusa.value.campo == campo
    with pytest.raises(NaoEncontrado):
        salvar_orgao(999, OrgaoEditado(), por=admin)
    with pytest.raises(SemPermissao):
        salvar_orgao(cadastros.orgao().id, OrgaoEditado(), por=contas.triador())


def test_the_sweep_suggests_for_what_came_to_the_desk_once(com_modelo: None) -> None:
    demanda = triagem.demanda(hospital())
    assert jobs.varrer_sugestoes() == 1
    assert jobs.varrer_sugestoes() == 0
    primeira = sugestao(demanda).sugeridas[0]
    assert primeira["sigla"] == "SES"
    assert primeira["orgao_id"] == cadastros.orgao("SES").id
    assert "hospital" in textos.evidencia(primeira).lower()


def test_evidence_counts_similar_demands(com_modelo: None) -> None:
    for _ in range(3):
        triagem.distribuida(["SES"], peticao=hospital())
    triagem.distribuida(["FHEMIG"], peticao=hospital())
    demanda = triagem.demanda(hospital())
    jobs.varrer_sugestoes()
    primeira = sugestao(demanda).sugeridas[0]
    assert primeira["parecidas"] == [3, 4]
    assert textos.evidencia(primeira).startswith("3 de 4 demandas parecidas foram à SES")


def test_without_a_version_the_sweep_asks_for_one_and_the_job_makes_it(app: Flask) -> None:
    carregar_cadastros()
    jobs.varrer_sugestoes()
    pedido = queries.pendente()
    assert pedido is not None
    jobs.treinar_sugestoes(pedido.id)
    db.session().refresh(pedido)
    assert (pedido.estado, pedido.em_uso) == (EstadoModelo.PRONTO, True)
    jobs.treinar_sugestoes(pedido.id)  # again: nothing to do


@pytest.mark.parametrize(
    ("siglas", "desfecho"),
    [(["SES"], Desfecho.ACEITA), (["SES", "SEF"], Desfecho.MUDADA), (["SEF"], Desfecho.IGNORADA)],
)
def test_the_decision_is_kept_beside_the_suggestion(com_modelo: None, siglas: list[str], desfecho: Desfecho) -> None:
    ana = contas.triador("Ana")
    demanda = encaminhar(triagem.em_triagem(ana, hospital()), ana, *siglas)
    linha = sugestao(demanda)
    assert (linha.desfecho, linha.escolhidos, linha.pessoa_id) == (desfecho, siglas, ana.id)
    assert linha.decidida_em is not None
    (mes,) = queries.por_mes()
    assert (mes.aceitas + mes.mudadas + mes.ignoradas, mes.total) == (1, 1)


def test_a_weak_guess_is_kept_as_none_and_is_nobodys_fault(com_modelo: None) -> None:
    ana = contas.triador("Ana")
    peticao = peticoes.protocolada(assunto="Xyz")
    with transaction():
        peticao.texto_html = "<p>Qwerty.</p>"
    demanda = encaminhar(triagem.em_triagem(ana, peticao), ana, "SES")
    assert (sugestao(demanda).sugeridas, sugestao(demanda).desfecho) == ([], Desfecho.SEM_SUGESTAO)


def test_a_routing_that_fails_keeps_no_decision(com_modelo: None) -> None:
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana, hospital())
    with pytest.raises(Recusa):
        triagem_services.distribuir(demanda.id, [], por=ana, versao=demanda.versao, agora=agora())
    assert queries.sugestao_de(demanda.id, 1) is None


def test_a_routing_undone_leaves_the_decision_open(com_modelo: None) -> None:
    por = contas.triador()
    linha = triagem.em_triagem(por, hospital())
    linha = encaminhar(linha, por, "SES")
    assert sugestao(linha).desfecho is Desfecho.ACEITA
    linha = desfazer(linha.id, por=por, versao=linha.versao, agora=agora())
    assert (sugestao(linha).desfecho, sugestao(linha).escolhidos, sugestao(linha).decidida_em) == (None, [], None)
    linha = encaminhar(linha, por, "IEF")
    assert sugestao(linha).desfecho is Desfecho.IGNORADA


def test_one_version_is_in_use_and_the_coordinator_chooses(com_modelo: None) -> None:
    primeira = queries.em_uso()
    assert primeira is not None
    segunda = services.treinar_de_arquivo([])
    carla = contas.coordenadora("Carla")
    services.usar(primeira.id, por=carla)
    em_uso = db.session().execute(select(ModeloSugestoes.id).where(ModeloSugestoes.em_uso)).scalars().all()
    assert em_uso == [primeira.id]
    assert segunda.id != primeira.id
    with pytest.raises(SemPermissao):
        services.usar(segunda.id, por=contas.triador())
    pedido = services.pedir_treino(por=carla, agora=agora())
    assert services.pedir_treino(por=carla, agora=agora()).id == pedido.id
    with pytest.raises(Recusa, match="não está pronta"):
        services.usar(pedido.id, por=carla)


def test_a_training_that_breaks_says_so(com_modelo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pedido = services.pedir_treino(por=None, agora=agora())
    monkeypatch.setattr(queries, "historico", lambda: 1 / 0)
    services.treinar(pedido.id)
    db.session().refresh(pedido)
    assert (pedido.estado, pedido.erro) == (EstadoModelo.FALHOU, services.FALHOU)


def test_the_desk_shows_them_as_the_first_boxes_of_the_form(com_modelo: None, como: Como) -> None:
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana, hospital())
    pagina = html.unescape(como(ana).get(f"/triagem/{demanda.id}").text)
    ses = cadastros.orgao("SES").id
    assert pagina.count(f'name="orgaos" value="{ses}"') == 1
    lista = pagina.split("data-escolha-lista")[1]
    assert lista.index(f'value="{ses}"') < lista.index(f'value="{cadastros.orgao("AGE").id}"')
    assert "sugestão:" in lista
    assert "hospital" in lista


def test_the_desk_says_when_it_abstains(com_modelo: None, como: Como) -> None:
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana, hospital())
    jobs.varrer_sugestoes()
    with transaction():
        sugestao(demanda).sugeridas = []
    assert "Sem sugestão de órgão" in como(ana).get(f"/triagem/{demanda.id}").text


def test_the_page_tells_quality_use_and_versions(com_modelo: None, como: Como) -> None:
    ana, carla = contas.triador("Ana"), contas.coordenadora("Carla")
    encaminhar(triagem.em_triagem(ana, hospital()), ana, "SES")
    pagina = como(ana).get("/triagem/sugestoes").text
    assert "Aceitas" in pagina
    assert "(100%)" in pagina
    assert "Treinar de novo" not in pagina
    cliente = como(carla)
    assert "Treinar de novo" in cliente.get("/triagem/sugestoes").text
    assert cliente.post("/triagem/sugestoes/treinar").status_code == 303
    assert "Na fila" in cliente.get("/triagem/sugestoes").text


def test_the_demonstrations_figures_are_labelled() -> None:
    medida = {"medidas_em": 1200, "ordem": "tempo", "top1": 0.9, "top3": 1.0, "cobertura": 0.95, "ece": 0.05}
    assert "escritos para a demonstração" in textos.em_palavras(medida, True)[-1]
    assert "demonstração" not in " ".join(textos.em_palavras(medida, False))


def test_an_agency_is_edited_on_its_page(com_modelo: None, como: Como) -> None:
    cliente, ses = como(contas.pessoa(Papel.ADMINISTRADOR)), cadastros.orgao("SES").id
    assert "palavras-chave" in cliente.get("/cadastros/orgaos").text
    assert "cirurgias" in cliente.get(f"/cadastros/orgaos/{ses}").text
    feito = cliente.post(
        f"/cadastros/orgaos/{ses}", data={"competencias": "Nova", "palavras_chave": "leito", "email": ""}
    )
    assert feito.status_code == 303
    recusado = cliente.post(f"/cadastros/orgaos/{ses}", data={"palavras_chave": "x" * 61})
    assert recusado.status_code == 422
    assert "no máximo 60 letras" in recusado.text
