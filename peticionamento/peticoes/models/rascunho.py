"""What is kept of a draft: every version, and the spreadsheets that drafts were made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model
from peticionamento.comum.tempo import agora


class VersaoRascunho(Model):
    """A draft as it was after one change, of text or of files. Kept for 30 days after the draft's last change."""

    __tablename__ = "peticoes_versao_rascunho"
    __table_args__ = (UniqueConstraint("peticao_id", "numero"), Index(None, "salva_em"))

    id: Mapped[int] = mapped_column(primary_key=True)
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id", ondelete="CASCADE"))
    numero: Mapped[int] = mapped_column(Integer)
    conteudo: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Every field of the draft by name, and its documents, each with its file's hash: enough to bring it back."""
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    aparelho: Mapped[str] = mapped_column(String(200), default="")
    salva_em: Mapped[datetime] = mapped_column(default=agora)


class Lote(Model):
    """A spreadsheet of many petitions, read and checked; its drafts are made when its person says so."""

    __tablename__ = "peticoes_lote"

    id: Mapped[int] = mapped_column(primary_key=True)
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    """Who sent it."""
    autor_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"), index=True)
    """Whose petitions they are."""
    nome: Mapped[str] = mapped_column(String(160))
    linhas: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """The lines as read, each with its line number, its values, its errors, and the draft made of it."""
    enviado_em: Mapped[datetime] = mapped_column(default=agora)
    criado_em: Mapped[datetime | None]
    """When the drafts were made."""
