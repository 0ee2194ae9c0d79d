"""What a draft still needs before it can be signed, each thing a refusal with the place on the page where it is mended.

A fixed number of statements, however many documents and fields: the type's documents, its units, the draft's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from peticionamento.cadastros.models import FormaPrincipal, Recebimento
from peticionamento.cadastros.queries import essenciais
from peticionamento.comum.arquivos import Varredura
from peticionamento.comum.erros import Recusa
from peticionamento.comum.texto import enumerar, html_de_texto, texto_de_html
from peticionamento.peticoes import regras
from peticionamento.peticoes.models import Especie, PapelDocumento, Peticao
from peticionamento.peticoes.services.anexos import a_caminho, faltas_dos_arquivos
from peticionamento.peticoes.services.principal import marcas_pendentes

MINIMO_TEXTO = 20
SEM_HIPOTESE = "Escolha a hipótese legal do acesso restrito."


def faltas(peticao: Peticao, subindo: list[str] | None = None) -> list[Recusa]:
    """What a draft still needs before it can be signed, each with its field, in the order of the page.

    `subindo`: the names of the files still going up, where the caller has read them.
    """
    arquivos = faltas_dos_arquivos(peticao, a_caminho(peticao) if subindo is None else subindo)
    if not peticao.inicial:
        return [*_do_que_acrescenta(peticao), *_das_ameacas(peticao), *arquivos]
    return [
        *_do_pedido(peticao),
        *_do_principal(peticao),
        *_de_quem_recebe(peticao),
        *_dos_documentos(peticao),
        *arquivos,
    ]


def _do_pedido(peticao: Peticao) -> Iterator[Recusa]:
    if not peticao.tipo.ativo:
        yield Recusa(f"“{peticao.tipo.nome}” não é mais oferecido. Escolha outro tipo.", "tipo")
    if not peticao.assunto:
        yield Recusa("Informe o assunto: uma linha que diga o que se pede.", "assunto")
    if peticao.municipio_id is None:
        digitado = peticao.municipio_digitado
        frase = f"“{digitado}” não é um dos 853 municípios de Minas Gerais." if digitado else "Informe o município."
        yield Recusa(frase, "municipio")


def _do_principal(peticao: Peticao) -> Iterator[Recusa]:
    """The main document, by the form it takes."""
    match peticao.forma_principal:
        case FormaPrincipal.EDITOR:
            if len(texto_de_html(peticao.texto_html)) < MINIMO_TEXTO:
                yield Recusa("Escreva o pedido.", "texto")
            elif marcas := marcas_pendentes(peticao):
                yield Recusa(f"Complete no texto o que o modelo deixou em aberto: {enumerar(marcas)}.", "texto")
        case FormaPrincipal.CAMPOS:
            for campo in peticao.tipo.campos:
                if falta := regras.campo_falta(campo, peticao.campos.get(campo["nome"], "")):
                    yield Recusa(falta, f"campo_{campo['nome']}")
        case FormaPrincipal.ARQUIVO:
            if not any(d.papel is PapelDocumento.PRINCIPAL and d.arquivo_id for d in peticao.documentos):
                tipo = peticao.tipo.documento_principal
                nome = f": {tipo.nome}" if tipo else ""
                yield Recusa(f"Envie o documento principal{nome}.", regras.ANCORA_PRINCIPAL)


def _de_quem_recebe(peticao: Peticao) -> Iterator[Recusa]:
    """The unit and the access, where the filer chooses them."""
    if peticao.tipo.recebimento is Recebimento.ESCOLHA and regras.unidade_da(peticao) is None:
        yield Recusa("Escolha a unidade que recebe.", "unidade")
    if _falta_hipotese(peticao):
        yield Recusa(SEM_HIPOTESE, "hipotese")


def _falta_hipotese(peticao: Peticao) -> bool:
    acesso = regras.acesso_da(peticao)
    return acesso.restrito and acesso.hipotese_id is None


def exigir_hipotese(peticao: Peticao) -> None:
    """Raise Recusa when a draft is of restricted access and says no legal ground for it."""
    if _falta_hipotese(peticao):
        raise Recusa(SEM_HIPOTESE, "hipotese")


def _dos_documentos(peticao: Peticao) -> Iterator[Recusa]:
    presentes = {d.tipo_documento_id for d in peticao.documentos if d.papel is PapelDocumento.ANEXO}
    for tipo_documento_id, nome in essenciais(peticao.tipo_id):
        if tipo_documento_id not in presentes:
            yield Recusa(f"Falta o documento essencial: {nome}.", regras.ancora(tipo_documento_id))
    yield from _das_ameacas(peticao)


def _do_que_acrescenta(peticao: Peticao) -> Iterator[Recusa]:
    """What comes after a filing has only words and documents to be asked for."""
    if peticao.documentos and peticao.especie in (Especie.INTERCORRENTE, Especie.DILIGENCIA):
        return
    if len(texto_de_html(peticao.texto_html)) < MINIMO_TEXTO:
        yield Recusa("Escreva o que quer dizer, ou anexe os documentos.", "texto")
    elif peticao.origem and peticao.texto_html == texto_da_juntada(peticao.origem):
        yield Recusa("Anexe os documentos a juntar, ou escreva o que quer dizer.", "vaga-outros")


def texto_da_juntada(origem: Peticao) -> str:
    """What an addition says while its author has written nothing else."""
    return html_de_texto(f"Junto ao processo {origem.numero} os documentos anexos.")


def _das_ameacas(peticao: Peticao) -> Iterator[Recusa]:
    for documento in peticao.documentos:
        if documento.arquivo is not None and documento.arquivo.varredura is Varredura.INFECTADO:
            yield Recusa(f"O antivírus encontrou uma ameaça em “{documento.nome}”. Remova o arquivo.", "documentos")
