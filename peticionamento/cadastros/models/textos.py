"""Model texts: short ones to insert (texto padrão) and whole documents with fields to fill in (documento modelo)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model


class TextoPadrao(Model):
    """A piece of text to put into what one writes: a unit's (None: every author's), for one type (None: all)."""

    __tablename__ = "cadastros_texto_padrao"
    __table_args__ = (Index(None, "unidade_id", "tipo_processo_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unidade_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_unidade.id"))
    tipo_processo_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tipo_processo.id"))
    titulo: Mapped[str] = mapped_column(String(120))
    texto_html: Mapped[str] = mapped_column(Text)
    """Clean HTML of the editor; may hold fields such as `{{autor}}`."""
    ativo: Mapped[bool] = mapped_column(default=True)
    versao: Mapped[int] = mapped_column(Integer, default=1)


class DocumentoModelo(Model):
    """A whole document with fields to fill in, which the renderer makes a PDF/A of. Unit and type as above."""

    __tablename__ = "cadastros_documento_modelo"
    __table_args__ = (Index(None, "unidade_id", "tipo_processo_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unidade_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_unidade.id"))
    tipo_processo_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tipo_processo.id", use_alter=True))
    nome: Mapped[str] = mapped_column(String(120))
    corpo_html: Mapped[str] = mapped_column(Text)
    """Clean HTML with fields; tables and images too."""
    ativo: Mapped[bool] = mapped_column(default=True)
    versao: Mapped[int] = mapped_column(Integer, default=1)
