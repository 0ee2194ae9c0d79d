"""Drafts: begin, type, throw away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.cadastros.models import HipoteseLegal, Municipio, NivelAcesso, RegraAcesso, Tema, TipoProcesso
from peticionamento.cadastros.queries import municipio_por_nome
from peticionamento.comum import tempo
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, Recusa
from peticionamento.comum.permissoes import exigir, obter
from peticionamento.comum.texto import conferir_texto, limpar_html, limpar_linha, milhar
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import comparacao
from peticionamento.peticoes.models import LIMITE_ASSUNTO, Especie, EstadoPeticao, Peticao
from peticionamento.peticoes.services import versoes
from peticionamento.peticoes.services.autoria import autor_da_peticao
from peticionamento.peticoes.services.principal import texto_inicial

LIMITE_CAMPO = 4_000
"""Characters of one field of a type's form."""

LIMITE_REFERENCIA = 60


class RascunhoMudou(Conflito):
    """The draft is not the one the person saw: saved elsewhere, or with other attachments.

    `recusada` is the number of the version that keeps what could not be saved, where there is one, and `vigente` that
    of the version that is the draft.
    """

    titulo = "Este rascunho mudou."

    def __init__(self, mensagem: str, *, recusada: int | None = None, vigente: int | None = None) -> None:
        super().__init__(mensagem)
        self.recusada, self.vigente = recusada, vigente


@dataclass(frozen=True)
class Rascunho:
    """What the form of a petition holds. `texto_html` may be dirty: it is cleaned here.

    What the page did not ask is None and stays as it is; an id of 0 is a choice taken back. `campos`, by name, are
    added to those kept: a field of another type comes back with that type.
    """

    tipo_id: int
    assunto: str
    municipio: str
    texto_html: str | None
    campos: dict[str, str] = field(default_factory=dict)
    unidade_id: int | None = None
    acesso: NivelAcesso | None = None
    hipotese_id: int | None = None
    tema_id: int | None = None
    referencia: str | None = None


def comecar(tipo_id: int, chave: str, *, por: Pessoa, agora: datetime, autor_id: int | None = None) -> Peticao:
    """Begin a draft. The same `chave` for the same author gives the same draft, however often it is sent.

    `autor_id`: for whom, where the person acts for several. Raises Recusa for an unknown type or author, SemPermissao.
    """
    exigir(por, "peticoes.escrever")
    autor_id = autor_da_peticao(por, autor_id)
    tipo = _tipo_ativo(tipo_id)
    with transaction() as session:
        session.execute(
            insert(Peticao)
            .values(
                autor_id=autor_id, escrita_por_id=None if autor_id == por.id else por.id,
                chave=chave[:64], tipo_id=tipo_id, estado=EstadoPeticao.RASCUNHO,
                municipio_digitado="", assunto="", texto_html="", versao=1,
                especie=Especie.INICIAL, campos={}, referencia="", **_acesso_oferecido(tipo),
                criada_em=agora, alterada_em=agora,
            )
            .on_conflict_do_nothing(index_elements=["autor_id", "chave"])
        )  # fmt: skip
        peticao = session.execute(
            select(Peticao).where(Peticao.autor_id == autor_id, Peticao.chave == chave[:64])
        ).scalar_one()
        if peticao.criada_em == agora:
            peticao.texto_html = texto_inicial(tipo, peticao.autor, agora=agora)
            versoes.registrar(peticao, por=por, agora=agora)
        return peticao


def _acesso_oferecido(tipo: TipoProcesso) -> dict[str, Any]:
    """What a draft of this type begins with where its filer chooses; what is fixed is no choice of theirs."""
    if tipo.regra_acesso is RegraAcesso.FIXO:
        return {"acesso": NivelAcesso.PUBLICO, "hipotese_id": None}
    return {"acesso": tipo.acesso, "hipotese_id": tipo.hipotese_id}


def _tipo_ativo(tipo_id: int) -> TipoProcesso:
    tipo = db.session().get(TipoProcesso, tipo_id)
    if tipo is None or not tipo.ativo:
        raise Recusa("Escolha um dos tipos da lista.", "tipo")
    return tipo


def nao_e_mais_rascunho(peticao: Peticao) -> str:
    """Why a petition that left the drafts does not change: filed with a number of its own, or joined to another."""
    if peticao.estado is EstadoPeticao.JUNTADA:
        return "Esta petição já foi juntada ao processo e não muda mais."
    return f"Esta petição já foi protocolada com o número {peticao.numero} e não muda mais."


def rascunho_travado(peticao_id: int, por: Pessoa) -> Peticao:
    """A draft, locked. Raises Conflito when it was filed meanwhile, NaoEncontrado."""
    peticao = obter(Peticao, peticao_id, por, "peticoes.escrever", travada=True)
    if peticao.estado is not EstadoPeticao.RASCUNHO:
        raise Conflito(nao_e_mais_rascunho(peticao))
    return peticao


def rascunhar(peticao_id: int, rascunho: Rascunho, *, por: Pessoa, versao: int, agora: datetime) -> Peticao:
    """Save a draft as typed; what is incomplete stays so.

    `versao` is the version the person saw. What others saved since is kept where it is about other fields; where both
    changed the same one, RascunhoMudou is raised and what was typed stays as a version of its own. Saving what is
    already there writes nothing, whatever the version: the same text sent again after a lost answer is no conflict.
    Raises Recusa (too long, unknown type), Conflito, NaoEncontrado.
    """
    texto = None if rascunho.texto_html is None else limpar_html(rascunho.texto_html)
    _conferir_tamanhos(limpar_linha(rascunho.assunto), texto or "")
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        if not peticao.inicial:
            rascunho = _so_as_palavras(peticao, rascunho)
        # A type no longer offered stays on the drafts that have it: saving goes on, filing says so.
        tipo = peticao.tipo if rascunho.tipo_id == peticao.tipo_id else _tipo_ativo(rascunho.tipo_id)
        digitado = limpar_linha(rascunho.municipio)[:80]
        municipio = municipio_por_nome(digitado) if digitado else None
        digitado = municipio.nome if municipio else digitado
        novo = {
            "tipo_id": rascunho.tipo_id,
            "assunto": limpar_linha(rascunho.assunto),
            "municipio_digitado": digitado,
            **({} if texto is None else {"texto_html": texto}),
            **_escolhas(peticao, tipo, rascunho),
        }
        conflito = _aplicar(peticao, novo, tipo, municipio, por=por, versao=versao, agora=agora)
    if conflito is not None:
        raise conflito
    return peticao


def _so_as_palavras(peticao: Peticao, rascunho: Rascunho) -> Rascunho:
    """What comes after a filing has only its words of its own: the rest is the petition's that it is about."""
    return Rascunho(peticao.tipo_id, peticao.assunto, peticao.municipio_digitado, rascunho.texto_html)


def _aplicar(
    peticao: Peticao,
    novo: dict[str, Any],
    tipo: TipoProcesso,
    municipio: Municipio | None,
    *,
    por: Pessoa,
    versao: int,
    agora: datetime,
) -> RascunhoMudou | None:
    """Bring what was typed over `versao` to the draft, put together with what others saved since.

    A conflict is given back, not raised: what was typed is kept as a version of its own, in this transaction.
    """
    atual = versoes.retrato(peticao)
    if not comparacao.mudancas(atual, novo):
        return None
    juncao = comparacao.juntar(_base(peticao, versao, atual), atual, novo)
    if juncao.conflitos:
        recusada, vigente = versoes.guardar_recusada(peticao, juncao, base=versao, por=por, agora=agora)
        return RascunhoMudou(
            f"O rascunho foi salvo em outra aba ou outro aparelho ({tempo.data_hora(peticao.alterada_em)}), "
            f"e o que você escreveu ficou guardado ao lado, como versão {recusada}. Veja as diferenças e escolha.",
            recusada=recusada,
            vigente=vigente,
        )
    for nome, valor in juncao.levar.items():
        setattr(peticao, nome, valor)
    if "tipo_id" in juncao.levar:
        peticao.tipo = tipo
    if "municipio_digitado" in juncao.levar:
        peticao.municipio = municipio
    versoes.registrar(peticao, por=por, agora=agora)
    return None


def _base(peticao: Peticao, versao: int, atual: dict[str, Any]) -> dict[str, Any]:
    """What the person began from; with nothing known of it, whatever is different there is a conflict."""
    if versao == peticao.versao:
        return atual
    return versoes.conteudo_em(peticao.id, versao) or {"campos": {}}


def _escolhas(peticao: Peticao, tipo: TipoProcesso, rascunho: Rascunho) -> dict[str, Any]:
    """What the type lets its filer say, by column: only what the page asked, the rest stays. Raises Recusa."""
    novas: dict[str, Any] = {"campos": _campos(peticao, tipo, rascunho.campos)}
    if rascunho.unidade_id is not None:
        novas["unidade_id"] = rascunho.unidade_id or None
        oferecidas = {unidade.id for unidade in (*tipo.unidades, *peticao.tipo.unidades)} | {peticao.unidade_id, None}
        if novas["unidade_id"] not in oferecidas:
            raise Recusa("Escolha uma das unidades da lista.", "unidade")
    novas |= _acesso(peticao, tipo, rascunho)
    if rascunho.tema_id is not None:
        novas["tema_id"] = rascunho.tema_id or None
        if rascunho.tema_id and db.session().get(Tema, rascunho.tema_id) is None:
            raise Recusa("Escolha um dos temas da lista.", "tema")
    if rascunho.referencia is not None:
        novas["referencia"] = limpar_linha(rascunho.referencia)
        if len(novas["referencia"]) > LIMITE_REFERENCIA:
            raise Recusa(f"A referência tem no máximo {LIMITE_REFERENCIA} caracteres.", "referencia")
    return novas


def _acesso(peticao: Peticao, tipo: TipoProcesso, rascunho: Rascunho) -> dict[str, Any]:
    """The level chosen. One posted where nobody was asked is ignored; a new type's is offered, never a wider one."""
    if RegraAcesso.ESCOLHA not in (tipo.regra_acesso, peticao.tipo.regra_acesso):
        return {}
    if rascunho.acesso is None:
        nova = tipo.id != peticao.tipo_id and peticao.acesso is NivelAcesso.PUBLICO and peticao.hipotese_id is None
        return _acesso_oferecido(tipo) if nova else {}
    novas: dict[str, Any] = {"acesso": rascunho.acesso}
    if rascunho.hipotese_id is not None:
        novas["hipotese_id"] = rascunho.hipotese_id or None
        if rascunho.hipotese_id and db.session().get(HipoteseLegal, rascunho.hipotese_id) is None:
            raise Recusa("Escolha uma das hipóteses legais da lista.", "hipotese")
    return novas


def _campos(peticao: Peticao, tipo: TipoProcesso, digitados: dict[str, str]) -> dict[str, str]:
    """The fields kept and those typed, which must be of the type that was shown or of the new one. Raises Recusa."""
    rotulos = {str(campo["nome"]): str(campo["rotulo"]) for campo in (*peticao.tipo.campos, *tipo.campos)}
    novos = {nome: valor.strip() for nome, valor in digitados.items() if nome in rotulos}
    for nome, valor in novos.items():
        if len(valor) > LIMITE_CAMPO:
            tem = milhar(len(valor))
            raise Recusa(f"{rotulos[nome]}: {tem} caracteres; o máximo é {milhar(LIMITE_CAMPO)}.", f"campo_{nome}")
    return {**peticao.campos, **novos}


def _conferir_tamanhos(assunto: str, texto: str) -> None:
    if len(assunto) > LIMITE_ASSUNTO:
        raise Recusa(f"O assunto tem {milhar(len(assunto))} caracteres; o máximo é {LIMITE_ASSUNTO}.", "assunto")
    conferir_texto(texto)


def descartar(peticao_id: int, *, por: Pessoa) -> None:
    """Throw a draft away, attachments too (a filed petition is never deleted). Raises Conflito, NaoEncontrado."""
    with transaction() as session:
        session.delete(rascunho_travado(peticao_id, por))
