"""SOAP 1.1, RPC/encoded, as SEI's WSDL says it: messages to plain values and back, with nothing but the XML.

Written without the client's library on purpose: a mistake in the one is not repeated in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

WSDL = Path(__file__).resolve().parent.parent / "modelos" / "sei.wsdl"
_XSD = "http://www.w3.org/2001/XMLSchema"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ENC = "http://schemas.xmlsoap.org/soap/encoding/"
_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_NS = {"xsd": _XSD, "wsdl": _WSDL, "soap": "http://schemas.xmlsoap.org/wsdl/soap/"}
_PREFIXOS = {"SOAP-ENV": _SOAP, "ns1": "Sei", "xsd": _XSD, "xsi": _XSI, "SOAP-ENC": _ENC}


class MensagemRuim(Exception):
    """What came is no call of this service."""


@dataclass(frozen=True)
class Operacao:
    """An operation's parts, in and out: (name, type)."""

    entrada: tuple[tuple[str, str], ...]
    saida: tuple[str, str]


class Contrato:
    """What a WSDL says: structures, arrays and operations."""

    def __init__(self, wsdl: Path = WSDL) -> None:
        raiz = etree.parse(str(wsdl)).getroot()
        self.estruturas: dict[str, dict[str, str]] = {}
        self.listas: dict[str, str] = {}
        for tipo in raiz.iterfind(".//xsd:complexType", _NS):
            nome = tipo.get("name", "")
            vetor = tipo.find(".//xsd:attribute", _NS)
            if vetor is not None:
                self.listas[nome] = _local(vetor.get(f"{{{_WSDL}}}arrayType", "")).removesuffix("[]")
            else:
                self.estruturas[nome] = {
                    campo.get("name", ""): _local(campo.get("type", "xsd:string"))
                    for campo in tipo.iterfind(".//xsd:element", _NS)
                }
        partes = {
            m.get("name", ""): [(p.get("name", ""), _local(p.get("type", ""))) for p in m.iterfind("wsdl:part", _NS)]
            for m in raiz.iterfind("wsdl:message", _NS)
        }
        self.operacoes = {
            o.get("name", ""): Operacao(tuple(partes[_mensagem(o, "input")]), partes[_mensagem(o, "output")][0])
            for o in raiz.iterfind("wsdl:portType/wsdl:operation", _NS)
        }

    def ler(self, corpo: bytes) -> tuple[str, dict[str, Any]]:
        """The operation and its parts. Raises MensagemRuim."""
        try:
            raiz = etree.fromstring(corpo, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
        except etree.XMLSyntaxError as erro:
            raise MensagemRuim(f"XML malformado: {erro}") from erro
        chamada = raiz.find(f"{{{_SOAP}}}Body/{{Sei}}*")
        if chamada is None:
            raise MensagemRuim("a mensagem não traz chamada do espaço de nomes Sei")
        nome = etree.QName(chamada).localname
        if nome not in self.operacoes:
            raise MensagemRuim(f"a operação [{nome}] não existe")
        referidos = {e.get("id"): e for e in raiz.iter() if isinstance(e.tag, str) and e.get("id")}
        dadas = {etree.QName(parte).localname: parte for parte in chamada.iterchildren("*")}
        faltam = [parte for parte, _ in self.operacoes[nome].entrada if parte not in dadas]
        if faltam:
            raise MensagemRuim(f"faltam partes da mensagem: {', '.join(faltam)}")
        return nome, {parte: self._valor(dadas[parte], tipo, referidos) for parte, tipo in self.operacoes[nome].entrada}

    def _valor(self, elemento: etree._Element, tipo: str, referidos: Mapping[str | None, etree._Element]) -> Any:
        if (referencia := elemento.get("href")) is not None:  # PHP writes what occurs twice once
            elemento = referidos[referencia.removeprefix("#")]
        if elemento.get(f"{{{_XSI}}}nil") in ("true", "1"):
            return None
        if tipo in self.listas:
            return [self._valor(item, self.listas[tipo], referidos) for item in elemento.iterchildren("*")]
        if tipo in self.estruturas:
            campos = self.estruturas[tipo]
            valores: dict[str, Any] = dict.fromkeys(campos)
            for filho in elemento.iterchildren("*"):
                campo = etree.QName(filho).localname
                if campo not in campos:
                    raise MensagemRuim(f"{tipo} não tem {campo}")
                valores[campo] = self._valor(filho, campos[campo], referidos)
            return valores
        return elemento.text or ""

    def responder(self, operacao: str, valor: Any) -> bytes:
        """The envelope of an answer."""
        nome, tipo = self.operacoes[operacao].saida
        envelope, corpo = _envelope()
        resposta = etree.SubElement(corpo, f"{{Sei}}{operacao}Response")
        self._escrever(resposta, nome, tipo, valor, {})
        return _bytes(envelope)

    def _escrever(
        self, pai: etree._Element, nome: str, tipo: str, valor: Any, escritos: dict[int, etree._Element]
    ) -> None:
        """`escritos`: structures already in the answer. PHP, and so SEI, refers to one that occurs again."""
        elemento = etree.SubElement(pai, nome)
        if valor is None:
            elemento.set(f"{{{_XSI}}}nil", "true")
        elif id(valor) in escritos:
            primeiro = escritos[id(valor)]
            primeiro.set("id", primeiro.get("id") or f"ref{id(valor)}")
            elemento.set("href", f"#{primeiro.get('id')}")
        elif tipo in self.listas:
            de_que = self.listas[tipo]
            elemento.set(f"{{{_ENC}}}arrayType", f"{self._com_prefixo(de_que)}[{len(valor)}]")
            elemento.set(f"{{{_XSI}}}type", f"ns1:{tipo}")
            for item in valor:
                self._escrever(elemento, "item", de_que, item, escritos)
        elif tipo in self.estruturas:
            elemento.set(f"{{{_XSI}}}type", f"ns1:{tipo}")
            escritos[id(valor)] = elemento
            for campo, do_campo in self.estruturas[tipo].items():
                self._escrever(elemento, campo, do_campo, valor.get(campo), escritos)
        else:
            elemento.set(f"{{{_XSI}}}type", "xsd:string")
            elemento.text = str(valor)

    def _com_prefixo(self, tipo: str) -> str:
        return f"ns1:{tipo}" if tipo in self.estruturas else f"xsd:{tipo}"


def falhar(texto: str) -> bytes:
    """The envelope of a fault: SEI gives a sentence for people and no code."""
    envelope, corpo = _envelope()
    falha = etree.SubElement(corpo, f"{{{_SOAP}}}Fault")
    etree.SubElement(falha, "faultcode").text = "SOAP-ENV:Server"
    etree.SubElement(falha, "faultstring").text = texto
    return _bytes(envelope)


def _envelope() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{_SOAP}}}Envelope", nsmap=_PREFIXOS)
    envelope.set(f"{{{_SOAP}}}encodingStyle", _ENC)
    return envelope, etree.SubElement(envelope, f"{{{_SOAP}}}Body")


def _bytes(envelope: etree._Element) -> bytes:
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def _local(nome: str) -> str:
    return nome.rpartition(":")[2]


def _mensagem(operacao: etree._Element, sentido: str) -> str:
    achada = operacao.find(f"wsdl:{sentido}", _NS)
    return _local(achada.get("message", "")) if achada is not None else ""
