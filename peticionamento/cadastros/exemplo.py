"""How a model text looks filled in: made-up values, so that its writer sees it before anybody files with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from peticionamento.cadastros.modelos_de_texto import preencher
from peticionamento.comum import pdf, tempo

EXEMPLO = {
    "autor": "Beatriz Nogueira",
    "cargo": "Deputada Estadual",
    "municipio": "Teófilo Otoni",
    "assunto": "Ampliação do pronto-socorro do hospital regional",
    "referencia": "Ofício 118",
    "proposicao": "RQN 8788/2024",
    "numero": "1490.01.0000001/2026-00",
}


def texto_de_exemplo(limpo: str, proprios: Mapping[str, str], *, agora: datetime) -> str:
    """A clean model with its fields filled in; `proprios` are the type's own fields, shown by their labels."""
    dia = tempo.hoje(agora)
    valores = {nome: f"({rotulo})" for nome, rotulo in proprios.items()}
    gerais = {**EXEMPLO, "data": tempo.data_por_extenso(dia), "ano": str(dia.year)}
    return preencher(limpo, {**gerais, **valores})


def documento_de_exemplo(titulo: str, limpo: str, proprios: Mapping[str, str], *, agora: datetime) -> bytes:
    """The same as the PDF/A it would become, signature and all, marked as an example."""
    dados = {
        "titulo": titulo or "Sem nome",
        "blocos": pdf.blocos(texto_de_exemplo(limpo, proprios, agora=agora)),
        "assinatura": {
            "nome": EXEMPLO["autor"],
            "cargo": EXEMPLO["cargo"],
            "cpf": "***.000.000-**",
            "em": tempo.data_hora_oficial(agora),
            "fundamento": "art. 4º da Lei federal nº 14.063/2020 e no Decreto estadual nº 47.222/2017",
        },
    }
    return pdf.gerar("exemplo", dados, em=agora)
