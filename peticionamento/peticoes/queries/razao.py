"""The answer ledger: a demand, its repetitions, what was asked and added, and the answers to all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from peticionamento.comum.db import db
from peticionamento.comum.historico import Andamento
from peticionamento.comum.tempo import dia_curto, hoje
from peticionamento.peticoes.models import (
    ACAO_REABRIR,
    Avaliacao,
    Diligencia,
    Documento,
    Especie,
    EstadoPeticao,
    PapelDocumento,
    Peticao,
)

Onde = Callable[[int], dict[str, Any]]
"""Says in which process something happened; nothing when it is the one being read."""


@dataclass(frozen=True)
class Lancamento:
    """One line of the ledger."""

    em: datetime
    tom: str
    titulo: str
    texto: str = ""
    """What was said: a question, a reason, a comment."""
    numero: str | None = None
    """The process it happened in, when that is another one; `peticao_id` is its page."""
    peticao_id: int | None = None
    juntada_id: int | None = None
    """What was added, by its receipt."""
    documento_id: int | None = None
    """The answer."""
    parte: str = ""
    """The subject of a part that SEGOV split from a petition."""


def razao(peticao: Peticao) -> list[Lancamento]:
    """Everything that was asked and answered in the family of a filed petition, in order; four statements."""
    familia = {linha.id: linha for linha in db.session().execute(_familia(peticao))}

    def onde(id_: int) -> dict[str, Any]:
        return {} if id_ == peticao.id else {"peticao_id": id_, "numero": familia[id_].numero}

    ids = list(familia)
    linhas = [*_pedidos(familia, onde), *_diligencias(ids, onde), *_reaberturas(ids, onde), *_respostas(ids, onde)]
    return sorted(linhas, key=lambda linha: linha.em)


def _familia(peticao: Peticao) -> Select[*tuple[Any, ...]]:
    """The petition, all it was written about, and all that was written about those: filed or joined, never drafts."""
    acima = select(Peticao.id, Peticao.origem_id).where(Peticao.id == peticao.id).cte("acima", recursive=True)
    mae = aliased(Peticao)
    acima = acima.union_all(select(mae.id, mae.origem_id).join(acima, mae.id == acima.c.origem_id))
    abaixo = select(acima.c.id).where(acima.c.origem_id.is_(None)).cte("abaixo", recursive=True)
    filha = aliased(Peticao)
    abaixo = abaixo.union_all(
        select(filha.id)
        .join(abaixo, filha.origem_id == abaixo.c.id)
        .where(filha.estado != EstadoPeticao.RASCUNHO, filha.autor_id == peticao.autor_id)
    )
    return (
        select(
            Peticao.id, Peticao.especie, Peticao.estado, Peticao.numero, Peticao.protocolada_em, Peticao.origem_id,
            Peticao.assunto,
        )
        .where(Peticao.id.in_(select(abaixo.c.id)))
        .order_by(Peticao.protocolada_em, Peticao.id)
    )  # fmt: skip


def _pedidos(familia: dict[int, Row[Any]], onde: Onde) -> Iterator[Lancamento]:
    """What the author asked and added."""
    vezes: dict[int, int] = {}
    for p in familia.values():
        if p.estado is EstadoPeticao.JUNTADA:
            titulo = "Esclarecimento enviado" if p.especie is Especie.DILIGENCIA else "Documentos juntados"
            yield Lancamento(p.protocolada_em, "anda", titulo, juntada_id=p.id, **onde(p.origem_id))
        elif p.especie is Especie.REITERACAO:
            vezes[p.origem_id] = vezes.get(p.origem_id, 0) + 1
            yield Lancamento(p.protocolada_em, "anda", f"{vezes[p.origem_id]}ª reiteração", **onde(p.id))
        elif p.especie is Especie.DESMEMBRAMENTO:
            titulo = f"Parte separada: {p.assunto}"
            yield Lancamento(p.protocolada_em, "anda", titulo, parte=p.assunto, **onde(p.id))
        elif p.especie is Especie.INICIAL:
            yield Lancamento(p.protocolada_em, "anda", "Demanda protocolada", **onde(p.id))
        else:
            yield Lancamento(p.protocolada_em, "anda", "Documentos em processo relacionado", **onde(p.id))


def _diligencias(ids: list[int], onde: Onde) -> Iterator[Lancamento]:
    consulta = select(Diligencia).where(Diligencia.peticao_id.in_(ids))
    for d in db.session().execute(consulta).scalars():
        titulo = "A Secretaria de Governo pediu um esclarecimento"
        yield Lancamento(d.pedida_em, "alerta", titulo, d.pergunta, **onde(d.peticao_id))
        if d.encerrada_em is not None and d.resposta_id is None:
            yield Lancamento(d.encerrada_em, "neutro", "Análise retomada sem a resposta", **onde(d.peticao_id))


def _reaberturas(ids: list[int], onde: Onde) -> Iterator[Lancamento]:
    consulta = select(Andamento.em, Andamento.texto_autor, Andamento.peticao_id).where(
        Andamento.peticao_id.in_(ids), Andamento.acao == ACAO_REABRIR
    )
    for em, texto, id_ in db.session().execute(consulta):
        yield Lancamento(em, "alerta", "Demanda reaberta", (texto or "").partition(": ")[2], **onde(id_))


def _respostas(ids: list[int], onde: Onde) -> Iterator[Lancamento]:
    consulta = (
        select(Documento.id, Documento.peticao_id, Documento.criado_em, Documento.nome, Avaliacao)
        .outerjoin(Avaliacao, Avaliacao.resposta_id == Documento.id)
        .where(Documento.peticao_id.in_(ids), Documento.papel == PapelDocumento.RESPOSTA)
    )
    for id_, peticao_id, em, nome, avaliacao in db.session().execute(consulta):
        texto = _nota(avaliacao) if avaliacao is not None else ""
        yield Lancamento(em, "bom", nome.removesuffix(".pdf"), texto, documento_id=id_, **onde(peticao_id))


def _nota(avaliacao: Avaliacao) -> str:
    fim = f": “{avaliacao.comentario}”" if avaliacao.comentario else "."
    return f"Nota {avaliacao.nota} de 5, em {dia_curto(hoje(avaliacao.dada_em))}{fim}"


def motivo_da_reabertura(peticao_id: int) -> str | None:
    """Why a petition was last reopened, as its author said it; None when it never was."""
    linhas = list(_reaberturas([peticao_id], lambda _: {}))
    return max(linhas, key=lambda linha: linha.em).texto if linhas else None


def avaliacao_de(resposta_id: int) -> Avaliacao | None:
    """What the author thought of an answer."""
    return db.session().execute(select(Avaliacao).where(Avaliacao.resposta_id == resposta_id)).scalar_one_or_none()


def avaliacoes_de(peticao_id: int) -> list[Avaliacao]:
    """What the author thought of a petition's answers, the latest answer first: for SEGOV's pages."""
    consulta = select(Avaliacao).where(Avaliacao.peticao_id == peticao_id).order_by(Avaliacao.resposta_id.desc())
    return list(db.session().execute(consulta).scalars())
