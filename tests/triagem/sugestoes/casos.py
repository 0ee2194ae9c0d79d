"""Demands in a line or two, of a few agencies, for tests."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from peticionamento.triagem.sugestoes.modelo import Competencia
from peticionamento.triagem.sugestoes.treino import Amostra

ORGAOS = [
    Competencia("SES", "Secretaria de Estado de Saúde", "Hospitais, leitos e vacinas.", ("hospital", "leito de UTI")),
    Competencia("SEE", "Secretaria de Estado de Educação", "Escolas estaduais.", ("escola", "professor")),
    Competencia("DER-MG", "Departamento de Estradas de Rodagem do Estado de Minas Gerais", "Rodovias.", ("rodovia",)),
    Competencia("SEDE", "Secretaria de Estado de Desenvolvimento Econômico", "Empresas e indústria.", ("indústria",)),
]
DAS_SIGLAS = {
    "SES": "hospital leito médico ambulância cirurgia vacina paciente exame remédio enfermaria",
    "SEE": "escola professor aluno merenda quadra telhado matrícula biblioteca diretora turma",
    "DER-MG": "rodovia asfalto ponte trevo buraco acostamento placa lombada curva pista",
}
DE_TODOS = "população moradores urgente região bairro comunidade anos situação grave famílias prazo"
PALAVRAS = {sigla: palavras.split() for sigla, palavras in DAS_SIGLAS.items()}
NEUTRAS = DE_TODOS.split()


def frase(sigla: str, sorte: random.Random) -> str:
    """A demand's words: some of its agency, some of anybody."""
    palavras = sorte.sample(PALAVRAS[sigla], 4) + sorte.sample(NEUTRAS, 4)
    sorte.shuffle(palavras)
    return " ".join(palavras)


def amostras(quantas: int, semente: int = 1, datadas: bool = True) -> list[Amostra]:
    """Demands of the three agencies, a day apart."""
    sorte, inicio = random.Random(semente), datetime(2025, 1, 1, tzinfo=UTC)
    saida = []
    for n in range(quantas):
        sigla = sorte.choice(list(PALAVRAS))
        saida.append(Amostra(frase(sigla, sorte), (sigla,), inicio + timedelta(days=n) if datadas else None))
    return saida
