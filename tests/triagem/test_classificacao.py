"""What a demand is about: said by triage, written down, undone within the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.cadastros.carga_temas import carregar_temas
from peticionamento.cadastros.models import Municipio, Tema
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, Recusa
from peticionamento.comum.historico import de_quem_trabalha, do_autor
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import classificacao
from peticionamento.triagem.classificacao import Classificacao
from peticionamento.triagem.models import Demanda, Urgencia
from peticionamento.triagem.ods import ODS
from tests.factories import contas, depois, triagem

SO_URGENTE = Classificacao(None, "Teófilo Otoni", None, "urgente")


def tema(caminho: str = "Saúde › Hospital") -> Tema:
    carregar_temas()
    achado = db.session().execute(select(Tema).where(Tema.caminho == caminho)).scalar_one_or_none()
    return achado or db.session().execute(select(Tema).where(Tema.pai_id.is_not(None)).limit(1)).scalar_one()


def como_esta(demanda: Demanda) -> Classificacao:
    nome = db.session().get_one(Municipio, demanda.municipio_id).nome if demanda.municipio_id else ""
    return Classificacao(demanda.tema_id, nome, demanda.ods, demanda.urgencia.value)


def classificar(demanda: Demanda, por: Pessoa, dias: int = 0, **mudancas: object) -> Demanda:
    nova = replace(como_esta(demanda), **mudancas)  # type: ignore[arg-type]
    instante = agora() + timedelta(days=dias)
    return classificacao.classificar(demanda.id, nova, por=por, versao=demanda.versao, agora=instante)


def desfazer(demanda: Demanda, por: Pessoa, dias: int = 0) -> Demanda:
    instante = agora() + timedelta(days=dias)
    return classificacao.desfazer(demanda.id, por=por, versao=demanda.versao, agora=instante)


def ultima(demanda: Demanda) -> str:
    return de_quem_trabalha(demanda.peticao_id)[0].texto


def test_a_classification_is_kept_and_written_down_with_what_it_was(app: Flask) -> None:
    demanda, ana, hospital = triagem.demanda(), contas.triador("Ana"), tema()
    classificar(demanda, ana, tema_id=hospital.id, ods=3, urgencia="alta")
    assert (demanda.tema_id, demanda.ods, demanda.urgencia) == (hospital.id, 3, Urgencia.ALTA)
    assert ultima(demanda) == (
        f"Classificou: tema “{hospital.caminho}” (antes, nenhum); ODS 3, Saúde e bem-estar (antes, nenhum); "
        "urgência alta (antes, normal)."
    )


def test_the_author_reads_nothing_of_it(app: Flask) -> None:
    demanda = triagem.demanda()
    antes = do_autor(demanda.peticao_id, demanda.autor_id)
    classificar(demanda, contas.triador(), urgencia="urgente")
    assert do_autor(demanda.peticao_id, demanda.autor_id) == antes


def test_an_urgent_demand_rises_at_once(app: Flask) -> None:
    demanda = triagem.demanda()
    classificar(demanda, contas.triador(), urgencia="urgente")
    assert demanda.razoes == [["urgencia", 2, 4], ["dias_uteis", 5, 1]]
    desfazer(demanda, contas.triador())
    assert demanda.prioridade == -1


def test_the_municipality_is_found_as_people_write_it_and_may_be_the_whole_state(app: Flask) -> None:
    demanda, ana = triagem.demanda(), contas.triador()
    de_antes = db.session().get_one(Municipio, demanda.municipio_id).nome
    classificar(demanda, ana, municipio="")
    assert demanda.municipio_id is None
    assert ultima(demanda) == f"Classificou: o Estado todo (antes, {de_antes})."
    classificar(demanda, ana, municipio=f"  {de_antes.upper()} ")
    assert demanda.municipio_id == demanda.peticao.municipio_id


def test_saying_the_same_again_is_nothing(app: Flask) -> None:
    demanda, ana = triagem.demanda(), contas.triador()
    linhas, versao = len(de_quem_trabalha(demanda.peticao_id)), demanda.versao
    classificar(demanda, ana)
    assert (len(de_quem_trabalha(demanda.peticao_id)), demanda.versao) == (linhas, versao)
    assert classificacao.desfazivel(demanda, agora()) is None


@pytest.mark.parametrize(
    ("mudancas", "campo", "frase"),
    [
        ({"tema_id": 999_999}, "tema", "Escolha um tema da lista."),
        ({"municipio": "Atlântida"}, "municipio", "“Atlântida” não é um município de Minas Gerais. Escolha na lista."),
        ({"ods": 18}, "ods", "Escolha um ODS da lista."),
        ({"ods": 0}, "ods", "Escolha um ODS da lista."),
        ({"urgencia": "ontem"}, "urgencia", "Escolha a urgência."),
    ],
)
def test_what_is_not_in_the_lists_is_refused(app: Flask, mudancas: dict[str, object], campo: str, frase: str) -> None:
    demanda = triagem.demanda()
    with pytest.raises(Recusa) as recusa:
        classificar(demanda, contas.triador(), **mudancas)
    assert (recusa.value.campo, recusa.value.mensagem) == (campo, frase)


def test_a_theme_out_of_use_stays_where_it_was_and_is_not_chosen_anew(app: Flask) -> None:
    antiga, nova, ana, hospital = triagem.demanda(), triagem.demanda(), contas.triador(), tema()
    classificar(antiga, ana, tema_id=hospital.id)
    with transaction():
        hospital.ativo = False
    classificar(antiga, ana, ods=3)
    assert antiga.tema_id == hospital.id
    with pytest.raises(Recusa, match="Escolha um tema da lista"):
        classificar(nova, ana, tema_id=hospital.id)


def test_each_classification_of_the_day_is_undone_in_turn(app: Flask) -> None:
    demanda, ana = triagem.demanda(), contas.triador("Ana")
    classificar(demanda, ana, ods=3)
    classificar(demanda, contas.triador("Bruno"), ods=4, urgencia="alta")
    feita = classificacao.desfazivel(demanda, agora())
    assert feita is not None
    assert feita[0] == "Bruno"
    desfazer(demanda, ana)
    assert (demanda.ods, demanda.urgencia) == (3, Urgencia.NORMAL)
    assert ultima(demanda) == (
        "Desfez a classificação: ODS 3, Saúde e bem-estar (antes, ODS 4); urgência normal (antes, alta)."
    )
    desfazer(demanda, ana)
    assert demanda.ods is None
    with pytest.raises(Recusa, match="Não há classificação de hoje a desfazer"):
        desfazer(demanda, ana)


def test_the_next_day_it_is_no_longer_undone(app: Flask) -> None:
    demanda, ana = triagem.demanda(), contas.triador()
    classificar(demanda, ana, ods=3)
    with pytest.raises(Recusa, match="Não há classificação de hoje a desfazer"):
        desfazer(demanda, ana, dias=1)
    classificar(demanda, ana, dias=1, ods=4)
    desfazer(demanda, ana, dias=1)
    assert demanda.ods == 3
    with pytest.raises(Recusa, match="Não há classificação de hoje"):
        desfazer(demanda, ana, dias=1)


def test_who_holds_the_demand_classifies_it(app: Flask) -> None:
    ana, bruno, carla = contas.triador("Ana"), contas.triador("Bruno"), contas.coordenadora("Carla")
    demanda = triagem.em_triagem(ana)
    with pytest.raises(Conflito, match="Ana assumiu esta demanda"):
        classificar(demanda, bruno, ods=3)
    classificar(demanda, ana, ods=3)
    classificar(demanda, carla, ods=4)
    assert demanda.ods == 4


def test_a_stale_page_hears_who_classified_meanwhile(app: Flask) -> None:
    demanda = triagem.demanda()
    vista = demanda.versao
    classificar(demanda, contas.triador("Ana"), ods=3)
    with pytest.raises(Conflito, match=r"Ana, .*: Classificou: ODS 3, Saúde e bem-estar"):
        classificacao.classificar(demanda.id, SO_URGENTE, por=contas.triador(), versao=vista, agora=agora())


def test_a_demand_waiting_for_its_author_is_still_classified_and_an_answered_one_is_not(app: Flask) -> None:
    espera, respondida, ana = depois.em_diligencia(), triagem.respondida(), contas.triador()
    classificar(espera, ana, ods=3)
    assert espera.ods == 3
    with pytest.raises(AcaoIndevida, match="A situação agora é “Respondida”, e dela não se pode classificar"):
        classificar(respondida, ana, ods=3)


def test_the_names_behind_it_are_read_at_once(app: Flask) -> None:
    demanda, ana, hospital = triagem.demanda(), contas.triador(), tema()
    assert classificacao.nomes_de(demanda).municipio == db.session().get_one(Municipio, demanda.municipio_id).nome
    classificar(demanda, ana, tema_id=hospital.id, municipio="")
    assert classificacao.nomes_de(demanda) == classificacao.Nomes(hospital.caminho, "", "")


def test_there_are_seventeen_goals(app: Flask) -> None:
    assert list(ODS) == list(range(1, 18))
    assert len(set(ODS.values())) == 17
