"""What the Assembly's open data said, kept for a while: the same number asked twice asks the Assembly once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model
from peticionamento.comum.tempo import agora


class ConsultaAssembleia(Model):
    """One proposition as last read; `dados` is None when the Assembly has none of that number."""

    __tablename__ = "peticoes_consulta_assembleia"

    sigla: Mapped[str] = mapped_column(String(6), primary_key=True)
    numero: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    ano: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    dados: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    lida_em: Mapped[datetime] = mapped_column(default=agora)


class VezDaAssembleia(Model):
    """The next instant at which any process may ask the Assembly: one row, one request a second."""

    __tablename__ = "peticoes_vez_da_assembleia"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proxima_em: Mapped[datetime]
