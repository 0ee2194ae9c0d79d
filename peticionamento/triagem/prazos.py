"""What the desk's and the agencies' due days were worked out from, and how that is told."""

from __future__ import annotations

from datetime import date

from flask import current_app

from peticionamento.cadastros.queries import calendario_de, calendario_local
from peticionamento.comum.indisponibilidade import dias_fora
from peticionamento.comum.prazos import Calendario, Prazo, em_dias_uteis, explicar
from peticionamento.comum.tempo import hoje
from peticionamento.triagem.models import Demanda, Encaminhamento

A_VER = date(1970, 1, 1)
"""The day of a term's next alert, while that is still to be worked out; what the database puts where nothing is."""


def prazo_usual() -> int:
    """Triage's own term, in business days."""
    return int(current_app.config["PETICIONAMENTO"].dias_uteis_triagem)


def prazo_da_triagem(demanda: Demanda, calendario: Calendario) -> Prazo:
    """What triage's due day was worked out from.

    Nothing kept: business days from the filing, as many as lie there by this calendar; not the setting's, which may
    have changed since.
    """
    desde = hoje(demanda.voltou_em or demanda.criada_em)
    return demanda.prazo or em_dias_uteis(desde, demanda.vence_dia, calendario)


def prazo_do_orgao(encaminhamento: Encaminhamento, calendario: Calendario) -> Prazo:
    """What an agency's due day was worked out from; nothing kept: business days from the routing."""
    desde = hoje(encaminhamento.criado_em)
    return encaminhamento.prazo or em_dias_uteis(desde, encaminhamento.vence_dia, calendario)


def calendario_do_orgao(encaminhamento: Encaminhamento) -> Calendario:
    """The calendar of the city where the unit is that answers."""
    return calendario_de(encaminhamento.unidade.municipio_id)


def passos_da_triagem(demanda: Demanda) -> list[str]:
    """How triage's due day was worked out."""
    calendario = calendario_local()
    return explicar(prazo_da_triagem(demanda, calendario), calendario, dias_fora(), vence=demanda.vence_dia)


def passos_do_orgao(encaminhamento: Encaminhamento) -> list[str]:
    """How an agency's due day was worked out."""
    calendario = calendario_do_orgao(encaminhamento)
    prazo = prazo_do_orgao(encaminhamento, calendario)
    return explicar(prazo, calendario, dias_fora(), vence=encaminhamento.vence_dia)
