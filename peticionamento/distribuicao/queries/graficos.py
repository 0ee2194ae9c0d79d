"""What the plots are drawn from: sums by the hour, a fixed number of rows however much was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from peticionamento.cadastros.models import Orgao
from peticionamento.comum.db import db
from peticionamento.comum.tempo import BRASILIA, agora
from peticionamento.distribuicao.models_painel import Hora

HORAS = 24
DIAS = 30


@dataclass(frozen=True)
class Ponto:
    """An hour or a day, from `inicio_em` on. Times in seconds; a day's are those of its worst hour."""

    inicio_em: datetime
    entregues: int = 0
    falhas: int = 0
    mediana_s: float | None = None
    p95_s: float | None = None

    def mais(self, outro: Ponto) -> Ponto:
        """Both together."""
        return Ponto(
            self.inicio_em,
            self.entregues + outro.entregues,
            self.falhas + outro.falhas,
            max((t for t in (self.mediana_s, outro.mediana_s) if t is not None), default=None),
            max((t for t in (self.p95_s, outro.p95_s) if t is not None), default=None),
        )


def serie(orgao: str | None = None) -> tuple[list[Ponto], list[Ponto]]:
    """The last 24 hours and the last 30 days, of one agency or of all, in one statement; the present ones are last."""
    instante = agora().astimezone(BRASILIA)
    hora = instante.replace(minute=0, second=0, microsecond=0)
    dia = hora.replace(hour=0)
    primeiro = dia - timedelta(days=DIAS - 1)
    consulta = select(
        Hora.inicio_em,
        func.sum(Hora.entregues),
        func.sum(Hora.falhas),
        func.max(Hora.mediana_s),
        func.max(Hora.p95_s),
    ).where(Hora.inicio_em >= primeiro)
    if orgao is None:
        consulta = consulta.where(Hora.orgao_id.is_(None), Hora.canal.is_(None))
    else:
        consulta = consulta.where(Hora.orgao_id == select(Orgao.id).where(Orgao.sigla == orgao).scalar_subquery())
    linhas = [Ponto(*linha) for linha in db.session().execute(consulta.group_by(Hora.inicio_em))]
    horas = [hora - timedelta(hours=n) for n in reversed(range(HORAS))]
    dias = [primeiro + timedelta(days=n) for n in range(DIAS)]
    return _juntar(horas, linhas, horas[0]), _juntar(dias, linhas, primeiro, por_dia=True)


def _juntar(inicios: Sequence[datetime], linhas: list[Ponto], desde: datetime, *, por_dia: bool = False) -> list[Ponto]:
    pontos = {inicio: Ponto(inicio) for inicio in inicios}
    for linha in linhas:
        quando = linha.inicio_em.astimezone(BRASILIA)
        chave = quando.replace(hour=0) if por_dia else quando
        if quando >= desde and chave in pontos:
            pontos[chave] = pontos[chave].mais(linha)
    return list(pontos.values())
