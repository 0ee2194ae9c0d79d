"""Who has a draft open now. A page says so every few seconds; Redis keeps it for a little longer than that.

Nothing is decided by it. Without Redis only those who saved a moment ago are seen.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import current_app
from redis.exceptions import RedisError

from peticionamento.comum.aparelho import em_palavras
from peticionamento.comum.fila import conexao
from peticionamento.comum.tempo import hora
from peticionamento.comum.texto import enumerar
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.services.versoes import sinal_da_sessao

logger = logging.getLogger(__name__)

VALE_S = 25
"""A page that asks every ten seconds may miss one turn and still be there."""

_DESCANSO_S = 30.0
_FORA_ATE = "presenca_fora_ate"


@dataclass(frozen=True)
class Aberto:
    """A page that has the draft open: whose, in which sign-in, in which browser."""

    pessoa_id: int
    nome: str
    sessao: str
    aparelho: str


@dataclass(frozen=True)
class Salvamento:
    """The last save of one sign-in, a moment ago."""

    pessoa_id: int
    nome: str
    sessao: str
    aparelho: str
    salva_em: datetime


def anotar(peticao_id: int, aba: str, pessoa: Pessoa) -> list[Aberto] | None:
    """Say that the page `aba` has the draft open; the other pages that have. None when Redis does not answer."""
    aberto = Aberto(pessoa.id, pessoa.nome, sinal_da_sessao(pessoa.sessao_id), pessoa.aparelho)
    if time.monotonic() < current_app.extensions.get(_FORA_ATE, 0.0):
        return None
    chave, agora = f"rascunho-aberto:{peticao_id}", time.time()
    try:
        with conexao().pipeline(transaction=False) as comandos:
            comandos.hset(chave, aba, json.dumps(asdict(aberto) | {"em": agora}))
            comandos.expire(chave, VALE_S)
            comandos.hgetall(chave)
            todos = comandos.execute()[-1]
    except RedisError as erro:
        logger.warning("nobody sees who has a draft open: %s", erro)
        current_app.extensions[_FORA_ATE] = time.monotonic() + _DESCANSO_S
        return None
    abertos = [(quem.decode(), json.loads(valor)) for quem, valor in todos.items()]
    return [
        Aberto(dados["pessoa_id"], dados["nome"], dados["sessao"], dados["aparelho"])
        for quem, dados in abertos
        if quem != aba and dados["em"] > agora - VALE_S
    ]


def frase(eu: Pessoa, abertos: list[Aberto] | None, salvamentos: Iterable[Salvamento]) -> str:
    """`Este rascunho está aberto também em Firefox no Android, salvo às 10h41.`; empty when nobody else is there."""
    minha = sinal_da_sessao(eu.sessao_id)
    salvos = {s.sessao: s for s in salvamentos if s.sessao != minha}
    if abertos is None:
        lugares = [f"{_onde(s, eu)} às {hora(s.salva_em)}" for s in salvos.values()]
        return f"Este rascunho acaba de ser salvo também em {enumerar(lugares)}." if lugares else ""
    lugares = ["em outra aba deste navegador"] if any(a.sessao == minha for a in abertos) else []
    for aberto in {a.sessao: a for a in abertos if a.sessao != minha}.values():
        salvo = salvos.get(aberto.sessao)
        lugares.append(f"em {_onde(aberto, eu)}" + (f", salvo às {hora(salvo.salva_em)}" if salvo else ""))
    return f"Este rascunho está aberto também {enumerar(lugares)}." if lugares else ""


def _onde(quem: Aberto | Salvamento, eu: Pessoa) -> str:
    aparelho = em_palavras(quem.aparelho)
    return aparelho if quem.pessoa_id == eu.id else f"{aparelho} ({quem.nome})"
