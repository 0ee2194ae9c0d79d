"""How a due day was worked out, a sentence a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from peticionamento.comum.prazos.calendario import Calendario
from peticionamento.comum.prazos.contagem import NENHUM, Contagem, Prazo, Unidade, contar, quantidade_em_palavras
from peticionamento.comum.prazos.fora_do_ar import FORA_DO_AR
from peticionamento.comum.tempo import dia_por_extenso


def explicar(
    prazo: Prazo, calendario: Calendario, fora: Mapping[date, str] = NENHUM, *, vence: date | None = None
) -> list[str]:
    """The steps: the day left out, each day skipped and why, stops, extensions, the move of the last day.

    `vence` is the day that is shown beside them, where it is kept; one that the calendar would put elsewhere is said.
    """
    contagem = contar(prazo, calendario, fora)
    passos = [
        *_comeco(prazo, contagem),
        *_pulados(prazo, calendario, contagem),
        *(
            f"Parado de {dia_por_extenso(p.de + timedelta(days=1))} a {dia_por_extenso(p.ate)}: {p.motivo}."
            for p in prazo.paradas
            if p.ate > p.de
        ),
        *(f"Prorrogado por {quantidade_em_palavras(p.quantidade, p.unidade)}: {p.motivo}." for p in prazo.prorrogacoes),
        *(_adiada(dia, motivo) for dia, motivo in contagem.adiada),
    ]
    em_que = (
        "Prazo"
        if prazo.unidade is Unidade.DIA_CERTO
        else f"Prazo de {quantidade_em_palavras(prazo.quantidade, prazo.unidade)}"
    )
    passos.append(f"{em_que}: vence em {dia_por_extenso(contagem.vence)}, às 23h59.")
    if vence is not None and vence != contagem.vence:
        passos.append(f"O calendário mudou depois; vale o dia já informado: {dia_por_extenso(vence)}.")
    return passos


def _comeco(prazo: Prazo, contagem: Contagem) -> list[str]:
    if prazo.dia is not None:
        return [f"O último dia foi fixado em {dia_por_extenso(prazo.inicio)}: {dia_por_extenso(prazo.dia)}."]
    passos = [f"Conta a partir do dia seguinte a {dia_por_extenso(prazo.inicio)}."]
    if prazo.unidade is Unidade.DIAS_UTEIS:
        return [*passos, "Sábados e domingos não contam."]
    if contagem.comeco > prazo.inicio + timedelta(days=1):
        passos.append(f"Começa no primeiro dia útil: {dia_por_extenso(contagem.comeco)}.")
    if prazo.unidade is Unidade.DIAS_CORRIDOS:
        return [*passos, "Todos os dias contam, também sábados, domingos e feriados."]
    passos.append("Conta de data a data.")
    vespera = contagem.comeco - timedelta(days=1)
    if not prazo.paradas and not prazo.prorrogacoes and contagem.fim.day != vespera.day:
        passos.append(f"O mês em que termina não tem dia {vespera.day}: vale o último dia dele.")
    return passos


def _pulados(prazo: Prazo, calendario: Calendario, contagem: Contagem) -> list[str]:
    """The weekdays that did not count, with why; those on which it was stopped anyway are not told twice."""
    if prazo.unidade is not Unidade.DIAS_UTEIS:
        return []
    dias = (prazo.inicio + timedelta(days=n) for n in range(1, (contagem.fim - prazo.inicio).days + 1))
    return [
        f"{dia_por_extenso(dia)} não conta: {motivo}."
        for dia in dias
        if dia.weekday() < 5
        and not any(parada.de < dia <= parada.ate for parada in prazo.paradas)
        and (motivo := calendario.motivo_de_nao_contar(dia))
    ]


def _adiada(dia: date, motivo: str) -> str:
    if motivo.startswith(FORA_DO_AR):
        return f"Em {dia_por_extenso(dia)} {motivo}: o prazo não termina nesse dia."
    return f"Não termina em {dia_por_extenso(dia)}: {motivo}."
