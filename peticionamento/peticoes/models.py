"""Petitions, their documents, and the row the author's list reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models import Municipio, TipoProcesso
from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.db import Model
from peticionamento.comum.estados import ComEstado, Regra, Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa

LIMITE_ASSUNTO = 100
"""SEI's own limit for the *especificação* of a process."""


class EstadoPeticao(Rotulado):
    """The two lives of a petition: still the author's, or filed for good."""

    RASCUNHO = "rascunho", "Rascunho", "neutro"
    PROTOCOLADA = "protocolada", "Protocolada", "anda"


class AcaoPeticao(Rotulado):
    """What happens to a petition."""

    PROTOCOLAR = "protocolar", "protocolar"


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


class Peticao(ComEstado, Model):
    """A petition: a draft while it is typed, and from the signature on a filed act that no longer changes."""

    __tablename__ = "peticoes_peticao"
    __table_args__ = (
        UniqueConstraint("autor_id", "chave"),
        CheckConstraint(
            "(estado = 'rascunho') or (numero is not null and protocolada_em is not null and municipio_id is not null"
            " and tipo_id is not null and assunto <> '' and texto_html <> '')",
            name="protocolada_completa",
        ),
        Index("ix_peticoes_peticao_rascunhos", "autor_id", "alterada_em", postgresql_where="estado = 'rascunho'"),
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
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    autor_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    chave: Mapped[str] = mapped_column(String(64))
    """One-use key of the form that began it: two tabs or a double click make one petition."""
    tipo_id: Mapped[int] = mapped_column(ForeignKey("cadastros_tipo_processo.id"))
    municipio_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_municipio.id"))
    municipio_digitado: Mapped[str] = mapped_column(String(80), default="")
    """What was typed in a draft, right or not yet: a half-typed name is not lost."""
    assunto: Mapped[str] = mapped_column(String(LIMITE_ASSUNTO), default="")
    texto_html: Mapped[str] = mapped_column(Text, default="")
    estado: Mapped[EstadoPeticao] = coluna_de_estado(EstadoPeticao)
    numero: Mapped[str | None] = mapped_column(String(25), unique=True)
    criada_em: Mapped[datetime] = mapped_column(default=agora)
    alterada_em: Mapped[datetime] = mapped_column(default=agora)
    protocolada_em: Mapped[datetime | None]

    autor: Mapped[Pessoa] = relationship(lazy="joined")
    tipo: Mapped[TipoProcesso] = relationship(lazy="joined")
    municipio: Mapped[Municipio | None] = relationship(lazy="joined")
    documentos: Mapped[list[Documento]] = relationship(
        back_populates="peticao", order_by="Documento.id", cascade="all, delete-orphan"
    )

    @property
    def peticao_id(self) -> int:
        """The petition its history belongs to: itself."""
        return self.id

    @property
    def titulo(self) -> str:
        """The subject, or what stands for it while there is none."""
        return self.assunto or "Rascunho sem assunto"


class PapelDocumento(Rotulado):
    """What a document is in its petition."""

    ANEXO = "anexo", "Anexo"
    PRINCIPAL = "principal", "Petição"
    RECIBO = "recibo", "Recibo eletrônico de protocolo"
    RESPOSTA = "resposta", "Resposta consolidada"
    ANEXO_RESPOSTA = "anexo_resposta", "Anexo da resposta"


class Documento(Model):
    """A document of a petition.

    Either its file is already in the store, or the program writes it from `dados` the first time somebody opens it
    (`documentos.emitir`): the same data always give the same bytes.
    """

    __tablename__ = "peticoes_documento"
    __table_args__ = (
        Index(None, "peticao_id", "id"),
        CheckConstraint("arquivo_id is not null or dados is not null", name="tem_conteudo"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    papel: Mapped[PapelDocumento] = coluna_de_estado(PapelDocumento)
    nome: Mapped[str] = mapped_column(String(160))
    numero_sei: Mapped[int | None] = mapped_column(unique=True)
    arquivo_id: Mapped[int | None] = mapped_column(ForeignKey("comum_arquivo.id"))
    dados: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    texto_html: Mapped[str | None] = mapped_column(Text)
    """The same words for the screen, where the program wrote the document."""
    criado_em: Mapped[datetime] = mapped_column(default=agora)

    peticao: Mapped[Peticao] = relationship(back_populates="documentos")
    arquivo: Mapped[Arquivo | None] = relationship(lazy="joined")


class Acompanhamento(Model):
    """Where a filed petition stands, for its author's list: one small row, written along by the later rooms."""

    __tablename__ = "peticoes_acompanhamento"
    __table_args__ = (
        Index("ix_peticoes_acompanhamento_lista", "autor_id", "etapa", "protocolada_em", "peticao_id"),
        Index("ix_peticoes_acompanhamento_todas", "autor_id", "protocolada_em", "peticao_id"),
    )

    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"), primary_key=True, autoincrement=False)
    autor_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    protocolada_em: Mapped[datetime]
    etapa: Mapped[Etapa] = coluna_de_estado(Etapa)
    onde: Mapped[str] = mapped_column(String(300))
    """In words: `No DER-MG e na SEINFRA`."""
    vence_dia: Mapped[date | None] = mapped_column(Date)
    respondida_em: Mapped[datetime | None]
    lida_em: Mapped[datetime | None]
    """When the author first opened the answer."""
