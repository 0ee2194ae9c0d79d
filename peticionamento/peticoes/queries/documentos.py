"""One filed petition: its documents, and where it stands."""

from __future__ import annotations

from sqlalchemy import select

from peticionamento.comum.db import db
from peticionamento.peticoes.models import Acompanhamento, Documento, EstadoPeticao, PapelDocumento, Peticao


def documentos_de(peticao_id: int) -> list[Documento]:
    """All documents of a petition with their files, in the order they came into the process.

    Each signature numbers its words and then its files, so that the numbers are that order; a receipt comes after what
    it is the receipt of. A draft's have no numbers yet: its main document first.
    """
    consulta = select(Documento).where(Documento.peticao_id == peticao_id).order_by(Documento.id)
    lista_ = list(db.session().execute(consulta).scalars())
    ultimos: dict[int | None, int] = {}
    for d in lista_:
        if d.numero_sei is not None and d.papel in (PapelDocumento.PRINCIPAL, PapelDocumento.ANEXO):
            ultimos[d.juntada_id] = max(ultimos.get(d.juntada_id, 0), d.numero_sei)

    def lugar(d: Documento) -> tuple[int, bool, bool, int]:
        return (
            d.numero_sei or ultimos.get(d.juntada_id, 0),
            d.numero_sei is None,
            d.papel is not PapelDocumento.PRINCIPAL,
            d.id,
        )

    return sorted(lista_, key=lugar)


def trazidos_por(peticao: Peticao) -> list[Documento]:
    """The documents that one signature brought: its own process's first ones, or what it added to another."""
    if peticao.estado is EstadoPeticao.JUNTADA and peticao.origem_id is not None:
        return [d for d in documentos_de(peticao.origem_id) if d.juntada_id == peticao.id]
    return [d for d in documentos_de(peticao.id) if d.juntada_id is None]


def anexos_de(lista_: list[Documento], resposta: Documento) -> list[Documento]:
    """The files that came with one answer: they were added in the same instant."""
    vieram = (PapelDocumento.ANEXO_RESPOSTA, PapelDocumento.OFICIO)
    return [d for d in lista_ if d.papel in vieram and d.criado_em == resposta.criado_em]


def resposta_de(lista_: list[Documento]) -> Documento | None:
    """The consolidated answer that stands among a petition's documents: the last one, after a reopening."""
    return next((d for d in reversed(lista_) if d.papel is PapelDocumento.RESPOSTA), None)


def acompanhamento_de(peticao_id: int) -> Acompanhamento:
    """Where a filed petition stands."""
    return db.session().get_one(Acompanhamento, peticao_id)
