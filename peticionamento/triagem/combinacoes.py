"""Saved combinations of agencies: kept under a name, offered where their conditions hold, one press to use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import REGCONFIG

from peticionamento.cadastros.models import NivelAcesso, Tema, TipoProcesso
from peticionamento.cadastros.queries import orgaos_que_recebem
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.prazos import LIMITE_DIAS_UTEIS
from peticionamento.comum.texto import limpar_linha, milhar
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import Combinacao, Demanda
from peticionamento.triagem.services import LIMITE_INSTRUCAO

LIMITE_NOME = 80
LIMITE_PALAVRA = 60
LIMITE_PALAVRAS = 20
LIMITE_DESTINOS = 10
LIMITE_OFERTA = 6
"""More buttons than this are no help."""


@dataclass(frozen=True)
class DestinoGuardado:
    """An agency of a combination, with what it is asked and in how many business days."""

    orgao_id: int
    instrucao: str
    dias_uteis: int
    acesso: NivelAcesso = NivelAcesso.PUBLICO


@dataclass(frozen=True)
class Regra:
    """A combination as the coordinator writes it: its agencies, and when it is offered (no condition: always)."""

    nome: str
    destinos: Sequence[DestinoGuardado]
    tipo_id: int | None = None
    tema_id: int | None = None
    palavras: Sequence[str] = field(default_factory=tuple)
    ativa: bool = True


def destinos_de(combinacao: Combinacao) -> list[DestinoGuardado]:
    """Its agencies as they are kept."""
    return [
        DestinoGuardado(d["orgao_id"], d["instrucao"], d["dias_uteis"], NivelAcesso(d["acesso"]))
        for d in combinacao.destinos
    ]


def salvar(combinacao_id: int | None, regra: Regra, *, por: Ator, versao: int = 0) -> Combinacao:
    """Make a combination (`combinacao_id` None) or change it; `versao` is the one the person saw.

    Raises Recusa (field), Conflito (somebody changed it meanwhile), NaoEncontrado, SemPermissao.
    """
    exigir(por, "triagem.configurar")
    nome = limpar_linha(regra.nome)
    palavras = list(dict.fromkeys(p for p in map(limpar_linha, regra.palavras) if p))
    _conferir(nome, regra.destinos, palavras)
    with transaction() as session:
        linha = Combinacao(versao=0) if combinacao_id is None else travada(combinacao_id)
        if combinacao_id is not None and linha.versao != versao:
            raise Conflito("Outra pessoa mudou esta combinação depois que você abriu a página. Confira e salve.")
        xara = select(Combinacao.id).where(Combinacao.nome == nome, Combinacao.id != (combinacao_id or 0))
        if session.execute(xara).first() is not None:
            raise Recusa("Já existe uma combinação com este nome.", "nome")
        if regra.tipo_id is not None and session.get(TipoProcesso, regra.tipo_id) is None:
            raise Recusa("Este tipo de demanda não existe.", "tipo")
        if regra.tema_id is not None and session.get(Tema, regra.tema_id) is None:
            raise Recusa("Este tema não existe.", "tema")
        linha.nome, linha.palavras, linha.ativa = nome, palavras, regra.ativa
        linha.tipo_id, linha.tema_id, linha.versao = regra.tipo_id, regra.tema_id, linha.versao + 1
        linha.destinos = [_guardado(d) for d in regra.destinos]
        session.add(linha)
        session.flush()
        return linha


def travada(combinacao_id: int) -> Combinacao:
    """A combination, locked. Raises NaoEncontrado."""
    linha = db.session().get(Combinacao, combinacao_id, with_for_update=True, populate_existing=True)
    if linha is None:
        raise NaoEncontrado()
    return linha


def _guardado(destino: DestinoGuardado) -> dict[str, Any]:
    return {**asdict(destino), "instrucao": destino.instrucao.strip(), "acesso": destino.acesso.value}


def _conferir(nome: str, destinos: Sequence[DestinoGuardado], palavras: Sequence[str]) -> None:
    if not nome:
        raise Recusa("Dê um nome à combinação.", "nome")
    if len(nome) > LIMITE_NOME:
        raise Recusa(f"O nome pode ter no máximo {LIMITE_NOME} caracteres.", "nome")
    if not destinos:
        raise Recusa("Escolha pelo menos um órgão.", "destinos")
    if len(destinos) > LIMITE_DESTINOS:
        raise Recusa(f"Uma combinação tem no máximo {LIMITE_DESTINOS} órgãos.", "destinos")
    recebem = {id_ for id_, _, _ in orgaos_que_recebem()}
    if any(d.orgao_id not in recebem for d in destinos):
        raise Recusa("Um dos órgãos escolhidos não recebe demandas.", "destinos")
    if len({d.orgao_id for d in destinos}) != len(destinos):
        raise Recusa("O mesmo órgão foi escolhido duas vezes.", "destinos")
    if any(len(d.instrucao) > LIMITE_INSTRUCAO for d in destinos):
        raise Recusa(f"A instrução pode ter no máximo {milhar(LIMITE_INSTRUCAO)} caracteres.", "destinos")
    if any(not 1 <= d.dias_uteis <= LIMITE_DIAS_UTEIS for d in destinos):
        raise Recusa(f"O prazo precisa ser de 1 a {LIMITE_DIAS_UTEIS} dias úteis.", "destinos")
    if len(palavras) > LIMITE_PALAVRAS or any(len(p) > LIMITE_PALAVRA for p in palavras):
        raise Recusa(f"São até {LIMITE_PALAVRAS} palavras, cada uma com até {LIMITE_PALAVRA} caracteres.", "palavras")


def todas() -> list[Combinacao]:
    """Every combination by name, those in use first."""
    consulta = select(Combinacao).order_by(Combinacao.ativa.desc(), Combinacao.nome)
    return list(db.session().execute(consulta).scalars())


def combinacao(combinacao_id: int) -> Combinacao:
    """One of them. Raises NaoEncontrado."""
    linha = db.session().get(Combinacao, combinacao_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


def oferecidas(demanda: Demanda) -> list[Combinacao]:
    """The combinations in use whose conditions hold for a demand, the most particular first: one statement.

    A theme's holds for its subthemes; one of the words is enough, whatever its ending or accents.
    """
    quantas = func.num_nonnulls(Combinacao.tipo_id, Combinacao.tema_id) + func.least(
        1, func.cardinality(Combinacao.palavras)
    )
    consulta = (
        select(Combinacao)
        .where(
            Combinacao.ativa,
            or_(Combinacao.tipo_id.is_(None), Combinacao.tipo_id == demanda.tipo_id),
            _do_tema(demanda.tema_id),
            _com_palavra(demanda.peticao_id),
        )
        .order_by(quantas.desc(), Combinacao.nome)
        .limit(LIMITE_OFERTA)
    )
    return list(db.session().execute(consulta).scalars())


def _do_tema(tema_id: int | None) -> ColumnElement[bool]:
    if tema_id is None:
        return Combinacao.tema_id.is_(None)
    pai = select(Tema.pai_id).where(Tema.id == tema_id).scalar_subquery()
    return or_(Combinacao.tema_id.is_(None), Combinacao.tema_id == tema_id, Combinacao.tema_id == pai)


def _com_palavra(peticao_id: int) -> ColumnElement[bool]:
    palavras = func.unnest(Combinacao.palavras).table_valued("palavra").render_derived()
    frase = func.phraseto_tsquery(cast(literal("comum_portugues"), REGCONFIG), palavras.c.palavra)
    tem = select(palavras.c.palavra).join(Peticao, Peticao.id == peticao_id).where(Peticao.busca.op("@@")(frase))
    return or_(func.cardinality(Combinacao.palavras) == 0, tem.correlate(Combinacao).exists())
