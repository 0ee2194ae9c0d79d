"""A load of HTTP requests over raw sockets, some at once: cheap, because it runs on the cores it measures."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

LOCAL = "127.0.0.1"


@dataclass(frozen=True)
class Pedido:
    """A whole HTTP request, in pieces so that heavy ones can share them, and the status it should be answered with."""

    partes: Sequence[bytes]
    espera: int


Tarefa = Sequence[Callable[[bytes], Pedido]]
"""Requests made one after the other (an upload, then a filing), each built from the answer to the one before."""


@dataclass
class Resultado:
    """What came of a load: the seconds that each task took, and the status lines that were not the ones wanted."""

    segundos: float = 0.0
    feitas: list[float] = field(default_factory=list)
    outras: list[str] = field(default_factory=list)

    @property
    def por_segundo(self) -> float:
        """Tasks done a second."""
        return len(self.feitas) / self.segundos if self.segundos else 0.0

    def percentil(self, parte: float) -> float:
        """The seconds that this part (0 to 1) of the tasks did not pass; 0.0 when none was done."""
        return sorted(self.feitas)[min(len(self.feitas) - 1, int(parte * len(self.feitas)))] if self.feitas else 0.0


def pedido(metodo: str, caminho: str, *corpo: bytes, espera: int = 200, **cabecalhos: str) -> Pedido:
    """A request to this machine; `cabecalhos` with underscores for hyphens.

    A connection serves one request, as behind a proxy with its usual settings.
    """
    linhas = [f"{metodo} {caminho} HTTP/1.1", f"Host: {LOCAL}", "Connection: close"]
    linhas += [f"{nome.replace('_', '-')}: {valor}" for nome, valor in cabecalhos.items()]
    if corpo or metodo != "GET":
        linhas.append(f"Content-Length: {sum(map(len, corpo))}")
    return Pedido([("\r\n".join(linhas) + "\r\n\r\n").encode(), *corpo], espera)


class _Conversa:
    """One task under way on one connection at a time."""

    def __init__(self, tarefa: Tarefa) -> None:
        self.resta = iter(tarefa)
        self.comeco = time.perf_counter()
        self.soquete: socket.socket
        self.enviar: list[memoryview] = []
        self.recebido = bytearray()
        self.espera = 0

    def seguir(self, porta: int) -> bool:
        """Begin the next request; False when the task is done."""
        proximo = next(self.resta, None)
        if proximo is None:
            return False
        atual = proximo(bytes(self.recebido))
        self.enviar, self.espera = [memoryview(parte) for parte in atual.partes], atual.espera
        self.recebido.clear()
        self.soquete = socket.create_connection((LOCAL, porta))
        self.soquete.setblocking(False)
        return True

    def escrever(self) -> bool:
        """Send what the socket takes; True when all of the request is gone."""
        enviados = self.soquete.sendmsg(self.enviar[:16])
        while self.enviar and enviados >= len(self.enviar[0]):
            enviados -= len(self.enviar.pop(0))
        if self.enviar:
            self.enviar[0] = self.enviar[0][enviados:]
        return not self.enviar

    def ler(self) -> bool:
        """Take what came; True when the answer is whole."""
        parte = self.soquete.recv(65536)
        self.recebido += parte
        return not parte

    @property
    def linha(self) -> str:
        """The status line of the answer."""
        return bytes(self.recebido[:80]).partition(b"\r\n")[0].decode("latin-1") or "sem resposta"


def disparar(porta: int, tarefas: Iterator[Tarefa], *, juntas: int, segundos: float) -> Resultado:
    """Keep `juntas` tasks under way for `segundos`, or until there are none left; then wait for those begun."""
    saida, seletor = Resultado(), selectors.DefaultSelector()
    comeco = time.perf_counter()

    def comecar() -> bool:
        tarefa = next(tarefas, None) if time.perf_counter() - comeco < segundos else None
        return tarefa is not None and prosseguir(_Conversa(tarefa))

    def prosseguir(conversa: _Conversa) -> bool:
        ainda = conversa.seguir(porta)
        if ainda:
            seletor.register(conversa.soquete, selectors.EVENT_WRITE, conversa)
        return ainda

    def encerrar(conversa: _Conversa) -> bool:
        """An answer is whole: the next request of its task, or the next task; False when there is neither."""
        seletor.unregister(conversa.soquete)
        conversa.soquete.close()
        if f" {conversa.espera} " not in conversa.linha:
            saida.outras.append(conversa.linha)
        elif prosseguir(conversa):
            return True
        else:
            saida.feitas.append(time.perf_counter() - conversa.comeco)
        return comecar()

    vivas = sum(comecar() for _ in range(juntas))
    while vivas:
        for chave, evento in seletor.select():
            conversa: _Conversa = chave.data
            try:
                if evento & selectors.EVENT_WRITE:
                    if conversa.escrever():
                        seletor.modify(conversa.soquete, selectors.EVENT_READ, conversa)
                elif conversa.ler():
                    vivas -= not encerrar(conversa)
            except ConnectionError:
                vivas -= not encerrar(conversa)
    saida.segundos = time.perf_counter() - comeco
    seletor.close()
    return saida
