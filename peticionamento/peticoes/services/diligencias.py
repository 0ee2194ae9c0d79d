"""Requests for more that SEGOV makes to the author. Triage decides them; the row is here, where the author reads it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import db
from peticionamento.comum.prazos import Prazo
from peticionamento.peticoes.models import Diligencia, Peticao


def abrir_diligencia(
    peticao: Peticao, pergunta: str, vence_dia: date, *, agora: datetime, prazo: Prazo | None = None
) -> Diligencia:
    """Ask the author for more, and tell them by e-mail. Called by triage, in its transaction, demand locked."""
    diligencia = Diligencia(peticao_id=peticao.id, pergunta=pergunta, vence_dia=vence_dia, prazo=prazo, pedida_em=agora)
    db.session().add(diligencia)
    avisar(peticao.autor.email, "peticoes/diligencia", peticao_id=peticao.id, peticao=peticao, diligencia=diligencia)
    return diligencia


def diligencia_aberta(peticao_id: int) -> Diligencia | None:
    """The question that waits for the author; None when there is none."""
    consulta = select(Diligencia).where(Diligencia.peticao_id == peticao_id, Diligencia.encerrada_em.is_(None))
    return db.session().execute(consulta.execution_options(populate_existing=True)).scalar_one_or_none()


def encerrar_diligencia(peticao_id: int, *, agora: datetime, resposta: Peticao | None = None) -> Diligencia:
    """Close the open one: answered by `resposta`, or taken back. Called with the demand locked, in that transaction.

    Raises LookupError when none is open: the demand's state says that one is.
    """
    diligencia = diligencia_aberta(peticao_id)
    if diligencia is None:
        raise LookupError(f"petition {peticao_id} has no open diligência")
    diligencia.encerrada_em = agora
    diligencia.resposta_id = resposta.id if resposta else None
    return diligencia
