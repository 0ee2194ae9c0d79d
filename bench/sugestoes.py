"""How good the suggested agencies are: a time-ordered backtest over the demonstration's written texts.

    python -m bench.sugestoes [--json ARQUIVO]

Medido em textos escritos para a demonstração: it compares two commits, and says nothing of real demands.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from peticionamento.cadastros.carga import ANO, DADOS
from peticionamento.demonstracao.textos import demandas, em_ordem
from peticionamento.triagem.sugestoes.backtest import medir, medir_modelo
from peticionamento.triagem.sugestoes.modelo import Competencia, de_competencias
from peticionamento.triagem.sugestoes.treino import Amostra, treinar

COLUNAS = ("medidas_em", "top1", "top3", "cobertura", "top1_das_dadas", "top3_das_dadas", "ece")
TEXTOS_DA_MEDIDA_DE_TEMPO = 200


def orgaos() -> list[Competencia]:
    """The agencies of the seed with their competences."""
    lidas = tomllib.loads((DADOS / "competencias.toml").read_text(encoding="utf-8"))
    with (DADOS / "orgaos_mg.csv").open(encoding="utf-8", newline="") as arquivo:
        linhas = [linha for linha in csv.DictReader(arquivo) if linha["ano"] == ANO]
    return [
        Competencia(
            linha["sigla"],
            linha["nome"],
            lidas[linha["sigla"]]["texto"],
            tuple(p.strip() for p in lidas[linha["sigla"]]["palavras"].split(",")),
        )
        for linha in linhas
    ]


def main() -> None:
    """Measure and print; with `--json`, write the same."""
    leitor = argparse.ArgumentParser(description=__doc__)
    leitor.add_argument("--json", type=Path)
    opcoes = leitor.parse_args()
    todos = em_ordem(sum(len(d["casos"]) for d in demandas()))
    inicio = datetime(2026, 1, 1, tzinfo=UTC)
    amostras = [Amostra(f"{t.assunto}.\n{t.texto}", t.orgaos, inicio + timedelta(hours=n)) for n, t in enumerate(todos)]
    ineditas = [a for n, a in enumerate(amostras) if todos[n].chave not in {t.chave for t in todos[:n]}]
    dos_orgaos = orgaos()
    resultado: dict[str, Any] = {
        "rotulo": "medido em textos escritos para a demonstração",
        "só competências": medir_modelo(de_competencias(dos_orgaos), ineditas),
        "ordem do tempo, textos inéditos": medir(ineditas, dos_orgaos),
        "ordem do tempo, com repetidos": medir(amostras, dos_orgaos),
    }
    modelo = treinar(ineditas, dos_orgaos)
    antes = time.perf_counter()
    for amostra in amostras[:TEXTOS_DA_MEDIDA_DE_TEMPO]:
        modelo.sugerir(amostra.texto)
    resultado["ms_por_texto"] = round(1000 * (time.perf_counter() - antes) / TEXTOS_DA_MEDIDA_DE_TEMPO, 2)
    print(f"Sugestão de órgãos: {resultado['rotulo']}; nomes e siglas dos órgãos escondidos.")
    print(f"{'':<34}" + "".join(f"{coluna:>16}" for coluna in COLUNAS))
    for nome, medida in resultado.items():
        if isinstance(medida, dict):
            print(f"{nome:<34}" + "".join(f"{medida[coluna] or 0:>16}" for coluna in COLUNAS))
    print(f"{resultado['ms_por_texto']} ms por texto")
    if opcoes.json:
        opcoes.json.write_text(json.dumps(resultado, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
