"""Sums up deliveries by the hour, so that a million of them cost the plots nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select, text

from peticionamento.comum.db import db, transaction
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models_painel import Hora

DIAS = 31
"""How far back the plots look, and the first sum goes."""
DE_NOVO = timedelta(hours=1)
"""How much of what was summed up is summed again: the hour that had not ended."""

_SOMAR = text("""
with feitas as (
  select date_trunc('hour', entregue_em) hora, orgao_id, canal, count(*) quantas,
    percentile_cont(0.5) within group (order by demorou) mediana,
    percentile_cont(0.95) within group (order by demorou) p95
  from (
    select entregue_em, orgao_id, canal,
      greatest(0, extract(epoch from entregue_em - criada_em) - cast(:parada as float)) demorou
    from distribuicao_entrega where entregue_em >= :desde and entregue_em <= :ate
  ) e
  group by grouping sets ((1, 2, 3), (1))
), falhadas as (
  select date_trunc('hour', a.em) hora, e.orgao_id, e.canal, count(*) quantas
  from comum_andamento a join distribuicao_entrega e on e.id = a.entidade_id
  where a.em >= :desde and a.em <= :ate and a.entidade = 'entrega' and a.acao in ('falhar', 'esgotar')
  group by grouping sets ((1, 2, 3), (1))
)
insert into distribuicao_hora (inicio_em, orgao_id, canal, entregues, falhas, mediana_s, p95_s)
  select coalesce(o.hora, f.hora), coalesce(o.orgao_id, f.orgao_id), coalesce(o.canal, f.canal),
    coalesce(o.quantas, 0), coalesce(f.quantas, 0), o.mediana, o.p95
  from feitas o full join falhadas f
    on o.hora = f.hora and coalesce(o.orgao_id, 0) = coalesce(f.orgao_id, 0)
      and coalesce(o.canal, '') = coalesce(f.canal, '')
on conflict (orgao_id, canal, inicio_em) do update set entregues = excluded.entregues, falhas = excluded.falhas,
  mediana_s = excluded.mediana_s, p95_s = excluded.p95_s
""")


def somar() -> int:
    """Sum up every hour since the last that was, and the last two again; how many rows were written.

    Safe to run at any moment and twice: a sum is written over. An hour begins in UTC when it does in Brasília.
    """
    instante = agora()
    with transaction() as session:
        parada = current_app.config["PETICIONAMENTO"].desfazer_s
        feito = session.execute(_SOMAR, {"desde": _desde(instante), "ate": instante, "parada": parada})
        return int(feito.rowcount)  # type: ignore[attr-defined]


def _desde(instante: datetime) -> datetime:
    """The beginning of the first hour to sum."""
    de_todos = select(func.max(Hora.inicio_em)).where(Hora.orgao_id.is_(None), Hora.canal.is_(None))
    ultima = db.session().execute(de_todos).scalar_one()
    primeira = (instante - timedelta(days=DIAS)).replace(minute=0, second=0, microsecond=0)
    return max(primeira, ultima - DE_NOVO) if ultima is not None else primeira
