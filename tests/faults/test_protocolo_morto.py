"""The web process is killed at every step of a filing, and all of it is there or nothing; trying again is enough.

A child forked from this process serves real HTTP and kills itself by SIGKILL at its k-th step: before an SQL statement,
before a commit, with a commit sent whose answer nobody reads, after it, and around each step in the file store. How
many steps there are is found by a run that nobody kills.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import httpx
import psycopg
import pytest
from flask import Flask
from psycopg.pq import PipelineStatus, TransactionStatus
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from peticionamento import create_app
from peticionamento.comum import deposito
from peticionamento.comum.arquivos import ler
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.historico import Andamento
from peticionamento.comum.protocolo import SequenciaDeProcesso
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa, Sessao
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import Acompanhamento, Documento, EstadoPeticao, PapelDocumento, Peticao
from peticionamento.triagem.models import Demanda
from tests.factories import contas, peticoes
from tests.fixtures.banco import BASES_POR_TRABALHADOR, banco_novo, base_limpa, config_de_teste
from tests.fixtures.servidores import Servidores

NA_LOJA = ("escrever", "mover", "_firmar", "apagar")
"""What touches the file store: a process may die before and after each."""
CHAVE = "sessao-da-autora"
Ato = Callable[[httpx.Client], object]


@dataclass
class Passos:
    """Counts the steps of the process it runs in, writes each down, and ends the process at the one it was told."""

    fatal: int
    diario: Path
    feitos: int = 0

    def contar(self) -> None:
        """From now on."""
        event.listen(Engine, "before_cursor_execute", self._comando)
        psycopg.Connection.commit = self._confirmado(psycopg.Connection.commit)  # type: ignore[assignment,method-assign]
        event.listen(Session, "after_commit", lambda _sessao: self._dar("depois do commit"))
        for nome in NA_LOJA:
            setattr(deposito, nome, self._cercado(getattr(deposito, nome)))

    def _dar(self, nome: str) -> None:
        self.feitos += 1
        with self.diario.open("a", encoding="utf-8") as diario:
            diario.write(f"{nome}\n")
        if self.feitos == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def _comando(self, _conexao: object, _cursor: object, comando: str, *_resto: object) -> None:
        self._dar(" ".join(comando.split())[:60])

    def _confirmado(self, commit: Callable[[Any], None]) -> Callable[[Any], None]:
        """A commit by itself, or in one message with the last statement (psycopg's pipeline)."""

        def cercado(conexao: Any) -> None:
            linha = conexao.pgconn
            if linha.transaction_status == TransactionStatus.IDLE:
                return commit(conexao)  # nothing is left to do: the session's own, after the message
            self._dar("antes do commit")
            if self.feitos + 1 == self.fatal:
                if linha.pipeline_status == PipelineStatus.ON:
                    linha.send_query_params(b"COMMIT", None)
                    linha.pipeline_sync()
                else:
                    linha.send_query(b"COMMIT")
                linha.flush()
            self._dar("commit enviado, resposta não lida")
            return commit(conexao)

        return cercado

    def _cercado(self, funcao: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(funcao)
        def cercada(*args: Any, **kwargs: Any) -> Any:
            self._dar(f"antes de {funcao.__name__}")
            feito = funcao(*args, **kwargs)
            self._dar(f"depois de {funcao.__name__}")
            return feito

        return cercada


def servir(app: Flask, porta: socket.socket, passos: Passos | None) -> NoReturn:
    """Be a web process, until killed."""
    try:
        os.environ["PGAPPNAME"] = "condenado" if passos else "sadio"
        with app.app_context():
            db.engine.dispose(close=False)  # the parent's connections are the parent's
        app.extensions["redis"].connection_pool.reset()
        servidor = make_server("127.0.0.1", 0, app, fd=porta.fileno())
        if passos:
            passos.contar()
        servidor.serve_forever()
    finally:
        os._exit(1)


@dataclass
class Casa:
    """The program in this process, to prepare and to look, and what to make web processes of."""

    app: Flask
    pasta: Path
    cookie: str
    autora_id: int
    sadio: str = ""
    """Where the web process is that nobody kills."""

    def rascunho(self, *, anexo: bool) -> int:
        """A draft ready to be signed."""
        peticao = peticoes.rascunho(db.session().get_one(Pessoa, self.autora_id))
        if anexo:
            peticoes.com_anexo(peticao)
        return peticao.id

    @contextmanager
    def web(self, passos: Passos | None = None) -> Iterator[str]:
        """A web process while the block lasts; gives its address. With `passos` it counts them, and may die of it."""
        db.session.rollback()
        with socket.create_server(("127.0.0.1", 0)) as porta:
            endereco = f"http://127.0.0.1:{porta.getsockname()[1]}"
            if (pid := os.fork()) == 0:
                servir(self.app, porta, passos)
        try:
            yield endereco
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def fazer(self, ato: Ato, endereco: str = "") -> None:
        """Do something over HTTP: with the process that lives, or with the one at `endereco`."""
        cabecalhos = {"Cookie": f"session={self.cookie}", "Accept": "text/html"}
        with httpx.Client(base_url=endereco or self.sadio, headers=cabecalhos, timeout=30) as navegador:
            ato(navegador)
        db.session.rollback()
        db.session.expire_all()

    def passar(self, fatal: int, ato: Ato) -> list[str]:
        """Do something with a process that dies at step `fatal` (0: never); the steps that it had begun."""
        passos = Passos(fatal, self.pasta / f"diario-{time.monotonic_ns()}")
        with self.web(passos) as endereco:
            if fatal:
                with pytest.raises(httpx.TransportError):
                    self.fazer(ato, endereco)
            else:
                self.fazer(ato, endereco)
        self._esperar_o_banco()
        return passos.diario.read_text(encoding="utf-8").splitlines()

    def _esperar_o_banco(self) -> None:
        """Until PostgreSQL has noticed: what was sent is done, what was open is rolled back."""
        vivos = select(func.count()).select_from(func.pg_stat_get_activity(None).table_valued("application_name"))
        while db.session.execute(vivos.where(db.text("application_name = 'condenado'"))).scalar_one():
            db.session.rollback()
            time.sleep(0.005)
        db.session.rollback()
        db.session.expire_all()

    def em_todos_os_passos(self, rascunhar: Callable[[], int], ato: Callable[[int], Ato]) -> Iterator[tuple[int, str]]:
        """The same act killed at each of its steps, each time over a draft of its own; gives draft and step."""
        passos = self.passar(0, ato(rascunhar()))
        assert len(passos) > 5
        for n, nome in enumerate(passos, 1):
            chave = rascunhar()
            vistos = self.passar(n, ato(chave))
            assert vistos == passos[:n]
            yield chave, f"passo {n} de {len(passos)}: {nome}"


@pytest.fixture
def casa(servidores: Servidores, modelo: str, numero: int, tmp_path: Path) -> Iterator[Casa]:
    with ExitStack() as pilha:
        config = config_de_teste(
            pilha.enter_context(banco_novo(servidores, f"mortes_{numero}")),
            pilha.enter_context(base_limpa(servidores, numero * BASES_POR_TRABALHADOR + 2)),
            tmp_path / "arquivos",
        )
        app = create_app(config)
        with app.app_context():
            pilha.callback(db.engine.dispose)
        pilha.enter_context(app.app_context())
        pilha.callback(app.extensions["redis"].close)
        autora = contas.deputada()
        with transaction() as session:
            session.add(Sessao(id=CHAVE, pessoa_id=autora.id, vale_ate=agora().replace(year=2100)))
        assinador = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        casa = Casa(app, tmp_path, assinador.dumps({"_user_id": CHAVE, "_fresh": True}), autora.id)
        casa.sadio = pilha.enter_context(casa.web())
        yield casa


def pdf_de(chave: int) -> bytes:
    """A file of this draft alone: what is in the store already takes fewer steps."""
    return peticoes.pdf_pequeno() + b"%% %d\n" % chave


def anexar(chave: int) -> Ato:
    arquivo = {"arquivos": ("oficio.pdf", pdf_de(chave), "application/pdf")}
    return lambda navegador: navegador.post(
        f"/peticoes/{chave}/anexos", files=arquivo, headers={"Accept": "application/json"}
    ).raise_for_status()


def assinar(chave: int) -> Ato:
    db.session.rollback()
    peticao = db.session.get_one(Peticao, chave)
    dados = {"versao": str(peticao.versao), "retrato": documentos.retrato(peticao), "senha": contas.SENHA}

    def ato(navegador: httpx.Client) -> None:
        assert navegador.post(f"/peticoes/{chave}/protocolar", data=dados).status_code == 303

    return ato


def abrir(documento_id: int) -> Ato:
    return lambda navegador: navegador.get(f"/peticoes/documentos/{documento_id}").raise_for_status()


def quantos(modelo: type[Any], chave: int) -> int:
    consulta = select(func.count()).select_from(modelo).where(modelo.peticao_id == chave)
    return int(db.session.execute(consulta).scalar_one())


def esta_protocolada(chave: int) -> bool:
    """Whether a petition is filed, all of it; else it must be a draft, and nothing of the filing."""
    peticao = db.session.get_one(Peticao, chave, populate_existing=True)
    todos = db.session.execute(select(Documento).where(Documento.peticao_id == chave)).scalars().all()
    numerados = [d for d in todos if d.numero_sei is not None]
    papeis = sorted(d.papel for d in todos if d.papel is not PapelDocumento.ANEXO)
    frutos = [quantos(modelo, chave) for modelo in (Andamento, Acompanhamento, Demanda, Aviso)]
    if peticao.estado is EstadoPeticao.PROTOCOLADA:
        assert peticao.numero is not None
        assert peticao.protocolada_em is not None
        assert papeis == [PapelDocumento.PRINCIPAL, PapelDocumento.RECIBO]
        assert len(numerados) == len(todos) - 1, "only the receipt has no number of its own"
        assert frutos == [1, 1, 1, 1]
        return True
    assert (peticao.numero, peticao.protocolada_em, papeis, numerados) == (None, None, [], [])
    assert frutos == [0, 0, 0, 0]
    return False


def conferir_numeros() -> None:
    """The numbers given are 1, 2, 3… and the sequence knows the last one."""
    numeros = db.session.execute(select(Peticao.numero).where(Peticao.numero.is_not(None))).scalars().all()
    sequencias = sorted(int(str(numero)[8:15]) for numero in numeros)
    assert sequencias == list(range(1, len(sequencias) + 1))
    assert list(db.session.execute(select(SequenciaDeProcesso.ultimo)).scalars()) == [len(sequencias)]


def test_killed_at_each_step_of_signing(casa: Casa) -> None:
    desfechos = []
    for chave, passo in casa.em_todos_os_passos(lambda: casa.rascunho(anexo=True), assinar):
        feita = esta_protocolada(chave)
        desfechos.append((passo, feita))
        conferir_numeros()
        casa.fazer(assinar(chave))  # the person tries again: the same button
        assert esta_protocolada(chave), passo
        conferir_numeros()
    nada = [passo for passo, feita in desfechos if not feita]
    tudo = [passo for passo, feita in desfechos if feita]
    assert nada[-1].endswith("antes do commit")
    assert [passo.partition(": ")[2] for passo in tudo][:2] == ["commit enviado, resposta não lida", "depois do commit"]
    assert desfechos == sorted(desfechos, key=lambda desfecho: desfecho[1]), "nothing, up to the commit; then all"


def test_killed_at_each_step_of_attaching(casa: Casa) -> None:
    """No document without its file, none twice; the draft can be attached to and signed all the same."""
    for chave, passo in casa.em_todos_os_passos(lambda: casa.rascunho(anexo=False), anexar):
        for documento in db.session.execute(select(Documento).where(Documento.peticao_id == chave)).scalars():
            assert documento.arquivo is not None, passo
            assert ler(documento.arquivo) == pdf_de(chave), passo
        casa.fazer(anexar(chave))
        assert quantos(Documento, chave) == 1, passo
    casa.fazer(assinar(chave))
    assert esta_protocolada(chave)


@pytest.fixture
def desenho_simples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawings without Typst, whose threads do not live through a fork; each is of its data alone, as the real ones."""
    pequeno = peticoes.pdf_pequeno()

    def desenhar(_modelo: str, dados: dict[str, Any], *, em: datetime) -> bytes:
        return pequeno + f"% {dados['numero']}, {em}\n".encode()

    monkeypatch.setattr(documentos.pdf, "gerar", desenhar)


def test_killed_at_each_step_of_writing_the_receipt(desenho_simples: None, casa: Casa) -> None:
    """A receipt is its row; its file is written by whoever opens it first and lives to tell."""
    recibos: dict[int, int] = {}

    def protocolada() -> int:
        chave = casa.rascunho(anexo=True)
        casa.fazer(assinar(chave))
        consulta = select(Documento.id).where(Documento.peticao_id == chave, Documento.papel == PapelDocumento.RECIBO)
        recibos[chave] = db.session.execute(consulta).scalar_one()
        return chave

    for chave, passo in casa.em_todos_os_passos(protocolada, lambda chave: abrir(recibos[chave])):
        assert esta_protocolada(chave), passo
        casa.fazer(abrir(recibos[chave]))
        recibo = db.session.get_one(Documento, recibos[chave], populate_existing=True)
        assert recibo.arquivo is not None, passo
        assert ler(recibo.arquivo).startswith(b"%PDF"), passo
