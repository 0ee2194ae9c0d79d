"""Joining demands: one answer to all, each author reading of their own alone, undone within the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.atendimento import services as atendimento
from peticionamento.cadastros.models import NivelAcesso
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, Recusa
from peticionamento.comum.historico import Andamento, de_quem_trabalha
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Acompanhamento, Documento, Etapa, PapelDocumento
from peticionamento.peticoes.services import acompanhar
from peticionamento.triagem import apensamento, decisoes, diligencias, services
from peticionamento.triagem.models import Demanda, EstadoDemanda, Fundamento
from tests.factories import contas, depois, peticoes, triagem


def apensar(demanda: Demanda, principal: Demanda, por: Pessoa, versao: int | None = None) -> Demanda:
    vista = demanda.versao if versao is None else versao
    return apensamento.apensar(demanda.id, principal.id, por=por, versao=vista, agora=agora())


def desapensar(demanda: Demanda, por: Pessoa, em: timedelta = timedelta(0)) -> Demanda:
    return apensamento.desapensar(demanda.id, por=por, versao=demanda.versao, agora=agora() + em)


def situacao(demanda: Demanda) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, demanda.peticao_id, populate_existing=True)


def lido_pelo_autor(demanda: Demanda) -> list[str]:
    consulta = select(Andamento.texto_autor).where(
        Andamento.peticao_id == demanda.peticao_id, Andamento.texto_autor.is_not(None)
    )
    return [str(texto) for texto in db.session().execute(consulta.order_by(Andamento.id)).scalars()]


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador("Ana")


@pytest.fixture
def principal(app: Flask) -> Demanda:
    return triagem.demanda(peticoes.protocolada(contas.deputada("Helena Prates"), assunto="Leitos de UTI"))


@pytest.fixture
def outra(ana: Pessoa) -> Demanda:
    """In Ana's hands, of another deputy."""
    return triagem.em_triagem(ana, peticoes.protocolada(contas.deputada("Otávio Lins"), assunto="Mais leitos"))


def test_joining_says_where_and_hands_it_to_nobody(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    apensar(outra, principal, ana)
    assert (outra.estado, outra.apensada_a_id, outra.triador_id) == (EstadoDemanda.APENSADA, principal.id, None)
    assert situacao(outra).apensada_a_id == principal.peticao_id
    assert de_quem_trabalha(outra.peticao_id)[0].texto == f"Apensou à demanda {principal.peticao.numero}."
    assert de_quem_trabalha(principal.peticao_id)[0].texto == (
        f"Recebeu por apensamento a demanda {outra.peticao.numero}."
    )


def test_an_author_reads_nothing_of_the_other_one(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    apensar(outra, principal, ana)
    _distribuir_e_responder(principal)
    for uma, alheia, nome in ((outra, principal, "Helena"), (principal, outra, "Otávio")):
        lido = " ".join(lido_pelo_autor(uma))
        assert alheia.peticao.numero is not None
        assert alheia.peticao.numero not in lido
        assert nome not in lido
        assert alheia.peticao.assunto not in lido


def test_one_answer_goes_to_all_authors_each_in_their_own_process(
    ana: Pessoa, principal: Demanda, outra: Demanda
) -> None:
    terceira = triagem.em_triagem(ana, peticoes.protocolada(contas.deputada(), assunto="Leitos já"))
    for uma in (outra, terceira):
        apensar(uma, principal, ana)
    _distribuir_e_responder(principal)
    textos = set()
    for uma in (principal, outra, terceira):
        db.session().refresh(uma)
        assert uma.estado is EstadoDemanda.RESPONDIDA
        resposta = db.session().execute(
            select(Documento).where(Documento.peticao_id == uma.peticao_id, Documento.papel == PapelDocumento.RESPOSTA)
        )
        textos.add(resposta.scalar_one().texto_html)
        onde = situacao(uma)
        assert (onde.etapa, onde.onde, onde.apensada_a_id) == (Etapa.RESPONDIDA, "Respondida pela SES", None)
        assert onde.respondida_em is not None
        avisos = select(Aviso.para).where(Aviso.peticao_id == uma.peticao_id, Aviso.assunto.startswith("Resposta"))
        assert db.session().execute(avisos).scalars().all() == [uma.peticao.autor.email]
    assert len(textos) == 1
    assert de_quem_trabalha(outra.peticao_id)[0].texto == f"Respondida com a demanda {principal.peticao.numero}."


def _distribuir_e_responder(demanda: Demanda) -> None:
    por = contas.triador()
    services.assumir(demanda.id, por=por, versao=demanda.versao, agora=agora())
    services.distribuir(demanda.id, [triagem.destino("SES")], por=por, versao=demanda.versao, agora=agora())
    triagem.entregar(demanda)
    triagem.responder(demanda)
    triagem.homologar(demanda)


def test_the_joined_ones_list_follows_the_other_but_not_into_a_question_to_its_author(
    ana: Pessoa, principal: Demanda, outra: Demanda
) -> None:
    apensar(outra, principal, ana)
    services.assumir(principal.id, por=ana, versao=principal.versao, agora=agora())
    diligencias.pedir(
        principal.id, "Qual é o hospital?", triagem.daqui_a(5), por=ana, versao=principal.versao, agora=agora()
    )
    assert situacao(principal).onde == services.ONDE_EM_DILIGENCIA
    assert situacao(outra).onde == services.ONDE_EM_TRIAGEM
    diligencias.retomar(principal.id, por=ana, versao=principal.versao, agora=agora())
    vence: date = triagem.daqui_a(10)
    services.distribuir(principal.id, [triagem.destino("SES")], por=ana, versao=principal.versao, agora=agora())
    for uma in (principal, outra):
        assert (situacao(uma).onde, situacao(uma).vence_dia, situacao(uma).orgaos) == ("Na SES", vence, ["SES"])


def test_one_joined_to_a_routed_demand_is_where_that_one_is(ana: Pessoa, outra: Demanda) -> None:
    distribuida = triagem.distribuida(peticao=peticoes.protocolada())
    apensar(outra, distribuida, ana)
    assert (situacao(outra).etapa, situacao(outra).onde) == (Etapa.NO_ORGAO, "Na SES")
    desapensar(outra, ana)
    assert (situacao(outra).etapa, situacao(outra).onde) == (Etapa.EM_TRIAGEM, services.ONDE_EM_TRIAGEM)
    assert situacao(outra).orgaos == []


def test_joining_to_a_joined_one_joins_to_the_first(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    apensar(outra, principal, ana)
    terceira = triagem.em_triagem(ana, peticoes.protocolada())
    assert apensar(terceira, outra, ana).apensada_a_id == principal.id


def test_what_cannot_wait_for_anothers_answer_is_refused_beside_the_field(
    ana: Pessoa, principal: Demanda, outra: Demanda
) -> None:
    def recusada(demanda: Demanda, alvo: Demanda) -> str:
        with pytest.raises(Recusa) as erro:
            apensar(demanda, alvo, ana)
        assert erro.value.campo == "principal"
        return erro.value.mensagem

    assert recusada(outra, outra) == "Uma demanda não se apensa a si mesma."
    assert "não espera mais resposta: respondida" in recusada(outra, triagem.respondida())
    apensar(outra, principal, ana)
    services.assumir(principal.id, por=ana, versao=principal.versao, agora=agora())
    assert recusada(principal, outra) == "Essa demanda está apensada a esta."
    assert "Há demandas apensadas a esta" in recusada(principal, triagem.demanda())
    com_orgao = depois_de_uma_recusa(ana)
    assert "já está na SES" in recusada(com_orgao, principal)
    with pytest.raises(Recusa, match="Nenhuma demanda tem esse número"):
        apensamento.apensar(com_orgao.id, 999_999, por=ana, versao=com_orgao.versao, agora=agora())


def depois_de_uma_recusa(por: Pessoa) -> Demanda:
    """A demand that one agency declined and another still has, claimed again."""
    demanda = triagem.entregue(["SES", "DER-MG"])
    enc = triagem.encaminhamento(demanda, "DER-MG")
    motivo = "Não é assunto deste órgão."
    atendimento.recusar(enc.id, motivo, por=contas.agente("DER-MG"), versao=enc.versao, agora=agora())
    return services.assumir(demanda.id, por=por, versao=demanda.versao, agora=agora())


def test_a_restricted_answer_does_not_go_to_another_author(ana: Pessoa, outra: Demanda) -> None:
    restrita = triagem.demanda(depois.restrita())
    assert restrita.peticao.acesso is NivelAcesso.RESTRITO
    with pytest.raises(Recusa, match="acesso restrito"):
        apensar(outra, restrita, ana)
    dela_mesma = triagem.em_triagem(ana, peticoes.protocolada(restrita.peticao.autor))
    assert apensar(dela_mesma, restrita, ana).estado is EstadoDemanda.APENSADA


def test_a_stale_page_is_told_who_did_what(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    vista = outra.versao
    apensar(outra, principal, ana)
    with pytest.raises(Conflito, match=r"Ana.*Apensou à demanda"):
        apensar(outra, principal, contas.triador(), versao=vista)


def test_it_is_undone_on_its_day_alone(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    vence = outra.vence_dia
    apensar(outra, principal, ana)
    with pytest.raises(Recusa, match="só se desapensa no mesmo dia"):
        desapensar(outra, ana, timedelta(days=1))
    desapensar(outra, ana)
    assert (outra.estado, outra.triador_id, outra.apensada_a_id) == (EstadoDemanda.EM_TRIAGEM, ana.id, None)
    assert outra.vence_dia == vence
    assert situacao(outra).apensada_a_id is None
    assert de_quem_trabalha(outra.peticao_id)[0].texto == f"Desapensou da demanda {principal.peticao.numero}."


def test_an_answered_one_is_no_longer_separated_and_its_author_may_reopen_it(
    ana: Pessoa, principal: Demanda, outra: Demanda
) -> None:
    apensar(outra, principal, ana)
    _distribuir_e_responder(principal)
    db.session().refresh(outra)
    with pytest.raises(AcaoIndevida, match="Respondida"):
        desapensar(outra, ana)
    depois.reabrir(outra)
    assert outra.estado is EstadoDemanda.REABERTA
    acompanhar(principal.peticao_id, Etapa.NO_ORGAO, "Na SES")
    assert situacao(outra).onde == services.ONDE_REABERTA


def test_what_is_joined_is_decided_with_the_other_alone(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    apensar(outra, principal, ana)
    with pytest.raises(AcaoIndevida, match="apensada a outra"):
        services.distribuir(outra.id, [triagem.destino()], por=ana, versao=outra.versao, agora=agora())


def test_what_ends_the_other_without_an_agency_ends_the_joined_one_too(
    ana: Pessoa, principal: Demanda, outra: Demanda
) -> None:
    apensar(outra, principal, ana)
    services.assumir(principal.id, por=ana, versao=principal.versao, agora=agora())
    fundamento = db.session().execute(select(Fundamento).limit(1)).scalar_one()
    decisoes.nao_acolher(
        principal.id, fundamento.id, "O hospital não é da rede estadual.", por=ana, versao=principal.versao,
        agora=agora(),
    )  # fmt: skip
    db.session().refresh(outra)
    assert {principal.estado, outra.estado} == {EstadoDemanda.NAO_ACOLHIDA}
    assert any("O hospital não é da rede estadual." in texto for texto in lido_pelo_autor(outra))
    assert situacao(outra).respondida_em is not None
    depois.reabrir(outra)
    assert principal.estado is EstadoDemanda.NAO_ACOLHIDA


def test_each_author_gets_a_letter_of_their_own(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    apensar(outra, principal, ana)
    services.assumir(principal.id, por=ana, versao=principal.versao, agora=agora())
    remessa = decisoes.Remessa("Fulano de Tal", "Prefeito", "Município de Teófilo Otoni", "Encaminho o pedido. " * 5)
    decisoes.remeter(principal.id, remessa, por=ana, versao=principal.versao, agora=agora())
    db.session().refresh(outra)
    assert {principal.estado, outra.estado} == {EstadoDemanda.REMETIDA}
    consulta = select(Documento).where(Documento.papel == PapelDocumento.OFICIO).order_by(Documento.id)
    oficios = list(db.session().execute(consulta).scalars())
    assert [o.peticao_id for o in oficios] == [principal.peticao_id, outra.peticao_id]
    assert principal.peticao.numero is not None
    assert principal.peticao.numero not in f"{oficios[1].dados} {oficios[1].texto_html}"
    assert "Helena" not in f"{oficios[1].dados} {oficios[1].texto_html}"


@pytest.mark.parametrize("reescrita", [False, True])
def test_a_draft_about_one_names_nobody_else_in_the_others_letters(
    ana: Pessoa, principal: Demanda, outra: Demanda, reescrita: bool
) -> None:
    apensar(outra, principal, ana)
    services.assumir(principal.id, por=ana, versao=principal.versao, agora=agora())
    texto = decisoes.minuta(principal).replace("\n", "\r\n")  # as browsers send it
    texto = texto.replace("Encaminho", "Tenho a honra de encaminhar") if reescrita else texto
    remessa = decisoes.Remessa("Fulano de Tal", "Prefeito", "Município de Teófilo Otoni", texto)
    decisoes.remeter(principal.id, remessa, por=ana, versao=principal.versao, agora=agora())
    consulta = select(Documento).where(Documento.papel == PapelDocumento.OFICIO).order_by(Documento.id)
    primeiro, segundo = (o.texto_html or "" for o in db.session().execute(consulta).scalars())
    numeros = [principal.peticao.numero or "", outra.peticao.numero or ""]
    autores = [principal.peticao.autor.nome, outra.peticao.autor.nome]
    assert [n in primeiro for n in (*numeros, *autores)] == [True, False, True, False]
    assert [n in segundo for n in (*numeros, *autores)] == [False, True, False, True]


def test_a_process_number_is_found_whole_and_as_people_say_it(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    numero = principal.peticao.numero or ""
    sequencia = numero.split(".")[2].split("-")[0]
    for digitado in (numero, f" {numero} ", sequencia, f"{int(sequencia.split('/')[0])}/{sequencia.split('/')[1]}"):
        assert apensamento.demanda_de_numero(digitado, por=ana) == principal.id
    for errado in ("4127/1999", "abc", f"{numero}9"):
        with pytest.raises(Recusa, match="Nenhuma demanda tem esse número"):
            apensamento.demanda_de_numero(errado, por=ana)
    with pytest.raises(Recusa, match="Escreva o número"):
        apensamento.demanda_de_numero("  ", por=ana)


def test_of_several_one_that_cannot_go_stops_none(ana: Pessoa, principal: Demanda, outra: Demanda) -> None:
    livre = triagem.demanda(peticoes.protocolada())
    de_bruno = triagem.em_triagem(contas.triador("Bruno"), peticoes.protocolada())
    velha = triagem.demanda(peticoes.protocolada())
    escolhidas = [
        (de_bruno.id, de_bruno.versao),
        (livre.id, livre.versao),
        (velha.id, velha.versao + 1),
        (999_999, 1),
        (outra.id, outra.versao),
    ]
    resultados = apensamento.apensar_varias(principal.id, escolhidas, por=ana, agora=agora())
    assert [r.recusa for r in resultados][:2] == ["Bruno está com ela.", ""]
    assert "Confira e decida de novo" in resultados[2].recusa
    assert [r.recusa for r in resultados][3:] == ["Não foi encontrada.", ""]
    assert apensamento.ids_das_apensadas(principal.id) == sorted([livre.id, outra.id])
    assert de_bruno.estado is EstadoDemanda.EM_TRIAGEM
    assert velha.estado is EstadoDemanda.AGUARDANDO


@pytest.mark.comprometido
def test_two_who_join_two_demands_to_each_other_wait_in_turn(app: Flask) -> None:
    ana, bruno = contas.triador("Ana"), contas.triador("Bruno")
    uma, outra = triagem.em_triagem(ana), triagem.em_triagem(bruno, peticoes.protocolada())
    ids = {"uma": uma.id, "outra": outra.id, "ana": ana.id, "bruno": bruno.id}
    versoes = {uma.id: uma.versao, outra.id: outra.versao}
    db.session.commit()

    def juntar(qual: str, a: str, quem: str) -> object:
        por = db.session().get_one(Pessoa, ids[quem])
        id_ = ids[qual]
        return apensamento.apensar(id_, ids[a], por=por, versao=versoes[id_], agora=agora())

    dadas = depois.ao_mesmo_tempo(app, lambda: juntar("uma", "outra", "ana"), lambda: juntar("outra", "uma", "bruno"))
    assert sorted(isinstance(d, Recusa) for d in dadas) == [False, True]
    with transaction() as session:
        estados = set(session.execute(select(Demanda.estado)).scalars())
    assert estados == {EstadoDemanda.APENSADA, EstadoDemanda.EM_TRIAGEM}
