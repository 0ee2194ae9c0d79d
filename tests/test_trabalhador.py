"""The worker process: what it serves, how it ends, what it leaves behind."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from flask import Flask
from redis import Redis
from rq import Callback, Queue
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from rq.utils import import_attribute

from peticionamento.comum import avisos, saida
from peticionamento.comum.db import db, transaction
from peticionamento.comum.fila import Fila, conexao
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.distribuicao.models import Entrega
from peticionamento.rotinas import ROTINAS, Agenda
from peticionamento.servidores import portas, processos
from tests.factories import peticoes
from tests.fixtures.correio import Modo, ServidorSMTP
from tests.fixtures.no_ar import Trabalhador, esperar, trabalhando

pytestmark = [pytest.mark.comprometido, pytest.mark.config(varredura_s=1, reserva_s=3, espera_rede_s=30)]


@pytest.fixture
def trabalhador(app: Flask, servidor_smtp: ServidorSMTP, tmp_path: Path) -> Iterator[Trabalhador]:
    config = replace(app.config["PETICIONAMENTO"], smtp_url=servidor_smtp.url)
    trabalhador = Trabalhador(config, tmp_path)
    with trabalhando(trabalhador):
        esperar(lambda: conexao().scard("rq:workers") == 1, que="um trabalhador registrado")
        yield trabalhador


def familia(trabalhador: Trabalhador) -> list[psutil.Process]:
    """The worker, its scheduler and its agenda, once all are there."""
    esperar(lambda: len(trabalhador.processo().children()) >= 2, que="agendador e agenda")
    return [trabalhador.processo(), *trabalhador.processo().children()]


def acabaram(processos_: list[psutil.Process]) -> Callable[[], bool]:
    return lambda: not any(processos.vivo(p) for p in processos_)


def test_listens_to_every_queue_in_order(trabalhador: Trabalhador) -> None:
    (chave,) = conexao().smembers("rq:workers")
    assert conexao().hget(chave, "queues").decode().split(",") == [nome.value for nome in Fila]


def test_every_routine_exists_and_stands_being_called(app: Flask) -> None:
    for nome in ROTINAS:
        assert import_attribute(nome)() == 0


def test_every_outbox_is_swept(app: Flask) -> None:
    modelos = {m.class_.__name__ for m in db.Model.registry.mappers if issubclass(m.class_, saida.Saida)}
    assert modelos == {Entrega.__name__, avisos.Aviso.__name__}
    assert {"varrer_avisos", "varrer_entregas"} <= {nome.rpartition(".")[2] for nome in ROTINAS}


def test_carries_what_lost_its_job(trabalhador: Trabalhador, servidor_smtp: ServidorSMTP) -> None:
    """A row without a job in the queue: the sweep gives it one."""
    with transaction() as session:
        session.add(
            avisos.Aviso(estado=EstadoSaida.NA_FILA, para="a@x.invalid", assunto="Perdido", texto="t", html="<p>t</p>")
        )
    esperar(lambda: len(servidor_smtp.mensagens) == 1, que="a mensagem entregue")


def test_calls_nothing_but_our_jobs(trabalhador: Trabalhador, tmp_path: Path, servidor_smtp: ServidorSMTP) -> None:
    """Whoever writes to the queue does not choose what runs here."""
    fila = Queue("avisos", connection=conexao(), serializer=JSONSerializer)
    alheia = fila.enqueue("os.mkdir", str(tmp_path / "estranha"))
    com_retorno = fila.enqueue(
        "peticionamento.comum.jobs.varrer_avisos", on_success=Callback("os.mkdir"), on_failure=Callback("os.mkdir")
    )
    esperar(lambda: alheia.get_status() is JobStatus.FAILED, que="a recusa da tarefa estranha")
    esperar(lambda: com_retorno.get_status() is JobStatus.FINISHED, que="a tarefa nossa, sem o retorno alheio")
    assert not (tmp_path / "estranha").exists()
    peticoes.protocolada()
    esperar(lambda: len(servidor_smtp.mensagens) == 1, que="o trabalho de sempre")


def test_ends_when_asked_and_takes_its_children_along(trabalhador: Trabalhador) -> None:
    todos = familia(trabalhador)
    todos[0].send_signal(signal.SIGTERM)
    esperar(acabaram(todos), ate_s=40, que="o fim do trabalhador")
    # The last thread may still be ending when the process no longer counts as alive.
    esperar(lambda: trabalhador.filho.fim() is not None, que="o código de saída")
    assert trabalhador.filho.fim() == 0
    assert conexao().scard("rq:workers") == 0


def test_ends_what_it_is_doing_first(trabalhador: Trabalhador, servidor_smtp: ServidorSMTP) -> None:
    servidor_smtp.modo = Modo.TRAVAR
    peticoes.protocolada()
    assert servidor_smtp.travado.wait(20)
    trabalhador.processo().send_signal(signal.SIGTERM)
    servidor_smtp.modo = Modo.ACEITAR
    esperar(lambda: trabalhador.filho.fim() == 0, que="o fim do trabalhador")
    db.session.rollback()
    (aviso,) = db.session.query(avisos.Aviso)
    assert aviso.estado is EstadoSaida.ENTREGUE


def test_the_agenda_does_not_outlive_a_killed_worker(trabalhador: Trabalhador) -> None:
    esperar(lambda: conexao().zcard("rq:cron_schedulers") == 1, que="a agenda registrada")
    (nome,) = conexao().zrange("rq:cron_schedulers", 0, -1)
    agenda = psutil.Process(int(conexao().hget(f"rq:cron_scheduler:{nome.decode()}", "pid")))
    trabalhador.matar(com_filhos=False)
    esperar(acabaram([agenda]), que="o fim da agenda")
    for sobra in _orfaos(trabalhador):
        sobra.kill()


def _orfaos(trabalhador: Trabalhador) -> list[psutil.Process]:
    """RQ's scheduler goes on until Redis goes away; it does no harm, and the next worker shares its work."""
    comando = trabalhador.filho.comando
    achados = []
    for processo in psutil.process_iter(["cmdline", "environ"]):
        ambiente = processo.info["environ"] or {}
        if processo.info["cmdline"] == list(comando) and ambiente.get("REDIS_URL") == trabalhador.config.redis_url:
            achados.append(processo)
    return achados


def test_another_agenda_for_a_dead_one(trabalhador: Trabalhador, servidor_smtp: ServidorSMTP) -> None:
    for filho in familia(trabalhador)[1:]:
        filho.kill()
    with transaction() as session:
        session.add(
            avisos.Aviso(estado=EstadoSaida.NA_FILA, para="a@x.invalid", assunto="Perdido", texto="t", html="<p>t</p>")
        )
    esperar(lambda: len(servidor_smtp.mensagens) == 1, ate_s=40, que="a mensagem entregue")


def test_ends_when_asked_though_redis_is_away(app: Flask, tmp_path: Path) -> None:
    config = replace(app.config["PETICIONAMENTO"], redis_url=f"redis://127.0.0.1:{portas.livre()}/0")
    trabalhador = Trabalhador(config, tmp_path)
    with trabalhando(trabalhador):
        esperar(lambda: "the worker waits" in trabalhador.filho.registro.read_text(), que="a espera")
        trabalhador.processo().send_signal(signal.SIGTERM)
        esperar(lambda: trabalhador.filho.fim() == 0, ate_s=30, que="o fim do trabalhador")


def test_a_routine_waits_for_its_turn_once(app: Flask) -> None:
    agenda = Agenda(conexao(), cada_s=1)
    for rotina in agenda.get_jobs():
        rotina.enqueue(conexao())
        rotina.enqueue(conexao())
    na_fila = [job.decode() for job in conexao().lrange("rq:queue:rotinas", 0, -1)]
    assert na_fila == [f"rotina-{nome.rpartition('.')[2]}" for nome in ROTINAS]


def test_what_counts_days_is_asked_seldom(app: Flask) -> None:
    pausas = {
        rotina.func_name.rpartition(".")[2]: rotina.interval for rotina in Agenda(conexao(), cada_s=10).get_jobs()
    }
    assert pausas["varrer_avisos"] == pausas["varrer_entregas"] == 10
    assert pausas["varrer_quarentena"] == 60
    assert pausas["concluir"] == pausas["varrer_rascunhos"] == 600


def test_a_try_that_failed_waits_in_the_queue_for_its_time(app: Flask) -> None:
    peticoes.protocolada()
    (aviso,) = db.session.query(avisos.Aviso)
    reservado = saida.reservar(avisos.Aviso, aviso.id)
    assert reservado is not None
    with transaction():
        linha = saida.travar_reservada(avisos.Aviso, aviso.id, reservado[1])
        assert linha is not None
        saida.falhou(linha, Falha("o servidor de e-mail não respondeu"))
    redis: Redis = conexao()
    assert redis.zrange("rq:scheduled:avisos", 0, -1) == [linha.job_id.encode()]
