"""Reads of the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import lazyload

from peticionamento.cadastros.models import Orgao, Unidade
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import enumerar
from peticionamento.contas.cpf import so_digitos
from peticionamento.contas.models import Lotacao, Pessoa, Posto, Representacao, Sessao


@dataclass(frozen=True)
class Representado:
    """A person somebody acts for."""

    id: int
    nome: str
    cargo: str | None

    @property
    def de_quem(self) -> str:
        """`da dep. Helena Prates`, `do dep. João Lima`; `de Ana Souza` when they are no deputy."""
        cargo = (self.cargo or "").casefold()
        antes = "da dep." if cargo.startswith("deputada") else "do dep." if cargo.startswith("deputado") else "de"
        return f"{antes} {self.nome}"


@dataclass(frozen=True)
class Gabinete:
    """Whose petitions a person works on: their own and those of the people they act for."""

    pessoa_id: int
    representados: tuple[Representado, ...] = ()

    @property
    def autores(self) -> tuple[int, ...]:
        """The ids of all of them; an index on the author serves a condition on these."""
        return (self.pessoa_id, *(r.id for r in self.representados))

    @property
    def nome(self) -> str:
        """`Gabinete da dep. Helena Prates`; empty when the person acts for nobody."""
        if not self.representados:
            return ""
        return f"Gabinete {enumerar([r.de_quem for r in self.representados])}"

    @property
    def varios(self) -> bool:
        """Whether its petitions are of more than one author, so that a list says whose each is."""
        return len(self.representados) > 1

    def de_quem(self, autor_id: int) -> str:
        """Whose a petition is, in words; empty for the person's own."""
        return next((r.de_quem for r in self.representados if r.id == autor_id), "")


def gabinete_de(pessoa_id: int) -> Gabinete:
    """The office a person works for, by the representations that have not ended."""
    consulta = (
        select(Pessoa.id, Pessoa.nome, Pessoa.cargo)
        .join(Representacao, Representacao.representado_id == Pessoa.id)
        .where(Representacao.representante_id == pessoa_id, Representacao.encerrada_em.is_(None))
        .order_by(Pessoa.nome)
    )
    return Gabinete(pessoa_id, tuple(Representado(*linha) for linha in db.session().execute(consulta)))


_POSTO = (
    select(
        func.json_agg(
            aggregate_order_by(func.json_build_array(Lotacao.papel, Lotacao.unidade_id, Orgao.sigla), Lotacao.id)
        )
    )
    .select_from(Lotacao)
    .outerjoin(Unidade, Unidade.id == Lotacao.unidade_id)
    .outerjoin(Orgao, Orgao.id == Unidade.orgao_id)
    .where(Lotacao.pessoa_id == Pessoa.id)
    .correlate(Pessoa)
    .scalar_subquery()
)
_DA_SESSAO = (
    select(Pessoa, Sessao.vale_ate, Sessao.aparelho, _POSTO)
    .join(Sessao, Sessao.pessoa_id == Pessoa.id)
    .where(
        Sessao.id == bindparam("sessao"),
        Sessao.encerrada_em.is_(None),
        Sessao.vale_ate > bindparam("instante"),
        Pessoa.bloqueada_em.is_(None),
    )
    .options(lazyload(Pessoa.lotacoes))
)
"""Asked by every request, so it is put together once and is one statement, roles and all."""


def pessoa_da_sessao(sessao_id: str, instante: datetime | None = None) -> Pessoa | None:
    """Who is signed in with this cookie; None when the session ended or the account is blocked."""
    valores = {"sessao": sessao_id, "instante": instante or agora()}
    linha = db.session().execute(_DA_SESSAO, valores).one_or_none()
    if linha is None:
        return None
    pessoa: Pessoa = linha[0]
    _, vale_ate, aparelho, lotacoes = linha
    pessoa.sessao_id, pessoa.sessao_ate, pessoa.aparelho = sessao_id, vale_ate, aparelho
    pessoa.posto_lido = _posto(lotacoes or [])
    return pessoa


def _posto(lotacoes: list[tuple[str, int | None, str | None]]) -> Posto:
    return Posto(
        frozenset(Papel(papel) for papel, _, _ in lotacoes),
        frozenset(unidade_id for _, unidade_id, _ in lotacoes if unidade_id is not None),
        next((sigla for _, _, sigla in lotacoes if sigla), None),
    )


def por_cpf_ou_email(valor: str) -> Pessoa | None:
    """A person by CPF (with or without its dots) or e-mail, as typed at the door or on the command line."""
    condicao = Pessoa.email == valor.strip().casefold() if "@" in valor else Pessoa.cpf == so_digitos(valor)
    return db.session().execute(select(Pessoa).where(condicao)).scalar_one_or_none()


def sessoes_abertas(pessoa_id: int) -> list[Sessao]:
    """The devices signed in, newest first."""
    consulta = (
        select(Sessao)
        .where(Sessao.pessoa_id == pessoa_id, Sessao.encerrada_em.is_(None), Sessao.vale_ate > agora())
        .order_by(Sessao.criada_em.desc())
        .limit(50)
    )
    return list(db.session().execute(consulta).scalars())


def emails_da_coordenacao() -> list[str]:
    """The addresses of those who coordinate the desk."""
    coordena = select(Lotacao.pessoa_id).where(Lotacao.papel == Papel.COORDENADOR)
    consulta = select(Pessoa.email).where(Pessoa.id.in_(coordena), Pessoa.bloqueada_em.is_(None)).order_by(Pessoa.id)
    return list(db.session().execute(consulta).scalars())
