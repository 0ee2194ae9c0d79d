"""Notices by e-mail to people: written with the act they tell of, sent by a job, never able to undo the act.

Whether one goes at once, waits for the day's digest or is not sent at all is decided when its job takes it, so that no
preference costs the act anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jinja2 import TemplateError
from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum import correio, saida
from peticionamento.comum.db import Model, db, inserir, transaction
from peticionamento.comum.estados import Regra, Rotulado, mover
from peticionamento.comum.fila import Fila
from peticionamento.comum.grupos_de_aviso import Grupo, Quando, grupo_do_modelo
from peticionamento.comum.historico import ENTIDADE_AVISO
from peticionamento.comum.permissoes import SISTEMA
from peticionamento.comum.saida import AcaoSaida, EstadoSaida

logger = logging.getLogger(__name__)

TAREFA = "peticionamento.comum.jobs.enviar_aviso"


def _transicoes() -> dict[tuple[Rotulado, Rotulado], Regra]:
    """An outbox row's, and what a person's preference makes of a notice that was not tried yet."""
    tabela = dict(saida.transicoes("distribuicao.reentregar", "Aviso por e-mail"))
    for de in (EstadoSaida.NA_FILA, EstadoSaida.FALHOU):
        tabela[de, AcaoSaida.GUARDAR] = Regra(
            EstadoSaida.GUARDADO, None, "", "Aviso por e-mail guardado para o resumo do dia, {detalhe}."
        )
        tabela[de, AcaoSaida.DISPENSAR] = Regra(
            EstadoSaida.DISPENSADO, None, "", "Aviso por e-mail não enviado {detalhe}, por preferência."
        )
    tabela[EstadoSaida.GUARDADO, AcaoSaida.RESUMIR] = Regra(
        EstadoSaida.RESUMIDO, None, "", "Aviso por e-mail posto no resumo do dia, {detalhe}."
    )
    return tabela


class Aviso(saida.Saida, Model):
    """One e-mail to one person."""

    __tablename__ = "comum_aviso"
    __table_args__ = (
        saida.indice_de_pendentes("comum_aviso"),
        Index("ix_comum_aviso_guardados", "para", postgresql_where=db.text("estado = 'guardado'")),
        Index(None, "criada_em", "id"),
        Index("ix_comum_aviso_para", "para", "criada_em", "id", postgresql_ops={"para": "text_pattern_ops"}),
        Index(None, "peticao_id"),
    )
    ENTIDADE = ENTIDADE_AVISO
    TAREFA = TAREFA
    FILA = Fila.AVISOS
    TRANSICOES = _transicoes()

    peticao_id: Mapped[int | None] = mapped_column(ForeignKey("peticoes_peticao.id"))
    para: Mapped[str] = mapped_column(String(254))
    modelo: Mapped[str | None] = mapped_column(String(80))
    """The templates of its texts: they say what it is about (`grupo`)."""
    dados: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What its texts are filled in with by its job; None when they were filled in as it was written."""
    vence_dia: Mapped[date | None] = mapped_column(Date)
    """The last day of the deadline it tells of: then it goes even if the person prefers the digest."""
    assunto: Mapped[str | None] = mapped_column(String(300))
    texto: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    resumo_id: Mapped[int | None] = mapped_column(ForeignKey("comum_aviso.id"))
    """The digest that carries it."""

    @property
    def grupo(self) -> Grupo:
        """What it is about."""
        return grupo_do_modelo(self.modelo)

    @property
    def titulo(self) -> str:
        """What it is about, also before it has a subject."""
        return self.assunto or f"Aviso sobre o processo {(self.dados or {}).get('numero', '')}".strip()

    def carta(self) -> correio.Carta:
        """Its texts, filled in now if they were not yet. Raises TemplateError."""
        if self.texto is None:
            return correio.redigir(self.modelo or "", **(self.dados or {}))
        return correio.Carta(self.assunto or "", self.texto, self.html or "")

    def detalhe(self) -> str:
        """To whom it goes."""
        return f"a {self.para}"


@dataclass(frozen=True)
class Decisao:
    """What becomes of a notice that is about to be sent; `ate`: when the digest that it waits for goes out."""

    quando: Quando = Quando.NA_HORA
    ate: datetime | None = None


_decisores: list[Callable[[Aviso], Decisao]] = []


def registrar_decisor(decidir: Callable[[Aviso], Decisao]) -> None:
    """Say who knows people's preferences: a room that this one must not know."""
    _decisores[:] = [decidir]


def _decidir(aviso: Aviso) -> Decisao:
    return _decisores[0](aviso) if _decisores else Decisao()


def avisar(
    para: str, modelo: str, *, peticao_id: int | None = None, vence_dia: date | None = None, **contexto: Any
) -> Aviso:
    """Write a notice in the current transaction; it is sent after the commit.

    `modelo` names the templates `emails/<modelo>.{assunto.txt,txt,html}`; `contexto` fills them, now. `vence_dia` is
    the last day of the deadline it tells of, if there is one.
    """
    carta = correio.redigir(modelo, **contexto)
    aviso = Aviso(
        peticao_id=peticao_id,
        para=para,
        modelo=modelo,
        vence_dia=vence_dia,
        assunto=carta.assunto,
        texto=carta.texto,
        html=carta.html,
    )
    db.session().add(aviso)
    db.session().flush()  # the job carries the row's id
    saida.por_na_fila(aviso)
    return aviso


def avisar_depois(para: str, modelo: str, *, peticao_id: int | None = None, **dados: Any) -> None:
    """The same for an act that no notice may stop or slow down: the sweep finds the row and a job fills the texts in.

    So it goes some seconds later, and the act asks nothing of the queue. `dados` are plain words and numbers, as JSON
    keeps them. Texts that cannot be filled in are a try that failed: on the panel, tried again, in the end a person's.
    """
    inserir(Aviso, peticao_id=peticao_id, para=para, modelo=modelo, dados=dados)


def enviar(aviso_id: int) -> None:
    """Send one notice, or do with it what its addressee prefers. Safe to run twice."""
    reservado = saida.reservar(Aviso, aviso_id)
    if reservado is None:
        return
    aviso, reserva = reservado
    cartas: list[correio.Carta] = []
    decisoes: list[Decisao] = []
    falha = saida.tentar(lambda: _tentar(aviso, decisoes, cartas))
    with transaction():
        linha = saida.travar_reservada(Aviso, aviso_id, reserva)
        if linha is None:
            return
        if falha is not None:
            saida.falhou(linha, falha)
            return
        if cartas:
            linha.assunto, linha.texto, linha.html = cartas[0].assunto, cartas[0].texto, cartas[0].html
        _registrar(linha, decisoes[0])


def _tentar(aviso: Aviso, decisoes: list[Decisao], cartas: list[correio.Carta]) -> saida.Falha | None:
    decisao = _decidir(aviso)
    decisoes.append(decisao)
    try:
        cartas.append(aviso.carta())
    except TemplateError as erro:
        if decisao.quando is Quando.NENHUM:
            return None
        logger.exception("notice %s has no text", aviso.id)
        return saida.Falha("o texto do aviso não pôde ser composto", f"{type(erro).__name__}: {erro}")
    if decisao.quando is not Quando.NA_HORA:
        return None
    return correio.enviar(aviso.para, cartas[0], chave=aviso.chave)


def _registrar(linha: Aviso, decisao: Decisao) -> None:
    """Write down what was done with it. The row is locked."""
    if decisao.quando is Quando.NA_HORA:
        saida.entregue(linha)
        return
    acao = AcaoSaida.GUARDAR if decisao.quando is Quando.RESUMO else AcaoSaida.DISPENSAR
    mover(linha, acao, por=SISTEMA, detalhe=linha.detalhe())
    linha.reserva = linha.reservada_ate = linha.erro = linha.erro_tecnico = None
    linha.proxima_em = decisao.ate or linha.proxima_em


def resumir(guardados: list[Aviso]) -> Aviso:
    """Write the one mail that carries these held notices of one person, in the current transaction; they are locked."""
    aviso = avisar(guardados[0].para, "comum/resumo", avisos=guardados)
    for guardado in guardados:
        mover(guardado, AcaoSaida.RESUMIR, por=SISTEMA, detalhe=guardado.detalhe())
        guardado.resumo_id = aviso.id
    return aviso
