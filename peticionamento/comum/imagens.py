"""Pictures inside a text: PNG or JPEG as `data:` addresses, of bounded size, each opened before it is believed."""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from peticionamento.comum.erros import Recusa

LIMITE_BYTES = 500 * 1024
LIMITE_TOTAL_BYTES = 2 * 1024 * 1024
LIMITE_PIXELS = 6_000_000
MODOS = {"1", "L", "LA", "P", "RGB", "RGBA"}
"""Pillow's names of what the renderer draws true; CMYK, for one, would come out in other colours."""

URI = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})")
_SRC = re.compile(r"""<img\b[^>]*?\ssrc=["']([^"']*)["']""", re.IGNORECASE)


@dataclass(frozen=True)
class Imagem:
    """A picture that can be drawn; sizes in pixels."""

    tipo: str
    largura: int
    altura: int
    tamanho_bytes: int


@lru_cache(maxsize=64)
def ler(uri: str) -> Imagem:
    """Open one `data:` picture. Raises Recusa with what is wrong with it."""
    achado = URI.fullmatch(uri)
    if achado is None:
        raise Recusa("As imagens vão dentro do texto, em PNG ou JPEG: data:image/png;base64,…")
    try:
        conteudo = base64.b64decode(achado[2], validate=True)
    except binascii.Error:
        raise Recusa("Uma das imagens chegou incompleta.") from None
    if len(conteudo) > LIMITE_BYTES:
        raise Recusa(f"Uma das imagens tem {len(conteudo) // 1024} kB; o máximo é {LIMITE_BYTES // 1024} kB.")
    return _abrir(conteudo, achado[1])


def _abrir(conteudo: bytes, tipo: str) -> Imagem:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # measured here
            imagem = Image.open(io.BytesIO(conteudo), formats=[tipo.upper()])
        largura, altura = imagem.size
        if largura * altura > LIMITE_PIXELS:
            raise Recusa(f"Uma das imagens tem {largura} × {altura} pontos; reduza-a antes de usá-la.")
        imagem.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Recusa(f"Uma das imagens não pôde ser aberta como {tipo.upper()}.") from None
    if imagem.mode not in MODOS:
        raise Recusa("Uma das imagens não está em cores RGB nem em tons de cinza.")
    return Imagem(tipo, largura, altura, len(conteudo))


def conferir(limpo: str, *, campo: str) -> None:
    """Raise Recusa, beside the form's `campo`, when a picture of a text cannot be used or all weigh too much."""
    total = 0
    for uri in _SRC.findall(limpo):
        try:
            total += ler(uri).tamanho_bytes
        except Recusa as recusa:
            raise Recusa(recusa.mensagem, campo) from None
    if total > LIMITE_TOTAL_BYTES:
        raise Recusa(f"As imagens somam mais de {LIMITE_TOTAL_BYTES // 1024**2} MB.", campo)
