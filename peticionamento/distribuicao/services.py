"""Use cases of distribution: make the deliveries of a routing, carry one, try one again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from flask import current_app
from sqlalchemy import func, select

from peticionamento.comum import saida
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import AcaoIndevida
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import SISTEMA, obter
from peticionamento.comum.saida import AcaoSaida, EstadoSaida, Falha
from peticionamento.comum.texto import ao_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao.canais import CARTEIROS
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.triagem.models import AcaoEncaminhamento, Encaminhamento

S = TypeVar("S", Entrega, Aviso)


def preparar(encaminhamentos: Sequence[Encaminhamento], *, agora: datetime) -> list[Entrega]:
    """Write the deliveries of new routings, one for each channel of the agency, and ask for their jobs.

    They begin when the time to undo the routing is over. Called inside the routing's transaction.
    """
    comeca = agora + timedelta(seconds=current_app.config["PETICIONAMENTO"].desfazer_s)
    entregas = [
        Entrega(
            encaminhamento=encaminhamento,
            peticao_id=encaminhamento.peticao_id,
            canal=canal,
            destino=destino,
            estado=EstadoSaida.NA_FILA,
            criada_em=agora,
            proxima_em=comeca,
        )
        for encaminhamento in encaminhamentos
        for canal, destino in _canais(encaminhamento)
    ]
    session = db.session()
    session.add_all(entregas)
    session.flush()  # the jobs carry the rows' ids
    for entrega in entregas:
        saida.por_na_fila(entrega)
    return entregas


def _canais(encaminhamento: Encaminhamento) -> list[tuple[Canal, str]]:
    """The ways to its agency, and the address on each."""
    canais = [(Canal.INTERNO, encaminhamento.unidade.sigla)]
    if encaminhamento.orgao.email:
        canais.append((Canal.CORREIO, encaminhamento.orgao.email))
    return canais


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
    """Carry one delivery over its channel. Safe to run twice: the reservation is refused when it is done or held."""
    reservada = saida.reservar(Entrega, entrega_id)
    if reservada is None:
        return
    entrega, reserva = reservada
    falha = saida.tentar(lambda: CARTEIROS[entrega.canal].entregar(entrega))
    relatar(entrega_id, reserva, falha)


def relatar(entrega_id: int, reserva: str, falha: Falha | None) -> None:
    """Write down how a try went; nothing happens when the reservation was lost meanwhile."""
    with transaction():
        entrega = saida.travar_reservada(Entrega, entrega_id, reserva)
        if entrega is None:
            return
        if falha is not None:
            saida.falhou(entrega, falha)
            return
        saida.entregue(entrega)
        if entrega.canal is Canal.INTERNO:
            encaminhamento = travar(Encaminhamento, entrega.encaminhamento_id)
            mover(
                encaminhamento,
                AcaoEncaminhamento.ENTREGAR,
                por=SISTEMA,
                detalhe=f"à caixa da unidade {entrega.destino}",
                detalhe_autor=ao_orgao(encaminhamento.orgao.sigla),
            )


def reentregar(entrega_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Entrega:
    """Put a failed delivery back on the queue, with all its tries before it. Raises Conflito, AcaoIndevida."""
    return _de_novo(Entrega, entrega_id, por, versao, agora)


def reenviar_aviso(aviso_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Aviso:
    """The same for a notice by e-mail that did not go. Raises Conflito, AcaoIndevida."""
    return _de_novo(Aviso, aviso_id, por, versao, agora)


def _de_novo(modelo: type[S], chave: int, por: Pessoa, versao: int, agora: datetime) -> S:
    with transaction():
        linha = obter(modelo, chave, por, "distribuicao.reentregar", travada=True)
        mover(linha, AcaoSaida.REENTREGAR, por=por, versao=versao, detalhe=linha.detalhe())
        linha.tentativas, linha.proxima_em = 0, agora
        linha.erro = linha.erro_tecnico = None
        saida.por_na_fila(linha)
        return linha
