"""Deliveries for tests, many at once where a turn has to be taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from peticionamento.comum import saida
from peticionamento.comum.db import db, transaction
from peticionamento.comum.saida import Falha
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao import services
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.triagem.models import Demanda, Urgencia
from tests.factories import cadastros, triagem

REDE = Falha("o servidor de e-mail não respondeu", "TimeoutError: timed out")
RECUSADA = Falha("o servidor de e-mail não aceitou o endereço", "550 User unknown", adianta_tentar=False)


def com_email(*siglas: str) -> None:
    """Agencies that have an e-mail address, so that each routing has two deliveries."""
    for sigla in siglas:
        cadastros.orgao(sigla, email=f"{sigla.lower()}@orgao.invalid")


def das(demanda: Demanda, canal: Canal = Canal.INTERNO) -> list[Entrega]:
    """The deliveries of a demand over one channel."""
    consulta = select(Entrega).where(Entrega.peticao_id == demanda.peticao_id, Entrega.canal == canal)
    return list(db.session().execute(consulta.order_by(Entrega.id)).scalars())


def esperam(
    siglas: Sequence[str], canal: Canal = Canal.INTERNO, *, urgencia: Urgencia = Urgencia.NORMAL
) -> list[Entrega]:
    """One demand for each agency named, routed in that order and not delivered; their deliveries over `canal`.

    Those over the other channel are held by nobody and due in a year: no turn of theirs comes.
    """
    feitas = []
    for sigla in siglas:
        demanda = triagem.em_triagem()
        with transaction():
            demanda.urgencia = urgencia
        demanda = triagem.encaminhar(demanda, [sigla])
        feitas += das(demanda, canal)
        with transaction():
            for outra in (
                db.session()
                .execute(select(Entrega).where(Entrega.peticao_id == demanda.peticao_id, Entrega.canal != canal))
                .scalars()
            ):
                outra.proxima_em = agora() + timedelta(days=365)
    return feitas


def falhar(entrega: Entrega, falha: Falha = REDE, *, durou_s: float = 0.0) -> Entrega:
    """One try that fails."""
    with transaction():
        entrega.proxima_em = min(entrega.proxima_em, agora())
    reservada = saida.reservar(Entrega, entrega.id)
    assert reservada is not None
    services.relatar(entrega.id, reservada[1], falha, durou_s=durou_s)
    return entrega


def estados() -> dict[int, str]:
    """Where each delivery stands."""
    linhas = db.session().execute(select(Entrega.id, Entrega.estado)).all()
    return {linha.id: linha.estado for linha in linhas}
