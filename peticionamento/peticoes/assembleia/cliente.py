"""HTTP to the Assembly's open data: one question, bounded in time and in size, its answer not believed unseen.

What is known of the interface, from public programs that read it in 2025 and 2026: the address, `formato=json`, the
filters `tipo` and `ano`, pages by `tp` (at most 100) and `p`, items under `resultado.listaItem`, and `num`, used by two
programs against the older base `ws/`. Not confirmed: `num` against `api/v2/`, and what is answered where nothing is
found. So the number is asked for *and* looked for among the items, the page is turned a few times if `num` was ignored,
and both names of the result and a lone item in place of a list are taken. Redirects are not followed: nothing of the
Assembly's is known to redirect, and one would be a question outside the pace that the Assembly asks for.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import httpx

from peticionamento.comum.erros import Recusa
from peticionamento.peticoes.assembleia.proposicao import Proposicao, como_lista, ler_item
from peticionamento.peticoes.assembleia.referencia import CAMPO, Referencia

ESPERA = httpx.Timeout(8, connect=3)
PRAZO_S = 12
"""After this nothing more is read and no other page asked for: a person is waiting, and so is a web process."""
LIMITE_BYTES = 4 * 1024 * 1024
POR_PAGINA = 100
PAGINAS = 3
CABECALHOS = {
    "User-Agent": "Peticionamento-SEIMG/1.0 (peticionamento eletronico de demandas parlamentares; SEGOV-MG)",
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # so that the limit of size is that of what comes over the wire
}

logger = logging.getLogger(__name__)


class AssembleiaFora(Recusa):
    """The Assembly was not asked or did not answer as it should; what was typed has not changed."""


FORA = (
    "Os dados abertos da Assembleia não responderam agora. Nada mudou no seu texto: preencha à mão ou tente de novo "
    "em alguns minutos."
)
ESTRANHA = (
    "A Assembleia respondeu de um jeito que este sistema não entende. Nada mudou no seu texto: preencha à mão e avise "
    "a administração."
)
LONGE = (
    "A Assembleia devolveu a lista inteira em vez dessa proposição, e ela não está no começo da lista. Nada mudou no "
    "seu texto: preencha à mão."
)


def buscar(referencia: Referencia, base: str, esperar_a_vez: Callable[[], None]) -> Proposicao | None:
    """Ask the Assembly for one proposition; None when it has none of that number.

    `base` is the address of the interface, with the slash at its end; `esperar_a_vez` is called before each request.
    Raises AssembleiaFora.
    """
    limite = time.monotonic() + PRAZO_S
    with httpx.Client(timeout=ESPERA, headers=CABECALHOS) as http:
        for pagina in range(1, PAGINAS + 1):
            esperar_a_vez()
            total, itens = _itens(_pedir(http, base, referencia, pagina, limite))
            for item in itens:
                if (lida := ler_item(item, referencia)) is not None:
                    return lida
            if len(itens) < POR_PAGINA or pagina * POR_PAGINA >= total:
                return None
    raise AssembleiaFora(LONGE, CAMPO)


def _pedir(http: httpx.Client, base: str, referencia: Referencia, pagina: int, limite: float) -> Any:
    parametros: dict[str, str | int] = {
        "tipo": referencia.sigla, "num": referencia.numero, "ano": referencia.ano,
        "tp": POR_PAGINA, "p": pagina, "formato": "json",
    }  # fmt: skip
    try:
        with http.stream("GET", f"{base}proposicoes/pesquisa/direcionada", params=parametros) as resposta:
            if resposta.status_code != httpx.codes.OK:
                logger.warning("the Assembly answered %s to %s", resposta.status_code, referencia)
                passa = resposta.is_server_error or resposta.status_code == httpx.codes.TOO_MANY_REQUESTS
                raise AssembleiaFora(FORA if passa else ESTRANHA, CAMPO)
            return json.loads(_corpo(resposta, limite))
    except (httpx.HTTPError, httpx.InvalidURL) as erro:
        logger.warning("the Assembly did not answer about %s: %r", referencia, erro)
        raise AssembleiaFora(FORA, CAMPO) from erro
    except (ValueError, RecursionError) as erro:
        logger.warning("the Assembly's answer about %s is no JSON: %r", referencia, erro)
        raise AssembleiaFora(ESTRANHA, CAMPO) from erro


def _corpo(resposta: httpx.Response, limite: float) -> bytes:
    """The body, as long as it comes in time (each piece may take its own) and is not too large."""
    corpo = bytearray()
    for pedaco in resposta.iter_raw():
        corpo += pedaco
        if time.monotonic() > limite:
            raise httpx.ReadTimeout("too slow altogether", request=resposta.request)
        if len(corpo) > LIMITE_BYTES:
            raise ValueError(f"over {LIMITE_BYTES} bytes")
    return bytes(corpo)


def _itens(corpo: Any) -> tuple[int, list[dict[str, Any]]]:
    """(how many there are in all, those of this page). Raises AssembleiaFora when that is not its shape."""
    resultado = corpo.get("resultado", corpo.get("resultadoPesquisa")) if isinstance(corpo, dict) else None
    itens = como_lista(resultado.get("listaItem")) if isinstance(resultado, dict) else None
    if itens is None or not all(isinstance(item, dict) for item in itens):
        logger.warning("the Assembly's answer has another shape")
        raise AssembleiaFora(ESTRANHA, CAMPO)
    total = str(resultado.get("noOcorrencias", len(itens))) if isinstance(resultado, dict) else ""
    return int(total) if total.isascii() and total.isdecimal() and len(total) < 10 else len(itens), itens
