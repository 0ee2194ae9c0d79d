"""The whole process of a delivery by e-mail, as PDF: with the message, or behind a link that ends.

The file is made when it is asked for: what was added since is in it, and nothing is kept twice. Who has the link reads
what the agency reads, for as long as the agency does: a routing declined or undone closes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.comum import historico, links
from peticionamento.comum.db import db, soltar_conexao, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.tempo import dia_por_extenso, hoje
from peticionamento.distribuicao.models import Entrega
from peticionamento.distribuicao.models_correio import LinkDoProcesso
from peticionamento.peticoes import documentos, montagem
from peticionamento.peticoes.queries import documentos_de
from peticionamento.triagem.models import MORTOS
from peticionamento.triagem.prazos import calendario_do_orgao
from peticionamento.triagem.queries import para_ler

DIAS_UTEIS = 15
"""For how long a link opens: longer than most terms to answer."""


class LinkTerminou(Recusa):
    """The link was good once."""

    status = 410
    titulo = "Este link terminou."


def nome(entrega: Entrega) -> str:
    """What the file is called."""
    numero = (entrega.encaminhamento.demanda.peticao.numero or "").replace("/", "-")
    return f"Processo {numero}.pdf"


@contextmanager
def em_pdf(entrega: Entrega, *, agora: datetime) -> Iterator[BinaryIO]:
    """The process as its agency reads it; the open temporary file."""
    peticao = entrega.encaminhamento.demanda.peticao
    todos = [documentos.emitir(documento) for documento in para_ler(documentos_de(peticao.id))]
    processo = montagem.Processo(peticao, todos, historico.do_orgao(peticao.id), agora)
    with montagem.em_pdf(processo, lambda _: None) as conteudo:
        soltar_conexao()
        yield conteudo


def preparar(entrega: Entrega, *, agora: datetime) -> tuple[str, date]:
    """Write down the link that a message is about to carry; its token, the same on each try, and its last day."""
    token = links.token(f"processo de {entrega.chave}")
    vence_dia = calendario_do_orgao(entrega.encaminhamento).somar(hoje(agora), DIAS_UTEIS)
    novo = insert(LinkDoProcesso).values(entrega_id=entrega.id, resumo=links.resumo(token), vence_dia=vence_dia)
    with transaction() as session:
        session.execute(
            novo.on_conflict_do_update(
                index_elements=[LinkDoProcesso.entrega_id],
                set_={"resumo": novo.excluded.resumo, "vence_dia": novo.excluded.vence_dia},
            )
        )
    return token, vence_dia


def abrir(token: str, *, agora: datetime) -> Entrega:
    """The delivery whose process the link opens. Raises NaoEncontrado, LinkTerminou."""
    consulta = select(LinkDoProcesso).where(LinkDoProcesso.resumo == links.resumo(token))
    link = db.session().execute(consulta).scalar_one_or_none()
    if link is None:
        raise NaoEncontrado("Este link não existe. Confira se ele veio inteiro do e-mail.")
    if hoje(agora) > link.vence_dia:
        raise LinkTerminou(f"Ele valeu até {dia_por_extenso(link.vence_dia)}. Quem atende pelo órgão lê no sistema.")
    if link.entrega.encaminhamento.estado in MORTOS:
        raise LinkTerminou("A demanda não está mais com o órgão.")
    return link.entrega
