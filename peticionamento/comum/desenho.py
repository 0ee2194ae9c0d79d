"""Typst, called once: template and data in, PDF/A-2a and PDF/UA-1 out.

It runs in the program's own process, and for long documents as a program of its own (`python desenho.py`), because
Typst keeps what it has drawn: the memory goes back when that process ends. So it imports nothing of the program.
"""

from __future__ import annotations

import json
import sys

import typst


def desenhar(modelo: str, raiz: str, dados: str, instante: int) -> bytes:
    """Draw `modelo` (a path under `raiz`) over `dados`, JSON for `sys.inputs`; `instante` in Unix seconds dates it."""
    resultado = typst.compile(
        modelo,
        root=raiz,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"dados": dados},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=instante,
    )
    if not isinstance(resultado, bytes):
        raise RuntimeError("typst gave no single PDF")
    return resultado


if __name__ == "__main__":
    sys.stdout.buffer.write(desenhar(**json.load(sys.stdin.buffer)))
