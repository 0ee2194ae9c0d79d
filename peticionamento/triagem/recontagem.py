"""The calendar changed: open terms are counted again, each change told in the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update

from peticionamento.cadastros.calendario_queries import CalendariosAntes, Pendente, pendentes
from peticionamento.cadastros.models import MudancaCalendario
from peticionamento.cadastros.queries import calendario_de
from peticionamento.comum import historico, memoria
from peticionamento.comum.db import db, transaction
from peticionamento.comum.indisponibilidade import dias_fora
from peticionamento.comum.permissoes import SISTEMA
from peticionamento.comum.prazos import Prazo, contar, em_dias_uteis
from peticionamento.comum.tempo import hoje
from peticionamento.comum.texto import do_orgao, enumerar
from peticionamento.peticoes.models import Diligencia
from peticionamento.peticoes.services import diligencia_aberta, revencer
from peticionamento.triagem import prioridade
from peticionamento.triagem.models import DA_MESA, Demanda, EstadoDemanda, EstadoEncaminhamento
from peticionamento.triagem.prazos import A_VER, prazo_usual
from peticionamento.triagem.services import situacao

E, S = EstadoDemanda, EstadoEncaminhamento
LOTE = 200
"""Demands counted again in one transaction."""
ABERTAS = (*DA_MESA, E.EM_DILIGENCIA, E.DISTRIBUIDA, E.APENSADA)
COM_PRAZO_DA_TRIAGEM = (*DA_MESA, E.APENSADA)
"""States in which triage's own term runs; one joined to another may still be separated."""
CORREM = (S.A_ENTREGAR, S.ENTREGUE, S.RECEBIDO, S.EM_AJUSTE)
ACAO = "recontar"
"""The word under which the history keeps it."""
DESCANSO = timedelta(seconds=2 * memoria.VALE_S)
"""For so long after a change another process may still count by the calendar it remembers."""


def recontar(*, agora: datetime) -> int:
    """Count the open terms again after the calendar changed; how many moved. Safe to run at any moment and twice.

    A batch is a transaction: killed half way, the next run goes through all of them again, and finds those done as
    they must be. A demand that somebody is deciding is left alone; the changes stay on the list until a run met none.
    """
    mudancas = pendentes()
    if not mudancas:
        return 0
    memoria.esquecer()
    recontagem = _Recontagem(mudancas, hoje(agora))
    mudaram, inteira, ultima = 0, True, 0
    while ids := _seguintes(ultima):
        with transaction():
            travadas = _travar(ids)
            mudaram += sum(recontagem.de_uma(demanda) for demanda in travadas)
            revencer(recontagem.a_revencer())
        inteira = inteira and len(travadas) == len(ids)
        ultima = ids[-1]
    if inteira:
        _dar_por_feitas([m.id for m in mudancas if m.em < agora - DESCANSO], agora)
    if mudaram:
        prioridade.repontuar_mesa(agora=agora)
    return mudaram


def _seguintes(ultima: int) -> Sequence[int]:
    consulta = select(Demanda.id).where(Demanda.estado.in_(ABERTAS), Demanda.id > ultima)
    return db.session().execute(consulta.order_by(Demanda.id).limit(LOTE)).scalars().all()


def _travar(ids: Sequence[int]) -> Sequence[Demanda]:
    consulta = select(Demanda).where(Demanda.id.in_(ids), Demanda.estado.in_(ABERTAS)).order_by(Demanda.id)
    travada = consulta.with_for_update(of=Demanda, skip_locked=True).execution_options(populate_existing=True)
    return db.session().execute(travada).unique().scalars().all()


def _dar_por_feitas(ids: list[int], agora: datetime) -> None:
    with transaction() as session:
        session.execute(update(MudancaCalendario).where(MudancaCalendario.id.in_(ids)).values(recontada_em=agora))


class _ComPrazo(Protocol):
    id: int
    peticao_id: int
    vence_dia: date
    prazo: Prazo | None


class _Recontagem:
    """One run: the calendars before and now, and the changes between them."""

    def __init__(self, mudancas: Sequence[Pendente], dia: date) -> None:
        self.mudancas, self.dia = mudancas, dia
        self.desde = min(mudanca.em for mudanca in mudancas)
        self.antes = CalendariosAntes(mudancas)
        self._movidas: list[Demanda] = []

    def a_revencer(self) -> dict[int, tuple[date, Prazo | None]]:
        """The due days that authors' lists must now show, of what moved since this was last asked."""
        movidas, self._movidas = self._movidas, []
        situacoes = {d.peticao_id: situacao(d) for d in movidas if d.estado is not E.APENSADA}
        return {id_: (s.vence_dia, s.prazo) for id_, s in situacoes.items() if s.vence_dia is not None}

    def de_uma(self, demanda: Demanda) -> int:
        """Count the terms of one locked demand again: its own, its agencies', its author's; how many moved."""
        movidos = 0
        desde = demanda.voltou_em or demanda.criada_em
        if demanda.estado in COM_PRAZO_DA_TRIAGEM and self._mover(
            demanda, desde, None, "da triagem", usual=prazo_usual()
        ):
            demanda.alerta_dia = A_VER
            movidos += 1
        for encaminhamento in demanda.vivos:
            if encaminhamento.estado in CORREM:
                de_quem = do_orgao(encaminhamento.orgao.sigla)
                onde = encaminhamento.unidade.municipio_id
                if self._mover(encaminhamento, encaminhamento.criado_em, onde, de_quem):
                    encaminhamento.alerta_dia = A_VER
                    movidos += 1
        if demanda.estado is E.EM_DILIGENCIA and (diligencia := diligencia_aberta(demanda.peticao_id)):
            movidos += self._mover(diligencia, diligencia.pedida_em, None, "para o autor responder")
        if movidos:
            self._movidas.append(demanda)
        return movidos

    def _mover(
        self, linha: _ComPrazo, desde: datetime, onde: int | None, de_quem: str, usual: int | None = None
    ) -> bool:
        """Put a due day where the calendar now puts it. One already told never goes back to a day that is over."""
        calendario = calendario_de(onde)
        prazo = linha.prazo or self._nunca_gravado(linha.vence_dia, desde, onde, usual)
        era, vence = linha.vence_dia, contar(prazo, calendario, dias_fora()).vence
        if vence == era or vence < min(era, self.dia):
            return False
        linha.vence_dia, linha.prazo = vence, prazo
        porque = self._porque(prazo.inicio, era, vence, onde)
        texto = f"O prazo {de_quem} passou de {era:%d/%m/%Y} para {vence:%d/%m/%Y}: {porque}."
        entidade = "diligencia" if isinstance(linha, Diligencia) else getattr(linha, "ENTIDADE", "")
        historico.registrar(linha.peticao_id, entidade, linha.id, ACAO, texto, por=SISTEMA, texto_autor=texto)
        return True

    def _nunca_gravado(self, vence: date, desde: datetime, onde: int | None, usual: int | None) -> Prazo:
        """The term of which only the last day was kept: business days, by the calendar that it was counted by.

        What was filed just after a change may have been counted by either: the usual number of days tells which.
        """
        antes = em_dias_uteis(hoje(desde), vence, self.antes.de(onde))
        depois = em_dias_uteis(hoje(desde), vence, calendario_de(onde))
        if usual in (antes.quantidade, depois.quantidade):
            return antes if antes.quantidade == usual else depois
        return antes if desde < self.desde else depois

    def _porque(self, inicio: date, era: date, vence: date, onde: int | None) -> str:
        """The changes that moved it, in words."""
        frases = []
        onde = self.antes.capital_id if onde is None else onde
        for mudanca in self.mudancas:
            for dia, motivo in mudanca.depois.get("dias", {}).items():
                if era <= date.fromisoformat(dia) < vence:
                    frases.append(motivo)
            for lado, frase in ((mudanca.antes, "volta a contar"), (mudanca.depois, "não conta")):
                if "dia" not in lado or lado["municipio_id"] not in (None, onde):
                    continue
                dia_ = date.fromisoformat(lado["dia"])
                if inicio < dia_ <= max(era, vence):
                    frases.append(f"{frase} {dia_:%d/%m/%Y} ({lado['motivo']})")
        return enumerar(list(dict.fromkeys(frases))) or "o calendário mudou"
