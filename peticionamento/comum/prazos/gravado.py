"""A term kept in a column beside its due day: without it no calendar that changed could be counted again."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from peticionamento.comum.prazos.contagem import Parada, Prazo, Prorrogacao, Unidade


class ColunaDePrazo(TypeDecorator[Prazo]):
    """A `Prazo` as JSON; what is not there (no stops, no extensions) is not written."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Prazo | None, dialect: Dialect) -> dict[str, Any] | None:
        """As kept."""
        if value is None:
            return None
        gravado: dict[str, Any] = {"inicio": value.inicio.isoformat(), "unidade": value.unidade.value}
        if value.quantidade:
            gravado["quantidade"] = value.quantidade
        if value.dia is not None:
            gravado["dia"] = value.dia.isoformat()
        if value.paradas:
            gravado["paradas"] = [[p.de.isoformat(), p.ate.isoformat(), p.motivo] for p in value.paradas]
        if value.prorrogacoes:
            gravado["prorrogacoes"] = [[p.quantidade, p.unidade.value, p.motivo] for p in value.prorrogacoes]
        return gravado

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Prazo | None:
        """As read."""
        if value is None:
            return None
        return Prazo(
            date.fromisoformat(value["inicio"]),
            value.get("quantidade", 0),
            Unidade(value["unidade"]),
            date.fromisoformat(value["dia"]) if "dia" in value else None,
            tuple(
                Parada(date.fromisoformat(de), date.fromisoformat(ate), motivo)
                for de, ate, motivo in value.get("paradas", ())
            ),
            tuple(
                Prorrogacao(quantidade, Unidade(unidade), motivo)
                for quantidade, unidade, motivo in value.get("prorrogacoes", ())
            ),
        )
