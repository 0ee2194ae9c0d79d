"""The administrator's pages of the calendar and of outages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peticionamento.cadastros import bp, calendario_queries
from peticionamento.cadastros.calendario_forms import ConfirmarForm, DiaForm, ImportarForm, IndisponibilidadeForm
from peticionamento.cadastros.queries import nomes_de_municipios
from peticionamento.cadastros.services import calendario as services
from peticionamento.cadastros.services import indisponibilidades
from peticionamento.cadastros.services.calendario import COLUNAS, LIMITE_LINHAS, LinhaDoCalendario
from peticionamento.comum import respostas_http
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.formularios import Formulario
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora, hoje
from peticionamento.comum.texto import plural

EXEMPLO = (
    ("28/10/2026", "Dia do Servidor Público", "ponto facultativo", "Decreto nº 48.999/2026", ""),
    ("08/12/2026", "Imaculada Conceição", "feriado", "Lei municipal nº 1.327/1967", "Belo Horizonte"),
)
_RECONTA = "Os prazos abertos são recontados em instantes."


@bp.get("/calendario")
@perm("cadastros.administrar")
def calendario() -> str:
    """The days of a year that do not count, those of the law and those registered."""
    ano, busca = request.args.get("ano", type=int) or hoje().year, request.args.get("q", "")[:80]
    ano = min(max(ano, 2000), 2100)
    return render_template(
        "cadastros/calendario.html", ano=ano, busca=busca, dias=calendario_queries.dias_do_ano(ano, busca)
    )


@bp.get("/calendario/historico")
@perm("cadastros.administrar")
def historico_do_calendario() -> str:
    """Who changed what in the calendar, and when open terms had been counted again for it."""
    return render_template("cadastros/calendario_historico.html", mudancas=calendario_queries.mudancas())


def _pagina_do_dia(form: DiaForm, feriado_id: int | None) -> str:
    linha = calendario_queries.feriado(feriado_id) if feriado_id is not None else None
    return render_template("cadastros/dia.html", form=form, linha=linha, municipios=nomes_de_municipios())


@bp.get("/calendario/novo")
@perm("cadastros.administrar")
def novo_dia() -> str:
    """A new day."""
    return _pagina_do_dia(DiaForm(formdata=None), None)


@bp.post("/calendario/novo")
@perm("cadastros.administrar")
def criar_dia() -> tuple[str, int] | Response:
    """Put it in the calendar."""
    return _salvar_dia(None)


@bp.get("/calendario/<int:feriado_id>")
@perm("cadastros.administrar")
def dia(feriado_id: int) -> str:
    """One registered day."""
    linha = calendario_queries.feriado(feriado_id)
    form = DiaForm(
        formdata=None, dia=linha.dia, nome=linha.nome, tipo=linha.tipo.value, ato=linha.ato,
        municipio=linha.municipio.nome if linha.municipio else "",
    )  # fmt: skip
    return _pagina_do_dia(form, feriado_id)


@bp.post("/calendario/<int:feriado_id>")
@perm("cadastros.administrar")
def alterar_dia(feriado_id: int) -> tuple[str, int] | Response:
    """Change it."""
    return _salvar_dia(feriado_id)


def _salvar_dia(feriado_id: int | None) -> tuple[str, int] | Response:
    form = DiaForm()
    if form.validate():
        with form.aceitando_recusa():
            linha = services.salvar(feriado_id, form.editado(), por=current_user, agora=agora())
            flash(f"“{linha.nome}” foi salvo. {_RECONTA}", "sucesso")
            return redirect(url_for("cadastros.calendario", ano=linha.dia.year), 303)
    return _pagina_do_dia(form, feriado_id), form.status


@bp.post("/calendario/<int:feriado_id>/remover")
@perm("cadastros.administrar")
def remover_dia(feriado_id: int) -> Response:
    """Take it out."""
    ano = calendario_queries.feriado(feriado_id).dia.year
    services.remover(feriado_id, por=current_user, agora=agora())
    flash(f"O dia saiu do calendário. {_RECONTA}", "sucesso")
    return redirect(url_for("cadastros.calendario", ano=ano), 303)


@bp.get("/calendario/modelo.csv")
@perm("cadastros.administrar")
def modelo_do_calendario() -> FlaskResponse:
    """A spreadsheet with the right columns and two lines to go by."""
    resposta = FlaskResponse(_csv(EXEMPLO).encode("utf-8-sig"), mimetype="text/csv")
    resposta.headers["Content-Disposition"] = "attachment; filename=calendario.csv"
    return resposta


def _csv(linhas: Iterable[Iterable[str]]) -> str:
    saida = io.StringIO(newline="")
    csv.writer(saida, delimiter=";").writerows([COLUNAS, *linhas])
    return saida.getvalue()


@bp.get("/calendario/importar")
@perm("cadastros.administrar")
def importar_calendario() -> str:
    """Send a spreadsheet of days."""
    return _pagina_de_importar(ImportarForm(formdata=None))


def _pagina_de_importar(form: Formulario) -> str:
    return render_template("cadastros/calendario_importar.html", form=form, limite=LIMITE_LINHAS)


@bp.post("/calendario/importar")
@perm("cadastros.administrar")
def ler_calendario() -> tuple[str, int] | str:
    """What the spreadsheet says, line by line; nothing is written yet."""
    form, enviada = ImportarForm(), request.files.get("planilha")
    if form.validate():
        with form.aceitando_recusa():
            if enviada is None or not enviada.filename:
                raise Recusa("Escolha a planilha.", "planilha")
            lidas = services.conferir(enviada.stream, enviada.filename, por=current_user)
            return _previa(lidas, ConfirmarForm(formdata=None))
    return _pagina_de_importar(form), form.status


def _previa(linhas: list[LinhaDoCalendario], form: ConfirmarForm) -> str:
    form.linhas.data = _csv([linha.digitado[coluna] for coluna in COLUNAS] for linha in linhas if linha.boa)
    return render_template("cadastros/calendario_previa.html", linhas=linhas, form=form)


@bp.post("/calendario/incluir")
@perm("cadastros.administrar")
def incluir_no_calendario() -> tuple[str, int] | Response:
    """Put the good lines in the calendar: they are read and checked again, whatever the page sent."""
    form = ConfirmarForm()
    if form.validate():
        with form.aceitando_recusa():
            enviadas = io.BytesIO((form.linhas.data or "").encode("utf-8", "replace"))
            lidas = services.conferir(enviadas, "calendario.csv", por=current_user)
            quantas = services.importar(lidas, por=current_user, agora=agora())
            flash(f"{plural(quantas, 'dia incluído', 'dias incluídos')} no calendário. {_RECONTA}", "sucesso")
            return redirect(url_for("cadastros.calendario"), 303)
    return _pagina_de_importar(form), form.status


def _pagina_de_indisponibilidades(form: IndisponibilidadeForm) -> str:
    return render_template(
        "cadastros/indisponibilidades.html", form=form, linhas=calendario_queries.indisponibilidades()
    )


@bp.get("/indisponibilidades")
@perm("cadastros.administrar")
def lista_de_indisponibilidades() -> str:
    """The outages registered, and the form for another."""
    return _pagina_de_indisponibilidades(IndisponibilidadeForm(formdata=None))


@bp.post("/indisponibilidades")
@perm("cadastros.administrar")
def registrar_indisponibilidade() -> tuple[str, int] | Response:
    """Register one."""
    form, enviado = IndisponibilidadeForm(), request.files.get("arquivo")
    if form.validate():
        with form.aceitando_recusa():
            arquivo = (enviado.stream, enviado.filename) if enviado and enviado.filename else None
            linha = indisponibilidades.registrar(form.registro(), arquivo, por=current_user, agora=agora())
            efeito = _RECONTA if linha.dias else "Sozinha ela não muda prazos: não passou do que a regra tolera."
            flash(f"Indisponibilidade registrada. {efeito}", "sucesso")
            return redirect(url_for("cadastros.lista_de_indisponibilidades"), 303)
    return _pagina_de_indisponibilidades(form), form.status


@bp.post("/indisponibilidades/<int:indisponibilidade_id>/remover")
@perm("cadastros.administrar")
def remover_indisponibilidade(indisponibilidade_id: int) -> Response:
    """Take back one registered by mistake."""
    indisponibilidades.remover(indisponibilidade_id, por=current_user, agora=agora())
    flash(f"O registro foi retirado. {_RECONTA}", "sucesso")
    return redirect(url_for("cadastros.lista_de_indisponibilidades"), 303)


@bp.get("/indisponibilidades/<int:indisponibilidade_id>/arquivo")
@perm("cadastros.administrar")
def evidencia(indisponibilidade_id: int) -> FlaskResponse:
    """The file that proves one. Raises NaoEncontrado."""
    linha = calendario_queries.indisponibilidade(indisponibilidade_id)
    if linha.arquivo is None:
        raise NaoEncontrado()
    return respostas_http.arquivo(linha.arquivo, linha.arquivo_nome)
