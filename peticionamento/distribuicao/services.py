"""Use cases of distribution: make the deliveries of a routing, carry one, try one again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from flask import current_app
from sqlalchemy import func, select

from peticionamento.comum import saida
from peticionamento.comum.avisos import Aviso, avisar
from peticionamento.comum.db import db, escritas_juntas, transaction, travar
from peticionamento.comum.erros import AcaoIndevida
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import SISTEMA, obter
from peticionamento.comum.saida import AcaoSaida, EstadoSaida, Falha
from peticionamento.comum.tempo import agora as instante_atual
from peticionamento.comum.texto import ao_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import emails_da_coordenacao
from peticionamento.distribuicao import disjuntor, vez
from peticionamento.distribuicao.canais import CARTEIROS
from peticionamento.distribuicao.models import LIMITE_DESTINO, AjustesDoCanal, Canal, EnderecoDeEntrega, Entrega
from peticionamento.triagem.models import AcaoEncaminhamento, Encaminhamento, Urgencia

S = TypeVar("S", Entrega, Aviso)

URGENTES = (Urgencia.ALTA, Urgencia.URGENTE)
"""Whose deliveries overtake the others."""


def preparar(encaminhamentos: Sequence[Encaminhamento], *, agora: datetime) -> list[Entrega]:
    """Write the deliveries of new routings, one for each channel of the agency, and ask for their jobs.

    They begin when the time to undo the routing is over. Called inside the routing's transaction.
    """
    enderecos = _enderecos({encaminhamento.orgao_id for encaminhamento in encaminhamentos})
    comeca = agora + timedelta(seconds=current_app.config["PETICIONAMENTO"].desfazer_s)
    entregas = [
        Entrega(
            encaminhamento=encaminhamento,
            peticao_id=encaminhamento.peticao_id,
            orgao_id=encaminhamento.orgao_id,
            urgente=encaminhamento.demanda.urgencia in URGENTES,
            canal=canal,
            destino=destino,
            estado=EstadoSaida.NA_FILA,
            criada_em=agora,
            proxima_em=comeca,
        )
        for encaminhamento in encaminhamentos
        for canal, destino in [*_canais(encaminhamento), *enderecos.get(encaminhamento.orgao_id, ())]
    ]
    session = db.session()
    session.add_all(entregas)
    session.flush()  # the jobs carry the rows' ids
    for entrega in entregas:
        saida.por_na_fila(entrega)
    return entregas


def _canais(encaminhamento: Encaminhamento) -> list[tuple[Canal, str]]:
    """The ways that every agency has, and the address on each."""
    canais = [(Canal.INTERNO, encaminhamento.unidade.sigla)]
    if encaminhamento.orgao.email:
        canais.append((Canal.CORREIO, encaminhamento.orgao.email))
    return canais


def _enderecos(orgaos: set[int]) -> dict[int, list[tuple[Canal, str]]]:
    """What else agencies have: their addresses on channels that are on, by agency."""
    consulta = (
        select(EnderecoDeEntrega.orgao_id, EnderecoDeEntrega.canal, EnderecoDeEntrega.endereco)
        .join(AjustesDoCanal, AjustesDoCanal.canal == EnderecoDeEntrega.canal)
        .where(EnderecoDeEntrega.orgao_id.in_(orgaos), EnderecoDeEntrega.ativo, AjustesDoCanal.ligado)
        .order_by(EnderecoDeEntrega.id)
    )
    achados: dict[int, list[tuple[Canal, str]]] = {}
    for orgao_id, canal, endereco in db.session().execute(consulta):
        achados.setdefault(orgao_id, []).append((canal, endereco[:LIMITE_DESTINO]))
    return achados


def cancelar(encaminhamento: Encaminhamento) -> None:
    """Take away the deliveries of a routing that is being undone: none has begun, so none leaves a trace.

    Called inside that transaction. Raises AcaoIndevida when one has begun.
    """
    session = db.session()
    da_vez = Entrega.encaminhamento_id == encaminhamento.id
    todas = session.execute(select(func.count()).where(da_vez)).scalar_one()
    # A delivery that somebody holds is not waited for: whoever reports it waits for the routing, which is locked here.
    livres = select(Entrega).where(da_vez).with_for_update(skip_locked=True, of=Entrega)
    entregas = session.execute(livres.execution_options(populate_existing=True)).scalars().all()
    parada = all(e.estado is EstadoSaida.NA_FILA and not e.tentativas and e.reserva is None for e in entregas)
    if len(entregas) < todas or not parada:
        raise AcaoIndevida(f"A entrega {ao_orgao(encaminhamento.orgao.sigla)} já começou: não dá mais para desfazer.")
    for entrega in entregas:
        session.delete(entrega)


def entregar(entrega_id: int) -> None:
    """Carry one delivery, whoever's turn it is. Safe to run twice: it is refused when it is done or held."""
    if entregar_internas(lambda: vez.internas(entrega_id, so_ela=True)):
        return
    reservada = saida.reservar(Entrega, entrega_id)
    if reservada is not None:
        carregar(*reservada)


def entregar_internas(travar_as: Callable[[], Sequence[Entrega]]) -> dict[int, str]:
    """Make internal deliveries: nothing leaves the house, so taking and reporting are one transaction.

    `travar_as` locks them, with their routings, and is called inside. Returns their ids with those of their jobs.
    One whose unit is closed is left to be carried, and to fail, by itself.
    """
    with transaction() as session:
        feitas = {}
        with escritas_juntas():
            for entrega in travar_as():
                if entrega.encaminhamento.unidade.ativa:
                    feitas[entrega.id] = entrega.job_id
                    _entregue(entrega, entrega.encaminhamento)
            session.flush()
        return feitas


def carregar(entrega: Entrega, reserva: str) -> None:
    """Carry a delivery that was reserved, and report."""
    entrega_id, comecou = entrega.id, time.monotonic()
    falha = saida.tentar(lambda: CARTEIROS[entrega.canal].entregar(entrega))
    relatar(entrega_id, reserva, falha, durou_s=time.monotonic() - comecou)


def relatar(entrega_id: int, reserva: str, falha: Falha | None, *, durou_s: float = 0.0) -> None:
    """Write down how a try went; nothing happens when the reservation was lost meanwhile."""
    with transaction():
        entrega = saida.travar_reservada(Entrega, entrega_id, reserva)
        if entrega is None:
            return
        fechado_ate = disjuntor.anotar(entrega, falha, durou_s)
        if falha is None:
            interna = entrega.canal is Canal.INTERNO
            _entregue(entrega, travar(Encaminhamento, entrega.encaminhamento_id) if interna else None)
            return
        saida.falhou(entrega, falha, nao_antes=fechado_ate)
        if entrega.estado is EstadoSaida.AGUARDA_PESSOA:
            avisar_que_espera(entrega)


def _entregue(entrega: Entrega, encaminhamento: Encaminhamento | None) -> None:
    """Write down that it arrived; with `encaminhamento`, its routing, locked: at the agency's inbox."""
    saida.entregue(entrega)
    if encaminhamento is not None:
        mover(
            encaminhamento,
            AcaoEncaminhamento.ENTREGAR,
            por=SISTEMA,
            detalhe=f"à caixa da unidade {entrega.destino}",
            detalhe_autor=ao_orgao(encaminhamento.orgao.sigla),
        )


def avisar_que_espera(entrega: Entrega) -> None:
    """Tell whoever coordinates, once, that a delivery waits for a person. The row is locked by the caller."""
    if entrega.avisada_em is not None:
        return
    entrega.avisada_em = instante_atual()
    for email in emails_da_coordenacao():
        avisar(
            email,
            "distribuicao/espera_pessoa",
            peticao_id=entrega.peticao_id,
            entrega=entrega,
            peticao=entrega.encaminhamento.demanda.peticao,
        )


def reentregar(entrega_id: int, *, por: Pessoa, versao: int | None, agora: datetime, motivo: str = "") -> Entrega:
    """Put a failed delivery back on the queue, with all its tries before it. Raises Conflito, AcaoIndevida."""
    return _de_novo(Entrega, entrega_id, por, versao, agora, motivo)


def reenviar_aviso(aviso_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Aviso:
    """The same for a notice by e-mail that did not go. Raises Conflito, AcaoIndevida."""
    return _de_novo(Aviso, aviso_id, por, versao, agora)


def _de_novo(modelo: type[S], chave: int, por: Pessoa, versao: int | None, agora: datetime, motivo: str = "") -> S:
    with transaction():
        linha = obter(modelo, chave, por, "distribuicao.reentregar", travada=True)
        detalhe = linha.detalhe() + (f": “{motivo}”" if motivo else "")
        mover(linha, AcaoSaida.REENTREGAR, por=por, versao=versao, detalhe=detalhe)
        recomecar(linha, agora)
        return linha


def recomecar(linha: saida.Saida, agora: datetime) -> None:
    """All the tries are before a row again, and its job is asked for. Called in the transaction that decides it."""
    linha.tentativas, linha.proxima_em = 0, agora
    linha.erro = linha.erro_tecnico = None
    saida.por_na_fila(linha)
