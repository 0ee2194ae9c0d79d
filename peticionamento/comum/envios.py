"""Uploads in parts: tus 1.0, kept part by part in the store, so that they outlive a connection, a page and a server."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model
from peticionamento.comum.tempo import agora


class Envio(Model):
    """One upload under way, or done and waiting for what it was sent for."""

    __tablename__ = "comum_envio"
    __table_args__ = (
        Index(None, "pessoa_id", "alvo", "alvo_id"),
        Index("ix_comum_envio_vencidos", "vale_ate"),
    )

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    """Random: whoever knows it and is signed in as its person may go on with it."""
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    alvo: Mapped[str] = mapped_column(String(40))
    """What it is sent for: the name under which a room registered its receiver (`peticao`, `resposta`)."""
    alvo_id: Mapped[int]
    nome: Mapped[str] = mapped_column(String(160))
    dados: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What the receiver needs beside the bytes: the slot, the format."""
    tamanho_bytes: Mapped[int]
    recebidos_bytes: Mapped[int] = mapped_column(default=0)
    partes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """The parts in the store, in order: `{nome, bytes}`."""
    recusa: Mapped[str | None] = mapped_column(String(400))
    """Why the whole file was refused at the end, for a page that lost the answer."""
    entregue_em: Mapped[datetime | None]
    criado_em: Mapped[datetime] = mapped_column(default=agora)
    vale_ate: Mapped[datetime]
