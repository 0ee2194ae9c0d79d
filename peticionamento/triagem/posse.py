"""Who is on what: a claim kept while its holder reads, the next demand claimed as it opens, and everybody's claims.

A claim ends half an hour (`reserva_triagem_s`) after the last sign of its holder; `services.assumir` takes one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito
from peticionamento.comum.estados import o_que_mudou
from peticionamento.comum.permissoes import Ator, obter, visiveis
from peticionamento.contas.models import Pessoa
from peticionamento.triagem.models import Demanda, EstadoDemanda
from peticionamento.triagem.services import assumir, reservar

TETO = 500
"""Claims shown at most: far more than people at the desk."""
TENTATIVAS = 5
"""How many demands are tried when others keep taking the next one first."""


@dataclass(frozen=True)
class Presenca:
    """Somebody on a demand."""

    demanda_id: int
    pessoa_id: int | None
    nome: str


@dataclass(frozen=True)
class Presencas:
    """The living claims; and, of the demand somebody has open, the version it has now."""

    lista: list[Presenca]
    versao: int | None = None


def presencas(ator: Ator, aberta: int | None, *, agora: datetime) -> Presencas:
    """Who is on what, by one statement over the small index of what is claimed, and one key for the demand open."""
    viva = and_(Demanda.estado == EstadoDemanda.EM_TRIAGEM, Demanda.reservada_ate > agora)
    consulta = select(Demanda.id, Demanda.versao, Demanda.triador_id, Pessoa.nome, viva.label("viva")).outerjoin(
        Pessoa, Pessoa.id == Demanda.triador_id
    )

    def parte(condicao: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(visiveis(ator, "triagem.fila"), condicao)

    # Two branches, each by its own index: `or` would read the table.
    vivas = consulta.where(parte(viva)).order_by(Demanda.id).limit(TETO)
    lida = vivas if aberta is None else vivas.union_all(consulta.where(parte(Demanda.id == aberta)))
    linhas = db.session().execute(lida).all()
    lista = {id_: Presenca(id_, pessoa, nome) for id_, _, pessoa, nome, esta_viva in linhas if esta_viva}
    versao = next((versao for id_, versao, *_ in linhas if id_ == aberta), None)
    return Presencas([lista[id_] for id_ in sorted(lista)], versao)


def mudanca(presentes: Presencas, aberta: int | None, vista: int | None) -> str | None:
    """Who did what to the demand open since the version seen, in a sentence; None when nothing."""
    if aberta is None or vista is None or presentes.versao in (None, vista):
        return None
    return o_que_mudou(Demanda.ENTIDADE, aberta)


def renovar(demanda_id: int, *, por: Pessoa, agora: datetime) -> datetime:
    """The holder is still reading: the claim begins again. Returns its end.

    One that ended and that nobody took is the person's still. Raises Conflito, saying who did what, when it is not.
    """
    with transaction():
        demanda = obter(Demanda, demanda_id, por, "triagem.assumir", travada=True)
        if demanda.triador_id != por.id:
            raise Conflito(o_que_mudou(demanda.ENTIDADE, demanda.id))
        return reservar(demanda, por, agora)


def abrir_seguinte(achar: Callable[[], int | None], *, por: Pessoa, agora: datetime) -> int | None:
    """The next demand, claimed for who decided the last one; None when there is none.

    `achar` finds the next one that nobody holds. Somebody else may take it first: then the one after it.
    """
    proxima = None
    for _ in range(TENTATIVAS):
        proxima = achar()
        if proxima is None or _assumir_se_livre(proxima, por, agora):
            break
    return proxima


def _assumir_se_livre(demanda_id: int, por: Pessoa, agora: datetime) -> bool:
    versao = db.session().execute(select(Demanda.versao).where(Demanda.id == demanda_id)).scalar_one()
    try:
        assumir(demanda_id, por=por, versao=versao, agora=agora)
    except (AcaoIndevida, Conflito):
        return False
    return True
