"""The links at the top of every page: only the rooms the person may enter."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_login import current_user

from peticionamento.comum.permissoes import pode

LINKS = (
    ("Petições", "peticoes.lista", "peticoes.listar"),
    ("Triagem", "triagem.fila", "triagem.fila"),
    ("Respostas", "atendimento.respostas", "atendimento.homologar"),
    ("Atendimento", "atendimento.caixa", "atendimento.caixa"),
    ("Distribuição", "distribuicao.painel", "distribuicao.painel"),
    ("Cadastros", "cadastros.inicio", "cadastros.administrar"),
)
"""(label, endpoint, permission)."""


@dataclass(frozen=True)
class Link:
    """One link of the navigation."""

    rotulo: str
    url: str
    atual: bool


def links() -> list[Link]:
    """The links of the person signed in; none for a stranger."""
    if not current_user.is_authenticated:
        return []
    return [
        Link(rotulo, url_for(endpoint), _atual(endpoint))
        for rotulo, endpoint, permissao in LINKS
        if pode(current_user, permissao)
    ]


def _atual(endpoint: str) -> bool:
    """Whether the page being drawn belongs to the link: the answers' pages share a room with the inbox's."""
    aqui = request.endpoint or ""
    if endpoint == "atendimento.respostas" or aqui.startswith("atendimento.resposta"):
        return endpoint == "atendimento.respostas" and aqui.startswith("atendimento.resposta")
    return aqui.split(".")[0] == endpoint.split(".")[0]


def init_app(app: Flask) -> None:
    """Give every template the links."""
    app.context_processor(lambda: {"navegacao": links()})
