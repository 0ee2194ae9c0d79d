"""Measures and evidence as sentences."""

from __future__ import annotations

from typing import Any

from peticionamento.comum.texto import ao_orgao, enumerar, milhar, plural

ORDENS = {
    "tempo": "aprendendo com o passado e perguntando sobre o que veio depois",
    "sorteio": "em linhas sorteadas do arquivo, que não tem datas",
    "nada": "sem aprender com nenhuma demanda",
}


def por_cento(parte: float) -> str:
    """`0.914` is `91%`."""
    return f"{100 * parte:.0f}%"


def em_palavras(medidas: dict[str, Any], demonstracao: bool) -> list[str]:
    """The measures of a version, a sentence each; one sentence when nothing was measured."""
    if not medidas:
        return ["Qualidade ainda não medida: são necessárias pelo menos 20 demandas encaminhadas."]
    cobertura = por_cento(medidas["cobertura"])
    resto = "" if cobertura == "100%" else "; nas outras seria palpite fraco"
    frases = [
        f"Medida em {milhar(medidas['medidas_em'])} demandas, {ORDENS[medidas['ordem']]}, com os nomes e as siglas dos"
        " órgãos escondidos.",
        f"O primeiro órgão acertou em {por_cento(medidas['top1'])}; um dos três, em {por_cento(medidas['top3'])}.",
        f"Cobertura: há sugestão em {cobertura} das demandas{resto}.",
    ]
    if medidas.get("top1_das_dadas") is not None:
        frases.append(
            f"Onde há sugestão, o primeiro acerta em {por_cento(medidas['top1_das_dadas'])} e um dos três em"
            f" {por_cento(medidas['top3_das_dadas'])}."
        )
    frases.append(
        f"Erro médio das probabilidades (calibração): {100 * medidas['ece']:.1f} pontos.".replace(".", ",", 1)
    )
    if demonstracao:
        frases.append("Medido em textos escritos para a demonstração: nada diz de demandas reais.")
    return frases


def chance(probabilidade: float) -> str:
    """A probability in words."""
    if probabilidade >= 0.9:
        return "quase certo"
    if probabilidade >= 0.7:
        return "muito provável"
    if probabilidade >= 0.4:
        return "provável"
    return "possível" if probabilidade >= 0.15 else "pouco provável"


def evidencia(sugerida: dict[str, Any]) -> str:
    """What speaks for an agency, in one sentence: `9 de 11 demandas parecidas foram à SES; palavras: hospital`."""
    partes = []
    foram, parecidas = sugerida["parecidas"]
    if foram:
        verbo = "foi" if foram == 1 else "foram"
        partes.append(f"{foram} de {plural(parecidas, 'demanda parecida', 'demandas parecidas')} {verbo}"
                      f" {ao_orgao(sugerida['sigla'])}")  # fmt: skip
    if sugerida["nomeado"]:
        partes.append("o texto cita o órgão")
    if sugerida["palavras"]:
        partes.append(f"palavras: {enumerar(sugerida['palavras'])}")
    frase = "; ".join(partes)
    return frase[:1].upper() + frase[1:] + "." if frase else ""
