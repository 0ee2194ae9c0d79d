"""What a proposition means for a petition: its subject, its text, its place, the kind of demand, whose it is."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from peticionamento.cadastros.models import Tema, TipoProcesso
from peticionamento.comum.texto import enumerar, sem_acentos
from peticionamento.peticoes.assembleia.proposicao import Proposicao, mesmo_nome
from peticionamento.peticoes.models import LIMITE_ASSUNTO

NOMES = {
    "RQN": "o requerimento", "RQC": "o requerimento", "IND": "a indicação", "PL": "o projeto de lei",
    "PLC": "o projeto de lei complementar", "PRE": "o projeto de resolução", "PEC": "a proposta de emenda",
}  # fmt: skip
TIPOS_POR_TEMA = {
    "Saúde": "equipamento-de-saude",
    "Educação": "escola",
    "Obras e estradas": "obra",
    "Água e saneamento": "obra",
    "Segurança pública": "seguranca-publica",
}
"""Kind of demand by the root of the theme; themes that say nothing of it are left out."""
TIPO_INFORMACAO, TIPO_OUTRO = "informacao", "outra"
AUTORES_DITOS = 3

_PEDIDO = re.compile(r"pedido\s+de\s+(?:providências|informaç)", re.IGNORECASE)
_INFORMACAO = re.compile(r"pedidos?\s+de\s+informaç", re.IGNORECASE)
_MUNICIPIO_DE = re.compile(r"municipio\s+d[aeo]s?\s+", re.IGNORECASE)
_PENDURADAS = re.compile(
    r"([\s,;:–-]+(e|ou|que|com|por|para|[àao]s?|aos?|de|em|[dn][aeo]s?|cidade|município|estado|art|nº))*[\s,;:–-]*$",
    re.IGNORECASE,
)
"""What a cut leaves hanging at the end of a line: `…, no Município de`."""
_ENTIDADE = ("comissão", "mesa", "bancada", "defensoria", "procuradoria")


def assunto_de(proposicao: Proposicao) -> str:
    """One line of at most LIMITE_ASSUNTO characters, cut at a word.

    A requerimento begins by naming the agency it asks; the subject begins at what is asked (`Pedido de …`).
    """
    achado = _PEDIDO.search(proposicao.ementa)
    frase = proposicao.ementa[achado.start() :] if achado else proposicao.ementa
    frase = (frase[:1].upper() + frase[1:]).rstrip(". ")
    if len(frase) <= LIMITE_ASSUNTO:
        return frase
    inteiras = _PENDURADAS.sub("", frase[:LIMITE_ASSUNTO].rpartition(" ")[0])
    return (inteiras or frase[: LIMITE_ASSUNTO - 1]) + "…"


def texto_de(proposicao: Proposicao) -> str:
    """The request as HTML: the Assembly's summary, and where it is to be read."""
    referencia = proposicao.referencia
    return (
        f"<p>{html.escape(proposicao.ementa, quote=False)}</p>"
        f"<p>Refere-se à proposição {referencia} da Assembleia Legislativa de Minas Gerais, disponível em "
        f"{referencia.link}.</p>"
    )


def municipio_de(ementa: str, nomes: Sequence[str]) -> str | None:
    """The one municipality that a text names; None when it names none or several.

    `nomes` are the registered ones. A name counts with its capital (`Luz`, not `luz`), and the longest wins (`São João
    do Paraíso`, not `São João`). Where the text says `Município de …`, only what follows that counts: schools and
    hospitals carry the names of towns too.
    """
    do_plano = {_sem_acentos_com_caixa(nome): nome for nome in nomes}
    if not do_plano:
        return None
    alternativas = "|".join(map(re.escape, sorted(do_plano, key=len, reverse=True)))
    plano = _sem_acentos_com_caixa(ementa)
    achados = [(m.start(), m[0]) for m in re.finditer(rf"(?<![\w-])(?:{alternativas})(?!\w|-(?!MG\b)\w)", plano)]
    ditos = {m.end() for m in _MUNICIPIO_DE.finditer(plano)}
    unicos = {nome for inicio, nome in achados if inicio in ditos} or {nome for _, nome in achados}
    return do_plano[unicos.pop()] if len(unicos) == 1 else None


def _sem_acentos_com_caixa(texto: str) -> str:
    """Without accents, the capitals kept, letter for letter."""
    return "".join(c.upper() if original.isupper() else c for original in texto for c in sem_acentos(original))


def tipo_de(proposicao: Proposicao, tema: Tema | None, tipos: Sequence[TipoProcesso]) -> TipoProcesso | None:
    """The kind of demand that a proposition looks like, among those offered; the filer can change it."""
    raiz = tema.caminho.split(" › ")[0] if tema else ""
    informacao = TIPO_INFORMACAO if _INFORMACAO.search(proposicao.ementa) else None
    por_slug = {tipo.slug: tipo for tipo in tipos}
    palpites = (informacao, TIPOS_POR_TEMA.get(raiz), TIPO_OUTRO)
    return next((por_slug[slug] for slug in palpites if slug in por_slug), tipos[0] if tipos else None)


def autor_confere(proposicao: Proposicao, autor: str) -> bool:
    """Whether the petition's author is among the proposition's, by exact name (titles, accents and case aside)."""
    return any(mesmo_nome(nome, autor) for nome in proposicao.autores)


def aviso_de_autor(proposicao: Proposicao, autor: str) -> str:
    """The sentence that says whose the proposition is, when it is not the petition's author's."""
    nome = NOMES.get(proposicao.sigla, "a proposição")
    if not proposicao.autores:
        return f"A Assembleia não informa quem é o autor d{nome}; a petição é de {autor}."
    autores = [*proposicao.autores[:AUTORES_DITOS]]
    if len(proposicao.autores) > AUTORES_DITOS:
        autores.append(f"mais {len(proposicao.autores) - AUTORES_DITOS}")
    da = "da" if autores[0].casefold().startswith(_ENTIDADE) else "de"
    return f"{nome[0].upper()}{nome[1:]} é {da} {enumerar(autores)}; a petição é de {autor}."
