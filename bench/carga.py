"""A load of ready-made HTTP requests over raw sockets, some at once: cheap, because it runs on the cores it measures."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Resultado:
    """What came of a load: latencies in seconds, one an answer, and the status lines that were not the one wanted."""

    segundos: float = 0.0
    latencias: list[float] = field(default_factory=list)
    outras: list[str] = field(default_factory=list)

    @property
    def por_segundo(self) -> float:
        """Wanted answers a second."""
        return len(self.latencias) / self.segundos if self.segundos else 0.0

    def percentil(self, parte: float) -> float:
        """The latency in seconds that this part (0 to 1) of the answers did not pass."""
        return sorted(self.latencias)[min(len(self.latencias) - 1, int(parte * len(self.latencias)))]


@dataclass
class _Conversa:
    """One request under way: what is still to be sent, what came back."""

    resta: memoryview
    inicio: float
    recebido: bytearray = field(default_factory=bytearray)


def pedido(metodo: str, caminho: str, corpo: bytes = b"", **cabecalhos: str) -> bytes:
    """A whole HTTP request as bytes; `cabecalhos` with underscores for hyphens."""
    linhas = [f"{metodo} {caminho} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Accept: text/html"]
    linhas += [f"{nome.replace('_', '-')}: {valor}" for nome, valor in cabecalhos.items()]
    if corpo or metodo != "GET":
        linhas.append(f"Content-Length: {len(corpo)}")
    return "\r\n".join(linhas).encode() + b"\r\n\r\n" + corpo


def disparar(porta: int, pedidos: Iterator[bytes], *, juntos: int, segundos: float, espera: int) -> Resultado:
    """Keep `juntos` requests under way for `segundos`, or until there are none left; wait for those begun.

    A connection serves one request, as behind a proxy with its default settings. `espera` is the status wanted.
    """
    saida, seletor = Resultado(), selectors.DefaultSelector()
    comeco = time.perf_counter()
    fim = comeco + segundos

    def abrir() -> bool:
        proximo = next(pedidos, None) if time.perf_counter() < fim else None
        if proximo is None:
            return False
        soquete = socket.create_connection(("127.0.0.1", porta))
        soquete.setblocking(False)
        seletor.register(soquete, selectors.EVENT_WRITE, _Conversa(memoryview(proximo), time.perf_counter()))
        return True

    vivas = sum(abrir() for _ in range(juntos))
    while vivas:
        for chave, evento in seletor.select():
            conversa, soquete = chave.data, chave.fileobj
            if evento & selectors.EVENT_WRITE:
                conversa.resta = conversa.resta[soquete.send(conversa.resta) :]
                if not conversa.resta:
                    seletor.modify(soquete, selectors.EVENT_READ, conversa)
                continue
            try:
                parte = soquete.recv(65536)
            except ConnectionResetError:
                parte = b""
            conversa.recebido += parte
            if parte:
                continue
            seletor.unregister(soquete)
            soquete.close()
            linha = bytes(conversa.recebido[:60]).partition(b"\r\n")[0].decode("latin-1")
            if f" {espera} " in linha:
                saida.latencias.append(time.perf_counter() - conversa.inicio)
            else:
                saida.outras.append(linha or "sem resposta")
            vivas += abrir() - 1
    saida.segundos = time.perf_counter() - comeco
    seletor.close()
    return saida


def memoria_bytes(pid: int) -> int:
    """The most memory that a process had resident since `zerar_pico` (VmHWM of Linux)."""
    for linha in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if linha.startswith("VmHWM:"):
            return int(linha.split()[1]) * 1024
    raise LookupError(f"no VmHWM for process {pid}")
