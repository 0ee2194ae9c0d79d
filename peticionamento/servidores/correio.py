"""The demonstration's own mail server: it takes every message and keeps it as a file. Nothing leaves the machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from peticionamento.servidores import portas

NOME = "Correio da demonstracao do peticionamento (nada sai desta maquina)"
_LIMITE_BYTES = 64 * 1024 * 1024


class _Guarda:
    """Keeps each message as a .eml file, in the order of arrival."""

    def __init__(self, pasta: Path) -> None:
        self.pasta = pasta
        self.numero = count(1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep one message."""
        para = "".join(c for c in envelope.rcpt_tos[0] if c.isalnum() or c in "@.-_")[:80]
        nome = f"{time.strftime('%Y%m%d-%H%M%S')}-{next(self.numero):04d}-{para}.eml"
        provisorio = self.pasta / f".{nome}"
        provisorio.write_bytes(envelope.original_content or b"")
        provisorio.rename(self.pasta / nome)
        return f"250 Guardado em {nome}"


@contextmanager
def ligado(pasta: Path) -> Iterator[str]:
    """Run the server while the block lasts, keeping messages in `pasta`; gives its SMTP URL."""
    pasta.mkdir(parents=True, exist_ok=True)
    porta = portas.livre()
    servidor = Controller(
        _Guarda(pasta),
        hostname=portas.LOCAL,
        port=porta,
        server_hostname="correio.demonstracao.invalid",  # else it asks the name service at every message
        ident=NOME,
        data_size_limit=_LIMITE_BYTES,
    )
    servidor.start()
    try:
        yield f"smtp://{portas.LOCAL}:{porta}"
    finally:
        servidor.stop()
