"""Outages of the system, registered with their evidence; terms that end on such a day pass to the next business day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.db import Model, db
from peticionamento.comum.memoria import lembrada
from peticionamento.comum.prazos import Intervalo, dias_fora_do_ar
from peticionamento.comum.tempo import agora


class Indisponibilidade(Model):
    """The system was out, from one instant to another."""

    __tablename__ = "comum_indisponibilidade"
    __table_args__ = (
        CheckConstraint("fim_em > inicio_em", name="termina_depois_de_comecar"),
        Index(None, "inicio_em"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inicio_em: Mapped[datetime]
    fim_em: Mapped[datetime]
    motivo: Mapped[str] = mapped_column(String(200))
    evidencia: Mapped[str] = mapped_column(Text)
    """What proves it, in words: the monitor's record, the ticket's number."""
    arquivo_id: Mapped[int | None] = mapped_column(ForeignKey("comum_arquivo.id"))
    arquivo_nome: Mapped[str] = mapped_column(String(120), default="")
    pessoa_id: Mapped[int | None] = mapped_column(ForeignKey("contas_pessoa.id"))
    quem: Mapped[str] = mapped_column(String(200))
    criada_em: Mapped[datetime] = mapped_column(default=agora)

    arquivo: Mapped[Arquivo | None] = relationship()

    @property
    def dias(self) -> dict[date, str]:
        """The days on which, by this outage alone, no term ends."""
        return dias_fora_do_ar([Intervalo(self.inicio_em, self.fim_em, self.motivo)])


@lembrada
def dias_fora() -> Mapping[date, str]:
    """The days on which no term ends because the system was out, each with what happened."""
    return ler_dias_fora()


def ler_dias_fora() -> dict[date, str]:
    """The same, read anew: for the transaction that is changing them."""
    consulta = select(Indisponibilidade.inicio_em, Indisponibilidade.fim_em, Indisponibilidade.motivo)
    linhas = db.session().connection().execute(consulta)
    return dias_fora_do_ar(Intervalo(inicio, fim, motivo) for inicio, fim, motivo in linhas)
