"""The links at the top of every page: only the rooms the person may enter."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_login import current_user

from peticionamento.comum.permissoes import EXTERNOS, pode
from peticionamento.contas.queries import Gabinete
from peticionamento.contas.sessao import gabinete_atual

LINKS = (
    ("Início", "peticoes.lista", "peticoes.listar"),
    ("Petições", "peticoes.busca", "peticoes.listar"),
    ("Prazos", "peticoes.prazos", "peticoes.listar"),
    ("Triagem", "triagem.fila", "triagem.fila"),
    ("Coordenação", "triagem.coordenacao", "triagem.coordenar"),
    ("Respostas", "atendimento.respostas", "atendimento.homologar"),
    ("Atendimento", "atendimento.caixa", "atendimento.caixa"),
    ("Distribuição", "distribuicao.painel", "distribuicao.painel"),
    ("Cadastros", "cadastros.inicio", "cadastros.administrar"),
)
"""(label, endpoint, permission)."""

APARTE = {
    "peticoes.lista": ("peticoes.lista",),
    "peticoes.prazos": ("peticoes.prazos", "peticoes.agenda", "peticoes.criar_agenda", "peticoes.revogar_agenda"),
    "atendimento.respostas": ("atendimento.resposta",),
    "triagem.coordenacao": ("triagem.coordenacao", "triagem.entregar_demandas", "triagem.recolher_demandas"),
}
"""Links with pages of their own in a room they share: the beginnings of those pages' endpoints."""


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
    """Whether the page being drawn belongs to the link: some links share a room, each with its own pages."""
    aqui = request.endpoint or ""
    dono = next((link for link, comecos in APARTE.items() if aqui.startswith(comecos)), None)
    if dono is not None:
        return endpoint == dono
    return endpoint not in APARTE and aqui.split(".")[0] == endpoint.split(".")[0]


def gabinete() -> Gabinete | None:
    """The office that the person signed in works for; None for a stranger and for those of the administration."""
    if current_user.is_authenticated and EXTERNOS & current_user.papeis:
        return gabinete_atual()
    return None


def init_app(app: Flask) -> None:
    """Give every template the links, and for whom the person acts."""
    app.context_processor(lambda: {"navegacao": links(), "gabinete": gabinete()})
