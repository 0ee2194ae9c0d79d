"""The spreadsheets of many petitions that a person sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Ator, visiveis
from peticionamento.peticoes.models import Lote


def lotes_de(ator: Ator, limite: int = 20) -> list[Any]:
    """The spreadsheets the person sent, newest first: (id, nome, enviado_em, criado_em, quantas)."""
    consulta = (
        select(
            Lote.id, Lote.nome, Lote.enviado_em, Lote.criado_em, func.jsonb_array_length(Lote.linhas).label("quantas")
        )
        .where(visiveis(ator, "peticoes.lotes"))
        .order_by(Lote.enviado_em.desc())
        .limit(limite)
    )
    return list(db.session().execute(consulta).all())
