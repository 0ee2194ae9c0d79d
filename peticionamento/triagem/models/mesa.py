"""What people set up for the desk: markers, saved views, columns, the weights of the priority."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora


class Cor(Rotulado):
    """The colours of markers; the name is always written beside it."""

    AZUL = "azul", "Azul"
    VERDE = "verde", "Verde"
    AMARELO = "amarelo", "Amarelo"
    VERMELHO = "vermelho", "Vermelho"
    ROXO = "roxo", "Roxo"
    CINZA = "cinza", "Cinza"


class Marcador(Model):
    """A coloured marker that the desk puts on demands. Taken out of use rather than deleted."""

    __tablename__ = "triagem_marcador"

    id: Mapped[int] = mapped_column(primary_key=True)
    nome: Mapped[str] = mapped_column(String(40), unique=True)
    cor: Mapped[Cor] = coluna_de_estado(Cor)
    ativo: Mapped[bool] = mapped_column(default=True)


class DemandaMarcador(Model):
    """A marker on a demand."""

    __tablename__ = "triagem_demanda_marcador"
    __table_args__ = (Index(None, "marcador_id", "demanda_id"),)

    demanda_id: Mapped[int] = mapped_column(ForeignKey("triagem_demanda.id"), primary_key=True, autoincrement=False)
    marcador_id: Mapped[int] = mapped_column(ForeignKey("triagem_marcador.id"), primary_key=True, autoincrement=False)
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    posto_em: Mapped[datetime] = mapped_column(default=agora)


class Vista(Model):
    """A saved view of the queue: a name for filters as the address carries them; a person's own, or everybody's."""

    __tablename__ = "triagem_vista"
    __table_args__ = (UniqueConstraint("pessoa_id", "nome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    nome: Mapped[str] = mapped_column(String(60))
    consulta: Mapped[str] = mapped_column(Text)
    """The query string, without the page."""
    compartilhada: Mapped[bool] = mapped_column(default=False)
    criada_em: Mapped[datetime] = mapped_column(default=agora)


class Preferencia(Model):
    """How one person likes the table: its columns."""

    __tablename__ = "triagem_preferencia"

    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"), primary_key=True, autoincrement=False)
    colunas: Mapped[list[str]] = mapped_column(ARRAY(String(30)), default=list)


class Resumo(Model):
    """A morning digest that went out: one a day."""

    __tablename__ = "triagem_resumo"

    dia: Mapped[date] = mapped_column(Date, primary_key=True)
    enviado_em: Mapped[datetime]


class Criterio(Rotulado):
    """What gives a demand points."""

    DIAS_UTEIS = "dias_uteis", "Dias úteis até o vencimento"
    URGENCIA = "urgencia", "Urgência"
    REITERACOES = "reiteracoes", "Reiterações"
    SEMELHANTES = "semelhantes", "Demandas semelhantes em aberto"
    IDADE = "idade", "Dias corridos desde o protocolo"


class Peso(Model):
    """A line of the coordinator's table: what reaches `limiar` gets the points; of a criterion, the best line alone.

    Reaching is being at least `limiar`; for business days left, being at most `limiar`. Urgency counts 0, 1, 2.
    """

    __tablename__ = "triagem_peso"

    criterio: Mapped[Criterio] = coluna_de_estado(Criterio, primary_key=True)
    limiar: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    pontos: Mapped[int] = mapped_column(Integer)
