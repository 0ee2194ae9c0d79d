"""SOAP to and from SEI by zeep: SOAP 1.1, RPC/encoded, spoken by PHP on the other side.

The WSDL (SEI 4.1) and the schema it imports are files of ours: nothing is fetched to load them.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests
import zeep
from lxml import etree
from zeep.exceptions import TransportError
from zeep.transports import Transport

MODELOS = Path(__file__).resolve().parents[3] / "modelos"
WSDL = MODELOS / "sei.wsdl"
LIGACAO = "{Sei}SeiBinding"
LIMITE_REFERENCIAS = 5_000
_CODIFICACAO = "http://schemas.xmlsoap.org/soap/encoding/"


class SemResposta(Exception):
    """No answer that can be read: what was asked may have been done, or not. `definitiva`: it surely was not."""

    def __init__(self, tecnico: str, *, definitiva: bool = False) -> None:
        super().__init__(tecnico)
        self.tecnico = tecnico
        self.definitiva = definitiva


class Recusado(Exception):
    """SEI answered with a fault: nothing was done. `texto` is its sentence."""

    def __init__(self, operacao: str, texto: str) -> None:
        super().__init__(f"{operacao}: {texto}")
        self.operacao = operacao
        self.texto = texto


class _Transporte(Transport):
    """Gives zeep the one schema it would fetch, and makes a connection for each call.

    One kept open would hand a late or doubled answer to the next call.
    """

    def load(self, url: str) -> bytes:
        """A file of ours, by the name the WSDL gives it. Raises OSError for any other address."""
        if url == _CODIFICACAO:
            return (MODELOS / "soap-encoding.xsd").read_bytes()
        if "://" in url:
            raise OSError(f"the WSDL asks for {url}")
        return Path(url).read_bytes()

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> requests.Response:
        """Send one envelope, to that address and to no other: the key is not told to where it might redirect."""
        with requests.Session() as sessao:
            resposta = sessao.post(
                address,
                data=message,
                headers={**headers, "Connection": "close"},
                timeout=self.operation_timeout,
                allow_redirects=False,
            )
        if resposta.status_code not in (200, 500):  # SEI answers 200, or 500 with a fault; others stand before it
            raise TransportError(f"HTTP {resposta.status_code}", status_code=resposta.status_code)
        return resposta


class _Referencias(zeep.Plugin):
    """Puts in place what an answer only refers to: PHP, and so SEI, writes an object that occurs twice only once."""

    def ingress(self, envelope: Any, http_headers: Any, operation: Any) -> tuple[Any, Any]:
        """Called by zeep with each answer. Raises IndexError when the references have no end."""
        ditos = {elemento.get("id"): elemento for elemento in envelope.iterfind(".//*[@id]")}
        for vez, elemento in enumerate(envelope.iterfind(".//*[@href]")):
            if vez >= LIMITE_REFERENCIAS:
                raise IndexError("too many references")
            dito = ditos.get(elemento.get("href").removeprefix("#"))
            if dito is not None:
                elemento.text = dito.text
                elemento.extend(deepcopy(filho) for filho in dito)
                elemento.attrib.update({nome: valor for nome, valor in dito.attrib.items() if nome != "id"})
                del elemento.attrib["href"]
        return envelope, http_headers


@lru_cache(maxsize=4)
def cliente(espera_s: int) -> zeep.Client:
    """zeep over the WSDL, kept: it has no state but its types. `espera_s`: how long a call waits for each answer."""
    ajustes = zeep.Settings(forbid_dtd=True, forbid_entities=True)
    return zeep.Client(
        str(WSDL), transport=_Transporte(operation_timeout=espera_s), settings=ajustes, plugins=[_Referencias()]
    )


def itens(lista: Any) -> Iterator[Any]:
    """The items of an encoded array, as zeep gives them: values where it knew the type, XML where it did not."""
    if lista is None:
        return
    yield from (getattr(lista, "_value_1", lista) or ())


def campo(item: Any, nome: str) -> Any:
    """A structure's field; None when there is no structure."""
    if isinstance(item, etree._Element):
        return item.find(f"{{*}}{nome}")
    return item[nome] if item is not None else None


def exigido(resposta: Any, nome: str) -> str:
    """A value without which the answer tells nothing. Raises SemResposta."""
    if valor := texto(resposta, nome):
        return valor
    raise SemResposta(f"the answer has no {nome}")


def texto(item: Any, nome: str) -> str:
    """A structure's field as text; empty when it is not there."""
    valor = campo(item, nome)
    if isinstance(valor, etree._Element):
        valor = valor.text
    return str(valor or "").strip()
