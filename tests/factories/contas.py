"""People for tests."""

from __future__ import annotations

from functools import cache
from itertools import count

from peticionamento.comum.db import transaction
from peticionamento.comum.permissoes import EXTERNOS, Papel
from peticionamento.contas.cpf import verificadores
from peticionamento.contas.models import Lotacao, Pessoa
from peticionamento.contas.services import resumir_senha
from tests.factories import cadastros

SENHA = "senha-de-teste-1"
_ordem = count(123_456_789)


@cache
def _resumo() -> str:
    return resumir_senha(SENHA)


def cpf() -> str:
    """A valid CPF nobody has yet."""
    nove = f"{next(_ordem) % 1_000_000_000:09d}"
    return nove + verificadores(nove)


def pessoa(papel: Papel = Papel.DEPUTADO, orgao: str | None = None, *, nome: str | None = None) -> Pessoa:
    """A person with one role; internal ones work in the receiving unit of `orgao` (SEGOV by default)."""
    numero = next(_ordem)
    interno = papel not in EXTERNOS
    unidade = cadastros.unidade(orgao or ("SES" if papel is Papel.AGENTE else "SEGOV")) if interno else None
    with transaction() as session:
        nova = Pessoa(
            cpf=cpf(),
            nome=nome or f"{papel.value.title()} {numero}",
            email=f"p{numero}@teste.invalid",
            cargo="Deputada Estadual" if papel is Papel.DEPUTADO else None,
            senha_hash=_resumo(),
        )
        nova.lotacoes = [Lotacao(papel=papel, unidade=unidade)]
        session.add(nova)
    return nova


def deputada(nome: str | None = None) -> Pessoa:
    """An external user."""
    return pessoa(Papel.DEPUTADO, nome=nome)


def triador(nome: str | None = None) -> Pessoa:
    """Somebody of SEGOV's desk."""
    return pessoa(Papel.TRIADOR, nome=nome)


def coordenadora(nome: str | None = None) -> Pessoa:
    """The head of SEGOV's desk."""
    return pessoa(Papel.COORDENADOR, nome=nome)


def agente(orgao: str = "SES", nome: str | None = None) -> Pessoa:
    """Somebody of an agency."""
    return pessoa(Papel.AGENTE, orgao, nome=nome)
