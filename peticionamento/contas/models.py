"""People, the roles they hold, and their open sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peticionamento.cadastros.models import Unidade
from peticionamento.comum.db import Model
from peticionamento.comum.estados import coluna_de_estado
from peticionamento.comum.grupos_de_aviso import Quando
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora

CARGOS = {
    Papel.TRIADOR: "triagem",
    Papel.COORDENADOR: "coordenação",
    Papel.AGENTE: "atendimento",
    Papel.ADMINISTRADOR: "administração",
}


@dataclass(frozen=True)
class Posto:
    """What a person may act as: the roles held, the units whose inbox is theirs, the agency they act for."""

    papeis: frozenset[Papel] = frozenset()
    unidades_ids: frozenset[int] = frozenset()
    onde: str | None = None


class Pessoa(Model):
    """A person who signs in. It is an `Ator` of the permissions and a user of Flask-Login."""

    __tablename__ = "contas_pessoa"
    __table_args__ = (CheckConstraint("cpf ~ '^[0-9]{11}$'", name="cpf_onze_digitos"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cpf: Mapped[str] = mapped_column(String(11), unique=True)
    nome: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    cargo: Mapped[str | None] = mapped_column(String(120))
    partido: Mapped[str | None] = mapped_column(String(20))
    """A deputy's party, by its sigla."""
    senha_hash: Mapped[str] = mapped_column(String(200))
    bloqueada_em: Mapped[datetime | None]
    senha_errada_em: Mapped[datetime | None]
    """When it was last mistyped by whoever is signed in: until long after, their tries are counted beforehand."""
    criada_em: Mapped[datetime] = mapped_column(default=agora)

    lotacoes: Mapped[list[Lotacao]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", back_populates="pessoa", order_by="Lotacao.id"
    )

    __allow_unmapped__ = True  # what follows is not columns

    is_authenticated = True
    is_anonymous = False
    sessao_id: str = ""
    """The open session this request came with; set when the person is loaded from the cookie, as are these two."""
    sessao_ate: datetime = datetime.max.replace(tzinfo=UTC)
    """When it ends; never, for a person loaded by other ways."""
    aparelho: str = ""
    """The browser it was opened in: its User-Agent."""
    posto_lido: Posto | None = None

    @property
    def is_active(self) -> bool:
        """Flask-Login's word for: may sign in."""
        return self.bloqueada_em is None

    @property
    def sessao_restam_s(self) -> int:
        """Seconds until it ends."""
        return int((self.sessao_ate - agora()).total_seconds())

    def get_id(self) -> str:
        """What the cookie names: the session, not the person, so that each can be cut."""
        return self.sessao_id

    @property
    def pessoa_id(self) -> int:
        """The person, as the history keeps it."""
        return self.id

    @property
    def posto(self) -> Posto:
        """What they may act as: as read with the session, else from the roles they hold."""
        if self.posto_lido is not None:
            return self.posto_lido
        internas = [(lo.unidade_id, lo.unidade.orgao.sigla) for lo in self.lotacoes if lo.unidade]
        return Posto(
            frozenset(lo.papel for lo in self.lotacoes),
            frozenset(unidade_id for unidade_id, _ in internas if unidade_id is not None),
            internas[0][1] if internas else None,
        )

    @property
    def papeis(self) -> frozenset[Papel]:
        """The roles held."""
        return self.posto.papeis

    @property
    def unidades_ids(self) -> frozenset[int]:
        """The units whose inbox is theirs."""
        return self.posto.unidades_ids

    @property
    def onde(self) -> str | None:
        """The agency the person acts for; None for an external user."""
        return self.posto.onde

    @property
    def cargo_na_tela(self) -> str:
        """The line under the name at the top: `SEGOV · triagem`, `Usuário externo`."""
        if self.onde is None:
            return self.cargo or ("Assessoria" if Papel.ASSESSOR in self.papeis else "Usuário externo")
        return f"{self.onde} · " + ", ".join(sorted(CARGOS[p] for p in self.papeis if p in CARGOS))


class Lotacao(Model):
    """A role a person holds, in a unit when it is an internal one."""

    __tablename__ = "contas_lotacao"
    __table_args__ = (
        UniqueConstraint("pessoa_id", "papel", "unidade_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("(papel in ('deputado', 'assessor')) = (unidade_id is null)", name="interno_tem_unidade"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    papel: Mapped[Papel] = mapped_column(String(20))
    unidade_id: Mapped[int | None] = mapped_column(ForeignKey("cadastros_unidade.id"))

    pessoa: Mapped[Pessoa] = relationship(back_populates="lotacoes")
    unidade: Mapped[Unidade | None] = relationship(lazy="joined")


class Representacao(Model):
    """Who acts for whom: an assistant sees and drafts for the people they represent, while it lasts."""

    __tablename__ = "contas_representacao"
    __table_args__ = (
        Index("ix_contas_representacao_vivas", "representante_id", postgresql_where="encerrada_em is null"),
        Index(
            "uq_contas_representacao_viva",
            "representante_id",
            "representado_id",
            unique=True,
            postgresql_where="encerrada_em is null",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    representante_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    representado_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    criada_em: Mapped[datetime] = mapped_column(default=agora)
    encerrada_em: Mapped[datetime | None]


class Sessao(Model):
    """A device signed in. The cookie carries its id; ending the row cuts the device off at its next request."""

    __tablename__ = "contas_sessao"
    __table_args__ = (Index("ix_contas_sessao_abertas", "pessoa_id", postgresql_where="encerrada_em is null"),)

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"))
    aparelho: Mapped[str] = mapped_column(String(200), default="")
    criada_em: Mapped[datetime] = mapped_column(default=agora)
    vale_ate: Mapped[datetime]
    encerrada_em: Mapped[datetime | None]


class Preferencia(Model):
    """When a person wants the notices of one group (`comum.grupos_de_aviso`); no row: the group's own default."""

    __tablename__ = "contas_preferencia"

    pessoa_id: Mapped[int] = mapped_column(ForeignKey("contas_pessoa.id"), primary_key=True)
    grupo: Mapped[str] = mapped_column(String(40), primary_key=True)
    quando: Mapped[Quando] = coluna_de_estado(Quando)
