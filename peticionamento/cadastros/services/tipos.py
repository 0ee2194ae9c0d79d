"""Process types as the administrator keeps them: checked, changed on the version seen, put aside and never deleted."""

from __future__ import annotations

import logging

from sqlalchemy import func, select

from peticionamento.cadastros.conferencia_de_tipos import DocumentoPedido, TipoEditado, conferir
from peticionamento.cadastros.models import Exigencia, Recebimento, TipoProcesso, Unidade
from peticionamento.cadastros.models.tipos import MEGABYTE
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import Conflito, Recusa
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.texto import limpar_linha, sem_acentos

logger = logging.getLogger(__name__)

MUDOU = "Outra pessoa mudou este tipo depois que você abriu a página. Veja o que é diferente e salve de novo se quiser."


def criar(editado: TipoEditado, *, por: Ator) -> TipoProcesso:
    """Make a process type. Raises Recusa with its field (all of them: `conferir`), SemPermissao."""
    exigir(por, "cadastros.administrar")
    _exigir_certo(editado, None)
    with transaction() as session:
        tipo = TipoProcesso(slug=_slug(editado.nome), versao=1, ativo=True)
        _escrever(tipo, editado)
        # It came from a person: the next load of the seeds leaves it alone.
        tipo.versao = 2
        session.add(tipo)
        session.flush()  # the page goes on to its id
        logger.info("process type %s made by person %s", tipo.slug, por.pessoa_id)
        return tipo


def alterar(tipo_id: int, editado: TipoEditado, *, por: Ator, versao: int) -> TipoProcesso:
    """Change a process type; petitions already filed keep what they were filed with.

    `versao` is the one the person saw. Raises Recusa with its field, Conflito, NaoEncontrado, SemPermissao.
    """
    exigir(por, "cadastros.administrar")
    _exigir_certo(editado, tipo_id)
    with transaction():
        tipo = _na_versao(tipo_id, versao)
        _escrever(tipo, editado)
        tipo.versao += 1
        logger.info("process type %s changed by person %s, version %s", tipo.slug, por.pessoa_id, tipo.versao)
        return tipo


def por_em_uso(tipo_id: int, ativo: bool, *, por: Ator, versao: int) -> TipoProcesso:
    """Offer a type, or no longer. Raises Recusa (the last one offered), Conflito, NaoEncontrado, SemPermissao."""
    exigir(por, "cadastros.administrar")
    with transaction() as session:
        tipo = _na_versao(tipo_id, versao)
        outros = select(func.count()).where(TipoProcesso.ativo, TipoProcesso.id != tipo_id)
        if not ativo and session.execute(outros).scalar_one() == 0:
            raise Recusa("Este é o último tipo oferecido: sem ele ninguém pode peticionar.")
        tipo.ativo = ativo
        tipo.versao += 1
        logger.info("process type %s %s by %s", tipo.slug, "offered" if ativo else "put aside", por.pessoa_id)
        return tipo


def _exigir_certo(editado: TipoEditado, tipo_id: int | None) -> None:
    if recusas := conferir(editado, tipo_id):
        raise recusas[0]


def _na_versao(tipo_id: int, versao: int) -> TipoProcesso:
    tipo = travar(TipoProcesso, tipo_id)
    if tipo.versao != versao:
        raise Conflito(MUDOU)
    return tipo


def _slug(nome: str) -> str:
    """A name for addresses and files, that no other type has."""
    base = "-".join("".join(c if c.isalnum() else " " for c in sem_acentos(nome)).split())[:50] or "tipo"
    usados = set(db.session().execute(select(TipoProcesso.slug).where(TipoProcesso.slug.startswith(base))).scalars())
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, 1000))) if s not in usados)


def _escrever(tipo: TipoProcesso, editado: TipoEditado) -> None:
    """Bring what was typed, already checked, to the row; what its choices do not use is emptied."""
    escolhe = editado.recebimento is Recebimento.ESCOLHA
    tipo.nome, tipo.orientacao = limpar_linha(editado.nome), editado.orientacao.strip()
    tipo.prazo_dias_uteis, tipo.ordem = editado.prazo_dias_uteis, editado.ordem
    tipo.recebimento = editado.recebimento
    tipo.unidade_id = None if escolhe else editado.unidade_id or None
    tipo.unidades = _unidades(editado.unidades_ids) if escolhe else []
    tipo.regra_acesso, tipo.acesso = editado.regra_acesso, editado.acesso
    tipo.hipotese_id = editado.hipotese_id or None
    tipo.forma_principal = editado.forma_principal
    tipo.documento_principal_id = editado.documento_principal_id or None
    tipo.modelo_id = editado.modelo_id or None
    tipo.campos = list(editado.campos)
    tipo.extensoes_principal = list(editado.extensoes_principal)
    tipo.extensoes_outros = list(editado.extensoes_outros)
    tipo.limite_principal_bytes = editado.limite_principal_mb * MEGABYTE
    tipo.limite_outros_bytes = editado.limite_outros_mb * MEGABYTE
    _escrever_documentos(tipo, editado.documentos)


def _unidades(ids: tuple[int, ...]) -> list[Unidade]:
    return list(db.session().execute(select(Unidade).where(Unidade.id.in_(ids)).order_by(Unidade.sigla)).scalars())


def _escrever_documentos(tipo: TipoProcesso, pedidos: tuple[DocumentoPedido, ...]) -> None:
    """A document asked for before keeps its row."""
    antes = {exigencia.tipo_documento_id: exigencia for exigencia in tipo.exigencias}
    agora = []
    for ordem, pedido in enumerate(pedidos):
        exigencia = antes.get(pedido.tipo_documento_id) or Exigencia(tipo_documento_id=pedido.tipo_documento_id)
        exigencia.papel, exigencia.dica, exigencia.ordem = pedido.papel, limpar_linha(pedido.dica), ordem
        agora.append(exigencia)
    tipo.exigencias = agora
