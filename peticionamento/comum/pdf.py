"""PDFs by Typst: PDF/A-2a and PDF/UA-1 from a template and plain data.

Data travel as JSON in `sys.inputs`, never pasted into the template, so that nothing a person typed is run as markup.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import typst

MODELOS = Path(__file__).resolve().parent.parent / "modelos"

_BLOCOS = {"p", "li", "blockquote", "h3", "h4"}
_ESTILOS = {"strong", "em", "u", "s"}

_SEM_LETRA = re.compile(
    "[^\n\t\u0020-\u007e\u00a0-\u0377\u0391-\u03a1\u03a3-\u04ff\u1e00-\u1eff\u2000-\u200a\u2010-\u2027\u202f-\u2040"
    "\u2044-\u2052\u2070\u2074-\u208e\u20a0-\u20bf\u2116\u2122\u2126-\u2151\u2153-\u215e\u2190-\u23ff\u2460-\u2606"
    "\ufb00-\ufb06]+"
)
"""What the fonts that come with Typst cannot draw: emoji, Chinese… PDF/A forbids a letter without a drawing."""
_CAIXA = "□"


class _Blocos(HTMLParser):
    """Turns the few tags that `limpar_html` leaves into a flat list of blocks with runs of styled text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocos: list[dict[str, Any]] = []
        self._estilos: list[str] = []
        self._listas: list[dict[str, int]] = []

    def _novo(self, tipo: str) -> None:
        ordem = 0
        if tipo == "li" and self._listas:
            self._listas[-1]["n"] += 1
            ordem = self._listas[-1]["n"] if self._listas[-1]["ordenada"] else 0
        self.blocos.append({"tipo": tipo, "ordem": ordem, "nivel": max(len(self._listas) - 1, 0), "trechos": []})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._listas.append({"ordenada": tag == "ol", "n": 0})
        elif tag in _BLOCOS:
            self._novo(tag)
        elif tag in _ESTILOS:
            self._estilos.append(tag)
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._listas:
            self._listas.pop()
        elif tag in _ESTILOS and tag in self._estilos:
            self._estilos.remove(tag)
        elif tag in _BLOCOS and self.blocos and self.blocos[-1]["trechos"]:
            self.blocos.append({"tipo": "fim", "ordem": 0, "nivel": 0, "trechos": []})

    def handle_data(self, data: str) -> None:
        if not data.strip() and data != "\n":
            if self.blocos and self.blocos[-1]["trechos"]:
                self.blocos[-1]["trechos"].append({"texto": data, "estilos": list(self._estilos)})
            return
        if not self.blocos or self.blocos[-1]["tipo"] == "fim":
            self._novo("p")
        self.blocos[-1]["trechos"].append({"texto": data, "estilos": list(self._estilos)})


def blocos(html_limpo: str) -> list[dict[str, Any]]:
    """The blocks of a sanitised HTML text, ready for a Typst template."""
    leitor = _Blocos()
    leitor.feed(html_limpo)
    leitor.close()
    return [b for b in leitor.blocos if b["trechos"]]


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
    any machine: its fonts are not looked at).
    """
    resultado = typst.compile(
        str(MODELOS / f"{modelo}.typ"),
        root=str(MODELOS),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"dados": json.dumps(_desenhavel(dados), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(em.timestamp()),
    )
    if not isinstance(resultado, bytes):
        raise RuntimeError("typst gave no single PDF")
    return resultado
