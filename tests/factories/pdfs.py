"""PDFs of every kind that people send: with scripts, with files inside, signed, locked, cut short."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String

Mudanca = Callable[[pikepdf.Pdf], None]


def feito(*mudancas: Mudanca, encryption: pikepdf.Encryption | None = None) -> bytes:
    """A one-page PDF with these changes."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 400))
        for mudar in mudancas:
            mudar(pdf)
        saida = io.BytesIO()
        pdf.save(saida, encryption=encryption or False)
        return saida.getvalue()


def com_senha() -> bytes:
    """A PDF that asks for a password to open."""
    return feito(encryption=pikepdf.Encryption(user="segredo", owner="dono"))


def so_protegido() -> bytes:
    """A PDF that opens for everybody, with what may be done with it restricted."""
    return feito(encryption=pikepdf.Encryption(user="", owner="dono"))


def _script(codigo: str = "app.alert(1)") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(codigo))


def script_ao_abrir(pdf: pikepdf.Pdf) -> None:
    """An OpenAction that runs a script."""
    pdf.Root.OpenAction = _script()


def script_do_documento(pdf: pikepdf.Pdf) -> None:
    """A script in the document's name tree."""
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), pdf.make_indirect(_script())])))


def script_da_pagina(pdf: pikepdf.Pdf) -> None:
    """A script when the page opens (AA)."""
    pdf.pages[0].AA = Dictionary(O=_script())


def script_de_um_link(pdf: pikepdf.Pdf) -> None:
    """A harmless link whose next action is a script, in a stream."""
    codigo = pdf.make_stream(b"app.alert(1)")
    proxima = Dictionary(S=Name.JavaScript, JS=codigo)
    acao = Dictionary(S=Name.URI, URI=String("https://exemplo.invalid"), Next=Array([proxima]))
    pdf.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=acao)])


def programa_ao_clicar(pdf: pikepdf.Pdf) -> None:
    """An annotation that starts a program."""
    acao = Dictionary(S=Name.Launch, F=String("calc.exe"))
    pdf.pages[0].Annots = Array([pdf.make_indirect(Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=acao))])


def arquivo_dentro(pdf: pikepdf.Pdf) -> None:
    """A file embedded in it."""
    pdf.attachments["planilha.xls"] = b"conteudo"


def arquivo_na_anotacao(pdf: pikepdf.Pdf) -> None:
    """A file hanging on a paper clip."""
    arquivo = pdf.make_stream(b"conteudo", Type=Name.EmbeddedFile)
    ficha = Dictionary(Type=Name.Filespec, F=String("nota.txt"), EF=Dictionary(F=arquivo))
    anotacao = Dictionary(Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=ficha)
    pdf.pages[0].Annots = Array([pdf.make_indirect(anotacao)])


def formulario_xfa(pdf: pikepdf.Pdf) -> None:
    """A form with an XFA part beside its fields."""
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def xfa_dinamico(pdf: pikepdf.Pdf) -> None:
    """A form whose pages do not exist until its own program draws them."""
    formulario_xfa(pdf)
    pdf.Root.NeedsRendering = True


def portfolio(pdf: pikepdf.Pdf) -> None:
    """A folder of files in the shape of a PDF."""
    arquivo_dentro(pdf)
    pdf.Root.Collection = Dictionary(View=Name.D)


def assinatura(pdf: pikepdf.Pdf) -> None:
    """A digital signature's field and value (the bytes are no signature, the structure is)."""
    valor = Dictionary(
        Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=Array([0, 10, 20, 30]), Contents=String(b"\0" * 20)
    )
    campo = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("Assinatura"), V=pdf.make_indirect(valor)))
    pdf.Root.AcroForm = Dictionary(Fields=Array([campo]), SigFlags=3)


def so_um_link(pdf: pikepdf.Pdf) -> None:
    """A link to a page of the web: nothing wrong with it."""
    acao = Dictionary(S=Name.URI, URI=String("https://exemplo.invalid"))
    pdf.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=acao)])
