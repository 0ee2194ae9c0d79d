"""Notices by e-mail to people: written with the act they tell of, sent by a job, never able to undo the act."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum import correio, saida
from peticionamento.comum.db import Model, db, transaction
from peticionamento.comum.fila import Fila
from peticionamento.comum.historico import ENTIDADE_AVISO

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
    assunto: Mapped[str] = mapped_column(String(300))
    texto: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)

    def detalhe(self) -> str:
        """To whom it goes."""
        return f"a {self.para}"


def avisar(para: str, modelo: str, *, peticao_id: int | None = None, **contexto: Any) -> Aviso:
    """Write a notice in the current transaction; it is sent after the commit.

    `modelo` names the templates `emails/<modelo>.{assunto.txt,txt,html}`; `contexto` fills them.
    """
    carta = correio.redigir(modelo, **contexto)
    aviso = Aviso(
        estado=saida.EstadoSaida.NA_FILA,
        peticao_id=peticao_id,
        para=para,
        assunto=carta.assunto,
        texto=carta.texto,
        html=carta.html,
    )
    db.session().add(aviso)
    db.session().flush()  # the job carries the row's id
    saida.por_na_fila(aviso)
    return aviso


def enviar(aviso_id: int) -> None:
    """Try to send one notice. Safe to run twice."""
    reservado = saida.reservar(Aviso, aviso_id)
    if reservado is None:
        return
    aviso, reserva = reservado
    carta = correio.Carta(aviso.assunto, aviso.texto, aviso.html)
    falha = saida.tentar(lambda: correio.enviar(aviso.para, carta, chave=aviso.chave))
    with transaction():
        linha = saida.travar_reservada(Aviso, aviso_id, reserva)
        if linha is None:
            return
        if falha is None:
            saida.entregue(linha)
        else:
            saida.falhou(linha, falha)
