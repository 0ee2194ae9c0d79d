"""Processes die and the queue is lost; each agency has each demand exactly once all the same."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento import create_app
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db
from peticionamento.comum.historico import Andamento
from peticionamento.comum.saida import EstadoSaida
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.peticoes.models import Peticao
from peticionamento.servidores import valkey
from peticionamento.servidores.valkey import Valkey
from peticionamento.triagem.models import EstadoEncaminhamento
from tests.factories import cadastros, peticoes, triagem
from tests.fixtures.banco import banco_novo, config_de_teste
from tests.fixtures.correio import Modo, ServidorSMTP
from tests.fixtures.no_ar import Trabalhador, esperar, trabalhando
from tests.fixtures.servidores import Servidores

ORGAOS = ("SES", "SEE")


@dataclass
class Casa:
    """A house of its own: database, queue, mail server, and a worker that may be killed."""

    app: Flask
    smtp: ServidorSMTP
    fila: Valkey
    pasta_da_fila: Path
    trabalhador: Trabalhador

    def protocolar(self) -> Peticao:
        """File a petition; its author's notice needs no waiting for."""
        return peticoes.protocolada()

    def distribuir(self, peticao: Peticao) -> None:
        """Route it to the agencies, each with an inbox and an e-mail address."""
        triagem.distribuida(ORGAOS, peticao=peticao)

    def distribuir_e_travar(self, modo: Modo) -> None:
        """Route a new petition while the mail server hangs, and wait until a delivery is in the middle of it."""
        peticao = self.protocolar()
        esperar(avisos_enviados, que="o aviso do protocolo enviado")
        self.smtp.modo = modo
        self.distribuir(peticao)
        assert self.smtp.travado.wait(20), "no delivery began"

    def apagar_fila(self) -> None:
        """Kill Valkey and wipe what it kept."""
        self.fila.processo.kill()
        self.fila.parar()
        shutil.rmtree(self.pasta_da_fila)

    def devolver_fila(self) -> None:
        """Valkey comes back empty where it was."""
        self.fila = valkey.ligar(self.pasta_da_fila, duravel=False, como=self.fila)


@pytest.fixture
def casa(
    servidores: Servidores, modelo: str, numero: int, servidor_smtp: ServidorSMTP, tmp_path: Path
) -> Iterator[Casa]:
    with ExitStack() as pilha:
        fila = valkey.ligar(tmp_path / "valkey", duravel=False)
        config = config_de_teste(
            pilha.enter_context(banco_novo(servidores, f"falhas_{numero}")),
            fila.url(),
            tmp_path / "arquivos",
            smtp_url=servidor_smtp.url,
            reserva_s=3,
            varredura_s=1,
            pausas_s=(1, 1, 1, 1, 1),
            espera_rede_s=30,
        )
        app = create_app(config)
        with app.app_context():
            pilha.callback(db.engine.dispose)
        pilha.enter_context(app.app_context())
        for sigla in ORGAOS:
            cadastros.unidade(sigla, email=f"{sigla.lower()}@orgao.invalid")
        casa = Casa(app, servidor_smtp, fila, tmp_path / "valkey", Trabalhador(config, tmp_path))
        pilha.callback(lambda: casa.fila.parar())
        pilha.enter_context(trabalhando(casa.trabalhador))
        yield casa


def entregas() -> Sequence[Entrega]:
    db.session.rollback()
    return db.session.execute(select(Entrega).order_by(Entrega.id)).scalars().all()


def tudo_entregue() -> bool:
    return all(entrega.estado is EstadoSaida.ENTREGUE for entrega in entregas())


def avisos_enviados() -> bool:
    db.session.rollback()
    return set(db.session.execute(select(Aviso.estado)).scalars()) == {EstadoSaida.ENTREGUE}


def conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa: Casa, demandas: int) -> None:
    """What must hold after any accident."""
    esperar(tudo_entregue, ate_s=40, que="todas as entregas feitas")
    time.sleep(2.5)  # two more sweeps: whatever would be delivered twice has its chance
    linhas = entregas()
    esperadas = demandas * len(ORGAOS)
    assert Counter(linha.canal for linha in linhas) == {Canal.INTERNO: esperadas, Canal.CORREIO: esperadas}
    assert {linha.encaminhamento.estado for linha in linhas} == {EstadoEncaminhamento.ENTREGUE}

    contadas = Counter(
        db.session.execute(
            select(Andamento.entidade, Andamento.entidade_id).where(
                Andamento.acao == "entregar", Andamento.entidade.in_(["entrega", "encaminhamento"])
            )
        ).all()
    )
    assert set(contadas.values()) == {1}, "a delivery is in the history once"
    assert Counter(entidade for entidade, _ in contadas) == {"entrega": 2 * esperadas, "encaminhamento": esperadas}
    assert len(ids_da_demanda(casa)) == esperadas


def ids_da_demanda(casa: Casa) -> set[str]:
    """The Message-IDs that the agencies' addresses got."""
    return {str(m["Message-ID"]) for m in casa.smtp.mensagens if str(m["To"]).endswith("@orgao.invalid")}


def em_dobro(casa: Casa) -> list[str]:
    return [chave for chave, vezes in Counter(casa.smtp.ids).items() if vezes > 1]


def test_nothing_happens_and_all_arrives(casa: Casa) -> None:
    casa.distribuir(casa.protocolar())
    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 1)
    assert em_dobro(casa) == []


def test_worker_killed_in_the_middle_of_a_delivery(casa: Casa) -> None:
    casa.distribuir_e_travar(Modo.TRAVAR)

    casa.trabalhador.matar()
    # Else the server might take, in that instant, the message of a client that is dead already.
    esperar(lambda: not casa.smtp.travado.is_set(), que="o servidor saber que a conexão caiu")
    casa.smtp.modo = Modo.ACEITAR
    casa.trabalhador.ligar()

    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 1)
    assert em_dobro(casa) == []


def test_worker_killed_after_the_mail_was_taken_and_before_it_knew(casa: Casa) -> None:
    """Nobody can know then; the second copy carries the first one's Message-ID, so that it can be told for one."""
    casa.distribuir_e_travar(Modo.ACEITAR_SEM_DIZER)

    casa.trabalhador.matar()
    casa.smtp.modo = Modo.ACEITAR
    casa.trabalhador.ligar()

    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 1)
    assert len(em_dobro(casa)) == 1


def test_only_the_worker_is_killed_and_its_delivery_goes_on(casa: Casa) -> None:
    casa.distribuir_e_travar(Modo.TRAVAR)

    casa.trabalhador.matar(com_filhos=False)
    casa.trabalhador.ligar()
    casa.smtp.modo = Modo.ACEITAR

    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 1)
    assert em_dobro(casa) == []


def test_queue_stopped_and_wiped_during_a_distribution(casa: Casa) -> None:
    casa.distribuir_e_travar(Modo.TRAVAR)

    casa.apagar_fila()
    casa.distribuir(casa.protocolar())  # triage goes on meanwhile
    casa.smtp.modo = Modo.ACEITAR
    time.sleep(1)
    casa.devolver_fila()

    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 2)
    assert em_dobro(casa) == []
    casa.distribuir(casa.protocolar())
    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 3)


def test_queue_emptied_under_a_living_worker(casa: Casa) -> None:
    casa.distribuir_e_travar(Modo.TRAVAR)

    casa.app.extensions["redis"].flushall()
    casa.smtp.modo = Modo.ACEITAR

    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 1)
    esperar(lambda: casa.app.extensions["redis"].scard("rq:workers") == 1, ate_s=30, que="trabalhador registrado")


def test_queue_hangs_during_a_distribution(casa: Casa) -> None:
    peticao = casa.protocolar()
    casa.fila.processo.suspend()
    comeco = time.monotonic()
    casa.distribuir(peticao)
    assert time.monotonic() - comeco < 5, "a page waits for one timeout, not for one a job"
    casa.fila.processo.resume()

    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 1)
    assert em_dobro(casa) == []


def test_both_at_once(casa: Casa) -> None:
    casa.distribuir_e_travar(Modo.TRAVAR)

    casa.apagar_fila()
    casa.trabalhador.matar()
    casa.distribuir(casa.protocolar())
    casa.smtp.modo = Modo.ACEITAR
    casa.trabalhador.ligar()  # it comes up before the queue does
    time.sleep(2)
    casa.devolver_fila()

    conferir_que_cada_orgao_tem_cada_demanda_uma_vez(casa, 2)
    assert em_dobro(casa) == []
