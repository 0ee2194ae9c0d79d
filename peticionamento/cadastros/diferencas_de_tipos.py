"""What is different between a process type as it is kept and as somebody typed it, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peticionamento.cadastros.conferencia_de_tipos import TipoEditado
from peticionamento.cadastros.models import TipoProcesso
from peticionamento.cadastros.models.tipos import MEGABYTE


@dataclass(frozen=True)
class Diferenca:
    """One part of a type, as it is kept and as it was typed."""

    parte: str
    salvo: str
    digitado: str


def diferencas(tipo: TipoProcesso, editado: TipoEditado) -> list[Diferenca]:
    """The parts that differ, in the order of the page. Lists are compared whole and told by how many they hold."""
    pares: list[tuple[str, Any, Any]] = [
        ("Nome", tipo.nome, editado.nome),
        ("Orientação", tipo.orientacao, editado.orientacao.strip()),
        ("Prazo", tipo.prazo_dias_uteis, editado.prazo_dias_uteis),
        ("Ordem", tipo.ordem, editado.ordem),
        ("Quem recebe", tipo.recebimento.rotulo, editado.recebimento.rotulo),
        ("Unidade que recebe", tipo.unidade_id or 0, editado.unidade_id),
        ("Unidades oferecidas", sorted(u.id for u in tipo.unidades), sorted(editado.unidades_ids)),
        ("Quem diz o nível de acesso", tipo.regra_acesso.rotulo, editado.regra_acesso.rotulo),
        ("Nível de acesso", tipo.acesso.rotulo, editado.acesso.rotulo),
        ("Hipótese legal", tipo.hipotese_id or 0, editado.hipotese_id),
        ("Documento principal", tipo.forma_principal.rotulo, editado.forma_principal.rotulo),
        ("Tipo do documento principal", tipo.documento_principal_id or 0, editado.documento_principal_id),
        ("Documento modelo", tipo.modelo_id or 0, editado.modelo_id),
        ("Campos do formulário", [_campo(c) for c in tipo.campos], [_campo(c) for c in editado.campos]),
        ("Extensões do principal", _lista(tipo.extensoes_principal), _lista(editado.extensoes_principal)),
        ("Tamanho do principal", _mb(tipo.limite_principal_bytes // MEGABYTE), _mb(editado.limite_principal_mb)),
        ("Extensões dos outros", _lista(tipo.extensoes_outros), _lista(editado.extensoes_outros)),
        ("Tamanho dos outros", _mb(tipo.limite_outros_bytes // MEGABYTE), _mb(editado.limite_outros_mb)),
        (
            "Documentos",
            [(e.tipo_documento_id, e.papel, e.dica) for e in tipo.exigencias],
            [(d.tipo_documento_id, d.papel, d.dica) for d in editado.documentos],
        ),
    ]
    return [Diferenca(parte, _dito(um), _dito(outro)) for parte, um, outro in pares if um != outro]


def _campo(campo: dict[str, Any]) -> tuple[Any, ...]:
    return campo["nome"], campo["rotulo"], campo["tipo"], campo.get("obrigatorio", False), campo.get("dica", "")


def _lista(itens: Iterable[str]) -> str:
    return ", ".join(sorted(itens))


def _mb(megabytes: int) -> str:
    return f"{megabytes} MB"


def _dito(valor: Any) -> str:
    match valor:
        case list():
            return f"{len(valor)} na lista"
        case 0 | "":
            return "nada"
        case _:
            return str(valor)
