"""What a draft still needs before it can be signed."""

from __future__ import annotations

from peticionamento.comum.erros import Recusa
from peticionamento.comum.texto import texto_de_html
from peticionamento.peticoes.models import Peticao

MINIMO_TEXTO = 20


def faltas(peticao: Peticao) -> list[Recusa]:
    """What a draft still needs before it can be signed, each with its field."""
    lista = []
    if not peticao.assunto:
        lista.append(Recusa("Informe o assunto: uma linha que diga o que se pede.", "assunto"))
    if peticao.municipio_id is None:
        digitado = peticao.municipio_digitado
        frase = f"“{digitado}” não é um dos 853 municípios de Minas Gerais." if digitado else "Informe o município."
        lista.append(Recusa(frase, "municipio"))
    if len(texto_de_html(peticao.texto_html)) < MINIMO_TEXTO:
        lista.append(Recusa("Escreva o pedido.", "texto"))
    return lista
