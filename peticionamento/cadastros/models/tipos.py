"""Process types that guide the filer, the documents they ask for, and the legal grounds of restricted access."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models.orgaos import Unidade
from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado

MEGABYTE = 1024 * 1024


class NivelAcesso(Rotulado):
    """SEI's access levels; the third one, sigiloso, no external user can choose."""

    PUBLICO = "publico", "Público"
    RESTRITO = "restrito", "Restrito"


class RegraAcesso(Rotulado):
    """Who says the access level: the type, and then the page does not ask, or the filer."""

    FIXO = "fixo", "Fixado pelo tipo"
    ESCOLHA = "escolha", "Escolhido por quem peticiona"


class Recebimento(Rotulado):
    """Which unit opens the process: one, or one of several that the filer chooses by agency and city."""

    UNICO = "unico", "Uma unidade"
    ESCOLHA = "escolha", "Escolhida por quem peticiona, por órgão e cidade"


class FormaPrincipal(Rotulado):
    """How the main document comes to be."""

    EDITOR = "editor", "Texto escrito no editor"
    CAMPOS = "campos", "Campos de um formulário"
    ARQUIVO = "arquivo", "Arquivo enviado"


class PapelExigencia(Rotulado):
    """Whether a document listed for a process type must be there."""

    ESSENCIAL = "essencial", "Essencial"
    COMPLEMENTAR = "complementar", "Complementar"


class HipoteseLegal(Model):
    """A legal ground for restricted access."""

    __tablename__ = "cadastros_hipotese_legal"

    id: Mapped[int] = mapped_column(primary_key=True)
    nome: Mapped[str] = mapped_column(String(120), unique=True)
    base_legal: Mapped[str] = mapped_column(String(200))
    ativa: Mapped[bool] = mapped_column(default=True)

    @property
    def rotulo(self) -> str:
        """As SEI writes it: name, then the law."""
        return f"{self.nome} ({self.base_legal})"


class TipoDocumento(Model):
    """A type of document (SEI's série): Ofício, Declaração, Fotografia..."""

    __tablename__ = "cadastros_tipo_documento"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    nome: Mapped[str] = mapped_column(String(80), unique=True)
    palavras: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    """Words in a file's name that speak for this type: they put a dropped file into the right slot."""
    ordem: Mapped[int] = mapped_column(Integer, default=0)
    ativo: Mapped[bool] = mapped_column(default=True)


class TipoProcessoUnidade(Model):
    """One of the units that a filer may choose."""

    __tablename__ = "cadastros_tipo_processo_unidade"
    __table_args__ = (Index(None, "unidade_id"),)

    tipo_processo_id: Mapped[int] = mapped_column(ForeignKey("cadastros_tipo_processo.id"), primary_key=True)
    unidade_id: Mapped[int] = mapped_column(ForeignKey("cadastros_unidade.id"), primary_key=True)


class TipoProcesso(Model):
    """A kind of demand: what it tells its filer, who receives it, who may read it, which documents it asks for."""

    __tablename__ = "cadastros_tipo_processo"
    __table_args__ = (CheckConstraint("acesso = 'publico' or hipotese_id is not null", name="restrito_tem_hipotese"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    nome: Mapped[str] = mapped_column(String(120))
    orientacao: Mapped[str] = mapped_column(Text)
    prazo_dias_uteis: Mapped[int] = mapped_column(Integer, default=10)
    ordem: Mapped[int] = mapped_column(Integer, default=0)
    ativo: Mapped[bool] = mapped_column(default=True)
    versao: Mapped[int] = mapped_column(Integer, default=1)

    recebimento: Mapped[Recebimento] = coluna_de_estado(Recebimento, default=Recebimento.UNICO)
    unidade_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_unidade.id"))
    """The one unit that receives; None: SEGOV's triage unit."""

    regra_acesso: Mapped[RegraAcesso] = coluna_de_estado(RegraAcesso, default=RegraAcesso.FIXO)
    acesso: Mapped[NivelAcesso] = coluna_de_estado(NivelAcesso, default=NivelAcesso.PUBLICO)
    """The fixed level, or the one first offered."""
    hipotese_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_hipotese_legal.id"))

    forma_principal: Mapped[FormaPrincipal] = coluna_de_estado(FormaPrincipal, default=FormaPrincipal.EDITOR)
    documento_principal_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tipo_documento.id"))
    modelo_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_documento_modelo.id"))
    """The model the editor begins with, or that the form's fields are poured into."""
    campos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """The form's fields: `{nome, rotulo, tipo: linha|texto|numero|data|valor, obrigatorio, dica}`."""

    extensoes_principal: Mapped[list[str]] = mapped_column(ARRAY(String(10)), default=lambda: ["pdf"])
    limite_principal_bytes: Mapped[int] = mapped_column(default=20 * MEGABYTE)
    extensoes_outros: Mapped[list[str]] = mapped_column(
        ARRAY(String(10)), default=lambda: ["pdf", "jpg", "jpeg", "png"]
    )
    limite_outros_bytes: Mapped[int] = mapped_column(default=50 * MEGABYTE)

    unidade: Mapped[Unidade | None] = relationship()
    unidades: Mapped[list[Unidade]] = relationship(secondary="cadastros_tipo_processo_unidade", order_by=Unidade.sigla)
    hipotese: Mapped[HipoteseLegal | None] = relationship()
    documento_principal: Mapped[TipoDocumento | None] = relationship()
    exigencias: Mapped[list[Exigencia]] = relationship(
        back_populates="tipo_processo", cascade="all, delete-orphan", order_by="Exigencia.ordem"
    )


class Exigencia(Model):
    """One document that a process type asks for (essencial) or expects (complementar): one slot of its page."""

    __tablename__ = "cadastros_exigencia"
    __table_args__ = (
        UniqueConstraint("tipo_processo_id", "tipo_documento_id"),
        Index(None, "tipo_documento_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tipo_processo_id: Mapped[int] = mapped_column(ForeignKey("cadastros_tipo_processo.id"))
    tipo_documento_id: Mapped[int] = mapped_column(ForeignKey("cadastros_tipo_documento.id"))
    papel: Mapped[PapelExigencia] = coluna_de_estado(PapelExigencia)
    dica: Mapped[str] = mapped_column(String(200), default="")
    ordem: Mapped[int] = mapped_column(Integer, default=0)

    tipo_processo: Mapped[TipoProcesso] = relationship(back_populates="exigencias")
    tipo_documento: Mapped[TipoDocumento] = relationship(lazy="joined")
