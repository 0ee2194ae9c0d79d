"""Use cases of SEGOV's desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from peticionamento.cadastros.models import NivelAcesso, Unidade
from peticionamento.cadastros.queries import calendario_de, calendario_local, unidade_que_recebe
from peticionamento.comum.db import db, inserir, transaction, travar
from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado, Recusa
from peticionamento.comum.estados import conferir_versao, mover
from peticionamento.comum.permissoes import Ator, obter, pode
from peticionamento.comum.prazos import LIMITE_DIAS_UTEIS, Calendario, Prazo, contar, em_dias_uteis
from peticionamento.comum.tempo import dia_curto, dia_por_extenso, hoje, hora
from peticionamento.comum.texto import ao_orgao, enumerar, no_orgao, o_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.documentos import emitir_se_der
from peticionamento.peticoes.models import Acompanhamento, Documento, Etapa, Peticao
from peticionamento.peticoes.services import Situacao, acompanhar, acompanhar_varias
from peticionamento.triagem import prioridade
from peticionamento.triagem.impressao import impressao
from peticionamento.triagem.models import (
    AcaoDemanda,
    Demanda,
    Encaminhamento,
    EstadoDemanda,
    EstadoEncaminhamento,
)
from peticionamento.triagem.prazos import A_VER, calendario_do_orgao, prazo_do_orgao, prazo_usual
from peticionamento.triagem.queries import escolhido
from peticionamento.triagem.signals import encaminhada, prosseguida
from peticionamento.triagem.sugestoes import services as sugestoes

LIMITE_INSTRUCAO = 4000
ONDE_AGUARDA = "Aguarda triagem na SEGOV"
ONDE_EM_TRIAGEM = "Em triagem na SEGOV"
ONDE_EM_DILIGENCIA = "A SEGOV espera um esclarecimento seu"
ONDE_REABERTA = "Reaberta; aguarda triagem na SEGOV"
ONDE_EM_CONFERENCIA = "Resposta em conferência na SEGOV"
RESPONDERAM = (EstadoEncaminhamento.RESPONDIDO, EstadoEncaminhamento.HOMOLOGADO)


@dataclass(frozen=True)
class Destino:
    """One agency to send a demand to, with what it is asked, the last day of its term, and how it is to treat it."""

    orgao_id: int
    instrucao: str
    vence_dia: date
    acesso: NivelAcesso = NivelAcesso.PUBLICO
    prazo: Prazo | None = None
    """What the day was worked out from; None: business days."""


def abrir(peticao: Peticao, acompanhamento: Acompanhamento, *, agora: datetime) -> None:
    """Put a petition just filed in the queue. Called inside the filing's transaction, before it has its number."""
    dias = current_app.config["PETICIONAMENTO"].dias_uteis_triagem
    vence_dia = calendario_local().somar(hoje(agora), dias)
    razoes, pontos = prioridade.ao_abrir(peticao, vence_dia, agora=agora)
    inserir(
        Demanda, peticao_id=peticao.id, autor_id=peticao.autor_id, tipo_id=peticao.tipo_id,
        municipio_id=peticao.municipio_id, tema_id=peticao.tema_id, vence_dia=vence_dia, criada_em=agora,
        impressao=impressao(peticao), razoes=razoes, prioridade=pontos,
    )  # fmt: skip
    acompanhamento.onde, acompanhamento.vence_dia = ONDE_AGUARDA, vence_dia


def documento_aberto(lista: list[Documento], pedido: int | None) -> Documento | None:
    """The document of a list that is read on the desk, its file written if it was not yet and can be."""
    documento = escolhido(lista, pedido)
    return emitir_se_der(documento) if documento else None


def assumir(demanda_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Claim a demand for a while (30 minutes by default); claiming one's own again renews it.

    Taking over before the claim ends is the coordinator's. Raises Conflito (who has it, until when), AcaoIndevida.
    """
    with transaction():
        demanda = obter(Demanda, demanda_id, por, "triagem.assumir", travada=True)
        if demanda.triador_id == por.id:
            reservar(demanda, por, agora)
            return demanda
        tomar(demanda, por=por, versao=versao, agora=agora)
        if not demanda.vivos:
            acompanhar(
                demanda.peticao_id, Etapa.EM_TRIAGEM, ONDE_EM_TRIAGEM, vence_dia=demanda.vence_dia, prazo=demanda.prazo
            )
        return demanda


def tomar(demanda: Demanda, *, por: Pessoa, versao: int, agora: datetime) -> None:
    """Put a locked demand in the person's hands. Raises Conflito (who has it, until when), AcaoIndevida."""
    anterior = demanda.triador
    if anterior and demanda.reservada_ate and demanda.reservada_ate > agora and not pode(por, "triagem.tomar"):
        raise Conflito(f"{anterior.nome} está com esta demanda até {hora(demanda.reservada_ate)}.")
    mover(demanda, AcaoDemanda.ASSUMIR, por=por, versao=versao, detalhe=anterior.nome if anterior else "")
    reservar(demanda, por, agora)


def soltar(demanda_id: int, *, por: Pessoa, versao: int) -> Demanda:
    """Give a claimed demand back to the queue. Raises Conflito when it is another's."""
    with transaction():
        demanda = minha(demanda_id, por, "triagem.assumir", versao)
        mover(demanda, AcaoDemanda.SOLTAR, por=por, versao=versao)
        demanda.triador = demanda.reservada_ate = None
        return demanda


def recomecar_prazo(demanda: Demanda, agora: datetime, prazo: Prazo | None = None) -> None:
    """The demand is back on the desk: triage's term begins again whole, or goes on as given."""
    if prazo is None:
        prazo, demanda.alertas = Prazo(hoje(agora), prazo_usual()), 0
    demanda.prazo, demanda.vence_dia = prazo, contar(prazo, calendario_local()).vence
    demanda.voltou_em, demanda.alerta_dia = agora, A_VER
    prioridade.repontuar(demanda, agora=agora)


def reservar(demanda: Demanda, por: Pessoa, agora: datetime) -> datetime:
    """The demand is in the person's hands for a while; until when."""
    ate = agora + timedelta(seconds=current_app.config["PETICIONAMENTO"].reserva_triagem_s)
    demanda.triador, demanda.reservada_ate = por, ate
    return ate


def minha(demanda_id: int, por: Pessoa, permissao: str, versao: int) -> Demanda:
    """A demand locked, at the version seen, and in the person's hands (or the person coordinates)."""
    demanda = obter(Demanda, demanda_id, por, permissao, travada=True)
    conferir_versao(demanda, versao)
    if demanda.triador_id not in (None, por.id) and not pode(por, "triagem.tomar"):
        raise Conflito(f"{demanda.triador.nome if demanda.triador else 'Outra pessoa'} assumiu esta demanda.")
    if demanda.estado is EstadoDemanda.APENSADA:  # what is decided of the other comes to it by itself
        raise AcaoIndevida("Esta demanda está apensada a outra: decida a outra, ou desapense esta.")
    return demanda


def conferir_vencimento(vence: date, dia: date, calendario: Calendario) -> None:
    """Raise Recusa when a term given on `dia` may not end on `vence`."""
    if vence <= dia:
        raise Recusa(f"O prazo já teria vencido: {dia_por_extenso(vence)}.", "prazo")
    # A day far away is refused before its business days are counted one by one.
    longe = vence - dia > timedelta(days=2 * LIMITE_DIAS_UTEIS)
    if longe or calendario.entre(dia, vence) > LIMITE_DIAS_UTEIS:
        raise Recusa(f"O prazo pode ter no máximo {LIMITE_DIAS_UTEIS} dias úteis.", "prazo")
    if motivo := calendario.motivo_de_nao_contar(vence):
        raise Recusa(f"{dia_curto(vence)} não é dia útil: {motivo}.", "prazo")


def conferir_destinos(destinos: Sequence[Destino], *, agora: datetime) -> None:
    """Raise Recusa, with its field, when the routing is not one that can be sent."""
    if not destinos:
        raise Recusa("Escolha pelo menos um órgão.", "orgaos")
    if len({d.orgao_id for d in destinos}) != len(destinos):
        raise Recusa("O mesmo órgão foi escolhido duas vezes.", "orgaos")
    dia, calendario = hoje(agora), calendario_local()
    for destino in destinos:
        if not destino.instrucao.strip():
            raise Recusa("Diga ao órgão o que se espera dele.", "instrucao")
        if len(destino.instrucao) > LIMITE_INSTRUCAO:
            raise Recusa(f"A instrução pode ter no máximo {LIMITE_INSTRUCAO} caracteres.", "instrucao")
        conferir_vencimento(destino.vence_dia, dia, calendario)


def distribuir(demanda_id: int, destinos: Sequence[Destino], *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Send a demand to one or more agencies, each with an instruction and a due day.

    `versao` is the version the person saw. Raises Recusa (field), Conflito (who did what meanwhile), AcaoIndevida.
    """
    conferir_destinos(destinos, agora=agora)
    with transaction():
        demanda = minha(demanda_id, por, "triagem.distribuir", versao)
        enviar([demanda], enderecar(destinos), por=por, agora=agora)
        return demanda


Enderecado = tuple[Destino, Unidade]


def enderecar(destinos: Sequence[Destino]) -> list[Enderecado]:
    """Each with the desk of its agency where demands arrive. Raises Recusa when an agency takes none."""
    enderecados = [(destino, unidade_que_recebe(destino.orgao_id)) for destino in destinos]
    if any(unidade is None for _, unidade in enderecados):
        raise Recusa("Um dos órgãos escolhidos não recebe demandas.", "orgaos")
    return [(destino, unidade) for destino, unidade in enderecados if unidade is not None]


def enviar(demandas: Sequence[Demanda], destinos: Sequence[Enderecado], *, por: Pessoa, agora: datetime) -> None:
    """Route demands that are locked and in the person's hands, each to all of these agencies.

    However many they are, the statements are the same. Raises Recusa (an agency has one of them already).
    """
    novos = [novo for demanda in demandas for novo in _encaminhar(demanda, destinos, por, agora)]
    decidida(*demandas)
    db.session().flush()  # the listeners' rows point at the routings
    siglas = [unidade.orgao.sigla for _, unidade in destinos]
    sugestoes.registrar(demandas, siglas, por=por, agora=agora)
    encaminhada.send(novos, agora=agora)


def _encaminhar(demanda: Demanda, destinos: Sequence[Enderecado], por: Pessoa, agora: datetime) -> list[Encaminhamento]:
    """The routings of one demand, which moves on."""
    vivos = {e.orgao_id for e in demanda.vivos}
    for destino, unidade in destinos:
        if destino.orgao_id in vivos:
            raise Recusa(f"A demanda já está {no_orgao(unidade.orgao.sigla)}.", "orgaos")
    novos = [
        Encaminhamento(
            peticao_id=demanda.peticao_id, orgao=unidade.orgao, unidade=unidade, **_prazo(destino, unidade, agora),
            instrucao=destino.instrucao.strip(), estado=EstadoEncaminhamento.A_ENTREGAR,
            acesso=acesso_ao_orgao(demanda.peticao, destino), rodada=demanda.rodada, criado_em=agora,
        )
        for destino, unidade in destinos
    ]  # fmt: skip
    detalhe = enumerar([ao_orgao(e.orgao.sigla) for e in novos])
    mover(demanda, AcaoDemanda.DISTRIBUIR, por=por, versao=demanda.versao, detalhe=detalhe)
    demanda.encaminhamentos.extend(novos)
    return novos


def _prazo(destino: Destino, unidade: Unidade, agora: datetime) -> dict[str, Any]:
    """The term as it is kept; in a city that has holidays of its own its last day may be another."""
    local = calendario_local()
    prazo = destino.prazo or em_dias_uteis(hoje(agora), destino.vence_dia, local)
    daqui = calendario_de(unidade.municipio_id)
    vence = destino.vence_dia if daqui is local else contar(prazo, daqui).vence
    return {"prazo": prazo, "vence_dia": vence}


def acesso_ao_orgao(peticao: Peticao, destino: Destino) -> NivelAcesso:
    """How the agency is to treat the demand: never more open than the petition itself."""
    return destino.acesso if peticao.acesso is NivelAcesso.PUBLICO else NivelAcesso.RESTRITO


def prosseguir(demanda_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """After an agency declined: go on with the others alone. Raises Recusa when there is no other, Conflito."""
    with transaction():
        demanda = minha(demanda_id, por, "triagem.distribuir", versao)
        if not demanda.vivos:
            raise Recusa("Nenhum outro órgão está com esta demanda: encaminhe-a a um.")
        detalhe = enumerar([o_orgao(e.orgao.sigla) for e in demanda.vivos])
        mover(demanda, AcaoDemanda.PROSSEGUIR, por=por, versao=versao, detalhe=detalhe)
        decidida(demanda)
        prosseguida.send(demanda, por=por, agora=agora)
        return demanda


def decidida(*demandas: Demanda) -> None:
    """What follows every decision: nobody holds the demand, and its author's list says where it is."""
    for demanda in demandas:
        demanda.triador = demanda.reservada_ate = demanda.devolvida_em = None
    situar(*demandas)


def situar(*demandas: Demanda) -> None:
    """Tell the author's list where each demand is now."""
    acompanhar_varias({demanda.peticao_id: situacao(demanda) for demanda in demandas})


def situacao(demanda: Demanda) -> Situacao:
    """Whom it waits for: the author themselves, the agencies still to answer, SEGOV."""
    vivos = demanda.vivos
    if demanda.estado is EstadoDemanda.EM_DILIGENCIA:  # its term is the author's now, and no agency is late for it
        return Situacao(Etapa.EM_TRIAGEM, ONDE_EM_DILIGENCIA, so_do_autor=True)
    if demanda.estado is EstadoDemanda.REABERTA:
        return Situacao(Etapa.EM_TRIAGEM, ONDE_REABERTA, demanda.vence_dia, prazo=demanda.prazo)
    if not vivos:
        return Situacao(Etapa.EM_TRIAGEM, ONDE_EM_TRIAGEM, demanda.vence_dia, prazo=demanda.prazo)
    esperados = [e for e in vivos if e.estado not in RESPONDERAM]
    if not esperados:
        return Situacao(Etapa.NO_ORGAO, ONDE_EM_CONFERENCIA)
    onde = enumerar([no_orgao(e.orgao.sigla) for e in esperados])
    primeiro = min(esperados, key=lambda e: e.vence_dia)
    return Situacao(
        Etapa.NO_ORGAO, onde[:1].upper() + onde[1:], primeiro.vence_dia, [e.orgao.sigla for e in vivos],
        prazo=primeiro.prazo or prazo_do_orgao(primeiro, calendario_do_orgao(primeiro)),
    )  # fmt: skip


def travar_encaminhamento(encaminhamento_id: int, por: Ator, permissao: str) -> Encaminhamento:
    """Fetch a routing through its permission's filter, with it and its demand locked.

    The demand is locked first, always: two that act on one demand at once wait for each other there. Raises
    NaoEncontrado.
    """
    encaminhamento = obter(Encaminhamento, encaminhamento_id, por, permissao)
    travar(Demanda, encaminhamento.demanda_id)
    return travar(Encaminhamento, encaminhamento_id)


def travar_da_peticao(peticao_id: int) -> Demanda:
    """The demand of a filed petition, locked and with its current values. Raises NaoEncontrado."""
    chave = db.session().execute(select(Demanda.id).where(Demanda.peticao_id == peticao_id)).scalar_one_or_none()
    if chave is None:
        raise NaoEncontrado()
    return travar(Demanda, chave)


def devolver(encaminhamento: Encaminhamento, *, por: Ator, agora: datetime, porque: str = "recusou") -> None:
    """An agency declined: the demand comes back to the queue with a new term of its own. Called in that transaction.

    `porque` says of the agency why the demand comes back.
    """
    demanda = travar(Demanda, encaminhamento.demanda_id)
    if demanda.estado is EstadoDemanda.DISTRIBUIDA:
        mover(demanda, AcaoDemanda.DEVOLVER, por=por, detalhe=f"{o_orgao(encaminhamento.orgao.sigla)} {porque}")
        recomecar_prazo(demanda, agora)
    demanda.devolvida_em = agora
    situar(demanda)


def responder(demanda_id: int, *, por: Ator) -> Demanda:
    """The consolidated answer goes to the author. Called inside the last approval's transaction, demand locked."""
    demanda = travar(Demanda, demanda_id)
    mover(demanda, AcaoDemanda.RESPONDER, por=por)
    return demanda
