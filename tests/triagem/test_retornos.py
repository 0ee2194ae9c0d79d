"""After the answer: the author rates it, reopens within the term, or the demand ends; each round has its own answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.atendimento import homologacao
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db
from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado, Recusa
from peticionamento.comum.historico import de_quem_trabalha, do_autor
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora, hoje, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services as peticoes_services
from peticionamento.peticoes.models import (
    Acompanhamento,
    Avaliacao,
    Documento,
    EstadoPeticao,
    Etapa,
    PapelDocumento,
    Peticao,
)
from peticionamento.triagem import jobs, queries, retornos, services
from peticionamento.triagem.models import Demanda, EstadoDemanda
from peticionamento.triagem.queries import Aba
from tests.factories import cadastros, contas, depois, triagem

MOTIVO = "A resposta não diz quando os leitos abrem."


def acompanhamento(demanda: Demanda) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, demanda.peticao_id, populate_existing=True)


def avaliar(demanda: Demanda, nota: int, comentario: str = "", por: Pessoa | None = None) -> Avaliacao:
    autor = por or demanda.peticao.autor
    return peticoes_services.avaliar(demanda.peticao_id, nota, comentario, por=autor, agora=agora())


def respostas(demanda: Demanda) -> list[Documento]:
    consulta = select(Documento).where(
        Documento.peticao_id == demanda.peticao_id, Documento.papel == PapelDocumento.RESPOSTA
    )
    return list(db.session().execute(consulta.order_by(Documento.id)).scalars())


def test_a_reopened_demand_waits_in_the_queue_with_a_term_of_its_own(app: Flask) -> None:
    cadastros.orgao("SEGOV", email="triagem@segov.invalid")
    with no_instante(agora() - timedelta(days=3)):
        demanda = triagem.respondida()
    depois.reabrir(demanda, MOTIVO)
    assert (demanda.estado, demanda.rodada, demanda.vence_dia) == (EstadoDemanda.REABERTA, 2, triagem.daqui_a(5))
    onde = acompanhamento(demanda)
    assert (onde.etapa, onde.onde) == (Etapa.EM_TRIAGEM, "Reaberta; aguarda triagem na SEGOV")
    assert (onde.respondida_em, onde.lida_em) == (None, None)
    assert de_quem_trabalha(demanda.peticao_id)[0].texto == f"O autor reabriu a demanda: “{MOTIVO}”"
    assert do_autor(demanda.peticao_id, demanda.peticao.autor_id)[0].texto == f"Demanda reaberta: “{MOTIVO}”"
    (linha,) = queries.fila(contas.triador(), Aba.AGUARDANDO, None).itens
    assert (linha.id, linha.reaberta) == (demanda.id, True)
    para = set(db.session().execute(select(Aviso.para).where(Aviso.assunto.like("Demanda reaberta%"))).scalars())
    assert para == {"triagem@segov.invalid"}


def test_the_same_agency_answers_again_and_the_author_gets_both(app: Flask) -> None:
    demanda = triagem.respondida(["SES"])
    (antigo,) = demanda.encaminhamentos
    depois.reabrir(demanda)
    assert demanda.vivos == []
    carla = contas.coordenadora()
    services.assumir(demanda.id, por=carla, versao=demanda.versao, agora=agora())
    services.distribuir(demanda.id, [triagem.destino("SES")], por=carla, versao=demanda.versao, agora=agora())
    assert acompanhamento(demanda).onde == "Na SES"
    assert [e.id for e in demanda.encaminhamentos if e.id != antigo.id] == [e.id for e in demanda.vivos]
    triagem.entregar(demanda)
    triagem.responder(demanda, texto="<p>Os leitos abrem em vinte de março.</p>")
    triagem.homologar(demanda)
    assert demanda.estado is EstadoDemanda.RESPONDIDA
    primeira, segunda = respostas(demanda)
    assert segunda.nome == "2ª resposta consolidada.pdf"
    assert "vinte de março" in (segunda.texto_html or "")
    assert "termina em março" not in (segunda.texto_html or "")  # the first round's answer is not said again
    assert "termina em março" in (primeira.texto_html or "")
    assert acompanhamento(demanda).respondida_em is not None


def test_an_assistant_does_not_reopen_and_a_stranger_finds_nothing(app: Flask) -> None:
    demanda = triagem.respondida()
    for outra in (contas.deputada(), contas.pessoa(Papel.ASSESSOR)):
        with pytest.raises(NaoEncontrado):
            peticoes_services.reabrir(demanda.peticao_id, MOTIVO, por=outra, agora=agora())


def test_what_was_not_answered_is_not_reopened(app: Flask) -> None:
    demanda = triagem.entregue()
    with pytest.raises(AcaoIndevida, match="ainda não foi respondida"):
        depois.reabrir(demanda)


@pytest.mark.parametrize("motivo", ["", "curto", "x" * 1001])
def test_a_reason_is_asked_beside_its_field(app: Flask, motivo: str) -> None:
    demanda = triagem.respondida()
    with pytest.raises(Recusa) as recusa:
        depois.reabrir(demanda, motivo)
    assert recusa.value.campo == "motivo"
    assert demanda.estado is EstadoDemanda.RESPONDIDA


def test_after_the_term_another_way_is_offered(app: Flask) -> None:
    demanda = triagem.respondida()
    fim = calendario_local().somar(hoje(), 10)
    with no_instante(agora() + (fim - hoje()) * 1):
        assert peticoes_services.dentro_do_prazo(acompanhamento(demanda), hoje())
    with no_instante(agora() + (fim - hoje()) + timedelta(days=1)):
        with pytest.raises(Recusa, match=r"O prazo para reabrir terminou em .*Junte documentos ou faça uma nova"):
            depois.reabrir(demanda)
        with pytest.raises(AcaoIndevida, match="O prazo para avaliar a resposta terminou"):
            avaliar(demanda, 5)
        # what the sentence offers works
        nova = depois.assinar(depois.continuacao(demanda.peticao))
        assert nova.estado is EstadoPeticao.PROTOCOLADA


def test_the_routine_ends_what_nobody_reopened(app: Flask) -> None:
    demanda, fresca = triagem.respondida(), None
    fim = calendario_local().somar(hoje(), 10)
    with no_instante(agora() + (fim - hoje())):
        fresca = triagem.respondida()
        assert retornos.concluir(agora=agora()) == 0  # the last day still counts
    with no_instante(agora() + (fim - hoje()) + timedelta(days=1)):
        jobs.concluir()
        assert (demanda.estado, fresca.estado) == (EstadoDemanda.CONCLUIDA, EstadoDemanda.RESPONDIDA)
        assert acompanhamento(demanda).concluida_em == agora()
        assert acompanhamento(demanda).etapa is Etapa.RESPONDIDA
        linha = do_autor(demanda.peticao_id, demanda.peticao.autor_id)[0]
        assert linha.texto.startswith("Demanda concluída: o prazo para reabrir terminou em ")
        assert linha.quem == "Sistema"
        assert retornos.concluir(agora=agora()) == 0
        with pytest.raises(Recusa, match="O prazo para reabrir terminou"):
            depois.reabrir(demanda)


@pytest.mark.parametrize(
    ("dia", "ultimo"),
    [
        (date(2026, 3, 17), date(2026, 3, 2)),  # ten business days of Monday the 2nd end on Monday the 16th
        (date(2026, 3, 16), date(2026, 3, 1)),  # of Sunday the 1st, on Friday the 13th
        (date(2026, 3, 15), date(2026, 3, 1)),
        (date(2026, 3, 14), date(2026, 3, 1)),
        (date(2026, 3, 13), date(2026, 2, 26)),  # 27 February counts to 13 March
    ],
)
def test_which_answers_are_past_their_term(app: Flask, dia: date, ultimo: date) -> None:
    calendario = calendario_local()
    assert retornos.ultimo_dia_vencido(calendario, dia, 10) == ultimo
    assert calendario.somar(ultimo, 10) < dia <= calendario.somar(ultimo + timedelta(days=1), 10)


def test_a_rating_is_kept_may_change_and_is_read_by_segov(app: Flask) -> None:
    demanda = triagem.respondida()
    nota = avaliar(demanda, 2, "Não diz quando.")
    assert nota.resposta_id == respostas(demanda)[0].id
    assert de_quem_trabalha(demanda.peticao_id)[0].texto == "Resposta avaliada com nota 2 de 5: “Não diz quando.”"
    assert avaliar(demanda, 4).id == nota.id
    assert (nota.nota, nota.comentario) == (4, "")
    assert de_quem_trabalha(demanda.peticao_id)[0].texto == "Resposta avaliada com nota 4 de 5."
    linhas = len(de_quem_trabalha(demanda.peticao_id))
    avaliar(demanda, 4)
    assert (cadastros.quantos(Avaliacao), len(de_quem_trabalha(demanda.peticao_id))) == (1, linhas)


@pytest.mark.parametrize(
    ("nota", "comentario", "campo"), [(0, "", "nota"), (6, "", "nota"), (3, "x" * 1001, "comentario")]
)
def test_a_rating_out_of_bounds_is_refused_beside_its_field(app: Flask, nota: int, comentario: str, campo: str) -> None:
    with pytest.raises(Recusa) as recusa:
        avaliar(triagem.respondida(), nota, comentario)
    assert recusa.value.campo == campo


def test_without_an_answer_there_is_nothing_to_rate(app: Flask) -> None:
    with pytest.raises(AcaoIndevida, match="ainda não foi respondida"):
        avaliar(triagem.entregue(), 5)
    with pytest.raises(Conflito, match="já foi reaberta"):
        avaliar(depois.reabrir(triagem.respondida()), 5)


@pytest.mark.comprometido
def test_two_devices_reopen_once(app: Flask) -> None:
    demanda = triagem.respondida()
    peticao, autora, d = demanda.peticao_id, demanda.peticao.autor_id, demanda.id
    db.session().commit()

    def reabrir() -> str:
        pessoa = db.session().get_one(Pessoa, autora)
        peticoes_services.reabrir(peticao, MOTIVO, por=pessoa, agora=agora())
        return "reaberta"

    resultados = depois.ao_mesmo_tempo(app, reabrir, reabrir)
    assert sorted(str(type(r).__name__) for r in resultados) == ["Conflito", "str"]
    assert next(r for r in resultados if isinstance(r, Conflito)).mensagem.startswith("A demanda já foi reaberta")
    db.session().rollback()
    assert db.session().get_one(Demanda, d).rodada == 2


@pytest.mark.comprometido
@pytest.mark.parametrize("vez", range(3))
def test_joined_and_answered_at_once_the_documents_are_somewhere(app: Flask, vez: int) -> None:
    demanda = triagem.entregue()
    triagem.responder(demanda)
    rascunho = depois.continuacao(demanda.peticao, anexo=True)
    r, r_versao, autora, origem = rascunho.id, rascunho.versao, rascunho.autor_id, demanda.peticao_id
    enc, carla = triagem.encaminhamento(demanda), contas.coordenadora()
    e, e_versao, c = enc.id, enc.versao, carla.id
    db.session().commit()

    def assinar() -> EstadoPeticao:
        pessoa = db.session().get_one(Pessoa, autora)
        return peticoes_services.protocolar(r, contas.SENHA, por=pessoa, versao=r_versao, agora=agora()).estado

    def homologar() -> EstadoDemanda:
        pessoa = db.session().get_one(Pessoa, c)
        return homologacao.homologar(e, por=pessoa, versao=e_versao, agora=agora()).estado

    assinada, homologada = depois.ao_mesmo_tempo(app, assinar, homologar)
    assert homologada is EstadoDemanda.RESPONDIDA
    db.session().rollback()
    onde = {EstadoPeticao.JUNTADA: origem, EstadoPeticao.PROTOCOLADA: r}[assinada]  # type: ignore[index]
    consulta = select(Documento.papel).where(Documento.peticao_id == onde)
    if onde == origem:
        consulta = consulta.where(Documento.juntada_id == r)
    assert {"anexo", "principal", "recibo"} == set(db.session().execute(consulta).scalars())
    assert (db.session().get_one(Peticao, r).numero is None) is (onde == origem)
