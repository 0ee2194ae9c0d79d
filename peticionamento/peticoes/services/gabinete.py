"""Acts of the office on what is filed: the sender's own note, and petitioning again."""

from __future__ import annotations

from datetime import datetime

from peticionamento.comum.db import transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import exigir, obter
from peticionamento.comum.texto import limpar_linha
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import EstadoPeticao, Peticao
from peticionamento.peticoes.services import rascunhos


def anotar_referencia(peticao_id: int, referencia: str, *, por: Pessoa) -> Peticao:
    """Change the sender's own reference of a petition, also of a filed one: it is their note, no part of the act.

    Raises Recusa (too long), NaoEncontrado.
    """
    referencia = limpar_linha(referencia)
    if len(referencia) > rascunhos.LIMITE_REFERENCIA:
        raise Recusa(f"A referência pode ter no máximo {rascunhos.LIMITE_REFERENCIA} caracteres.", "referencia")
    with transaction():
        peticao = obter(Peticao, peticao_id, por, "peticoes.acompanhar", travada=True)
        peticao.referencia = referencia
        return peticao


def pedir_de_novo(peticao_id: int, chave: str, *, por: Pessoa, agora: datetime) -> Peticao:
    """Begin a draft like a filed petition: its type, words, fields, place, theme and access; not its files.

    The same `chave` gives the same draft. Raises Recusa (its type is no longer offered, no key), NaoEncontrado.
    """
    exigir(por, "peticoes.escrever")
    modelo = obter(Peticao, peticao_id, por, "peticoes.acompanhar")
    if modelo.estado is not EstadoPeticao.PROTOCOLADA:
        raise NaoEncontrado()
    if not modelo.tipo.ativo:
        raise Recusa(f"O tipo “{modelo.tipo.nome}” não é mais oferecido. Comece uma petição nova.")
    if not chave:
        raise Recusa("Volte à página da petição e aperte o botão de novo.")
    with transaction():
        novo = rascunhos.comecar(modelo.tipo_id, chave, por=por, agora=agora, autor_id=modelo.autor_id)
        if novo.criada_em != agora or novo.assunto:
            return novo  # the second click, or the same key sent again
        copia = rascunhos.Rascunho(
            tipo_id=modelo.tipo_id,
            assunto=modelo.assunto,
            municipio=modelo.municipio_digitado,
            texto_html=modelo.texto_html,
            campos=modelo.campos,
            unidade_id=modelo.unidade_id,
            acesso=modelo.acesso,
            hipotese_id=modelo.hipotese_id,
            tema_id=modelo.tema_id,
        )
        return rascunhos.rascunhar(novo.id, copia, por=por, versao=novo.versao, agora=agora)
