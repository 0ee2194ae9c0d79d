"""Days and outages for tests."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

from peticionamento.cadastros.models import Feriado
from peticionamento.cadastros.services.indisponibilidades import Registro, registrar
from peticionamento.comum.db import transaction
from peticionamento.comum.indisponibilidade import Indisponibilidade
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import BRASILIA, agora
from peticionamento.contas.models import Pessoa
from tests.factories import contas
from tests.factories.peticoes import pdf_pequeno


def feriado(dia: date | None = None, nome: str = "Dia do Servidor", **colunas: Any) -> Feriado:
    """A registered day, past the service: nobody is told and nothing is counted again."""
    with transaction() as session:
        novo = Feriado(dia=dia or date(2026, 10, 28), nome=nome, **colunas)
        session.add(novo)
        return novo


def indisponibilidade(
    inicio: datetime | None = None, minutos: int = 90, *, por: Pessoa | None = None, arquivo: bool = True
) -> Indisponibilidade:
    """An outage, registered by the administrator, with a file that proves it."""
    inicio = inicio or datetime(2026, 10, 21, 10, tzinfo=BRASILIA)
    registro = Registro(inicio, inicio + timedelta(minutes=minutos), "Queda de energia", "Chamado 4711")
    prova = (io.BytesIO(pdf_pequeno()), "monitor.pdf") if arquivo else None
    return registrar(registro, prova, por=por or contas.pessoa(Papel.ADMINISTRADOR), agora=agora())
