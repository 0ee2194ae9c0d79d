"""From words to agencies: stems, names, competences, learning, calibration, abstention, the stored form."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peticionamento.triagem.sugestoes.backtest import medidas, medir, medir_modelo
from peticionamento.triagem.sugestoes.modelo import Modelo, de_competencias, vale
from peticionamento.triagem.sugestoes.palavras import Nomes, radical, superficies, tracos
from peticionamento.triagem.sugestoes.parecidos import grupos
from peticionamento.triagem.sugestoes.treino import Amostra, treinar
from tests.triagem.sugestoes.casos import ORGAOS, PALAVRAS, amostras, frase

NOMES = Nomes((o.sigla, o.nome) for o in ORGAOS)


@pytest.mark.parametrize(
    ("uma", "outra"),
    [("hospitais", "hospital"), ("leitos", "leito"), ("pavimentação", "pavimentar"), ("escolar", "escola"),
     ("médicas", "médico"), ("pontes", "ponte"), ("ambulâncias", "ambulancia")],
)  # fmt: skip
def test_words_of_one_family_have_one_stem(uma: str, outra: str) -> None:
    assert tracos(uma, pedacos=False)[0] == tracos(outra, pedacos=False)[0]


def test_accents_and_courtesies_do_not_count() -> None:
    assert tracos("Solicito ao senhor secretário ÁGUA", pedacos=False) == tracos("agua", pedacos=False)
    assert tracos("Solicito ao senhor secretário", pedacos=False) == []
    assert superficies("Água nas escolas")[radical("escolas")] == "escolas"


def test_an_agency_is_found_by_sigla_in_capitals_or_by_name() -> None:
    assert NOMES.achar("Peço à SES e ao DER uma resposta") == {0, 2}
    assert NOMES.achar("à Secretaria Estadual de Educação") == {1}
    assert NOMES.achar("na sede do município") == set()
    assert NOMES.achar("NA SEDE DO MUNICÍPIO") == set()


def test_masking_leaves_no_name() -> None:
    mascarado = NOMES.mascarar("A SES, a Secretaria de Estado da Educação e o DER-MG devem agir")
    assert NOMES.achar(mascarado) == set()
    assert "devem agir" in mascarado


def test_on_the_first_day_the_competences_speak() -> None:
    (primeira, *_) = de_competencias(ORGAOS).sugerir("Faltam leitos no hospital da cidade")
    assert primeira.sigla == "SES"
    assert "hospital" in " ".join(primeira.palavras)


@pytest.mark.parametrize("texto", ["", "   ", "xyz qwerty", "Feliz aniversário à cidade"])
def test_no_suggestion_rather_than_a_weak_one(texto: str) -> None:
    assert de_competencias(ORGAOS).sugerir(texto) == []
    assert treinar(amostras(60), ORGAOS).sugerir(texto) == []


def test_an_agency_named_is_evidence_and_is_masked_when_asked() -> None:
    modelo = de_competencias(ORGAOS)
    (primeira, *_) = modelo.sugerir("Peço resposta do DER-MG")
    assert (primeira.sigla, primeira.nomeado) == ("DER-MG", True)
    assert modelo.sugerir("Peço resposta do DER-MG", mascarar=True) == []


def test_an_agency_that_does_not_receive_is_not_suggested() -> None:
    dadas = de_competencias(ORGAOS).sugerir("hospital e leito de UTI, rodovia", ativas=lambda sigla: sigla != "SES")
    assert "SES" not in [dada.sigla for dada in dadas]


def test_an_agency_only_addressed_takes_nothing_from_the_others() -> None:
    modelo = de_competencias(ORGAOS)
    sem = modelo.sugerir("Recuperar a rodovia", ativas=lambda sigla: sigla != "SES")
    com = modelo.sugerir("À SES: recuperar a rodovia", ativas=lambda sigla: sigla != "SES")
    assert [dada.sigla for dada in com] == [dada.sigla for dada in sem] != []
    assert abs(com[0].probabilidade - sem[0].probabilidade) < 0.1


@pytest.mark.parametrize("quantas", [20, 120])
def test_it_learns_words_that_no_competence_has(quantas: int) -> None:
    modelo, sorte = treinar(amostras(quantas), ORGAOS), random.Random(9)
    certas = 0
    for _ in range(60):
        sigla = sorte.choice(list(PALAVRAS))
        dadas = modelo.sugerir(frase(sigla, sorte))
        certas += bool(dadas) and dadas[0].sigla == sigla
    assert certas >= 50


def test_an_agency_never_routed_to_can_still_be_suggested() -> None:
    modelo = treinar(amostras(60), ORGAOS)
    assert modelo.sugerir("Instalação de indústria e empresas, indústria nova")[0].sigla == "SEDE"


def test_odd_histories_train_all_the_same() -> None:
    um_so = [Amostra(f"hospital {n} leito", ("SES",)) for n in range(12)]
    assert treinar(um_so, ORGAOS).sugerir("hospital")[0].sigla == "SES"
    dois = [Amostra(f"hospital leito {n}", ("SES", "SEE")) for n in range(9)]
    assert treinar([*dois, Amostra("rodovia", ("DER-MG",))], ORGAOS).sugerir("rodovia")[0].sigla == "DER-MG"
    assert treinar([Amostra("", ("SES",)), Amostra("hospital", ("NADA",))] * 10, ORGAOS).historico is None


def test_probabilities_are_calibrated_where_the_history_is_noisy() -> None:
    sorte, ruidosas = random.Random(3), []
    for amostra in amostras(700, semente=5):  # three in ten go anywhere
        ao_acaso = (sorte.choice(list(PALAVRAS)),)
        ruidosas.append(Amostra(amostra.texto, amostra.orgaos if sorte.random() > 0.3 else ao_acaso, amostra.em))
    medida = medir_modelo(treinar(ruidosas[:500], ORGAOS), ruidosas[500:])
    assert medida is not None
    assert medida["ece"] < 0.1
    assert 0.7 < medida["top1"] < 0.9


def test_the_backtest_learns_from_the_past_alone() -> None:
    medida = medir(amostras(120), ORGAOS)
    assert medida is not None
    assert medida["ordem"] == "tempo"
    assert medida["top1"] > 0.9
    assert medida["top3"] >= medida["top1"]
    assert sum(f["quantas"] for f in medida["faixas"]) == medida["medidas_em"]
    sem_datas = medir(amostras(40, datadas=False), ORGAOS)
    assert sem_datas is not None
    assert sem_datas["ordem"] == "sorteio"
    assert medir(amostras(10), ORGAOS) is None


def test_names_in_the_texts_do_not_help_the_backtest() -> None:
    nuas = [Amostra(f"pedido {n % 7} {a.orgaos[0]}", a.orgaos, a.em) for n, a in enumerate(amostras(80))]
    medida = medir(nuas, ORGAOS)
    assert medida is not None
    assert medida["top1"] < 0.7


def test_measures_by_hand() -> None:
    casos = [(["SES", "SEE"], [0.9, 0.1], {"SES"}), (["SES", "SEE"], [0.3, 0.25], {"SEE"})]
    medida = medidas(casos)
    assert (medida["top1"], medida["top3"], medida["cobertura"]) == (0.5, 1.0, 1.0)
    assert medida["ece"] == pytest.approx(0.2)
    assert not vale([0.3, 0.1, 0.05])
    assert not vale([])


def test_texts_nearly_the_same_are_one_group() -> None:
    base = " ".join(random.Random(1).choices([p for ps in PALAVRAS.values() for p in ps], k=80))
    iguais = grupos([base, base.replace("ponte", "viaduto", 1), frase("SEE", random.Random(2)), ""])
    assert iguais[0] == iguais[1]
    assert len({*iguais}) == 3


def test_it_is_kept_without_pickle_and_says_the_same_afterwards() -> None:
    modelo = treinar(amostras(60), ORGAOS)
    crus = modelo.em_bytes()
    lido, texto = Modelo.de_bytes(crus), "escola sem professor"
    assert np.allclose(lido.probabilidades(texto), modelo.probabilidades(texto), atol=0.01)
    assert b"pickle" not in crus
    with pytest.raises(ValueError, match="pickled"):
        Modelo.de_bytes(b"nada")


MODELO = treinar(amostras(60), ORGAOS)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_probabilities_that_sum_to_one(texto: str) -> None:
    probabilidades = MODELO.probabilidades(texto)
    assert probabilidades.sum() == pytest.approx(1, abs=1e-4)
    dadas = MODELO.sugerir(texto)
    assert len(dadas) <= 3
    assert [d.probabilidade for d in dadas] == sorted((d.probabilidade for d in dadas), reverse=True)
