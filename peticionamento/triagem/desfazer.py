"""Taking a routing back before its delivery begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida
from peticionamento.comum.estados import conferir_versao, mover
from peticionamento.comum.permissoes import SISTEMA, Ator, obter, pode, visiveis
from peticionamento.comum.texto import ao_orgao, enumerar
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.services import esquecer_orgaos
from peticionamento.triagem.models import (
    AcaoDemanda,
    AcaoEncaminhamento,
    Demanda,
    Encaminhamento,
    EstadoDemanda,
    EstadoEncaminhamento,
)
from peticionamento.triagem.services import devolver, reservar, situar
from peticionamento.triagem.signals import desfazendo
from peticionamento.triagem.sugestoes import services as sugestoes


def ultimos(demanda: Demanda) -> list[Encaminhamento]:
    """What the latest routing sent out and no agency has yet: what can be undone, all of it or nothing."""
    if demanda.estado is not EstadoDemanda.DISTRIBUIDA or not demanda.vivos:
        return []
    quando = max(e.criado_em for e in demanda.vivos)
    do_ato = [e for e in demanda.vivos if e.criado_em == quando]
    return do_ato if all(e.estado is EstadoEncaminhamento.A_ENTREGAR for e in do_ato) else []


def restam_s(demanda: Demanda, *, agora: datetime) -> int:
    """For how many seconds more the latest routing can be undone; 0 when it no longer can."""
    do_ato = ultimos(demanda)
    if not do_ato:
        return 0
    fim = do_ato[0].criado_em + timedelta(seconds=current_app.config["PETICIONAMENTO"].desfazer_s)
    return max(0, round((fim - agora).total_seconds()))


@dataclass(frozen=True)
class Feita:
    """A routing just decided, as the next page offers to undo it."""

    demanda: Demanda
    destino: str
    restam_s: int


def feita(demanda_id: int | None, *, por: Pessoa, agora: datetime) -> Feita | None:
    """The routing that the person has just decided, while it can be undone."""
    if demanda_id is None or not pode(por, "triagem.distribuir"):
        return None
    consulta = select(Demanda).where(Demanda.id == demanda_id, visiveis(por, "triagem.distribuir"))
    demanda = db.session().execute(consulta).scalar_one_or_none()
    restam = restam_s(demanda, agora=agora) if demanda else 0
    if demanda is None or not restam:
        return None
    return Feita(demanda, enumerar([ao_orgao(e.orgao.sigla) for e in ultimos(demanda)]), restam)


def retirar(encaminhamento: Encaminhamento, motivo: str, *, por: Ator, agora: datetime) -> None:
    """One routing could not be delivered: it is taken back, and its demand comes back to be decided anew.

    Called by the room that delivers, with the demand and the routing locked. Raises AcaoIndevida when the agency has
    it, SemPermissao.
    """
    sigla = encaminhamento.orgao.sigla
    mover(encaminhamento, AcaoEncaminhamento.DESFAZER, por=por, detalhe=f"{ao_orgao(sigla)} (“{motivo}”)")
    devolver(encaminhamento, por=SISTEMA, agora=agora, porque="não a recebeu, e o encaminhamento foi desfeito")
    vivos = {e.orgao.sigla for e in encaminhamento.demanda.vivos}
    esquecer_orgaos(encaminhamento.peticao_id, {sigla} - vivos)


def desfazer(demanda_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Take the latest routing back: nothing was delivered, and the demand is in the person's hands again.

    Raises Conflito (who did what meanwhile), AcaoIndevida (a delivery has begun, or there is nothing to undo).
    """
    with transaction():
        demanda = obter(Demanda, demanda_id, por, "triagem.distribuir", travada=True)
        conferir_versao(demanda, versao)
        do_ato = ultimos(demanda)
        if not do_ato:
            raise AcaoIndevida("A entrega já começou, ou não há encaminhamento que se possa desfazer.")
        destino = enumerar([ao_orgao(e.orgao.sigla) for e in do_ato])
        for encaminhamento in do_ato:
            desfazendo.send(encaminhamento)
            mover(encaminhamento, AcaoEncaminhamento.DESFAZER, por=por, detalhe=ao_orgao(encaminhamento.orgao.sigla))
        mover(demanda, AcaoDemanda.DESFAZER, por=por, versao=versao, detalhe=destino)
        reservar(demanda, por, agora)
        # An agency that had declined still waits for the decision that was taken back.
        da_rodada = [e for e in demanda.encaminhamentos if e.rodada == demanda.rodada]
        if any(e.estado is EstadoEncaminhamento.RECUSADO for e in da_rodada):
            demanda.devolvida_em = demanda.voltou_em
        if all(e in do_ato for e in da_rodada):
            sugestoes.desfeita(demanda)
        ficam = {e.orgao.sigla for e in demanda.encaminhamentos if e.estado is not EstadoEncaminhamento.DESFEITO}
        situar(demanda)
        esquecer_orgaos(demanda.peticao_id, {e.orgao.sigla for e in do_ato} - ficam)
        return demanda
