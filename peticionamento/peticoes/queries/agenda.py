"""The days the office waits for, or is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flask import current_app
from sqlalchemy import select

from peticionamento.cadastros.models import Municipio, NivelAcesso
from peticionamento.comum.db import db
from peticionamento.comum.prazos import Calendario
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.queries import Gabinete
from peticionamento.peticoes.models import Acompanhamento, Diligencia, Etapa, Peticao
from peticionamento.peticoes.queries.filtros import do_gabinete


class DeQuem(StrEnum):
    """Who has until that day: the office must, or may still; SEGOV or an agency owes it."""

    GABINETE = "gabinete"
    GABINETE_SE_QUISER = "gabinete_se_quiser"
    ORGAO = "orgao"
    SEGOV = "segov"


@dataclass(frozen=True)
class Prazo:
    """A due day. `chave` names it for good: a calendar that read it before changes that entry instead of adding one."""

    chave: str
    dia: date
    de_quem: DeQuem
    peticao_id: int
    numero: str
    assunto: str
    municipio: str
    onde: str
    restrita: bool


def prazos(gabinete: Gabinete, calendario: Calendario, de: date | None = None, ate: date | None = None) -> list[Prazo]:
    """Every due day that still waits for somebody, in order; from `de`, up to and with `ate`, when they are given.

    Three statements: what the office owes, what it is owed, and until when it may reopen what was answered.
    """
    lista = [*_do_gabinete(gabinete), *_dos_outros(gabinete), *_para_reabrir(gabinete, calendario)]
    dentro = [p for p in lista if (de is None or p.dia >= de) and (ate is None or p.dia <= ate)]
    return sorted(dentro, key=lambda p: (p.dia, list(DeQuem).index(p.de_quem), p.numero))


def _do_gabinete(gabinete: Gabinete) -> list[Prazo]:
    consulta = (
        select(
            Diligencia.id, Diligencia.vence_dia, Peticao.id, Peticao.numero, Peticao.assunto, Municipio.nome,
            Peticao.acesso,
        )
        .join(Peticao, Peticao.id == Diligencia.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(do_gabinete(Peticao.autor_id, gabinete), Diligencia.encerrada_em.is_(None))
    )  # fmt: skip
    return [
        Prazo(
            f"diligencia-{id_}", dia, DeQuem.GABINETE, peticao_id, numero or "", assunto, municipio,
            "A SEGOV espera a resposta do gabinete", acesso is not NivelAcesso.PUBLICO,
        )
        for id_, dia, peticao_id, numero, assunto, municipio, acesso in db.session().execute(consulta)
    ]  # fmt: skip


def _dos_outros(gabinete: Gabinete) -> list[Prazo]:
    consulta = (
        select(
            Acompanhamento.vence_dia, Acompanhamento.etapa, Acompanhamento.onde, Peticao.id, Peticao.numero,
            Peticao.assunto, Municipio.nome, Peticao.acesso,
        )
        .join(Peticao, Peticao.id == Acompanhamento.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(
            do_gabinete(Acompanhamento.autor_id, gabinete),
            Acompanhamento.etapa != Etapa.RESPONDIDA,
            Acompanhamento.vence_dia.is_not(None),
        )
    )  # fmt: skip
    return [
        Prazo(
            f"peticao-{peticao_id}", dia, DeQuem.ORGAO if etapa.com_orgao else DeQuem.SEGOV, peticao_id,
            numero or "", assunto, municipio, onde, acesso is not NivelAcesso.PUBLICO,
        )
        for dia, etapa, onde, peticao_id, numero, assunto, municipio, acesso in db.session().execute(consulta)
        if dia is not None
    ]  # fmt: skip


def _para_reabrir(gabinete: Gabinete, calendario: Calendario) -> list[Prazo]:
    """The last day to reopen each demand answered lately: the term runs in business days from the answer."""
    dias: int = current_app.config["PETICIONAMENTO"].dias_uteis_reabrir
    consulta = (
        select(
            Acompanhamento.respondida_em, Acompanhamento.onde, Peticao.id, Peticao.numero, Peticao.assunto,
            Municipio.nome, Peticao.acesso,
        )
        .join(Peticao, Peticao.id == Acompanhamento.peticao_id)
        .join(Municipio, Municipio.id == Peticao.municipio_id)
        .where(
            do_gabinete(Acompanhamento.autor_id, gabinete),
            Acompanhamento.etapa == Etapa.RESPONDIDA,
            Acompanhamento.concluida_em.is_(None),
            Acompanhamento.respondida_em >= agora() - timedelta(days=2 * dias + 15),
        )
    )  # fmt: skip
    prazos_ = [
        Prazo(
            f"reabrir-{peticao_id}", calendario.somar(hoje(respondida_em), dias), DeQuem.GABINETE_SE_QUISER,
            peticao_id, numero or "", assunto, municipio, onde, acesso is not NivelAcesso.PUBLICO,
        )
        for respondida_em, onde, peticao_id, numero, assunto, municipio, acesso in db.session().execute(consulta)
    ]  # fmt: skip
    return [prazo for prazo in prazos_ if prazo.dia >= hoje()]
