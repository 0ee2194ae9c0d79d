"""Links that open something to whoever has them: a token in the address, of which the database keeps only a hash.

A token is made from a row's key and the program's secret. So each try to send a message carries the same one, and
whoever reads the database alone can make none. Where a text with a link is itself kept (a notice), a mark stands in the
token's place, and becomes the token as the message goes out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

from flask import current_app

_MARCA = re.compile(r"~link-([0-9a-f]{32})~")


def token(chave: str) -> str:
    """The 43 characters that stand in the address; the same for the same `chave`, whenever it is asked."""
    segredo = current_app.config["PETICIONAMENTO"].secret_key.encode()
    resumo_ = hmac.digest(segredo, f"link:{chave}".encode(), "sha256")
    return urlsafe_b64encode(resumo_).decode().rstrip("=")


def resumo(token_: str) -> str:
    """What is kept of a token: its SHA-256. A token is 32 random-looking bytes, so no salt or slow hash is needed."""
    return hashlib.sha256(token_.encode()).hexdigest()


def marca(chave: str) -> str:
    """What stands for a token in a text that is kept; `chave` is 32 hexadecimal digits that nobody is shown."""
    return f"~link-{chave}~"


def revelar(texto: str) -> str:
    """The text as it goes out: every mark become its token."""
    return _MARCA.sub(lambda achada: token(achada[1]), texto)
