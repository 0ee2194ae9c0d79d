"""The administrator's log of notices: found by what is known of them, in words, without a secret."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peticionamento.comum import links, saida
from peticionamento.comum.avisos import Aviso, avisar
from peticionamento.comum.db import transaction
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.registro_de_avisos import sem_segredos
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.comum.tempo import BRASILIA, agora, no_instante
from peticionamento.contas.models import Pessoa
from tests.factories import contas, peticoes
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
MEIO_DIA = datetime(2026, 11, 20, 12, tzinfo=BRASILIA)
SEGREDO = "aB3_-" * 8 + "xyz"


@pytest.fixture
def navegador(app: Flask, como: Como) -> FlaskClient:
    """An administrator's."""
    return como(contas.pessoa(Papel.ADMINISTRADOR))


def escrever(para: str, numero: str = "n", em: datetime | None = None, peticao_id: int | None = None) -> Aviso:
    with no_instante(em or agora()), transaction():
        return avisar(
            para, "peticoes/protocolada", peticao_id=peticao_id, pessoa="Ana", id=7, assunto="Ponte <i>",
            municipio="Ubá", numero=numero, em="hoje",
        )  # fmt: skip


def achados(navegador: FlaskClient, **filtros: str) -> list[str]:
    """The numbers in the subjects of what a search finds, in order."""
    pagina = navegador.get("/distribuicao/avisos", query_string=filtros)
    assert pagina.status_code == 200
    return re.findall(r"<td>Petição protocolada: (\S+)<br>", pagina.text)


def por(aviso: Aviso, estado: EstadoSaida) -> None:
    with transaction():
        aviso.estado = estado
        aviso.entregue_em = MEIO_DIA if estado is EstadoSaida.ENTREGUE else None


def test_it_is_the_administrators_alone(app: Flask, como: Como) -> None:
    for papel in set(Papel) - {Papel.ADMINISTRADOR}:
        assert como(contas.pessoa(papel)).get("/distribuicao/avisos").status_code == 403
        assert "/distribuicao/avisos" not in como(contas.pessoa(papel)).get("/distribuicao").text
    assert 'href="/distribuicao/avisos"' in como(contas.pessoa(Papel.ADMINISTRADOR)).get("/distribuicao").text


def test_the_newest_comes_first(navegador: FlaskClient) -> None:
    escrever("a@x.invalid", "1", MEIO_DIA), escrever("b@x.invalid", "3"), escrever("a@x.invalid", "2", MEIO_DIA)
    assert achados(navegador) == ["3", "2", "1"]


def test_by_address_whole_or_its_beginning_whatever_the_case(navegador: FlaskClient) -> None:
    escrever("ana_lima@x.invalid", "1"), escrever("anaxlima@x.invalid", "2"), escrever("rui@x.invalid", "3")
    assert achados(navegador, para="ana_lima@x.invalid") == ["1"]
    assert achados(navegador, para="ANA") == ["2", "1"]
    assert achados(navegador, para="ana_") == ["1"]  # an underscore is a letter, not a wildcard
    assert achados(navegador, para="%") == []


def test_by_the_number_of_the_process(navegador: FlaskClient) -> None:
    uma, outra = peticoes.protocolada(), peticoes.protocolada()
    escrever("a@x.invalid", "da-uma", peticao_id=uma.id)
    escrever("a@x.invalid", "da-outra", peticao_id=outra.id)
    assert achados(navegador, processo=f" {uma.numero} ") == ["da-uma"]
    assert achados(navegador, processo="1490.01.0000000/2020-00") == []


def test_by_period_in_the_time_of_brasilia(navegador: FlaskClient) -> None:
    for numero, em in (
        ("antes", datetime(2026, 11, 19, 23, 59, 59)), ("começo", datetime(2026, 11, 20)),
        ("fim", datetime(2026, 11, 20, 23, 59, 59)), ("depois", datetime(2026, 11, 21)),
    ):  # fmt: skip
        escrever("a@x.invalid", numero, em.replace(tzinfo=BRASILIA))
    assert achados(navegador, de="2026-11-20", ate="2026-11-20") == ["fim", "começo"]
    assert achados(navegador, de="2026-11-21") == ["depois"]
    assert achados(navegador, ate="2026-11-19") == ["antes"]


@pytest.mark.parametrize(
    ("estado", "palavras"),
    [
        (EstadoSaida.NA_FILA, "na fila"),
        (EstadoSaida.ENTREGUE, "enviado em 20 nov, 12h00"),
        (EstadoSaida.AGUARDA_PESSOA, "falhou; espera uma pessoa"),
        (EstadoSaida.GUARDADO, "guardado para o resumo de 20/11"),
        (EstadoSaida.RESUMIDO, "no resumo do dia"),
        (EstadoSaida.DISPENSADO, "não enviado por preferência"),
        (EstadoSaida.DESISTIDA, "não enviado: alguém desistiu dele"),
    ],
)
def test_by_state_in_words(navegador: FlaskClient, estado: EstadoSaida, palavras: str) -> None:
    por(escrever("a@x.invalid", "este", MEIO_DIA), estado)
    outro = EstadoSaida.ENTREGUE if estado is not EstadoSaida.ENTREGUE else EstadoSaida.NA_FILA
    por(escrever("a@x.invalid", "outro", MEIO_DIA), outro)
    assert achados(navegador, estado=estado.value) == ["este"]
    assert f">{palavras}</span>" in navegador.get(f"/distribuicao/avisos?estado={estado.value}").text


def test_a_failure_says_why_and_when_it_is_tried_again(navegador: FlaskClient) -> None:
    escrito = escrever("a@x.invalid", "este")
    reservado = saida.reservar(Aviso, escrito.id)
    assert reservado is not None
    with transaction():
        saida.falhou(reservado[0], Falha("o servidor de e-mail não respondeu", "TimeoutError"))
    pagina = navegador.get("/distribuicao/avisos?estado=falhou").text
    assert "falhou; nova tentativa em " in pagina
    assert "O servidor de e-mail não respondeu." in pagina


@pytest.mark.parametrize(
    ("consulta", "frase"),
    [
        ("de=2026-11-20&ate=2026-11-19", "O último dia vem antes do primeiro."),
        ("de=0001-01-01", "Confira o ano."),
        ("para=" + "x" * 300, "300 caracteres; o máximo é 254."),
    ],
)
def test_what_cannot_be_searched_is_said_beside_its_field(navegador: FlaskClient, consulta: str, frase: str) -> None:
    resposta = navegador.get(f"/distribuicao/avisos?{consulta}")
    assert resposta.status_code == 422
    assert frase in html.unescape(resposta.text)


def test_no_token_is_shown(navegador: FlaskClient) -> None:
    escrito = escrever("a@x.invalid", "este")
    marca = links.marca("0123456789abcdef" * 2)
    with transaction():
        escrito.texto = f"Receba: http://x.invalid/convites/{SEGREDO}?de={SEGREDO} e http://x.invalid/convites/{marca}"
    pagina = navegador.get("/distribuicao/avisos").text
    assert "Receba: http://x.invalid/convites/(oculto)?de=(oculto) e http://x.invalid/convites/(oculto)" in pagina
    assert "0123456789abcdef" not in pagina
    assert SEGREDO not in pagina


def test_an_address_without_a_secret_is_left_as_it_is() -> None:
    texto = "Ler a resposta: http://127.0.0.1:8000/peticoes/123456/recibo; 1490.01.0000150/2026-20"
    assert sem_segredos(texto) == texto


def test_what_is_not_composed_yet_says_so(navegador: FlaskClient) -> None:
    peticao = peticoes.protocolada()
    pagina = navegador.get("/distribuicao/avisos").text
    assert f"Aviso sobre o processo {peticao.numero}" in pagina
    assert "O texto ainda não foi composto: isso se faz na hora do envio." in pagina


def test_pages_follow_each_other_and_cost_the_same(
    navegador: FlaskClient, contar_consultas: Callable[[], AbstractContextManager[Contagem]]
) -> None:
    for numero in range(55):
        escrever("a@x.invalid", str(numero), MEIO_DIA + timedelta(minutes=numero // 10))
    vistos: list[str] = []
    onde, medidas = "/distribuicao/avisos?para=a", []
    while onde:
        with contar_consultas() as vistas:
            pagina = navegador.get(onde).text
        medidas.append(len(vistas))
        vistos += re.findall(r"<td>Petição protocolada: (\S+)<br>", pagina)
        proxima = re.search(r'rel="next" href="([^"]+)"', pagina)
        onde = html.unescape(proxima[1]) if proxima else ""
    assert vistos == [str(numero) for numero in reversed(range(55))]
    assert (len(medidas), len(set(medidas)), medidas[0] <= 4) == (3, 1, True), medidas
