"""From a sanitised HTML text to the blocks that the Typst templates draw: plain data, nothing that runs.

A block is a paragraph, a heading, a quotation, a list, a table or a line; a paragraph holds runs (`trechos`) of styled
text and pictures. The tags are those of `texto.limpar_html` and `texto.limpar_documento`.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from peticionamento.comum import imagens
from peticionamento.comum.erros import Recusa
from peticionamento.comum.tabelas import Celula, Linha, montar

Bloco = dict[str, Any]

LIMITE_NIVEIS = 8
"""Lists, quotations and tables within one another, past any sense: deeper ones stay at this level."""
LARGURA_PT, ALTURA_PT = 448.0, 620.0
"""The page's own text area, in points: no picture is larger."""
RECUO_PT = 20.0
"""What a list or a quotation takes from the width, or more."""
PT_POR_PIXEL = 0.75
LETRAS_POR_LINHA = 30
"""A word longer than this may break anywhere; in a table's cell it is shorter (`tabelas`)."""
SEM_DESCRICAO = "Imagem do documento, sem descrição."

_ESTILOS = {"strong", "em", "u", "s", "sub", "sup"}
_TITULOS = {"h2": 2, "h3": 3, "h4": 4}
_CAIXAS = {"blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th"}
_BRANCO = re.compile(r"[ \t\r\n\f]+")


class _Caixa:
    """An open tag that holds blocks: the text, a quotation, a list's item, a table's cell."""

    def __init__(self, tag: str, blocos: list[Bloco], dados: Any = None) -> None:
        self.tag, self.blocos, self.dados = tag, blocos, dados


class _Leitor(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocos: list[Bloco] = []
        self._pilha = [_Caixa("", self.blocos)]
        self._trechos: list[Bloco] | None = None
        self._estilos: list[str] = []
        self._destinos: list[str] = []
        self._titulos: list[int] = []
        self._nivel = 0

    # -- paragraphs

    def _abrir(self, bloco: Bloco) -> None:
        self._fechar()
        self._trechos = bloco["trechos"] = []
        self._pilha[-1].blocos.append(bloco)

    def _fechar(self) -> None:
        """End the open paragraph; the spaces at its ends go, and so does it when nothing is left."""
        if self._trechos is None:
            return
        trechos, self._trechos = self._trechos, None
        _aparar(trechos)
        if not trechos:
            self._pilha[-1].blocos.pop()

    def _por(self, trecho: Bloco) -> None:
        if self._trechos is None:
            self._abrir({"tipo": "p"})
        self._pilha[-1].blocos[-1]["trechos"].append(trecho)

    def handle_data(self, data: str) -> None:
        texto = _BRANCO.sub(" ", data)
        if texto and (self._trechos is not None or texto != " "):
            self._por(self._com_estilo(texto))

    def _com_estilo(self, texto: str) -> Bloco:
        trecho: Bloco = {"texto": texto, "estilos": list(dict.fromkeys(self._estilos))}
        if self._destinos:
            trecho["destino"] = self._destinos[-1]
        return trecho

    # -- tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        atributos = {nome: valor or "" for nome, valor in attrs}
        if tag in _ESTILOS:
            self._estilos.append(tag)
        elif tag == "a":
            self._destinos.append(atributos.get("href", ""))
        elif tag == "br":
            self._por({"texto": "\n", "estilos": []})
        elif tag == "img":
            self._imagem(atributos)
        elif tag == "hr":
            self._fechar()
            self._pilha[-1].blocos.append({"tipo": "fio"})
        elif tag in _CAIXAS:
            self._fechar()
            self._entrar(tag, atributos)
        elif tag in _TITULOS:
            self._titulo(_TITULOS[tag])
        elif tag == "caption":
            self._abrir({"tipo": "p", "forte": True, "junto": True})
        else:
            self._fechar()

    def handle_endtag(self, tag: str) -> None:
        if tag in _ESTILOS:
            if tag in self._estilos:
                self._estilos.remove(tag)
        elif tag == "a":
            self._fechar_link()
        elif tag in _CAIXAS:
            self._fechar()
            self._sair(tag)
        else:
            self._fechar()

    def _titulo(self, nivel: int) -> None:
        """No level is skipped, which PDF/UA forbids; inside a list or a cell a heading is a bold paragraph."""
        if len(self._pilha) > 1:
            self._abrir({"tipo": "p", "forte": True})
            return
        while self._titulos and self._titulos[-1] >= nivel:
            self._titulos.pop()
        self._titulos.append(nivel)
        self._abrir({"tipo": "titulo", "nivel": len(self._titulos) + 1})

    def _fechar_link(self) -> None:
        """A link is read on paper too: the address follows the words, unless they are the address."""
        if not self._destinos:
            return
        destino = self._destinos.pop()
        ditos = "".join(t.get("texto", "") for t in self._trechos or [] if t.get("destino") == destino)
        endereco = destino.removeprefix("mailto:")
        if destino and ditos.strip() not in (destino, endereco):
            self._por({"texto": f" ({endereco})", "estilos": []})

    def _imagem(self, atributos: dict[str, str]) -> None:
        try:
            imagem = imagens.ler(atributos.get("src", ""))
        except Recusa:
            return  # refused where it was typed; what is signed is not stopped by it
        pedida = atributos.get("width", "")
        largura = float(pedida if pedida.isdecimal() and 0 < int(pedida) < 10_000 else imagem.largura) * PT_POR_PIXEL
        altura = largura * imagem.altura / imagem.largura
        escala = min(1.0, LARGURA_PT / largura, ALTURA_PT / altura)
        self._por(
            {
                "imagem": atributos["src"],
                "largura": round(largura * escala, 2),
                "altura": round(altura * escala, 2),
                "alt": atributos.get("alt", "").strip() or SEM_DESCRICAO,
            }
        )

    # -- boxes

    def _entrar(self, tag: str, atributos: dict[str, str]) -> None:
        cima = self._pilha[-1]
        nova = _Caixa(tag, cima.blocos, cima.dados)  # without meaning here: its blocks are those of the box around it
        fundo = sum(caixa.tag in ("blockquote", "ul", "ol", "table") for caixa in self._pilha) >= LIMITE_NIVEIS
        if tag == "blockquote" and not fundo:
            nova = _Caixa(tag, [])
            cima.blocos.append({"tipo": "citacao", "blocos": nova.blocos})
        elif tag in ("ul", "ol") and not fundo:
            lista = {"tipo": "lista", "ordenada": tag == "ol", "itens": []}
            cima.blocos.append(lista)
            nova = _Caixa(tag, cima.blocos, lista["itens"])
        elif tag == "li" and cima.tag in ("ul", "ol") and cima.dados is not None:
            nova = _Caixa(tag, [])
            cima.dados.append(nova.blocos)
        elif tag == "table" and not fundo and not any(caixa.tag == "table" for caixa in self._pilha):
            nova = _Caixa(tag, cima.blocos, [])
        elif tag == "tr" and cima.tag in ("table", "thead", "tbody") and cima.dados is not None:
            linha = Linha(cabeca=cima.tag == "thead")
            cima.dados.append(linha)
            nova = _Caixa(tag, cima.blocos, linha)
        elif tag in ("td", "th") and cima.tag == "tr" and isinstance(cima.dados, Linha):
            nova = _Caixa(tag, [])
            cima.dados.celulas.append(
                Celula(nova.blocos, _vao(atributos, "colspan"), _vao(atributos, "rowspan"), tag == "th")
            )
        self._pilha.append(nova)

    def _sair(self, tag: str) -> None:
        if not any(caixa.tag == tag for caixa in self._pilha):
            return
        while True:
            caixa = self._pilha.pop()
            if caixa.tag == "table" and caixa.dados:
                tabela = montar(caixa.dados)
                if tabela is not None:
                    self._pilha[-1].blocos.append(tabela)
            if caixa.tag == tag:
                return


def _vao(atributos: dict[str, str], nome: str) -> int:
    dito = atributos.get(nome, "")
    return max(1, int(dito)) if dito.isdecimal() and len(dito) < 5 else 1


def _aparar(trechos: list[Bloco]) -> None:
    """Drop the spaces and breaks that only stood between tags: at the ends, and beside a line break."""
    for antes, depois in pairwise(trechos):
        if depois.get("texto") == "\n" and "texto" in antes and antes["texto"] != "\n":
            antes["texto"] = antes["texto"].rstrip(" ")
        if antes.get("texto") == "\n" and "texto" in depois and depois["texto"] != "\n":
            depois["texto"] = depois["texto"].lstrip(" ")
    for fim in (0, -1):
        while trechos and "texto" in trechos[fim]:
            texto = trechos[fim]["texto"]
            trechos[fim]["texto"] = texto.lstrip(" \n") if fim == 0 else texto.rstrip(" \n")
            if trechos[fim]["texto"]:
                break
            del trechos[fim]
    trechos[:] = [trecho for trecho in trechos if trecho.get("texto") != ""]


def blocos(html_limpo: str) -> list[Bloco]:
    """The blocks of a sanitised HTML text, ready for a Typst template."""
    leitor = _Leitor()
    leitor.feed(html_limpo)
    leitor.close()
    leitor._fechar()
    while len(leitor._pilha) > 1:
        leitor._sair(leitor._pilha[-1].tag)
    return _cheios(leitor.blocos, LETRAS_POR_LINHA, LARGURA_PT)


def _cheios(lista: list[Bloco], letras: int, pontos: float) -> list[Bloco]:
    """Without what turned out empty; words longer than `letras` marked as breakable, pictures within `pontos`."""
    saida = []
    for bloco in lista:
        if "trechos" in bloco:
            _caber(bloco["trechos"], letras, pontos)
        elif bloco["tipo"] == "citacao":
            bloco["blocos"] = _cheios(bloco["blocos"], letras, pontos - RECUO_PT)
        elif bloco["tipo"] == "lista":
            itens = (_cheios(item, letras, pontos - RECUO_PT) for item in bloco["itens"])
            bloco["itens"] = [item for item in itens if item]
        elif bloco["tipo"] == "tabela":
            for celula in (*bloco["cabeca"], *bloco["corpo"]):
                celula["blocos"] = _cheios(celula["blocos"], celula.pop("letras"), celula.pop("pontos"))
        if any(bloco.get(parte, bloco["tipo"] == "fio") for parte in ("trechos", "blocos", "itens", "corpo", "cabeca")):
            saida.append(bloco)
    return saida


def _caber(trechos: list[Bloco], letras: int, pontos: float) -> None:
    longa = re.compile(rf"\S{{{letras + 1},}}")
    for trecho in trechos:
        if "imagem" in trecho:
            escala = min(1.0, max(pontos, 4.0) / trecho["largura"])
            trecho["largura"] = round(trecho["largura"] * escala, 2)
            trecho["altura"] = round(trecho["altura"] * escala, 2)
        elif longa.search(trecho["texto"]):
            trecho["quebra"] = letras
