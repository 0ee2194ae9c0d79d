"""What one petition of the demonstration carries: the fields of its type's form, and the documents it asks for."""

from __future__ import annotations

from datetime import datetime

from peticionamento.cadastros.models import FormaPrincipal, PapelExigencia, RegraAcesso, TipoProcesso
from peticionamento.comum import pdf, tempo
from peticionamento.comum.texto import html_de_texto
from peticionamento.contas.models import Pessoa
from peticionamento.demonstracao.textos import Texto
from peticionamento.peticoes.services import Rascunho

_ETAPAS = ("Plano de trabalho em análise", "Aguarda empenho", "Empenhada; aguarda pagamento")


def rascunho(texto: Texto, tipo: TipoProcesso, tema_id: int, ordem: int) -> Rascunho:
    """The petition as its author types it."""
    return Rascunho(
        tipo.id,
        texto.assunto,
        texto.municipio,
        html_de_texto(texto.texto) if tipo.forma_principal is FormaPrincipal.EDITOR else "",
        campos=_campos(texto, tipo, ordem),
        unidade_id=_unidade(texto, tipo),
        acesso=tipo.acesso if tipo.regra_acesso is RegraAcesso.ESCOLHA else None,
        tema_id=tema_id,
        referencia=f"Ofício {ordem + 101}" if ordem % 3 == 0 else None,
    )


def _campos(texto: Texto, tipo: TipoProcesso, ordem: int) -> dict[str, str]:
    if tipo.forma_principal is not FormaPrincipal.CAMPOS:
        return {}
    valores = {
        "emenda": str(90_000 + ordem * 7),
        "ano": str(tempo.hoje().year),
        "beneficiario": f"Município de {texto.municipio}",
        "objeto": texto.assunto,
        "valor": f"{100 + ordem % 9 * 50}.000,00",
        "etapa": f"{_ETAPAS[ordem % len(_ETAPAS)]}.\n\n{texto.texto}",
    }
    return {campo["nome"]: valores.get(campo["nome"], texto.assunto) for campo in tipo.campos}


def _unidade(texto: Texto, tipo: TipoProcesso) -> int | None:
    """Where the type lets its filer choose: a unit of the agency meant, or the first one."""
    if not tipo.unidades:
        return None
    do_orgao = [unidade for unidade in tipo.unidades if unidade.orgao.sigla in texto.orgaos]
    return (do_orgao or tipo.unidades)[0].id


def documentos(
    texto: Texto, tipo: TipoProcesso, autor: Pessoa, ordem: int, instante: datetime
) -> list[tuple[str, int | None, bytes]]:
    """(file name, type of document, content): the office's letter, and every document that the type must have."""
    carta = _carta(f"Ofício nº {ordem + 101}/{instante.year}", texto, autor, instante)
    lista: list[tuple[str, int | None, bytes]] = [(f"Oficio {ordem + 101}-{instante.year}.pdf", None, carta)]
    for exigencia in tipo.exigencias:
        if exigencia.papel is PapelExigencia.ESSENCIAL:
            nome = exigencia.tipo_documento.nome
            desenho = _carta(f"{nome}: {texto.municipio}", texto, autor, instante)
            lista.append((f"{nome} de {texto.municipio}.pdf", exigencia.tipo_documento_id, desenho))
    return lista


def _carta(titulo: str, texto: Texto, autor: Pessoa, instante: datetime) -> bytes:
    primeiro = texto.texto.split("\n\n")[0]
    corpo = (
        "<p>Senhor Secretário,</p><p>Cumprimentando-o cordialmente, encaminho a demanda abaixo, colhida junto à "
        f"comunidade de {texto.municipio}, e peço a atenção do Governo do Estado.</p>{html_de_texto(primeiro)}"
        "<p>Contando com a costumeira atenção, renovo protestos de estima e consideração.</p>"
    )
    return pdf.gerar(
        "oficio",
        {
            "instituicao": "ASSEMBLEIA LEGISLATIVA DO ESTADO DE MINAS GERAIS",
            "titulo": titulo,
            "gabinete": f"Gabinete de {autor.nome}",
            "data": tempo.dia_por_extenso(tempo.hoje(instante)).partition(", ")[2],
            "destinatario": "A Sua Excelência o Senhor Secretário de Estado de Governo",
            "assunto": texto.assunto,
            "blocos": pdf.blocos(corpo),
            "autor": autor.nome,
            "cargo": autor.cargo or "",
        },
        em=instante,
    )
