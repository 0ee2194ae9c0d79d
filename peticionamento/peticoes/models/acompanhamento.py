"""Where a filed petition stands: the small row that its author's list reads."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.prazos import ColunaDePrazo, Prazo


class Etapa(Rotulado):
    """Where a filed petition stands, as its author sees it: the four short bars."""

    PROTOCOLADA = "protocolada", "Protocolada", "neutro"
    EM_TRIAGEM = "em_triagem", "Em triagem", "neutro"
    NO_ORGAO = "no_orgao", "No órgão", "anda"
    RESPONDIDA = "respondida", "Respondida", "bom"

    @property
    def barras(self) -> int:
        """How many of the four bars are done; the next is where the petition is now."""
        return {Etapa.NO_ORGAO: 2, Etapa.RESPONDIDA: 4}.get(self, 1)

    @property
    def com_orgao(self) -> bool:
        """Whether agencies have it, rather than SEGOV."""
        return self is Etapa.NO_ORGAO


class Acompanhamento(Model):
    """Where a filed petition stands, for its author's list: one small row, written along by the later rooms."""

    __tablename__ = "peticoes_acompanhamento"
    __table_args__ = (
        Index("ix_peticoes_acompanhamento_lista", "autor_id", "etapa", "protocolada_em", "peticao_id"),
        Index("ix_peticoes_acompanhamento_todas", "autor_id", "protocolada_em", "peticao_id"),
        Index("ix_peticoes_acompanhamento_apensadas", "apensada_a_id", postgresql_where="apensada_a_id is not null"),
    )

    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"), primary_key=True, autoincrement=False)
    autor_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    protocolada_em: Mapped[datetime]
    etapa: Mapped[Etapa] = coluna_de_estado(Etapa)
    onde: Mapped[str] = mapped_column(String(300))
    """In words: `No DER-MG e na SEINFRA`."""
    vence_dia: Mapped[date | None] = mapped_column(Date)
    prazo: Mapped[Prazo | None] = mapped_column(ColunaDePrazo)
    """What `vence_dia` was worked out from; None: business days from the filing on, or nothing is due."""
    respondida_em: Mapped[datetime | None]
    lida_em: Mapped[datetime | None]
    """When the author first opened the answer."""
    orgaos: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    """Siglas of the agencies that have it or had it, for the list's filter and the count by agency."""
    reiteracoes: Mapped[int] = mapped_column(Integer, default=0)
    """How often it was repeated."""
    concluida_em: Mapped[datetime | None]
    """When it ended for good: answered, and the term to reopen it over."""
    apensada_a_id: Mapped[int | None] = mapped_column(ForeignKey("peticoes_peticao.id"))
    """The petition it was joined to, which takes its documents from then on."""
