"""What a PDF carries besides pages, by pikepdf: read by path, piece by piece, never whole in memory.

The rule:
- what asks for a password to open, cannot be opened, has lost its end, or is a shell that only a special program fills
  (a portfolio of other files, a dynamic XFA form) is refused, with what to do;
- scripts (actions JavaScript, Launch and ImportData, wherever they hang; XFA; 3D scripts) and embedded files are taken
  out, and the document says so;
- unless the PDF is digitally signed: taking anything out would break the signature, so it is refused with that reason.
A PDF with none of these is kept byte by byte.

Looking through a PDF of many objects costs memory by the object, some 2.5 kB each. So one of more than a few thousand
is looked through by this file run as a program, which therefore imports nothing of ours.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, Object

OBJETOS_NO_PROCESSO = 3000
BYTES_NO_PROCESSO = 4 * 1024 * 1024
"""A PDF larger than this, or of more objects, is examined in a process of its own; what it says of itself may lie."""
LIMITE_MEMORIA_BYTES = 2 * 1024**3
"""What the program may use for the worst PDF; one that takes more cannot be looked through."""
ESPERA_S = 120

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
        frases = [f"{n} {um if n == 1 else muitos}" for n, um, muitos in contados if n]
        return " e ".join(filter(None, (", ".join(frases[:-1]), frases[-1])))


class PdfEstragado(Exception):
    """A PDF that cannot be opened, or looked through to its end."""


Contar = Callable[[Path], int]


def examinar(caminho: Path, limpo: Path, contar: Contar) -> tuple[str, int]:
    """Look through a PDF; when something has to go, write it without that to `limpo`.

    Returns what went ("" when the file may stay as it is) and its pages, which `contar` counts, raising PdfiumError for
    what it cannot open. Raises PdfRecusado, PdfEstragado.
    """
    try:
        if caminho.stat().st_size <= BYTES_NO_PROCESSO and _objetos(caminho) <= OBJETOS_NO_PROCESSO:
            return _examinar(caminho, limpo, contar)
        return _examinar_a_parte(caminho, limpo)
    except pikepdf.PasswordError as erro:
        raise PdfRecusado(COM_SENHA) from erro
    except (pikepdf.PdfError, pypdfium2.PdfiumError, ValueError, TypeError, RuntimeError) as erro:
        raise PdfEstragado(str(erro)) from erro


def _objetos(caminho: Path) -> int:
    """How many objects a PDF says that it has, without opening it: even their list costs memory. Unsaid: too many."""
    with caminho.open("rb") as conteudo:
        conteudo.seek(max(0, caminho.stat().st_size - _FIM))
        fim = conteudo.read()
        onde = re.findall(rb"startxref\s+(\d{1,12})", fim)
        conteudo.seek(int(onde[-1]) if onde else 0)
        ditos = re.findall(rb"/Size\s+(\d{1,9})", fim + conteudo.read(_FIM))
    return max(map(int, ditos), default=OBJETOS_NO_PROCESSO + 1)


def _examinar_a_parte(caminho: Path, limpo: Path) -> tuple[str, int]:
    comando = [sys.executable, __file__, str(caminho), str(limpo)]
    try:
        filho = subprocess.run(comando, capture_output=True, timeout=ESPERA_S, check=True)  # noqa: S603 - ourselves
    except subprocess.SubprocessError as erro:
        raise PdfEstragado(str(erro)) from erro
    dito = json.loads(filho.stdout)
    if "recusa" in dito:
        raise PdfRecusado(dito["recusa"])
    return dito["retirado"], dito["paginas"]


def _programa(caminho: Path, limpo: Path) -> dict[str, str | int]:
    resource.setrlimit(resource.RLIMIT_AS, (LIMITE_MEMORIA_BYTES, LIMITE_MEMORIA_BYTES))
    try:
        retirado, paginas = _examinar(caminho, limpo, _contar)
    except PdfRecusado as recusa:
        return {"recusa": str(recusa)}
    except pikepdf.PasswordError:
        return {"recusa": COM_SENHA}
    return {"retirado": retirado, "paginas": paginas}


def _contar(caminho: Path) -> int:
    with pypdfium2.PdfDocument(caminho) as pdf:
        return len(pdf)


def _examinar(caminho: Path, limpo: Path, contar: Contar) -> tuple[str, int]:
    with pikepdf.open(caminho, access_mode=pikepdf.AccessMode.stream) as pdf:
        retirado = _limpo(pdf, caminho, limpo)
    return retirado, contar(limpo if retirado else caminho)


def _limpo(pdf: pikepdf.Pdf, caminho: Path, limpo: Path) -> str:
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


def _conferir(pdf: pikepdf.Pdf, caminho: Path) -> None:
    if Name.Collection in pdf.Root:
        raise PdfRecusado("é um portfólio: uma pasta de arquivos em forma de PDF. Anexe cada arquivo por si.")
    if bool(pdf.Root.get(Name.NeedsRendering, False)):
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


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_programa(Path(sys.argv[1]), Path(sys.argv[2]))))
