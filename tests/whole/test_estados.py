"""Every (state, action) pair of every entity: what the table allows happens whole, everything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from docs.gerar_estados import DESTINO, MODELOS, acoes, estados, gerar
from peticionamento.comum import historico
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db
from peticionamento.comum.erros import AcaoIndevida, SemPermissao
from peticionamento.comum.estados import ComEstado, Rotulado, mover
from peticionamento.comum.permissoes import REGISTRO, SISTEMA, Ator, Papel, pode
from peticionamento.distribuicao.models import Entrega
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoDemanda
from tests.factories import contas, triagem


@dataclass(frozen=True)
class Alguem:
    """Somebody with one role."""

    papeis: frozenset[Papel]
    pessoa_id: int | None = None
    nome: str = "Alguém"
    onde: str | None = None
    unidades_ids: frozenset[int] = frozenset()


TODOS: list[Ator] = [*(Alguem(frozenset({papel})) for papel in Papel), Alguem(frozenset())]
SITUACOES = [
    pytest.param(entidade, de, id=f"{entidade.__name__}-{de}") for entidade in MODELOS for de in estados(entidade)
]


@pytest.fixture
def por_em(app: Flask) -> Callable[[type[ComEstado], Rotulado], Any]:
    """`por_em(Demanda, estado)`: a row in that state, with what the database's own rules ask of it."""
    demanda, ana = triagem.distribuida(), contas.triador("Ana")
    (encaminhamento,) = demanda.encaminhamentos
    linhas: dict[type[ComEstado], Any] = {
        Peticao: demanda.peticao,
        Demanda: demanda,
        Encaminhamento: encaminhamento,
        Entrega: db.session().execute(select(Entrega).limit(1)).scalar_one(),
        Aviso: db.session().execute(select(Aviso).limit(1)).scalar_one(),
    }

    def por(entidade: type[ComEstado], estado: Rotulado) -> Any:
        linha = linhas[entidade]
        linha.estado = estado
        if entidade is Demanda:
            linha.triador = ana if estado is EstadoDemanda.EM_TRIAGEM else None
            linha.apensada_a_id = linha.id  # asked of one that is joined, forbidden to none
        db.session.commit()
        return linha

    return por


def quem_pode(permissao: str | None) -> list[Ator]:
    return [SISTEMA] if permissao is None else [ator for ator in TODOS if pode(ator, permissao)]


def linhas_de(linha: Any) -> list[historico.Andamento]:
    consulta = select(historico.Andamento).where(historico.Andamento.peticao_id == linha.peticao_id)
    return list(db.session().execute(consulta.order_by(historico.Andamento.id)).scalars())


@pytest.mark.parametrize(("entidade", "de"), SITUACOES)
def test_what_the_table_allows_changes_state_version_and_history(
    por_em: Callable[..., Any], entidade: type[ComEstado], de: Rotulado
) -> None:
    for (origem, acao), regra in entidade.TRANSICOES.items():
        if origem != de:
            continue
        for ator in quem_pode(regra.permissao):
            linha = por_em(entidade, de)
            versao, antes = linha.versao, len(linhas_de(linha))
            with db.session.no_autoflush:  # the use case sees to what else the new state asks
                assert mover(linha, acao, por=ator, versao=versao, detalhe="à SES") is regra.para
            assert (linha.estado, linha.versao) == (regra.para, versao + 1)
            nova = por_em(entidade, regra.para)
            (andamento,) = linhas_de(nova)[antes:]
            assert (andamento.entidade, andamento.entidade_id) == (entidade.ENTIDADE, nova.id)
            assert (andamento.acao, andamento.para, andamento.quem) == (acao, regra.para, ator.nome)
            assert andamento.texto == regra.andamento.format(detalhe="à SES")
            assert andamento.texto_autor == (regra.autor and regra.autor.format(detalhe="à SES"))


@pytest.mark.parametrize(("entidade", "de"), SITUACOES)
def test_everything_else_is_refused_and_changes_nothing(
    por_em: Callable[..., Any], entidade: type[ComEstado], de: Rotulado
) -> None:
    linha = por_em(entidade, de)
    versao, antes = linha.versao, len(linhas_de(linha))
    for acao in acoes(entidade):
        regra = entidade.TRANSICOES.get((de, acao))
        if regra is None:
            for ator in (SISTEMA, *TODOS):
                with pytest.raises(AcaoIndevida, match=f"“{de.rotulo}”"):
                    mover(linha, acao, por=ator)
        elif regra.permissao is None:
            for ator in TODOS:
                with pytest.raises(AcaoIndevida, match="Só o próprio sistema"):
                    mover(linha, acao, por=ator)
        else:
            for ator in TODOS:
                if not pode(ator, regra.permissao):
                    with pytest.raises(SemPermissao):
                        mover(linha, acao, por=ator)
    db.session.commit()
    assert (linha.estado, linha.versao, len(linhas_de(linha))) == (de, versao, antes)


@pytest.mark.parametrize("entidade", MODELOS, ids=lambda entidade: entidade.__name__)
def test_every_permission_named_in_a_table_is_declared(entidade: type[ComEstado]) -> None:
    nomeadas = {regra.permissao for regra in entidade.TRANSICOES.values() if regra.permissao is not None}
    assert nomeadas <= REGISTRO.keys()
    for nome in nomeadas:
        assert quem_pode(nome), f"nobody may {nome}"


@pytest.mark.parametrize("entidade", MODELOS, ids=lambda entidade: entidade.__name__)
def test_every_state_is_reached_and_every_action_used(entidade: type[ComEstado]) -> None:
    primeiro, *outros = estados(entidade)
    alcancados = {regra.para for regra in entidade.TRANSICOES.values()}
    assert set(outros) <= alcancados | {primeiro}
    assert {acao for _, acao in entidade.TRANSICOES} == set(acoes(entidade))


def test_every_entity_with_a_life_is_here() -> None:
    com_vida = {mapa.class_ for mapa in db.Model.registry.mappers if issubclass(mapa.class_, ComEstado)}
    assert com_vida == set(MODELOS)


def test_people_read_labels_of_every_state_and_every_button() -> None:
    for entidade in MODELOS:
        assert all(
            estado.rotulo and estado.tom in ("neutro", "anda", "bom", "alerta", "mau") for estado in estados(entidade)
        )
        assert all(bool(regra.rotulo) is (regra.permissao is not None) for regra in entidade.TRANSICOES.values())


def test_the_document_is_the_tables() -> None:
    assert DESTINO.read_text(encoding="utf-8") == gerar(), "run: python -m docs.gerar_estados"
