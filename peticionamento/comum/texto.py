"""Words and rich text: plurals, agency lists, and HTML that is safe to keep and to show."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import nh3
from flask import current_app

from peticionamento.comum.erros import Recusa

TAGS = {"p", "br", "strong", "em", "u", "s", "ul", "ol", "li", "blockquote", "h3", "h4"}

TAGS_DE_DOCUMENTO = TAGS | {
    "h2", "hr", "sub", "sup", "a", "img", "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
"""What the renderer draws beside them (`comum.blocos`): for model documents, not for what is typed in the editor."""
_ATRIBUTOS = {
    "a": {"href"}, "img": {"src", "alt", "width"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
}  # fmt: skip
_IMAGEM = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/]+={0,2}")
_ENDERECO = re.compile(r"https?://|mailto:", re.IGNORECASE)

_PARAGRAFO = re.compile(r"</(p|h2|h3|h4|blockquote|ul|ol|caption|table)>", re.IGNORECASE)
_LINHA = re.compile(r"</li>|</tr>|<br\s*/?>", re.IGNORECASE)
_ENTRE_CELULAS = re.compile(r"</t[dh]>\s*(?=<t[dh]\b)", re.IGNORECASE)
_TITULO = re.compile(r"<(/?)h[12]\b[^>]*>", re.IGNORECASE)
_ACENTOS = re.compile("[\u0300-\u036f]+")
_SINONIMOS = {"b": "strong", "i": "em"}


def limpar_html(bruto: str) -> str:
    """Keep only the few tags a petition needs; scripts, styles, links and attributes go, their text stays.

    `h1` and `h2` become `h3`, because the page and the PDF have those already.
    """
    bruto = _TITULO.sub(r"<\1h3>", bruto)
    for de, para in _SINONIMOS.items():
        bruto = re.sub(rf"<(/?){de}\b[^>]*>", rf"<\g<1>{para}>", bruto, flags=re.IGNORECASE)
    limpo = nh3.clean(bruto, tags=TAGS, attributes={}, clean_content_tags={"script", "style", "template"})
    return sem_controles(limpo).strip()


def limpar_documento(bruto: str) -> str:
    """Keep what a whole document needs: the tags above, headings, tables, links, and pictures inside the text.

    A picture that is not a `data:` PNG or JPEG goes, as does an address that is neither of the web nor of mail.
    """
    for de, para in _SINONIMOS.items():
        bruto = re.sub(rf"<(/?){de}\b[^>]*>", rf"<\g<1>{para}>", bruto, flags=re.IGNORECASE)
    limpo = nh3.clean(
        re.sub(r"<(/?)h1\b[^>]*>", r"<\1h2>", bruto, flags=re.IGNORECASE),
        tags=TAGS_DE_DOCUMENTO,
        attributes=_ATRIBUTOS,
        attribute_filter=_atributo,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
        clean_content_tags={"script", "style", "template"},
    )
    limpo = re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", "", limpo)
    return sem_controles(limpo).strip()


def _atributo(tag: str, nome: str, valor: str) -> str | None:
    """nh3's filter: the value, or None to drop the attribute."""
    valor = valor.strip()
    if nome == "src":
        return valor if _IMAGEM.fullmatch(valor) else None
    if nome == "href":
        return valor if _ENDERECO.match(valor) else None
    if nome in ("colspan", "rowspan", "width"):
        return valor if valor.isdecimal() and len(valor) < 5 else None
    return valor


def sem_controles(valor: str) -> str:
    """Leave out what draws nothing: control, direction and zero-width characters, private and unassigned ones.

    Lines and tabs stay. None of them belongs in a petition, and some turn its words around on the screen.
    """
    return "".join(c for c in valor if c in "\n\t" or unicodedata.category(c)[0] != "C")


def html_de_texto(texto: str) -> str:
    """Turn typed plain text into the same HTML: blank lines part paragraphs, single ones break."""
    paragrafos = re.split(r"\n\s*\n", texto.replace("\r\n", "\n").replace("\x00", "").strip())
    return "".join(f"<p>{html.escape(p.strip()).replace(chr(10), '<br>')}</p>" for p in paragrafos if p.strip())


@lru_cache(maxsize=16)
def texto_de_html(limpo: str) -> str:
    """The words alone, a blank line between paragraphs: for search, for lengths, for a page without JavaScript.

    One filing asks for those of the same text several times, so the last few are kept.
    """
    # The tags stay until nh3 takes them: a table that were never closed would swallow what follows.
    limpo = _ENTRE_CELULAS.sub("\\g<0> ", limpo)
    plano = nh3.clean(_LINHA.sub("\\g<0>\n", _PARAGRAFO.sub("\\g<0>\n\n", limpo)), tags=set())
    return re.sub(r"\n{3,}", "\n\n", html.unescape(plano)).strip()


def conferir_texto(limpo: str) -> None:
    """Raise Recusa when a text has more characters than the settings allow; markup does not count."""
    maximo, tem = current_app.config["PETICIONAMENTO"].limite_texto_caracteres, len(texto_de_html(limpo))
    if tem > maximo:
        raise Recusa(
            f"O texto tem {milhar(tem)} caracteres; o máximo é {milhar(maximo)}. Anexe o resto em PDF.", "texto"
        )


def milhar(numero: int) -> str:
    """`20.000`."""
    return f"{numero:,}".replace(",", ".")


def numero(valor: float, casas: int = 0) -> str:
    """`12,5`: a number as it is said in Portuguese, with so many decimals."""
    return f"{valor:,.{casas}f}".translate(str.maketrans(",.", ".,"))


def limpar_linha(valor: str) -> str:
    """One line of typed text: control characters out, white space folded."""
    return " ".join(sem_controles(valor).split())


def sem_acentos(valor: str) -> str:
    """Lower case without accents, to compare what people type (telephones write `d’Água` for `d'Água`)."""
    decomposto = unicodedata.normalize("NFKD", valor.casefold().replace("’", "'"))
    return _ACENTOS.sub("", decomposto)


def plural(quantos: int, um: str, varios: str) -> str:
    """`plural(2, "demanda", "demandas")` is `2 demandas`."""
    return f"{quantos} {um if quantos == 1 else varios}"


def enumerar(itens: Sequence[str]) -> str:
    """`SES`, `SES e DER-MG`, `SES, DER-MG e SEE`."""
    if len(itens) < 2:
        return "".join(itens)
    return ", ".join(itens[:-1]) + " e " + itens[-1]


_MASCULINOS = ("DER", "DETRAN", "IEF", "IGAM", "IMA", "IPEM", "IPSEMG", "IPSM", "IEPHA", "IDENE", "GMG", "CBMMG")


def _e_masculina(sigla: str) -> bool:
    return sigla.startswith(_MASCULINOS)


def ao_orgao(sigla: str) -> str:
    """`à SES`, `ao DER-MG`."""
    return ("ao " if _e_masculina(sigla) else "à ") + sigla


def no_orgao(sigla: str) -> str:
    """`na SES`, `no DER-MG`."""
    return ("no " if _e_masculina(sigla) else "na ") + sigla


def pelo_orgao(sigla: str) -> str:
    """`pela SES`, `pelo DER-MG`."""
    return ("pelo " if _e_masculina(sigla) else "pela ") + sigla


def do_orgao(sigla: str) -> str:
    """`da SES`, `do DER-MG`."""
    return ("do " if _e_masculina(sigla) else "da ") + sigla


def o_orgao(sigla: str) -> str:
    """`a SES`, `o DER-MG`."""
    return ("o " if _e_masculina(sigla) else "a ") + sigla


def tamanho(bytes_: int) -> str:
    """`214 kB`, `18,2 MB`, in steps of 1024: the limits are set so, and so does Windows show a file's size."""
    if bytes_ < 1024:
        return f"{bytes_} B"
    if bytes_ < 1024**2:
        return f"{bytes_ / 1024:.0f} kB"
    return f"{bytes_ / 1024**2:.1f} MB".replace(".", ",")


def tamanho_limite(bytes_: int) -> str:
    """A limit as people say it: `50 MB`; one that is no whole number of megabytes as `tamanho`."""
    return f"{bytes_ // 1024**2} MB" if bytes_ and bytes_ % 1024**2 == 0 else tamanho(bytes_)
