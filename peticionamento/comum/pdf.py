"""PDFs by Typst: PDF/A-2a and PDF/UA-1 from a template and plain data.

Data travel as JSON in `sys.inputs`, never pasted into the template, so that nothing a person typed is run as markup.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from peticionamento.comum.blocos import blocos
from peticionamento.comum.desenho import desenhar

__all__ = ["blocos", "gerar"]

MODELOS = Path(__file__).resolve().parent.parent / "modelos"
DESENHO = Path(__file__).resolve().with_name("desenho.py")

LIMITE_NO_PROCESSO = 48 * 1024
"""Letters of data drawn in this process, about ten pages; more goes to a process of its own.

Typst remembers its last ten drawings: of a 200-page one that is 170 MB each.
"""
ESPERA_S = 120

_SEM_LETRA = re.compile(
    "[^\n\t\u0020-\u007e\u00a0-\u0377\u0391-\u03a1\u03a3-\u04ff\u1e00-\u1eff\u2000-\u200a\u2010-\u2027\u202f-\u2040"
    "\u2044-\u2052\u2070\u2074-\u208e\u20a0-\u20bf\u2116\u2122\u2126-\u2151\u2153-\u215e\u2190-\u23ff\u2460-\u2606"
    "\ufb00-\ufb06]+"
)
"""What the fonts that come with Typst cannot draw: emoji, Chinese… PDF/A forbids a letter without a drawing."""
_CAIXA = "□"


def _desenhavel(valor: Any) -> Any:
    """The same data with a box for what cannot be drawn: no emoji may keep a petition from being signed."""
    if isinstance(valor, str):
        return _SEM_LETRA.sub(_CAIXA, valor)
    if isinstance(valor, dict):
        return {chave: _desenhavel(parte) for chave, parte in valor.items()}
    return [_desenhavel(parte) for parte in valor] if isinstance(valor, list) else valor


def gerar(modelo: str, dados: dict[str, Any], *, em: datetime) -> bytes:
    """Make a PDF/A-2a, PDF/UA-1 from `modelos/<modelo>.typ` and JSON-able `dados`.

    `em` is the document's own date: the same data always give the same bytes, so a document can be made again (on
    any machine: its fonts are not looked at). Raises RuntimeError when it cannot be drawn, TimeoutExpired after
    `ESPERA_S`.
    """
    pedido: dict[str, Any] = {
        "modelo": str(MODELOS / f"{modelo}.typ"),
        "raiz": str(MODELOS),
        "dados": json.dumps(_desenhavel(dados), ensure_ascii=False),
        "instante": int(em.timestamp()),
    }
    return desenhar(**pedido) if len(pedido["dados"]) <= LIMITE_NO_PROCESSO else _num_processo(pedido)


def _num_processo(pedido: dict[str, Any]) -> bytes:
    """Draw in a process of its own, whose memory goes back with it."""
    comando = [sys.executable, "-I", str(DESENHO)]
    filho = subprocess.run(comando, input=json.dumps(pedido).encode(), capture_output=True, timeout=ESPERA_S)  # noqa: S603 - our own program
    if filho.returncode != 0:
        raise RuntimeError(f"the document was not drawn: {filho.stderr.decode(errors='replace')[-2000:]}")
    return filho.stdout
