"""When a person's notices come: what they chose, what the law leaves to them, and what each notice makes of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import avisos, correio
from peticionamento.comum.avisos import Aviso, Decisao, avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.grupos_de_aviso import DESCONHECIDO, GRUPOS, Quando, grupo_do_modelo, grupos_de
from peticionamento.comum.historico import de_quem_trabalha
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.prazos import calendario
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import BRASILIA, no_instante
from peticionamento.contas import preferencias
from peticionamento.contas.models import Pessoa
from peticionamento.contas.preferencias import decidir, escolhas, escolher, proximo_resumo
from peticionamento.peticoes.models import Peticao
from tests.factories import cadastros, contas, peticoes
from tests.fixtures.banco import Contagem

QUINTA = datetime(2026, 11, 26, 15, tzinfo=BRASILIA)
SEXTA = date(2026, 11, 27)
FEITO = {"pessoa": "Ana", "id": 7, "assunto": "Ponte", "municipio": "Ubá", "numero": "1490.01.1/2026-20", "em": "hoje"}


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    """A deputy."""
    return contas.deputada("Ana Souza")


def aviso(para: str, modelo: str = "peticoes/protocolada", vence_dia: date | None = None) -> Aviso:
    """A notice to an address, on the queue."""
    with transaction():
        return avisar(para, modelo, vence_dia=vence_dia, **FEITO, por="por você", saiu="", avisos=[])


def test_nothing_chosen_everything_comes_at_once(ana: Pessoa) -> None:
    assert set(escolhas(ana).values()) == {Quando.NA_HORA}
    assert decidir(aviso(ana.email)) == Decisao(Quando.NA_HORA)


def test_what_is_chosen_is_kept_and_chosen_anew(ana: Pessoa) -> None:
    escolher({"andamento": "nenhum", "respostas": "resumo_diario"}, por=ana)
    escolher({"andamento": "resumo_diario"}, por=ana)
    assert escolhas(ana) == {
        "respostas": Quando.RESUMO, "andamento": Quando.RESUMO, "rascunhos": Quando.NA_HORA,
        "conta": Quando.NA_HORA, "esclarecimentos": Quando.NA_HORA,
    }  # fmt: skip
    assert set(escolhas(contas.deputada()).values()) == {Quando.NA_HORA}  # of nobody else


@pytest.mark.parametrize(
    ("chave", "quando"),
    [
        ("conta", "nenhum"), ("conta", "resumo_diario"), ("esclarecimentos", "nenhum"), ("respostas", "nenhum"),
        ("andamento", "amanhã"), ("andamento", ""), ("entregas", "resumo_diario"), ("nada", "na_hora"),
    ],
)  # fmt: skip
def test_what_the_law_or_the_accounts_safety_forbids_is_refused_beside_its_field(
    ana: Pessoa, chave: str, quando: str
) -> None:
    with pytest.raises(Recusa, match=r"Escolha uma das opções\.") as recusa:
        escolher({"rascunhos": "nenhum", chave: quando}, por=ana)
    assert recusa.value.campo == chave
    assert escolhas(ana)["rascunhos"] is Quando.NA_HORA


def test_each_letter_is_in_one_group_and_each_group_can_be_what_it_is_by_default() -> None:
    modelos = [modelo for grupo in GRUPOS for modelo in grupo.modelos]
    assert len(modelos) == len(set(modelos))
    assert all(grupo.padrao in grupo.opcoes for grupo in GRUPOS)
    assert all(grupo.razao for grupo in GRUPOS if grupo.papeis and Quando.NENHUM not in grupo.opcoes)
    assert grupo_do_modelo("não/há") is grupo_do_modelo(None) is DESCONHECIDO
    assert DESCONHECIDO.obrigatorio


@pytest.mark.parametrize("papel", list(Papel))
def test_everybody_hears_of_their_password(papel: Papel) -> None:
    assert "conta" in {grupo.chave for grupo in grupos_de(frozenset({papel}))}
    assert "orgaos" not in {grupo.chave for grupo in grupos_de(frozenset({papel}))}


def test_a_mailbox_that_is_nobodys_always_gets_its_own(app: Flask) -> None:
    assert decidir(aviso("parlamentar@ses.invalid")) == Decisao()
    assert decidir(aviso("parlamentar@ses.invalid", "peticoes/juntada")) == Decisao()


def test_what_has_no_choice_asks_the_database_nothing(
    ana: Pessoa, contar_consultas: Callable[[], AbstractContextManager[Contagem]]
) -> None:
    obrigatorio, comum = aviso(ana.email, "contas/senha_trocada"), aviso(ana.email)
    assert (obrigatorio.para, comum.para) == (ana.email, ana.email)  # both are read
    with contar_consultas() as vistas:
        decidir(obrigatorio)
    assert len(vistas) == 0
    with contar_consultas() as vistas:
        decidir(comum)
    assert len(vistas) == 1


def test_a_choice_that_is_no_longer_allowed_is_the_default(ana: Pessoa) -> None:
    with transaction() as session:
        session.add(preferencias.Preferencia(pessoa_id=ana.id, grupo="respostas", quando=Quando.NENHUM))
    assert escolhas(ana)["respostas"] is Quando.NA_HORA


@pytest.mark.parametrize(
    ("agora", "quando"),
    [
        (datetime(2026, 11, 26, 6, 59, 59), datetime(2026, 11, 26, 7)),
        (datetime(2026, 11, 26, 7), datetime(2026, 11, 27, 7)),
        (datetime(2026, 11, 27, 15), datetime(2026, 11, 30, 7)),
        (datetime(2026, 11, 28, 3), datetime(2026, 11, 30, 7)),
        (datetime(2026, 12, 24, 23, 30), datetime(2026, 12, 28, 7)),
    ],
)
def test_the_digest_comes_at_seven_of_a_business_day(agora: datetime, quando: datetime) -> None:
    calculado = proximo_resumo(agora.replace(tzinfo=BRASILIA), calendario())
    assert calculado == quando.replace(tzinfo=BRASILIA)


@pytest.mark.parametrize(
    ("vence", "agora", "esperado"),
    [
        (None, QUINTA, Quando.RESUMO),
        (SEXTA, QUINTA, Quando.RESUMO),  # it comes at seven of that very day
        (date(2026, 11, 26), QUINTA, Quando.NA_HORA),
        (date(2026, 11, 26), QUINTA.replace(hour=3), Quando.NA_HORA),  # though the digest is still to come today
        (date(2026, 11, 20), QUINTA, Quando.NA_HORA),
        (date(2026, 11, 28), QUINTA + timedelta(days=1), Quando.NA_HORA),  # a Saturday: the digest is Monday's
        (date(2026, 12, 10), QUINTA, Quando.RESUMO),
    ],
)
def test_a_deadline_that_ends_before_the_digest_goes_at_once(
    ana: Pessoa, vence: date | None, agora: datetime, esperado: Quando
) -> None:
    escolher({"andamento": "resumo_diario"}, por=ana)
    with no_instante(agora):
        assert decidir(aviso(ana.email, vence_dia=vence)).quando is esperado


@pytest.fixture
def peticao(ana: Pessoa) -> Peticao:
    """A petition that Ana has filed: a notice waits for its job."""
    return peticoes.protocolada(ana)


def do_processo(peticao: Peticao) -> Aviso:
    return db.session().execute(select(Aviso).where(Aviso.peticao_id == peticao.id)).scalar_one()


def test_unwanted_it_is_not_sent_and_says_so(peticao: Peticao, ana: Pessoa) -> None:
    escolher({"andamento": "nenhum"}, por=ana)
    escrito = do_processo(peticao)
    avisos.enviar(escrito.id)  # a mail server that was asked would have failed it
    assert (escrito.estado, escrito.tentativas, escrito.reserva) == (EstadoSaida.DISPENSADO, 0, None)
    assert escrito.assunto == f"Petição protocolada: {peticao.numero}"
    assert de_quem_trabalha(peticao.id)[0].texto == f"Aviso por e-mail não enviado a {ana.email}, por preferência."
    avisos.enviar(escrito.id)
    assert escrito.versao == 2


def test_wanted_later_it_is_held_until_the_digest(peticao: Peticao, ana: Pessoa) -> None:
    escolher({"andamento": "resumo_diario"}, por=ana)
    escrito = do_processo(peticao)
    with transaction():
        escrito.proxima_em = QUINTA
    with no_instante(QUINTA):
        avisos.enviar(escrito.id)
    assert (escrito.estado, escrito.proxima_em) == (EstadoSaida.GUARDADO, datetime(2026, 11, 27, 7, tzinfo=BRASILIA))
    assert escrito.texto is not None
    assert peticao.numero in escrito.texto
    assert de_quem_trabalha(peticao.id)[0].texto.startswith("Aviso por e-mail guardado para o resumo do dia, a ")


def test_an_unwanted_notice_without_a_text_bothers_nobody(
    peticao: Peticao, ana: Pessoa, monkeypatch: pytest.MonkeyPatch
) -> None:
    certo = correio.redigir
    monkeypatch.setattr(correio, "redigir", lambda modelo, **dados: certo("peticoes/que_nao_ha", **dados))
    escolher({"andamento": "nenhum"}, por=ana)
    escrito = do_processo(peticao)
    avisos.enviar(escrito.id)
    assert escrito.estado is EstadoSaida.DISPENSADO


def test_choosing_costs_an_act_nothing(ana: Pessoa) -> None:
    escolher({"andamento": "nenhum"}, por=ana)
    escrito = do_processo(peticoes.protocolada(ana))
    assert (escrito.estado, escrito.resumo_id, escrito.vence_dia) == (EstadoSaida.NA_FILA, None, None)
    assert cadastros.quantos(Aviso) == 1
