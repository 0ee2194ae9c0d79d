"""The coordinator's table of points."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from peticionamento.comum.db import depois_do_commit, transaction
from peticionamento.comum.erros import Conflito, Recusa
from peticionamento.comum.fila import Fila, enfileirar_depois
from peticionamento.comum.memoria import esquecer
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.triagem.models import Criterio, Peso
from peticionamento.triagem.prioridade import Tabela, tabela

logger = logging.getLogger(__name__)

LIMITE_PONTOS = 99
LINHAS = 20
"""Lines a criterion may have."""
MUDOU = (
    "Outra pessoa mudou a tabela depois que você abriu a página. O que você digitou continua aqui: "
    "salvar de novo põe a sua no lugar da dela."
)


@dataclass(frozen=True)
class Medida:
    """How a criterion is measured: what its thresholds may be, and in which unit people read them."""

    minimo: int
    maximo: int
    unidade: str
    dica: str


MEDIDAS = {
    Criterio.DIAS_UTEIS: Medida(
        -365, 365, "até quantos dias úteis",
        "Vale a linha alcançada que der mais pontos. 0 é vence hoje; −1, já venceu.",
    ),
    Criterio.URGENCIA: Medida(1, 2, "a partir de", "1 é urgência alta; 2, urgente. É a triagem que diz."),
    Criterio.REITERACOES: Medida(1, 999, "a partir de quantas", "Quantas vezes o autor repetiu a demanda."),
    Criterio.SEMELHANTES: Medida(1, 999, "a partir de quantas", "Outras em aberto com o mesmo texto, de quem for."),
    Criterio.IDADE: Medida(
        1, 9999, "a partir de quantos dias", "Contados do protocolo desta petição, e não da primeira que ela repete.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Digitada:
    """A line of the table as typed; None where it is no number."""

    limiar: int | None
    pontos: int | None


def retrato(da_tabela: Tabela) -> str:
    """A fingerprint of the table: whoever saves says which one they saw."""
    linhas = sorted((criterio.value, *linha) for criterio, lista in da_tabela.items() for linha in lista)
    return hashlib.sha256(repr(linhas).encode()).hexdigest()[:16]


def salvar(digitada: Mapping[Criterio, Sequence[Digitada]], *, visto: str, por: Ator) -> Tabela:
    """Put this table in the place of the one that was seen (`visto`, its fingerprint); the desk is recounted after it.

    Raises Recusa (field: the criterion), Conflito (another table is there by now), SemPermissao.
    """
    exigir(por, "triagem.configurar")
    for criterio in Criterio:
        _conferir(criterio, digitada.get(criterio, ()))
    with transaction() as session:
        # Two that save at once: the second waits here, and then sees the first one's table.
        session.connection().exec_driver_sql("lock table triagem_peso in share row exclusive mode")
        esquecer()
        if retrato(tabela()) != visto:
            raise Conflito(MUDOU)
        session.execute(delete(Peso))
        session.add_all(
            Peso(criterio=criterio, limiar=linha.limiar, pontos=linha.pontos)
            for criterio, linhas in digitada.items()
            for linha in linhas
        )
        depois_do_commit(esquecer)
        enfileirar_depois(Fila.ROTINAS, "peticionamento.triagem.jobs.repontuar", job_id="rotina-repontuar")
        logger.info("table of points saved by person %s", por.pessoa_id)
    return tabela()


def erradas(criterio: Criterio, linha: Digitada) -> list[str]:
    """Which of a line's two numbers cannot be: `limiar`, `pontos`."""
    medida, numeros = MEDIDAS[criterio], []
    if linha.limiar is None or not medida.minimo <= linha.limiar <= medida.maximo:
        numeros.append("limiar")
    if linha.pontos is None or not 1 <= linha.pontos <= LIMITE_PONTOS:
        numeros.append("pontos")
    return numeros


def _conferir(criterio: Criterio, linhas: Sequence[Digitada]) -> None:
    medida, campo, nome = MEDIDAS[criterio], criterio.value, criterio.rotulo
    if len(linhas) > LINHAS:
        raise Recusa(f"{nome}: no máximo {LINHAS} linhas.", campo)
    errados = [numero for linha in linhas for numero in erradas(criterio, linha)]
    if "limiar" in errados:
        faixa = f"{medida.minimo} a {medida.maximo}".replace("-", "−")
        raise Recusa(f"{nome}: escreva um número de {faixa} na primeira coluna.", campo)
    if errados:
        raise Recusa(
            f"{nome}: os pontos vão de 1 a {LIMITE_PONTOS}. Para tirar uma linha, apague as duas colunas.", campo
        )
    repetidos = [limiar for limiar, vezes in Counter(linha.limiar for linha in linhas).items() if vezes > 1]
    if repetidos:
        raise Recusa(f"{nome}: o número {repetidos[0]} está em duas linhas.", campo)
