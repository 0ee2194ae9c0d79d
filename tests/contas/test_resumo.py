"""The day's digest: one mail a person, of what they wanted held, once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum import avisos, correio
from peticionamento.comum.avisos import Aviso, avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.registro_de_avisos import consultar, pagina
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import BRASILIA, no_instante
from peticionamento.contas import jobs, resumo
from peticionamento.contas.models import Pessoa
from peticionamento.contas.preferencias import escolher
from tests.factories import contas
from tests.fixtures.correio import ServidorSMTP

QUINTA = datetime(2026, 11, 26, 15, tzinfo=BRASILIA)
SETE = datetime(2026, 11, 27, 7, tzinfo=BRASILIA)


@pytest.fixture
def servidor(app: Flask, servidor_smtp: ServidorSMTP) -> ServidorSMTP:
    """A mail server, and the application told of it."""
    app.config["PETICIONAMENTO"] = replace(app.config["PETICIONAMENTO"], smtp_url=servidor_smtp.url)
    return servidor_smtp


@pytest.fixture
def ana(servidor: ServidorSMTP) -> Pessoa:
    """A deputy who wants to be told once a day."""
    return adiada("Ana Souza")


def adiada(nome: str) -> Pessoa:
    pessoa = contas.deputada(nome)
    escolher({"andamento": "resumo_diario"}, por=pessoa)
    return pessoa


def guardar(para: Pessoa, numero: str, em: datetime = QUINTA) -> Aviso:
    """A notice that its job has held for the digest."""
    with no_instante(em):
        with transaction():
            escrito = avisar(
                para.email, "peticoes/protocolada", pessoa=para.nome, id=7, assunto="Ponte & <b>rua</b>",
                municipio="Ubá", numero=numero, em="26/11/2026 15:00:00",
            )  # fmt: skip
        avisos.enviar(escrito.id)
    assert escrito.estado is EstadoSaida.GUARDADO
    return escrito


def resumir(quando: datetime) -> int:
    with no_instante(quando):
        return jobs.enviar_resumos()


def resumos() -> list[Aviso]:
    return list(db.session().execute(select(Aviso).where(Aviso.modelo == "comum/resumo").order_by(Aviso.id)).scalars())


def test_one_mail_carries_all_that_was_held(ana: Pessoa, servidor: ServidorSMTP) -> None:
    guardados = [guardar(ana, "1490.01.1/2026-20"), guardar(ana, "1490.01.2/2026-85", QUINTA + timedelta(hours=2))]
    assert servidor.mensagens == []
    assert resumir(SETE) == 1
    (escrito,) = resumos()
    assert {g.estado for g in guardados} == {EstadoSaida.RESUMIDO}
    assert {g.resumo_id for g in guardados} == {escrito.id}
    with no_instante(SETE + timedelta(seconds=1)):
        avisos.enviar(escrito.id)
    (mensagem,) = servidor.mensagens
    assert (mensagem["To"], mensagem["Subject"]) == (ana.email, "2 avisos no resumo do dia")
    texto, html = (mensagem.get_body((tipo,)).get_content() for tipo in ("plain", "html"))  # type: ignore[union-attr]
    for numero in ("1490.01.1/2026-20", "1490.01.2/2026-85"):
        assert f"Petição protocolada: {numero}" in texto
        assert f"Petição protocolada: {numero}" in html
    assert "“Ponte & <b>rua</b>”" in texto
    assert "Ponte &amp; &lt;b&gt;rua&lt;/b&gt;" in html
    assert "26 nov, 15h00" in texto
    assert "/conta/avisos" in texto
    assert 'href="http://127.0.0.1:8000/peticoes/7"' in html


def test_nothing_held_is_no_mail_and_once_is_enough(ana: Pessoa) -> None:
    assert resumir(SETE) == 0
    guardar(ana, "1")
    assert [resumir(SETE), resumir(SETE), resumir(SETE + timedelta(hours=3))] == [1, 0, 0]


def test_what_comes_after_seven_waits_for_the_next_business_morning(ana: Pessoa) -> None:
    guardar(ana, "1")
    assert resumir(SETE) == 1
    guardar(ana, "2", SETE + timedelta(minutes=5))
    assert resumir(SETE + timedelta(hours=1)) == 0
    sabado, segunda = SETE + timedelta(days=1), SETE + timedelta(days=3)
    assert [resumir(sabado), resumir(segunda - timedelta(minutes=1)), resumir(segunda)] == [0, 0, 1]
    assert len(resumos()) == 2


def test_a_day_that_became_a_holiday_has_no_digest(ana: Pessoa, monkeypatch: pytest.MonkeyPatch) -> None:
    guardar(ana, "1")
    certo = resumo.calendario_local
    monkeypatch.setattr(resumo, "calendario_local", lambda: Feriado())
    assert resumir(SETE) == 0
    monkeypatch.setattr(resumo, "calendario_local", certo)
    assert resumir(SETE) == 1


class Feriado:
    """A calendar in which nobody works."""

    def e_util(self, _dia: object) -> bool:
        return False


def test_each_person_gets_their_own(ana: Pessoa) -> None:
    rui = adiada("Rui Lima")
    guardar(ana, "1"), guardar(rui, "2"), guardar(ana, "3")
    assert resumir(SETE) == 2
    textos = {escrito.para: escrito.texto or "" for escrito in resumos()}
    assert ("protocolada: 1\n" in textos[ana.email], "protocolada: 2\n" in textos[ana.email]) == (True, False)
    assert "protocolada: 2\n" in textos[rui.email]


def test_what_breaks_for_one_stops_no_other_and_is_tried_again(
    ana: Pessoa, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rui = adiada("Rui Lima")
    da_ana, do_rui = guardar(ana, "1"), guardar(rui, "2")
    certo = correio.redigir

    def quebrar(modelo: str, **dados: list[Aviso]) -> correio.Carta:
        if modelo == "comum/resumo" and dados["avisos"][0].para == ana.email:
            raise ValueError("torto")
        return certo(modelo, **dados)

    monkeypatch.setattr(correio, "redigir", quebrar)
    assert resumir(SETE) == 1
    assert f"the digest of {ana.email} could not be written" in caplog.text
    assert (da_ana.estado, do_rui.estado) == (EstadoSaida.GUARDADO, EstadoSaida.RESUMIDO)
    monkeypatch.setattr(correio, "redigir", certo)
    assert resumir(SETE + timedelta(minutes=1)) == 1
    assert da_ana.estado is EstadoSaida.RESUMIDO


def test_the_log_says_in_which_digest_and_how_it_went(ana: Pessoa) -> None:
    guardar(ana, "1")
    consulta = consultar().where(Aviso.para == ana.email)
    assert [a.situacao for a in pagina(consulta, None).itens] == ["guardado para o resumo de 27/11"]
    resumir(SETE)
    assert [a.situacao for a in pagina(consulta, None).itens] == ["na fila", "no resumo de 27/11, na fila"]
    with no_instante(SETE + timedelta(seconds=1)):
        avisos.enviar(resumos()[0].id)
    assert pagina(consulta, None).itens[1].situacao == "no resumo de 27/11"


@pytest.mark.comprometido
def test_two_workers_at_once_write_one_digest(app: Flask, servidor: ServidorSMTP) -> None:
    pessoas = [adiada(f"Pessoa {n}") for n in range(4)]
    for pessoa in pessoas:
        for numero in range(3):
            guardar(pessoa, str(numero))
    barreira, feitos = threading.Barrier(3), []

    def trabalhar() -> None:
        with app.app_context(), no_instante(SETE):
            barreira.wait(10)
            feitos.append(jobs.enviar_resumos())

    fios = [threading.Thread(target=trabalhar) for _ in range(3)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    assert sum(feitos) == len(resumos()) == len(pessoas)
    levados = db.session().execute(select(Aviso.estado, Aviso.resumo_id).where(Aviso.modelo != "comum/resumo")).all()
    assert len(levados) == 12
    assert {estado for estado, _ in levados} == {EstadoSaida.RESUMIDO}
    assert sorted(levado for _, levado in levados) == sorted(escrito.id for escrito in resumos() for _ in range(3))
