"""A petition filled in from the Assembly: over real HTTP, the Assembly simulated and its people invented."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from peticionamento.cadastros.models import FormaPrincipal, Tema
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services as peticoes_services
from peticionamento.peticoes.assembleia import cliente, consulta, services
from peticionamento.peticoes.assembleia.cliente import ESTRANHA, FORA, LONGE, AssembleiaFora
from peticionamento.peticoes.assembleia.consulta import OCUPADA, consultar, esperar_a_vez
from peticionamento.peticoes.assembleia.referencia import Referencia
from peticionamento.peticoes.models import ConsultaAssembleia, Peticao, VersaoRascunho
from tests.factories import cadastros, contas, peticoes
from tests.fixtures.almg import AUTORA
from tests.peticoes.almg_de_mentira import Assembleia, Modo

RQN = Referencia("RQN", 8788, 2024)


def trazer(peticao: Peticao, digitada: str = "RQN 8788/2024", **opcoes: Any) -> services.Trazida:
    trazida = services.trazer(peticao.id, digitada, por=opcoes.pop("por", peticao.autor), agora=agora(), **opcoes)
    db.session().expire_all()
    return trazida


# ------------------------------------------------------------------ over HTTP


def test_the_question_is_the_documented_one_and_says_who_asks(app: Flask, almg: Assembleia) -> None:
    almg.ter("RQN 8787/2024")
    almg.ter("RQN 8788/2024")
    lida = consultar(RQN, agora=agora())
    assert lida.proposicao.autores == (AUTORA,)
    assert lida.proposicao.ementa.startswith(
        "Requer seja encaminhado à Secretaria de Estado de Saúde – SES – pedido de"
    )
    [(_, parametros, cabecalhos)] = almg.pedidos
    assert parametros == {"tipo": "RQN", "num": "8788", "ano": "2024", "tp": "100", "p": "1", "formato": "json"}
    assert cabecalhos["User-Agent"].startswith("Peticionamento-SEIMG/")


def test_the_name_of_the_documentation_is_taken_too(app: Flask, almg: Assembleia) -> None:
    almg.raiz = "resultadoPesquisa"
    almg.ter("RQN 8788/2024")
    assert consultar(RQN, agora=agora()).proposicao.numero == 8788


def test_when_the_number_is_ignored_the_page_is_turned(app: Flask, almg: Assembleia) -> None:
    almg.modo = Modo.SEM_NUM
    for numero in range(250):
        almg.ter(f"RQN {9000 - numero}/2024")
    assert consultar(RQN, agora=agora()).proposicao.numero == 8788
    assert [parametros["p"] for _, parametros, _ in almg.pedidos] == ["1", "2", "3"]


def test_pages_are_not_turned_for_ever(app: Flask, almg: Assembleia) -> None:
    almg.modo = Modo.SEM_NUM
    for numero in range(450):
        almg.ter(f"RQN {numero + 1}/2024")
    with pytest.raises(AssembleiaFora) as fora:
        consultar(RQN, agora=agora())
    assert fora.value.mensagem == LONGE
    assert len(almg.pedidos) == 3
    assert cadastros.quantos(ConsultaAssembleia) == 0  # that is no «there is none»


@pytest.mark.parametrize(
    ("modo", "frase"),
    [
        (Modo.CAIDA, FORA),
        (Modo.OCUPADA, FORA),
        (Modo.LENTA, FORA),
        (Modo.RECUSA, ESTRANHA),
        (Modo.HTML, ESTRANHA),
        (Modo.JSON_QUEBRADO, ESTRANHA),
        (Modo.ENORME, ESTRANHA),
        (Modo.FUNDO, ESTRANHA),
        (Modo.OUTRA_FORMA, ESTRANHA),
        (Modo.REDIRECIONA, ESTRANHA),
    ],
)
def test_whatever_is_wrong_there_is_one_sentence_here(app: Flask, almg: Assembleia, modo: Modo, frase: str) -> None:
    almg.ter("RQN 8788/2024")
    almg.modo = modo
    with pytest.raises(AssembleiaFora) as fora:
        consultar(RQN, agora=agora())
    assert (fora.value.mensagem, fora.value.campo, fora.value.status) == (frase, "proposicao", 422)
    assert len(almg.pedidos) == 1
    assert cadastros.quantos(ConsultaAssembleia) == 0


def test_an_answer_that_drips_is_given_up(app: Flask, almg: Assembleia, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cliente, "PRAZO_S", 0.3)
    almg.ter("RQN 8788/2024")
    almg.modo = Modo.PINGA
    inicio = time.monotonic()
    with pytest.raises(AssembleiaFora, match="não responderam agora"):
        consultar(RQN, agora=agora())
    assert time.monotonic() - inicio < 2


def test_nobody_there_is_the_same_sentence(app: Flask, almg: Assembleia) -> None:
    almg.desligar()
    with pytest.raises(AssembleiaFora) as fora:
        consultar(RQN, agora=agora())
    assert fora.value.mensagem == FORA


def test_no_connection_of_the_database_waits_for_the_network(app: Flask, almg: Assembleia) -> None:
    with pytest.raises(RuntimeError, match="never the other way round"), transaction():
        consultar(RQN, agora=agora())
    assert almg.pedidos == []


# ------------------------------------------------------------------ kept for a while, one question a second


def test_the_same_number_is_asked_once_a_day(app: Flask, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    instante = agora()
    primeira = consultar(RQN, agora=instante)
    for depois in (timedelta(minutes=1), timedelta(hours=23, minutes=59)):
        assert consultar(RQN, agora=instante + depois) == primeira
    assert len(almg.pedidos) == 1
    almg.itens[0]["situacao"] = "Arquivado"
    nova = consultar(RQN, agora=instante + timedelta(hours=24))
    assert (nova.proposicao.situacao, nova.em, nova.velha) == ("Arquivado", instante + timedelta(hours=24), False)
    assert len(almg.pedidos) == 2


def test_what_is_not_there_is_asked_again_after_an_hour(app: Flask, almg: Assembleia) -> None:
    instante = agora()
    for depois in (timedelta(), timedelta(minutes=59)):
        with pytest.raises(Recusa) as recusada:
            consultar(RQN, agora=instante + depois)
        assert recusada.value.mensagem == "A Assembleia não tem RQN 8788/2024. Confira a sigla, o número e o ano."
        assert not isinstance(recusada.value, AssembleiaFora)
    assert len(almg.pedidos) == 1
    almg.ter("RQN 8788/2024")
    assert consultar(RQN, agora=instante + timedelta(hours=1)).proposicao.numero == 8788


def test_with_the_assembly_down_an_old_answer_serves_and_says_its_age(app: Flask, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    instante = agora()
    consultar(RQN, agora=instante)
    almg.modo = Modo.CAIDA
    velha = consultar(RQN, agora=instante + timedelta(days=9))
    assert (velha.velha, velha.em) == (True, instante)
    almg.modo = Modo.NORMAL
    assert not consultar(RQN, agora=instante + timedelta(days=9)).velha


def test_an_old_no_is_no_answer_when_it_is_down(app: Flask, almg: Assembleia) -> None:
    instante = agora()
    with pytest.raises(Recusa):
        consultar(RQN, agora=instante)
    almg.modo = Modo.CAIDA
    with pytest.raises(AssembleiaFora):
        consultar(RQN, agora=instante + timedelta(hours=2))


@pytest.mark.comprometido
def test_all_processes_together_ask_once_a_second(
    app: Flask, almg: Assembleia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consulta, "INTERVALO", timedelta(seconds=1.1))
    largada = threading.Barrier(2)
    erros: list[Exception] = []

    def perguntar(*numeros: int) -> None:
        with app.app_context():
            largada.wait()
            for numero in numeros:
                almg.ter(f"RQN {numero}/2024")
                try:
                    consultar(Referencia("RQN", numero, 2024), agora=agora())
                except Exception as erro:
                    erros.append(erro)

    linhas = [threading.Thread(target=perguntar, args=numeros) for numeros in ((1, 2), (3,))]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    assert erros == []
    instantes = sorted(instante for instante, _, _ in almg.pedidos)
    assert len(instantes) == 3
    assert instantes[-1] - instantes[0] >= 2
    assert min(b - a for a, b in pairwise(instantes)) >= 0.98


def test_a_turn_that_is_too_far_is_not_waited_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consulta, "INTERVALO", timedelta(seconds=30))
    esperar_a_vez()  # the first goes at once
    inicio = time.monotonic()
    with pytest.raises(AssembleiaFora) as fora:
        esperar_a_vez()
    assert fora.value.mensagem == OCUPADA
    assert time.monotonic() - inicio < 1


# ------------------------------------------------------------------ a draft filled in


def test_an_empty_draft_is_filled_in(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    trazida = trazer(vazia)
    assert trazida.preenchidos == ("o assunto", "o texto", "o município", "o tema")
    assert trazida.mantidos == ()
    assert (
        vazia.assunto == "Pedido de providências para a habilitação de dez leitos de UTI no Hospital Machado de Assis…"
    )
    assert vazia.texto_html.startswith("<p>Requer seja encaminhado à Secretaria de Estado de Saúde – SES – pedido de")
    assert "https://www.almg.gov.br/projetos-de-lei/RQN/8788/2024" in vazia.texto_html
    assert vazia.municipio is not None
    assert vazia.municipio.nome == vazia.municipio_digitado == "Teófilo Otoni"
    assert vazia.tema is not None
    assert vazia.tema.caminho == "Saúde › Hospitais e leitos"
    assert vazia.proposicao == "RQN 8788/2024"
    dados = vazia.proposicao_dados
    assert dados is not None
    assert dados["autor_confere"] is True
    assert dados["aviso"] == ""
    assert dados["situacao"] == "Aprovado"
    assert dados["autores"] == [AUTORA]
    assert dados["link"] == "https://www.almg.gov.br/projetos-de-lei/RQN/8788/2024"


def test_nothing_typed_is_lost_unless_asked(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    escrito = peticoes_services.Rascunho(vazia.tipo_id, "O meu assunto", "Formiga", "<p>O meu texto.</p>")
    peticoes_services.rascunhar(vazia.id, escrito, por=vazia.autor, versao=vazia.versao, agora=agora())
    trazida = trazer(vazia)
    assert (trazida.preenchidos, trazida.mantidos) == (("o tema",), ("o assunto", "o texto", "o município"))
    assert (vazia.assunto, vazia.municipio_digitado, vazia.texto_html) == (
        "O meu assunto", "Formiga", "<p>O meu texto.</p>",
    )  # fmt: skip
    assert vazia.proposicao == "RQN 8788/2024"
    trazida = trazer(vazia, substituir=True)
    assert trazida.preenchidos == ("o assunto", "o texto", "o município")
    assert vazia.municipio_digitado == "Teófilo Otoni"
    versoes = db.session().execute(select(VersaoRascunho).where(VersaoRascunho.peticao_id == vazia.id)).scalars()
    assert any(versao.conteudo["texto_html"] == "<p>O meu texto.</p>" for versao in versoes)


def test_bringing_it_twice_writes_one_version(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    trazer(vazia)
    versao, quantas = vazia.versao, cadastros.quantos(VersaoRascunho)
    trazida = trazer(vazia)
    assert (trazida.preenchidos, trazida.mantidos) == ((), ())
    assert (vazia.versao, cadastros.quantos(VersaoRascunho)) == (versao, quantas)
    assert len(almg.pedidos) == 1


def test_another_deputys_is_said_and_not_refused(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024", autor="Deputado João Neves      PX")
    trazer(vazia)
    assert vazia.proposicao_dados is not None
    assert vazia.proposicao_dados["autor_confere"] is False
    assert vazia.proposicao_dados["aviso"] == f"O requerimento é de João Neves; a petição é de {AUTORA}."


def test_the_text_of_a_form_or_a_file_is_left_alone(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    with transaction():
        vazia.tipo.forma_principal = FormaPrincipal.CAMPOS
    assert "o texto" not in trazer(vazia).preenchidos
    assert vazia.texto_html == ""
    assert vazia.proposicao == "RQN 8788/2024"


def test_a_subject_the_tree_does_not_know_leaves_the_theme_to_the_person(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024", indexacao="/Tema/Novidade", assunto="Requer <b>isto</b> & aquilo.")
    assert trazer(vazia).preenchidos == ("o assunto", "o texto")
    assert vazia.tema_id is None
    assert vazia.texto_html.startswith("<p>Requer &lt;b&gt;isto&lt;/b&gt; &amp; aquilo.</p>")


def test_the_reference_is_found_by_the_search(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    trazer(vazia)
    achadas = select(Peticao.id).where(Peticao.busca.op("@@")(func.plainto_tsquery("simple", "8788/2024")))
    assert db.session().execute(achadas).scalars().all() == [vazia.id]


def test_it_is_taken_off_again_and_the_words_stay(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    trazer(vazia)
    versao = vazia.versao
    services.remover(vazia.id, por=vazia.autor, agora=agora())
    db.session().expire_all()
    assert (vazia.proposicao, vazia.proposicao_dados) == (None, None)
    assert vazia.assunto != ""
    assert vazia.versao == versao + 1


def test_a_refusal_changes_nothing(vazia: Peticao, almg: Assembleia) -> None:
    versao = vazia.versao
    for digitada in ("RQN", "RQN 1/2024"):
        with pytest.raises(Recusa):
            trazer(vazia, digitada)
    almg.modo = Modo.CAIDA
    with pytest.raises(AssembleiaFora):
        trazer(vazia, "RQN 2/2024")
    db.session().expire_all()
    assert (vazia.versao, vazia.proposicao, vazia.assunto) == (versao, None, "")


def test_what_was_filed_does_not_change_and_what_is_anothers_does_not_exist(app: Flask, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    filed = peticoes.protocolada()
    with pytest.raises(Conflito, match="não muda mais"):
        trazer(filed)
    with pytest.raises(Conflito):
        services.remover(filed.id, por=filed.autor, agora=agora())
    rascunho = peticoes.rascunho()
    with pytest.raises(NaoEncontrado):
        trazer(rascunho, por=contas.deputada())
    with pytest.raises(NaoEncontrado):
        services.remover(rascunho.id, por=contas.deputada(), agora=agora())


# ------------------------------------------------------------------ a draft begun from a number


def comecar(almg: Assembleia, autor: Pessoa, digitada: str = "RQN 8788/2024", chave: str = "c") -> Peticao:
    peticao = services.comecar(digitada, chave, por=autor, agora=agora())
    db.session().expire_all()
    return peticao


@pytest.mark.parametrize(
    ("mudancas", "slug"),
    [
        ({}, "equipamento-de-saude"),
        ({"indexacao": "/Tema/Segurança Pública/Crime"}, "seguranca-publica"),
        ({"indexacao": "/Tema/Educação"}, "escola"),
        ({"indexacao": "/Tema/Turismo"}, "outra"),
        ({"indexacao": ""}, "outra"),
        ({"assunto": "Requer seja encaminhado à SES pedido de informações sobre os leitos."}, "informacao"),
    ],
)
def test_the_kind_is_guessed(vazia: Peticao, almg: Assembleia, mudancas: dict[str, Any], slug: str) -> None:
    for tipo in ("outra", "equipamento-de-saude", "escola", "seguranca-publica", "informacao"):
        cadastros.tipo(tipo)
    almg.ter("RQN 8788/2024", **mudancas)
    peticao = comecar(almg, vazia.autor)
    assert peticao.id != vazia.id
    assert peticao.tipo.slug == slug
    assert peticao.proposicao == "RQN 8788/2024"


def test_one_press_makes_one_draft_and_another_number_another(vazia: Peticao, almg: Assembleia) -> None:
    almg.ter("RQN 8788/2024")
    almg.ter("RQN 8789/2024")
    uma = comecar(almg, vazia.autor)
    with transaction():
        uma.assunto = "Mudei"
    assert comecar(almg, vazia.autor, "rqn 8.788/24").id == uma.id
    assert uma.assunto == "Mudei"
    assert comecar(almg, vazia.autor, "RQN 8789/2024").id != uma.id
    assert cadastros.quantos(Peticao) == 3


def test_nothing_is_begun_where_it_fails(vazia: Peticao, almg: Assembleia) -> None:
    for digitada in ("", "RQN 1/2024"):
        with pytest.raises(Recusa):
            comecar(almg, vazia.autor, digitada)
    almg.modo = Modo.CAIDA
    with pytest.raises(AssembleiaFora):
        comecar(almg, vazia.autor)
    with pytest.raises(SemPermissao):
        comecar(almg, contas.pessoa(Papel.TRIADOR))
    assert cadastros.quantos(Peticao) == 1
    assert cadastros.quantos(Tema) > 100
