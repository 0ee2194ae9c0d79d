"""Receive or decline by a link: one use, an end on the third business day, nothing by merely looking."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from peticionamento.atendimento import convites, homologacao, services
from peticionamento.atendimento.convites import MotivoRecusa, PontoFocal, SituacaoConvite
from peticionamento.atendimento.models import Convite, Resposta
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import links
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.correio import Carta, enviar
from peticionamento.comum.db import db
from peticionamento.comum.erros import AcaoIndevida, NaoEncontrado, Recusa
from peticionamento.comum.historico import Andamento, do_autor, ultimo
from peticionamento.comum.tempo import BRASILIA, agora, hoje, no_instante
from peticionamento.distribuicao import services as distribuicao
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.triagem.models import Encaminhamento, EstadoDemanda, EstadoEncaminhamento
from tests.factories import cadastros, contas, triagem
from tests.fixtures.correio import Modo, ServidorSMTP

FRASE = "A obra é da prefeitura, que já foi procurada."
QUINTA = datetime(2026, 11, 26, 15, 0, tzinfo=BRASILIA)
"""A Thursday: the third business day after it is Tuesday, the first of December."""


@contextmanager
def com_correio(app: Flask, smtp: ServidorSMTP) -> Iterator[None]:
    antes = app.config["PETICIONAMENTO"]
    app.config["PETICIONAMENTO"] = replace(antes, smtp_url=smtp.url)
    yield
    app.config["PETICIONAMENTO"] = antes


@pytest.fixture
def smtp(app: Flask, servidor_smtp: ServidorSMTP) -> Iterator[ServidorSMTP]:
    with com_correio(app, servidor_smtp):
        yield servidor_smtp


def mandar(instante: datetime | None = None) -> Encaminhamento:
    """A routing in the agency's inbox, its message gone."""
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    with no_instante(instante or agora()):
        demanda = triagem.entregue(["SES"])
        encaminhamento = triagem.encaminhamento(demanda)
        distribuicao.entregar(entrega_de(encaminhamento).id)
    return encaminhamento


def entrega_de(encaminhamento: Encaminhamento) -> Entrega:
    consulta = select(Entrega).where(Entrega.encaminhamento_id == encaminhamento.id, Entrega.canal == Canal.CORREIO)
    return db.session().execute(consulta).scalar_one()


def link_em(texto: str) -> str:
    """The token of the link in a message."""
    return texto.split("/convites/")[1].split()[0]


def corpo(smtp: ServidorSMTP, n: int = -1) -> str:
    parte = smtp.mensagens[n].get_body(("plain",))
    assert parte is not None
    return str(parte.get_content())


def test_the_message_carries_a_link_of_which_only_a_hash_is_kept(app: Flask, smtp: ServidorSMTP) -> None:
    encaminhamento = mandar(QUINTA)
    token = link_em(corpo(smtp))
    convite = db.session().execute(select(Convite)).scalar_one()
    assert (convite.encaminhamento_id, convite.ordem, convite.para) == (
        encaminhamento.id, 0, "parlamentar@ses.invalid",
    )  # fmt: skip
    assert convite.resumo == links.resumo(token)
    assert token not in convite.resumo
    html = smtp.mensagens[-1].get_body(("html",))
    assert html is not None
    assert f"/convites/{token}" in html.get_content()
    assert "vale até terça-feira, 1º de dezembro de 2026" in corpo(smtp)


def test_each_try_of_the_message_carries_the_same_link_whose_days_begin_with_the_last(
    app: Flask, smtp: ServidorSMTP
) -> None:
    smtp.modo = Modo.ADIAR
    encaminhamento = mandar(QUINTA)
    primeiro = db.session().execute(select(Convite.resumo, Convite.vence_dia)).one()
    smtp.modo = Modo.ACEITAR
    with no_instante(QUINTA + timedelta(days=1)):
        distribuicao.entregar(entrega_de(encaminhamento).id)
    ultimo_ = db.session().execute(select(Convite.resumo, Convite.vence_dia)).one()
    assert primeiro.resumo == ultimo_.resumo == links.resumo(link_em(corpo(smtp)))
    assert (primeiro.vence_dia.isoformat(), ultimo_.vence_dia.isoformat()) == ("2026-12-01", "2026-12-02")


def test_a_message_that_comes_after_the_decision_carries_no_link(app: Flask, smtp: ServidorSMTP) -> None:
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    demanda = triagem.entregue(["SES"])
    encaminhamento = triagem.receber(demanda)
    distribuicao.entregar(entrega_de(encaminhamento).id)
    assert "/convites/" not in corpo(smtp)
    assert f"/atendimento/{encaminhamento.id}" in corpo(smtp)


def test_receiving_by_the_link_is_the_desks_own_act_under_the_focal_points_name(app: Flask, smtp: ServidorSMTP) -> None:
    encaminhamento = mandar()
    convites.receber(link_em(corpo(smtp)), agora=agora())
    assert encaminhamento.estado is EstadoEncaminhamento.RECEBIDO
    assert encaminhamento.recebido_em is not None
    assert db.session().execute(select(func.count()).select_from(Resposta)).scalar_one() == 1
    linha = ultimo("encaminhamento", encaminhamento.id)
    assert linha is not None
    assert (linha.quem, linha.onde, linha.pessoa_id) == ("Ponto focal da SES, pelo link", "SES", None)
    assert linha.texto == "Recebeu a demanda."
    peticao = encaminhamento.demanda.peticao
    do_autor_ = do_autor(peticao.id, peticao.autor_id)[0]
    assert (do_autor_.texto, do_autor_.quem) == ("Recebida pela SES.", "SES")
    triagem_ = contas.agente("SES")
    services.responder(
        encaminhamento.id, triagem.RESPOSTA, por=triagem_, versao=encaminhamento.versao, agora=agora()
    )  # and the desk goes on from there


def test_declining_by_the_link_gives_the_demand_back_with_the_reason_and_the_sentence(
    app: Flask, smtp: ServidorSMTP
) -> None:
    encaminhamento = mandar()
    convites.recusar(link_em(corpo(smtp)), MotivoRecusa.OUTRO_ENTE, FRASE, agora=agora())
    assert encaminhamento.estado is EstadoEncaminhamento.RECUSADO
    assert encaminhamento.motivo == f"Cabe ao município, à União ou a outro Poder. {FRASE}"
    assert encaminhamento.demanda.estado is EstadoDemanda.AGUARDANDO
    assert encaminhamento.demanda.devolvida_em is not None
    assert ultimo("encaminhamento", encaminhamento.id).quem == "Ponto focal da SES, pelo link"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("frase", "recusa"),
    [
        ("  curta ", "Diga em uma frase por que o órgão recusa e, se souber, quem pode responder."),
        ("x" * 601, "A frase pode ter no máximo 600 caracteres."),
    ],
)
def test_declining_needs_a_sentence_of_some_length(app: Flask, smtp: ServidorSMTP, frase: str, recusa: str) -> None:
    encaminhamento = mandar()
    with pytest.raises(Recusa) as erro:
        convites.recusar(link_em(corpo(smtp)), MotivoRecusa.OUTRO, frase, agora=agora())
    assert (erro.value.mensagem, erro.value.campo) == (recusa, "frase")
    assert encaminhamento.estado is EstadoEncaminhamento.ENTREGUE


def test_used_once_it_is_used_up_also_for_the_other_act(app: Flask, smtp: ServidorSMTP) -> None:
    encaminhamento = mandar()
    token = link_em(corpo(smtp))
    convites.receber(token, agora=agora())
    for tentar in (
        lambda: convites.receber(token, agora=agora()),
        lambda: convites.recusar(token, MotivoRecusa.OUTRO, FRASE, agora=agora()),
    ):
        with pytest.raises(AcaoIndevida, match="O link desta demanda foi usado em"):
            tentar()
    assert encaminhamento.estado is EstadoEncaminhamento.RECEBIDO
    assert convites.abrir(token, agora=agora()).situacao is SituacaoConvite.USADO


def test_what_the_desk_did_meanwhile_is_said_without_names(app: Flask, smtp: ServidorSMTP) -> None:
    encaminhamento = mandar()
    token = link_em(corpo(smtp))
    agente = contas.agente("SES")
    services.receber(encaminhamento.id, por=agente, versao=encaminhamento.versao, agora=agora())
    aberto = convites.abrir(token, agora=agora())
    assert aberto.situacao is SituacaoConvite.DECIDIDA
    assert aberto.frase.startswith("SES, em ")
    assert aberto.frase.endswith(": Recebeu a demanda.")
    assert agente.nome not in aberto.frase
    with pytest.raises(AcaoIndevida, match="Recebeu a demanda"):
        convites.recusar(token, MotivoRecusa.OUTRO, FRASE, agora=agora())
    services.recusar(encaminhamento.id, "Não cabe ao órgão.", por=agente, versao=encaminhamento.versao, agora=agora())
    assert "Recusou a demanda: “Não cabe ao órgão.”" in convites.abrir(token, agora=agora()).frase


def test_before_the_demand_is_in_the_inbox_the_link_asks_for_a_minute(app: Flask, smtp: ServidorSMTP) -> None:
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    (encaminhamento,) = triagem.distribuida(["SES"]).encaminhamentos
    distribuicao.entregar(entrega_de(encaminhamento).id)
    token = link_em(corpo(smtp))
    assert convites.abrir(token, agora=agora()).situacao is SituacaoConvite.A_CAMINHO
    with pytest.raises(AcaoIndevida, match="Espere um minuto"):
        convites.receber(token, agora=agora())


def test_it_ends_with_the_third_business_day_to_the_minute(app: Flask, smtp: ServidorSMTP) -> None:
    encaminhamento = mandar(QUINTA)
    token = link_em(corpo(smtp))
    fim = datetime(2026, 12, 1, 23, 59, 59, tzinfo=BRASILIA)
    assert calendario_local().somar(hoje(QUINTA), 3) == fim.date()
    assert convites.abrir(token, agora=fim).situacao is SituacaoConvite.VALE
    depois = fim + timedelta(seconds=2)
    assert convites.abrir(token, agora=depois).situacao is SituacaoConvite.TERMINOU
    with pytest.raises(AcaoIndevida, match="Este link valeu até terça-feira, 1º de dezembro de 2026"):
        convites.receber(token, agora=depois)
    assert encaminhamento.estado is EstadoEncaminhamento.ENTREGUE


def test_a_holiday_gives_the_link_another_day(app: Flask, smtp: ServidorSMTP) -> None:
    mandar(datetime(2026, 12, 23, 10, 0, tzinfo=BRASILIA))  # the 25th, a Friday, is Christmas
    assert db.session().execute(select(Convite.vence_dia)).scalar_one().isoformat() == "2026-12-29"


def test_a_link_that_was_never_given_does_not_exist(app: Flask) -> None:
    with pytest.raises(NaoEncontrado, match="Este link não existe"):
        convites.abrir(links.token("inventado"), agora=agora())
    with pytest.raises(NaoEncontrado):
        convites.receber(links.token("inventado"), agora=agora())


def test_a_link_is_bound_to_its_routing(app: Flask, smtp: ServidorSMTP) -> None:
    um, outro = mandar(), mandar()
    convites.receber(link_em(corpo(smtp, 0)), agora=agora())
    assert (um.estado, outro.estado) == (EstadoEncaminhamento.RECEBIDO, EstadoEncaminhamento.ENTREGUE)


def test_the_focal_point_has_the_rights_of_one_inbox_and_no_other(app: Flask) -> None:
    ses = triagem.encaminhamento(triagem.entregue(["SES"]))
    see = triagem.encaminhamento(triagem.entregue(["SEE"]), "SEE")
    with pytest.raises(NaoEncontrado):
        services.receber(see.id, por=PontoFocal.de(ses), versao=see.versao, agora=agora())


@pytest.mark.comprometido
def test_two_uses_at_once_are_one(app: Flask, servidor_smtp: ServidorSMTP) -> None:
    with com_correio(app, servidor_smtp):
        encaminhamento = mandar()
        encaminhamento_id, token = encaminhamento.id, link_em(corpo(servidor_smtp))
        db.session.rollback()
        partida, feitos, negados = threading.Barrier(4), [], []

        def usar(n: int) -> None:
            with app.app_context():
                partida.wait()
                try:
                    if n % 2:
                        convites.receber(token, agora=agora())
                    else:
                        convites.recusar(token, MotivoRecusa.OUTRO, FRASE, agora=agora())
                    feitos.append(n)
                except AcaoIndevida as erro:
                    negados.append(erro.mensagem)

        linhas = [threading.Thread(target=usar, args=(n,)) for n in range(4)]
        for linha in linhas:
            linha.start()
        for linha in linhas:
            linha.join()
    assert len(feitos) == 1
    assert len(negados) == 3
    assert all("foi usado em" in mensagem for mensagem in negados)
    consulta = select(func.count()).where(
        Andamento.entidade == "encaminhamento", Andamento.entidade_id == encaminhamento_id,
        Andamento.quem == "Ponto focal da SES, pelo link",
    )  # fmt: skip
    assert db.session().execute(consulta).scalar_one() == 1


# Reminders.


def lembretes() -> list[Aviso]:
    consulta = select(Aviso).where(Aviso.assunto.like("Lembrete%")).order_by(Aviso.id)
    return list(db.session().execute(consulta).scalars())


def as_(dia: int, hora: int, mes: int = 11) -> datetime:
    return datetime(2026, mes, dia, hora, 5, tzinfo=BRASILIA)


def passar(*instantes: datetime) -> list[int]:
    feitos = []
    for instante in instantes:
        with no_instante(instante):
            feitos.append(convites.lembrar(agora=instante))
    return feitos


def test_it_reminds_on_the_next_two_business_days_once_each(app: Flask, smtp: ServidorSMTP) -> None:
    encaminhamento = mandar(QUINTA)
    assert passar(as_(26, 23)) == [0]  # the same day
    assert passar(as_(27, 7), as_(27, 8), as_(27, 9), as_(27, 23)) == [0, 1, 0, 0]
    assert (encaminhamento.lembretes, encaminhamento.lembrado_em) == (1, as_(27, 8))
    assert passar(as_(28, 9), as_(29, 9)) == [0, 0]  # the weekend
    assert passar(as_(30, 9), as_(30, 10)) == [1, 0]
    assert passar(as_(1, 9, 12), as_(2, 9, 12)) == [0, 0]  # the third day and after
    assert encaminhamento.lembretes == 2
    assert [aviso.para for aviso in lembretes()] == ["parlamentar@ses.invalid"] * 2
    textos = [aviso.texto or "" for aviso in lembretes()]
    assert "Este é o primeiro lembrete." in textos[0]
    assert "Este é o último lembrete." in textos[1]


def test_a_worker_that_was_away_on_the_first_day_does_not_send_two_on_the_second(
    app: Flask, smtp: ServidorSMTP
) -> None:
    encaminhamento = mandar(QUINTA)
    assert passar(as_(30, 9), as_(30, 10), as_(1, 9, 12)) == [1, 0, 0]
    assert encaminhamento.lembretes == 1


def test_who_has_decided_is_not_reminded(app: Flask, smtp: ServidorSMTP) -> None:
    recebida, recusada = mandar(QUINTA), mandar(QUINTA)
    convites.receber(link_em(corpo(smtp, 0)), agora=QUINTA)
    convites.recusar(link_em(corpo(smtp, 1)), MotivoRecusa.OUTRO, FRASE, agora=QUINTA)
    assert passar(as_(27, 9), as_(30, 9)) == [0, 0]
    assert (recebida.lembretes, recusada.lembretes) == (0, 0)


def test_a_reminders_link_is_fresh_and_the_earlier_one_works_too_until_the_same_end(
    app: Flask, smtp: ServidorSMTP
) -> None:
    encaminhamento = mandar(QUINTA)
    primeiro = link_em(corpo(smtp))
    passar(as_(27, 9))
    (aviso,) = lembretes()
    marca = link_em(aviso.texto or "")
    assert marca.startswith("~link-")  # what is kept opens nothing
    with pytest.raises(NaoEncontrado):
        convites.abrir(marca, agora=as_(27, 10))
    assert enviar(aviso.para, aviso.carta(), chave="lembrete") is None
    fresco = link_em(corpo(smtp))
    assert fresco != primeiro
    assert len(fresco) == 43
    assert fresco not in (aviso.texto or "") + (aviso.html or "")
    for token in (primeiro, fresco):
        assert convites.abrir(token, agora=as_(1, 23, 12)).situacao is SituacaoConvite.VALE
        assert convites.abrir(token, agora=as_(2, 0, 12)).situacao is SituacaoConvite.TERMINOU
    convites.receber(fresco, agora=as_(27, 10))
    assert encaminhamento.estado is EstadoEncaminhamento.RECEBIDO
    assert convites.abrir(primeiro, agora=as_(27, 11)).situacao is SituacaoConvite.USADO


def test_a_mark_typed_by_somebody_becomes_no_link_of_a_message(app: Flask, smtp: ServidorSMTP) -> None:
    encaminhamento = mandar()
    chave = entrega_de(encaminhamento).chave  # its Message-ID is seen by many
    assert enviar("a@b.invalid", Carta("x", f"/convites/{links.marca(chave)} ", ""), chave="outra") is None
    with pytest.raises(NaoEncontrado):
        convites.abrir(link_em(corpo(smtp)), agora=agora())


@pytest.mark.comprometido
def test_two_workers_send_one_reminder(app: Flask, servidor_smtp: ServidorSMTP) -> None:
    with com_correio(app, servidor_smtp):
        for _ in range(3):
            mandar(QUINTA)
    db.session.rollback()
    partida, feitos = threading.Barrier(2), []

    def rodar() -> None:
        with app.app_context():
            partida.wait()
            feitos.append(convites.lembrar(agora=as_(27, 9)))

    linhas = [threading.Thread(target=rodar) for _ in range(2)]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    assert sum(feitos) == 3
    assert len(lembretes()) == 3
    assert db.session().execute(select(Encaminhamento.lembretes)).scalars().all() == [1, 1, 1]


def test_the_answer_goes_on_to_its_author_after_a_link_received_it(app: Flask, smtp: ServidorSMTP) -> None:
    encaminhamento = mandar()
    convites.receber(link_em(corpo(smtp)), agora=agora())
    services.responder(
        encaminhamento.id, triagem.RESPOSTA, por=contas.agente("SES"), versao=encaminhamento.versao, agora=agora()
    )
    homologacao.homologar(encaminhamento.id, por=contas.coordenadora(), versao=encaminhamento.versao, agora=agora())
    assert encaminhamento.demanda.estado is EstadoDemanda.RESPONDIDA
