"""Themes of demands, as a tree that the Assembly's own subject paths can be mapped to."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from peticionamento.comum.db import Model


class Tema(Model):
    """A theme or, under another, a subtheme."""

    __tablename__ = "cadastros_tema"
    __table_args__ = (
        UniqueConstraint("caminho"),
        Index(None, "pai_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pai_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tema.id"))
    nome: Mapped[str] = mapped_column(String(120))
    caminho: Mapped[str] = mapped_column(String(250))
    """The names from the root, as people read them: `Saúde › Hospital`."""
    caminhos_almg: Mapped[list[str]] = mapped_column(ARRAY(String(250)), default=list)
    """Beginnings of the Assembly's subject paths that mean this theme, plain and lower case: `/tema/saude/hospital`."""
    ordem: Mapped[int] = mapped_column(Integer, default=0)
    ativo: Mapped[bool] = mapped_column(default=True)
