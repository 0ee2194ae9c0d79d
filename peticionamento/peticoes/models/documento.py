"""Documents of a petition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models import HipoteseLegal, NivelAcesso, TipoDocumento
from peticionamento.comum.arquivos import Arquivo
from peticionamento.comum.db import Model
from peticionamento.comum.estados import Rotulado, coluna_de_estado
from peticionamento.comum.tempo import agora
from peticionamento.peticoes.models.peticao import Peticao


class Formato(Rotulado):
    """How a document came to be digital."""

    NATO_DIGITAL = "nato_digital", "Nato-digital"
    DIGITALIZADO = "digitalizado", "Digitalizado"


class Conferencia(Rotulado):
    """What a scanned document was compared with (SEI's *tipo de conferência*)."""

    ORIGINAL = "original", "Documento original"
    ADMINISTRATIVA = "administrativa", "Cópia autenticada administrativamente"
    CARTORIO = "cartorio", "Cópia autenticada por cartório"
    SIMPLES = "simples", "Cópia simples"


class PapelDocumento(Rotulado):
    """What a document is in its petition."""

    ANEXO = "anexo", "Anexo"
    PRINCIPAL = "principal", "Petição"
    RECIBO = "recibo", "Recibo eletrônico de protocolo"
    RESPOSTA = "resposta", "Resposta consolidada"
    ANEXO_RESPOSTA = "anexo_resposta", "Anexo da resposta"
    OFICIO = "oficio", "Ofício de remessa"
    TERMO = "termo", "Termo de desmembramento"


class Documento(Model):
    """A document of a petition.

    Either its file is already in the store, or the program writes it from `dados` the first time somebody opens it
    (`documentos.emitir`): the same data always give the same bytes.
    """

    __tablename__ = "peticoes_documento"
    __table_args__ = (
        Index(None, "peticao_id", "id"),
        CheckConstraint("arquivo_id is not null or dados is not null", name="tem_conteudo"),
        CheckConstraint("(formato = 'digitalizado') = (conferencia is not null)", name="digitalizado_tem_conferencia"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    peticao_id: Mapped[int] = mapped_column(ForeignKey("peticoes_peticao.id"))
    papel: Mapped[PapelDocumento] = coluna_de_estado(PapelDocumento)
    nome: Mapped[str] = mapped_column(String(160))
    tipo_documento_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_tipo_documento.id"))
    """Which slot it fills: the process type lists its essential and complementary documents by type."""
    complemento: Mapped[str] = mapped_column(String(60), default="")
    """Says which one it is, beside its type: `ao Secretário de Saúde`."""
    numero: Mapped[str] = mapped_column(String(40), default="")
    """The document's own number, as its maker gave it: `118/2026`."""
    formato: Mapped[Formato] = coluna_de_estado(Formato, default=Formato.NATO_DIGITAL)
    conferencia: Mapped[Conferencia | None] = coluna_de_estado(Conferencia, nullable=True)
    acesso: Mapped[NivelAcesso] = coluna_de_estado(NivelAcesso, default=NivelAcesso.PUBLICO)
    hipotese_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_hipotese_legal.id"))
    pessoa_id: Mapped[int | None] = mapped_column(ForeignKey("contas_pessoa.id"))
    """Who put it here; None: the program, or an agency."""
    juntada_id: Mapped[int | None] = mapped_column(ForeignKey("peticoes_peticao.id"))
    """The later petition that brought it to this process."""
    observacao: Mapped[str] = mapped_column(String(300), default="")
    """What the gate did to it: `Retirados: 1 script`."""
    numero_sei: Mapped[int | None] = mapped_column(unique=True)
    arquivo_id: Mapped[int | None] = mapped_column(ForeignKey("comum_arquivo.id"))
    dados: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    texto_html: Mapped[str | None] = mapped_column(Text)
    """The same words for the screen, where the program wrote the document."""
    criado_em: Mapped[datetime] = mapped_column(default=agora)

    peticao: Mapped[Peticao] = relationship(back_populates="documentos", foreign_keys=[peticao_id])
    tipo_documento: Mapped[TipoDocumento | None] = relationship(lazy="joined")
    hipotese: Mapped[HipoteseLegal | None] = relationship()
    arquivo: Mapped[Arquivo | None] = relationship(lazy="joined")
