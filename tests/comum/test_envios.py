"""Uploads in parts: whatever is cut, repeated or killed, the bytes that arrive are the bytes that were sent."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peticionamento.comum import arquivos, deposito, envios, jobs
from peticionamento.comum.arquivos import ArquivoRecusado, Guardado
from peticionamento.comum.envios import Envio, ForaDeLugar, Receptor, Soma, SomaNaoConfere, Vencido
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from tests.factories import cadastros, contas

CONTEUDO = bytes(range(256)) * 40


@dataclass
class Sala:
    """A room of the test's own, which keeps what it was handed."""

    recebidos: list[bytes] = field(default_factory=list)
    juntados: list[Guardado] = field(default_factory=list)
    recusa: Recusa | None = None
    fechada: bool = False
    cair: bool = False

    def acessar(self, alvo_id: int, por: Any) -> None:
        if self.fechada or alvo_id != 7:
            raise NaoEncontrado()

    def conferir(self, envio: Envio, por: Any) -> None:
        if envio.tamanho_bytes > 1_000_000:
            raise ArquivoRecusado("grande demais")

    def guardar(self, envio: Envio, caminho: Path, por: Any) -> Guardado:
        if self.recusa:
            raise self.recusa
        if self.cair:
            raise SystemExit
        self.recebidos.append(caminho.read_bytes())
        with caminho.open("rb") as conteudo:
            return arquivos.depositar(conteudo, "text/plain")

    def juntar(self, envio: Envio, guardado: Guardado, por: Any, agora: datetime) -> None:
        arquivos.nomear(guardado)
        self.juntados.append(guardado)


@pytest.fixture
def sala(app: Flask) -> Iterator[Sala]:
    sala = Sala()
    envios.registrar("teste", Receptor(sala.acessar, sala.conferir, sala.guardar, sala.juntar))
    yield sala
    del envios.RECEPTORES["teste"]


@pytest.fixture
def pessoa(app: Flask) -> Pessoa:
    return contas.deputada()


def abrir(pessoa: Pessoa, tamanho_bytes: int = len(CONTEUDO)) -> str:
    return envios.abrir("teste", 7, "laudo.txt", tamanho_bytes, {"a": "b"}, por=pessoa, agora=agora()).id


class Cortada(io.BytesIO):
    """A connection that gives so many bytes, and then no more."""


def enviar(envio_id: str, inicio: int, parte: bytes, pessoa: Pessoa, soma: Soma | None = None) -> Envio:
    return envios.receber_parte(envio_id, inicio, Cortada(parte), por=pessoa, agora=agora(), soma=soma)


def no_provisorio(app: Flask) -> list[Path]:
    pasta = Path(app.config["PETICIONAMENTO"].arquivos_url.removeprefix("file://")) / deposito.PROVISORIO
    return [arquivo for arquivo in pasta.rglob("*") if arquivo.is_file()] if pasta.exists() else []


def test_parts_become_the_file_and_leave_nothing_behind(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    envio_id = abrir(pessoa)
    assert enviar(envio_id, 0, CONTEUDO[:5000], pessoa).recebidos_bytes == 5000
    assert sala.recebidos == []
    assert len(no_provisorio(app)) == 1
    envio = enviar(envio_id, 5000, CONTEUDO[5000:], pessoa)
    assert (envio.completo, envio.entregue_em is not None, envio.partes[1]["bytes"]) == (True, True, 5240)
    assert sala.recebidos == [CONTEUDO]
    assert sala.juntados[0].sha256 == hashlib.sha256(CONTEUDO).hexdigest()
    assert no_provisorio(app) == []


def test_bytes_from_the_wrong_place_change_nothing(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    envio_id = abrir(pessoa)
    enviar(envio_id, 0, CONTEUDO[:100], pessoa)
    for inicio in (0, 99, 101, len(CONTEUDO)):
        with pytest.raises(ForaDeLugar):
            enviar(envio_id, inicio, b"x" * 50, pessoa)
    assert envios.acessar(envio_id, por=pessoa, agora=agora()).recebidos_bytes == 100
    enviar(envio_id, 100, CONTEUDO[100:], pessoa)
    assert sala.recebidos == [CONTEUDO]


def test_two_connections_at_the_same_place_keep_one(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    """The second takes its bytes while the first still sends; only one of them is counted."""
    envio_id = abrir(pessoa)

    class Lenta(io.BytesIO):
        def read(self, quantos: int | None = -1, /) -> bytes:
            lido = super().read(quantos)
            if lido:
                enviar(envio_id, 0, CONTEUDO[:4000], pessoa)
            return lido

    with pytest.raises(ForaDeLugar):
        envios.receber_parte(envio_id, 0, Lenta(b"x" * 4000), por=pessoa, agora=agora())
    assert len(no_provisorio(app)) == 1
    enviar(envio_id, 4000, CONTEUDO[4000:], pessoa)
    assert sala.recebidos == [CONTEUDO]


def test_a_last_answer_lost_and_asked_again_delivers_once(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    envio_id = abrir(pessoa)
    enviar(envio_id, 0, CONTEUDO, pessoa)
    with pytest.raises(ForaDeLugar):
        enviar(envio_id, 0, CONTEUDO, pessoa)
    for _ in range(2):
        assert enviar(envio_id, len(CONTEUDO), b"", pessoa).entregue_em is not None
        assert envios.entregar(envio_id, por=pessoa, agora=agora()).completo
    assert len(sala.juntados) == 1


def test_killed_before_the_delivery_it_is_delivered_when_asked(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    envio_id = abrir(pessoa)
    sala.cair = True
    with pytest.raises(SystemExit):
        enviar(envio_id, 0, CONTEUDO, pessoa)
    sala.cair = False
    envio = envios.acessar(envio_id, por=pessoa, agora=agora())
    assert (envio.completo, envio.entregue_em) == (True, None)
    assert envios.entregar(envio_id, por=pessoa, agora=agora()).entregue_em is not None
    assert sala.recebidos == [CONTEUDO]


def test_a_part_that_no_row_counted_is_not_in_the_file(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    """A process killed between the store and the row: its part is there, and is as if it were not."""
    envio_id = abrir(pessoa)
    deposito.escrever(f"{deposito.PROVISORIO}/{envio_id}/000000000000-morta", [b"x" * 300])
    enviar(envio_id, 0, CONTEUDO, pessoa)
    assert sala.recebidos == [CONTEUDO]
    assert no_provisorio(app) == []


@pytest.mark.parametrize("recusa", [ArquivoRecusado("não abre como PDF."), Conflito("já foi protocolada.")])
def test_a_refusal_is_remembered_and_its_parts_go(app: Flask, sala: Sala, pessoa: Pessoa, recusa: Recusa) -> None:
    envio_id = abrir(pessoa)
    sala.recusa = recusa
    for inicio in (0, len(CONTEUDO)):
        with pytest.raises(ArquivoRecusado, match=recusa.mensagem):
            enviar(envio_id, inicio, CONTEUDO, pessoa)
        assert no_provisorio(app) == []
    sala.recusa = None
    with pytest.raises(ArquivoRecusado, match=recusa.mensagem):
        envios.entregar(envio_id, por=pessoa, agora=agora())
    (pendente,) = envios.pendentes("teste", 7, agora=agora())
    assert pendente.recusa == recusa.mensagem
    assert sala.juntados == []


def test_what_can_be_known_before_is_refused_before(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    with pytest.raises(ArquivoRecusado, match="grande demais"):
        abrir(pessoa, 2_000_000)
    assert cadastros.quantos(Envio) == 0


def test_what_one_may_not_write_does_not_exist(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    with pytest.raises(NaoEncontrado):
        envios.abrir("teste", 8, "laudo.txt", 10, {}, por=pessoa, agora=agora())
    envio_id = abrir(pessoa)
    sala.fechada = True
    with pytest.raises(NaoEncontrado):
        enviar(envio_id, 0, CONTEUDO, pessoa)
    with pytest.raises(NaoEncontrado):
        envios.apagar(envio_id, por=pessoa, agora=agora())


def test_given_up_it_is_gone_whole(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    envio_id = abrir(pessoa)
    enviar(envio_id, 0, CONTEUDO[:100], pessoa)
    assert envios.apagar(envio_id, por=pessoa, agora=agora()).alvo_id == 7
    assert no_provisorio(app) == []
    with pytest.raises(NaoEncontrado):
        enviar(envio_id, 100, CONTEUDO[100:], pessoa)


def test_an_upload_waits_seven_days_for_its_next_byte(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    envio_id = abrir(pessoa)
    enviar(envio_id, 0, CONTEUDO[:100], pessoa)
    tarde = agora() + timedelta(days=7, minutes=1)
    with pytest.raises(Vencido, match="mais de 7 dias"):
        envios.receber_parte(envio_id, 100, Cortada(b"x"), por=pessoa, agora=tarde)
    assert envios.pendentes("teste", 7, agora=tarde) == []
    assert jobs.varrer_envios() == 0
    assert envios.varrer(tarde) >= 1
    assert cadastros.quantos(Envio) == 0
    assert no_provisorio(app) == []


def test_the_sweep_takes_what_broken_uploads_left_and_nothing_else(app: Flask, sala: Sala, pessoa: Pessoa) -> None:
    envio_id = abrir(pessoa)
    enviar(envio_id, 0, CONTEUDO[:100], pessoa)
    deposito.escrever(f"{deposito.PROVISORIO}/0123456789abcdef", [b"metade"])
    assert envios.varrer(agora() + timedelta(hours=23)) == 0
    assert envios.varrer(agora() + timedelta(hours=25)) == 1
    (parte,) = no_provisorio(app)
    assert parte.parent.name == envio_id


@pytest.mark.parametrize("algoritmo", ["sha1", "sha256"])
def test_bytes_that_changed_on_their_way_are_not_kept(app: Flask, sala: Sala, pessoa: Pessoa, algoritmo: str) -> None:
    envio_id = abrir(pessoa)
    soma = Soma(algoritmo, hashlib.new(algoritmo, CONTEUDO).digest())
    with pytest.raises(SomaNaoConfere):
        enviar(envio_id, 0, CONTEUDO[:-1] + b"x", pessoa, soma)
    assert envios.acessar(envio_id, por=pessoa, agora=agora()).recebidos_bytes == 0
    assert no_provisorio(app) == []
    enviar(envio_id, 0, CONTEUDO, pessoa, soma)
    assert sala.recebidos == [CONTEUDO]


def test_a_long_request_is_kept_part_by_part(
    app: Flask, sala: Sala, pessoa: Pessoa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is killed in the middle of one request has kept what came before."""
    monkeypatch.setattr(envios, "PARTE_BYTES", 1000)
    envio_id = abrir(pessoa)

    class Morta(io.BytesIO):
        def read(self, quantos: int | None = -1, /) -> bytes:
            if self.tell() >= 3500:
                raise SystemExit
            return super().read(min(quantos or 0, 500))

    with pytest.raises(SystemExit):
        envios.receber_parte(envio_id, 0, Morta(CONTEUDO), por=pessoa, agora=agora())
    assert envios.acessar(envio_id, por=pessoa, agora=agora()).recebidos_bytes == 3000
    enviar(envio_id, 3000, CONTEUDO[3000:], pessoa)
    assert sala.recebidos == [CONTEUDO]


CORTES = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.booleans()), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conteudo=st.binary(min_size=1, max_size=6000), tentativas=CORTES)
def test_any_split_cut_and_repetition_gives_the_same_bytes(
    app: Flask, sala: Sala, pessoa: Pessoa, conteudo: bytes, tentativas: list[tuple[int, int, bool]]
) -> None:
    """Each try sends some bytes from somewhere, right or wrong, and may be cut before its end."""
    sala.recebidos.clear()
    envio_id = abrir(pessoa, len(conteudo))
    for quantos, corte, repete in tentativas:
        onde = envios.acessar(envio_id, por=pessoa, agora=agora()).recebidos_bytes
        inicio = max(0, onde - corte) if repete else onde
        parte = conteudo[inicio : inicio + quantos][: corte or None]
        if inicio == onde:
            assert enviar(envio_id, inicio, parte, pessoa).recebidos_bytes == onde + len(parte)
        else:
            with pytest.raises(ForaDeLugar):
                enviar(envio_id, inicio, parte, pessoa)
    onde = envios.acessar(envio_id, por=pessoa, agora=agora()).recebidos_bytes
    enviar(envio_id, onde, conteudo[onde:], pessoa)
    assert [hashlib.sha256(r).hexdigest() for r in sala.recebidos] == [hashlib.sha256(conteudo).hexdigest()]
