"""Use cases of the door: sign in, sign out, passwords, roles, blocking."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from sqlalchemy import select, update

from peticionamento.cadastros.queries import unidade_por_sigla
from peticionamento.comum.avisos import avisar_depois
from peticionamento.comum.correio import endereco_valido
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import EXTERNOS, Papel
from peticionamento.comum.tempo import data_hora_oficial
from peticionamento.comum.texto import limpar_linha
from peticionamento.contas.cpf import cpf_valido, so_digitos
from peticionamento.contas.models import Lotacao, Pessoa, Representacao, Sessao
from peticionamento.contas.queries import por_cpf_ou_email

SENHA_MINIMA = 10
SENHA_MAXIMA = 200
LIMITE_PARTIDO = 20
PAR_ERRADO = "CPF, e-mail ou senha não conferem. Confira e tente de novo."

_RENOVA_A_CADA = timedelta(minutes=1)

_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_FALSO = _hasher.hash(secrets.token_hex(16))
"""Checked when nobody has the name given, so that a stranger cannot tell by the time it takes."""


def resumir_senha(senha: str) -> str:
    """The argon2id hash of a password (19 MiB, two passes: OWASP's first recommendation)."""
    return _hasher.hash(senha)


def senha_confere(pessoa: Pessoa | None, senha: str) -> bool:
    """Whether the password is the person's; takes the same time when there is no such person."""
    try:
        _hasher.verify(pessoa.senha_hash if pessoa else _FALSO, senha[:SENHA_MAXIMA])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return pessoa is not None


def anotar_senha_errada(pessoa_id: int, *, agora: datetime) -> None:
    """Keep when a person who is signed in was refused by their own password."""
    with transaction() as session:
        session.execute(update(Pessoa).where(Pessoa.id == pessoa_id).values(senha_errada_em=agora))


def entrar(identificacao: str, senha: str, *, aparelho: str, agora: datetime) -> Pessoa:
    """Sign in with CPF or e-mail and password; opens a session for this device.

    Raises Recusa with one and the same sentence for an unknown name, a wrong password and a blocked account.
    """
    pessoa = por_cpf_ou_email(identificacao)
    if not senha_confere(pessoa, senha) or pessoa is None or pessoa.bloqueada_em is not None:
        raise Recusa(PAR_ERRADO, "senha")
    with transaction() as session:
        sessao = Sessao(
            id=secrets.token_urlsafe(32),
            pessoa_id=pessoa.id,
            aparelho=limpar_linha(aparelho)[:200],
            vale_ate=agora + timedelta(seconds=current_app.config["PETICIONAMENTO"].sessao_s),
        )
        session.add(sessao)
        pessoa.sessao_id = sessao.id
        if _hasher.check_needs_rehash(pessoa.senha_hash):
            pessoa.senha_hash = resumir_senha(senha)
    return pessoa


def renovar(sessao_id: str, *, agora: datetime) -> datetime:
    """Let a sign-in that has not ended go on for its whole time from now; until when. Raises NaoEncontrado."""
    with transaction() as session:
        vale_ate = session.execute(
            update(Sessao)
            .where(Sessao.id == sessao_id, Sessao.encerrada_em.is_(None), Sessao.vale_ate > agora)
            .values(vale_ate=agora + timedelta(seconds=current_app.config["PETICIONAMENTO"].sessao_s))
            .returning(Sessao.vale_ate)
        ).scalar_one_or_none()
    if vale_ate is None:
        raise NaoEncontrado()
    return vale_ate


def prolongar(pessoa: Pessoa, *, agora: datetime) -> None:
    """Keep the sign-in of somebody who is working: a draft being typed renews it, at most once a minute."""
    ganho = agora + timedelta(seconds=current_app.config["PETICIONAMENTO"].sessao_s) - pessoa.sessao_ate
    if ganho > _RENOVA_A_CADA and pessoa.sessao_ate > agora:
        pessoa.sessao_ate = renovar(pessoa.sessao_id, agora=agora)


def sair(sessao_id: str, *, agora: datetime) -> None:
    """End one device's session."""
    with transaction() as session:
        session.execute(update(Sessao).where(Sessao.id == sessao_id).values(encerrada_em=agora))


def sair_de_todos(pessoa_id: int, *, agora: datetime, menos: str | None = None) -> None:
    """End every session of a person, but the one named by `menos`."""
    with transaction() as session:
        abertas = update(Sessao).where(Sessao.pessoa_id == pessoa_id, Sessao.encerrada_em.is_(None))
        if menos is not None:
            abertas = abertas.where(Sessao.id != menos)
        session.execute(abertas.values(encerrada_em=agora))


def conferir_senha_nova(senha: str) -> None:
    """Raise Recusa when a password is too short, too long or all one letter."""
    if len(senha) < SENHA_MINIMA:
        raise Recusa(f"A senha precisa de pelo menos {SENHA_MINIMA} caracteres.", "senha_nova")
    if len(senha) > SENHA_MAXIMA:
        raise Recusa(f"A senha pode ter no máximo {SENHA_MAXIMA} caracteres.", "senha_nova")
    if len(set(senha)) < 4:
        raise Recusa("A senha repete sempre os mesmos caracteres. Escolha outra.", "senha_nova")


def trocar_senha(pessoa_id: int, atual: str, nova: str, *, agora: datetime, sessao_id: str | None) -> None:
    """Change one's own password; every other device is signed out. Raises Recusa."""
    conferir_senha_nova(nova)
    with transaction():
        pessoa = travar(Pessoa, pessoa_id)
        if not senha_confere(pessoa, atual):
            raise Recusa("A senha atual não confere.", "senha_atual")
        pessoa.senha_hash = resumir_senha(nova)
        sair_de_todos(pessoa_id, agora=agora, menos=sessao_id)
        _avisar_da_senha(pessoa, "por você", "Os outros dispositivos saíram da sua conta.", agora)


def redefinir_senha(pessoa: Pessoa, nova: str, *, agora: datetime) -> None:
    """Set a person's password without the old one (administration); signs every device out."""
    conferir_senha_nova(nova)
    with transaction():
        pessoa = travar(Pessoa, pessoa.id)
        pessoa.senha_hash = resumir_senha(nova)
        sair_de_todos(pessoa.id, agora=agora)
        _avisar_da_senha(pessoa, "pela administração do sistema", "Todos os dispositivos saíram da sua conta.", agora)


def _avisar_da_senha(pessoa: Pessoa, por: str, saiu: str, agora: datetime) -> None:
    avisar_depois(
        pessoa.email, "contas/senha_trocada", pessoa=pessoa.nome, por=por, saiu=saiu, em=data_hora_oficial(agora)
    )


def bloquear(pessoa: Pessoa, *, agora: datetime) -> None:
    """Block an account; every device is cut off at its next request."""
    with transaction():
        pessoa = travar(Pessoa, pessoa.id)
        pessoa.bloqueada_em = agora
        sair_de_todos(pessoa.id, agora=agora)


def desbloquear(pessoa: Pessoa) -> None:
    """Let a blocked account sign in again."""
    with transaction():
        travar(Pessoa, pessoa.id).bloqueada_em = None


def criar(
    cpf: str,
    nome: str,
    email: str,
    senha: str,
    *,
    cargo: str | None = None,
    partido: str | None = None,
    papel: Papel | None = None,
    unidade: str | None = None,
) -> Pessoa:
    """Register a person, with a role if one is given (`unidade` as in `dar_papel`): both or neither.

    Raises Recusa for a wrong CPF or e-mail, a weak password, somebody already registered, a role that cannot be given.
    """
    cpf, email, nome = so_digitos(cpf), email.strip().casefold(), limpar_linha(nome)
    cargo = limpar_linha(cargo or "") or None
    if not cpf_valido(cpf):
        raise Recusa("O CPF não confere: verifique os onze dígitos.", "cpf")
    if not endereco_valido(email):
        raise Recusa("O e-mail não parece um endereço válido.", "email")
    if not nome or len(nome) > 200:
        raise Recusa("Informe o nome, com até 200 caracteres.", "nome")
    if cargo and len(cargo) > 120:
        raise Recusa("O cargo pode ter no máximo 120 caracteres.", "cargo")
    sigla = _sigla_do_partido(partido)
    conferir_senha_nova(senha)
    with transaction() as session:
        if session.execute(select(Pessoa.id).where((Pessoa.cpf == cpf) | (Pessoa.email == email))).first():
            raise Recusa("Já existe uma conta com este CPF ou e-mail.", "cpf")
        pessoa = Pessoa(
            cpf=cpf, nome=nome, email=email, cargo=cargo, partido=sigla, senha_hash=resumir_senha(senha), lotacoes=[]
        )  # fmt: skip
        session.add(pessoa)
        if papel is not None:
            session.flush()  # the role points at the person
            dar_papel(pessoa, papel, unidade)
    return pessoa


def filiar(pessoa: Pessoa, partido: str) -> Pessoa:
    """Write down a deputy's party, by its sigla; none for an empty one. Raises Recusa."""
    with transaction():
        pessoa.partido = _sigla_do_partido(partido)
        return pessoa


def _sigla_do_partido(partido: str | None) -> str | None:
    sigla = limpar_linha(partido or "")
    if len(sigla) > LIMITE_PARTIDO:
        raise Recusa(f"A sigla do partido pode ter no máximo {LIMITE_PARTIDO} caracteres.", "partido")
    return sigla or None


def dar_papel(pessoa: Pessoa, papel: Papel, unidade_sigla: str | None = None) -> None:
    """Give a role; internal roles need the unit (`SES` or `SES/GAB`), a deputy has none. Raises Recusa."""
    with transaction() as session:
        unidade_id: int | None = None
        if papel not in EXTERNOS:
            unidade = (
                unidade_por_sigla(unidade_sigla or "SEGOV") if unidade_sigla or papel is not Papel.AGENTE else None
            )
            if unidade is None:
                raise Recusa(f"O papel “{papel}” precisa de uma unidade que exista (por exemplo, SES).", "unidade")
            unidade_id = unidade.id
        elif unidade_sigla:
            raise Recusa(f"Quem é {papel} é usuário externo e não tem unidade.", "unidade")
        pessoa = travar(Pessoa, pessoa.id)
        if any(lo.papel == papel and lo.unidade_id == unidade_id for lo in pessoa.lotacoes):
            raise Recusa("A pessoa já tem este papel nesta unidade.", "papel")
        session.add(Lotacao(pessoa=pessoa, papel=papel, unidade_id=unidade_id))


def representar(representante: Pessoa, representado: Pessoa) -> Representacao:
    """Let an assistant see, write and follow the petitions of a deputy; signing stays the deputy's own act.

    Raises Recusa when the one is no assistant, the other no deputy, or it is so already.
    """
    with transaction() as session:
        travar(Pessoa, representante.id)
        if Papel.ASSESSOR not in representante.papeis:
            raise Recusa(f"{representante.nome} não tem o papel assessor.", "representante")
        if Papel.DEPUTADO not in representado.papeis:
            raise Recusa(f"{representado.nome} não tem o papel deputado.", "representado")
        if _representacao_viva(representante, representado) is not None:
            raise Recusa(f"{representante.nome} já representa {representado.nome}.", "representado")
        nova = Representacao(representante_id=representante.id, representado_id=representado.id)
        session.add(nova)
        return nova


def encerrar_representacao(representante: Pessoa, representado: Pessoa, *, agora: datetime) -> None:
    """End it: the assistant sees nothing of the deputy's from the next request on. Raises Recusa when there is none."""
    with transaction():
        travar(Pessoa, representante.id)
        viva = _representacao_viva(representante, representado)
        if viva is None:
            raise Recusa(f"{representante.nome} não representa {representado.nome}.", "representado")
        viva.encerrada_em = agora


def _representacao_viva(representante: Pessoa, representado: Pessoa) -> Representacao | None:
    return (
        db.session()
        .execute(
            select(Representacao).where(
                Representacao.representante_id == representante.id,
                Representacao.representado_id == representado.id,
                Representacao.encerrada_em.is_(None),
            )
        )
        .scalar_one_or_none()
    )
