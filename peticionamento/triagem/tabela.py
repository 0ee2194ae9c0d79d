"""The same query as a table of chosen columns or as a board by state; views are saved here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from peticionamento.comum.formularios import Formulario, sem_nulos, uma_linha
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import dia_curto, hoje
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp, marcadores, queries, vistas
from peticionamento.triagem.campanhas import campanhas, dobrar
from peticionamento.triagem.lugar import lugar


@dataclass(frozen=True)
class ColunaDaTabela:
    """A column that can be chosen: its heading, and what it says of a row."""

    rotulo: str
    texto: Callable[[Any], object]
    numero: bool = False


COLUNAS = {
    "pontos": ColunaDaTabela("Pontos", lambda d: "" if d.pontos is None else str(d.pontos), numero=True),
    "vence": ColunaDaTabela("Vence", lambda d: dia_curto(d.vence) if d.vence else ""),
    "autor": ColunaDaTabela("Deputado", lambda d: d.autor),
    "partido": ColunaDaTabela("Partido", lambda d: d.partido or ""),
    "municipio": ColunaDaTabela("Município", lambda d: d.municipio or "Estado todo"),
    "regiao": ColunaDaTabela("Região", lambda d: d.regiao or ""),
    "tipo": ColunaDaTabela("Tipo", lambda d: d.tipo),
    "tema": ColunaDaTabela("Tema", lambda d: d.tema or ""),
    "urgencia": ColunaDaTabela("Urgência", lambda d: d.urgencia.rotulo),
    "situacao": ColunaDaTabela("Situação", lambda d: d.estado.rotulo),
    "triador": ColunaDaTabela("Com quem", lambda d: d.triador or ""),
    "orgaos": ColunaDaTabela("Órgãos", lambda d: d.orgaos or ""),
    "numero": ColunaDaTabela("Número", lambda d: d.numero),
    "protocolo": ColunaDaTabela("Protocolada", lambda d: dia_curto(hoje(d.protocolada_em))),
}
"""By name, in the order in which the table has them."""
DE_INICIO = ("pontos", "vence", "autor", "municipio", "tema", "situacao", "triador")


class ColunasForm(Formulario):
    """Which columns the table has."""

    colunas = SelectMultipleField(
        "Colunas",
        choices=[SelectChoice(nome, coluna.rotulo) for nome, coluna in COLUNAS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class VistaForm(Formulario):
    """A name for the filters in force."""

    nome = StringField("Nome da vista", filters=[uma_linha, sem_nulos])
    compartilhada = BooleanField("Toda a equipe pode usar")


def _escolhidas() -> list[str]:
    escolhidas = vistas.colunas_de(pessoa_atual()) or DE_INICIO
    return [nome for nome in COLUNAS if nome in escolhidas]


def _ir(destino: str, **mais: Any) -> Response:
    """To a page of the desk, in the same place of the queue."""
    argumentos: dict[str, Any] = {**lugar().argumentos, **mais}
    return redirect(url_for(destino, **argumentos), 303)


def _comum() -> dict[str, object]:
    aqui, pessoa = lugar(), pessoa_atual()
    return {
        "aba": aqui.aba, "filtros": aqui.filtros, "onde": aqui.argumentos, "fichas": aqui.fichas(),
        "salvas": vistas.de(pessoa),
    }  # fmt: skip


def _tabela(form: ColunasForm | None = None, form_vista: VistaForm | None = None) -> str:
    pessoa, aqui = pessoa_atual(), lugar()
    pagina = queries.completa(pessoa, aqui.aba, aqui.depois, aqui.filtros)
    nomes = _escolhidas()
    return render_template(
        "triagem/tabela.html",
        pagina=pagina,
        dobras=dobrar(pagina.itens, campanhas(d.impressao for d in pagina.itens)),
        totais=queries.totais(pessoa, aqui.filtros),
        marcas=marcadores.das([d.id for d in pagina.itens]),
        colunas=[COLUNAS[nome] for nome in nomes],
        form=form or ColunasForm(formdata=None, colunas=nomes),
        form_vista=form_vista or VistaForm(formdata=None),
        **_comum(),
    )


@bp.get("/tabela")
@perm("triagem.fila")
def tabela() -> str:
    """The view as a table."""
    return _tabela()


@bp.post("/tabela/colunas")
@perm("triagem.fila")
def escolher_colunas() -> tuple[str, int] | Response:
    """Keep the columns chosen."""
    form = ColunasForm()
    if form.validate():
        with form.aceitando_recusa():
            vistas.escolher_colunas([n for n in COLUNAS if n in (form.colunas.data or [])], por=pessoa_atual())
            return _ir("triagem.tabela")
    return _tabela(form), form.status


@bp.get("/quadro")
@perm("triagem.fila")
def quadro() -> str:
    """The view as a board: a column a state, the first of each."""
    pessoa, aqui = pessoa_atual(), lugar()
    estados = queries.estados_do_quadro(aqui.aba)
    colunas = {estado: queries.no_estado(pessoa, aqui.aba, estado, aqui.filtros) for estado in estados}
    todas = [d for pagina in colunas.values() for d in pagina.itens]
    achadas = campanhas(d.impressao for d in todas)
    return render_template(
        "triagem/quadro.html",
        colunas=colunas,
        dobras={estado: dobrar(pagina.itens, achadas) for estado, pagina in colunas.items()},
        marcas=marcadores.das([d.id for d in todas]),
        totais=queries.totais(pessoa, aqui.filtros),
        **_comum(),
    )


@bp.post("/vistas")
@perm("triagem.fila")
def salvar_vista() -> tuple[str, int] | Response:
    """Keep the filters of the address under a name."""
    form = VistaForm()
    if form.validate():
        with form.aceitando_recusa():
            filtros, todos = lugar().argumentos, form.compartilhada.data
            vista = vistas.salvar(form.nome.data or "", filtros, por=pessoa_atual(), compartilhada=todos)
            flash(f"Vista “{vista.nome}” salva.", "sucesso")
            return _ir("triagem.tabela")
    return _tabela(form_vista=form), form.status


@bp.post("/vistas/<int:vista_id>/remover")
@perm("triagem.fila")
def remover_vista(vista_id: int) -> Response:
    """Take a saved view away."""
    vistas.remover(vista_id, por=pessoa_atual())
    flash("Vista removida.", "sucesso")
    return _ir("triagem.tabela")
