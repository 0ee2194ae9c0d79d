"""Notices by e-mail to people: written with the act they tell of, sent by a job, never able to undo the act."""

from __future__ import annotations

import logging
from typing import Any

from jinja2 import TemplateError
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum import correio, saida
from peticionamento.comum.db import Model, db, inserir, transaction
from peticionamento.comum.fila import Fila
from peticionamento.comum.historico import ENTIDADE_AVISO

logger = logging.getLogger(__name__)

TAREFA = "peticionamento.comum.jobs.enviar_aviso"


class Aviso(saida.Saida, Model):
    """One e-mail to one person."""

    __tablename__ = "comum_aviso"
    __table_args__ = (saida.indice_de_pendentes("comum_aviso"),)
    ENTIDADE = ENTIDADE_AVISO
    TAREFA = TAREFA
    FILA = Fila.AVISOS
    TRANSICOES = saida.transicoes("distribuicao.reentregar", "Aviso por e-mail")

    peticao_id: Mapped[int | None] = mapped_column(ForeignKey("peticoes_peticao.id"))
    para: Mapped[str] = mapped_column(String(254))
    modelo: Mapped[str | None] = mapped_column(String(80))
    """The templates its texts are still to be filled from, with `dados`; None when they were from the beginning."""
    dados: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    assunto: Mapped[str | None] = mapped_column(String(300))
    texto: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)

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


def avisar(para: str, modelo: str, *, peticao_id: int | None = None, **contexto: Any) -> Aviso:
    """Write a notice in the current transaction; it is sent after the commit.

    `modelo` names the templates `emails/<modelo>.{assunto.txt,txt,html}`; `contexto` fills them, now.
    """
    carta = correio.redigir(modelo, **contexto)
    aviso = Aviso(peticao_id=peticao_id, para=para, assunto=carta.assunto, texto=carta.texto, html=carta.html)
    db.session().add(aviso)
    db.session().flush()  # the job carries the row's id
    saida.por_na_fila(aviso)
    return aviso


def avisar_depois(para: str, modelo: str, *, peticao_id: int | None = None, **dados: Any) -> None:
    """The same for an act that no notice may stop or slow down: the sweep finds the row and a job fills the texts in.

    So it goes some seconds later, and the act asks nothing of the queue. `dados` are plain words and numbers, as JSON
    keeps them. Texts that cannot be filled in are a try that failed: on the panel, tried again, in the end a person's.
    """
    inserir(Aviso(peticao_id=peticao_id, para=para, modelo=modelo, dados=dados))


def enviar(aviso_id: int) -> None:
    """Try to send one notice. Safe to run twice."""
    reservado = saida.reservar(Aviso, aviso_id)
    if reservado is None:
        return
    aviso, reserva = reservado
    enviada: list[correio.Carta] = []
    falha = saida.tentar(lambda: _tentar(aviso, enviada))
    with transaction():
        linha = saida.travar_reservada(Aviso, aviso_id, reserva)
        if linha is None:
            return
        if falha is None:
            linha.assunto, linha.texto, linha.html = enviada[0].assunto, enviada[0].texto, enviada[0].html
            saida.entregue(linha)
        else:
            saida.falhou(linha, falha)


def _tentar(aviso: Aviso, enviada: list[correio.Carta]) -> saida.Falha | None:
    try:
        carta = aviso.carta()
    except TemplateError as erro:
        logger.exception("notice %s has no text", aviso.id)
        return saida.Falha("o texto do aviso não pôde ser composto", f"{type(erro).__name__}: {erro}")
    enviada.append(carta)
    return correio.enviar(aviso.para, carta, chave=aviso.chave)
