"""The page of the pauses, and closing a breaker by hand."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from peticionamento.cadastros.queries import orgaos_que_recebem
from peticionamento.comum.formularios import Formulario, Tamanho, VersaoForm, chave, sem_nulos
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import ao_orgao
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.distribuicao import bp, disjuntor, pausas
from peticionamento.distribuicao.models import Canal

FINS = {
    "": "Até alguém retomar",
    "1": "Por uma hora",
    "4": "Por quatro horas",
    "24": "Por um dia",
    "72": "Por três dias",
}


def _ou_nenhum(valor: str | int | None) -> int | None:
    return chave(valor) if valor else None


class PausaForm(Formulario):
    """What to stop, why, and for how long."""

    canal = SelectField(
        "Canal", choices=[SelectChoice("", "Todos os canais"), *(SelectChoice(c.value, c.rotulo) for c in Canal)]
    )
    orgao = SelectField("Órgão", coerce=_ou_nenhum, validate_choice=False)
    motivo = TextAreaField(
        "Motivo", [InputRequired("Diga o motivo."), Tamanho(pausas.LIMITE_MOTIVO)], filters=[sem_nulos]
    )
    fim = SelectField("Até quando", choices=[SelectChoice(valor, rotulo) for valor, rotulo in FINS.items()])


def _pagina(form: PausaForm) -> str:
    form.orgao.choices = [
        SelectChoice("", "Todos os órgãos"),
        *(SelectChoice(id_, f"{sigla} – {nome}") for id_, sigla, nome in orgaos_que_recebem()),
    ]
    instante = agora()
    return render_template(
        "distribuicao/pausas.html",
        form=form,
        vivas=pausas.vivas(instante),
        encerradas=pausas.encerradas(instante),
        o_que=pausas.o_que,
    )


@bp.get("/pausas")
@perm("distribuicao.pausar")
def ver_pausas() -> str:
    """What is paused, what was, and the form."""
    pedido = {nome: request.args.get(nome, "") for nome in ("canal", "orgao")}
    orgao = pedido["orgao"] if pedido["orgao"].isdecimal() and len(pedido["orgao"]) < 19 else ""
    form = PausaForm(formdata=None, canal=pedido["canal"], orgao=int(orgao) if orgao else None)
    return _pagina(form)


@bp.post("/pausas")
@perm("distribuicao.pausar")
def pausar() -> tuple[str, int] | Response:
    """Stop a channel, an agency, or one's other."""
    form = PausaForm()
    if form.validate():
        with form.aceitando_recusa():
            instante = agora()
            fim_em = instante + timedelta(hours=int(form.fim.data)) if form.fim.data else None
            canal = Canal(form.canal.data) if form.canal.data else None
            pausa = pausas.pausar(
                canal, form.orgao.data, form.motivo.data or "", fim_em=fim_em, por=pessoa_atual(), agora=instante
            )
            flash(f"{pausas.o_que(pausa)}: em pausa. O que espera fica na fila.", "sucesso")
            return redirect(url_for("distribuicao.painel"), 303)
    return _pagina(form), form.status


@bp.post("/pausas/<int:pausa_id>/retomar")
@perm("distribuicao.pausar")
def retomar(pausa_id: int) -> Response:
    """End a pause."""
    pausa = pausas.retomar(pausa_id, por=pessoa_atual(), agora=agora())
    flash(f"{pausas.o_que(pausa)}: de volta. O que esperava começa a ser entregue.", "sucesso")
    return redirect(url_for("distribuicao.painel"), 303)


@bp.post("/disjuntores/<int:disjuntor_id>/fechar")
@perm("distribuicao.pausar")
def fechar_disjuntor(disjuntor_id: int) -> Response:
    """Say that a channel works again."""
    fechado = disjuntor.fechar(disjuntor_id, por=pessoa_atual(), versao=VersaoForm().numero())
    flash(f"{fechado.canal.rotulo} {ao_orgao(fechado.orgao.sigla)}: o que espera é tentado agora.", "sucesso")
    return redirect(url_for("distribuicao.painel"), 303)
