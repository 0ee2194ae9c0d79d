"""The queue narrowed: each filter alone and in every view, as the address carries it."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from peticionamento.cadastros.models import Municipio, Tema
from peticionamento.comum.db import transaction
from peticionamento.comum.tempo import agora, hoje, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services as peticoes_services
from peticionamento.triagem import queries
from peticionamento.triagem.filtros import NOMES, Filtros
from peticionamento.triagem.models import Cor, Demanda, DemandaMarcador, Marcador
from peticionamento.triagem.queries import Aba
from tests.factories import contas, peticoes, triagem


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador()


def mudar(demanda: Demanda, **valores: object) -> None:
    """What other pages write on a demand."""
    with transaction() as session:
        session.execute(update(Demanda).where(Demanda.id == demanda.id).values(**valores))


def achados(ana: Pessoa, aba: Aba = Aba.AGUARDANDO, **filtros: object) -> list[str]:
    """The subjects found; the tab's count always says the same."""
    pagina = queries.fila(ana, aba, None, Filtros(**filtros))  # type: ignore[arg-type]
    assert queries.totais(ana, Filtros(**filtros))[aba] == len(pagina.itens)  # type: ignore[arg-type]
    return sorted(linha.assunto for linha in pagina.itens)


def protocolar(assunto: str, municipio: str, texto: str, autora: Pessoa | None = None) -> Demanda:
    rascunho = peticoes.rascunho(autora, assunto=assunto, municipio=municipio, texto=texto)
    peticao = peticoes_services.protocolar(
        rascunho.id, contas.SENHA, por=rascunho.autor, versao=rascunho.versao, agora=agora()
    )
    return triagem.demanda(peticao)


@pytest.fixture
def ponte(app: Flask) -> Demanda:
    return protocolar("Reforma da ponte", "Turmalina", "<p>A ponte sobre o rio Araçuaí está interditada.</p>")


@pytest.fixture
def leitos(app: Flask) -> Demanda:
    return protocolar("Leitos de UTI", "Teófilo Otoni", "<p>Faltam leitos no hospital; a ponte não ajuda.</p>")


def test_by_deputy_and_by_party(ana: Pessoa) -> None:
    helena = contas.deputada("Helena Prates")
    with transaction() as session:
        session.execute(update(Pessoa).where(Pessoa.id == helena.id).values(partido="PV"))
    peticoes.protocolada(helena, assunto="Dela")
    peticoes.protocolada(assunto="De outra")
    assert achados(ana, deputado=helena.id) == ["Dela"]
    assert achados(ana, partido="PV") == ["Dela"]
    assert achados(ana, partido="PX") == []


def test_by_municipality_and_by_region(ana: Pessoa, ponte: Demanda, leitos: Demanda) -> None:
    with transaction() as session:
        session.execute(update(Municipio).where(Municipio.id == ponte.municipio_id).values(regiao="Teófilo Otoni"))
    assert achados(ana, municipio=ponte.municipio_id) == ["Reforma da ponte"]
    assert achados(ana, regiao="Teófilo Otoni") == ["Reforma da ponte"]
    mudar(leitos, municipio_id=ponte.municipio_id)
    assert len(achados(ana, municipio=ponte.municipio_id)) == 2, "as classified, not as filed"
    mudar(leitos, municipio_id=None)
    assert achados(ana) == ["Leitos de UTI", "Reforma da ponte"], "about the whole state is in the queue too"


def test_a_theme_stands_for_its_subthemes(ana: Pessoa, ponte: Demanda, leitos: Demanda) -> None:
    with transaction() as session:
        saude = Tema(nome="Saúde", caminho="Saúde", caminhos_almg=[])
        session.add(saude)
        session.flush()
        hospital = Tema(pai_id=saude.id, nome="Hospital", caminho="Saúde › Hospital", caminhos_almg=[])
        vizinho = Tema(nome="Saúde animal", caminho="Saúde animal", caminhos_almg=[])
        session.add_all([hospital, vizinho])
    mudar(leitos, tema_id=hospital.id)
    mudar(ponte, tema_id=vizinho.id)
    assert achados(ana, tema=saude.id) == ["Leitos de UTI"]
    assert achados(ana, tema=hospital.id) == ["Leitos de UTI"]
    assert achados(ana, tema=vizinho.id) == ["Reforma da ponte"]


def test_by_agency_also_when_it_declined(ana: Pessoa, ponte: Demanda) -> None:
    triagem.entregue(["SES"], peticao=peticoes.protocolada(assunto="Na SES"))
    triagem.responder(triagem.entregue(["SES", "SEE"], peticao=peticoes.protocolada(assunto="Em duas")))
    assert achados(ana, Aba.TODAS, orgao="SES") == ["Em duas", "Na SES"]
    assert achados(ana, Aba.TODAS, orgao="SEE") == ["Em duas"]
    assert achados(ana, Aba.A_HOMOLOGAR, orgao="SEE") == ["Em duas"], "another agency's answer waits, and it went there"
    assert achados(ana, orgao="SES") == []


def test_by_type_by_period_and_by_marker(ana: Pessoa, ponte: Demanda) -> None:
    with no_instante(agora() - timedelta(days=10)):
        antiga = triagem.demanda(peticoes.protocolada(assunto="Antiga"))
    with transaction() as session:
        urgente = Marcador(nome="Conferir", cor=Cor.ROXO)
        session.add(urgente)
        session.flush()
        session.add(DemandaMarcador(demanda_id=antiga.id, marcador_id=urgente.id, pessoa_id=ana.id))
    assert achados(ana, marcador=urgente.id) == ["Antiga"]
    assert achados(ana, de=hoje() - timedelta(days=3)) == ["Reforma da ponte"]
    assert achados(ana, ate=hoje() - timedelta(days=3)) == ["Antiga"]
    assert achados(ana, de=hoje() - timedelta(days=10), ate=hoje()) == ["Antiga", "Reforma da ponte"]
    assert achados(ana, tipo=ponte.tipo_id) == ["Antiga", "Reforma da ponte"]
    assert achados(ana, tipo=ponte.tipo_id + 1) == []


@pytest.mark.parametrize(
    ("digitado", "esperados"),
    [
        ("ponte", ["Leitos de UTI", "Reforma da ponte"]),
        ("pontes", ["Leitos de UTI", "Reforma da ponte"]),
        ("ARACUAI", ["Reforma da ponte"]),
        ('"rio Araçuaí"', ["Reforma da ponte"]),
        ('"Araçuaí rio"', []),
        ("ponte -hospital", ["Reforma da ponte"]),
        ("ponte hospital", ["Leitos de UTI"]),
        ("'); drop table triagem_demanda; --", []),
    ],
)
def test_words_are_found_by_stem_phrase_and_without(
    ana: Pessoa, ponte: Demanda, leitos: Demanda, digitado: str, esperados: list[str]
) -> None:
    assert achados(ana, q=digitado) == esperados


def test_the_sequence_of_a_process_number_finds_it(ana: Pessoa, ponte: Demanda, leitos: Demanda) -> None:
    numero = ponte.peticao.numero or ""
    assert achados(ana, q=numero) == ["Reforma da ponte"]
    assert achados(ana, q=numero.split(".")[2].split("-")[0]) == ["Reforma da ponte"]


def test_every_filter_works_in_every_view(ana: Pessoa, ponte: Demanda) -> None:
    """Each view reads other tables: no filter may be taken for one of theirs."""
    triagem.responder(triagem.entregue(["SES"]))
    todos = Filtros(
        q="ponte", deputado=ponte.autor_id, partido="PV", municipio=ponte.municipio_id, regiao="Norte", tema=1,
        orgao="SES", tipo=ponte.tipo_id, de=date(2020, 1, 1), ate=date(2020, 1, 2), marcador=1,
    )  # fmt: skip
    for filtros in [todos, *(Filtros(**{nome: getattr(todos, nome)}) for nome in NOMES)]:
        totais = queries.totais(ana, filtros)
        for aba in Aba:
            assert len(queries.fila(ana, aba, None, filtros).itens) == totais[aba], (filtros, aba)
            assert len(list(queries.em_lotes(ana, aba, filtros))) == totais[aba], (filtros, aba)
        queries.proxima(ana, 0, Aba.TODAS, filtros)


def test_the_address_says_all_of_it_and_is_read_back() -> None:
    filtros = Filtros(
        q='"leito de UTI" -infantil', deputado=7, partido="PV", municipio=3169307, regiao="Teófilo Otoni", tema=3,
        orgao="DER-MG", tipo=2, de=date(2026, 11, 1), ate=date(2026, 11, 24), marcador=9,
    )  # fmt: skip
    assert Filtros.ler(filtros.argumentos()) == filtros
    assert tuple(filtros.argumentos()) == NOMES
    assert Filtros.ler(filtros.sem("tema").argumentos()) == filtros.sem("tema")
    assert Filtros().argumentos() == {}
    assert not Filtros.ler({"aba": "minhas", "depois": "x"})


@pytest.mark.parametrize(
    "endereco",
    [
        {"deputado": "sete"},
        {"municipio": "9" * 30},
        {"de": "31/02/2026"},
        {"ate": "0001-01-01"},
        {"tema": ""},
        {"q": "   "},
        {"partido": "\x00"},
        {"tipo": "1.5"},
    ],
)
def test_a_mangled_address_opens_the_whole_queue(endereco: dict[str, str]) -> None:
    assert Filtros.ler(endereco) == Filtros()


def test_a_day_is_read_as_browsers_send_it_and_as_people_type_it() -> None:
    assert Filtros.ler({"de": "24/11/2026"}) == Filtros.ler({"de": "2026-11-24"}) == Filtros(de=date(2026, 11, 24))


def test_too_long_a_search_is_cut_and_not_refused(ana: Pessoa) -> None:
    assert len(Filtros.ler({"q": secrets.token_hex(5000)}).q) == 200
