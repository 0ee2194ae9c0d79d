"""Reads of a draft's versions: the list, what differs between two, what is new since one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

from sqlalchemy import func, select

from peticionamento.cadastros.models import HipoteseLegal, NivelAcesso, Tema, TipoDocumento, TipoProcesso, Unidade
from peticionamento.comum.aparelho import em_palavras
from peticionamento.comum.db import Base, db
from peticionamento.comum.paginacao import Pagina, paginar
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import comparacao
from peticionamento.peticoes.models import Conferencia, Formato, PapelDocumento, Peticao, VersaoRascunho
from peticionamento.peticoes.presenca import Salvamento
from peticionamento.peticoes.services.versoes import NAO_APLICADA, conteudo_em, retrato

ROTULOS = {
    "tipo_id": "Tipo da demanda",
    "assunto": "Assunto",
    "municipio_digitado": "Município",
    "texto_html": "Texto do pedido",
    "campos": "Dados do pedido",
    "tema_id": "Tema",
    "unidade_id": "Unidade que recebe",
    "acesso": "Nível de acesso",
    "hipotese_id": "Hipótese legal",
    "referencia": "Sua referência",
    "proposicao": "Proposição da Assembleia",
    "proposicao_dados": "Dados da Assembleia",
    "documentos": "Documentos",
}

_DO_DOCUMENTO = {
    "nome": "nome",
    "papel": "papel",
    "tipo_documento_id": "tipo",
    "complemento": "complemento",
    "numero": "número",
    "formato": "formato",
    "conferencia": "conferência",
    "acesso": "nível de acesso",
    "hipotese_id": "hipótese legal",
    "observacao": "observação",
    "sha256": "conteúdo do arquivo",
    "dados": "conteúdo",
    "texto_html": "texto",
}

_NO_FORMULARIO = {
    "tipo_id": "tipo",
    "assunto": "assunto",
    "municipio_digitado": "municipio",
    "texto_html": "texto",
    "tema_id": "tema",
    "unidade_id": "unidade",
    "acesso": "acesso",
    "hipotese_id": "hipotese",
    "referencia": "referencia",
}

_ENUMERACOES = {"acesso": NivelAcesso, "formato": Formato, "conferencia": Conferencia, "papel": PapelDocumento}
_TABELAS: dict[str, type[Any]] = {
    "tipo_id": TipoProcesso,
    "tema_id": Tema,
    "unidade_id": Unidade,
    "hipotese_id": HipoteseLegal,
    "tipo_documento_id": TipoDocumento,
}

_HA_POUCO = timedelta(minutes=2)


@dataclass(frozen=True)
class LinhaDeVersao:
    """A version as the list shows it. `mudou` are the names, in words, of what differs from the one before."""

    numero: int
    salva_em: datetime
    quem: str
    aparelho: str
    mudou: list[str]
    aplicada: bool
    volta_de: int | None


def lista(peticao_id: int, cursor: str | None) -> Pagina[LinhaDeVersao]:
    """One page of a draft's versions, newest first."""
    conteudo = VersaoRascunho.conteudo
    consulta = (
        select(
            VersaoRascunho.numero,
            VersaoRascunho.salva_em,
            Pessoa.nome,
            VersaoRascunho.aparelho,
            conteudo["mudou"].label("mudou"),
            conteudo.has_key(NAO_APLICADA).label("recusada"),
            conteudo["volta_de"].label("volta_de"),
        )
        .join(Pessoa, Pessoa.id == VersaoRascunho.pessoa_id)
        .where(VersaoRascunho.peticao_id == peticao_id)
    )
    pagina = paginar(consulta, [(VersaoRascunho.numero, int)], cursor, decrescente=True)
    linhas = [
        LinhaDeVersao(
            linha.numero,
            linha.salva_em,
            linha.nome,
            em_palavras(linha.aparelho),
            [ROTULOS.get(nome, nome) for nome in linha.mudou or ()],
            not linha.recusada,
            linha.volta_de,
        )
        for linha in pagina.itens
    ]
    return Pagina(linhas, pagina.proximo, pagina.continua)


def salvamentos(peticao_id: int, agora: datetime) -> list[Salvamento]:
    """The last save of each sign-in in the last two minutes."""
    sessao = VersaoRascunho.conteudo["sessao"].astext
    consulta = (
        select(Pessoa.id, Pessoa.nome, sessao, VersaoRascunho.aparelho, func.max(VersaoRascunho.salva_em))
        .join(Pessoa, Pessoa.id == VersaoRascunho.pessoa_id)
        .where(VersaoRascunho.peticao_id == peticao_id, VersaoRascunho.salva_em > agora - _HA_POUCO)
        .group_by(Pessoa.id, sessao, VersaoRascunho.aparelho)
        .order_by(func.max(VersaoRascunho.salva_em).desc())
    )
    return [Salvamento(*linha) for linha in db.session().execute(consulta) if linha[2]]


def novidades(peticao: Peticao, desde: int) -> dict[str, str]:
    """What a page that shows the version `desde` does not know yet: form fields and their values now."""
    if desde == peticao.versao:
        return {}
    antes, agora = conteudo_em(peticao.id, desde), retrato(peticao)
    if antes is None:
        return {}
    novos = {
        _NO_FORMULARIO[nome]: _do_formulario(agora[nome])
        for nome in comparacao.mudancas(antes, agora)
        if nome in _NO_FORMULARIO
    }
    campos = agora["campos"].items()
    return novos | {f"campo_{nome}": valor for nome, valor in campos if antes["campos"].get(nome) != valor}


def alheias_ao_salvar(peticao: Peticao, vista: int, instante: datetime) -> dict[str, str] | None:
    """What a page that showed the version `vista` does not know after its save at `instante`: as `novidades`.

    None when nobody else changed the draft in between, files included. A save that wrote nothing may follow others too.
    """
    propria = 1 if peticao.alterada_em == instante else 0
    return novidades(peticao, vista) if peticao.versao > vista + propria else None


def _do_formulario(valor: Any) -> str:
    return "" if valor is None else str(valor)


@dataclass(frozen=True)
class Diferenca:
    """One field that two versions have different: its label, and both values as one text with its marks (safe HTML)."""

    rotulo: str
    marcado: str


@dataclass(frozen=True)
class DocumentoDiferente:
    """One document that two versions have different, and for one that changed, what: (label, before, after)."""

    nome: str
    que: str
    detalhes: list[tuple[str, str, str]]


def diferencas(antes: VersaoRascunho, depois: VersaoRascunho) -> list[Diferenca]:
    """What differs between two versions, field by field; documents aside."""
    um, outro = antes.conteudo, depois.conteudo
    mudou = [nome for nome in ROTULOS if not comparacao.mesma_coisa(nome, um.get(nome), outro.get(nome))]
    nomes = _nomes([um, outro])
    linhas = []
    for nome in mudou:
        if nome == "texto_html":
            marcado = comparacao.marcar_texto(um[nome], outro[nome])
            so_a_forma = "<ins>" not in marcado and "<del>" not in marcado
            linhas.append(
                Diferenca(ROTULOS[nome], ("<p><em>Mudou só a formatação.</em></p>" if so_a_forma else "") + marcado)
            )
        elif nome == "campos":
            linhas += _campos_diferentes(um[nome], outro[nome], nomes)
        elif nome not in ("documentos", "proposicao_dados"):
            linhas.append(Diferenca(ROTULOS[nome], _marcar(nome, um.get(nome), outro.get(nome), nomes)))
    return linhas


def _campos_diferentes(um: dict[str, str], outro: dict[str, str], nomes: Mapping[Any, str]) -> list[Diferenca]:
    todos = [nome for nome in {**um, **outro} if um.get(nome, "") != outro.get(nome, "")]
    return [
        Diferenca(nomes.get(("campos", nome), nome), _marcar(nome, um.get(nome, ""), outro.get(nome, ""), nomes))
        for nome in todos
    ]


def documentos_diferentes(antes: VersaoRascunho, depois: VersaoRascunho) -> list[DocumentoDiferente]:
    """Documents that came, went or were described anew between two versions."""
    nomes = _nomes([antes.conteudo, depois.conteudo])
    return [
        DocumentoDiferente(
            d.nome,
            d.que,
            [(_DO_DOCUMENTO.get(c, c), _dizer(c, um, nomes), _dizer(c, outro, nomes)) for c, um, outro in d.detalhes],
        )
        for d in comparacao.comparar_documentos(antes.conteudo, depois.conteudo)
    ]


def _marcar(nome: str, um: Any, outro: Any, nomes: Mapping[Any, str]) -> str:
    return comparacao.marcar_texto(*(escape(_dizer(nome, valor, nomes)) for valor in (um, outro)))


def _dizer(nome: str, valor: Any, nomes: Mapping[Any, str]) -> str:
    """A value as the page says it."""
    if valor in (None, ""):
        return ""
    if nome in _ENUMERACOES:
        return str(_ENUMERACOES[nome](valor).rotulo)
    if nome in ("sha256", "dados", "texto_html"):
        return "outro"
    return nomes.get((nome, valor), str(valor))


def _nomes(conteudos: Iterable[Mapping[str, Any]]) -> dict[Any, str]:
    """The names of the rows that contents point at, by (column, id), and the labels of the types' own fields."""
    linhas = [linha for conteudo in conteudos for linha in (conteudo, *conteudo["documentos"])]
    nomes: dict[Any, str] = {}
    for coluna, tabela in _TABELAS.items():
        ids = {linha[coluna] for linha in linhas if linha.get(coluna) is not None}
        for achado in _buscar(tabela, ids):
            nomes[coluna, achado.id] = achado.nome
            for campo in getattr(achado, "campos", ()):
                nomes["campos", campo["nome"]] = campo["rotulo"]
    return nomes


def _buscar(tabela: type[Base], ids: set[int]) -> Iterable[Any]:
    if not ids:
        return ()
    return db.session().execute(select(tabela).where(tabela.id.in_(ids))).scalars()  # type: ignore[attr-defined]
