"""Pages of due days: month by month, and the feeds that carry them into other calendars."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.formularios import Formulario
from peticionamento.comum.permissoes import aberta, perm
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.queries import gabinete_de
from peticionamento.contas.sessao import gabinete_atual, pessoa_atual
from peticionamento.peticoes import bp, calendario, queries
from peticionamento.peticoes.queries import DeQuem
from peticionamento.peticoes.services import agenda as services

ATRASADOS_A_VISTA = 20


class RevogarForm(Formulario):
    """Which feed to end."""

    agenda = HiddenField(validators=[InputRequired("Escolha o endereço a revogar.")])


def _mes(digitado: str | None, dia: date) -> date:
    """The first day of the month in the address, else of the present one."""
    achado = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", digitado or "")
    return date(int(achado[1]), int(achado[2]), 1) if achado else dia.replace(day=1)


def _seguinte(mes: date) -> date:
    return (mes + timedelta(days=31)).replace(day=1)


@bp.get("/prazos")
@perm("peticoes.listar")
def prazos() -> str:
    """What the office must do; then what is late, and what it is owed, week by week of one month.

    The present month goes on to the end of next week at least: its last days show what comes after them.
    """
    dia, dias_uteis = hoje(), calendario_local()
    mes = _mes(request.args.get("mes"), dia)
    atual = mes == dia.replace(day=1)
    ate = _seguinte(mes) - timedelta(days=1)
    if atual:
        ate = max(ate, dia + timedelta(days=13 - dia.weekday()))
    todos = queries.prazos(gabinete_atual(), dias_uteis, None if atual else mes, ate)
    a_fazer = [p for p in todos if p.de_quem is DeQuem.GABINETE]
    outros = [p for p in todos if p.de_quem is not DeQuem.GABINETE]
    vencidos = [p for p in outros if p.dia < dia] if atual else []
    return render_template(
        "peticoes/prazos.html",
        mes=mes,
        anterior=(mes - timedelta(days=1)).replace(day=1),
        seguinte=_seguinte(mes),
        atual=atual,
        ate=ate,
        vencidos=vencidos[:ATRASADOS_A_VISTA],
        total_vencidos=len(vencidos),
        a_fazer=a_fazer,
        esperadas=sum(p.de_quem is not DeQuem.GABINETE_SE_QUISER and p.dia >= dia for p in outros),
        semanas=calendario.por_semana(outros[len(vencidos) :], dia),
        hoje=dia,
        em_palavras=lambda vence: em_palavras(dias_uteis, vence, dia),
    )


def _pagina(form: RevogarForm, novo: str | None = None) -> str:
    return render_template("peticoes/agenda.html", form=form, agendas=services.agendas_de(pessoa_atual()), novo=novo)


@bp.get("/agenda")
@perm("peticoes.agenda")
def agenda() -> str:
    """The feeds there are."""
    return _pagina(RevogarForm(formdata=None))


@bp.post("/agenda")
@perm("peticoes.agenda")
def criar_agenda() -> tuple[str, int]:
    """Make a feed and show its address, this once."""
    form = RevogarForm(formdata=None)
    with form.aceitando_recusa():
        token = services.criar_agenda(por=pessoa_atual(), agora=agora())
        endereco = current_app.config["PETICIONAMENTO"].endereco_publico.rstrip("/")
        return _pagina(form, endereco + url_for("peticoes.agenda_ics", token=token)), 200
    return _pagina(form), form.status


@bp.post("/agenda/revogar")
@perm("peticoes.agenda")
def revogar_agenda() -> tuple[str, int] | Response:
    """End a feed."""
    form = RevogarForm()
    if not form.validate():
        return _pagina(form), form.status
    digitado = str(form.agenda.data)
    if not re.fullmatch(r"[0-9]{1,18}", digitado):
        raise NaoEncontrado()
    services.revogar_agenda(int(digitado), por=pessoa_atual(), agora=agora())
    flash("Endereço revogado: quem o tinha não lê mais os prazos.", "sucesso")
    return redirect(url_for("peticoes.agenda"), 303)


@bp.get("/agenda/<token:token>.ics")
@aberta("a calendar program cannot sign in; the address itself is the secret, and can be revoked")
def agenda_ics(token: str) -> FlaskResponse:
    """The feed."""
    pessoa = services.ler_agenda(token, agora=agora())
    gabinete = gabinete_de(pessoa.id)
    lidos = queries.prazos(gabinete, calendario_local())
    endereco = current_app.config["PETICIONAMENTO"].endereco_publico.rstrip("/")
    conteudo = calendario.ics(
        lidos,
        nome=f"Prazos: {gabinete.nome or pessoa.nome}",
        dominio=urlsplit(endereco).hostname or "peticionamento",
        enderecos={p.peticao_id: endereco + url_for("peticoes.acompanhar", peticao_id=p.peticao_id) for p in lidos},
        agora=agora(),
    )
    return FlaskResponse(conteudo, content_type="text/calendar; charset=utf-8")
