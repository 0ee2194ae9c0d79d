"""What is read beside the decision: a demand's documents, its routings, the demand it repeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora
from peticionamento.peticoes.models import Documento, PapelDocumento, Peticao
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoEncaminhamento

ORDEM_DE_LEITURA = (
    PapelDocumento.ANEXO,
    PapelDocumento.PRINCIPAL,
    PapelDocumento.RESPOSTA,
    PapelDocumento.ANEXO_RESPOSTA,
    PapelDocumento.OFICIO,
    PapelDocumento.TERMO,
)
"""What is read beside the decision, in this order: the page already shows the petition's words, so that its PDF comes
after what the author attached. The receipt tells triage nothing new."""


def para_ler(documentos: list[Documento]) -> list[Documento]:
    """Those of a petition's documents that are read on the desk and at the agency, in the order of reading.

    What its author added later comes before all, the latest addition first: it is what nobody has read.
    """
    return sorted((d for d in documentos if d.papel in ORDEM_DE_LEITURA), key=_leitura)


def _leitura(documento: Documento) -> tuple[int, int, int]:
    if documento.juntada_id is not None:
        return -documento.juntada_id, documento.papel is not PapelDocumento.PRINCIPAL, documento.id
    return 0, ORDEM_DE_LEITURA.index(documento.papel), 0


def escolhido(documentos: list[Documento], pedido: int | None) -> Documento | None:
    """The document of that id, else the first."""
    return next((d for d in documentos if d.id == pedido), documentos[0] if documentos else None)


def encaminhamentos_de(demanda_id: int) -> list[Encaminhamento]:
    """Every routing of a demand, declined ones too, in order."""
    consulta = select(Encaminhamento).where(Encaminhamento.demanda_id == demanda_id).order_by(Encaminhamento.id)
    return list(db.session().execute(consulta).scalars())


@dataclass(frozen=True)
class Origem:
    """The demand that a petition is about."""

    demanda_id: int
    numero: str
    protocolada_em: datetime


def origem_de(peticao: Peticao) -> Origem | None:
    """The demand that a petition repeats or adds to; None for a first one."""
    if peticao.origem_id is None:
        return None
    consulta = (
        select(Demanda.id, Peticao.numero, Peticao.protocolada_em)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(Demanda.peticao_id == peticao.origem_id)
    )
    id_, numero, em = db.session().execute(consulta).one()
    return Origem(id_, numero or "", em or agora())


def recusas_de(demanda: Demanda) -> list[tuple[str, str]]:
    """(agency, reason) of each agency that declined: shown to whoever decides next. The demand brought its routings."""
    recusados = [e for e in demanda.encaminhamentos if e.estado is EstadoEncaminhamento.RECUSADO]
    return [(e.orgao.sigla, e.motivo or "") for e in recusados]
