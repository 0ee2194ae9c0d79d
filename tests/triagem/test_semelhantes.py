"""Demands like the one being read, and campaigns."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from peticionamento.cadastros.models import Tema
from peticionamento.comum.db import transaction
from peticionamento.comum.permissoes import SISTEMA
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import apensamento, campanhas, semelhantes
from peticionamento.triagem.models import Demanda, EstadoDemanda
from tests.factories import contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Contar = Callable[[], AbstractContextManager[Contagem]]
LEITOS = "<p>Peço a habilitação de dez leitos de terapia intensiva no hospital da cidade.</p>"
PONTE = "<p>Peço a construção de uma ponte sobre o ribeirão, levada pela enchente.</p>"
CAMPANHA = (
    "<p>Venho solicitar o recapeamento da rodovia MG-114 no trecho que corta o município, interditado desde a enchente "
    "e por onde passam caminhões de leite, ambulâncias e o transporte escolar.</p>"
)


class TodasComuns(dict[str, float]):
    """Every word is in many petitions."""

    def get(self, _lexema: str, _falta: float = 0) -> float:  # type: ignore[override]
        return 10_000


def sobre(assunto: str, texto: str, municipio: str = "Teófilo Otoni", autor: Pessoa | None = None) -> Demanda:
    rascunho = peticoes.rascunho(autor, assunto=assunto, municipio=municipio, texto=texto)
    peticao = peticoes.services.protocolar(
        rascunho.id, contas.SENHA, por=rascunho.autor, versao=rascunho.versao, agora=agora()
    )
    return triagem.demanda_de(peticao)


def um_tema() -> int:
    with transaction() as session:
        tema = Tema(nome="Saúde", caminho="Saúde")
        session.add(tema)
        session.flush()
        return tema.id


def parecidas(demanda: Demanda, limite: int = 5) -> list[str]:
    return [p.assunto for p in semelhantes.semelhantes(demanda, SISTEMA, limite)]


def test_the_likest_come_first_and_another_matter_of_the_same_place_does_not_come(app: Flask) -> None:
    lida = sobre("Leitos de UTI no Hospital Santa Rosália", LEITOS)
    sobre("Ponte do ribeirão São Jacinto", PONTE)
    sobre("Leitos de UTI neonatal", LEITOS, "Almenara")
    sobre("Leitos de UTI no Hospital São Vicente", LEITOS, "Nanuque")
    assert parecidas(lida) == ["Leitos de UTI no Hospital São Vicente", "Leitos de UTI neonatal"]
    assert len(parecidas(lida, 1)) == 1


def test_of_two_equally_like_the_one_of_the_same_place_and_theme_comes_first(app: Flask) -> None:
    lida = sobre("Leitos de UTI", LEITOS)
    daqui = sobre("Leitos de UTI", LEITOS)
    sobre("Leitos de UTI", LEITOS, "Almenara")
    do_tema = sobre("Leitos de UTI", LEITOS, "Nanuque")
    lida.tema_id = do_tema.tema_id = um_tema()
    daqui.tema_id = None
    ordem = [p.municipio for p in semelhantes.semelhantes(lida, SISTEMA)]
    assert ordem[-1] == "Almenara"
    assert set(ordem[:2]) == {"Teófilo Otoni", "Nanuque"}


def test_words_alike_under_another_subject_are_found_by_the_text(app: Flask) -> None:
    lida = sobre("Leitos de UTI", LEITOS)
    sobre("Terapia intensiva: habilitação", LEITOS, "Almenara")
    assert parecidas(lida) == ["Terapia intensiva: habilitação"]


def test_each_says_what_was_decided(app: Flask) -> None:
    lida = sobre("Leitos de UTI", LEITOS)
    with no_instante(agora() - timedelta(days=30)):
        antiga = sobre("Leitos de UTI adulto", LEITOS)
    triagem.respondida(["SES"], peticao=antiga.peticao)
    com_orgaos = sobre("Leitos de UTI neonatal", LEITOS)
    triagem.distribuida(["SES", "FHEMIG"], peticao=com_orgaos.peticao)
    sobre("Leitos de UTI coronariana", LEITOS)
    ditas = {p.assunto: (p.desfecho, p.pode_receber) for p in semelhantes.semelhantes(lida, SISTEMA)}
    respondida, pode = ditas["Leitos de UTI adulto"]
    assert respondida.startswith("SES · respondida em ")
    assert "dias úteis" in respondida
    assert not pode
    assert ditas["Leitos de UTI neonatal"] == ("SES e FHEMIG · em andamento", True)
    assert ditas["Leitos de UTI coronariana"] == ("aguarda triagem", True)


def test_quotes_and_backslashes_in_a_subject_are_words_like_others(app: Flask) -> None:
    lida = sobre(r"Poço d'água \ do 'Alagadiço' & outros | (todos) !", PONTE)
    sobre("Poço d'água do Alagadiço", PONTE, "Almenara")
    assert parecidas(lida) == ["Poço d'água do Alagadiço"]


def test_a_demand_without_place_or_theme_or_words_has_its_list_too(app: Flask) -> None:
    lida = sobre("12/2026", "<p>12 de 2026 e 13 de 2027, conforme 14.</p>")
    lida.municipio_id = lida.tema_id = None
    assert parecidas(lida) == []


def test_the_words_common_to_many_bring_no_candidates_by_themselves(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lida = sobre("Ambulância para o posto", LEITOS)
    sobre("Terapia intensiva: habilitação", LEITOS, "Almenara")
    assert parecidas(lida) == ["Terapia intensiva: habilitação"]
    monkeypatch.setattr(semelhantes, "_frequencias", TodasComuns)
    assert parecidas(lida) == []


def test_the_reads_are_a_few_whatever_there_is(app: Flask, contar_consultas: Contar) -> None:
    lida = sobre("Leitos de UTI", LEITOS)
    for _ in range(3):
        sobre("Leitos de UTI", LEITOS)
    assert lida.peticao.assunto  # read before counting
    with contar_consultas() as vistas:
        assert len(parecidas(lida)) == 3
    assert len(vistas) <= 3


def test_one_text_from_several_deputies_is_a_campaign(app: Flask, contar_consultas: Contar) -> None:
    helena = contas.deputada("Helena Prates")
    primeira = sobre("Recapeamento da MG-114", CAMPANHA, "Itamarandiba", helena)
    sobre("MG-114", CAMPANHA, "Carbonita", helena)
    assert campanhas.campanhas([primeira.impressao]) == {}, "one deputy alone makes no campaign"
    de_otavio = sobre("Recape da rodovia MG-114", CAMPANHA, "Carbonita", contas.deputada("Otávio Lins"))
    outra = sobre("Leitos de UTI", LEITOS)
    impressoes = [primeira.impressao, outra.impressao, ""]
    with contar_consultas() as vistas:
        achadas = campanhas.campanhas(impressoes)
    assert len(vistas) == 1
    assert list(achadas) == [primeira.impressao]
    assert (achadas[primeira.impressao].deputados, achadas[primeira.impressao].demandas) == (2, 3)
    assert achadas[primeira.impressao].onde == "Carbonita e Itamarandiba"
    assert [n.autor for n in campanhas.da_campanha(primeira, SISTEMA)] == [
        "Helena Prates", "Helena Prates", "Otávio Lins",
    ]  # fmt: skip
    assert parecidas(primeira)[0] in ("Recape da rodovia MG-114", "MG-114")
    assert semelhantes.semelhantes(de_otavio, SISTEMA)[0].mesmo_texto
    with contar_consultas() as nenhuma:
        assert campanhas.campanhas(["", ""]) == {}
    assert len(nenhuma) == 0


def test_a_campaign_is_joined_in_one_act_and_what_ended_is_not_of_it(app: Flask) -> None:
    primeira = sobre("Recapeamento da MG-114", CAMPANHA)
    triagem.respondida(peticao=sobre("MG-114, ano passado", CAMPANHA).peticao)
    demais = [sobre(f"MG-114 {n}", CAMPANHA) for n in range(3)]
    da = campanhas.da_campanha(primeira, SISTEMA)
    assert [n.id for n in da] == [primeira.id, *(d.id for d in demais)]
    escolhidas = [(n.id, n.versao) for n in da if n.id != primeira.id]
    resultados = apensamento.apensar_varias(primeira.id, escolhidas, por=contas.triador(), agora=agora())
    assert not any(r.recusa for r in resultados)
    assert {n.estado for n in campanhas.da_campanha(primeira, SISTEMA)} == {
        EstadoDemanda.AGUARDANDO,
        EstadoDemanda.APENSADA,
    }


def test_many_places_are_counted_after_the_first_three() -> None:
    assert campanhas.Campanha(9, 9, list("ABCDE")).onde == "A, B, C e mais 2 municípios"
    assert campanhas.Campanha(9, 9, list("ABCD")).onde == "A, B, C e mais um município"
