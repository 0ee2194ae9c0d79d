"""One filed petition: its documents, and where it stands."""

from __future__ import annotations

from sqlalchemy import select

from peticionamento.comum.db import db
from peticionamento.peticoes.models import Acompanhamento, Documento, PapelDocumento


def documentos_de(peticao_id: int) -> list[Documento]:
    """All documents of a petition with their files: the signed petition first, the others in the order they came."""
    consulta = (
        select(Documento)
        .where(Documento.peticao_id == peticao_id)
        .order_by(Documento.papel != PapelDocumento.PRINCIPAL, Documento.id)
    )
    return list(db.session().execute(consulta).scalars())


def resposta_de(lista_: list[Documento]) -> Documento | None:
    """The consolidated answer among a petition's documents."""
    return next((d for d in lista_ if d.papel is PapelDocumento.RESPOSTA), None)


def acompanhamento_de(peticao_id: int) -> Acompanhamento:
    """Where a filed petition stands."""
    return db.session().get_one(Acompanhamento, peticao_id)
