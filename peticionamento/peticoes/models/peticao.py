"""Petitions: drafts while they are typed, and from the signature on filed acts that no longer change."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models import (
    FormaPrincipal,
    HipoteseLegal,
    Municipio,
    NivelAcesso,
    Tema,
    TipoProcesso,
    Unidade,
)
from peticionamento.comum.db import Model
from peticionamento.comum.estados import ComEstado, Regra, Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa

if TYPE_CHECKING:
    from peticionamento.peticoes.models.documento import Documento
    from peticionamento.peticoes.models.rascunho import VersaoRascunho

LIMITE_ASSUNTO = 100
"""SEI's own limit for the *especificação* of a process."""


class EstadoPeticao(Rotulado):
    """The lives of a petition: still the author's; filed for good; or joined to the process it was written for."""

    RASCUNHO = "rascunho", "Rascunho", "neutro"
    PROTOCOLADA = "protocolada", "Protocolada", "anda"
    JUNTADA = "juntada", "Juntada ao processo", "anda"


class AcaoPeticao(Rotulado):
    """What happens to a petition."""

    PROTOCOLAR = "protocolar", "protocolar"
    JUNTAR = "juntar", "juntar ao processo"


class Especie(Rotulado):
    """Why a petition is written: a new process, or something about one that is there (`origem`)."""

    INICIAL = "inicial", "Petição"
    INTERCORRENTE = "intercorrente", "Petição intercorrente"
    REITERACAO = "reiteracao", "Reiteração"
    DILIGENCIA = "diligencia", "Resposta a diligência"
    DESMEMBRAMENTO = "desmembramento", "Parte desmembrada"


class Peticao(ComEstado, Model):
    """A petition: a draft while it is typed, and from the signature on a filed act that no longer changes."""

    __tablename__ = "peticoes_peticao"
    __table_args__ = (
        UniqueConstraint("autor_id", "chave"),
        CheckConstraint(
            "(estado <> 'protocolada') or (numero is not null and protocolada_em is not null"
            " and municipio_id is not null and assunto <> '')",
            name="protocolada_completa",
        ),
        CheckConstraint("(estado <> 'juntada') or (protocolada_em is not null)", name="juntada_completa"),
        CheckConstraint("(especie = 'inicial') or (origem_id is not null)", name="nao_inicial_tem_origem"),
        CheckConstraint(
            "estado = 'rascunho' or acesso = 'publico' or hipotese_id is not null", name="restrito_tem_hipotese"
        ),
        Index("ix_peticoes_peticao_busca", "busca", postgresql_using="gin"),
        Index("ix_peticoes_peticao_proposicao", "proposicao", postgresql_where="proposicao is not null"),
        Index("ix_peticoes_peticao_origem", "origem_id", postgresql_where="origem_id is not null"),
        Index("ix_peticoes_peticao_rascunhos", "autor_id", "alterada_em", postgresql_where="estado = 'rascunho'"),
        Index(
            "ix_peticoes_peticao_parados",
            text("greatest(alterada_em, aberta_em)"),
            postgresql_where="estado = 'rascunho'",
        ),
    )
    ENTIDADE = "peticao"
    TRANSICOES = {
        (EstadoPeticao.RASCUNHO, AcaoPeticao.PROTOCOLAR): Regra(
            EstadoPeticao.PROTOCOLADA,
            "peticoes.protocolar",
            "Assinar e protocolar",
            "Petição assinada e protocolada com o número {detalhe}.",
            "Petição assinada e protocolada com o número {detalhe}.",
        ),
        (EstadoPeticao.RASCUNHO, AcaoPeticao.JUNTAR): Regra(
            EstadoPeticao.JUNTADA,
            "peticoes.protocolar",
            "Assinar e juntar",
            "Petição assinada e juntada ao processo {detalhe}.",
            "Petição assinada e juntada ao processo {detalhe}.",
        ),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    autor_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    chave: Mapped[str] = mapped_column(String(64))
    """One-use key of the form that began it: two tabs or a double click make one petition."""
    tipo_id: Mapped[int] = mapped_column(ForeignKey("cadastros_tipo_processo.id"))
    especie: Mapped[Especie] = coluna_de_estado(Especie, default=Especie.INICIAL)
    origem_id: Mapped[int | None] = mapped_column(ForeignKey("peticoes_peticao.id"))
    """The petition this one repeats, answers or adds to, or from which it was split."""
    escrita_por_id: Mapped[int | None] = mapped_column(ForeignKey("contas_pessoa.id"))
    """Who drafts it for the author; None: the author."""
    municipio_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_municipio.id"))
    municipio_digitado: Mapped[str] = mapped_column(String(80), default="")
    """What was typed in a draft, right or not yet: a half-typed name is not lost."""
    assunto: Mapped[str] = mapped_column(String(LIMITE_ASSUNTO), default="")
    texto_html: Mapped[str] = mapped_column(Text, default="")
    campos: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """What was typed in the fields of the type's form, by name."""
    tema_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tema.id"))
    unidade_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_unidade.id"))
    """The receiving unit the filer chose, where the type lets them."""
    acesso: Mapped[NivelAcesso] = coluna_de_estado(NivelAcesso, default=NivelAcesso.PUBLICO)
    hipotese_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_hipotese_legal.id"))
    referencia: Mapped[str] = mapped_column(String(60), default="")
    """The sender's own reference: an office's number, a folder's name."""
    proposicao: Mapped[str | None] = mapped_column(String(24))
    """The proposition at the Assembly, normalised: `RQN 8788/2024`."""
    proposicao_dados: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What the Assembly's open data said of it: authors, subject, link, when it was read."""
    estado: Mapped[EstadoPeticao] = coluna_de_estado(EstadoPeticao)
    numero: Mapped[str | None] = mapped_column(String(25), unique=True)
    criada_em: Mapped[datetime] = mapped_column(default=agora)
    alterada_em: Mapped[datetime] = mapped_column(default=agora)
    aberta_em: Mapped[datetime | None]
    """When somebody last opened the draft to go on, noted once a day: it counts as use."""
    fim_avisado_em: Mapped[datetime | None]
    """When its people were told that the draft would end soon."""
    protocolada_em: Mapped[datetime | None]
    busca: Mapped[Any] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('comum_portugues', assunto || ' ' || referencia), 'A') || "
            "setweight(to_tsvector('simple', coalesce(proposicao, '') || ' ' || coalesce(numero"
            " || ' ' || ltrim(split_part(split_part(numero, '.', 3), '-', 1), '0')"
            " || ' ' || ltrim(split_part(split_part(numero, '.', 3), '/', 1), '0'), '')), 'A') || "
            "to_tsvector('comum_portugues', municipio_digitado || ' ' || left(texto_html, 200000))",
            persisted=True,
        ),
        deferred=True,
    )
    """Portuguese stems without accents; the tags of the text are skipped by the parser.

    Of the process number also its sequence as people say it: `4127/2026` and `4127` of `1490.01.0004127/2026-20`.
    """

    autor: Mapped[Pessoa] = relationship(lazy="joined", foreign_keys=[autor_id])
    tipo: Mapped[TipoProcesso] = relationship(lazy="joined")
    municipio: Mapped[Municipio | None] = relationship(lazy="joined")
    documentos: Mapped[list[Documento]] = relationship(
        back_populates="peticao",
        foreign_keys="Documento.peticao_id",
        order_by="Documento.id",
        cascade="all, delete-orphan",
    )
    versoes: Mapped[list[VersaoRascunho]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    origem: Mapped[Peticao | None] = relationship(remote_side=[id])
    tema: Mapped[Tema | None] = relationship()
    unidade: Mapped[Unidade | None] = relationship()
    hipotese: Mapped[HipoteseLegal | None] = relationship()

    @property
    def usada_em(self) -> datetime:
        """When the draft was last changed or opened to go on: from here count the days that it is kept."""
        return max(self.alterada_em, self.aberta_em or self.alterada_em)

    @property
    def inicial(self) -> bool:
        """Whether it opens a demand, so that its type's rules are asked; what comes after has its origin's answers."""
        return self.especie is Especie.INICIAL

    @property
    def forma_principal(self) -> FormaPrincipal:
        """How its main document is written: as its type says; what comes after a filing, always in the editor."""
        return self.tipo.forma_principal if self.inicial else FormaPrincipal.EDITOR

    @property
    def peticao_id(self) -> int:
        """The petition its history belongs to: itself."""
        return self.id

    @property
    def titulo(self) -> str:
        """The subject, or what stands for it while there is none."""
        return self.assunto or "Rascunho sem assunto"
