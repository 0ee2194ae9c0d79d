"""The author's due days: what each was worked out from, and how that is told."""

from __future__ import annotations

from datetime import date

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.indisponibilidade import dias_fora
from peticionamento.comum.prazos import Calendario, Prazo, em_dias_uteis, explicar
from peticionamento.comum.tempo import hoje
from peticionamento.peticoes.models import Acompanhamento, Diligencia


def prazo_da_demanda(linha: Acompanhamento, vence: date, calendario: Calendario) -> Prazo:
    """What the due day on the author's list was worked out from; nothing kept: triage's usual term from the filing."""
    return linha.prazo or em_dias_uteis(hoje(linha.protocolada_em), vence, calendario)


def prazo_do_autor(diligencia: Diligencia, calendario: Calendario) -> Prazo:
    """What the last day to answer a question was worked out from."""
    return diligencia.prazo or em_dias_uteis(hoje(diligencia.pedida_em), diligencia.vence_dia, calendario)


def passos_da_demanda(linha: Acompanhamento) -> list[str]:
    """How the due day on the author's list was worked out; nothing when nothing is due."""
    if linha.vence_dia is None:
        return []
    calendario = calendario_local()
    prazo = prazo_da_demanda(linha, linha.vence_dia, calendario)
    return explicar(prazo, calendario, dias_fora(), vence=linha.vence_dia)


def passos_do_autor(diligencia: Diligencia) -> list[str]:
    """How the last day to answer a question was worked out."""
    calendario = calendario_local()
    return explicar(prazo_do_autor(diligencia, calendario), calendario, dias_fora(), vence=diligencia.vence_dia)
