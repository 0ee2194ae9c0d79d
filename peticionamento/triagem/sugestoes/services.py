"""Use cases of the suggestions: make versions, suggest, keep what people decided."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from peticionamento.comum import fila
from peticionamento.comum.db import db, inserir_objeto, soltar_conexao, transaction, travar
from peticionamento.comum.erros import Recusa
from peticionamento.comum.fila import Fila
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.tempo import agora as agora_mesmo
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.models.sugestoes import (
    Desfecho,
    EstadoModelo,
    FonteModelo,
    ModeloSugestoes,
    SugestaoDeOrgaos,
)
from peticionamento.triagem.sugestoes import queries
from peticionamento.triagem.sugestoes.modelo import Modelo
from peticionamento.triagem.sugestoes.palavras import superficies, tracos
from peticionamento.triagem.sugestoes.treino import MINIMO, Amostra

logger = logging.getLogger(__name__)

TAREFA = "peticionamento.triagem.jobs.treinar_sugestoes"
RESERVA = timedelta(hours=1)
"""How long a training may take before another job takes over."""
PRAZO_DO_TREINO_S = 3600
FALHOU = "O treino não terminou. O motivo foi registrado; tente de novo em alguns minutos."
POR_VEZ = 200
PALAVRAS_DA_BUSCA = 6
_GUARDADO = "sugestoes_modelo"
_POR_FAZER = (EstadoModelo.NA_FILA, EstadoModelo.TREINANDO)


def pedir_treino(*, por: Ator | None, agora: datetime) -> ModeloSugestoes:
    """Ask for a new version, made by a job; asking again while one is being made gives that one.

    `por` is the coordinator, None for the program itself. Raises SemPermissao.
    """
    if por is not None:
        exigir(por, "triagem.treinar")
    with transaction() as session:
        if (fazendo := queries.pendente()) is not None:
            return fazendo
        modelo = ModeloSugestoes(pessoa_id=por.pessoa_id if por else None, pedido_em=agora)
        session.add(modelo)
        session.flush()  # the job carries its id
        fila.enfileirar_depois(Fila.PACOTES, TAREFA, modelo.id, job_id=f"treino-{modelo.id}", prazo_s=PRAZO_DO_TREINO_S)
        return modelo


def treinar(modelo_id: int) -> None:
    """Make the version asked for, of the history. Safe to run twice; killed half-way, the sweep begins it again."""
    if not _reservar(modelo_id):
        return
    try:
        amostras, orgaos = queries.historico(), [o.competencia for o in queries.orgaos()]
        demonstracao = queries.e_demonstracao()
        soltar_conexao()
        fonte = FonteModelo.HISTORICO if len(amostras) >= MINIMO else FonteModelo.COMPETENCIAS
        modelo, medidas = aprender(amostras, orgaos)
    except Exception:
        # What nobody foresaw: the coordinator reads it and may ask again, and the log says why.
        logger.exception("version %s of the suggestions could not be made", modelo_id)
        db.session().rollback()
        with transaction():
            linha = travar(ModeloSugestoes, modelo_id)
            linha.estado, linha.erro = EstadoModelo.FALHOU, FALHOU
        return
    with transaction():
        linha = travar(ModeloSugestoes, modelo_id)
        _guardar(linha, modelo, medidas, fonte, len(amostras), demonstracao)


def treinar_de_arquivo(amostras: Sequence[Amostra], *, medir: bool = True) -> ModeloSugestoes:
    """Make a version of these samples (a CSV's), at once, and use it. Raises Recusa without agencies."""
    orgaos = [o.competencia for o in queries.orgaos()]
    if not orgaos:
        raise Recusa("Não há órgãos cadastrados. Rode antes: flask --app wsgi cadastros carregar.")
    demonstracao = queries.e_demonstracao() and not amostras
    if amostras:  # minutes, perhaps; without any it is a moment, and part of whoever's transaction this is
        soltar_conexao()
    modelo, medidas = aprender(amostras, orgaos, medir=medir)
    with transaction() as session:
        linha = ModeloSugestoes(pedido_em=agora_mesmo())
        session.add(linha)
        session.flush()
        fonte = FonteModelo.CSV if amostras else FonteModelo.COMPETENCIAS
        _guardar(linha, modelo, medidas, fonte, len(amostras), demonstracao)
        return linha


def treinar_do_historico() -> ModeloSugestoes:
    """Make a version of the history at once, as the command does, and use it. Raises Recusa."""
    with transaction() as session:
        linha = ModeloSugestoes(pedido_em=agora_mesmo())
        session.add(linha)
    treinar(linha.id)
    db.session().refresh(linha)
    if linha.estado is EstadoModelo.FALHOU:
        raise Recusa(linha.erro)
    return linha


def aprender(
    amostras: Sequence[Amostra], orgaos: Sequence[Any], *, medir: bool = True
) -> tuple[Modelo, dict[str, Any]]:
    """A model and the measures of its backtest (of the competences alone when there is little history)."""
    # scikit-learn is a second and a hundred megabytes: only who trains loads it.
    from peticionamento.triagem.sugestoes import backtest, treino

    modelo = treino.treinar(amostras, orgaos)
    return modelo, (backtest.medir(amostras, orgaos) if medir else None) or {}


def _reservar(modelo_id: int) -> bool:
    with transaction() as session:
        linha = session.execute(
            select(ModeloSugestoes).where(ModeloSugestoes.id == modelo_id).with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if linha is None or linha.estado not in _POR_FAZER:
            return False
        if linha.reservado_ate is not None and linha.reservado_ate > agora_mesmo():
            return False
        linha.estado, linha.reservado_ate = EstadoModelo.TREINANDO, agora_mesmo() + RESERVA
        return True


def _guardar(
    linha: ModeloSugestoes, modelo: Modelo, medidas: dict[str, Any], fonte: FonteModelo, quantas: int, demo: bool
) -> None:
    linha.parametros, linha.medidas, linha.fonte, linha.amostras = modelo.em_bytes(), medidas, fonte, quantas
    linha.demonstracao, linha.treinado_em, linha.estado = demo, agora_mesmo(), EstadoModelo.PRONTO
    _por_em_uso(linha)


def _por_em_uso(linha: ModeloSugestoes) -> None:
    session = db.session()
    session.execute(
        update(ModeloSugestoes)
        .where(ModeloSugestoes.em_uso, ModeloSugestoes.id != linha.id)
        .values(em_uso=False)
        .execution_options(synchronize_session="fetch")
    )
    linha.em_uso = True
    session.flush()


def usar(modelo_id: int, *, por: Ator) -> ModeloSugestoes:
    """Use a version that is ready again. Raises NaoEncontrado, Recusa, SemPermissao."""
    exigir(por, "triagem.treinar")
    with transaction():
        linha = travar(ModeloSugestoes, modelo_id)
        if linha.estado is not EstadoModelo.PRONTO:
            raise Recusa("Esta versão não está pronta.")
        _por_em_uso(linha)
        return linha


def varrer() -> int:
    """Suggest for what came to the desk, begin trainings that lost their job, make a first version. How many."""
    instante = agora_mesmo()
    fazendo = queries.pendente()
    if fazendo is not None and (fazendo.reservado_ate is None or fazendo.reservado_ate <= instante):
        fila.enfileirar(Fila.PACOTES, TAREFA, fazendo.id, job_id=f"treino-{fazendo.id}", prazo_s=PRAZO_DO_TREINO_S)
    carregado = modelo_em_uso()
    if carregado is None:
        if fazendo is None and queries.que_recebem():
            pedir_treino(por=None, agora=instante)
        return 0
    modelo_id, modelo = carregado
    if fazendo is None and queries.pode_aprender():
        pedir_treino(por=None, agora=instante)
    recebem = queries.que_recebem()
    feitas = 0
    for demanda in queries.sem_sugestao(POR_VEZ):
        with transaction() as session:
            if (
                session.execute(
                    select(Demanda.id).where(Demanda.id == demanda.id).with_for_update(skip_locked=True)
                ).first()
                and queries.sugestao_de(demanda.id, demanda.rodada) is None
            ):
                sugeridas = sugerir(modelo, demanda, recebem, com_parecidas=True)
                inserir_objeto(_linha(demanda, modelo_id, sugeridas, instante))
                feitas += 1
    return feitas


def _linha(demanda: Demanda, modelo_id: int, sugeridas: list[dict[str, Any]], agora: datetime) -> SugestaoDeOrgaos:
    return SugestaoDeOrgaos(
        demanda_id=demanda.id, rodada=demanda.rodada, modelo_id=modelo_id, sugeridas=sugeridas, feita_em=agora,
        escolhidos=[],
    )  # fmt: skip


def modelo_em_uso() -> tuple[int, Modelo] | None:
    """The version that suggests now, and its id; kept in the process until another one is used."""
    linha = (
        db.session()
        .execute(select(ModeloSugestoes.id, ModeloSugestoes.treinado_em).where(ModeloSugestoes.em_uso))
        .first()
    )
    if linha is None:
        return None
    chave = (linha.id, linha.treinado_em)
    guardado: tuple[Any, Modelo] | None = current_app.extensions.get(_GUARDADO)
    if guardado is None or guardado[0] != chave:
        completa = db.session().get_one(ModeloSugestoes, linha.id, options=[undefer(ModeloSugestoes.parametros)])
        guardado = (chave, Modelo.de_bytes(completa.parametros or b""))
        current_app.extensions[_GUARDADO] = guardado
    return linha.id, guardado[1]


def sugerir(modelo: Modelo, demanda: Demanda, recebem: dict[str, int], *, com_parecidas: bool) -> list[dict[str, Any]]:
    """What is suggested for a demand, with its evidence, as it is kept. `recebem`: agencies' ids by sigla."""
    texto = queries.texto_de(demanda.peticao)
    dadas = modelo.sugerir(texto, ativas=recebem.__contains__)
    iguais = queries.parecidas(_palavras_da_busca(modelo, texto), demanda.peticao_id) if dadas and com_parecidas else []
    return [
        {
            "orgao_id": recebem[dada.sigla],
            "sigla": dada.sigla,
            "probabilidade": dada.probabilidade,
            "palavras": list(dada.palavras),
            "nomeado": dada.nomeado,
            "parecidas": [sum(dada.sigla in siglas for siglas in iguais), len(iguais)],
        }
        for dada in dadas
    ]


def _palavras_da_busca(modelo: Modelo, texto: str) -> list[str]:
    """The words of the text that tell most: those the model weighs most."""
    parte = modelo.historico or modelo.competencias
    onde, valores = parte.vetor(Counter(t for t in tracos(texto, pedacos=False) if " " not in t))
    escritas = superficies(texto)
    fortes = sorted(zip(valores.tolist(), onde.tolist(), strict=True), reverse=True)
    return [escritas[r] for _, i in fortes if (r := parte.vocabulario[i]) in escritas][:PALAVRAS_DA_BUSCA]


def para_a_mesa(demanda: Demanda) -> list[dict[str, Any]] | None:
    """What the desk shows for a demand: what was kept, else worked out now. None without a version to suggest."""
    linha = queries.sugestao_de(demanda.id, demanda.rodada)
    recebem: dict[str, int]
    if linha is not None:
        return linha.sugeridas
    carregado = modelo_em_uso()
    if carregado is None:
        return None
    recebem = queries.que_recebem()
    return sugerir(carregado[1], demanda, recebem, com_parecidas=False)


def registrar(demandas: Sequence[Demanda], siglas: Sequence[str], *, por: Ator, agora: datetime) -> None:
    """Keep the first routing of a round, to these agencies, beside what was suggested for each demand.

    Called in the routing's transaction.
    """
    linhas = queries.sugestoes_de(demandas)
    if (faltam := [d for d in demandas if d.id not in linhas]) and (carregado := modelo_em_uso()) is not None:
        modelo_id, modelo = carregado
        recebem = queries.que_recebem()
        for demanda in faltam:
            sugeridas = sugerir(modelo, demanda, recebem, com_parecidas=False)
            linhas[demanda.id] = _linha(demanda, modelo_id, sugeridas, agora)
            db.session().add(linhas[demanda.id])
    for linha in linhas.values():
        if linha.decidida_em is None:
            linha.escolhidos = list(siglas)
            linha.desfecho = desfecho([s["sigla"] for s in linha.sugeridas], linha.escolhidos)
            linha.pessoa_id, linha.decidida_em = por.pessoa_id, agora


def desfeita(demanda: Demanda) -> None:
    """The routing was undone: what was decided with the suggestion is open again. Called in that transaction."""
    linha = queries.sugestao_de(demanda.id, demanda.rodada)
    if linha is not None:
        linha.escolhidos, linha.desfecho, linha.pessoa_id, linha.decidida_em = [], None, None, None


def desfecho(sugeridas: Sequence[str], escolhidos: Sequence[str]) -> Desfecho:
    """What a routing to `escolhidos` made of the suggestion of `sugeridas`."""
    if not sugeridas:
        return Desfecho.SEM_SUGESTAO
    if set(escolhidos) <= set(sugeridas):
        return Desfecho.ACEITA
    return Desfecho.MUDADA if set(escolhidos) & set(sugeridas) else Desfecho.IGNORADA
