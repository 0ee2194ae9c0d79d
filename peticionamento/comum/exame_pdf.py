"""What a PDF carries besides pages, by pikepdf: read by path, piece by piece, never whole in memory.

The rule:
- what asks for a password to open, cannot be opened, has lost its end, or is a shell that only a special program fills
  (a portfolio of other files, a dynamic XFA form) is refused, with what to do;
- scripts (actions JavaScript, Launch and ImportData, wherever they hang; XFA; 3D scripts) and embedded files are taken
  out, and the document says so;
- unless the PDF is digitally signed: taking anything out would break the signature, so it is refused with that reason.
A PDF with none of these is kept byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Object

from peticionamento.comum.texto import enumerar, plural

ACOES_RETIRADAS = (Name.JavaScript, Name.Launch, Name.ImportData)
COM_SENHA = "pede senha para abrir. Tire a senha e anexe de novo."
_FIM = 2048


class PdfRecusado(Exception):
    """A PDF that cannot be taken, with the rest of the sentence that begins with its name."""


@dataclass
class Achados:
    """What is in a PDF that does not belong on paper."""

    assinado: bool = False
    acoes: list[Object] = field(default_factory=list)
    anexos: list[Object] = field(default_factory=list)
    formularios: list[Object] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.acoes or self.anexos or self.formularios)

    def em_palavras(self) -> str:
        """`1 script e 2 arquivos embutidos`."""
        contados = (
            (len(self.acoes), "script", "scripts"),
            (len(self.formularios), "formulário XFA", "formulários XFA"),
            (len(self.anexos), "arquivo embutido", "arquivos embutidos"),
        )
        return enumerar([plural(n, um, muitos) for n, um, muitos in contados if n])


def examinar(caminho: Path, limpo: Path) -> str:
    """Look through a PDF; when something has to go, write it without that to `limpo` and return what went.

    Returns "" when the file may stay as it is. Raises PdfRecusado.
    """
    try:
        with pikepdf.open(caminho, access_mode=pikepdf.AccessMode.stream) as pdf:
            _conferir(pdf, caminho)
            achados = procurar(pdf)
            if not achados:
                return ""
            if achados.assinado:
                raise PdfRecusado(
                    f"tem assinatura digital e traz {achados.em_palavras()}, que o sistema não aceita e não pode tirar "
                    "sem desfazer a assinatura. Peça a quem assinou uma versão sem isso."
                )
            _limpar(pdf, achados)
            pdf.save(limpo, deterministic_id=True)
            return f"Retirados: {achados.em_palavras()}."
    except pikepdf.PasswordError as erro:
        raise PdfRecusado(COM_SENHA) from erro


def _conferir(pdf: pikepdf.Pdf, caminho: Path) -> None:
    if Name.Collection in pdf.Root:
        raise PdfRecusado("é um portfólio: uma pasta de arquivos em forma de PDF. Anexe cada arquivo por si.")
    if pdf.Root.get(Name.NeedsRendering) is True:
        raise PdfRecusado("é um formulário que só o programa dele abre. Imprima-o em PDF e anexe o impresso.")
    if any("reconstruct" in str(aviso) for aviso in pdf.get_warnings()) and not _tem_fim(caminho):
        raise PdfRecusado("está incompleto: falta o fim do arquivo. Baixe-o ou gere-o de novo.")


def _tem_fim(caminho: Path) -> bool:
    with caminho.open("rb") as conteudo:
        conteudo.seek(max(0, caminho.stat().st_size - _FIM))
        return b"startxref" in conteudo.read()


def procurar(pdf: pikepdf.Pdf) -> Achados:
    """Go through every object there is, also those that no page reaches: a viewer may."""
    achados = Achados()
    for objeto in pdf.objects:
        for dicionario in _dicionarios(objeto):
            _classificar(dicionario, achados)
    return achados


def _dicionarios(objeto: Object) -> Iterator[Object]:
    """The dictionaries inside one object, itself included; what it only points at comes by itself."""
    abertos = [objeto]
    while abertos:
        atual = abertos.pop()
        if isinstance(atual, pikepdf.Dictionary | pikepdf.Stream):
            yield atual
            filhos = [valor for _, valor in atual.items()]
        elif isinstance(atual, pikepdf.Array):
            filhos = list(atual)
        else:
            continue
        abertos += [filho for filho in filhos if isinstance(filho, Object) and not filho.is_indirect]


def _classificar(dicionario: Object, achados: Achados) -> None:
    if Name.ByteRange in dicionario and Name.Contents in dicionario:
        achados.assinado = True
    if Name.JS in dicionario or dicionario.get(Name.S) in ACOES_RETIRADAS or Name.OnInstantiate in dicionario:
        achados.acoes.append(dicionario)
    if Name.EF in dicionario:
        achados.anexos.append(dicionario)
    if Name.XFA in dicionario:
        achados.formularios.append(dicionario)


def _limpar(pdf: pikepdf.Pdf, achados: Achados) -> None:
    """An action without keys does nothing, wherever it hangs; a file's name without its content stays a name."""
    for acao in achados.acoes:
        for chave in [Name.OnInstantiate] if Name.OnInstantiate in acao else list(acao.keys()):
            del acao[chave]
    for nome in achados.anexos:
        del nome[Name.EF]
    for formulario in achados.formularios:
        del formulario[Name.XFA]
    nomes = pdf.Root.get(Name.Names, Dictionary())
    for chave in (Name.JavaScript, Name.EmbeddedFiles):
        if chave in nomes:
            del nomes[chave]
