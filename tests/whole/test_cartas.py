"""Every letter, found by its folder: its plain text and its HTML tell the same facts and lead to the same places."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from config import RAIZ
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import correio
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.correio import Carta
from peticionamento.comum.grupos_de_aviso import DESCONHECIDO, grupo_do_modelo
from peticionamento.comum.tempo import agora, dia_por_extenso, hoje
from peticionamento.distribuicao.models import Entrega
from peticionamento.peticoes.services import diligencia_aberta
from peticionamento.triagem.coordenacao import numeros
from tests.factories import contas, depois, peticoes, triagem

EMAILS = RAIZ / "templates" / "emails"
NOMES = sorted(str(html.relative_to(EMAILS).with_suffix("")) for html in EMAILS.glob("*/*.html"))
DO_CANAL = ["distribuicao/encaminhada", "distribuicao/teste"]
"""What the delivery by e-mail itself sends is no notice: nobody chooses it away."""

ASSUNTO = "Ônibus & <b>vans</b> de Ubá"
FALA = "Quantos <leitos> há?\nE quantos médicos?"
NUMERO = "1490.01.0000150/2026-20"
EM = "26/11/2026 15:42:07"
VENCE = "quinta-feira, 3 de dezembro de 2026"


class Visivel(HTMLParser):
    """What a person reads of a letter, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.partes: list[str] = []
        self.links: set[str] = set()
        self.fora = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fora += tag in ("title", "style")
        if tag == "a":
            self.links.add(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.fora -= tag in ("title", "style")

    def handle_data(self, data: str) -> None:
        if not self.fora:
            self.partes.append(data)

    @property
    def texto(self) -> str:
        return apertado(" ".join(self.partes))


def apertado(texto: str) -> str:
    return " ".join(texto.split())


def links_do_texto(texto: str) -> set[str]:
    return set(re.findall(r"https?://\S+", texto))


def numeros_de(texto: str) -> set[str]:
    """Every number, date and process number: what a person would look for, and miss."""
    return set(re.findall(r"\d[\d./:-]*\d|\d", re.sub(r"https?://\S+", "", texto)))


def _protocolada() -> tuple[dict[str, Any], list[str]]:
    dados = {"pessoa": "Ana", "id": 7, "assunto": ASSUNTO, "municipio": "Ubá", "numero": NUMERO, "em": EM}
    return dados, [ASSUNTO, "Ubá", NUMERO, EM]


def _desmembrada() -> tuple[dict[str, Any], list[str]]:
    parte = {"id": 8, "numero": "1490.01.0000151/2026-01", "assunto": "Ponte", "municipio": "Viçosa"}
    dados = {"pessoa": "Ana", "id": 7, "numero": NUMERO, "assunto": ASSUNTO, "ao_todo": 2, "partes": [parte]}
    return dados, [ASSUNTO, NUMERO, "1490.01.0000151/2026-01", "Ponte", "Viçosa", "2 demandas"]


def _diligencia() -> tuple[dict[str, Any], list[str]]:
    peticao = depois.em_diligencia(peticoes.protocolada(assunto=ASSUNTO)).peticao
    diligencia = diligencia_aberta(peticao.id)
    assert diligencia is not None
    vence = dia_por_extenso(diligencia.vence_dia)
    return {"peticao": peticao, "diligencia": diligencia}, [ASSUNTO, str(peticao.numero), depois.PERGUNTA, vence]


def _respondida() -> tuple[dict[str, Any], list[str]]:
    peticao = peticoes.protocolada(assunto=ASSUNTO)
    return {"peticao": peticao, "onde": "Resposta da SES & da SEE"}, [ASSUNTO, "Resposta da SES & da SEE"]


def _rascunho() -> tuple[dict[str, Any], list[str]]:
    peticao = peticoes.rascunho(assunto=ASSUNTO)
    ate = agora() + timedelta(days=3)
    return {"peticao": peticao, "pessoa": peticao.autor, "dias": 90, "ate": ate}, [
        ASSUNTO,
        "90 dias",
        str(hoje(ate).day),
    ]


def _do_orgao(**outros: Any) -> tuple[dict[str, Any], list[str]]:
    demanda = triagem.entregue(["SES"], peticao=peticoes.protocolada(assunto=ASSUNTO))
    encaminhamento = triagem.encaminhamento(demanda)
    dados = {"peticao": demanda.peticao, "encaminhamento": encaminhamento, "apensadas": 2, **outros}
    fatos = [ASSUNTO, str(demanda.peticao.numero), dia_por_extenso(encaminhamento.vence_dia)]
    return dados, fatos


def _convite(**outros: Any) -> tuple[dict[str, Any], list[str]]:
    dados, fatos = _do_orgao(convite="~link-0~", vence_convite=hoje(), **outros)
    return dados, [*fatos, dados["encaminhamento"].instrucao, dia_por_extenso(hoje()), "não o repasse"]


def _ajuste() -> tuple[dict[str, Any], list[str]]:
    dados, fatos = _do_orgao(ajuste=FALA)
    return dados, [*fatos, apertado(FALA)]


def _reaberta() -> tuple[dict[str, Any], list[str]]:
    demanda = triagem.demanda(peticoes.protocolada(assunto=ASSUNTO))
    autor = demanda.peticao.autor.nome
    return {"peticao": demanda.peticao, "demanda": demanda, "motivo": FALA}, [ASSUNTO, apertado(FALA), autor]


def _mesa() -> tuple[dict[str, Any], list[str]]:
    contas.triador("Ana Sales")
    demanda = triagem.demanda()
    demanda.vence_dia = hoje() - timedelta(days=9)
    mesa, dia = numeros.mesa(calendario_local(), hoje()), dia_por_extenso(hoje())
    dados = {"pessoa": "Davi", "dia": dia, "mesa": mesa, "vencem_hoje": 3}
    return dados, [dia, "Ana Sales", "0 na mão", "Ninguém a assumiu ainda"]


def _espera() -> tuple[dict[str, Any], list[str]]:
    demanda = triagem.distribuida(peticao=peticoes.protocolada(assunto=ASSUNTO))
    entrega = Entrega(
        id=5, encaminhamento=demanda.encaminhamentos[0], canal="correio", destino="a@ses.invalid", tentativas=4,
        erro="o servidor de e-mail não respondeu",
    )  # fmt: skip
    return {"entrega": entrega, "peticao": demanda.peticao}, [
        ASSUNTO,
        "a@ses.invalid",
        "4 tentativas",
        entrega.erro or "",
    ]


def _resumo() -> tuple[dict[str, Any], list[str]]:
    textos = correio.redigir("peticoes/protocolada", **_protocolada()[0])
    guardados = [
        Aviso(para="a@x", assunto=f"Petição {n}", texto=textos.texto, html=textos.html, criada_em=agora())
        for n in (1, 2)
    ]
    return {"avisos": guardados}, ["Petição 1", "Petição 2", ASSUNTO, NUMERO, "2 avisos"]


CONTEXTOS: dict[str, Callable[[], tuple[dict[str, Any], list[str]]]] = {
    "atendimento/ajuste": _ajuste,
    "atendimento/lembrete": lambda: _convite(ordem=1),
    "comum/resumo": _resumo,
    "contas/senha_trocada": lambda: (
        {"pessoa": "Ana", "por": "por você", "saiu": "Os outros saíram.", "em": EM},
        [EM, "por você", "Os outros saíram.", "Se não foi você"],
    ),
    "distribuicao/encaminhada": _convite,
    "distribuicao/espera_pessoa": _espera,
    "distribuicao/teste": lambda: ({}, ["um teste do canal de e-mail"]),
    "peticoes/desmembrada": _desmembrada,
    "peticoes/diligencia": _diligencia,
    "peticoes/juntada": lambda: (_protocolada()[0], [ASSUNTO, NUMERO, EM]),
    "peticoes/protocolada": _protocolada,
    "peticoes/rascunho_acaba": _rascunho,
    "peticoes/respondida": _respondida,
    "triagem/alerta": lambda: (
        {"frase": "Metade do prazo já passou.", "orgao": "SES", "caminho": "atendimento/7", "assunto": ASSUNTO,
         "municipio": "Ubá", "numero": NUMERO, "vence": VENCE},
        ["Metade do prazo já passou.", ASSUNTO, "Ubá", NUMERO, VENCE],
    ),
    "triagem/juntada": lambda: (
        {"id": 7, "orgao": "SES", "assunto": ASSUNTO, "municipio": "Ubá", "numero": NUMERO, "vence": VENCE},
        [ASSUNTO, "Ubá", NUMERO, VENCE],
    ),
    "triagem/reaberta": _reaberta,
    "triagem/resumo": _mesa,
}  # fmt: skip


def redigida(nome: str) -> tuple[Carta, list[str]]:
    """A letter filled in, and the facts that it must tell."""
    dados, fatos = CONTEXTOS[nome]()
    return correio.redigir(nome, **dados), fatos


def test_every_letter_is_here_and_of_a_group() -> None:
    assert sorted(CONTEXTOS) == NOMES
    assert [nome for nome in NOMES if grupo_do_modelo(nome) is DESCONHECIDO] == DO_CANAL


@pytest.mark.parametrize("nome", NOMES)
def test_both_texts_tell_the_same(app: Flask, nome: str) -> None:
    carta, fatos = redigida(nome)
    texto, visivel = apertado(carta.texto), Visivel(carta.html)
    assert visivel.links == links_do_texto(carta.texto)
    assert visivel.links, "a letter leads somewhere"
    for fato in fatos:
        assert fato in texto, f"text: {fato}"
        assert fato in visivel.texto, f"HTML: {fato}"
    assert numeros_de(carta.texto) == numeros_de(visivel.texto)


@pytest.mark.parametrize("nome", NOMES)
def test_it_has_a_subject_and_no_markup_of_others(app: Flask, nome: str) -> None:
    carta, _ = redigida(nome)
    assert 5 < len(carta.assunto) <= 300
    assert "<b>vans" not in carta.html
    assert "<leitos" not in carta.html
    assert not re.search(r"\n{3}|[ \t]\n|&(amp|lt|gt|#\d+);", carta.texto), "plain text is plain, and tidy"
    assert carta.texto == carta.texto.lstrip()
