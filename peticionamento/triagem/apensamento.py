"""Joining demands: one is decided and answered for all, and each author reads of their own alone.

Locks are taken in the order of the ids, so that two people who join two demands to each other wait in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.comum import historico
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import Ator, obter, visiveis
from peticionamento.comum.tempo import dia_por_extenso, hoje
from peticionamento.comum.texto import no_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services as peticoes
from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.queries import normalizar
from peticionamento.triagem.models import AcaoDemanda, Demanda, EstadoDemanda
from peticionamento.triagem.services import ONDE_EM_TRIAGEM, assumir, minha, reservar, situar

E = EstadoDemanda
SEM_DECISAO_FINAL = (E.AGUARDANDO, E.EM_TRIAGEM, E.REABERTA, E.EM_DILIGENCIA, E.DISTRIBUIDA)
"""States in which an answer is still to come, so that others may wait for it."""
NUMERO_DESCONHECIDO = "Nenhuma demanda tem esse número."
_SEQUENCIA = re.compile(r"(?P<sequencia>\d{1,7})/(?P<ano>\d{4})")


@dataclass(frozen=True)
class Resultado:
    """What became of one demand of several."""

    demanda_id: int
    numero: str
    recusa: str = ""
    """Why it was not joined; empty when it was."""


def demanda_de_numero(numero: str, *, por: Ator) -> int:
    """The demand of a process number, whole or as people say it (`4127/2026`). Raises Recusa (field `principal`)."""
    digitado = normalizar(numero.strip())
    if not digitado:
        raise Recusa("Escreva o número do processo da outra demanda.", "principal")
    consulta = (
        select(Demanda.id, Peticao.numero)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(visiveis(por, "triagem.ler"))
        .limit(3)
    )
    if curto := _SEQUENCIA.fullmatch(digitado):
        # The search knows both halves; the number itself says which of those found it is.
        busca = func.phraseto_tsquery("simple", digitado)
        fim = f"%.{int(curto['sequencia']):07d}/{curto['ano']}-%"
        consulta = consulta.where(Peticao.busca.bool_op("@@")(busca), Peticao.numero.like(fim))
    else:
        consulta = consulta.where(Peticao.numero == digitado)
    achadas = db.session().execute(consulta).all()
    if not achadas:
        raise Recusa(NUMERO_DESCONHECIDO, "principal")
    if len(achadas) > 1:
        raise Recusa(f"Há mais de uma demanda {digitado}: escreva o número inteiro.", "principal")
    return int(achadas[0][0])


def apensar(demanda_id: int, principal_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Join a demand in the person's hands to another: that one's answer will be its answer too.

    Joining to a demand that is itself joined means joining to the first. Raises Recusa (field `principal`), Conflito,
    AcaoIndevida, NaoEncontrado.
    """
    with transaction():
        principal = _travar_as_duas(demanda_id, principal_id, por)
        demanda = minha(demanda_id, por, "triagem.apensar", versao)
        _conferir(demanda, principal)
        mover(demanda, AcaoDemanda.APENSAR, por=por, versao=versao, detalhe=principal.peticao.numero or "")
        demanda.triador = demanda.reservada_ate = demanda.devolvida_em = None
        demanda.apensada_a_id, demanda.apensada_em = principal.id, agora
        peticoes.apensar(demanda.peticao_id, principal.peticao_id, onde=ONDE_EM_TRIAGEM)
        historico.registrar(
            principal.peticao_id,
            Demanda.ENTIDADE,
            principal.id,
            AcaoDemanda.APENSAR,
            f"Recebeu por apensamento a demanda {demanda.peticao.numero}.",
            por=por,
        )
        return demanda


def _travar_as_duas(demanda_id: int, principal_id: int, por: Pessoa) -> Demanda:
    """Lock both by one statement, in the order of their ids; the one that will answer for both. Raises Recusa."""
    session = db.session()
    apensada = select(Demanda.apensada_a_id).where(Demanda.id == principal_id, Demanda.estado == E.APENSADA)
    primeira = session.execute(apensada).scalar_one_or_none() or principal_id
    if primeira == demanda_id:
        mesma = principal_id == demanda_id
        raise Recusa(
            "Uma demanda não se apensa a si mesma." if mesma else "Essa demanda está apensada a esta.", "principal"
        )
    consulta = (
        select(Demanda)
        .where(Demanda.id.in_([demanda_id, primeira]), visiveis(por, "triagem.apensar"))
        .order_by(Demanda.id)
        .with_for_update(of=Demanda)
        .execution_options(populate_existing=True)
    )
    for demanda in session.execute(consulta).scalars().all():
        if demanda.id == primeira:
            return demanda
    raise Recusa(NUMERO_DESCONHECIDO, "principal")


def _conferir(demanda: Demanda, principal: Demanda) -> None:
    """Raise Recusa when the one cannot wait for the other's answer."""
    if demanda.vivos:
        onde = no_orgao(demanda.vivos[0].orgao.sigla)
        raise Recusa(f"Esta demanda já está {onde}: só se apensa a que nenhum órgão recebeu.", "principal")
    if principal.estado not in SEM_DECISAO_FINAL:
        raise Recusa(
            f"A demanda {principal.peticao.numero} não espera mais resposta: {principal.estado.rotulo.lower()}.",
            "principal",
        )
    if demanda.autor_id != principal.autor_id and NivelAcesso.RESTRITO in (
        demanda.peticao.acesso,
        principal.peticao.acesso,
    ):
        raise Recusa(
            "Uma das duas tem acesso restrito, e a resposta de uma iria ao autor da outra: decida-as em separado.",
            "principal",
        )
    if ids_das_apensadas(demanda.id):
        raise Recusa("Há demandas apensadas a esta: apense a outra a ela, ou desapense-as antes.", "principal")


def desapensar(demanda_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Undo a joining, on the day it was made: the demand is in the person's hands again.

    Raises Recusa when the day is over, Conflito, AcaoIndevida (answered meanwhile), NaoEncontrado.
    """
    with transaction() as session:
        demanda = obter(Demanda, demanda_id, por, "triagem.apensar", travada=True)
        principal = session.get_one(Demanda, demanda.apensada_a_id) if demanda.apensada_a_id else demanda
        mover(demanda, AcaoDemanda.DESAPENSAR, por=por, versao=versao, detalhe=principal.peticao.numero or "")
        if not pode_desapensar(demanda, agora):
            raise Recusa(f"Foi apensada {_em(demanda)}; só se desapensa no mesmo dia.")
        reservar(demanda, por, agora)
        demanda.apensada_a_id = demanda.apensada_em = None
        peticoes.desapensar(demanda.peticao_id, [e.orgao.sigla for e in demanda.encaminhamentos])
        situar(demanda)
        return demanda


def pode_desapensar(demanda: Demanda, agora: datetime) -> bool:
    """Whether the joining may still be undone: the day it was made."""
    return demanda.apensada_em is not None and hoje(demanda.apensada_em) == hoje(agora)


def _em(demanda: Demanda) -> str:
    return f"em {dia_por_extenso(hoje(demanda.apensada_em))}" if demanda.apensada_em else "antes"


def ids_das_apensadas(demanda_id: int) -> list[int]:
    """The demands that wait for this one's answer, in order."""
    consulta = select(Demanda.id).where(Demanda.apensada_a_id == demanda_id, Demanda.estado == E.APENSADA)
    return list(db.session().execute(consulta.order_by(Demanda.id)).scalars())


def levar_as_apensadas(
    principal: Demanda, acao: AcaoDemanda, *, por: Ator, detalhe_autor: str | None = None
) -> list[Demanda]:
    """Do to the demands joined to this one what was done to it, and give them, locked.

    `detalhe_autor` fills the sentence their authors read; the one for who works here names the principal demand.
    Called in that act's transaction, `principal` locked; the documents of each are the caller's.
    """
    apensadas = [travar(Demanda, chave) for chave in ids_das_apensadas(principal.id)]
    for apensada in apensadas:
        mover(apensada, acao, por=por, detalhe=principal.peticao.numero or "", detalhe_autor=detalhe_autor)
    return apensadas


def apensar_varias(
    principal_id: int, escolhidas: Iterable[tuple[int, int]], *, por: Pessoa, agora: datetime
) -> list[Resultado]:
    """Join several demands (id, version seen) to one, each in a transaction of its own: one that cannot stops none.

    Those that nobody holds are claimed on the way.
    """
    return [_uma(chave, versao, principal_id, por, agora) for chave, versao in escolhidas]


def _uma(demanda_id: int, versao: int, principal_id: int, por: Pessoa, agora: datetime) -> Resultado:
    numero = ""
    try:
        with transaction():
            _travar_as_duas(demanda_id, principal_id, por)
            demanda = obter(Demanda, demanda_id, por, "triagem.apensar")
            numero = demanda.peticao.numero or ""
            if demanda.triador is not None and demanda.triador_id != por.id and _reservada(demanda, agora):
                raise Conflito(f"{demanda.triador.nome} está com ela.")
            if demanda.triador_id != por.id:
                versao = assumir(demanda_id, por=por, versao=versao, agora=agora).versao
            apensar(demanda_id, principal_id, por=por, versao=versao, agora=agora)
    except NaoEncontrado:
        return Resultado(demanda_id, numero, "Não foi encontrada.")
    except Recusa as recusa:
        return Resultado(demanda_id, numero, recusa.mensagem)
    return Resultado(demanda_id, numero)


def _reservada(demanda: Demanda, agora: datetime) -> bool:
    return demanda.reservada_ate is not None and demanda.reservada_ate > agora
